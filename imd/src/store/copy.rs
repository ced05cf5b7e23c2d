//! A copy of the whole database while it is in use, and looking at one before it takes this one's place.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::connection::connect;
use super::layout;
use super::migrate::{LATEST, min_program, version};
use super::{OpenError, Store, StoreError};

/// What a copy says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Its layout.
    pub version: i64,
    /// The oldest layout a program must know to work with it.
    pub min_program: i64,
}

impl Store {
    /// Writes a whole copy of the database, as it is at one moment, to `to`, which must not be there. Nobody waits
    /// meanwhile: it reads beside the writer (a WAL reader), and the copy is compact.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], and as any read.
    pub async fn copy_to(&self, to: PathBuf) -> Result<(), StoreError> {
        let path = self.path.clone();
        let work = move || {
            let conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(other)?;
            conn.execute("VACUUM INTO ?1", [to.to_string_lossy().as_ref()])?;
            std::fs::File::open(&to).and_then(|file| file.sync_all()).map_err(|e| StoreError::Other(e.to_string()))
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Other(error.to_string()))?
    }
}

fn other(error: OpenError) -> StoreError {
    StoreError::Other(error.to_string())
}

/// Is the file a database that this program can work with, whole, and laid out as a box makes it? Blocks; for a large one for seconds.
///
/// # Errors
/// [`OpenError::Newer`], [`OpenError::Damaged`], [`OpenError::Unusable`].
pub fn inspect(path: &Path) -> Result<Layout, OpenError> {
    let damaged = |detail: String| OpenError::Damaged { path: path.to_owned(), detail };
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| damaged(error.to_string()))?;
    let found = version(&conn, path)?;
    if found < 1 {
        return Err(damaged("it is no database of a box".to_owned()));
    }
    let oldest = min_program(&conn, path)?;
    if found > LATEST && oldest > LATEST {
        return Err(OpenError::Newer { path: path.to_owned(), found, known: LATEST });
    }
    let verdict: String =
        conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| damaged(error.to_string()))?;
    if verdict != "ok" {
        return Err(damaged(verdict));
    }
    match layout::check(&conn, found).map_err(|error| damaged(error.to_string()))? {
        None => Ok(Layout { version: found, min_program: oldest }),
        Some(fault) => Err(damaged(fault)),
    }
}
