//! The hub: every session, by user and by room; who comes and goes. What happens (`U`) is whatever the caller says it is.
//! The ways to reach them are in [`fan_out`].

mod fan_out;
mod session;

pub use session::{Session, SessionId};

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::presence::Presence;
use super::received::Received;
use crate::chat::{DeviceId, RoomId, UserId};

/// Every session. Shared by all; one lock, held only to copy or push, never across a wait.
#[derive(Debug)]
pub struct Hub<U> {
    state: RwLock<State<U>>,
    presence: Presence,
    /// How far small rooms have come.
    pub received: Received,
}

#[derive(Debug)]
struct State<U> {
    next: u64,
    moves: Moves,
    /// Sorted by id, because ids grow: found by binary search, no hash table per room.
    all: Vec<Arc<Session<U>>>,
    users: HashMap<UserId, Online<U>>,
    rooms: HashMap<RoomId, Here<U>>,
    watchers: HashMap<RoomId, Vec<Arc<Session<U>>>>,
}

/// Who is connected in a room.
#[derive(Debug)]
struct Here<U> {
    sessions: Vec<Arc<Session<U>>>,
    /// Each once, sorted: asked for each second and at each look into the room, changed only when someone comes or goes.
    people: Vec<UserId>,
}

impl<U> Default for Here<U> {
    fn default() -> Self {
        Self { sessions: Vec::new(), people: Vec::new() }
    }
}

impl<U> Here<U> {
    fn came(&mut self, user: UserId) {
        if let Err(place) = self.people.binary_search(&user) {
            self.people.insert(place, user);
        }
    }

    fn left(&mut self, user: UserId) {
        if let Ok(place) = self.people.binary_search(&user) {
            self.people.remove(place);
        }
    }
}

/// How often anyone has come into or gone out of a room, whether connected or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moves(u64);

/// A connected user.
#[derive(Debug)]
struct Online<U> {
    sessions: Vec<Arc<Session<U>>>,
    /// The rooms they are in, so that leaving does not search all rooms.
    rooms: Vec<RoomId>,
}

impl<U> Default for Online<U> {
    fn default() -> Self {
        Self { sessions: Vec::new(), rooms: Vec::new() }
    }
}

impl<U> Default for Hub<U> {
    fn default() -> Self {
        let state = State {
            next: 0,
            moves: Moves::default(),
            all: Vec::new(),
            users: HashMap::new(),
            rooms: HashMap::new(),
            watchers: HashMap::new(),
        };
        Self { state: RwLock::new(state), presence: Presence::default(), received: Received::default() }
    }
}

impl<U> Hub<U> {
    /// To be asked before a user's rooms are read for [`Self::connect`].
    #[must_use]
    pub fn moves(&self) -> Moves {
        self.read().moves
    }

    /// A new session of a user who is in `rooms`. From now on it gets what happens there. `None` when anyone came or
    /// went since `read_at`: the rooms may have been read before that and must be read again, or someone who was put
    /// out meanwhile would go on listening.
    pub fn connect(&self, user: UserId, device: DeviceId, rooms: &[RoomId], read_at: Moves) -> Option<Arc<Session<U>>> {
        let mut state = self.write();
        if state.moves != read_at {
            return None;
        }
        state.next += 1;
        let session = Arc::new(Session::new(SessionId(state.next), user, device));
        state.all.push(Arc::clone(&session));
        let online = state.users.entry(user).or_default();
        online.sessions.push(Arc::clone(&session));
        // Not replaced: other sessions of theirs are still in a room that they have left on the disk but not here.
        for room in rooms {
            if !online.rooms.contains(room) {
                online.rooms.push(*room);
            }
        }
        let came = online.sessions.len() == 1;
        for room in rooms {
            let here = state.rooms.entry(*room).or_default();
            here.sessions.push(Arc::clone(&session));
            here.came(user);
        }
        if came {
            self.presence.came(user, rooms.iter().filter(|r| state.watchers.contains_key(r)));
        }
        Some(session)
    }

    /// The session's connection is gone.
    pub fn disconnect(&self, session: &Session<U>) {
        let mut state = self.write();
        remove(&mut state.all, session.id);
        if let Some(room) = session.watched() {
            remove_from(&mut state.watchers, room, session.id);
        }
        let Some(online) = state.users.get_mut(&session.user) else { return };
        remove(&mut online.sessions, session.id);
        let gone = online.sessions.is_empty();
        let rooms = if gone { std::mem::take(&mut online.rooms) } else { online.rooms.clone() };
        for room in &rooms {
            let Some(here) = state.rooms.get_mut(room) else { continue };
            remove(&mut here.sessions, session.id);
            if gone {
                here.left(session.user);
            }
            if here.sessions.is_empty() {
                state.rooms.remove(room);
            }
        }
        if gone {
            state.users.remove(&session.user);
            self.presence.left(session.user, rooms.iter().filter(|r| state.watchers.contains_key(r)));
        }
    }

