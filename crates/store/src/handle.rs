//! The store itself: one writer, a pool of readers, and what is known of their database.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;

use super::access::AccessCache;
use super::change::Emit;
use super::engine::Session;
use super::readers::Readers;
use super::soundness::Health;
use super::writer::{Told, Writer};
use super::{StoreError, followers};
use chat::EventId;

/// A handle to the store; cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    pub(crate) access: Arc<AccessCache>,
    pub(crate) health: Health,
    pub(crate) newest: watch::Receiver<EventId>,
    /// The database file; `None` for an engine that has none.
    pub(crate) file: Option<Arc<Path>>,
}

impl Store {
    /// With connections to a database that is laid out as this program needs it.
    pub(crate) fn start(
        writer: Box<dyn Session>,
        mut readers: Vec<Box<dyn Session>>,
        queue: usize,
        (health, emit): (Health, Emit),
        file: Option<&Path>,
    ) -> Result<Self, StoreError> {
        let mut last = EventId(0);
        if let Some(reader) = readers.first_mut() {
            reader.read(&mut |conn| {
                last = followers::last_id(conn)?;
                Ok(())
            })?;
        }
        let access = Arc::new(AccessCache::default());
        let (newest, follow) = watch::channel(last);
        let told = Told { access: Arc::clone(&access), newest, emit };
        let writer = Writer::start(writer, queue, told).map_err(|error| StoreError::Other(error.to_string()))?;
        let readers = Readers::new(readers, health.clone());
        Ok(Self { writer, readers, access, health, newest: follow, file: file.map(Arc::from) })
    }

    /// Commits everything in the queue, then closes the write connection. Later writes fail with `Closed`.
    pub async fn close(&self) {
        self.health.stop();
        self.writer.close().await;
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}
