//! The server: accepts connections until it is told to stop, and limits how many there are and how long a request may
//! take to arrive.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use super::lingering::Lingering;
use super::{Metrics, Peer, Reached};

/// From the first byte of a request's head to its last, and between two requests of one connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// When nobody takes what was sent for this long, the connection is closed and its memory freed.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(120);
/// Time for requests in progress to finish once the server stops.
const GRACE: Duration = Duration::from_secs(2);
/// Largest request head. The connection's first buffer has this size too, so it is small.
const HEAD_BYTES: usize = 16 << 10;
/// Connections that may wait to be accepted, as when a whole building wakes up at once.
const BACKLOG: i32 = 4_096;

/// Binds an address in such a way that a restart does not have to wait for old connections to time out.
///
/// # Errors
/// Those of the system: the address is in use, is not ours, or is not allowed.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // IPv4 is configured separately.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// The listeners that the service manager opened for this process (sd_listen_fds(3)); none when it was started by hand.
/// This way a port below 1024 needs no privilege, and connections wait while the daemon restarts.
///
/// # Errors
/// When what was passed are not listening TCP sockets.
pub fn inherited() -> std::io::Result<Vec<TcpListener>> {
    let mut passed = listenfd::ListenFd::from_env();
    let mut listeners = Vec::new();
    for index in 0..passed.len() {
        let Some(listener) = passed.take_tcp_listener(index)? else { continue };
        listener.set_nonblocking(true)?;
        // They were inherited through one `exec` and must not be passed on through another.
        fcntl(&listener, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        listeners.push(TcpListener::from_std(listener)?);
    }
    Ok(listeners)
}

/// What the accept loops share.
#[derive(Debug, Clone)]
pub struct Server {
    router: Router,
    metrics: Arc<Metrics>,
    open: Arc<Open>,
    /// Becomes true when the server stops.
    stop: watch::Receiver<bool>,
}

#[derive(Debug)]
struct Open {
    max: usize,
    max_per_address: usize,
    /// Limit for one IPv6 /64: a device can give itself any address in it, but a whole house may share it.
    max_per_network: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
    by_network: HashMap<u64, usize>,
}

impl Server {
    /// Serves `router` with at most `max` connections, `max_per_address` from one address, and half of all from one
    /// IPv6 network.
    #[must_use]
    pub fn new(
        router: Router,
        metrics: Arc<Metrics>,
        max: usize,
        max_per_address: usize,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let max_per_network = (max / 2).max(max_per_address);
        let open = Arc::new(Open { max, max_per_address, max_per_network, counts: Mutex::default() });
        Self { router, metrics, open, stop }
    }

    /// Accepts connections until it is told to stop.
    pub async fn accept(self, listener: TcpListener) {
        let mut stop = self.stop.clone();
        let mut failing = false;
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = told(&mut stop) => return,
            };
            match accepted {
                Ok((stream, peer)) => {
                    failing = false;
                    self.connection(stream, peer.ip().to_canonical());
                }
                // The client left before its connection was accepted.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    // Most likely there are no file descriptors left: existing connections go on, new ones have to
                    // wait. Logged once.
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "cannot accept");
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    /// Number of open connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.open.lock().all
    }

    /// Returns when no connection is open any more.
    pub async fn empty(&self) {
        while self.connections() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn connection(&self, stream: TcpStream, peer: IpAddr) {
        let Some(place) = ConnectionPermit::take(&self.open, peer, &self.metrics) else {
            tracing::warn!(%peer, "too many connections; one was closed");
            return;
        };
        let (router, mut stop) = (self.router.clone(), self.stop.clone());
        let place = Arc::new(place);
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            // RFC 5482: also closes connections that stay open and read nothing of the response.
            let _ = socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(UNREAD_TIMEOUT));
            let reached = stream.local_addr().ok().map(|own| Reached(own.ip().to_canonical()));
            let service = service_fn(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                if let Some(reached) = reached {
                    request.extensions_mut().insert(reached);
                }
                // A WebSocket outlives its HTTP connection and keeps the permit.
                request.extensions_mut().insert(Arc::clone(&place));
                let held_back = request.headers().contains_key(header::EXPECT);
                router.clone().oneshot(request.map(|body| Body::new(Lingering::new(body, held_back))))
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(HEAD_BYTES);
            let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = told(&mut stop) => {
                    connection.as_mut().graceful_shutdown();
                    // A client that is still sending may never finish: it is dropped with its request.
                    tokio::time::timeout(GRACE, connection).await.unwrap_or(Ok(()))
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "connection");
            }
        });
    }
}

/// Waits until the server is told to stop, or nobody is left who could tell it.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

impl Open {
    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first half of an IPv6 address.
fn network(of: IpAddr) -> Option<u64> {
    match of {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => Some((v6.to_bits() >> 64) as u64),
    }
}

fn one_less<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: K) {
    if let Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

/// Permission to keep one connection open, out of a limited number; given back when dropped.
#[derive(Debug)]
pub struct ConnectionPermit {
    open: Arc<Open>,
    peer: IpAddr,
    metrics: Arc<Metrics>,
}

impl ConnectionPermit {
    fn take(open: &Arc<Open>, peer: IpAddr, metrics: &Arc<Metrics>) -> Option<Self> {
        let mut counts = open.lock();
        let from_peer = counts.by_address.get(&peer).copied().unwrap_or(0);
        let network = network(peer);
        let near = network.and_then(|network| counts.by_network.get(&network)).copied().unwrap_or(0);
        if counts.all >= open.max || from_peer >= open.max_per_address || near >= open.max_per_network {
            return None;
        }
        counts.all += 1;
        counts.by_address.insert(peer, from_peer + 1);
        if let Some(network) = network {
            counts.by_network.insert(network, near + 1);
        }
        drop(counts);
        metrics.connections.inc();
        Some(Self { open: Arc::clone(open), peer, metrics: Arc::clone(metrics) })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.metrics.connections.dec();
        let mut counts = self.open.lock();
        counts.all -= 1;
        one_less(&mut counts.by_address, self.peer);
        if let Some(network) = network(self.peer) {
            one_less(&mut counts.by_network, network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, one device could take every connection by giving itself one address after another; or a house
    /// that shares its network would be locked out.
    #[test]
    fn a_network_of_many_addresses_gets_half_of_all() {
        let metrics = Metrics::new(0.0);
        let open = Arc::new(Open { max: 20, max_per_address: 4, max_per_network: 10, counts: Mutex::default() });
        let take = |address: &str| ConnectionPermit::take(&open, address.parse().unwrap(), &metrics);
        let taken: Vec<_> = (1..=20).filter_map(|host| take(&format!("2001:db8::{host:x}"))).collect();
        assert_eq!(taken.len(), 10);
        let elsewhere: Vec<_> = (0..6).filter_map(|_| take("2001:db8:1::1")).collect();
        assert_eq!(elsewhere.len(), 4);
        let old: Vec<_> = (1..=9).filter_map(|host| take(&format!("10.0.0.{host}"))).collect();
        assert_eq!(old.len(), 6, "the rest, whatever network");
        drop((taken, elsewhere, old));
        let counts = open.lock();
        assert_eq!((counts.all, counts.by_address.len(), counts.by_network.len()), (0, 0, 0));
    }
}
