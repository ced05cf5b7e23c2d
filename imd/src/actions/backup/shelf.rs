//! The box's own folder for backups, and the backup that is being made: there is only one at a time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::files::Progress;
use crate::wire::ErrorCode;

/// The box's own folder for backups, and the progress of the one being made.
#[derive(Debug)]
pub(in crate::actions) struct Shelf {
    folder: PathBuf,
    one_at_a_time: Arc<tokio::sync::Mutex<()>>,
    under_way: Mutex<Option<watch::Receiver<Progress>>>,
    failed: Mutex<Option<ErrorCode>>,
}

impl Shelf {
    /// With no backup being made.
    #[must_use]
    pub(in crate::actions) fn new(folder: PathBuf) -> Self {
        Self { folder, one_at_a_time: Arc::default(), under_way: Mutex::default(), failed: Mutex::default() }
    }

    /// Progress of the backup that is being made, if there is one.
    pub(in crate::actions) fn progress(&self) -> Option<Progress> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|progress| *progress.borrow())
    }

    /// A backup has begun; `progress` tells how far it is.
    pub(super) fn note_begin(&self, progress: watch::Receiver<Progress>) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    /// The backup has ended.
    pub(in crate::actions) fn note_end(&self) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Why the last backup failed; `None` if it did not.
    pub(super) fn failure(&self) -> Option<ErrorCode> {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note_failure(&self, code: Option<ErrorCode>) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = code;
    }

    /// The folder on the box.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps the next backup from beginning; `None` while one is being made.
    pub(in crate::actions) fn claim(&self) -> Option<tokio::sync::OwnedMutexGuard<()>> {
        Arc::clone(&self.one_at_a_time).try_lock_owned().ok()
    }
}
