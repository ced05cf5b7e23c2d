//! The beginning of a live session: who you are, your rooms, and exactly what you missed.

use std::sync::Arc;

use bytes::Bytes;

use super::announce::encode;
use super::{Caller, Core, Done, Refused, active, profile, requests, view};
use crate::chat::Seq;
use crate::live::Session;
use crate::store::{RoomView, Side};
use crate::wire::{ErrorCode, Seen, ServerFrame};

/// Events sent of one room; beyond that the client pages.
pub const MAX_MISSED: u32 = 200;
/// Most rooms a client may say it knows.
const MAX_SEEN: usize = 2_000;
/// A frame of missed events is cut at about this many bytes of text.
const FRAME_BYTES: usize = 48 << 10;

/// How often a session's rooms are read again because someone came or went meanwhile.
const MAX_READS: u32 = 64;

/// Registers a session: from now on it gets what happens in its rooms. What it has missed until now is read
/// afterwards, so that nothing falls between; what overlaps, the client knows by its `seq`.
///
/// # Errors
/// `pending_approval`, `suspended`, `limit_reached` when the user has too many sessions, `busy`, and as any read.
pub async fn connect(core: &Core, caller: &Caller) -> Done<Arc<Session>> {
    active(caller)?;
    if core.hub.sessions_of(caller.user) >= core.limits.max_sessions_per_user {
        return Err(ErrorCode::LimitReached.into());
    }
    for _ in 0..MAX_READS {
        let read_at = core.hub.moves();
        let rooms = core.store.rooms_of(caller.user).await?;
        if let Some(session) = core.hub.connect(caller.user, caller.device, &rooms, read_at) {
            return Ok(session);
        }
    }
    Err(Refused::later(ErrorCode::Busy, 1))
}

/// Asks once more, now that the session can be ended: who was signed out or suspended after they were asked who they
/// are, and before the session was there to be ended, would stay.
///
/// # Errors
/// `not_signed_in`, `suspended`, and as any read.
pub async fn still_in(core: &Core, caller: &Caller) -> Done<()> {
    let status = core.store.standing(caller.device).await?.ok_or(ErrorCode::NotSignedIn)?;
    active(&Caller { status, ..*caller })
}

/// The answer to `hello`, as frames in order: `ready`, missed events with gaps marked, `caught_up`.
///
/// # Errors
/// `bad_request` for another protocol version or too many rooms, and as any read.
pub async fn hello(core: &Core, caller: &Caller, version: u32, seen: Vec<Seen>) -> Done<Vec<Bytes>> {
    if version != 1 || seen.len() > MAX_SEEN {
        return Err(ErrorCode::BadRequest.into());
    }
    let views = core.store.room_views(caller.user).await?;
    let me = profile::me(core, caller).await?;
    // A connection may be older than its person's role.
    let caller = &Caller { role: me.user.role.into(), ..*caller };
    let requests =
        if requests::hears_of_requests(caller.role) { requests::list(core, caller).await? } else { Vec::new() };
    let ready = ServerFrame::Ready {
        me: Box::new(me),
        rooms: views.iter().map(|v| view::room(v, &core.hub)).collect(),
        requests,
        now: core.now(),
    };
    let mut frames = vec![encode(&ready)];
    for seen in seen {
        if let Some(view) = views.iter().find(|v| v.id.0 == seen.room) {
            missed(core, view, Seq(seen.seq), &mut frames).await?;
        }
    }
    frames.push(encode(&ServerFrame::CaughtUp {}));
    Ok(frames)
}

async fn missed(core: &Core, view: &RoomView, after: Seq, frames: &mut Vec<Bytes>) -> Result<(), Refused> {
    if after >= view.last_seq {
        return Ok(());
    }
    let room = view.id.0;
    let slice = core.store.events(view.id, Side::After(after), view.first_seq, MAX_MISSED).await?;
    let mut events = Vec::new();
    let mut bytes = 0;
    let last_sent = slice.events.last().map_or(after, |e| e.seq);
    for event in &slice.events {
        if let crate::chat::EventBody::Message { text, .. } = &event.body {
            bytes += text.len();
        }
        events.push(view::event(event));
        if bytes > FRAME_BYTES {
            frames.push(encode(&ServerFrame::Events { room, events: std::mem::take(&mut events) }));
            bytes = 0;
        }
    }
    if !events.is_empty() {
        frames.push(encode(&ServerFrame::Events { room, events }));
    }
    if last_sent < slice.last_seq {
        frames.push(encode(&ServerFrame::Gap { room, after: last_sent.0, upto: slice.last_seq.0 }));
    }
    Ok(())
}
