//! Keeps the index up with the log, and makes a new one when it was ordered or the one in use is damaged.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::indexes::Current;
use crate::actions::{Core, disk};
use crate::chat::{EventBody, EventId};
use crate::feed::{Follower, follow};
use crate::search::{Document, IndexError, Place, Stretch};
use crate::store::{LogEntry, Store, StoreError};

/// How long to wait before trying again when the disk is full, or cannot be written.
const AGAIN: Duration = Duration::from_secs(60);

/// After each stretch of the log the index rests this many times as long as the stretch took: it uses a sixth of one
/// processor at most.
const REST: u32 = 5;

/// Follows the log until the store is closed.
pub async fn keep(core: Arc<Core>) {
    let mut current = open(&core, false).await;
    loop {
        if let Some(old) = core.search.put_in_use(&current) {
            // Its files go when the last question to it is answered.
            old.index.retire();
        }
        let next = tokio::select! {
            () = follow(core.store.clone(), Indexer::new(&core, &current)) => return,
            next = renewed(&core, &current) => next,
        };
        current = next;
    }
}

/// A whole new index, when there has to be one.
async fn renewed(core: &Arc<Core>, current: &Arc<Current>) -> Arc<Current> {
    tokio::select! {
        () = core.search.damaged.notified() => {
            tracing::error!("the index of messages is damaged, and is made anew");
            open(core, true).await
        }
        () = core.search.order.notified() => {
            core.search.making.send_replace(true);
            let next = open(core, true).await;
            tokio::select! {
                () = follow(core.store.clone(), Indexer::new(core, &next)) => std::future::pending().await,
                () = caught_up(&next, current) => {}
            }
            core.search.making.send_replace(false);
            tracing::info!("the index of messages was made anew");
            next
        }
    }
}

async fn caught_up(next: &Current, current: &Current) {
    let mut taken = next.taken.subscribe();
    while *taken.borrow_and_update() < *current.taken.borrow() && taken.changed().await.is_ok() {}
}

/// Tries until it works: searching is missing meanwhile, and nothing else.
async fn open(core: &Arc<Core>, next: bool) -> Arc<Current> {
    loop {
        let task = Arc::clone(core);
        let opened = disk::blocking(move || if next { task.search.open_next() } else { task.search.open() }).await;
        match opened {
            Ok(Ok(current)) => return Arc::new(current),
            Ok(Err(error)) => tracing::warn!(%error, "the index of messages cannot be opened"),
            Err(refused) => tracing::warn!(code = ?refused.code, "the index of messages cannot be opened"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Takes the log into an index.
struct Indexer {
    core: Arc<Core>,
    current: Arc<Current>,
    /// What was deleted up to this event was never taken.
    gone_up_to: EventId,
}

impl Indexer {
    fn new(core: &Arc<Core>, current: &Arc<Current>) -> Self {
        Self { core: Arc::clone(core), current: Arc::clone(current), gone_up_to: *core.store.newest().borrow() }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Current) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let current = Arc::clone(&self.current);
        let done = disk::blocking(move || work(&current)).await;
        match done {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                self.core.search.heed(&error);
                Err(StoreError::Other(error.to_string()))
            }
            Err(refused) => Err(StoreError::Other(refused.to_string())),
        }
    }
}

impl Follower for Indexer {
    const NAME: &'static str = "search";
    /// Each time costs a few pages on the card, however little came.
    const GATHER: Duration = Duration::from_millis(500);

    async fn position(&mut self) -> Result<Option<EventId>, StoreError> {
        let place = self.blocking(|current| current.index.place()).await?;
        let taken = match place {
            Some(place) if is_in_log(&self.core.store, place).await? => {
                self.gone_up_to = place.id;
                place.id
            }
            Some(_) => {
                tracing::warn!("the index is of another log, and is made anew");
                self.blocking(|current| current.index.clear()).await?;
                EventId(0)
            }
            None => EventId(0),
        };
        self.current.taken.send_replace(taken);
        Ok(Some(taken))
    }

    async fn take(&mut self, entries: &[LogEntry]) -> Result<(), StoreError> {
        let Some(end) = entries.last().map(place) else { return Ok(()) };
        let began = Instant::now();
        let documents: Vec<_> = entries.iter().filter_map(document).collect();
        let gone = |entry: &&LogEntry| {
            matches!(entry.event.body, EventBody::MessageDeleted { .. } | EventBody::MessageEdited { .. })
        };
        let stale = entries.iter().filter(|entry| entry.id > self.gone_up_to).filter(gone).count() as u64;
        let stretch = Stretch { documents, events: entries.len() as u64, stale, end, now: self.core.now() };
        self.blocking(move |current| current.index.take(&stretch)).await?;
        self.current.taken.send_replace(end.id);
        // Whoever chats comes first.
        tokio::time::sleep(began.elapsed() * REST).await;
        Ok(())
    }
}

/// The words of a message; those that it was given later are found where the log tells of it.
fn document(entry: &LogEntry) -> Option<Document> {
    Document::of(entry.id, entry.edited.as_ref().unwrap_or(&entry.event))
}

fn place(entry: &LogEntry) -> Place {
    Place { id: entry.id, room: entry.event.room, seq: entry.event.seq, at: entry.event.at }
}

/// Does the log still have the event that was taken last? Not after a backup was restored, or when it was deleted by age.
async fn is_in_log(store: &Store, taken: Place) -> Result<bool, StoreError> {
    Ok(store.entries(vec![taken.id]).await?.first().map(place) == Some(taken))
}
