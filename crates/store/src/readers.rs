//! The read pool: a fixed number of read-only connections, used outside the async threads.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::StoreError;
use super::engine::Session;
use super::soundness::Health;
use super::sql::Conn;

/// Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Box<dyn Session>>>>,
    /// One permit for each connection: readers wait here, and not in a blocked thread.
    permits: Arc<Semaphore>,
    health: Health,
}

impl Readers {
    pub(super) fn new(sessions: Vec<Box<dyn Session>>, health: Health) -> Self {
        let permits = Arc::new(Semaphore::new(sessions.len()));
        Self { idle: Arc::new(Mutex::new(sessions)), permits, health }
    }

    /// Runs `query` on a connection in one read transaction, so that all its statements see the same moment.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Conn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let work = move || {
            let _permit = permit;
            let mut lent = Lent { home: &idle, session: lock(&idle).pop() };
            let Some(session) = lent.session.as_mut() else { return Err(StoreError::Closed) };
            let (mut query, mut result) = (Some(query), None);
            session.read(&mut |conn| {
                result = query.take().map(|query| query(conn));
                Ok(())
            })?;
            result.unwrap_or(Err(StoreError::Closed))
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => self.health.note(result),
            Err(e) => Err(StoreError::Other(e.to_string())),
        }
    }
}

/// Returns the connection to the pool, even when the query panics.
struct Lent<'a> {
    home: &'a Mutex<Vec<Box<dyn Session>>>,
    session: Option<Box<dyn Session>>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            lock(self.home).push(session);
        }
    }
}

fn lock(idle: &Mutex<Vec<Box<dyn Session>>>) -> std::sync::MutexGuard<'_, Vec<Box<dyn Session>>> {
    // Only push and pop happen under the lock, so a poisoned list is still intact.
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
