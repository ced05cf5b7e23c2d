//! Copying the whole database while it is in use, and checking a database before it replaces this one.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::connection::connect;
use super::layout;
use super::migrate::{LATEST, min_program, version};
use crate::{OpenError, Store, StoreError};

/// The layout of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Version of its layout.
    pub version: i64,
    /// The oldest layout version a program must know to work with it.
    pub min_program: i64,
}

impl Store {
    /// Writes a complete copy of the database, as it is at one moment, to `to`, which must not exist. Nobody has to
    /// wait meanwhile: it reads beside the writer (as a WAL reader). The copy is compact.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`], and as any read.
    pub async fn copy_to(&self, to: PathBuf) -> Result<(), StoreError> {
        let path = self.file.clone().ok_or_else(|| StoreError::Other("no database file".to_owned()))?;
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

/// Checks that the file is an intact database that this program can work with, laid out as a box makes it. Blocks; for
/// a large one for seconds.
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
