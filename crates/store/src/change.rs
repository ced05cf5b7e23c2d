//! What a commit has changed, for those who show it.

use std::sync::Arc;

use chat::{DeviceId, Event, RoomId, Seq, Star, TicketId, UserId};

/// Takes the changes of a commit. It must not wait.
pub(super) type Emit = Box<dyn FnMut(Vec<Change>) + Send>;

/// Something that is now on the disk, for those who show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new entry of a room's log.
    Appended(Arc<Event>),
    /// Someone is a member now.
    MemberAdded {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Someone is no longer a member.
    MemberRemoved {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Someone's role in a room changed.
    MemberChanged {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Someone has arranged a room for themselves.
    Arranged {
        /// Which.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Who may do what in a room changed for all its members.
    RulesChanged(RoomId),
    /// A room's log begins later now, or is kept for another time.
    KeptChanged(RoomId),
    /// A person is new, or has another name, handle or picture.
    UserChanged(UserId),
    /// A person has another role on the box, or may or may not use it any more.
    StandingChanged(UserId),
    /// When a person does not want to be disturbed.
    QuietChanged(UserId),
    /// Someone waits to be let in.
    RequestAdded(UserId),
    /// Someone no longer waits.
    RequestGone(UserId),
    /// A read cursor moved.
    ReadMoved {
        /// Where.
        room: RoomId,
        /// Whose.
        user: UserId,
        /// Up to here.
        seq: Seq,
    },
    /// Somebody starred a message for themselves, or took the star away.
    Starred {
        /// Who.
        user: UserId,
        /// Where.
        room: RoomId,
        /// Which message.
        seq: Seq,
        /// What became of it.
        to: Star,
    },
    /// A device was signed out.
    DeviceRevoked(DeviceId),
    /// A device waits to be confirmed by its owner.
    TicketWaiting {
        /// Whose ticket.
        user: UserId,
        /// Which.
        ticket: TicketId,
    },
}
