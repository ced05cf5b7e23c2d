//! How many things of one kind a person may do at the same time, so that nobody takes all the capacity.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::chat::UserId;

/// Uploads that one person may have in progress: a slow one holds its permit for hours.
const UPLOADS: usize = 8;

/// How long a further upload waits for a permit, so that clients which send a dozen at once need not retry each.
const PATIENCE: Duration = Duration::from_secs(20);

/// Counts what is in progress, by person.
#[derive(Debug, Clone)]
pub(super) struct ConcurrencyLimit {
    max: usize,
    patience: Duration,
    people: Arc<Mutex<HashMap<UserId, Counts>>>,
    freed: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Counts {
    under_way: usize,
    waiting: usize,
}

/// Permission for one person to do one such thing; given back when dropped.
#[derive(Debug)]
pub(in crate::actions) struct Permit {
    of: UserId,
    limit: ConcurrencyLimit,
}

impl ConcurrencyLimit {
    /// For uploads: eight at once.
    #[must_use]
    pub(super) fn uploads() -> Self {
        Self::new(UPLOADS, PATIENCE)
    }

    pub(in crate::actions) fn new(max: usize, patience: Duration) -> Self {
        Self { max, patience, people: Arc::default(), freed: Arc::default() }
    }

    /// A permit, unless the person already has all of theirs.
    pub(in crate::actions) fn take(&self, of: UserId) -> Option<Permit> {
        let mut people = self.lock();
        let counts = people.entry(of).or_default();
        if counts.under_way >= self.max {
            return None;
        }
        counts.under_way += 1;
        Some(Permit { of, limit: self.clone() })
    }

    /// A permit, as soon as one is free. `None` when that takes too long, or when as many are waiting as there are
    /// permits.
    pub(in crate::actions) async fn wait(&self, of: UserId) -> Option<Permit> {
        if let Some(place) = self.take(of) {
            return Some(place);
        }
        let _waiting = self.stand_in_line(of)?;
        let freed = async {
            loop {
                let freed = self.freed.notified();
                match self.take(of) {
                    Some(place) => return place,
                    None => freed.await,
                }
            }
        };
        timeout(self.patience, freed).await.ok()
    }

    fn stand_in_line(&self, of: UserId) -> Option<InLine> {
        let mut people = self.lock();
        let counts = people.entry(of).or_default();
        if counts.waiting >= self.max {
            return None;
        }
        counts.waiting += 1;
        Some(InLine { of, limit: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Counts>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn less(&self, of: UserId, one: fn(&mut Counts) -> &mut usize) {
        let mut people = self.lock();
        if let Some(counts) = people.get_mut(&of) {
            *one(counts) -= 1;
            if counts.under_way + counts.waiting == 0 {
                people.remove(&of);
            }
        }
    }
}

/// Counts as waiting until it is dropped.
struct InLine {
    of: UserId,
    limit: ConcurrencyLimit,
}

impl Drop for InLine {
    fn drop(&mut self) {
        self.limit.less(self.of, |counts| &mut counts.waiting);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limit.less(self.of, |counts| &mut counts.under_way);
        self.limit.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, one person's slow uploads would keep everybody else from sending files; or somebody who sent
    /// many could never send another.
    #[test]
    fn each_has_their_own_places_and_gets_them_back() {
        let limit = ConcurrencyLimit::new(2, Duration::ZERO);
        let (ann, bob) = (UserId(1), UserId(2));
        let taken = [limit.take(ann).unwrap(), limit.take(ann).unwrap()];
        assert!(limit.take(ann).is_none());
        assert!(limit.take(bob).is_some());
        drop(taken);
        assert!(limit.take(ann).is_some());
        assert!(limit.lock().is_empty());
    }

    /// Were this to fail, a client that sends a dozen photos at once would lose the ninth, or one that sends a thousand
    /// would hold as many connections.
    #[tokio::test]
    async fn one_more_waits_for_a_place_and_not_for_ever() {
        let (limit, ann) = (ConcurrencyLimit::new(1, Duration::from_secs(20)), UserId(1));
        let taken = limit.take(ann).unwrap();
        let waiting = tokio::spawn({
            let limit = limit.clone();
            async move { limit.wait(ann).await.is_some() }
        });
        while limit.lock()[&ann].waiting == 0 {
            tokio::task::yield_now().await;
        }
        assert!(limit.wait(ann).await.is_none(), "as many wait as there are places");
        drop(taken);
        assert!(waiting.await.unwrap());
        let limit = ConcurrencyLimit::new(1, Duration::from_millis(1));
        let _taken = limit.take(ann).unwrap();
        assert!(limit.wait(ann).await.is_none(), "nobody waits for ever");
        assert_eq!(limit.lock()[&ann].waiting, 0);
    }
}
