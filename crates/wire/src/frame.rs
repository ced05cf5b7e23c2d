//! WebSocket frames: JSON text, tagged by `t`. `PROTOCOL.md` describes each of them with an example.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ErrorDetail, Event, JoinRequest, Me, Room, SignInTicket, User, object};

/// A frame from the client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame, and again after `resync`: what the client already has.
    Hello {
        /// Version of the protocol: 1.
        v: u32,
        /// The last `seq` that the client has of each room it knows. A room that is left out is sent without history.
        #[serde(default, deserialize_with = "object::each")]
        seen: Vec<Seen>,
    },
    /// Send a message.
    Send {
        /// The client's own id for the message, 1 to 64 characters. Sending the same id again is answered with the
        /// first `seq` and stores nothing.
        client_id: String,
        /// Id of the room.
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
        /// Its one file is a voice note.
        #[serde(default, deserialize_with = "object::if_any")]
        voice: Option<super::Voice>,
    },
    /// Everything up to `seq` was read.
    Read {
        /// Id of the room.
        room: i64,
        /// The last `seq` that was read.
        seq: u64,
    },
    /// Everything up to these has arrived on this device, whether it was read or not. Others are shown it as
    /// "delivered".
    Received {
        /// The rooms and how far each has arrived, at most 200.
        #[serde(deserialize_with = "object::each")]
        rooms: Vec<Seen>,
    },
    /// The user is typing. Repeat it while that goes on, but at most every 3 s.
    Typing {
        /// Id of the room.
        room: i64,
    },
    /// The room that is open on the screen: the client gets its typing and presence signals. `null`: no room is open.
    Watch {
        /// Id of the room, or `null`.
        room: Option<i64>,
    },
    /// Asks whether the connection still works; answered with `pong`.
    Ping {},
}

/// How much of a room the client has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Seen {
    /// Id of the room.
    pub room: i64,
    /// The last `seq` that the client has.
    pub seq: u64,
}

/// A frame from the box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerFrame {
    /// Answer to `hello`: who you are and your rooms. Missed events follow, then `caught_up`.
    Ready {
        /// The person who is signed in.
        me: Box<Me>,
        /// Every room you are in.
        rooms: Vec<Room>,
        /// Open join requests; only for admins.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        requests: Vec<JoinRequest>,
        /// The box's clock, milliseconds since 1970.
        now: i64,
    },
    /// New events of one room, in order, following on the last ones that were sent.
    Events {
        /// Id of the room.
        room: i64,
        /// In order of `seq`, without gaps.
        events: Vec<Event>,
    },
    /// More was missed than is sent at once: read the events after `after`, up to and including `upto`, from the
    /// history.
    Gap {
        /// Id of the room.
        room: i64,
        /// The last `seq` that was sent.
        after: u64,
        /// The newest `seq` in the room.
        upto: u64,
    },
    /// Everything that was missed has been sent.
    CaughtUp {},
    /// The message is stored durably.
    Ack {
        /// The id that the client gave the message.
        client_id: String,
        /// Id of the room.
        room: i64,
        /// The message's `seq` in the room.
        seq: u64,
        /// When the box stored it, milliseconds since 1970.
        at: i64,
    },
    /// Something the client asked for did not work; the connection stays open.
    Error {
        /// The `client_id` of the message, when it was a `send`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        client_id: Option<String>,
        /// What went wrong.
        #[serde(flatten)]
        error: ErrorDetail,
    },
    /// A room is new to you, or your role in it has changed. Other changes of a room come as its events.
    Room {
        /// The whole room.
        room: Box<Room>,
    },
    /// You are no longer in the room.
    RoomGone {
        /// Id of the room.
        room: i64,
    },
    /// Old messages of the room were deleted automatically, or the time they are kept for was changed.
    Kept {
        /// Id of the room.
        room: i64,
        /// The room's log now begins here; for you perhaps later, see `Room.first_seq`.
        first_seq: u64,
        /// See `Room.keep_days`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        keep_days: Option<u32>,
        /// See `Room.box_keep_days`.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        box_keep_days: Option<u32>,
    },
    /// A person is new or changed (name, avatar, role, status).
    User {
        /// The whole person.
        user: Box<User>,
    },
    /// Several people are new or changed, for instance after an import; each as in `user`.
    Users {
        /// At most 100.
        users: Vec<User>,
    },
    /// A read cursor moved: yours, on another device, or that of a member of the room you watch.
    Read {
        /// Id of the room.
        room: i64,
        /// Id of the person.
        user: i64,
        /// They have read everything up to this `seq`.
        seq: u64,
    },
    /// You starred a message on one of your devices, or took the star away.
    Star {
        /// Id of the room.
        room: i64,
        /// The message.
        seq: u64,
        /// Whether it has a star now.
        starred: bool,
    },
    /// Messages have arrived on a device of another member of the room you watch. Not sent for large rooms, and
    /// forgotten when the box restarts.
    Received {
        /// Id of the room.
        room: i64,
        /// Id of the member.
        user: i64,
        /// Everything up to this `seq` has arrived.
        seq: u64,
    },
    /// Someone is typing in the room you watch; stop showing it after 5 s.
    Typing {
        /// Id of the room.
        room: i64,
        /// Id of the person.
        user: i64,
    },
    /// Who is online in the room you watch. The first frame after `watch` has the whole list, later ones the changes.
    Presence {
        /// Id of the room.
        room: i64,
        /// Ids of members who are online now; at most 500 in the first frame.
        online: Vec<i64>,
        /// Ids of members who went offline.
        offline: Vec<i64>,
        /// Number of members who are online, all together.
        count: u32,
    },
    /// Someone asks to join; only for admins.
    Request {
        /// The join request.
        request: Box<JoinRequest>,
    },
    /// A join request was answered or withdrawn; only for admins.
    RequestGone {
        /// Id of the account that waited.
        user: i64,
    },
    /// Another device wants to sign in as you: show it, and ask whether that is right.
    SignIn {
        /// The ticket, with a description of the device.
        ticket: Box<SignInTicket>,
    },
    /// You changed when you do not want to be disturbed.
    Quiet {
        /// All of it.
        quiet: super::Quiet,
    },
    /// The client was too slow and frames were dropped: send `hello` again with what you have.
    Resync {},
    /// The connection ends: `restart` (come back soon), `signed_out` (this device was signed out), `suspended` (by an
    /// admin), `not_text` or `frame_too_large` (the client's last frame), `no_hello` (the client never sent it).
    Bye {
        /// Why: one of the words above.
        reason: String,
    },
    /// Answer to `ping`.
    Pong {},
}
