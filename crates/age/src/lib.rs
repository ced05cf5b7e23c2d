//! The age v1 file format (c2sp.org/age) with a passphrase: written and read as a stream, with 64 KiB in memory.
//!
//! Only what a backup needs: the `scrypt` recipient in binary form. Any `age` program opens what is written here. The
//! primitives (scrypt, HKDF, HMAC, ChaCha20-Poly1305) come from libraries; only the format is implemented here. The
//! format's own Rust library is not used: it brings some eighty crates for recipients that no backup has, and reads a
//! header of any length.
//!
//! Knows nothing of backups, disks or the network.

mod header;
mod stream;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;

pub use header::LOG_N;
pub use stream::{Locked, Unlocked};

/// The first line of every file in the format.
const VERSION: &[u8] = b"age-encryption.org/v1\n";

/// The passphrase of a file, 1 to 1,024 bytes. Its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(String);

impl Passphrase {
    /// `None` when it is empty or longer than 1,024 bytes.
    #[must_use]
    pub fn new(text: String) -> Option<Self> {
        (1..=1_024).contains(&text.len()).then_some(Self(text))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Random bytes for one file, from the system's generator; never used for another one.
pub struct Randomness {
    /// The key of the file.
    pub file_key: [u8; 16],
    /// Makes the passphrase's key different in each file.
    pub salt: [u8; 16],
    /// Makes the content's key different in each file.
    pub nonce: [u8; 16],
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Randomness(…)")
    }
}

/// Is this the beginning of a file in the format?
#[must_use]
pub fn is_locked(beginning: &[u8]) -> bool {
    beginning.starts_with(VERSION)
}

/// Why a file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    /// It is not in this format, or not locked with a passphrase.
    #[error("this is not a file locked with a passphrase")]
    Foreign,
    /// The passphrase is wrong.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// It asks for more work than the box may spend.
    #[error("opening this file would take too much memory")]
    TooMuchWork,
    /// Its header was altered.
    #[error("the header is damaged")]
    Damaged,
    /// It could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}
