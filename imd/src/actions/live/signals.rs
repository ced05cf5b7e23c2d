//! What is shown for a moment and never stored: typing, who is here, which room is on the screen.

use std::sync::Arc;

use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, Session, Update};
use crate::chat::{RoomId, Seq, UserId};
use crate::live::{Item, SessionId};
use crate::wire::{ErrorCode, Seen};

/// People listed in the answer to `watch`.
const MAX_LISTED: usize = 500;

/// In rooms with more people online nobody is told what has come to whom: it would cost more than it says.
const FEW: usize = 50;

/// Rooms that one `received` may name.
const MAX_RECEIVED: usize = 200;

/// The caller types in a room; those who look at it see it.
///
/// # Errors
/// `rate_limited`, `not_found`, `forbidden` for someone who may not write there.
pub async fn typing(core: &Core, caller: &Caller, room: RoomId) -> Done<()> {
    core.rates.signal(caller.user)?;
    access(core, caller, room).await?.may_write()?;
    let typing = Update::Typing { room, user: caller.user };
    core.hub.send_watchers(room, &typing.shared(), caller.user);
    Ok(())
}

/// The room on this session's screen; answers with who is online in it.
///
/// # Errors
/// `not_found`.
pub async fn watch(core: &Core, caller: &Caller, session: &Arc<Session>, room: Option<RoomId>) -> Done<Option<Update>> {
    let Some(room) = room else {
        core.hub.watch(session, None);
        return Ok(None);
    };
    core.rates.signal(caller.user)?;
    access(core, caller, room).await?;
    core.hub.watch(session, Some(room));
    // Asked again: who was put out between the question and the watching has been forgotten by now.
    if let Err(refused) = access(core, caller, room).await {
        core.hub.watch(session, None);
        return Err(refused);
    }
    for (user, seq) in core.hub.received.of(room).filter(|(user, _)| *user != caller.user) {
        session.outbox.push(Item::Update(Update::Received { room, user, seq }.shared()));
    }
    let (online, count) = core.hub.online_in(room, MAX_LISTED);
    Ok(Some(presence(room, online, Vec::new(), count)))
}

/// What has come to a device of the caller's, by room; those who look at the room see it. Rooms that the caller is not in,
/// and those that many are in, are passed over.
///
/// # Errors
/// `rate_limited`, `bad_request` for too many rooms.
pub fn received(core: &Core, caller: &Caller, rooms: &[Seen]) -> Done<()> {
    core.rates.signal(caller.user)?;
    if rooms.len() > MAX_RECEIVED {
        return Err(ErrorCode::BadRequest.into());
    }
    for Seen { room, seq } in rooms {
        let (room, seq) = (RoomId(*room), Seq(*seq));
        if core.hub.is_among_few(room, caller.user, FEW) && core.hub.received.note(room, caller.user, seq) {
            let received = Update::Received { room, user: caller.user, seq };
            core.hub.send_watchers(room, &received.shared(), caller.user);
        }
    }
    Ok(())
}

/// How many are connected.
#[derive(Debug, Clone, Copy)]
pub struct Connected {
    /// Sessions.
    pub sessions: usize,
    /// People who have one.
    pub people: usize,
}

/// How many are connected now.
#[must_use]
pub fn connected(core: &Core) -> Connected {
    Connected { sessions: core.hub.session_count(), people: core.hub.user_count() }
}

/// How many sessions a person has now.
#[must_use]
pub fn sessions_of(core: &Core, user: UserId) -> usize {
    core.hub.sessions_of(user)
}

/// Asks sessions without traffic whether they still exist, and ends those that did not answer the last time. Returns what
/// the next call needs; the first one takes the default.
pub fn sweep(core: &Core, known: SessionId) -> SessionId {
    core.hub.sweep(known)
}

fn presence(room: RoomId, online: Vec<UserId>, offline: Vec<UserId>, count: usize) -> Update {
    Update::Presence { room, online, offline, count: u32::try_from(count).unwrap_or(u32::MAX) }
}

/// Tells those who look at a room who came and left since the last time; called about every second.
pub fn tell_presence(core: &Core) {
    for (room, online, offline) in core.hub.presence_changes() {
        let (_, count) = core.hub.online_in(room, 0);
        core.hub.send_watchers(room, &presence(room, online, offline, count).shared(), UserId(0));
    }
}
