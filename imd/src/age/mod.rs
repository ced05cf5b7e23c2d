//! The age v1 file format (c2sp.org/age), locked by a passphrase: written and read as a stream, 64 KiB in memory.
//!
//! Only what a backup needs: the `scrypt` recipient, binary. Any `age` program opens what is written here. The primitives
//! (scrypt, HKDF, HMAC, ChaCha20-Poly1305) are libraries; here is the format alone. The format's own Rust library is not
//! used: it brings some eighty crates for recipients that no backup has, and reads a header of any length.
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

/// What a file in the format begins with, whatever opens it.
const VERSION: &[u8] = b"age-encryption.org/v1\n";

/// What opens a file, 1 to 1,024 bytes. Debug-printing shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(String);

impl Passphrase {
    /// `None` when it is empty or over 1,024 bytes.
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

/// Random bytes for one file, from the system's generator; never used for a second one.
pub struct Randomness {
    /// The key of this file.
    pub file_key: [u8; 16],
    /// Makes the passphrase's key another one in each file.
    pub salt: [u8; 16],
    /// Makes the content's key another one in each file.
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

/// Why a file does not open.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    /// Not in the format, or not locked by a passphrase.
    #[error("this is no file that a passphrase opens")]
    Foreign,
    /// The passphrase is another one.
    #[error("this is not the passphrase")]
    WrongPassphrase,
    /// It asks for more work than is good for the box.
    #[error("opening this file would take too much memory")]
    TooMuchWork,
    /// A byte of its header is not as it was written.
    #[error("the header is damaged")]
    Damaged,
    /// It could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}