    /// Someone is in one more room from now on, if nobody is connected as `user`; else nothing happens and this is false.
    pub fn join_absent(&self, user: UserId) -> bool {
        let mut state = self.write();
        let absent = !state.users.contains_key(&user);
        if absent {
            state.moves.0 += 1;
        }
        absent
    }

    /// Whoever is connected as `user` is in `room` from now on.
    pub fn join(&self, room: RoomId, user: UserId) {
        let mut state = self.write();
        state.moves.0 += 1;
        let Some(online) = state.users.get_mut(&user) else { return };
        // Each hello makes sure of its rooms: who is in already does not come again.
        let came = !online.rooms.contains(&room);
        if came {
            online.rooms.push(room);
        }
        let joining = online.sessions.clone();
        let here = state.rooms.entry(room).or_default();
        here.came(user);
        for session in joining {
            if let Err(place) = here.sessions.binary_search_by_key(&session.id, |s| s.id) {
                here.sessions.insert(place, session);
            }
        }
        if came && state.watchers.contains_key(&room) {
            self.presence.came(user, std::iter::once(&room));
        }
    }

    /// Whoever is connected as `user` is no longer in `room`.
    pub fn leave(&self, room: RoomId, user: UserId) {
        let mut state = self.write();
        state.moves.0 += 1;
        let Some(online) = state.users.get_mut(&user) else { return };
        online.rooms.retain(|r| *r != room);
        let leaving = online.sessions.clone();
        if let Some(here) = state.rooms.get_mut(&room) {
            here.left(user);
            for session in &leaving {
                remove(&mut here.sessions, session.id);
            }
            if here.sessions.is_empty() {
                state.rooms.remove(&room);
            }
        }
        for session in leaving {
            if session.watched() == Some(room) {
                session.watch(None);
                remove_from(&mut state.watchers, room, session.id);
            }
        }
        if state.watchers.contains_key(&room) {
            self.presence.left(user, std::iter::once(&room));
        }
    }

    /// The session has this room on its screen now, and no other.
    pub fn watch(&self, session: &Arc<Session<U>>, room: Option<RoomId>) {
        let mut state = self.write();
        if let Some(before) = session.watched() {
            remove_from(&mut state.watchers, before, session.id);
        }
        session.watch(room);
        if let Some(room) = room {
            let watchers = state.watchers.entry(room).or_default();
            if let Err(place) = watchers.binary_search_by_key(&session.id, |s| s.id) {
                watchers.insert(place, Arc::clone(session));
            }
        }
    }

    /// How many sessions there are.
    #[must_use]
    pub fn session_count(&self) -> usize {
        self.read().all.len()
    }

    /// How many people are connected.
    #[must_use]
    pub fn user_count(&self) -> usize {
        self.read().users.len()
    }

    /// How many sessions a user has.
    #[must_use]
    pub fn sessions_of(&self, user: UserId) -> usize {
        self.read().users.get(&user).map_or(0, |o| o.sessions.len())
    }

    /// Is the user connected?
    #[must_use]
    pub fn is_online(&self, user: UserId) -> bool {
        self.read().users.contains_key(&user)
    }

    /// Is the device connected?
    #[must_use]
    pub fn is_device_online(&self, user: UserId, device: DeviceId) -> bool {
        self.read().users.get(&user).is_some_and(|o| o.sessions.iter().any(|s| s.device == device))
    }

    /// Is the user connected in the room, and at most `most` people in all?
    #[must_use]
    pub fn is_among_few(&self, room: RoomId, user: UserId, most: usize) -> bool {
        self.read().rooms.get(&room).is_some_and(|h| h.people.len() <= most && h.people.binary_search(&user).is_ok())
    }

    /// The people connected in a room, at most `limit` of them, and how many there are.
    #[must_use]
    pub fn online_in(&self, room: RoomId, limit: usize) -> (Vec<UserId>, usize) {
        let state = self.read();
        let people = state.rooms.get(&room).map_or(&[][..], |here| &here.people);
        (people.iter().take(limit).copied().collect(), people.len())
    }

    /// Who came and who left in watched rooms since the last call: room, came, left.
    #[must_use]
    pub fn presence_changes(&self) -> Vec<(RoomId, Vec<UserId>, Vec<UserId>)> {
        self.presence.take()
    }

    fn read(&self) -> RwLockReadGuard<'_, State<U>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State<U>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remove<U>(sessions: &mut Vec<Arc<Session<U>>>, id: SessionId) -> bool {
    match sessions.binary_search_by_key(&id, |s| s.id) {
        Ok(place) => {
            sessions.remove(place);
            true
        }
        Err(_) => false,
    }
}

/// Leaves no empty list behind.
fn remove_from<K: Eq + std::hash::Hash, U>(map: &mut HashMap<K, Vec<Arc<Session<U>>>>, key: K, id: SessionId) {
    if let Some(sessions) = map.get_mut(&key) {
        remove(sessions, id);
        if sessions.is_empty() {
            map.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests;
