//! WebSocket frames: JSON text, tagged by `t`. `PROTOCOL.md` describes each with an example.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ErrorDetail, Event, JoinRequest, Me, Room, SignInTicket, User, object};

/// What the client says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ClientFrame {
    /// First frame, and again after `resync`: what the client already has.
    Hello {
        /// Protocol version; 1.
        v: u32,
        /// The last `seq` it has of each room it knows. A room left out is sent without history.
        #[serde(default, deserialize_with = "object::each")]
        seen: Vec<Seen>,
    },
    /// Say something.
    Send {
        /// The client's own id, 1 to 64 characters; a repeated one is answered with the first `seq`.
        client_id: String,
        /// Where.
        room: i64,
        /// At most 8,000 characters.
        #[serde(default)]
        text: String,
        /// Ids of files uploaded to this room, at most 20.
        #[serde(default)]
        files: Vec<i64>,
        /// `seq` of the message this one answers.
        #[serde(default)]
        reply_to: Option<u64>,
    },
    /// Everything up to `seq` was read.
    Read {
        /// Where.
        room: i64,
        /// Up to here.
        seq: u64,
    },
    /// Everything up to these has come to this device, whether it was read or not: for others' "delivered".
    Received {
        /// Rooms and how far; at most 200.
        #[serde(deserialize_with = "object::each")]
        rooms: Vec<Seen>,
    },
    /// The user is typing; say it again every 3 s at most.
    Typing {
        /// Where.
        room: i64,
    },
    /// The room that is open on the screen; its typing and presence signals come. `null`: none.
    Watch {
        /// Where.
        room: Option<i64>,
    },
    /// Is the line alive? Answered with `pong`.
    Ping {},
}

/// How far the client knows a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Seen {
    /// Which room.
    pub room: i64,
    /// The last `seq` it has.
    pub seq: u64,
}

/// What the box says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerFrame {
    /// Answer to `hello`: who you are and your rooms; missed events follow, then `caught_up`.
    Ready {
        /// You.
        me: Box<Me>,
        /// Every room you are in.
        rooms: Vec<Room>,
        /// People who wait to be let in; only for admins.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        requests: Vec<JoinRequest>,
        /// The box's clock, milliseconds since 1970.
        now: i64,
    },
    /// New events of one room, ascending, following on what was sent before.
    Events {
        /// Where.
        room: i64,
        /// Without gaps.
        events: Vec<Event>,
    },
    /// More was missed than is sent at once: page through history to fill (`after`, `upto`].
    Gap {
        /// Where.
        room: i64,
        /// The last `seq` that was sent.
        after: u64,
        /// The newest `seq` of the room.
        upto: u64,
    },
    /// Everything missed was sent.
    CaughtUp {},
    /// The message is on the disk.
    Ack {
        /// Which.
        client_id: String,
        /// Where.
        room: i64,
        /// Its place.
        seq: u64,
        /// Its time.
        at: i64,
    },
    /// Something the client said did not work; the connection goes on.
    Error {
        /// Which `send` it was, if it was one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        client_id: Option<String>,
        /// What went wrong.
        #[serde(flatten)]
        error: ErrorDetail,
    },
    /// A room is new to you, or your role in it changed. What else changes in a room is told by its events.
    Room {
        /// The whole room.
        room: Box<Room>,
    },
    /// You are no longer in the room.
    RoomGone {
        /// Which.
        room: i64,
    },
    /// Something of the room was deleted because it was kept long enough, or things are kept for another time.
    Kept {
        /// Which.
        room: i64,
        /// Its log begins here; for you perhaps later, see `Room.first_seq`.
        first_seq: u64,
        /// As in `Room`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        keep_days: Option<u32>,
        /// As in `Room`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        box_keep_days: Option<u32>,
    },
    /// A person is new or changed (name, avatar, role, status).
    User {
        /// The whole person.
        user: Box<User>,
    },
    /// Several people are new or changed, as when a whole building comes in; each as in `user`.
    Users {
        /// At most 100.
        users: Vec<User>,
    },
    /// A read cursor moved: yours on another device, or another member's in the watched room.
    Read {
        /// Where.
        room: i64,
        /// Whose.
        user: i64,
        /// Up to here.
        seq: u64,
    },
    /// Everything up to here has come to a device of another member of the watched room. Not told in rooms that many
    /// are in, and forgotten when the box restarts.
    Received {
        /// Where.
        room: i64,
        /// To whom.
        user: i64,
        /// Up to here.
        seq: u64,
    },
    /// Someone types in the watched room; forget it after 5 s.
    Typing {
        /// Where.
        room: i64,
        /// Who.
        user: i64,
    },
    /// Who is online in the watched room. The first after `watch` is the whole list, later ones are changes.
    Presence {
        /// Where.
        room: i64,
        /// Online now; at most 500 in the first.
        online: Vec<i64>,
        /// No longer online.
        offline: Vec<i64>,
        /// How many members are online in all.
        count: u32,
    },
    /// Someone asks to be let in; only for admins.
    Request {
        /// Who.
        request: Box<JoinRequest>,
    },
    /// The request was answered or withdrawn; only for admins.
    RequestGone {
        /// The waiting user's id.
        user: i64,
    },
    /// Another device wants to sign in as you: show it and ask.
    SignIn {
        /// The ticket with the device's description.
        ticket: Box<SignInTicket>,
    },
    /// You were too slow and some frames were dropped: say `hello` again with what you have.
    Resync {},
    /// The connection ends: `restart` (come back soon), `signed_out` (this device was signed out), `suspended` (by an
    /// admin), `not_text` or `frame_too_large` (what the client sent), `no_hello` (it never said hello).
    Bye {
        /// Why.
        reason: String,
    },
    /// Answer to `ping`.
    Pong {},
}
