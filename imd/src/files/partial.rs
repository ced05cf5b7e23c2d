//! A file that is uploaded in parts: what has arrived stays on the disk across broken connections and restarts, and the
//! next part continues from there.
//!
//! The progress of an upload is reported only for what is safely on the disk, and it is remembered by the caller, not
//! read from the file: after a power cut a file may be longer than what was really written. Whatever is beyond is cut
//! off before the next part.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom};
use std::pin::Pin;
use std::sync::PoisonError;

use bytes::Bytes;
use futures_util::Stream;

use super::blobs::{Blobs, Kept, Shared, StoredBlob, off_thread};
use super::disk;
use super::error::FilesError;
use super::upload::{Digest, SYNC_EVERY, Upload, Went, pump};

/// Identifies an upload in parts; never used again for another.
pub type PartialId = u64;

/// What is known about paused uploads, so that they can be continued without reading them again. About 2.5 KiB each.
pub(super) type Parked = HashMap<PartialId, Digest>;

/// When there are more paused uploads, the others are read again when they are continued.
const PARKED: usize = 256;

/// An upload that is being continued.
#[derive(Debug)]
pub struct Partial {
    id: PartialId,
    len: u64,
    upload: Upload,
}

/// How a part ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// There may be more: note the progress and ask again.
    More,
    /// The part has arrived completely.
    All,
    /// The part was interrupted; what arrived before is stored.
    Broken,
    /// The part has more bytes than the file has left; nothing beyond its end was accepted.
    TooMuch,
}

impl Blobs {
    /// Prepares an upload of `len` bytes, of which nothing has arrived.
    ///
    /// # Errors
    /// `Away`, `DiskFull`, `ReadOnly`, `Io`.
    pub async fn begin_partial(&self, id: PartialId, len: u64) -> Result<(), FilesError> {
        let shared = self.shared.clone();
        off_thread(move || {
            let root = shared.target()?;
            let _in_use = root.enter()?;
            root.check_space(len)?;
            std::fs::File::create(root.partial_path(id))?;
            Ok(disk::sync_folder(root.partials())?)
        })
        .await
    }

    /// Continues an upload of `len` bytes, of which the first `at` have arrived. After a restart of the program these
    /// are read once.
    ///
    /// # Errors
    /// `NotFound` when they are missing, `Away`, `Busy`, `DiskFull`, `ReadOnly`, `Io`.
    pub async fn resume_partial(&self, id: PartialId, at: u64, len: u64) -> Result<Partial, FilesError> {
        let slot = self.slot()?;
        let shared = self.shared.clone();
        off_thread(move || {
            let root = shared.root_of_partial(id)?;
            let in_use = root.enter()?;
            root.check_space(len.saturating_sub(at))?;
            let path = root.partial_path(id);
            let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
            if file.metadata()?.len() < at {
                return Err(FilesError::NotFound);
            }
            let parked = shared.parked().remove(&id).filter(|digest| digest.size == at);
            let digest = match parked {
                Some(digest) => digest,
                None => Digest::of(&mut file, at)?,
            };
            file.set_len(at)?;
            file.seek(SeekFrom::Start(at))?;
            Ok(Partial { id, len, upload: Upload::kept((shared, root, in_use), slot, (file, path), digest) })
        })
        .await
    }

    /// Stores a complete upload; its own copy stays until it is discarded. `_kept` must be held until whoever needs the
    /// content is recorded.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`.
    pub async fn publish_partial(&self, partial: Partial, name: &str, _kept: &Kept) -> Result<StoredBlob, FilesError> {
        let name = name.to_owned();
        off_thread(move || partial.upload.publish(&name)).await
    }

    /// Removes an upload; does nothing if it does not exist.
    ///
    /// # Errors
    /// `ReadOnly`, `Io`.
    pub async fn discard_partial(&self, id: PartialId) -> Result<(), FilesError> {
        let shared = self.shared.clone();
        off_thread(move || {
            shared.parked().remove(&id);
            for root in shared.roots() {
                disk::remove_if_there(&root.partial_path(id))?;
            }
            Ok(())
        })
        .await
    }

    /// The existing uploads.
    ///
    /// # Errors
    /// `Io`.
    pub async fn partials(&self) -> Result<Vec<PartialId>, FilesError> {
        let roots = self.shared.roots();
        off_thread(move || {
            let mut found = Vec::new();
            for root in roots {
                found.extend(root.partial_ids()?);
            }
            Ok(found)
        })
        .await
    }
}

impl Partial {
    /// Number of bytes that are safely on the disk.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.upload.digest.size
    }

    /// Has it arrived completely?
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.at() == self.len
    }

    /// Accepts some of what `body` yields. When this returns, [`Self::at`] bytes are safely on the disk.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`: the progress is that of the last time this returned.
    pub async fn take<S, E>(self, body: Pin<&mut S>) -> Result<(Self, Came), FilesError>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let Self { id, len, upload } = self;
        let left = len - upload.digest.size;
        let (mut upload, went, _) = pump(upload, body, left, SYNC_EVERY).await?;
        let upload = off_thread(move || {
            upload.sync()?;
            Ok(upload)
        })
        .await?;
        let came = match went {
            Went::Enough => Came::More,
            Went::Ended => Came::All,
            Went::Broke => Came::Broken,
            Went::Over => Came::TooMuch,
        };
        Ok((Self { id, len, upload }, came))
    }

    /// Pauses the upload.
    pub fn park(self, blobs: &Blobs) {
        let mut parked = blobs.shared.parked();
        if parked.len() < PARKED {
            parked.insert(self.id, self.upload.digest);
        }
    }
}

impl Shared {
    fn parked(&self) -> std::sync::MutexGuard<'_, Parked> {
        // Only single insertions and removals happen under the lock, so a poisoned map is still intact.
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
