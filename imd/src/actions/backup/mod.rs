//! Backups: the whole box in one file, made while the chat goes on, and restored on a new box.
//!
//! The file is a tar archive of a note (`Manifest`), the database (accounts, settings, rooms, messages, signed-in
//! devices) and all stored files. A backup made by hand can be locked with a passphrase (`age`). Whoever has an
//! unlocked one can read everything that was said, and the page says so; only the codes of invites are sealed in it
//! (`codes`).

mod codes;
pub mod destinations;
pub mod list;
pub mod make;
mod names;
pub mod nightly;
pub mod restore;
pub mod schedule;
pub(in crate::actions) mod shelf;
pub mod stored;

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use shelf::Shelf;

/// What is going on with backups.
pub(super) struct Backup {
    pub(in crate::actions) shelf: Shelf,
    /// Held while a backup is being restored.
    pub(in crate::actions) restoring: Arc<Mutex<()>>,
}

impl Backup {
    pub(super) fn new(folder: &Path) -> Self {
        Self { shelf: Shelf::new(folder.join("backups")), restoring: Arc::default() }
    }
}

/// The note at the beginning of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::actions) struct Manifest {
    /// The format of the file: [`FORMAT`].
    format: String,
    /// Version of the program that made it.
    pub(in crate::actions) program: String,
    /// Version of the database's layout.
    pub(in crate::actions) layout: i64,
    /// The oldest layout version a program must know to work with that database.
    pub(in crate::actions) min_program: i64,
    /// When it was made, milliseconds since 1970.
    pub(in crate::actions) made_at: i64,
    /// The box's name.
    pub(in crate::actions) name: String,
    /// BLAKE3 of the database, hex.
    database_blake3: String,
    /// Number of stored files.
    pub(in crate::actions) files: u64,
    /// Their size in bytes.
    pub(in crate::actions) bytes: u64,
}

/// How the files of a series are named: their names sort in the order of time.
#[derive(Debug, Clone, Copy)]
pub struct Series {
    begins: &'static str,
    ends: &'static str,
}

impl Series {
    /// The name of a file made at this time, milliseconds since 1970.
    #[must_use]
    pub fn of(self, made_at: i64) -> String {
        format!("{}{:015}{}", self.begins, made_at.max(0), self.ends)
    }

    /// When the file with this name was made; `None` for other names.
    #[must_use]
    pub fn made_at(self, name: &str) -> Option<i64> {
        let time = name.strip_prefix(self.begins)?.strip_suffix(self.ends)?;
        (time.len() == 15 && time.bytes().all(|digit| digit.is_ascii_digit())).then(|| time.parse().ok())?
    }
}

/// Backups that are not locked.
pub const BACKUP: Series = Series { begins: "imbox-", ends: ".tar" };
/// Copies of the database alone.
pub const COPY: Series = Series { begins: "imd-", ends: ".db" };

/// Changed whenever the file gets another structure.
const FORMAT: &str = "imbox-backup-1";
