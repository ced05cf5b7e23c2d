//! Events: one entry of a room's log.

use super::{FileId, RoomId, RoomRole, Seq, UserId};

/// One entry of a room's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The room whose log it is in.
    pub room: RoomId,
    /// Its place in that log.
    pub seq: Seq,
    /// Who caused it.
    pub sender: UserId,
    /// Milliseconds since 1970; for showing, never for ordering.
    pub at: i64,
    /// What happened.
    pub body: EventBody,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventBody {
    /// Someone said something.
    Message {
        /// At most [`super::MAX_TEXT_CHARS`] characters.
        text: String,
        /// At most [`super::MAX_FILES`].
        files: Vec<FileRef>,
        /// The message this one answers.
        reply_to: Option<Seq>,
        /// The sending client's id of it.
        client_id: String,
    },
    /// Tombstone of a deleted message.
    Deleted {
        /// Who deleted it.
        by: UserId,
    },
    /// Something stood here that the box's card has lost.
    Lost,
    /// The message at `target` was deleted.
    MessageDeleted {
        /// Its place, where a [`EventBody::Deleted`] stands now.
        target: Seq,
    },
    /// The room was made.
    RoomCreated,
    /// It has a new name.
    RoomRenamed {
        /// The new name.
        name: String,
    },
    /// It has a new topic.
    TopicChanged {
        /// The new topic.
        topic: String,
    },
    /// It has a new picture or none.
    PictureChanged,
    /// Its rules changed.
    RulesChanged,
    /// Someone came in by themselves.
    Joined {
        /// Who.
        user: UserId,
    },
    /// The sender took someone in.
    Added {
        /// Who.
        user: UserId,
    },
    /// Someone left.
    Left {
        /// Who.
        user: UserId,
    },
    /// The sender put someone out.
    Removed {
        /// Who.
        user: UserId,
    },
    /// The sender gave someone another role in the room.
    RoleChanged {
        /// Who.
        user: UserId,
        /// Which.
        role: RoomRole,
    },
    /// Whoever holds the box can become its owner for a quarter of an hour; the sender is the box's first owner.
    ClaimReopened,
    /// The sender is an owner by the code of the box itself: with a new password, or newly.
    OwnerByCode,
}

/// A file as a message carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// Names the file.
    pub id: FileId,
    /// As shown.
    pub name: String,
    /// Media type (RFC 6838).
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// BLAKE3 of the content, hex.
    pub blake3: String,
    /// Width and height in pixels of a readable photo.
    pub pixels: Option<(u32, u32)>,
    /// Is there a thumbnail?
    pub thumbnail: bool,
}
