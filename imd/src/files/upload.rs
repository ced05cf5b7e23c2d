//! Bytes on their way to the disk: written and hashed in one go, synced on the way, and in the end named as a blob. The
//! callers decide where they come from, whole or in parts.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tempfile::NamedTempFile;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{JoinHandle, spawn_blocking};

use super::blobs::{Shared, StoredBlob};
use super::disk;
use super::error::FilesError;
use super::hash::BlobHash;
use super::media_type::{self, media_type};
use super::root::{InUse, Root};

/// Bytes that are hashed and written at a time: large enough for BLAKE3's parallel lanes and for an SD card's blocks.
pub(super) const CHUNK: usize = 256 << 10;

/// After this many bytes the upload waits until they are on the disk. Without this a large upload piles up in the page
/// cache, and the next message's commit has to wait for all of it.
pub(super) const SYNC_EVERY: u64 = 8 << 20;

/// Where an upload's bytes are until it is complete.
#[derive(Debug)]
enum Sink {
    /// Removed with the upload.
    Fleeting(NamedTempFile),
    /// Kept, so that the upload can be continued later.
    Kept { file: File, path: PathBuf },
}

impl Sink {
    fn path(&self) -> &Path {
        match self {
            Self::Fleeting(file) => file.path(),
            Self::Kept { path, .. } => path,
        }
    }

    fn file(&mut self) -> &mut File {
        match self {
            Self::Fleeting(file) => file.as_file_mut(),
            Self::Kept { file, .. } => file,
        }
    }
}

/// What is known about the bytes so far: everything that is needed to continue, apart from the bytes themselves.
#[derive(Debug, Clone, Default)]
pub(super) struct Digest {
    hasher: blake3::Hasher,
    /// The first bytes, for the media type.
    head: Vec<u8>,
    /// Number of bytes.
    pub(super) size: u64,
}

impl Digest {
    fn update(&mut self, chunk: &[u8]) {
        let head = &chunk[..chunk.len().min(media_type::HEAD_BYTES.saturating_sub(self.head.len()))];
        self.head.extend_from_slice(head);
        self.hasher.update(chunk);
        self.size += chunk.len() as u64;
    }

    /// For the first `size` bytes of `file`, which is read from its beginning.
    pub(super) fn of(file: &mut File, size: u64) -> io::Result<Self> {
        let mut digest = Self::default();
        let mut chunk = vec![0; CHUNK];
        while digest.size < size {
            let want = usize::try_from(size - digest.size).unwrap_or(CHUNK).min(CHUNK);
            file.read_exact(&mut chunk[..want])?;
            digest.update(&chunk[..want]);
        }
        Ok(digest)
    }
}

/// An upload in progress. Dropping it removes its file, if that is not kept, and then gives its permit back.
#[derive(Debug)]
pub(super) struct Upload {
    sink: Sink,
    shared: Arc<Shared>,
    /// The folder it is written to.
    root: Arc<Root>,
    pub(super) digest: Digest,
    unsynced: u64,
    _in_use: InUse,
    _slot: OwnedSemaphorePermit,
}

impl Upload {
    /// An upload whose bytes are removed when it is not finished.
    pub(super) fn fleeting(
        (shared, root): (Arc<Shared>, Arc<Root>),
        slot: OwnedSemaphorePermit,
        len: u64,
    ) -> Result<Self, FilesError> {
        let in_use = root.enter()?;
        root.check_space(len)?;
        let sink = Sink::Fleeting(root.new_file()?);
        Ok(Self { sink, shared, root, digest: Digest::default(), unsynced: 0, _in_use: in_use, _slot: slot })
    }

    /// An upload that continues where `file`, at `path`, ends.
    pub(super) fn kept(
        (shared, root, in_use): (Arc<Shared>, Arc<Root>, InUse),
        slot: OwnedSemaphorePermit,
        (file, path): (File, PathBuf),
        digest: Digest,
    ) -> Self {
        Self { sink: Sink::Kept { file, path }, shared, root, digest, unsynced: 0, _in_use: in_use, _slot: slot }
    }

    /// A second handle to its bytes, at the first one.
    pub(super) fn reopened(&self) -> io::Result<File> {
        File::open(self.sink.path())
    }

    fn append(mut self, chunk: &[u8]) -> Result<Self, FilesError> {
        self.root.check_open()?;
        self.sink.file().write_all(chunk)?;
        self.digest.update(chunk);
        self.unsynced += chunk.len() as u64;
        if self.unsynced >= SYNC_EVERY {
            self.sync()?;
        }
        // Checked for each chunk: it costs microseconds, and many uploads at once could use up the reserve between two
        // syncs.
        self.root.check_space(0)?;
        Ok(self)
    }

