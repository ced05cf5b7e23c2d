//! Blocking work on the disk, and errors of the disk as people are told them.

use std::io;
use std::time::Duration;

use crate::actions::{Core, Done, Refused};
use crate::files::FilesError;
use crate::wire::ErrorCode;

/// How long the system may take to notice that a disk that just failed was unplugged.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(50);

/// Runs `work` on a thread that may block.
///
/// # Errors
/// `internal` when `work` panics.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Done<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ErrorCode::Internal.into())
}

/// Like [`blocking`], for work that fails with errors of the disk.
///
/// # Errors
/// Those of the disk, and `internal` when `work` panics.
pub(super) async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Done<T> {
    Ok(blocking(work).await?.map_err(FilesError::from)?)
}

/// Was a disk that just failed unplugged? Waits a little for the system to notice.
pub(super) async fn goes_away<F: Future<Output = bool>>(is_there: impl Fn() -> F) -> bool {
    let away = async {
        while is_there().await {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, away).await.is_ok()
}

/// Was the disk that the files are on unplugged? Asked when something on it has just failed.
pub(super) async fn is_gone(core: &Core) -> bool {
    core.blobs.is_away() || core.blobs.is_attached() && goes_away(|| async { core.blobs.is_attached() }).await
}

/// The result of an operation on a file, with its error as people are told it.
///
/// # Errors
/// As [`refusal`].
pub(super) async fn tried<T>(core: &Core, done: Result<T, FilesError>) -> Done<T> {
    match done {
        Ok(done) => Ok(done),
        Err(error) => Err(refusal(core, error).await),
    }
}

/// The refusal for an error on a file. When a disk is unplugged, any error may come first.
pub(super) async fn refusal(core: &Core, error: FilesError) -> Refused {
    let gone = match error {
        FilesError::Io(_) | FilesError::ReadOnly => is_gone(core).await,
        FilesError::NotFound => core.blobs.is_attached() && !core.blobs.is_there().await,
        _ => false,
    };
    if gone { FilesError::Away.into() } else { error.into() }
}
