//! A backup's file: a tar (POSIX.1-2001, ustar) of a note, one large file and all stored files, written while others go on
//! storing, and unpacked with every byte checked. Knows nothing of what the note and the large file say.
//!
//! `manifest.json`, then `imd.db`, then `blobs/ab/cdef…` under their hashes. Nothing else is taken from an archive: no other
//! name, no link, no folder outside. The whole may be locked with a passphrase (`age`).

mod error;
mod pack;
mod unpack;

use super::hash::BlobHash;
use crate::age::{Passphrase, Randomness};

pub use error::ArchiveError;
pub use unpack::{Unpacked, check_lock, unpack};

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "imd.db";

/// How far a backup is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes written.
    pub done: u64,
    /// Bytes there are.
    pub total: u64,
}

/// What all stored files are together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What is stored at one moment: what comes later is not in an archive that is made from it.
#[derive(Debug, Clone, Default)]
pub struct Inventory(pub(super) Vec<(BlobHash, u64)>);

impl Inventory {
    /// How much it is.
    #[must_use]
    pub fn amount(&self) -> Amount {
        let add = |sum: Amount, (_, size): &(BlobHash, u64)| Amount { files: sum.files + 1, bytes: sum.bytes + size };
        self.0.iter().fold(Amount::default(), add)
    }
}

/// What an archive is locked with.
#[derive(Debug)]
pub struct Lock {
    /// Opens it again.
    pub passphrase: Passphrase,
    /// For this archive alone.
    pub randomness: Randomness,
}
