//! Work on the disk where waiting stops nobody, and what went wrong with a file as people see it.

use std::io;
use std::time::Duration;

use crate::actions::{Core, Done, Refused};
use crate::files::FilesError;
use crate::wire::ErrorCode;

/// A disk fails before the machine says that it is gone, which may take so long.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(50);

/// Does it.
///
/// # Errors
/// As the disk says.
pub(super) async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Done<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Refused::from(ErrorCode::Internal))?;
    Ok(done.map_err(FilesError::from)?)
}

/// Is the chosen disk gone? Asked when something on it has just failed.
pub(super) async fn is_gone(core: &Core) -> bool {
    if core.blobs.is_away() {
        return true;
    }
    let away = async {
        while core.blobs.is_attached() {
            tokio::time::sleep(LOOK).await;
        }
    };
    core.blobs.is_attached() && tokio::time::timeout(PATIENCE, away).await.is_ok()
}

/// What was tried with a file, and why it did not succeed, as people see it.
///
/// # Errors
/// As [`refusal`].
pub(super) async fn tried<T>(core: &Core, done: Result<T, FilesError>) -> Done<T> {
    match done {
        Ok(done) => Ok(done),
        Err(error) => Err(refusal(core, error).await),
    }
}

/// What went wrong with a file, as people see it: on a disk that was pulled out anything may go wrong first.
pub(super) async fn refusal(core: &Core, error: FilesError) -> Refused {
    let gone = match error {
        FilesError::Io(_) | FilesError::ReadOnly => is_gone(core).await,
        FilesError::NotFound => core.blobs.is_attached() && !core.blobs.is_there().await,
        _ => false,
    };
    if gone { FilesError::Away.into() } else { error.into() }
}
