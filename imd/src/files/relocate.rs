//! Moving files between the card and a disk. A file is complete at its destination, synced and verified by reading it
//! back, before it is removed from where it was. So a power cut loses no file, and leaves at most one in both places.
//!
//! Some cheap disks accept more than they can hold without reporting an error; that is why each file is read back.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use tempfile::NamedTempFile;

use super::blobs::{Blobs, off_thread};
use super::disk;
use super::error::FilesError;
use super::hash::BlobHash;
use super::partial::PartialId;
use super::root::Root;
use super::upload::{CHUNK, SYNC_EVERY};

/// Shared by whoever moves files and whoever wants to see the progress, or to stop it.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    done: Arc<AtomicU64>,
    halted: Arc<AtomicBool>,
}

impl Pace {
    /// Bytes moved since it was [set](Self::begin).
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Starts counting from this many bytes, and is no longer halted.
    pub fn begin(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.halted.store(false, Ordering::Release);
    }

    /// The file being moved stays where it was.
    pub fn halt(&self) {
        self.halted.store(true, Ordering::Release);
    }

    /// Was it halted?
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Acquire)
    }
}

/// Why a file was not moved; it is still where it was.
#[derive(Debug, thiserror::Error)]
pub enum RelocateError {
    /// It cannot be read where it is.
    #[error("it cannot be read")]
    Source(#[source] io::Error),
    /// It cannot be written at its destination, or reading it back gives something else.
    #[error(transparent)]
    Target(FilesError),
    /// It was halted.
    #[error("halted")]
    Halted,
}

impl Blobs {
    /// The files that are not at their destination yet, with their sizes, and the number of bytes that are.
    ///
    /// # Errors
    /// `Away`, `Io`.
    pub async fn strays(&self) -> Result<(Vec<(BlobHash, u64)>, u64), FilesError> {
        let (from, to) = self.shared.ends().ok_or(FilesError::Away)?;
        off_thread(move || {
            let strays = from.inventory()?;
            let both: HashSet<BlobHash> = strays.iter().map(|(hash, _)| *hash).collect();
            let settled = to.inventory()?.into_iter().filter(|(hash, _)| !both.contains(hash)).map(|(_, size)| size);
            Ok((strays, settled.sum()))
        })
        .await
    }

    /// Moves one file to where files belong.
    ///
    /// # Errors
    /// See [`RelocateError`].
    pub async fn relocate(&self, hash: BlobHash, pace: Pace) -> Result<(), RelocateError> {
        let (from, to) = self.shared.ends().ok_or(RelocateError::Target(FilesError::Away))?;
        let moved = tokio::task::spawn_blocking(move || {
            let (source, target) = (from.blob_path(&hash), to.blob_path(&hash));
            let expected = *hash.as_bytes();
            // An interrupted attempt may have left the file there. If it only looks like it, it is overwritten.
            if target.is_file() && read_again(&target, &pace).is_ok_and(|found| *found.as_bytes() == expected) {
                let _in_use = (enter(&from)?, enter(&to)?);
                disk::sync_folder_of(&target).map_err(target_error)?;
                pace.done.fetch_add(size_of(&source), Ordering::Relaxed);
                return remove(&source);
            }
            carry(&from, &to, (&source, &target), &pace)
        });
        moved.await.unwrap_or_else(|error| Err(RelocateError::Target(FilesError::Io(io::Error::other(error)))))
    }

    /// Uploads in parts that are not at their destination yet.
    ///
    /// # Errors
    /// `Away`, `Io`.
    pub async fn partials_astray(&self) -> Result<Vec<PartialId>, FilesError> {
        let (from, _) = self.shared.ends().ok_or(FilesError::Away)?;
        off_thread(move || Ok(from.partial_ids()?)).await
    }

