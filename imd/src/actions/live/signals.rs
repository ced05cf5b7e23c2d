//! What is shown for a moment and never stored: typing, who is here, which room is on the screen.

use std::sync::Arc;

use bytes::Bytes;

use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, live::announce};
use crate::chat::{RoomId, Seq, UserId};
use crate::live::{Item, Session};
use crate::wire::{ErrorCode, Seen, ServerFrame};

/// People listed in the first presence frame.
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
    let frame = announce::encode(&ServerFrame::Typing { room: room.0, user: caller.user.0 });
    core.hub.send_watchers(room, &frame, caller.user);
    Ok(())
}

/// The room on this session's screen; answers with who is online in it.
///
/// # Errors
/// `not_found`.
pub async fn watch(core: &Core, caller: &Caller, session: &Arc<Session>, room: Option<RoomId>) -> Done<Option<Bytes>> {
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
        session.outbox.push(Item::Frame(received_frame(room, user, seq)));
    }
    let (online, count) = core.hub.online_in(room, MAX_LISTED);
    Ok(Some(announce::encode(&ServerFrame::Presence {
        room: room.0,
        online: online.into_iter().map(|u| u.0).collect(),
        offline: Vec::new(),
        count: u32::try_from(count).unwrap_or(u32::MAX),
    })))
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
            core.hub.send_watchers(room, &received_frame(room, caller.user, seq), caller.user);
        }
    }
    Ok(())
}

fn received_frame(room: RoomId, user: UserId, seq: Seq) -> Bytes {
    announce::encode(&ServerFrame::Received { room: room.0, user: user.0, seq: seq.0 })
}

/// Tells those who look at a room who came and left since the last time; called about every second.
pub fn tell_presence(core: &Core) {
    for (room, online, offline) in core.hub.presence_changes() {
        let (_, count) = core.hub.online_in(room, 0);
        let frame = announce::encode(&ServerFrame::Presence {
            room: room.0,
            online: online.into_iter().map(|u| u.0).collect(),
            offline: offline.into_iter().map(|u| u.0).collect(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
        });
        core.hub.send_watchers(room, &frame, crate::chat::UserId(0));
    }
}
