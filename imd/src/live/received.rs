//! How far the newest of small rooms has come: to the devices of which members. For "delivered" ticks. In memory only;
//! a restart forgets, and clients tell again when they connect.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::chat::{RoomId, Seq, UserId};

/// More rooms than this are not remembered: whichever comes first makes way.
const MOST_ROOMS: usize = 10_000;

/// The two members to whom most has come, furthest first. Two are enough for every sender: at least one of them is
/// somebody else.
type Furthest = [Option<(UserId, Seq)>; 2];

/// Bounded: two entries a room.
#[derive(Debug, Default)]
pub struct Received {
    rooms: Mutex<HashMap<RoomId, Furthest>>,
}

impl Received {
    /// A device of `user` has everything up to `seq`. Is that news to anyone who sends there?
    pub fn note(&self, room: RoomId, user: UserId, seq: Seq) -> bool {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() >= MOST_ROOMS
            && !rooms.contains_key(&room)
            && let Some(other) = rooms.keys().next().copied()
        {
            rooms.remove(&other);
        }
        let furthest = rooms.entry(room).or_default();
        // Their own place, or else the last.
        let own = furthest.iter().position(|at| at.is_some_and(|(who, _)| who == user)).unwrap_or(1);
        if furthest[own].is_some_and(|(_, at)| at >= seq) {
            return false;
        }
        furthest[own] = Some((user, seq));
        furthest.sort_unstable_by_key(|at| std::cmp::Reverse(at.map(|(_, seq)| seq)));
        true
    }

    /// What is known of a room.
    pub fn of(&self, room: RoomId) -> impl Iterator<Item = (UserId, Seq)> + use<> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.get(&room).copied().unwrap_or_default().into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: RoomId = RoomId(1);
    const ANN: UserId = UserId(1);
    const BOB: UserId = UserId(2);
    const CAT: UserId = UserId(3);

    /// What some sender sees: the furthest of all others.
    fn seen_by(received: &Received, me: UserId) -> Option<u64> {
        received.of(ROOM).filter(|(who, _)| *who != me).map(|(_, seq)| seq.0).max()
    }

    /// A sender would take a message for delivered that came to nobody but themselves.
    #[test]
    fn ones_own_devices_do_not_count_for_oneself() {
        let received = Received::default();
        assert!(received.note(ROOM, ANN, Seq(5)));
        assert_eq!([seen_by(&received, ANN), seen_by(&received, BOB)], [None, Some(5)]);
        assert!(received.note(ROOM, BOB, Seq(4)));
        assert!(received.note(ROOM, ANN, Seq(6)));
        assert_eq!([seen_by(&received, ANN), seen_by(&received, BOB)], [Some(4), Some(6)]);
    }

    /// A message in a room of fifty would be answered by two and a half thousand frames.
    #[test]
    fn of_many_who_have_the_same_only_two_are_news() {
        let received = Received::default();
        let news = (1..=50).filter(|who| received.note(ROOM, UserId(*who), Seq(9))).count();
        assert_eq!(news, 2);
    }

    #[test]
    fn nothing_is_taken_back_and_who_falls_behind_makes_way() {
        let received = Received::default();
        for (who, seq) in [(ANN, 3), (BOB, 7), (CAT, 5)] {
            assert!(received.note(ROOM, who, Seq(seq)));
        }
        assert!(!received.note(ROOM, BOB, Seq(6)));
        assert_eq!([ANN, BOB, CAT].map(|me| seen_by(&received, me)), [Some(7), Some(5), Some(7)]);
    }

    #[test]
    fn rooms_do_not_fill_the_memory() {
        let received = Received::default();
        for room in 0..MOST_ROOMS + 10 {
            received.note(RoomId(i64::try_from(room).unwrap()), ANN, Seq(1));
        }
        assert_eq!(received.rooms.lock().unwrap().len(), MOST_ROOMS);
    }
}
