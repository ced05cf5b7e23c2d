//! Comings and goings, gathered and told in bundles: a thousand people signing in at once are a few frames, not a
//! million.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::chat::{RoomId, UserId};

#[derive(Debug, Default)]
pub(super) struct Presence {
    rooms: Mutex<HashMap<RoomId, Changes>>,
}

#[derive(Debug, Default)]
struct Changes {
    came: HashSet<UserId>,
    left: HashSet<UserId>,
}

impl Presence {
    /// Someone is connected now; `rooms`: theirs that anyone watches.
    pub(super) fn came<'a>(&self, user: UserId, rooms: impl Iterator<Item = &'a RoomId>) {
        let mut all = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        for room in rooms {
            let changes = all.entry(*room).or_default();
            if !changes.left.remove(&user) {
                changes.came.insert(user);
            }
        }
    }

    /// Someone is no longer connected.
    pub(super) fn left<'a>(&self, user: UserId, rooms: impl Iterator<Item = &'a RoomId>) {
        let mut all = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        for room in rooms {
            let changes = all.entry(*room).or_default();
            if !changes.came.remove(&user) {
                changes.left.insert(user);
            }
        }
    }

    pub(super) fn take(&self) -> Vec<(RoomId, Vec<UserId>, Vec<UserId>)> {
        let all = std::mem::take(&mut *self.rooms.lock().unwrap_or_else(PoisonError::into_inner));
        let lists = |(room, c): (RoomId, Changes)| (room, c.came.into_iter().collect(), c.left.into_iter().collect());
        all.into_iter().filter(|(_, c)| !c.came.is_empty() || !c.left.is_empty()).map(lists).collect()
    }
}
