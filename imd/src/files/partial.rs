//! A file that comes in parts: what came stays on the disk, across a break of the line and a start of the program, and
//! the next part goes on from there.
//!
//! How far an upload has come is told only when it is on the disk, and remembered by the caller, not read off the
//! file: after a power cut a file may be longer than what is really in it. What is beyond is cut off before the next
//! part.

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

/// Names an upload in parts; never used again for another.
pub type PartialId = u64;

/// What is known of uploads at rest, so that going on needs no second reading. About 2.5 KiB each.
pub(super) type Parked = HashMap<PartialId, Digest>;

/// More uploads at rest are read once more when they go on.
const PARKED: usize = 256;

/// An upload that is being gone on with.
#[derive(Debug)]
pub struct Partial {
    id: PartialId,
    len: u64,
    upload: Upload,
}

/// How a part ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// There may be more: note how far it is and ask again.
    More,
    /// The part is there to its end.
    All,
    /// The part broke off; what came before is there.
    Broken,
    /// The part has more bytes than are left of the file; nothing over its end was taken.
    TooMuch,
}

impl Blobs {
    /// Makes room for an upload of `len` bytes, of which none is there.
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

    /// Goes on with an upload of `len` bytes, of which the first `at` are there. After a start of the program those
    /// are read once.
    ///
    /// # Errors
    /// `NotFound` when they are not there, `Away`, `Busy`, `DiskFull`, `ReadOnly`, `Io`.
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

    /// Stores an upload that is there to its end; its own copy stays until it is discarded. `_kept` is to be held until
    /// whoever needs the content is on record.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`.
    pub async fn publish_partial(&self, partial: Partial, name: &str, _kept: &Kept) -> Result<StoredBlob, FilesError> {
        let name = name.to_owned();
        off_thread(move || partial.upload.publish(&name)).await
    }

    /// Forgets an upload; one that is not there is fine.
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

    /// The uploads that are there.
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
    /// Bytes that are there, and on the disk.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.upload.digest.size
    }

    /// Is it there to its end?
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.at() == self.len
    }

    /// Takes some of what `body` yields. When this answers, [`Self::at`] bytes are on the disk.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly`, `Io`: it is as far as the last time this answered.
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

    /// Leaves it for later.
    pub fn park(self, blobs: &Blobs) {
        let mut parked = blobs.shared.parked();
        if parked.len() < PARKED {
            parked.insert(self.id, self.upload.digest);
        }
    }
}

impl Shared {
    fn parked(&self) -> std::sync::MutexGuard<'_, Parked> {
        // Only single inserts and removals happen under the lock: a poisoned one is still whole.
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
