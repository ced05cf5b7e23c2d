//! Saving what can be read of a damaged database into a fresh one.
//!
//! It reads the pages of the file itself and never lets SQLite open it: SQLite gives up on a table when a page above
//! its rows is broken, needs an intact header and schema, and would write its log back into the file that is to be
//! kept. The SQLite project's own answer to this, the extension behind `.recover`, is in no crate and not in the SQLite
//! that rusqlite builds (it also needs `SQLITE_ENABLE_DBPAGE_VTAB`). This works in the same way, and is shorter because
//! the tables are known.
//!
//! First, each table is read from its root. Where that meets damage, pages that nothing points to are assigned to
//! tables by what their rows look like (`shape`); free pages are left out, because they hold what was deleted. Then
//! `mend` makes the new database consistent: rooms without gaps, and nothing that refers to something missing. The
//! damaged file is only read.

mod mend;
mod pages;
mod record;
mod shape;
#[cfg(test)]
mod tests;
mod work;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::migrate::{LATEST, migrate};
use crate::OpenError;
use pages::Pages;
use work::Work;

/// Bytes that must stay free beside the new database.
const RESERVE: u64 = 16 << 20;

/// What was saved and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalvageReport {
    /// One entry for each table.
    pub tables: Vec<TableReport>,
    /// Number of pages in the database.
    pub pages: u32,
    /// How many of them could not be read or make no sense.
    pub damaged_pages: u32,
    /// Events that are lost; each has a tombstone now.
    pub lost_events: u64,
    /// People of whom only an id is left. They cannot sign in until an admin lets them.
    pub lost_people: u64,
    /// Rooms of which only the events are left.
    pub lost_rooms: u64,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableReport {
    /// Its name.
    pub name: String,
    /// Rows that were saved.
    pub found: u64,
    /// Rows that are known to be lost, or were left out because what they belong to is lost.
    pub lost: u64,
}

/// Should the work go on?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// Yes.
    On,
    /// No: what was made so far is useless.
    Stop,
}

/// Why nothing was saved. The damaged database was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SalvageError {
    /// There is not enough space for the new database beside the old one.
    #[error("{needed} bytes are needed and {free} are free")]
    NoRoom {
        /// Bytes that are needed.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// A newer program wrote it, and it may contain more than this program knows.
    #[error("it was written by a newer imd (layout {0})")]
    Newer(i64),
    /// Nothing in it makes sense.
    #[error("nothing in it can be read")]
    Nothing,
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
    /// The disk cannot be read or written.
    #[error("{0}")]
    Disk(#[from] io::Error),
    /// The new database does not accept what was found.
    #[error("{0}")]
    Store(String),
}

impl From<rusqlite::Error> for SalvageError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<OpenError> for SalvageError {
    fn from(error: OpenError) -> Self {
        Self::Store(error.to_string())
    }
}

/// Saves what can be read of `from` (and of its log beside it) into a new database at `to`, which is safely on the disk
/// when this returns. `tell` is called with the pages that are done and the pages there are. Blocks; memory does not
/// grow with the database except for one bit for each page.
///
/// # Errors
/// See [`SalvageError`]; what is then at `to` is useless.
pub fn salvage(
    from: &Path,
    to: &Path,
    now: i64,
    tell: &mut dyn FnMut(u32, u32) -> Go,
) -> Result<SalvageReport, SalvageError> {
    check_room(from, to)?;
    let pages = Pages::open(from)?;
    if let Some(layout) = pages.layout().filter(|layout| *layout > LATEST) {
        return Err(SalvageError::Newer(layout));
    }
    for old in [to.to_owned(), beside(to, "-journal"), beside(to, "-wal"), beside(to, "-shm")] {
        match fs::remove_file(old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    let mut conn = Connection::open(to)?;
    // If this is interrupted, it is done anew: nothing has to be on the disk before the end.
    conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;")?;
    migrate(&mut conn, to)?;
    conn.pragma_update(None, "journal_mode", "MEMORY")?;
    let tables = shape::tables(&conn)?;
    let mut work = Work::new(&conn, &pages, &tables, tell);
    work.begin()?;
    work.read()?;
    if work.found.iter().all(|found| *found == 0) {
        return Err(SalvageError::Nothing);
    }
    let mended = mend::mend(&conn, &work.broken_tables(), work.damaged, now)?;
    conn.execute_batch("COMMIT")?;
    let report = work.report(mended);
    let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(SalvageError::Store(verdict));
    }
    conn.close().map_err(|(_, error)| error)?;
    fs::File::open(to)?.sync_all()?;
    Ok(report)
}

/// The path with something appended to its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn check_room(from: &Path, to: &Path) -> Result<(), SalvageError> {
    let size = |path: &Path| fs::metadata(path).map(|meta| meta.len()).unwrap_or_default();
    let needed = size(from) + size(&beside(from, "-wal")) + RESERVE;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let space = nix::sys::statvfs::statvfs(folder).map_err(io::Error::from)?;
    #[allow(clippy::unnecessary_cast, reason = "the two C types are as wide as the platform's `long`")]
    let free = (space.blocks_available() as u64).saturating_mul(space.fragment_size() as u64);
    if free < needed { Err(SalvageError::NoRoom { needed, free }) } else { Ok(()) }
}
