//! The file system: how much is free, and giving a finished file its name in such a way that it survives a power cut.

use std::fs::{DirEntry, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;
use tempfile::NamedTempFile;

use super::blobs::off_thread;
use super::error::FilesError;

/// Bytes that an ordinary user may still write to the file system that holds `path`.
// The two C types are as wide as the platform's `long`: 32 bits on a 32-bit Pi, hence the conversions.
#[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
pub(super) fn free_bytes(path: &Path) -> io::Result<u64> {
    let stat = statvfs(path)?;
    Ok((stat.blocks_available() as u64).saturating_mul(stat.fragment_size() as u64))
}

/// How large a file system is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    /// Bytes that an ordinary user may still write.
    pub free: u64,
    /// Size in bytes.
    pub total: u64,
}

/// Size and free space of the file system that holds `path`.
// As above.
#[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
pub(super) fn space(path: &Path) -> io::Result<Space> {
    let stat = statvfs(path)?;
    let bytes = |blocks: u64| blocks.saturating_mul(stat.fragment_size() as u64);
    Ok(Space { free: bytes(stat.blocks_available() as u64), total: bytes(stat.blocks() as u64) })
}

/// Gives `file` its final name, replacing whatever has it, and returns when content and name are safely on the disk.
pub(super) fn publish(file: NamedTempFile, to: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(to).map_err(|error| error.error)?;
    sync_folder_of(to)
}

/// Writes a file, replacing whatever has its name: readers find either the old content or the new, even after a power
/// cut. Only this user and root can read it.
///
/// # Errors
/// Those of the disk.
pub fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    publish(beside(path, content)?, path)
}

/// Like [`write_whole`], but without waiting for the disk: for what need not survive a power cut.
///
/// # Errors
/// Those of the disk.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    beside(path, content)?.persist(path).map(drop).map_err(|error| error.error)
}

fn beside(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    Ok(file)
}

/// What is in a folder; nothing if it does not exist.
///
/// # Errors
/// Those of the disk.
pub fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.collect(),
    }
}

/// Removes a file, or a folder with everything in it; does nothing if it does not exist.
///
/// # Errors
/// Those of the disk.
pub fn clear(path: &Path) -> io::Result<()> {
    if path.is_dir() { std::fs::remove_dir_all(path) } else { remove_if_there(path) }
}

/// Removes a file; does nothing if it does not exist.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns when the name `path` is safely on the disk, whoever gave it.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    sync_folder(folder)
}

/// Returns when the names inside `folder` are safely on the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes what interrupted archives have left in a folder on another disk; returns how much space there is.
///
/// # Errors
/// Those of the disk.
pub async fn tidy_folder(folder: PathBuf) -> Result<Space, FilesError> {
    off_thread(move || {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            // Files by `tempfile` have such names.
            if entry.file_name().to_string_lossy().starts_with(".tmp") {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(space(&folder)?)
    })
    .await
}

/// Size and free space of the file system that holds a folder.
///
/// # Errors
/// Those of the disk.
pub async fn space_at(folder: PathBuf) -> Result<Space, FilesError> {
    off_thread(move || Ok(space(&folder)?)).await
}
