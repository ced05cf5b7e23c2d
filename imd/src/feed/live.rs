//! The live end of the feed: a queue in memory of committed changes that have yet to be shown.
//!
//! The writer adds to it and never waits. Senders are slowed down while the queue is long; if it grows too long all the same,
//! everything in it is dropped and the subscriber is told that it has lost track.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::store::Change;

/// Senders are slowed down while this many bytes or more are waiting.
const MUCH: usize = 8 << 20;
/// The most bytes that may be waiting.
const MOST: usize = 64 << 20;
/// The longest that a sender is slowed down for one message.
const PATIENCE: Duration = Duration::from_millis(250);
/// The most batches that are shown together.
const TOGETHER: usize = 64;

/// Both ends.
#[must_use]
pub fn channel() -> (Publisher, Subscriber) {
    let queue = Arc::new(Queue::default());
    (Publisher { queue: Arc::clone(&queue) }, Subscriber { queue })
}

/// What there is to show.
#[derive(Debug, Default)]
pub struct Committed {
    /// In commit order.
    pub changes: Vec<Change>,
    /// Earlier changes were dropped: whatever the subscriber has derived from changes is out of date.
    pub lost_track: bool,
}

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    /// Bytes waiting, readable without the lock.
    bytes: AtomicUsize,
    /// Something was added, or nothing more will be.
    news: Notify,
    /// Fewer than [`MUCH`] bytes are waiting now.
    room: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Batches as they were committed, with their bytes.
    batches: VecDeque<(usize, Vec<Change>)>,
    lost_track: bool,
    closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The writer's end. When it is dropped, the subscriber ends.
#[derive(Debug)]
pub struct Publisher {
    queue: Arc<Queue>,
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.news.notify_one();
    }
}

impl Publisher {
    /// Hands over one commit's changes; never waits.
    pub fn publish(&self, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        let bytes = changes.iter().map(weight).sum();
        let mut state = self.queue.lock();
        let waiting = self.queue.bytes.load(Ordering::Relaxed);
        if waiting + bytes > MOST {
            // What is queued is of no use either: the subscriber starts over.
            state.batches.clear();
            state.lost_track = true;
            self.queue.bytes.store(0, Ordering::Relaxed);
        } else {
            state.batches.push_back((bytes, changes));
            self.queue.bytes.store(waiting + bytes, Ordering::Relaxed);
        }
        drop(state);
        self.queue.news.notify_one();
    }
}

/// Slows senders down while the queue is long.
#[derive(Debug, Clone)]
pub struct Pace {
    queue: Arc<Queue>,
}

impl Pace {
    /// Returns at once while the queue is short, otherwise when it is short again or after a quarter of a second. To be
    /// awaited before a message is accepted.
    pub async fn keep(&self) {
        if self.queue.bytes.load(Ordering::Relaxed) < MUCH {
            return;
        }
        let room = self.queue.room.notified();
        tokio::pin!(room);
        // Registered before the second look, so that a notification between the two is not missed.
        room.as_mut().enable();
        if self.queue.bytes.load(Ordering::Relaxed) >= MUCH {
            let _ = tokio::time::timeout(PATIENCE, room).await;
        }
    }
}

/// The end that shows changes.
#[derive(Debug)]
pub struct Subscriber {
    queue: Arc<Queue>,
}

