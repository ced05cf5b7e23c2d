//! A file that is sent in one piece: unless it is stored completely, nothing is left of it. If the upload is dropped at
//! any point, its file is removed.

use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, stream};

use super::blobs::{Blobs, Kept, Shared, StoredBlob, off_thread};
use super::error::FilesError;
use super::root::Root;
use super::upload::{Upload, Went, pump};

/// What the sender has announced.
#[derive(Debug, Clone)]
pub struct Announced<'a> {
    /// Number of bytes (`Content-Length`), if announced.
    pub len: Option<u64>,
    /// Number of bytes allowed; exactly that many are accepted.
    pub max_bytes: u64,
    /// Name of the file, for its media type if the content does not show it. May be anything.
    pub name: &'a str,
}

/// Content that has arrived completely and is not stored yet. Dropping it removes it.
#[derive(Debug)]
pub struct Received {
    upload: Upload,
    name: String,
}

impl Received {
    /// The file that holds it, at its beginning.
    pub(super) fn reopened(&self) -> io::Result<std::fs::File> {
        self.upload.reopened()
    }
}

impl Blobs {
    /// Receives what `body` yields. On an error, and when the future is dropped, nothing is kept.
    ///
    /// # Errors
    /// `TooLarge`, `Interrupted`, `Away`, `DiskFull`, `ReadOnly`, `Busy`, `Io`.
    pub async fn receive<S, E>(&self, body: S, announced: Announced<'_>) -> Result<Received, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        self.receive_at(body, announced, Shared::target).await
    }

    /// Like `receive`, but always on the card: for what the box only processes and does not keep.
    ///
    /// # Errors
    /// As `receive`.
    pub async fn receive_here<S, E>(&self, body: S, announced: Announced<'_>) -> Result<Received, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        self.receive_at(body, announced, |shared| Ok(shared.card.clone())).await
    }

    async fn receive_at<S, E>(
        &self,
        body: S,
        announced: Announced<'_>,
        root: fn(&Shared) -> Result<Arc<Root>, FilesError>,
    ) -> Result<Received, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: fmt::Display,
    {
        let Announced { len, max_bytes, name } = announced;
        if len.is_some_and(|len| len > max_bytes) {
            return Err(FilesError::TooLarge { max_bytes });
        }
        let slot = self.slot()?;
        let shared = self.shared.clone();
        let root = root(&shared)?;
        let upload = off_thread(move || Upload::fleeting((shared, root), slot, len.unwrap_or(0))).await?;
        let (upload, went, received) = pump(upload, pin!(body), max_bytes, u64::MAX).await?;
        let error = match went {
            Went::Over => FilesError::TooLarge { max_bytes },
            Went::Ended if len.is_none_or(|len| len == received) => {
                return Ok(Received { upload, name: name.to_owned() });
            }
            Went::Ended | Went::Broke | Went::Enough => FilesError::Interrupted { received },
        };
        // Removing a large file takes the disk a while.
        off_thread(move || {
            drop(upload);
            Ok(())
        })
        .await?;
        Err(error)
    }

    /// Stores what was received. When this returns, the content is safely on the disk under its hash. `_kept` must be
    /// held until whoever needs the content is recorded.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`; nothing is kept then.
    pub async fn publish(&self, received: Received, _kept: &Kept) -> Result<StoredBlob, FilesError> {
        off_thread(move || received.upload.publish(&received.name)).await
    }

    /// Stores `content`, which the box itself has made or changed, on the card, so that pictures of people are visible
    /// while a disk is away. Like `receive` and `publish`.
    pub async fn store(&self, content: Bytes, name: &str, kept: &Kept) -> Result<StoredBlob, FilesError> {
        let len = content.len() as u64;
        let body = stream::iter([Ok::<_, io::Error>(content)]);
        let announced = Announced { len: Some(len), max_bytes: len, name };
        let received = self.receive_here(body, announced).await?;
        self.publish(received, kept).await
    }
}

#[cfg(test)]
mod tests;
