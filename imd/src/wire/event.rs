//! Events as they are shown: one entry of a room's gapless log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry of a room's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Place in the room: 1, 2, 3, no gaps. The order, whatever the clocks say.
    pub seq: u64,
    /// The user who caused it.
    pub sender: i64,
    /// Milliseconds since 1970 by the box's clock; for showing only.
    pub at: i64,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// What happened; `kind` tells which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventBody {
    /// Someone said something.
    Message {
        /// At most 8,000 characters; empty only when there are files.
        text: String,
        /// Photos and files, at most 20.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        files: Vec<File>,
        /// `seq` of the message this one answers.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        reply_to: Option<u64>,
        /// The sender's own id of the message, to find it again in an outbox.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        client_id: Option<String>,
    },
    /// Tombstone: a message stood here and was deleted.
    Deleted {
        /// Who deleted it.
        by: i64,
    },
    /// Tombstone: something stood here that was lost when the box's card was damaged. `sender` is 0.
    Lost {},
    /// The message at `target` was deleted just now; show its tombstone.
    MessageDeleted {
        /// `seq` of the deleted message.
        target: u64,
    },
    /// The room was made.
    RoomCreated {},
    /// The room has a new name.
    RoomRenamed {
        /// The new name.
        name: String,
    },
    /// The room has a new topic.
    TopicChanged {
        /// The new topic; may be empty.
        topic: String,
    },
    /// The room has a new picture, or none any more.
    PictureChanged {},
    /// `user` came in by themselves (invite, default room).
    Joined {
        /// Who.
        user: i64,
    },
    /// The sender took `user` in.
    Added {
        /// Who.
        user: i64,
    },
    /// `user` left.
    Left {
        /// Who.
        user: i64,
    },
    /// The sender put `user` out.
    Removed {
        /// Who.
        user: i64,
    },
    /// The sender changed what `user` may do in the room.
    RoleChanged {
        /// Who.
        user: i64,
        /// The new role.
        role: super::RoomRole,
    },
    /// The sender changed the room's rules.
    RulesChanged {},
    /// Whoever holds the box can become its owner for a quarter of an hour: every owner's password was lost. `sender` is the
    /// box's first owner, who need not have done it.
    ClaimReopened {},
    /// The sender is an owner by the code of the box itself: with a new password, or newly.
    OwnerByCode {},
}

/// A file that was sent. Its bytes are at `/api/v1/files/{id}`, for members of its room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct File {
    /// Names the file in URLs; says nothing about the content.
    pub id: i64,
    /// Name as shown and as saved; no path, no control characters.
    pub name: String,
    /// Media type (RFC 6838), as found in the content where it can be.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// BLAKE3 of the content, 64 hex digits.
    pub blake3: String,
    /// Pixels, orientation applied; only for photos the box could read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<u32>,
    /// Pixels, orientation applied; only for photos the box could read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<u32>,
    /// Is there a thumbnail at `/api/v1/files/{id}/thumbnail` (JPEG, at most 640 pixels a side)?
    pub thumbnail: bool,
}

/// A file that comes in parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    /// Names it: it is at `/api/v1/uploads/{id}`.
    pub id: i64,
    /// Where the file may be sent.
    pub room: i64,
    /// Bytes in all.
    pub length: u64,
    /// Bytes that are on the box's disk; the next part begins there.
    pub offset: u64,
    /// It is forgotten then unless more comes; milliseconds since 1970.
    pub expires_at: i64,
    /// What it became; there when `offset` is `length`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<File>,
}

/// A stretch of a room's log, ascending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventPage {
    /// Ascending by `seq`, without gaps.
    pub events: Vec<Event>,
    /// The oldest `seq` you may see here.
    pub first_seq: u64,
    /// The newest `seq` of the room.
    pub last_seq: u64,
}
