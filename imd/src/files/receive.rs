//! The way of an upload: pieces from the network → chunks → disk and hash at once → its place among the blobs.
//!
//! No thread waits for the network: the upload's state travels to a blocking thread with each full chunk and comes
//! back while the next chunk fills. If the upload is dropped at any point, so is its file.

use std::fmt;
use std::io::{self, Write};
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tempfile::NamedTempFile;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{JoinHandle, spawn_blocking};

use super::blobs::{Blobs, Shared, StoredBlob, off_thread};
use super::disk;
use super::error::FilesError;
use super::hash::BlobHash;
use super::media_type::{self, media_type};

/// Bytes that are hashed and written at once: large enough for BLAKE3's parallel lanes and for an SD card's blocks.
const CHUNK: usize = 256 << 10;

/// After this many bytes the upload waits until they are on the disk. Without it a large
/// upload piles up in the page cache, and the next message's commit has to wait for all of it.
const SYNC_EVERY: u64 = 8 << 20;

/// What the sender said before sending.
#[derive(Debug, Clone)]
pub struct Announced<'a> {
    /// Bytes to come (`Content-Length`), if announced.
    pub len: Option<u64>,
    /// Bytes allowed; exactly as many are fine.
    pub max_bytes: u64,
    /// The file's name, for its media type where the content shows none. May be anything.
    pub name: &'a str,
}

impl Blobs {
    /// Stores what `body` yields. When this answers, the content is on the disk under its hash; on an error, and when
    /// the future is dropped, nothing is kept.
    ///
    /// # Errors
    /// `TooLarge`, `Interrupted`, `DiskFull`, `ReadOnly`, `Busy`, `Io`.
    pub async fn receive<S, E>(&self, body: S, announced: Announced<'_>) -> Result<StoredBlob, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        let Announced { len, max_bytes, name } = announced;
        let too_large = || FilesError::TooLarge { max_bytes };
        if len.is_some_and(|len| len > max_bytes) {
            return Err(too_large());
        }
        let slot = self.shared.slots.clone().try_acquire_owned().map_err(|_| FilesError::Busy)?;

        let shared = self.shared.clone();
        let upload = off_thread(move || Upload::begin(shared, slot, len.unwrap_or(0))).await?;
        let mut written = tokio::spawn(async move { Ok(upload) });

        let mut body = pin!(body);
        let mut received = 0_u64;
        let mut chunk = Vec::with_capacity(CHUNK);
        let outcome = loop {
            let piece = match body.next().await {
                Some(Ok(piece)) => piece,
                Some(Err(_)) => break Err(FilesError::Interrupted { received }),
                None if len.is_some_and(|len| len != received) => break Err(FilesError::Interrupted { received }),
                None => break Ok(()),
            };
            received += piece.len() as u64;
            if received > max_bytes {
                break Err(too_large());
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
        match outcome {
            Ok(()) => {
                let name = name.to_owned();
                off_thread(move || upload.append(&chunk)?.finish(&name)).await
            }
            Err(error) => {
                // Removing a large file takes the disk a while.
                off_thread(move || {
                    drop(upload);
                    Ok(())
                })
                .await?;
                Err(error)
            }
        }
    }

    /// Stores `content`, made or changed by the box itself. As `receive`.
    pub async fn store(&self, content: Bytes, name: &str) -> Result<StoredBlob, FilesError> {
        let len = content.len() as u64;
        let body = stream::iter([Ok::<_, io::Error>(content)]);
        self.receive(body, Announced { len: Some(len), max_bytes: len, name }).await
    }
}

/// What came of the work that was started with the last chunk.
async fn finished(work: JoinHandle<Result<Upload, FilesError>>) -> Result<Upload, FilesError> {
    work.await.map_err(|error| FilesError::Io(io::Error::other(error)))?
}

/// An upload under way. Dropping it removes its file and gives its slot back, in this order.
struct Upload {
    file: NamedTempFile,
    shared: Arc<Shared>,
    hasher: blake3::Hasher,
    /// The first bytes, for the media type.
    head: Vec<u8>,
    size: u64,
    unsynced: u64,
    _slot: OwnedSemaphorePermit,
}

impl Upload {
    fn begin(shared: Arc<Shared>, slot: OwnedSemaphorePermit, len: u64) -> Result<Self, FilesError> {
        shared.check_space(len)?;
        let file = shared.new_file()?;
        let hasher = blake3::Hasher::new();
        Ok(Self { file, shared, hasher, head: Vec::new(), size: 0, unsynced: 0, _slot: slot })
    }

    fn append(mut self, chunk: &[u8]) -> Result<Self, FilesError> {
        let head = &chunk[..chunk.len().min(media_type::HEAD_BYTES.saturating_sub(self.head.len()))];
        self.head.extend_from_slice(head);
        self.hasher.update(chunk);
        self.file.write_all(chunk)?;
        self.size += chunk.len() as u64;
        self.unsynced += chunk.len() as u64;
        if self.unsynced >= SYNC_EVERY {
            self.file.as_file().sync_data()?;
            self.unsynced = 0;
        }
        // Each chunk: looking costs microseconds, and many uploads at once fill the reserve between two syncs.
        self.shared.check_space(0)?;
        Ok(self)
    }

    fn finish(self, name: &str) -> Result<StoredBlob, FilesError> {
        let hash = BlobHash::from(self.hasher.finalize());
        let media_type = media_type(&self.head, name);
        let path = self.shared.blob_path(&hash);
        if path.metadata().is_ok_and(|there| there.is_file() && there.len() == self.size) {
            // Another upload may have given it this name a moment ago and still wait for the folder, as this one must.
            disk::sync_folder_of(&path)?;
        } else {
            disk::publish(self.file, &path)?;
        }
        Ok(StoredBlob { hash, size: self.size, media_type })
    }
}

#[cfg(test)]
mod tests;
