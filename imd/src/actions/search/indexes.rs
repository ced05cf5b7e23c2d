//! The index in use, and the files of it. A new one is made beside the old one, so that people can search meanwhile; each file has
//! a number, and no number is used twice while the program runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};

use crate::chat::EventId;
use crate::search::{Index, IndexError};

/// The folder with the index, in the data folder.
pub const FOLDER: &str = "search";

/// How long a question waits for the index after the box has started.
const OPENING: Duration = Duration::from_secs(5);

/// Questions that are answered at the same time; others wait.
const AT_ONCE: usize = 2;

/// The index of messages.
#[derive(Debug)]
pub struct Indexes {
    folder: PathBuf,
    number: AtomicU32,
    in_use: watch::Sender<Option<Arc<Current>>>,
    /// Told when a new index shall be made.
    pub(super) order: Notify,
    /// Told when the one in use turned out to be damaged.
    pub(super) damaged: Notify,
    /// Is a new one being made?
    pub(super) making: watch::Sender<bool>,
    pub(super) turns: Semaphore,
}

/// An index, and how far it has come.
#[derive(Debug)]
pub(super) struct Current {
    pub(super) index: Index,
    /// The newest event that was taken.
    pub(super) taken: watch::Sender<EventId>,
}

impl Current {
    /// How many events up to `newest` it does not have yet.
    pub(super) fn behind(&self, newest: EventId) -> u64 {
        newest.0.saturating_sub(self.taken.borrow().0).max(0).cast_unsigned()
    }
}

impl Indexes {
    /// In this data folder. Nothing is opened yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.join(FOLDER),
            number: AtomicU32::new(0),
            in_use: watch::channel(None).0,
            order: Notify::new(),
            damaged: Notify::new(),
            making: watch::channel(false).0,
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// The one in use; waits for it when the box has just started. `None`: it cannot be opened.
    pub(super) async fn current(&self) -> Option<Arc<Current>> {
        let mut in_use = self.in_use.subscribe();
        let opened = tokio::time::timeout(OPENING, in_use.wait_for(Option::is_some)).await;
        opened.ok()?.ok()?.clone()
    }

    /// Has a new one made if this error says that the one in use is damaged.
    pub(super) fn heed(&self, error: &IndexError) {
        if matches!(error, IndexError::Damaged(_)) {
            self.damaged.notify_one();
        }
    }

    pub(super) fn put_in_use(&self, current: &Arc<Current>) -> Option<Arc<Current>> {
        self.in_use.send_replace(Some(Arc::clone(current)))
    }

    /// Opens the one that was in use before this start, and removes what an interrupted renewal has left. Blocks.
    pub(super) fn open(&self) -> Result<Current, IndexError> {
        let mut numbers: Vec<u32> = self.numbers();
        numbers.sort_unstable();
        let kept = numbers.first().copied().unwrap_or(1);
        for number in numbers.into_iter().skip(1) {
            Index::remove(&self.path(number));
        }
        self.number.store(kept, Ordering::Relaxed);
        self.open_number(kept)
    }

    /// An empty one beside it. Blocks.
    pub(super) fn open_next(&self) -> Result<Current, IndexError> {
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        Index::remove(&self.path(number));
        self.open_number(number)
    }

    fn open_number(&self, number: u32) -> Result<Current, IndexError> {
        fs::create_dir_all(&self.folder).map_err(|error| IndexError::Other(error.to_string()))?;
        let index = Index::open(&self.path(number))?;
        // Known before the first question: the index is in use before the log's follower has begun.
        let taken = index.place()?.map_or(EventId(0), |place| place.id);
        Ok(Current { index, taken: watch::channel(taken).0 })
    }

    fn path(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{number}.db"))
    }

    fn numbers(&self) -> Vec<u32> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".db")?.parse().ok()).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::chat::{RoomId, Seq};
    use crate::search::{Place, Stretch};

    /// Without it, whoever searches in the first moment after a start is shown the oldest messages only.
    #[test]
    fn how_far_it_has_come_is_known_when_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let end = Place { id: EventId(700), room: RoomId(1), seq: Seq(700), at: 1 };
        let before = Indexes::new(folder.path()).open().unwrap();
        assert_eq!(*before.taken.borrow(), EventId(0));
        before.index.take(&Stretch { documents: Vec::new(), events: 700, stale: 0, end, now: 2 }).unwrap();
        drop(before);
        let after = Indexes::new(folder.path()).open().unwrap();
        assert_eq!(*after.taken.borrow(), EventId(700));
    }
}
