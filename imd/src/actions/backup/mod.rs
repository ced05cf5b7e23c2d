//! Backups: the whole box in one file, made while the chat goes on, and brought back on a fresh box.
//!
//! The file is a tar of a note (`Manifest`), the database (accounts, settings, rooms, messages, who is signed in) and all
//! stored files. Made by hand it may be locked with a passphrase (`age`); else whoever has it has everything that was said, and
//! the page says so.

pub mod make;
pub mod nightly;
pub mod restore;

use serde::{Deserialize, Serialize};

/// The note at the beginning of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    /// What this is: [`FORMAT`].
    format: String,
    /// The program that made it.
    program: String,
    /// The database's layout.
    layout: i64,
    /// The oldest layout a program must know to work with it.
    min_program: i64,
    /// When it was made, milliseconds since 1970.
    made_at: i64,
    /// The box's name.
    name: String,
    /// BLAKE3 of the database, hex.
    database_blake3: String,
    /// How many stored files there are.
    files: u64,
    /// Their bytes.
    bytes: u64,
}

/// Another number when the file is laid out otherwise.
const FORMAT: &str = "imbox-backup-1";
