//! Opening the database file: folder, pragmas, migrations, and the threads that own the connections.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::OpenFlags;
use tokio::sync::mpsc;

use super::access::AccessCache;
use super::change::Change;
use super::connection::connect;
use super::disk::Disk;
use super::folding;
use super::migrate::migrate;
use super::readers::Readers;
use super::soundness::Health;
use super::writer::Writer;
use super::{OpenError, Store};

/// How to open the store.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database file.
    pub path: PathBuf,
    /// How many reads may run at the same time.
    pub readers: usize,
    /// How many writes may be queued before senders are told that the box is busy.
    pub queue: usize,
}

/// How long the check of the database may take after a start: meanwhile the write-ahead log cannot be emptied.
const LOOK: Duration = Duration::from_secs(120);

/// Batches of committed changes that may be waiting to be shown before the writer waits for them.
const CHANGES: usize = 1_024;

impl Store {
    /// Opens (or creates) the database and starts its writer.
    ///
    /// The receiver yields every committed change in commit order; it is read by what shows changes to people.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(options: &Options) -> Result<(Self, mpsc::Receiver<Vec<Change>>), OpenError> {
        Self::open_on(options, Disk::of(&options.path))
    }

    pub(super) fn open_on(options: &Options, disk: Disk) -> Result<(Self, mpsc::Receiver<Vec<Change>>), OpenError> {
        let path = options.path.as_path();
        let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        migrate(&mut conn, path)?;
        // Missing forms of names are no reason not to start: a full disk can still be opened, and another start adds
        // them.
        if let Err(error) = folding::fill_in(&mut conn) {
            tracing::warn!(%error, "the search forms of names could not be added");
        }
        let health = Health::default();
        let readers = Readers::new(path, options.readers, health.clone())?;
        let access = Arc::new(AccessCache::default());
        let (emit, changes) = mpsc::channel(CHANGES);
        let writer = Writer::start(conn, disk, options.queue, Arc::clone(&access), emit)
            .and_then(|writer| health.look(path, LOOK).map(|()| writer))
            .map_err(|e| OpenError::Unusable { path: path.to_owned(), detail: e.to_string() })?;
        Ok((Self { writer, readers, access, health, path: Arc::from(path) }, changes))
    }

    /// Commits everything in the queue, then closes the write connection. Later writes fail with `Closed`.
    pub async fn close(&self) {
        self.health.stop();
        self.writer.close().await;
    }
}
