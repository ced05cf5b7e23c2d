//! Ballast: a small part of the disk that is reserved while there is plenty, and freed when a full disk keeps the
//! database from being opened. After a power cut `SQLite` makes its shared memory (`imd.db-shm`) anew, which needs
//! space; without any, the box would not start, and nobody could delete anything to make some. Knows nothing of what is
//! in the folder.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use nix::fcntl::posix_fallocate;

use super::FilesError;
use super::blobs::off_thread;
use super::disk::{remove_if_there, space};

const NAME: &str = "ballast";
const BYTES: u64 = 1 << 20;

/// Reserves it, unless it is there already or files could not be stored any more: they must leave `reserve` bytes free.
///
/// # Errors
/// Those of the disk; then there is none.
pub async fn keep_ballast(folder: PathBuf, reserve: u64) -> Result<(), FilesError> {
    off_thread(move || Ok(keep(&folder.join(NAME), reserve)?)).await
}

fn keep(ballast: &Path, reserve: u64) -> io::Result<()> {
    if fs::metadata(ballast).is_ok_and(|there| there.len() == BYTES) {
        return Ok(());
    }
    let folder = ballast.parent().unwrap_or(Path::new("."));
    if space(folder)?.free < reserve.saturating_add(BYTES) {
        return Ok(());
    }
    let file = File::create(ballast)?;
    let taken = posix_fallocate(&file, 0, BYTES.cast_signed()).map_err(io::Error::from).and_then(|()| file.sync_all());
    taken.inspect_err(|_| {
        let _none = remove_if_there(ballast);
    })
}

/// Frees it if the disk is full; returns whether there is more space now. Blocks for a moment.
#[must_use]
pub fn drop_ballast(folder: &Path) -> bool {
    let ballast = folder.join(NAME);
    let full = space(folder).is_ok_and(|space| space.free < BYTES);
    full && ballast.exists() && fs::remove_file(ballast).is_ok()
}
