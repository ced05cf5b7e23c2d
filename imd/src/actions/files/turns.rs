//! One connection at a time for each upload, and the newest first: a phone that lost its connection and tries again
//! does not have to wait for the dead one.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedMutexGuard, watch};

use crate::chat::UploadId;

/// Who works on which upload.
#[derive(Debug, Clone, Default)]
pub(in crate::actions) struct Turns {
    lines: Arc<Mutex<HashMap<UploadId, Line>>>,
}

/// The connections that work on one upload or wait for it.
#[derive(Debug)]
struct Line {
    gate: Arc<tokio::sync::Mutex<()>>,
    newest: watch::Sender<u64>,
    /// How many there are; the entry is removed with the last one.
    people: usize,
}

/// The turn to work on an upload. When it is dropped, the next connection may begin.
#[derive(Debug)]
pub(in crate::actions) struct Turn {
    id: UploadId,
    number: u64,
    newest: watch::Receiver<u64>,
    turns: Turns,
    _gate: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Asks whoever works on the upload to give way, and waits until they have.
    pub(in crate::actions) async fn take(&self, id: UploadId) -> Turn {
        let (mut turn, gate) = {
            let mut lines = self.lock();
            let line = lines.entry(id).or_insert_with(|| Line {
                gate: Arc::default(),
                newest: watch::Sender::new(0),
                people: 0,
            });
            line.people += 1;
            line.newest.send_modify(|newest| *newest += 1);
            let newest = line.newest.subscribe();
            let number = *newest.borrow();
            (Turn { id, number, newest, turns: self.clone(), _gate: None }, Arc::clone(&line.gate))
        };
        turn._gate = Some(gate.lock_owned().await);
        turn
    }

    /// Asks everyone to give way without a successor: the box is stopping, and what has arrived must be recorded.
    pub(in crate::actions) fn end(&self) {
        for line in self.lock().values() {
            line.newest.send_modify(|newest| *newest += 1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UploadId, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Completes when a newer connection is waiting.
    pub(in crate::actions) fn over(&self) -> impl Future<Output = ()> + Send + 'static {
        let (mut newest, number) = (self.newest.clone(), self.number);
        async move {
            // The sender lives as long as this turn.
            let _ = newest.wait_for(|newest| *newest > number).await;
        }
    }

    /// Is a newer connection waiting?
    pub(in crate::actions) fn is_over(&self) -> bool {
        *self.newest.borrow() > self.number
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut lines = self.turns.lock();
        if let Some(line) = lines.get_mut(&self.id) {
            line.people -= 1;
            if line.people == 0 {
                lines.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a phone that changes to another network would wait a minute for its own dead connection; or
    /// two connections at once would mix their bytes.
    #[tokio::test]
    async fn the_newest_has_its_turn_when_the_one_before_gave_way() {
        let turns = Turns::default();
        let first = turns.take(UploadId(1)).await;
        assert!(!first.is_over());
        let mut second = std::pin::pin!(turns.take(UploadId(1)));
        tokio::select! {
            biased;
            _ = &mut second => panic!("two at once"),
            () = first.over() => {}
        }
        let _another = turns.take(UploadId(2)).await;
        drop(first);
        drop(second.await);
        assert_eq!(turns.lock().len(), 1, "only what is worked on is remembered");
    }
}
