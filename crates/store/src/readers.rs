//! The read pool: a fixed number of read-only connections, used outside the async threads.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::connection::connect;
use super::soundness::Health;
use super::{OpenError, StoreError};

/// Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    /// One permit for each connection: readers wait here, and not in a blocked thread.
    permits: Arc<Semaphore>,
    health: Health,
}

impl Readers {
    pub(super) fn new(path: &Path, count: usize, health: Health) -> Result<Self, OpenError> {
        let count = count.max(1);
        let connections: Result<Vec<_>, _> =
            (0..count).map(|_| connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)).collect();
        let (idle, permits) = (Arc::new(Mutex::new(connections?)), Arc::new(Semaphore::new(count)));
        Ok(Self { idle, permits, health })
    }

    /// Runs `query` on a connection in one read transaction, so that all its statements see the same moment.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let work = move || {
            let _permit = permit;
            let mut connection = Lent { home: &idle, conn: lock(&idle).pop() };
            let Some(conn) = connection.conn.as_mut() else { return Err(StoreError::Closed) };
            let tx = conn.transaction()?;
            let result = query(&tx);
            tx.finish()?;
            result
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => self.health.note(result),
            Err(e) => Err(StoreError::Other(e.to_string())),
        }
    }
}

/// Returns the connection to the pool, even when the query panics.
struct Lent<'a> {
    home: &'a Mutex<Vec<Connection>>,
    conn: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            lock(self.home).push(conn);
        }
    }
}

fn lock(idle: &Mutex<Vec<Connection>>) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    // Only push and pop happen under the lock, so a poisoned list is still intact.
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
