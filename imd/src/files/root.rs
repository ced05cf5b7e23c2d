//! One folder of stored files, on the box's own card or on a USB disk: the complete files in it, those in progress, and
//! whether it may still be written. Knows nothing of other such folders, or of which file belongs where.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tempfile::NamedTempFile;
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use super::disk::{self, Space};
use super::error::FilesError;
use super::hash::BlobHash;
use super::partial::PartialId;

/// Shows that a folder on a disk is really there, and not only the empty folder where the disk is mounted.
pub(super) const MARKER: &str = "box";

/// The folder, and what must be known about it while files are written.
#[derive(Debug)]
pub(super) struct Root {
    folder: PathBuf,
    blobs: PathBuf,
    incoming: PathBuf,
    partial: PathBuf,
    /// Bytes of the file system that must stay free; changes while uploads are in progress.
    reserve: AtomicU64,
    closed: AtomicBool,
    /// Read lock: somebody writes here. Write lock: the folder is taken out of use.
    users: Arc<RwLock<()>>,
    /// Asks the file system; a test can replace it.
    free_bytes: fn(&Path) -> io::Result<u64>,
}

/// Held by whoever writes to a root, which is not taken out of use before.
pub(super) type InUse = OwnedRwLockReadGuard<()>;

impl Root {
    /// Creates what is missing below `folder`, and removes what was interrupted. Blocks for some milliseconds.
    pub(super) fn open(
        folder: &Path,
        reserve: u64,
        free_bytes: fn(&Path) -> io::Result<u64>,
    ) -> Result<Self, FilesError> {
        let [blobs, incoming, partial] = ["blobs", "incoming", "partial"].map(|name| folder.join(name));
        disk::clear(&incoming)?;
        for folder in [&incoming, &partial] {
            make_folder(folder)?;
        }
        make_hashed_folders(&blobs)?;
        disk::sync_folder(folder)?;
        let (reserve, closed, users) = (AtomicU64::new(reserve), AtomicBool::new(false), Arc::default());
        Ok(Self { folder: folder.to_owned(), blobs, incoming, partial, reserve, closed, users, free_bytes })
    }

    /// To be held while something is written here.
    ///
    /// # Errors
    /// `Away` when the folder is being taken out of use.
    pub(super) fn enter(&self) -> Result<InUse, FilesError> {
        self.check_open()?;
        Arc::clone(&self.users).try_read_owned().map_err(|_| FilesError::Away)
    }

    /// `Away` when the folder is being taken out of use.
    pub(super) fn check_open(&self) -> Result<(), FilesError> {
        if self.closed.load(Ordering::Acquire) { Err(FilesError::Away) } else { Ok(()) }
    }

    /// From now on nothing is begun here, and what is in progress ends. Returns whether everything has ended after
    /// `patience`.
    pub(super) async fn close(&self, patience: Duration) -> bool {
        self.closed.store(true, Ordering::Release);
        tokio::time::timeout(patience, self.users.write()).await.is_ok()
    }

    /// Is the folder itself there, and not only the empty folder where the disk is mounted? Blocks.
    pub(super) fn is_there(&self) -> bool {
        self.folder.join(MARKER).is_file()
    }

    pub(super) fn blob_path(&self, hash: &BlobHash) -> PathBuf {
        self.blobs.join(hash.relative_path())
    }

    pub(super) fn partial_path(&self, id: PartialId) -> PathBuf {
        self.partial.join(id.to_string())
    }

    /// The folder of uploads in parts.
    pub(super) fn partials(&self) -> &Path {
        &self.partial
    }

    /// A new file without a name; dropping it removes it.
    pub(super) fn new_file(&self) -> io::Result<NamedTempFile> {
        NamedTempFile::new_in(&self.incoming)
    }

    pub(super) fn reserve(&self) -> u64 {
        self.reserve.load(Ordering::Relaxed)
    }

    pub(super) fn set_reserve(&self, bytes: u64) {
        self.reserve.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn free_bytes(&self) -> io::Result<u64> {
        (self.free_bytes)(&self.incoming)
    }

    pub(super) fn space(&self) -> io::Result<Space> {
        disk::space(&self.blobs)
    }

    /// `DiskFull` if writing `more` bytes would use the reserve.
    pub(super) fn check_space(&self, more: u64) -> Result<(), FilesError> {
        if self.free_bytes()? < self.reserve().saturating_add(more) { Err(FilesError::DiskFull) } else { Ok(()) }
    }

    /// The contents in one of the 256 folders, `00` to `ff`. Blocks.
    pub(super) fn list(&self, folder: u8) -> io::Result<Vec<BlobHash>> {
        let mut hashes = Vec::new();
        for entry in disk::entries(&self.blobs.join(format!("{folder:02x}")))? {
            let name = entry.file_name();
            hashes.extend(format!("{folder:02x}{}", name.to_string_lossy()).parse::<BlobHash>());
        }
        Ok(hashes)
    }

    /// All contents stored here, with their sizes. Blocks.
    pub(super) fn inventory(&self) -> io::Result<Vec<(BlobHash, u64)>> {
        let mut found = Vec::new();
        for folder in fs::read_dir(&self.blobs)? {
            let folder = folder?;
            for file in fs::read_dir(folder.path())? {
                let file = file?;
                let name = format!("{}{}", folder.file_name().to_string_lossy(), file.file_name().to_string_lossy());
                // What has no hash as its name is not ours.
                let Ok(hash) = name.parse() else { continue };
                match file.metadata() {
                    Ok(meta) => found.push((hash, meta.len())),
                    // It was moved a moment ago.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(found)
    }

    /// The uploads in parts that are here. Blocks.
    pub(super) fn partial_ids(&self) -> io::Result<Vec<PartialId>> {
        let names = disk::entries(&self.partial)?.into_iter().map(|entry| entry.file_name());
        Ok(names.filter_map(|name| name.to_string_lossy().parse().ok()).collect())
    }
}

/// 256 folders, `00` to `ff`. They are synced once here and not at each upload, so that the folder of a content is on
/// the disk before the content.
pub(super) fn make_hashed_folders(folder: &Path) -> io::Result<()> {
    make_folder(folder)?;
    for byte in 0..=u8::MAX {
        make_folder(&folder.join(format!("{byte:02x}")))?;
    }
    disk::sync_folder(folder)
}

/// Somebody's disk may contain anything, and a link would lead elsewhere.
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    if folder.symlink_metadata()?.is_dir() { Ok(()) } else { Err(io::ErrorKind::NotADirectory.into()) }
}
