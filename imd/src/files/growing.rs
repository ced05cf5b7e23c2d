//! A file that arrives over an unreliable connection, on a box that may be switched off: how much of it is safely on
//! the disk is noted beside it, and the next attempt continues from there. Knows nothing of its content or where it
//! comes from.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt;

use super::blobs::off_thread;
use super::disk::write_whole;
use super::error::FilesError;

/// After this many bytes they are synced, and that is noted: a power cut costs no more than this.
const SETTLE_EVERY: u64 = 8 << 20;
const CONTENT: &str = "content";
/// The mark, a blank, and the number of bytes that are safely there.
const NOTE: &str = "so-far";

/// A file that is arriving.
#[derive(Debug)]
pub struct Growing {
    folder: PathBuf,
    mark: String,
    file: File,
    length: u64,
    settled: u64,
}

impl Growing {
    /// Continues the file that has this mark, or begins it; a file with another mark is removed. The mark is one word.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`.
    pub async fn open(folder: PathBuf, mark: &str) -> Result<Self, FilesError> {
        fs::create_dir_all(&folder).await?;
        let sure = noted(&folder, mark).await;
        let path = folder.join(CONTENT);
        let file = OpenOptions::new().create(true).append(true).open(&path).await?;
        // If there is less than was noted, this is not the file that was noted.
        let there = file.metadata().await?.len();
        let length = if there < sure { 0 } else { sure };
        // After a power cut, whatever follows the last note may contain anything.
        file.set_len(length).await?;
        let mut growing = Self { folder, mark: mark.to_owned(), file, length, settled: length };
        growing.note().await?;
        Ok(growing)
    }

    /// Number of bytes that have arrived.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The path of the file; whether it is complete, its owner knows.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.join(CONTENT)
    }

    /// Appends the next piece.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`.
    pub async fn append(&mut self, piece: &[u8]) -> Result<(), FilesError> {
        self.file.write_all(piece).await?;
        self.length += piece.len() as u64;
        if self.length - self.settled >= SETTLE_EVERY { self.settle().await } else { Ok(()) }
    }

    /// Returns when everything that has arrived is safely on the disk, and a restart will know that.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`.
    pub async fn settle(&mut self) -> Result<(), FilesError> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        self.settled = self.length;
        self.note().await
    }

    async fn note(&mut self) -> Result<(), FilesError> {
        let (path, text) = (self.folder.join(NOTE), format!("{} {}", self.mark, self.settled));
        off_thread(move || Ok(write_whole(&path, text.as_bytes())?)).await
    }
}

/// How much of the file with this mark is safely there.
async fn noted(folder: &Path, mark: &str) -> u64 {
    let text: io::Result<String> = fs::read_to_string(folder.join(NOTE)).await;
    let text = text.unwrap_or_default();
    text.split_once(' ').filter(|(of, _)| *of == mark).and_then(|(_, bytes)| bytes.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a box that is switched off in the middle would begin gigabytes again, or keep bytes that
    /// never reached the card.
    #[tokio::test]
    async fn it_goes_on_where_it_surely_was() {
        let folder = tempfile::tempdir().unwrap();
        let open = async |mark: &str| Growing::open(folder.path().join("x"), mark).await.unwrap();
        let mut growing = open("a").await;
        growing.append(b"sure").await.unwrap();
        growing.settle().await.unwrap();
        growing.append(b" and lost").await.unwrap();
        growing.file.flush().await.unwrap();
        drop(growing);
        let mut again = open("a").await;
        assert_eq!(again.length(), 4);
        again.append(b"ly").await.unwrap();
        again.settle().await.unwrap();
        assert_eq!(std::fs::read_to_string(again.path()).unwrap(), "surely");
        // It is shorter than was noted: nothing of it can be trusted.
        std::fs::write(again.path(), "su").unwrap();
        assert_eq!(open("a").await.length(), 0);
        let mut large = open("b").await;
        large.append(&vec![7; SETTLE_EVERY as usize]).await.unwrap();
        assert_eq!(open("b").await.length(), SETTLE_EVERY, "settled by itself");
        assert_eq!(open("c").await.length(), 0, "another file");
    }
}
