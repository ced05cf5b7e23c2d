//! The name of a stored file: the BLAKE3 hash of its content, and the path that follows from it.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::error::FilesError;

/// BLAKE3 hash (32 bytes) of a file's content. Shown and parsed as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobHash([u8; 32]);

/// The text is not 64 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hash: 64 lower-case hex digits are needed")]
pub struct NotABlobHash;

impl BlobHash {
    /// The hash of `content`.
    pub fn of(content: &[u8]) -> Self {
        Self(*blake3::hash(content).as_bytes())
    }

    /// The 32 bytes, as they are stored in a database.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From the 32 bytes, as they are stored in a database.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// `ab/cdef…` below the folder of blobs: 256 folders, so that none of them gets too long to list.
    pub(super) fn relative_path(&self) -> PathBuf {
        let hex = self.to_string();
        let (folder, rest) = hex.split_at(2);
        PathBuf::from(folder).join(rest)
    }
}

impl From<blake3::Hash> for BlobHash {
    fn from(hash: blake3::Hash) -> Self {
        Self(*hash.as_bytes())
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobHash({self})")
    }
}

impl FromStr for BlobHash {
    type Err = NotABlobHash;

    /// Accepts only what `Display` writes: each content has one spelling, and nothing else can be used as a path.
    fn from_str(text: &str) -> Result<Self, NotABlobHash> {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(NotABlobHash);
        }
        blake3::Hash::from_hex(text).map(Self::from).map_err(|_| NotABlobHash)
    }
}

/// BLAKE3 of a file, hex, and its size. Blocks.
///
/// # Errors
/// Those of the disk.
pub fn hash_file(path: &Path) -> Result<(String, u64), FilesError> {
    let mut hasher = blake3::Hasher::new();
    let size = io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok((hasher.finalize().to_hex().to_string(), size))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a file would not be found again by the hash that was stored with its message.
    #[test]
    fn a_hash_survives_being_written_down() {
        let hash = BlobHash::of(b"imbox");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(BlobHash::from_bytes(*hash.as_bytes()), hash);
        let text = hash.to_string();
        assert_eq!(hash.relative_path(), PathBuf::from(format!("{}/{}", &text[..2], &text[2..])));
    }

    /// Were this to fail, a hash could name any file of the box.
    #[test]
    fn nothing_but_a_hash_is_a_hash() {
        let good = BlobHash::of(b"").to_string();
        for bad in [
            "",
            "..",
            "../../etc/passwd",
            &good[1..],
            &format!("{good}0"),
            &good.to_uppercase(),
            &good.replace('a', "/"),
        ] {
            assert_eq!(bad.parse::<BlobHash>(), Err(NotABlobHash), "{bad}");
        }
    }
}
