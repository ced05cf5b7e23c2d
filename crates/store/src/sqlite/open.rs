//! Opening the database file: folder, pragmas, migrations, and the threads that own the connections.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::OpenFlags;

use super::connection::connect;
use super::disk::Disk;
use super::folding;
use super::look::look;
use super::migrate::migrate;
use super::session;
use crate::change::{Change, Emit};
use crate::engine::Session;
use crate::soundness::Health;
use crate::{OpenError, Store, StoreError};

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
        let reader =
            |_| Ok(Box::new(session::Reader(connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?)) as Box<dyn Session>);
        let readers = (0..options.readers.max(1)).map(reader).collect::<Result<Vec<_>, OpenError>>()?;
        let failed = |detail: String| OpenError::Unusable { path: path.to_owned(), detail };
        let writer = Box::new(session::Writer::new(conn, disk));
        let store = Self::start(writer, readers, options.queue, (health.clone(), emit), Some(path));
        let store = store.map_err(|error| match error {
            StoreError::Damaged(detail) => OpenError::Damaged { path: path.to_owned(), detail },
            other => failed(other.to_string()),
        })?;
        look(&health, path, LOOK).map_err(|error| failed(error.to_string()))?;
        Ok(store)
    }
}
