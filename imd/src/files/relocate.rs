//! Files on their way from the card to a disk, or back: one is whole where it goes, synced and read again, before it goes from
//! where it was. So a power cut at any moment loses none, and leaves at most one in both places.
//!
//! Cheap sticks take more than they hold and say nothing: that is why each file is read again.

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

/// Shared by who moves files and who wants to know, or to stop it.
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

    /// Begins to count from so many bytes, and halts no more.
    pub fn begin(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.halted.store(false, Ordering::Release);
    }

    /// The file under way stays where it was.
    pub fn halt(&self) {
        self.halted.store(true, Ordering::Release);
    }

    /// Was it halted?
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Acquire)
    }
}

/// Why a file was not moved; it is where it was.
#[derive(Debug, thiserror::Error)]
pub enum RelocateError {
    /// It cannot be read where it lies.
    #[error("it cannot be read")]
    Source(#[source] io::Error),
    /// It cannot be written where it should go, or what was written is not what comes back.
    #[error(transparent)]
    Target(FilesError),
    /// Somebody said so.
    #[error("halted")]
    Halted,
}

impl Blobs {
    /// What is not where it should go yet, with its sizes; and the bytes of what is.
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

    /// Moves one file the way that files go.
    ///
    /// # Errors
    /// See [`RelocateError`].
    pub async fn relocate(&self, hash: BlobHash, pace: Pace) -> Result<(), RelocateError> {
        let (from, to) = self.shared.ends().ok_or(RelocateError::Target(FilesError::Away))?;
        let moved = tokio::task::spawn_blocking(move || {
            let (source, target) = (from.blob_path(&hash), to.blob_path(&hash));
            let expected = *hash.as_bytes();
            // Where an earlier one was cut off. What only looks like it is written over.
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

    /// Uploads in parts that are not where they should go yet.
    ///
    /// # Errors
    /// `Away`, `Io`.
    pub async fn partials_astray(&self) -> Result<Vec<PartialId>, FilesError> {
        let (from, _) = self.shared.ends().ok_or(FilesError::Away)?;
        off_thread(move || Ok(from.partial_ids()?)).await
    }

    /// Moves an upload in parts the way that files go. Nobody may be sending to it meanwhile.
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

/// The one way a file goes.
fn carry(from: &Root, to: &Root, (source, target): (&Path, &Path), pace: &Pace) -> Result<(), RelocateError> {
    let _in_use = (enter(from)?, enter(to)?);
    let mut file = match File::open(source) {
        Ok(file) => file,
        // Swept away, or moved by an earlier one.
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

/// Bytes that count as moved only when the file was.
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

/// Written, synced and read again; it has no name yet.
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
            // A message's commit, or whoever looks at a photo, need not wait for all of it.
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

/// From the disk, and not from what the kernel remembers of it.
fn read_again(path: &Path, pace: &Pace) -> Result<blake3::Hash, RelocateError> {
    let mut file = File::open(path).map_err(target_error)?;
    // Only advice: where it is not taken, less is proved.
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
