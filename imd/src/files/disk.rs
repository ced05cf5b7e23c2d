//! The file system below: how much is free, and making a finished file visible so that it survives a power cut.

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
    /// Bytes it holds, free or not.
    pub total: u64,
}

/// How large the file system is that holds `path`.
// As above.
#[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
pub(super) fn space(path: &Path) -> io::Result<Space> {
    let stat = statvfs(path)?;
    let bytes = |blocks: u64| blocks.saturating_mul(stat.fragment_size() as u64);
    Ok(Space { free: bytes(stat.blocks_available() as u64), total: bytes(stat.blocks() as u64) })
}

/// Gives `file` its final name, over whatever has it, and returns when content and name are on the disk.
pub(super) fn publish(file: NamedTempFile, to: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(to).map_err(|error| error.error)?;
    sync_folder_of(to)
}

/// Writes a file, over whatever has its name: readers find the old content or the new, also after a power cut. Only this user and root may read it.
///
/// # Errors
/// As the disk says.
pub fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    publish(beside(path, content)?, path)
}

/// As [`write_whole`], and not waiting for the disk: for what need not outlive a power cut.
///
/// # Errors
/// As the disk says.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    beside(path, content)?.persist(path).map(drop).map_err(|error| error.error)
}

fn beside(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    Ok(file)
}

/// What lies in a folder; nothing where there is none.
///
/// # Errors
/// As the disk says.
pub fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.collect(),
    }
}

/// Removes a file, or a folder with all that is in it; one that is not there is fine.
///
/// # Errors
/// As the disk says.
pub fn clear(path: &Path) -> io::Result<()> {
    if path.is_dir() { std::fs::remove_dir_all(path) } else { remove_if_there(path) }
}

/// Removes a file; one that is not there is fine.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns when the name `path` is on the disk, whoever gave it.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    sync_folder(folder)
}

/// Returns when the names inside `folder` are on the disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes what broken-off archives left in a folder on another disk; how much room there is.
///
/// # Errors
/// As the disk says.
pub async fn tidy_folder(folder: PathBuf) -> Result<Space, FilesError> {
    off_thread(move || {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            // As `tempfile` calls them.
            if entry.file_name().to_string_lossy().starts_with(".tmp") {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(space(&folder)?)
    })
    .await
}

/// How large the file system is that holds a folder, and how much of it is free.
///
/// # Errors
/// As the disk says.
pub async fn space_at(folder: PathBuf) -> Result<Space, FilesError> {
    off_thread(move || Ok(space(&folder)?)).await
}
