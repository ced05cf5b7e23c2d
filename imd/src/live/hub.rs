//! The hub: every session, by user and by room, and the ways to reach them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;

use super::outbox::{Item, Outbox};
use super::presence::Presence;
use super::received::Received;
use crate::chat::{DeviceId, RoomId, UserId};

/// Names a session while it lives; grows, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SessionId(u64);

/// One live connection of one device.
#[derive(Debug)]
pub struct Session {
    /// Names it.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Which device.
    pub device: DeviceId,
    /// What it has yet to be sent.
    pub outbox: Outbox,
    /// The room on its screen; 0: none.
    watched: AtomicI64,
    /// Something came from it since the last look.
    heard: AtomicBool,
    /// It has said hello.
    greeted: AtomicBool,
}

impl Session {
    /// Notes that something came from it.
    pub fn note_heard(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }

    /// Notes that it has said hello.
    pub fn note_greeted(&self) {
        self.greeted.store(true, Ordering::Relaxed);
    }

    /// The room on its screen.
    #[must_use]
    pub fn watched(&self) -> Option<RoomId> {
        match self.watched.load(Ordering::Relaxed) {
            0 => None,
            room => Some(RoomId(room)),
        }
    }
}

/// Every session. Shared by all; one lock, held only to copy or push, never across a wait.
#[derive(Debug, Default)]
pub struct Hub {
    state: RwLock<State>,
    presence: Presence,
    /// How far small rooms have come.
    pub received: Received,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    moves: Moves,
    /// Sorted by id, because ids grow: found by binary search, no hash table per room.
    all: Vec<Arc<Session>>,
    users: HashMap<UserId, Online>,
    rooms: HashMap<RoomId, Here>,
    watchers: HashMap<RoomId, Vec<Arc<Session>>>,
}

/// Who is connected in a room.
#[derive(Debug, Default)]
struct Here {
    sessions: Vec<Arc<Session>>,
    /// Each once, sorted: asked for each second and at each look into the room, changed only when someone comes or goes.
    people: Vec<UserId>,
}

impl Here {
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
#[derive(Debug, Default)]
struct Online {
    sessions: Vec<Arc<Session>>,
    /// The rooms they are in, so that leaving does not search all rooms.
    rooms: Vec<RoomId>,
}

impl Hub {
    /// To be asked before a user's rooms are read for [`Self::connect`].
    #[must_use]
    pub fn moves(&self) -> Moves {
        self.read().moves
    }

    /// A new session of a user who is in `rooms`. From now on it gets what happens there. `None` when anyone came or
    /// went since `read_at`: the rooms may have been read before that and must be read again, or someone who was put
    /// out meanwhile would go on listening.
    pub fn connect(&self, user: UserId, device: DeviceId, rooms: &[RoomId], read_at: Moves) -> Option<Arc<Session>> {
        let mut state = self.write();
        if state.moves != read_at {
            return None;
        }
        state.next += 1;
        let session = Arc::new(Session {
            id: SessionId(state.next),
            user,
            device,
            outbox: Outbox::default(),
            watched: AtomicI64::new(0),
            heard: AtomicBool::new(true),
            greeted: AtomicBool::new(false),
        });
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
    pub fn disconnect(&self, session: &Session) {
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
                session.watched.store(0, Ordering::Relaxed);
                remove_from(&mut state.watchers, room, session.id);
            }
        }
        if state.watchers.contains_key(&room) {
            self.presence.left(user, std::iter::once(&room));
        }
    }

    /// The session has this room on its screen now, and no other.
    pub fn watch(&self, session: &Arc<Session>, room: Option<RoomId>) {
        let mut state = self.write();
        if let Some(before) = session.watched() {
            remove_from(&mut state.watchers, before, session.id);
        }
        session.watched.store(room.map_or(0, |r| r.0), Ordering::Relaxed);
        if let Some(room) = room {
            let watchers = state.watchers.entry(room).or_default();
            if let Err(place) = watchers.binary_search_by_key(&session.id, |s| s.id) {
                watchers.insert(place, Arc::clone(session));
            }
        }
    }

    /// The same bytes to everyone connected in a room; how many they were.
    pub fn send_room(&self, room: RoomId, frame: &Bytes) -> usize {
        push_all(self.read().rooms.get(&room).map(|here| &here.sessions), frame)
    }

    /// The same bytes to everyone who has the room on their screen, but for `except`.
    pub fn send_watchers(&self, room: RoomId, frame: &Bytes, except: UserId) {
        if let Some(sessions) = self.read().watchers.get(&room) {
            for session in sessions.iter().filter(|s| s.user != except) {
                session.outbox.push(Item::Frame(frame.clone()));
            }
        }
    }

    /// The same bytes to all of a user's sessions.
    pub fn send_user(&self, user: UserId, frame: &Bytes) -> usize {
        push_all(self.read().users.get(&user).map(|o| &o.sessions), frame)
    }

