//! Updates as JSON text frames, as `PROTOCOL.md` describes them.

use bytes::Bytes;

use crate::actions::{Update, view};
use crate::chat::{Star, UserId};
use crate::live::{Dialect, Shared};
use crate::wire::ServerFrame;

/// A frame's bytes.
pub(super) fn encode(frame: &ServerFrame) -> Bytes {
    // Plain data with string keys: serialising it cannot fail.
    Bytes::from(serde_json::to_vec(frame).unwrap_or_default())
}

/// The bytes of an update that other sessions get as well: made once for all of them.
pub(super) fn encode_shared(shared: &Shared<Update>) -> Bytes {
    shared.encoded(Dialect::WebSocket, |update| encode(&frame(update.clone())))
}

/// The frame for an update.
pub(super) fn frame(update: Update) -> ServerFrame {
    match update {
        Update::Ready { me, rooms, requests, now } => ServerFrame::Ready { me, rooms, requests, now },
        Update::Events { room, events } => {
            ServerFrame::Events { room: room.0, events: events.iter().map(|event| view::event(event)).collect() }
        }
        Update::Gap { room, after, upto } => ServerFrame::Gap { room: room.0, after: after.0, upto: upto.0 },
        Update::CaughtUp => ServerFrame::CaughtUp {},
        Update::Room(room) => ServerFrame::Room { room },
        Update::RoomGone(room) => ServerFrame::RoomGone { room: room.0 },
        Update::Kept { room, first_seq, keep_days, box_keep_days } => {
            ServerFrame::Kept { room: room.0, first_seq: first_seq.0, keep_days, box_keep_days }
        }
        Update::People(mut people) => match people.len() {
            1 => ServerFrame::User { user: Box::new(people.remove(0)) },
            _ => ServerFrame::Users { users: people },
        },
        Update::Read { room, user, seq } => ServerFrame::Read { room: room.0, user: user.0, seq: seq.0 },
        Update::Starred { room, seq, to } => ServerFrame::Star { room: room.0, seq: seq.0, starred: to == Star::On },
        Update::Received { room, user, seq } => ServerFrame::Received { room: room.0, user: user.0, seq: seq.0 },
        Update::Typing { room, user } => ServerFrame::Typing { room: room.0, user: user.0 },
        Update::Presence { room, online, offline, count } => {
            ServerFrame::Presence { room: room.0, online: ids(online), offline: ids(offline), count }
        }
        Update::Request(request) => ServerFrame::Request { request },
        Update::RequestGone(user) => ServerFrame::RequestGone { user: user.0 },
        Update::Quiet(quiet) => ServerFrame::Quiet { quiet },
        Update::SignIn(ticket) => ServerFrame::SignIn { ticket },
    }
}

fn ids(people: Vec<UserId>) -> Vec<i64> {
    people.into_iter().map(|user| user.0).collect()
}
