//! Where backups lie on the box, and the one that is being made: one at a time, and how far it is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::files::Progress;
use crate::wire::ErrorCode;

/// Where backups lie, and the one under way.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    one_at_a_time: Arc<tokio::sync::Mutex<()>>,
    under_way: Mutex<Option<watch::Receiver<Progress>>>,
    failed: Mutex<Option<ErrorCode>>,
    packing: tokio::sync::Mutex<()>,
}

impl Shelf {
    /// With nothing under way yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            one_at_a_time: Arc::default(),
            under_way: Mutex::default(),
            failed: Mutex::default(),
            packing: tokio::sync::Mutex::default(),
        }
    }

    /// Waits until no backup is being made, and holds the next one up as long as this is held: sweeping would wait for a
    /// backup, and uploads for the sweeping.
    pub async fn at_rest(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.packing.lock().await
    }

    /// How far the one under way is; `None` without one.
    pub(in crate::actions) fn progress(&self) -> Option<Progress> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|progress| *progress.borrow())
    }

    /// From now on one is under way, which tells how far it is.
    pub(super) fn note_begin(&self, progress: watch::Receiver<Progress>) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    /// Nothing is under way any more.
    pub(in crate::actions) fn note_end(&self) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Why the last one failed; `None` when it did not.
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

    /// Keeps the next one from beginning; `None` while one is under way.
    pub(in crate::actions) fn claim(&self) -> Option<tokio::sync::OwnedMutexGuard<()>> {
        Arc::clone(&self.one_at_a_time).try_lock_owned().ok()
    }
}
