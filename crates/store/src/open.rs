//! Opening the database file: folder, pragmas, migrations, and the threads that own the connections.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::OpenFlags;
use tokio::sync::watch;

use super::access::AccessCache;
use super::change::{Change, Emit};
use super::connection::connect;
use super::disk::Disk;
use super::folding;
use super::log;
use super::migrate::{migrate, unusable};
use super::readers::Readers;
use super::soundness::Health;
use super::writer::{Told, Writer};
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

impl Store {
    /// Opens (or creates) the database and starts its writer. `emit` is called with the changes of each commit, in commit
    /// order, on the writer's thread: it must not wait.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(options: &Options, emit: impl FnMut(Vec<Change>) + Send + 'static) -> Result<Self, OpenError> {
        Self::open_on(options, Disk::of(&options.path), Box::new(emit))
    }

    pub(super) fn open_on(options: &Options, disk: Disk, emit: Emit) -> Result<Self, OpenError> {
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
        let last = log::last_id(&conn).map_err(|e| unusable(path, &e))?;
        let (newest, follow) = watch::channel(last);
        let told = Told { access: Arc::clone(&access), newest, emit };
        let writer = Writer::start(conn, disk, options.queue, told)
            .and_then(|writer| health.look(path, LOOK).map(|()| writer))
            .map_err(|e| OpenError::Unusable { path: path.to_owned(), detail: e.to_string() })?;
        Ok(Self { writer, readers, access, health, newest: follow, path: Arc::from(path) })
    }

    /// Commits everything in the queue, then closes the write connection. Later writes fail with `Closed`.
    pub async fn close(&self) {
        self.health.stop();
        self.writer.close().await;
    }
}
