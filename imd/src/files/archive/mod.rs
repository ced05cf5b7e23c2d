//! A backup's file: a tar archive (POSIX.1-2001, ustar) of a note, one large file and all stored files. It is written
//! while others go on storing files, and unpacked with every byte checked. Knows nothing of the contents of the note
//! and the large file.
//!
//! First `manifest.json`, then `imd.db`, then `blobs/ab/cdef…` under their hashes. Nothing else in an archive is
//! accepted: no other name, no link, no folder outside. The whole file can be locked with a passphrase (`age`).

mod error;
mod pack;
mod unpack;

use super::hash::BlobHash;
use crate::age::{Passphrase, Randomness};

pub use error::ArchiveError;
pub use unpack::{Unpacked, check_lock, unpack};

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "imd.db";

/// Progress of packing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes written.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
}

/// How many stored files there are, and their size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Number of files.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

/// The files that are stored at one moment. An archive made from it contains nothing that is stored later.
#[derive(Debug, Clone, Default)]
pub struct Inventory(pub(super) Vec<(BlobHash, u64)>);

impl Inventory {
    /// How many there are, and their size.
    #[must_use]
    pub fn amount(&self) -> Amount {
        let add = |sum: Amount, (_, size): &(BlobHash, u64)| Amount { files: sum.files + 1, bytes: sum.bytes + size };
        self.0.iter().fold(Amount::default(), add)
    }
}

/// What an archive is locked with.
#[derive(Debug)]
pub struct Lock {
    /// The passphrase that opens it.
    pub passphrase: Passphrase,
    /// Random bytes that are used for this archive only.
    pub randomness: Randomness,
}
