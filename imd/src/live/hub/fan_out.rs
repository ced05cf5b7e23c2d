//! The ways to reach sessions: the same update to many, questions whether they are there, and their end.

use std::sync::Arc;

use super::{Hub, Session, SessionId};
use crate::chat::{DeviceId, RoomId, UserId};
use crate::live::outbox::Item;
use crate::live::shared::Shared;

impl<U> Hub<U> {
    /// The same to everyone connected in a room; how many they were.
    pub fn send_room(&self, room: RoomId, update: &Arc<Shared<U>>) -> usize {
        push_all(self.read().rooms.get(&room).map(|here| &here.sessions), update)
    }

    /// The same to everyone who has the room on their screen, but for `except`.
    pub fn send_watchers(&self, room: RoomId, update: &Arc<Shared<U>>, except: UserId) {
        if let Some(sessions) = self.read().watchers.get(&room) {
            for session in sessions.iter().filter(|s| s.user != except) {
                session.outbox.push(Item::Update(Arc::clone(update)));
            }
        }
    }

    /// The same to all of a user's sessions.
    pub fn send_user(&self, user: UserId, update: &Arc<Shared<U>>) -> usize {
        push_all(self.read().users.get(&user).map(|o| &o.sessions), update)
    }

    /// The same to everyone who is in at least one of `rooms`, once each; how many they were.
    pub fn send_rooms(&self, rooms: &[RoomId], update: &Arc<Shared<U>>) -> usize {
        let state = self.read();
        let mut sessions: Vec<&Arc<Session<U>>> =
            rooms.iter().filter_map(|r| state.rooms.get(r)).flat_map(|here| &here.sessions).collect();
        sessions.sort_unstable_by_key(|s| s.id);
        sessions.dedup_by_key(|s| s.id);
        for session in &sessions {
            session.outbox.push(Item::Update(Arc::clone(update)));
        }
        sessions.len()
    }

    /// Ends the sessions of one device.
    pub fn close_device(&self, device: DeviceId, reason: &'static str) {
        for session in self.read().all.iter().filter(|s| s.device == device) {
            session.outbox.push(Item::Close(reason));
        }
    }

    /// Ends all sessions of a user.
    pub fn close_user(&self, user: UserId, reason: &'static str) {
        for session in self.read().users.get(&user).map_or(&[][..], |o| &o.sessions) {
            session.outbox.push(Item::Close(reason));
        }
    }

    /// Ends every session because who is in which room is no longer known; who connects now, or was just about to, reads it
    /// again.
    pub fn start_over(&self, reason: &'static str) {
        self.write().moves.0 += 1;
        self.close_all(reason);
    }

    /// Ends every session.
    pub fn close_all(&self, reason: &'static str) {
        for session in &self.read().all {
            session.outbox.push(Item::Close(reason));
        }
    }

    /// Asks everyone whether they are there; ends those who have not answered the last time, and those who were
    /// connected the last time and have not said hello. `before`: the session count's high mark at that time, as this
    /// answers it.
    pub fn sweep(&self, before: SessionId) -> SessionId {
        let state = self.read();
        for session in &state.all {
            if !session.take_heard() {
                session.outbox.push(Item::Close("silent"));
            } else if session.id <= before && !session.has_greeted() {
                session.outbox.push(Item::Close("no_hello"));
            } else {
                session.outbox.push(Item::Ping);
            }
        }
        SessionId(state.next)
    }
}

fn push_all<U>(sessions: Option<&Vec<Arc<Session<U>>>>, update: &Arc<Shared<U>>) -> usize {
    let sessions = sessions.map_or(&[][..], Vec::as_slice);
    for session in sessions {
        session.outbox.push(Item::Update(Arc::clone(update)));
    }
    sessions.len()
}