impl Subscriber {
    /// For the senders.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace { queue: Arc::clone(&self.queue) }
    }

    /// What was committed since the last call, several batches together if there are; `None` when nothing more will come.
    pub async fn next(&mut self) -> Option<Committed> {
        loop {
            let waiting = self.try_next();
            if waiting.is_some() {
                return waiting;
            }
            if self.queue.lock().closed {
                // What came just before the end.
                return self.try_next();
            }
            self.queue.news.notified().await;
        }
    }

    /// As [`Self::next`], but also `None` when nothing is waiting.
    pub fn try_next(&mut self) -> Option<Committed> {
        let mut state = self.queue.lock();
        let lost_track = std::mem::take(&mut state.lost_track);
        let count = state.batches.len().min(TOGETHER);
        if count == 0 && !lost_track {
            return None;
        }
        let mut changes = Vec::new();
        let mut bytes = 0;
        for (weight, batch) in state.batches.drain(..count) {
            bytes += weight;
            changes.extend(batch);
        }
        let before = self.queue.bytes.load(Ordering::Relaxed);
        self.queue.bytes.store(before - bytes, Ordering::Relaxed);
        drop(state);
        if before - bytes < MUCH {
            self.queue.room.notify_waiters();
        }
        Some(Committed { changes, lost_track })
    }
}

/// Roughly the bytes that a change takes.
fn weight(change: &Change) -> usize {
    /// A change, and an event beside its text.
    const SMALL: usize = 256;
    SMALL + if let Change::Appended(event) = change { event.weight() } else { 0 }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::chat::{Event, EventBody, RoomId, Seq, UserId};

    /// A message of so many bytes.
    fn message(seq: u64, bytes: usize) -> Vec<Change> {
        let body = EventBody::Message {
            text: "x".repeat(bytes),
            files: Vec::new(),
            reply_to: None,
            client_id: String::new(),
            mentions: Vec::new(),
            voice: None,
        };
        let (room, seq, sender) = (RoomId(1), Seq(seq), UserId(1));
        vec![Change::Appended(Arc::new(Event { room, seq, sender, at: 0, body, changed: None }))]
    }

    fn seqs(committed: &Committed) -> Vec<u64> {
        let seq = |change: &Change| if let Change::Appended(event) = change { event.seq.0 } else { 0 };
        committed.changes.iter().map(seq).collect()
    }

    #[tokio::test]
    async fn what_is_committed_comes_in_order_and_then_the_end() {
        let (publisher, mut subscriber) = channel();
        for seq in 1..=100 {
            publisher.publish(message(seq, 1));
        }
        drop(publisher);
        let (first, rest) = (subscriber.next().await.unwrap(), subscriber.next().await.unwrap());
        assert_eq!([seqs(&first), seqs(&rest)].concat(), (1..=100).collect::<Vec<_>>());
        assert!(subscriber.next().await.is_none());
    }

    /// Were this to fail, somebody who was removed from a room could go on reading it, because their removal was dropped.
    #[tokio::test]
    async fn who_falls_too_far_behind_is_told_and_goes_on_from_there() {
        let (publisher, mut subscriber) = channel();
        let half = MOST / 2 - 256;
        publisher.publish(message(1, half));
        publisher.publish(message(2, half));
        assert!(!subscriber.next().await.unwrap().lost_track, "just as much as there may be");
        for seq in 3..=5 {
            publisher.publish(message(seq, half));
        }
        publisher.publish(message(6, 1));
        let committed = subscriber.next().await.unwrap();
        assert_eq!((committed.lost_track, seqs(&committed)), (true, vec![6]));
        publisher.publish(message(7, half));
        assert_eq!(seqs(&subscriber.next().await.unwrap()), [7]);
    }

    /// Were this to fail, a crowd that writes faster than the box can show would be disconnected again and again.
    #[tokio::test]
    async fn who_sends_is_slowed_down_while_much_waits_and_never_held_up() {
        let (publisher, mut subscriber) = channel();
        let pace = subscriber.pace();
        publisher.publish(message(1, MUCH - 257));
        assert!(pace.keep().now_or_never().is_some(), "little waits");
        publisher.publish(message(2, 1));
        let mut sending = Box::pin(pace.keep());
        assert!((&mut sending).now_or_never().is_none(), "much waits");
        assert_eq!(seqs(&subscriber.next().await.unwrap()), [1, 2]);
        assert!(sending.now_or_never().is_some(), "it was shown");
        publisher.publish(message(3, MUCH));
        // Nobody shows anything, and it is sent nevertheless.
        pace.keep().await;
    }
}
