//! Backups: the whole box in one file, made while the chat goes on, and brought back on a fresh box.
//!
//! The file is a tar of a note (`Manifest`), the database (accounts, settings, rooms, messages, who is signed in) and all
//! stored files. Made by hand it may be locked with a passphrase (`age`); else whoever has it has everything that was said, and
//! the page says so; only the codes of invites are sealed (`codes`).

mod codes;
pub mod destinations;
pub mod list;
pub mod make;
pub mod nightly;
pub mod restore;
pub mod schedule;
pub mod shelf;
pub mod stored;

use serde::{Deserialize, Serialize};

/// The note at the beginning of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::actions) struct Manifest {
    /// What this is: [`FORMAT`].
    format: String,
    /// The program that made it.
    pub(in crate::actions) program: String,
    /// The database's layout.
    pub(in crate::actions) layout: i64,
    /// The oldest layout a program must know to work with it.
    pub(in crate::actions) min_program: i64,
    /// When it was made, milliseconds since 1970.
    pub(in crate::actions) made_at: i64,
    /// The box's name.
    pub(in crate::actions) name: String,
    /// BLAKE3 of the database, hex.
    database_blake3: String,
    /// How many stored files there are.
    pub(in crate::actions) files: u64,
    /// Their bytes.
    pub(in crate::actions) bytes: u64,
}

/// How files are called that are made again and again: the names sort as the times do.
#[derive(Debug, Clone, Copy)]
pub struct Series {
    begins: &'static str,
    ends: &'static str,
}

impl Series {
    /// The name of what was made at that time, milliseconds since 1970.
    #[must_use]
    pub fn of(self, made_at: i64) -> String {
        format!("{}{:015}{}", self.begins, made_at.max(0), self.ends)
    }

    /// When what has this name was made; `None` for a name of another kind.
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

/// Another number when the file is laid out otherwise.
const FORMAT: &str = "imbox-backup-1";
