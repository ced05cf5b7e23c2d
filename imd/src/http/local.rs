//! The box's own socket: the same routes over a Unix socket, for `imd admin` on the box itself.
//!
//! Whoever can open it counts as an owner: root, and the user the daemon runs as. The kernel tells who it is
//! (SO_PEERCRED), and the file's mode keeps everybody else out. Nothing from the network arrives here.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

use super::Peer;

/// Connections at once.
const CONNECTIONS: usize = 16;
/// Time for a request's head to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// The request came through the box's own socket; put in by [`LocalSocket`] alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local;

/// The socket; its file is removed with it.
#[derive(Debug)]
pub struct LocalSocket {
    listener: UnixListener,
    path: PathBuf,
    /// The user who may connect, in addition to root.
    owner: u32,
}

impl LocalSocket {
    /// Opens the socket at `path`, replacing one that a dead process left.
    ///
    /// # Errors
    /// Those of the system.
    pub fn open(path: &Path) -> io::Result<Self> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { listener, path: path.to_owned(), owner: nix::unistd::geteuid().as_raw() })
    }

    /// Serves `router` until it is told to stop.
    pub async fn serve(self, router: Router, mut stop: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                _ = async { stop.wait_for(|stop| *stop).await.is_ok() } => return,
            };
            match accepted {
                Ok((stream, _)) if may_come_in(&stream, self.owner) => {
                    tokio::spawn(connection(stream, router.clone(), place, stop.clone()));
                }
                Ok(_) => tracing::warn!("a user without permission connected to the box's own socket"),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Drop for LocalSocket {
    fn drop(&mut self) {
        // If the daemon crashes, the file stays, and the next start removes it.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn may_come_in(stream: &UnixStream, owner: u32) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == 0 || peer.uid() == owner)
}

async fn connection(stream: UnixStream, router: Router, place: OwnedSemaphorePermit, mut stop: watch::Receiver<bool>) {
    let _place = place;
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        request.extensions_mut().insert(Local);
        router.clone().oneshot(request.map(Body::new))
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = async { stop.wait_for(|stop| *stop).await.is_ok() } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection at the box's own socket");
    }
}
