//! What one session has yet to be sent: bounded in frames and bytes, empty and small while nothing happens.
//!
//! Many may fill it; one connection empties it, everything at once, so that a burst becomes one write.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

/// Most frames that wait.
const MAX_FRAMES: usize = 256;
/// Most bytes that wait.
const MAX_BYTES: usize = 1 << 20;

/// One thing to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A text frame, encoded once and shared by all who get it.
    Frame(Bytes),
    /// Some frames were dropped because the session was too slow: it must ask for what it misses.
    Resync,
    /// Are you there?
    Ping,
    /// Say goodbye with this reason and close.
    Close(&'static str),
}

/// A bounded queue with one reader.
#[derive(Debug, Default)]
pub struct Outbox {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    items: VecDeque<Item>,
    bytes: usize,
    /// Frames are dropped until the reader has caught up and told its client.
    lagging: bool,
    closing: bool,
    reader: Option<Waker>,
}

impl Outbox {
    /// Adds one thing, or, when full, drops frames until the reader comes.
    pub fn push(&self, item: Item) {
        let waker = {
            let mut state = self.lock();
            if state.closing {
                return;
            }
            match &item {
                Item::Frame(frame) => {
                    if state.lagging {
                        return;
                    }
                    if state.items.len() >= MAX_FRAMES || state.bytes + frame.len() > MAX_BYTES {
                        state.lagging = true;
                        // What waits is of no use: the client will ask for all of it again.
                        state.items.clear();
                        state.bytes = 0;
                        state.items.push_back(Item::Resync);
                    } else {
                        state.bytes += frame.len();
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
    pub fn poll_drain(&self, cx: &mut Context<'_>, into: &mut VecDeque<Item>) -> Poll<()> {
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

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing under the lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(outbox: &Outbox) -> Vec<Item> {
        let mut items = VecDeque::new();
        let _ = outbox.poll_drain(&mut Context::from_waker(Waker::noop()), &mut items);
        items.into()
    }

    fn frame(n: usize) -> Item {
        Item::Frame(Bytes::from(vec![b'x'; n]))
    }

    #[test]
    fn a_reader_that_keeps_up_gets_everything_in_order() {
        let outbox = Outbox::default();
        for n in 0..MAX_FRAMES {
            outbox.push(frame(n));
        }
        assert_eq!(drain(&outbox), (0..MAX_FRAMES).map(frame).collect::<Vec<_>>());
        assert!(drain(&outbox).is_empty());
    }

    #[test]
    fn one_frame_too_many_means_resync_and_nothing_after_it_until_it_was_told() {
        let outbox = Outbox::default();
        for _ in 0..=MAX_FRAMES {
            outbox.push(frame(1));
        }
        outbox.push(frame(2));
        assert_eq!(drain(&outbox), [Item::Resync]);
        outbox.push(frame(3));
        assert_eq!(drain(&outbox), [frame(3)]);
    }

    #[test]
    fn bytes_are_bounded_too() {
        let outbox = Outbox::default();
        outbox.push(frame(MAX_BYTES));
        assert_eq!(drain(&outbox).len(), 1);
        outbox.push(frame(MAX_BYTES));
        outbox.push(frame(1));
        assert_eq!(drain(&outbox), [Item::Resync]);
    }

    #[test]
    fn nothing_comes_after_the_goodbye() {
        let outbox = Outbox::default();
        outbox.push(Item::Close("restart"));
        outbox.push(frame(1));
        assert_eq!(drain(&outbox), [Item::Close("restart")]);
    }
}
