//! What is known of whether the database is intact. Damage that a read or write meets is recorded.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::{Store, StoreError};

/// What is known of the database's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Soundness {
    /// The check has not finished.
    #[default]
    Looking,
    /// All pages were read and are intact.
    Sound,
    /// There was not enough time for all of it; what was read is intact.
    Unknown,
    /// Something in it is damaged: save what can still be read, and replace the card.
    Damaged,
}

/// Shared by everything that may meet damage. Damage is never forgotten.
#[derive(Clone, Default)]
pub(crate) struct Health {
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    soundness: Soundness,
    /// Stops the check.
    stop: Option<Box<dyn FnOnce() + Send>>,
    stopped: bool,
}

impl Health {
    pub(crate) fn get(&self) -> Soundness {
        self.lock().soundness
    }

    /// Records damage if this error is damage.
    pub(crate) fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Damaged(detail)) = &result {
            self.found(Soundness::Damaged, detail);
        }
        result
    }

    /// Of an engine that looks after its pages by itself.
    #[cfg(feature = "postgres")]
    pub(crate) fn sound() -> Self {
        let health = Self::default();
        health.found(Soundness::Sound, "");
        health
    }

    /// Notes how a check that begins now can be stopped; `false` when it must not begin.
    pub(crate) fn begin(&self, stop: impl FnOnce() + Send + 'static) -> bool {
        let mut state = self.lock();
        if !state.stopped {
            state.stop = Some(Box::new(stop));
        }
        !state.stopped
    }

    /// Ends the check, if it is still running.
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        if let Some(look) = state.stop.take() {
            look();
        }
        self.state.1.notify_all();
    }

    /// Stops a check that takes longer than `time`. Blocks until it has ended.
    pub(crate) fn end_after(&self, time: Duration) {
        let (_, changed) = &*self.state;
        let looking = |state: &mut State| !state.stopped && state.soundness == Soundness::Looking;
        let waited = changed.wait_timeout_while(self.lock(), time, looking);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        // This also stops a check that has not begun yet.
        state.stopped = true;
        if let Some(look) = state.stop.take() {
            look();
        }
    }

    /// The result of a check, or damage that was met.
    pub(crate) fn found(&self, found: Soundness, detail: &str) {
        let mut state = self.lock();
        match (state.soundness, found) {
            (Soundness::Damaged, _) => return,
            (_, Soundness::Damaged) => tracing::error!(detail, "the database is damaged: save what can be read"),
            (_, Soundness::Unknown) => tracing::info!("the check of the database did not finish"),
            _ => tracing::debug!("the database is sound"),
        }
        state.soundness = found;
        state.stop = None;
        self.state.1.notify_all();
    }

    /// How many hold it: each thread of a check does.
    #[cfg(test)]
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.state)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Only complete values are stored under the lock.
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// The present state of the database's pages.
    #[must_use]
    pub fn soundness(&self) -> Soundness {
        self.health.get()
    }
}
