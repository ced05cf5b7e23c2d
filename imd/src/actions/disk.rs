//! Work on the disk where waiting stops nobody, and what went wrong with a file as people see it.

use std::io;
use std::time::Duration;

use crate::actions::{Core, Done, Refused};
use crate::files::FilesError;
use crate::wire::ErrorCode;

/// How long the machine may take to notice that a disk which has just failed was pulled out.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(50);

/// Runs `work` on a thread that may block.
///
/// # Errors
/// `internal` when it panics.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Done<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| ErrorCode::Internal.into())
}

/// [`blocking`], for work that fails as the disk does.
///
/// # Errors
/// As the disk says, and `internal` when it panics.
pub(super) async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Done<T> {
    Ok(blocking(work).await?.map_err(FilesError::from)?)
}

/// Is a disk gone that has just failed? Waits a little for the machine to notice.
pub(super) async fn goes_away<F: Future<Output = bool>>(is_there: impl Fn() -> F) -> bool {
    let away = async {
        while is_there().await {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, away).await.is_ok()
}

/// Is the disk that was chosen for the files gone? Asked when something on it has just failed.
pub(super) async fn is_gone(core: &Core) -> bool {
    core.blobs.is_away() || core.blobs.is_attached() && goes_away(|| async { core.blobs.is_attached() }).await
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
