//! The server: accepting connections, bounded in number and in how long a request may take to arrive, until told to
//! stop.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use super::{Metrics, Peer, Reached};

/// From the first byte of a request's head to its last, and between two requests of one connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// What was sent and is taken by nobody for so long ends the connection, and the memory that it takes.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(120);
/// What requests under way have to come to their end once the server stops.
const GRACE: Duration = Duration::from_secs(2);
/// Largest request head; also the connection's first buffer, so small.
const HEAD_BYTES: usize = 16 << 10;
/// Connections that may wait to be accepted: a building that wakes up together.
const BACKLOG: i32 = 4_096;

/// Binds an address so that a restart does not have to wait for old connections to die out.
///
/// # Errors
/// As the system says: in use, not ours, not allowed.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // IPv4 is listed on its own.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// The listeners that the service manager opened for this process (sd_listen_fds(3)); none when it was started by hand.
/// A port below 1024 needs no right of its own this way, and connections wait while the daemon restarts.
///
/// # Errors
/// If what was passed is not listening TCP sockets.
pub fn inherited() -> std::io::Result<Vec<TcpListener>> {
    let mut passed = listenfd::ListenFd::from_env();
    let mut listeners = Vec::new();
    for index in 0..passed.len() {
        let Some(listener) = passed.take_tcp_listener(index)? else { continue };
        listener.set_nonblocking(true)?;
        // They came through one `exec` and are to go through no other.
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
    /// Turns true when the server stops.
    stop: watch::Receiver<bool>,
}

#[derive(Debug)]
struct Open {
    max: usize,
    max_per_address: usize,
    by_address: Mutex<(usize, HashMap<IpAddr, usize>)>,
}

impl Server {
    /// Serves `router`; at most `max` connections, `max_per_address` from one address.
    #[must_use]
    pub fn new(
        router: Router,
        metrics: Arc<Metrics>,
        max: usize,
        max_per_address: usize,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let open = Arc::new(Open { max, max_per_address, by_address: Mutex::default() });
        Self { router, metrics, open, stop }
    }

    /// Accepts until told to stop.
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
                // Gone before it was taken.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    // Out of file descriptors, most likely: those who are in go on, others come in later. Said once.
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "cannot accept");
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    /// Connections that are open now.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.open.lock().0
    }

    /// Ends when none is open any more.
    pub async fn empty(&self) {
        while self.connections() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn connection(&self, stream: TcpStream, peer: IpAddr) {
        let Some(place) = Place::take(&self.open, peer, &self.metrics) else {
            tracing::warn!(%peer, "too many connections; one was closed");
            return;
        };
        let (router, mut stop) = (self.router.clone(), self.stop.clone());
        let place = Arc::new(place);
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            // RFC 5482: also for who keeps the line open and reads nothing of an answer.
            let _ = socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(UNREAD_TIMEOUT));
            let reached = stream.local_addr().ok().map(|own| Reached(own.ip().to_canonical()));
            let service = service_fn(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                if let Some(reached) = reached {
                    request.extensions_mut().insert(reached);
                }
                // A WebSocket outlives its HTTP connection and keeps the place.
                request.extensions_mut().insert(Arc::clone(&place));
                router.clone().oneshot(request.map(Body::new))
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(HEAD_BYTES);
            let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = told(&mut stop) => {
                    connection.as_mut().graceful_shutdown();
                    // Who is in the middle of sending may never come to its end: dropped then, with its request.
                    tokio::time::timeout(GRACE, connection).await.unwrap_or(Ok(()))
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "connection");
            }
        });
    }
}

/// Waits until the server is told to stop, or whoever would tell is gone.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

impl Open {
    fn lock(&self) -> std::sync::MutexGuard<'_, (usize, HashMap<IpAddr, usize>)> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's place among those that may be open; free again when dropped.
#[derive(Debug)]
pub struct Place {
    open: Arc<Open>,
    peer: IpAddr,
    metrics: Arc<Metrics>,
}

impl Place {
    fn take(open: &Arc<Open>, peer: IpAddr, metrics: &Arc<Metrics>) -> Option<Self> {
        let mut counts = open.lock();
        let from_peer = counts.1.get(&peer).copied().unwrap_or(0);
        if counts.0 >= open.max || from_peer >= open.max_per_address {
            return None;
        }
        counts.0 += 1;
        counts.1.insert(peer, from_peer + 1);
        drop(counts);
        metrics.connections.inc();
        Some(Self { open: Arc::clone(open), peer, metrics: Arc::clone(metrics) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.metrics.connections.dec();
        let mut counts = self.open.lock();
        counts.0 -= 1;
        if let Some(count) = counts.1.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                counts.1.remove(&self.peer);
            }
        }
    }
}
