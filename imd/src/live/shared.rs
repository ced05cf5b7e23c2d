//! One update on its way to many sessions, and the bytes that each dialect makes of it, once for all its sessions.

use std::sync::OnceLock;

use bytes::Bytes;

/// A protocol that sessions speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// JSON text frames in a WebSocket.
    WebSocket,
}

impl Dialect {
    const COUNT: usize = 1;
}

/// How much memory an update takes while it is waiting.
pub trait Weigh {
    /// Roughly its size in bytes, encoded or not.
    fn weight(&self) -> usize;
}

/// An update that many sessions get. The first session of a dialect that needs it encodes it; the others take the same bytes.
#[derive(Debug)]
pub struct Shared<U> {
    update: U,
    weight: usize,
    encoded: [OnceLock<Bytes>; Dialect::COUNT],
}

impl<U: Weigh> Shared<U> {
    /// Wraps an update, so that many sessions can have it.
    #[must_use]
    pub fn new(update: U) -> Self {
        Self { weight: update.weight(), update, encoded: Default::default() }
    }
}

impl<U> Shared<U> {
    /// What happened.
    #[must_use]
    pub fn update(&self) -> &U {
        &self.update
    }

    /// As [`Weigh::weight`].
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// The update in this dialect: made by `encode`, unless another session of the dialect has done so already.
    pub fn encoded(&self, dialect: Dialect, encode: impl FnOnce(&U) -> Bytes) -> Bytes {
        self.encoded[dialect as usize].get_or_init(|| encode(&self.update)).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    impl Weigh for &str {
        fn weight(&self) -> usize {
            self.len()
        }
    }

    /// Were this to fail, a message in a room of two hundred would be encoded two hundred times.
    #[test]
    fn it_is_encoded_once_however_many_sessions_take_it() {
        let shared = Shared::new("hello");
        let made = Cell::new(0);
        let take = || {
            shared.encoded(Dialect::WebSocket, |update| {
                made.set(made.get() + 1);
                Bytes::from_static(update.as_bytes())
            })
        };
        let (first, second) = (take(), take());
        assert_eq!((first.as_ptr(), made.get()), (second.as_ptr(), 1));
    }
}
