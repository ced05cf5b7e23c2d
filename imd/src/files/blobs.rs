//! Stored files by their hashes: opening their folders, who may store a file and who has to wait, and removing files.
//!
//! `blobs/ab/cdef…` holds a content under its hash, once, however often it was sent. `incoming/` holds uploads in
//! progress and is emptied at the start. `partial/17` holds what has arrived of an upload in parts, which can be
//! continued. `thumbs/ab/cdef….jpg` holds thumbnails, which can be made again from the blobs.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLock, Semaphore};

use super::disk::{self, Space};
use super::error::FilesError;
use super::hash::BlobHash;
use super::partial::Parked;
use super::root::{self, Root};
use super::roots::Chosen;

/// Limits for all uploads together.
#[derive(Debug, Clone)]
pub struct BlobLimits {
    /// Bytes of the file system that uploads must leave free, so that the chat goes on when files fill the disk.
    pub reserve_bytes: u64,
    /// Uploads at the same time; further ones are refused with `Busy`. Each takes at most 512 KiB of memory.
    pub concurrent_uploads: usize,
}

impl Default for BlobLimits {
    fn default() -> Self {
        Self { reserve_bytes: 256 << 20, concurrent_uploads: 64 }
    }
}

/// A file that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBlob {
    /// Hash of the content, which is also its name.
    pub hash: BlobHash,
    /// Size in bytes.
    pub size: u64,
    /// Media type (RFC 6838) without parameters: from the content if that shows it, otherwise from the name.
    pub media_type: String,
}

/// Stored files by the hash of their content. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    pub(super) shared: Arc<Shared>,
}

/// What every upload in progress needs, on whichever thread it runs.
#[derive(Debug)]
pub(super) struct Shared {
    /// The folder on the box's own card.
    pub(super) card: Arc<Root>,
    /// Always on the card, so that pictures in messages are visible while the disk with the photos is away.
    thumbs: PathBuf,
    /// See `roots.rs`.
    pub(super) chosen: std::sync::RwLock<Option<Chosen>>,
    /// What is known about uploads in parts that are not being continued at the moment; see `partial.rs`.
    pub(super) parked: Mutex<Parked>,
    pub(super) slots: Arc<Semaphore>,
    /// Read lock: content is being stored. Write lock: unneeded content is being removed.
    keeping: Arc<RwLock<()>>,
}

/// While this exists, nothing is swept away; see [`Blobs::keep`].
#[derive(Debug)]
pub struct Kept {
    _sweeper_waits: OwnedRwLockReadGuard<()>,
}

/// While this exists, nothing is stored; see [`Blobs::pause`].
#[derive(Debug)]
pub struct Paused {
    _uploads_wait: OwnedRwLockWriteGuard<()>,
}

impl Blobs {
    /// Creates missing folders below `root`, and removes what interrupted uploads have left. Blocks for some
    /// milliseconds: to be called once, at the start. The data folder must be locked against a second process.
    pub fn open(root: &Path, limits: BlobLimits) -> Result<Self, FilesError> {
        Self::open_on(root, limits, disk::free_bytes)
    }

    pub(super) fn open_on(
        root: &Path,
        limits: BlobLimits,
        free_bytes: fn(&Path) -> io::Result<u64>,
    ) -> Result<Self, FilesError> {
        let thumbs = root.join("thumbs");
        root::make_hashed_folders(&thumbs)?;
        let card = Arc::new(Root::open(root, limits.reserve_bytes, free_bytes)?);
        let slots = Arc::new(Semaphore::new(limits.concurrent_uploads));
        let (chosen, parked, keeping) = (std::sync::RwLock::default(), Mutex::default(), Arc::default());
        Ok(Self { shared: Arc::new(Shared { card, thumbs, chosen, parked, slots, keeping }) })
    }

    /// Free bytes on the card.
    ///
    /// # Errors
    /// `Io`.
    pub async fn free_bytes(&self) -> Result<u64, FilesError> {
        let shared = self.shared.clone();
        off_thread(move || Ok(shared.card.free_bytes()?)).await
    }

    /// Bytes of the card that files must leave free.
    #[must_use]
    pub fn reserve(&self) -> u64 {
        self.shared.card.reserve()
    }

    /// Sets how many bytes of the card files must leave free from now on.
    pub fn set_reserve(&self, bytes: u64) {
        self.shared.card.set_reserve(bytes);
    }

    /// Size of the card, and how much of it is free.
    ///
    /// # Errors
    /// `Io`.
    pub async fn space(&self) -> Result<Space, FilesError> {
        let shared = self.shared.clone();
        off_thread(move || Ok(shared.card.space()?)).await
    }

    /// While this guard is held, nothing is swept away. To be taken before content is stored, and held until whoever
    /// needs the content is recorded, so that it is not mistaken for something that nobody needs.
    pub async fn keep(&self) -> Kept {
        Kept { _sweeper_waits: Arc::clone(&self.shared.keeping).read_owned().await }
    }

    /// Keeps everybody from storing, once those who are storing at the moment have finished; `None` if they have not
    /// after `patience`. Somebody who wants to store meanwhile waits no longer than this.
    pub async fn pause(&self, patience: Duration) -> Option<Paused> {
        let paused = Arc::clone(&self.shared.keeping).write_owned();
        Some(Paused { _uploads_wait: tokio::time::timeout(patience, paused).await.ok()? })
    }

    /// A permit for an upload.
    pub(super) fn slot(&self) -> Result<OwnedSemaphorePermit, FilesError> {
        self.shared.slots.clone().try_acquire_owned().map_err(|_| FilesError::Busy)
    }

    /// The contents in one of the 256 folders, `00` to `ff`, on the card and on the disk.
    ///
    /// # Errors
    /// `Io`.
    pub async fn list(&self, folder: u8) -> Result<Vec<BlobHash>, FilesError> {
        let roots = self.shared.roots();
        off_thread(move || {
            let mut hashes = Vec::new();
            for root in roots {
                hashes.extend(root.list(folder)?);
            }
            Ok(hashes)
        })
        .await
    }

    /// Removes the content, wherever it is, and its thumbnail; does nothing if it does not exist. The caller makes sure
    /// that nothing refers to it and that the same content is not being uploaded, because that upload could be answered
    /// with what is being removed.
    pub async fn remove(&self, hash: BlobHash) -> Result<(), FilesError> {
        let shared = self.shared.clone();
        off_thread(move || {
            disk::remove_if_there(&shared.thumb_path(&hash))?;
            for root in shared.roots() {
                disk::remove_if_there(&root.blob_path(&hash))?;
            }
            Ok(())
        })
        .await
    }
}

impl Shared {
    pub(super) fn thumb_path(&self, hash: &BlobHash) -> PathBuf {
        self.thumbs.join(hash.relative_path()).with_extension("jpg")
    }

    /// Blocks.
    pub(super) fn open_blob(&self, hash: &BlobHash) -> Result<File, FilesError> {
        Ok(File::open(self.find(hash)?)?)
    }
}

/// Runs `work`, which waits for the disk, on a thread where waiting does not stop the chat.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FilesError> + Send + 'static,
) -> Result<T, FilesError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| FilesError::Io(io::Error::other(error)))?
}