    /// The same bytes to everyone who is in at least one of `rooms`, once each; how many they were.
    pub fn send_rooms(&self, rooms: &[RoomId], frame: &Bytes) -> usize {
        let state = self.read();
        let mut sessions: Vec<&Arc<Session>> =
            rooms.iter().filter_map(|r| state.rooms.get(r)).flat_map(|here| &here.sessions).collect();
        sessions.sort_unstable_by_key(|s| s.id);
        sessions.dedup_by_key(|s| s.id);
        for session in &sessions {
            session.outbox.push(Item::Frame(frame.clone()));
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
            if !session.heard.swap(false, Ordering::Relaxed) {
                session.outbox.push(Item::Close("silent"));
            } else if session.id <= before && !session.greeted.load(Ordering::Relaxed) {
                session.outbox.push(Item::Close("no_hello"));
            } else {
                session.outbox.push(Item::Ping);
            }
        }
        SessionId(state.next)
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

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn push_all(sessions: Option<&Vec<Arc<Session>>>, frame: &Bytes) -> usize {
    let sessions = sessions.map_or(&[][..], Vec::as_slice);
    for session in sessions {
        session.outbox.push(Item::Frame(frame.clone()));
    }
    sessions.len()
}

fn remove(sessions: &mut Vec<Arc<Session>>, id: SessionId) -> bool {
    match sessions.binary_search_by_key(&id, |s| s.id) {
        Ok(place) => {
            sessions.remove(place);
            true
        }
        Err(_) => false,
    }
}

/// Leaves no empty list behind.
fn remove_from<K: Eq + std::hash::Hash>(map: &mut HashMap<K, Vec<Arc<Session>>>, key: K, id: SessionId) {
    if let Some(sessions) = map.get_mut(&key) {
        remove(sessions, id);
        if sessions.is_empty() {
            map.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: RoomId = RoomId(1);
    const ANN: UserId = UserId(7);

    fn frame() -> Bytes {
        Bytes::from_static(b"{}")
    }

    fn connect(hub: &Hub, device: i64, rooms: &[RoomId]) -> Arc<Session> {
        hub.connect(ANN, DeviceId(device), rooms, hub.moves()).unwrap()
    }

    /// Someone put out of a room just while they connect would go on reading it.
    #[test]
    fn rooms_read_before_someone_was_put_out_are_not_taken() {
        let hub = Hub::default();
        let read_at = hub.moves();
        hub.leave(ROOM, ANN);
        assert!(hub.connect(ANN, DeviceId(1), &[ROOM], read_at).is_none());
        assert_eq!(hub.send_room(ROOM, &frame()), 0);
        assert_eq!(hub.session_count(), 0);
        // And someone taken in just then would miss what is said before their next connection.
        let read_at = hub.moves();
        hub.join(ROOM, ANN);
        assert!(hub.connect(ANN, DeviceId(1), &[], read_at).is_none());
    }

    /// A closed connection would stay in a room for ever: memory is lost, and its person is shown as online.
    #[test]
    fn a_session_leaves_every_room_whatever_later_ones_have_read() {
        let hub = Hub::default();
        let first = connect(&hub, 1, &[]);
        hub.join(ROOM, ANN);
        let second = connect(&hub, 2, &[]);
        assert_eq!(hub.send_room(ROOM, &frame()), 1);
        hub.disconnect(&second);
        hub.disconnect(&first);
        assert_eq!(hub.online_in(ROOM, 10), (Vec::new(), 0));
        assert_eq!(hub.session_count() + hub.user_count(), 0);
    }

    /// Someone put out of a room would still be told who types there.
    #[test]
    fn leaving_ends_listening_and_watching() {
        let hub = Hub::default();
        let session = connect(&hub, 1, &[ROOM]);
        hub.watch(&session, Some(ROOM));
        hub.leave(ROOM, ANN);
        assert_eq!(session.watched(), None);
        assert_eq!(hub.send_room(ROOM, &frame()), 0);
        hub.send_watchers(ROOM, &frame(), UserId(0));
        let mut got = std::collections::VecDeque::new();
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(session.outbox.poll_drain(&mut cx, &mut got).is_pending(), "{got:?}");
    }

    /// A room would show more or fewer people than are there, and for ever.
    #[test]
    fn people_are_counted_once_however_many_lines_they_have() {
        let hub = Hub::default();
        let bob = UserId(3);
        let read_at = hub.moves();
        let bobs = hub.connect(bob, DeviceId(9), &[ROOM], read_at).unwrap();
        let [first, second] = [1, 2].map(|device| connect(&hub, device, &[ROOM]));
        assert_eq!(hub.online_in(ROOM, 10), (vec![bob, ANN], 2));
        assert_eq!(hub.online_in(ROOM, 1), (vec![bob], 2));
        hub.disconnect(&first);
        assert_eq!(hub.online_in(ROOM, 0).1, 2);
        hub.disconnect(&second);
        assert_eq!(hub.online_in(ROOM, 10), (vec![bob], 1));
        let third = connect(&hub, 3, &[]);
        hub.join(ROOM, ANN);
        hub.join(ROOM, ANN);
        assert_eq!(hub.online_in(ROOM, 0).1, 2);
        hub.leave(ROOM, ANN);
        assert_eq!(hub.online_in(ROOM, 0).1, 1);
        hub.disconnect(&third);
        hub.disconnect(&bobs);
        assert_eq!(hub.online_in(ROOM, 10), (Vec::new(), 0));
    }
}
