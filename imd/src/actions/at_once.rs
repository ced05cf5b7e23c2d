//! How many of one thing a person may do at the same time, so that nobody takes all the places there are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::chat::UserId;

/// Uploads that one person may have under way: a slow one holds its place for hours.
const UPLOADS: usize = 8;

/// Counts what is under way, by person.
#[derive(Debug, Clone)]
pub struct AtOnce {
    max: usize,
    under_way: Arc<Mutex<HashMap<UserId, usize>>>,
}

/// One of a person's places; free again when dropped.
#[derive(Debug)]
pub(super) struct Place {
    of: UserId,
    under_way: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl AtOnce {
    /// For uploads: eight at once.
    #[must_use]
    pub fn uploads() -> Self {
        Self::new(UPLOADS)
    }

    fn new(max: usize) -> Self {
        Self { max, under_way: Arc::default() }
    }

    /// A place, unless the person has all of theirs taken.
    pub(super) fn take(&self, of: UserId) -> Option<Place> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(of).or_default();
        if *count >= self.max {
            return None;
        }
        *count += 1;
        Some(Place { of, under_way: Arc::clone(&self.under_way) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One person's slow uploads would keep everybody else from sending files; or one who sent many would never send
    /// another.
    #[test]
    fn each_has_their_own_places_and_gets_them_back() {
        let at_once = AtOnce::new(2);
        let (ann, bob) = (UserId(1), UserId(2));
        let taken = [at_once.take(ann).unwrap(), at_once.take(ann).unwrap()];
        assert!(at_once.take(ann).is_none());
        assert!(at_once.take(bob).is_some());
        drop(taken);
        assert!(at_once.take(ann).is_some());
        assert!(at_once.under_way.lock().unwrap().is_empty());
    }
}
