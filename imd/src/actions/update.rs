//! What happened, as sessions of every dialect receive it. Each dialect encodes it in its own way.
//!
//! Events are the log's own entries, shared rather than copied. A room, a person or a ticket has the type that the REST API
//! returns.

use std::sync::Arc;

use crate::chat::{Event, RoomId, Seq, Star, UserId};
use crate::live::{self, Shared, Weigh};
use crate::wire;

/// Everybody who is connected.
pub type Hub = live::Hub<Update>;

/// One connection.
pub type Session = live::Session<Update>;

/// One thing that happened, or one part of the answer to `hello`.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// The beginning of the answer to `hello`: who you are and what there is.
    Ready {
        /// You.
        me: Box<wire::Me>,
        /// Every room you are in.
        rooms: Vec<wire::Room>,
        /// Who waits to be let in; for admins only.
        requests: Vec<wire::JoinRequest>,
        /// Milliseconds since 1970.
        now: i64,
    },
    /// New events of a room, ascending, without gaps.
    Events {
        /// Where.
        room: RoomId,
        /// Never empty.
        events: Vec<Arc<Event>>,
    },
    /// More of a room was missed than is sent: (`after`, `upto`] is to be asked for.
    Gap {
        /// Where.
        room: RoomId,
        /// The last that was sent.
        after: Seq,
        /// The newest there is.
        upto: Seq,
    },
    /// The end of the answer to `hello`.
    CaughtUp,
    /// A room is new to you, or your role in it changed.
    Room(Box<wire::Room>),
    /// You are no longer in it.
    RoomGone(RoomId),
    /// A room's log begins later, or is kept for another time.
    Kept {
        /// Which.
        room: RoomId,
        /// Its log begins here.
        first_seq: Seq,
        /// Days that its messages are kept.
        keep_days: Option<u32>,
        /// The box's limit of it.
        box_keep_days: Option<u32>,
    },
    /// People who are new or changed.
    People(Vec<wire::User>),
    /// Somebody has read up to here.
    Read {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
        /// How far.
        seq: Seq,
    },
    /// You starred a message, or took the star away.
    Starred {
        /// Where.
        room: RoomId,
        /// Which.
        seq: Seq,
        /// What became of it.
        to: Star,
    },
    /// Everything up to here is on a device of somebody's.
    Received {
        /// Where.
        room: RoomId,
        /// Whose.
        user: UserId,
        /// How far.
        seq: Seq,
    },
    /// Somebody types.
    Typing {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Who came and who left.
    Presence {
        /// Where.
        room: RoomId,
        /// Here now.
        online: Vec<UserId>,
        /// No longer here.
        offline: Vec<UserId>,
        /// How many are here in all.
        count: u32,
    },
    /// Somebody asks to be let in; for admins only.
    Request(Box<wire::JoinRequest>),
    /// Somebody no longer asks.
    RequestGone(UserId),
    /// When you do not want to be disturbed.
    Quiet(wire::Quiet),
    /// A device wants to sign in as you.
    SignIn(Box<wire::SignInTicket>),
}

impl Update {
    /// For several sessions at once.
    #[must_use]
    pub(in crate::actions) fn shared(self) -> Arc<Shared<Self>> {
        Arc::new(Shared::new(self))
    }
}

/// Bytes that most updates take.
const SMALL: usize = 128;
/// Bytes that a room, a person or a device takes: names and the URL of a picture.
const LARGE: usize = 1_024;

impl Weigh for Update {
    fn weight(&self) -> usize {
        match self {
            Self::Events { events, .. } => events.iter().map(|event| SMALL + event.weight()).sum(),
            Self::Ready { rooms, requests, .. } => (1 + rooms.len() + requests.len()) * LARGE,
            Self::People(people) => people.len() * LARGE,
            Self::Presence { online, offline, .. } => SMALL + (online.len() + offline.len()) * size_of::<UserId>(),
            Self::Room(_) | Self::Request(_) | Self::SignIn(_) => LARGE,
            Self::Gap { .. }
            | Self::CaughtUp
            | Self::RoomGone(_)
            | Self::Kept { .. }
            | Self::Read { .. }
            | Self::Received { .. }
            | Self::Starred { .. }
            | Self::Typing { .. }
            | Self::Quiet(_)
            | Self::RequestGone(_) => SMALL,
        }
    }
}
