//! Opening the database file: folder, pragmas, migrations, and the threads that own the connections.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::OpenFlags;
use tokio::sync::mpsc;

use super::access::AccessCache;
use super::connection::connect;
use super::migrate::migrate;
use super::readers::Readers;
use super::writer::{Change, Writer};
use super::{OpenError, Store};

/// How to open the store.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database file.
    pub path: PathBuf,
    /// How many reads may run at once.
    pub readers: usize,
    /// How many writes may wait for the disk before senders are told that the box is busy.
    pub queue: usize,
}

/// Batches of committed changes that may wait to be shown before the writer waits for them.
const CHANGES: usize = 1_024;

impl Store {
    /// Opens (or makes) the database and starts its writer.
    ///
    /// The receiver yields every committed change, in commit order; whoever shows changes to people reads it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(options: &Options) -> Result<(Self, mpsc::Receiver<Vec<Change>>), OpenError> {
        let path = options.path.as_path();
        let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        migrate(&mut conn, path)?;
        let readers = Readers::new(path, options.readers)?;
        let access = Arc::new(AccessCache::default());
        let (emit, changes) = mpsc::channel(CHANGES);
        let writer = Writer::start(conn, options.queue, Arc::clone(&access), emit)
            .map_err(|e| OpenError::Unusable { path: path.to_owned(), detail: e.to_string() })?;
        Ok((Self { writer, readers, access, path: Arc::from(path) }, changes))
    }

    /// Commits what is queued, then closes the write connection. Later writes fail with `Closed`.
    pub async fn close(&self) {
        self.writer.close().await;
    }
}
