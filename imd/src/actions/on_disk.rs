//! Work that waits for the disk, where waiting stops nobody.

use std::io;

use super::{Done, Refused};
use crate::files::FilesError;
use crate::wire::ErrorCode;

/// Does it.
///
/// # Errors
/// As the disk says.
pub(super) async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Done<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Refused::from(ErrorCode::Internal))?;
    Ok(done.map_err(FilesError::from)?)
}