    /// Moves an upload in parts to where files belong. Nobody may be sending to it meanwhile.
    ///
    /// # Errors
    /// See [`RelocateError`].
    pub async fn relocate_partial(&self, id: PartialId, pace: Pace) -> Result<(), RelocateError> {
        let (from, to) = self.shared.ends().ok_or(RelocateError::Target(FilesError::Away))?;
        let moved = tokio::task::spawn_blocking(move || {
            carry(&from, &to, (&from.partial_path(id), &to.partial_path(id)), &pace)
        });
        moved.await.unwrap_or_else(|error| Err(RelocateError::Target(FilesError::Io(io::Error::other(error)))))
    }
}

fn enter(root: &Root) -> Result<super::root::InUse, RelocateError> {
    root.enter().map_err(RelocateError::Target)
}

fn target_error(error: io::Error) -> RelocateError {
    RelocateError::Target(error.into())
}

fn size_of(path: &Path) -> u64 {
    path.metadata().map(|meta| meta.len()).unwrap_or_default()
}

/// How every file is moved.
fn carry(from: &Root, to: &Root, (source, target): (&Path, &Path), pace: &Pace) -> Result<(), RelocateError> {
    let _in_use = (enter(from)?, enter(to)?);
    let mut file = match File::open(source) {
        Ok(file) => file,
        // It was swept away, or moved by an earlier attempt.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(RelocateError::Source(error)),
    };
    let size = file.metadata().map_err(RelocateError::Source)?.len();
    to.check_space(size).map_err(RelocateError::Target)?;
    let mut counted = Counted { pace, bytes: 0, kept: false };
    let copy = copy(&mut file, from, to, &mut counted)?;
    disk::publish(copy, target).map_err(target_error)?;
    counted.kept = true;
    remove(source)
}

/// Bytes that only count as moved once the file was.
struct Counted<'a> {
    pace: &'a Pace,
    bytes: u64,
    kept: bool,
}

impl Counted<'_> {
    fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.pace.done.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.pace.done.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

/// Written, synced and read back; it has no name yet.
fn copy(file: &mut File, from: &Root, to: &Root, counted: &mut Counted<'_>) -> Result<NamedTempFile, RelocateError> {
    let mut copy = to.new_file().map_err(target_error)?;
    let (mut hasher, mut chunk, mut unsynced) = (blake3::Hasher::new(), vec![0; CHUNK], 0);
    loop {
        for root in [from, to] {
            root.check_open().map_err(RelocateError::Target)?;
        }
        if counted.pace.is_halted() {
            return Err(RelocateError::Halted);
        }
        let read = file.read(&mut chunk).map_err(RelocateError::Source)?;
        if read == 0 {
            break;
        }
        hasher.update(&chunk[..read]);
        copy.write_all(&chunk[..read]).map_err(target_error)?;
        counted.add(read as u64);
        unsynced += read as u64;
        if unsynced >= SYNC_EVERY {
            // A message's commit, or somebody who looks at a photo, need not wait for all of it.
            copy.as_file().sync_data().map_err(target_error)?;
            unsynced = 0;
        }
        to.check_space(0).map_err(RelocateError::Target)?;
    }
    copy.as_file().sync_all().map_err(target_error)?;
    if read_again(copy.path(), counted.pace)? != hasher.finalize() {
        return Err(target_error(io::Error::other("what was written is not what comes back")));
    }
    Ok(copy)
}

/// From the disk, and not from the kernel's cache.
fn read_again(path: &Path, pace: &Pace) -> Result<blake3::Hash, RelocateError> {
    let mut file = File::open(path).map_err(target_error)?;
    // This is only advice: where it is ignored, less is verified.
    let _ = posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED);
    let (mut hasher, mut chunk) = (blake3::Hasher::new(), vec![0; CHUNK]);
    loop {
        if pace.is_halted() {
            return Err(RelocateError::Halted);
        }
        match file.read(&mut chunk).map_err(target_error)? {
            0 => return Ok(hasher.finalize()),
            read => hasher.update(&chunk[..read]),
        };
    }
}

fn remove(source: &Path) -> Result<(), RelocateError> {
    disk::remove_if_there(source).map_err(RelocateError::Source)
}
