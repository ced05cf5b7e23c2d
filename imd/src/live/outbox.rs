//! What one session has yet to be sent: bounded in updates and bytes, empty and small while nothing happens.
//!
//! Many may fill it; one connection empties it, everything at once, so that a burst becomes one write.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use super::shared::Shared;

/// Most updates that wait.
const MAX_UPDATES: usize = 256;
/// Most bytes that wait.
const MAX_BYTES: usize = 1 << 20;

/// One thing to send.
#[derive(Debug)]
pub enum Item<U> {
    /// Something happened.
    Update(Arc<Shared<U>>),
    /// Some updates were dropped because the session was too slow: it must ask for what it misses.
    Resync,
    /// Are you there?
    Ping,
    /// Say goodbye with this reason and close.
    Close(&'static str),
}

/// A bounded queue with one reader.
#[derive(Debug)]
pub struct Outbox<U> {
    state: Mutex<State<U>>,
}

#[derive(Debug)]
struct State<U> {
    items: VecDeque<Item<U>>,
    bytes: usize,
    /// Updates are dropped until the reader has caught up and told its client.
    lagging: bool,
    closing: bool,
    reader: Option<Waker>,
}

impl<U> Default for Outbox<U> {
    fn default() -> Self {
        let state = State { items: VecDeque::new(), bytes: 0, lagging: false, closing: false, reader: None };
        Self { state: Mutex::new(state) }
    }
}

impl<U> Outbox<U> {
    /// Adds one thing, or, when full, drops updates until the reader comes.
    pub fn push(&self, item: Item<U>) {
        let waker = {
            let mut state = self.lock();
            if state.closing {
                return;
            }
            match &item {
                Item::Update(update) => {
                    if state.lagging {
                        return;
                    }
                    if state.items.len() >= MAX_UPDATES || state.bytes + update.weight() > MAX_BYTES {
                        state.lagging = true;
                        // What waits is of no use: the client will ask for all of it again.
                        state.items.clear();
                        state.bytes = 0;
                        state.items.push_back(Item::Resync);
                    } else {
                        state.bytes += update.weight();
                        state.items.push_back(item);
                    }
                }
                Item::Close(_) => {
                    state.closing = true;
                    state.items.push_back(item);
                }
                Item::Resync | Item::Ping => state.items.push_back(item),
            }
            state.reader.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Moves everything that waits into `into`; pending while there is nothing.
    pub fn poll_drain(&self, cx: &mut Context<'_>, into: &mut VecDeque<Item<U>>) -> Poll<()> {
        let mut state = self.lock();
        if state.items.is_empty() {
            if !state.reader.as_ref().is_some_and(|w| w.will_wake(cx.waker())) {
                state.reader = Some(cx.waker().clone());
            }
            return Poll::Pending;
        }
        into.append(&mut state.items);
        state.bytes = 0;
        state.lagging = false;
        // An idle session keeps no buffer.
        if state.items.capacity() > 8 {
            state.items = VecDeque::new();
        }
        Poll::Ready(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<U>> {
        // Nothing under the lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As heavy as it says.
    impl crate::live::Weigh for usize {
        fn weight(&self) -> usize {
            *self
        }
    }

    /// What came out: an update's weight, or what else it was.
    fn drain(outbox: &Outbox<usize>) -> Vec<Result<usize, String>> {
        let mut items = VecDeque::new();
        let _ = outbox.poll_drain(&mut Context::from_waker(Waker::noop()), &mut items);
        let shown = |item| match item {
            Item::Update(update) => Ok(*update.update()),
            other => Err(format!("{other:?}")),
        };
        items.into_iter().map(shown).collect()
    }

    fn update(weight: usize) -> Item<usize> {
        Item::Update(Arc::new(Shared::new(weight)))
    }

    #[test]
    fn a_reader_that_keeps_up_gets_everything_in_order() {
        let outbox = Outbox::default();
        for n in 0..MAX_UPDATES {
            outbox.push(update(n));
        }
        assert_eq!(drain(&outbox), (0..MAX_UPDATES).map(Ok).collect::<Vec<_>>());
        assert!(drain(&outbox).is_empty());
    }

    #[test]
    fn one_update_too_many_means_resync_and_nothing_after_it_until_it_was_told() {
        let outbox = Outbox::default();
        for _ in 0..=MAX_UPDATES {
            outbox.push(update(1));
        }
        outbox.push(update(2));
        assert_eq!(drain(&outbox), [Err("Resync".to_owned())]);
        outbox.push(update(3));
        assert_eq!(drain(&outbox), [Ok(3)]);
    }

    #[test]
    fn bytes_are_bounded_too() {
        let outbox = Outbox::default();
        outbox.push(update(MAX_BYTES));
        assert_eq!(drain(&outbox).len(), 1);
        outbox.push(update(MAX_BYTES));
        outbox.push(update(1));
        assert_eq!(drain(&outbox), [Err("Resync".to_owned())]);
    }

    #[test]
    fn nothing_comes_after_the_goodbye() {
        let outbox = Outbox::default();
        outbox.push(Item::Close("restart"));
        outbox.push(update(1));
        assert_eq!(drain(&outbox), [Err("Close(\"restart\")".to_owned())]);
    }
}