    /// Returns when everything appended is safely on the disk.
    pub(super) fn sync(&mut self) -> Result<(), FilesError> {
        if self.unsynced > 0 {
            self.sink.file().sync_data()?;
            self.unsynced = 0;
        }
        Ok(())
    }

    /// Gives the content its name. `name` is the file's own, for the media type if the content does not show it. A kept
    /// upload's file stays until it is discarded, because whoever has to record the content may not have done so yet.
    pub(super) fn publish(self, name: &str) -> Result<StoredBlob, FilesError> {
        let hash = BlobHash::from(self.digest.hasher.finalize());
        let size = self.digest.size;
        let media_type = media_type(&self.digest.head, name);
        if let Some(path) = self.shared.whole(&hash, size) {
            // Another upload may have given it this name a moment ago and still be waiting for the folder, as this one
            // has to.
            disk::sync_folder_of(&path)?;
        } else {
            let path = self.root.blob_path(&hash);
            match self.sink {
                Sink::Fleeting(file) => disk::publish(file, &path)?,
                Sink::Kept { file, path: kept } => {
                    file.sync_all()?;
                    take_name(&kept, &path)?;
                    disk::sync_folder_of(&path)?;
                }
            }
        }
        Ok(StoredBlob { hash, size, media_type })
    }
}

/// Gives a file a second name, replacing whatever has it. On a file system without hard links (exFAT, FAT32) it becomes
/// the only name: a client that was not told that the content is stored has to send it again.
fn take_name(kept: &Path, to: &Path) -> io::Result<()> {
    // Done through a temporary name, so that a file that a disk error has cut short there is replaced in one step.
    let second = kept.with_extension("whole");
    disk::remove_if_there(&second)?;
    match fs::hard_link(kept, &second) {
        Ok(()) => fs::rename(&second, to),
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) => {
            fs::rename(kept, to)
        }
        Err(error) => Err(error),
    }
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Went {
    /// To its end.
    Ended,
    /// It was interrupted.
    Broke,
    /// It has more bytes than allowed; the piece that was too much was not accepted.
    Over,
    /// As much as was asked for has arrived; there may be more.
    Enough,
}

/// Accepts what `body` yields, at most `max` bytes, until `enough` have arrived. No thread waits for the network: the
/// upload's state moves to a blocking thread with each full chunk, and comes back while the next chunk fills.
pub(super) async fn pump<S, E>(
    upload: Upload,
    mut body: Pin<&mut S>,
    max: u64,
    enough: u64,
) -> Result<(Upload, Went, u64), FilesError>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    let mut written: JoinHandle<Result<Upload, FilesError>> = tokio::spawn(async move { Ok(upload) });
    let mut received = 0_u64;
    let mut chunk = Vec::with_capacity(CHUNK);
    let went = loop {
        if received >= enough {
            break Went::Enough;
        }
        let piece = match body.next().await {
            Some(Ok(piece)) => piece,
            Some(Err(_)) => break Went::Broke,
            None => break Went::Ended,
        };
        received += piece.len() as u64;
        if received > max {
            break Went::Over;
        }
        let mut piece = &piece[..];
        while chunk.len() + piece.len() >= CHUNK {
            let (fits, rest) = piece.split_at(CHUNK - chunk.len());
            chunk.extend_from_slice(fits);
            piece = rest;
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            let upload = finished(written).await?;
            written = spawn_blocking(move || upload.append(&full));
        }
        chunk.extend_from_slice(piece);
    };
    let upload = finished(written).await?;
    let upload = finished(spawn_blocking(move || upload.append(&chunk))).await?;
    Ok((upload, went, received))
}

/// The result of the work that was started with the last chunk.
async fn finished(work: JoinHandle<Result<Upload, FilesError>>) -> Result<Upload, FilesError> {
    work.await.map_err(|error| FilesError::Io(io::Error::other(error)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, no upload in parts could ever be finished on a disk with exFAT, which has no hard links. (The
    /// test uses a folder, because nothing can have a second link to one.)
    #[test]
    fn where_there_are_no_second_names_the_file_takes_its_only_one() {
        let root = tempfile::tempdir().unwrap();
        let [folder, file, to] = ["17", "18", "named"].map(|name| root.path().join(name));
        fs::create_dir(&folder).unwrap();
        take_name(&folder, &to).unwrap();
        assert!(to.is_dir() && !folder.exists());
        fs::remove_dir(&to).unwrap();
        fs::write(&file, "whole").unwrap();
        take_name(&file, &to).unwrap();
        assert!(to.is_file() && file.is_file(), "whoever was not told goes on from it");
    }
}
