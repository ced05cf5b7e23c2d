//! Thumbnails of stored photos, and square pictures. The pixels are decoded elsewhere: see `painter.rs`.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use super::blobs::{Blobs, Shared, off_thread};
use super::disk;
use super::error::FilesError;
use super::hash::BlobHash;
use super::painter::{Painter, PhotosLimits};
use super::receive::Received;
use crate::picture::{Size, Task};

/// Longest side of a thumbnail in pixels.
pub const THUMBNAIL_SIDE: u32 = 640;

/// The size of a photo, and whether it has a thumbnail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoInfo {
    /// Width in pixels, orientation applied.
    pub width: u32,
    /// Height in pixels, orientation applied.
    pub height: u32,
    /// Could it be read, so that there is a thumbnail?
    pub thumbnail: bool,
}

/// Thumbnails of stored photos. Cheap to clone; all clones share the workers and the queue.
#[derive(Debug, Clone)]
pub struct Photos {
    shared: Arc<Shared>,
    painter: Painter,
}

impl Photos {
    /// Makes thumbnails of what is in `blobs`. `program` is the path of this very program, which is started for each.
    pub fn new(blobs: &Blobs, program: PathBuf, limits: PhotosLimits) -> Self {
        Self { shared: blobs.shared.clone(), painter: Painter::new(program, limits) }
    }

    /// Makes sure that a stored photo has its thumbnail, if it can be read and has no more pixels than allowed, and
    /// returns its size. `None` for what is no photo, or does not even tell its size: it is a file like any other.
    /// Asking [`is_photo`](super::is_photo) first saves waiting in the queue.
    ///
    /// # Errors
    /// `NotFound`, `Busy`, `DiskFull`, `ReadOnly`, `Io`.
    pub async fn photo(&self, hash: BlobHash) -> Result<Option<PhotoInfo>, FilesError> {
        match self.made(hash).await {
            Ok((Size { width, height }, thumbnail)) => Ok(Some(PhotoInfo { width, height, thumbnail })),
            Err(FilesError::ImageUnfit(why)) => {
                tracing::info!(why, "no thumbnail");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn made(&self, hash: BlobHash) -> Result<(Size, bool), FilesError> {
        let (shared, path) = (self.shared.clone(), self.shared.thumb_path(&hash));
        let looked_at = path.clone();
        let (file, there) = off_thread(move || Ok((shared.open_blob(&hash)?, looked_at.is_file()))).await?;
        let task = if there { Task::Size } else { Task::Thumbnail(THUMBNAIL_SIDE) };
        let answer = self.painter.paint(file, task).await?;
        let shared = self.shared.clone();
        off_thread(move || {
            let made = !there && !answer.jpeg.is_empty();
            if made {
                shared.card.check_space(answer.jpeg.len() as u64)?;
                let mut thumb = shared.card.new_file()?;
                thumb.write_all(&answer.jpeg)?;
                disk::publish(thumb, &path)?;
            }
            Ok((answer.size, there || made))
        })
        .await
    }

    /// The path of a stored photo's thumbnail: a JPEG without metadata, with no side over [`THUMBNAIL_SIDE`]. It is
    /// made again if it was lost. `None` for what has none, and the same errors as [`photo`](Self::photo).
    pub async fn thumbnail(&self, hash: BlobHash) -> Result<Option<PathBuf>, FilesError> {
        let path = self.shared.thumb_path(&hash);
        let looked_at = path.clone();
        if off_thread(move || Ok(looked_at.is_file())).await? {
            return Ok(Some(path));
        }
        Ok(self.photo(hash).await?.filter(|photo| photo.thumbnail).map(|_| path))
    }

    /// A JPEG of `side` × `side` pixels from the middle of the received picture, without metadata.
    ///
    /// # Errors
    /// `ImageUnfit` for what is no picture, is damaged or too large; `Busy`, `Io`.
    pub async fn square(&self, received: &Received, side: u32) -> Result<Bytes, FilesError> {
        self.squared(received.reopened()?, side).await
    }

    /// Like [`square`](Self::square), for a stored file. Also `NotFound`.
    pub async fn square_of(&self, hash: BlobHash, side: u32) -> Result<Bytes, FilesError> {
        let shared = self.shared.clone();
        self.squared(off_thread(move || shared.open_blob(&hash)).await?, side).await
    }

    async fn squared(&self, file: File, side: u32) -> Result<Bytes, FilesError> {
        Ok(self.painter.paint(file, Task::Square(side)).await?.jpeg.into())
    }
}
