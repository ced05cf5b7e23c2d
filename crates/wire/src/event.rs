//! Events as they are shown: one entry of a room's gapless log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry of a room's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Its number in the room: 1, 2, 3, without gaps. This is the order of events, whatever the clocks say.
    pub seq: u64,
    /// The user who caused it.
    pub sender: i64,
    /// Milliseconds since 1970 by the box's clock. Only for display: events are ordered by `seq`.
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
        /// The id that the sender's client gave the message, so that it finds the message again in its outbox.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        client_id: Option<String>,
        /// Whom its text mentions: members of the room, as it was when it was sent; at most 50.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        mentions: Vec<super::Mention>,
        /// `seq` of the newest event that has changed this message and is included here; left out when none has. An event about
        /// it with this `seq` or a lower one says nothing new.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        as_of: Option<u64>,
        /// When the text was last changed, milliseconds since 1970; left out when it never was.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        edited_at: Option<i64>,
        /// In the order in which each emoji first came, at most 20.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        reactions: Vec<Reaction>,
        /// Its one file is a voice note.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        voice: Option<Voice>,
    },
    /// Tombstone: there was a message here, and it was deleted.
    Deleted {
        /// Who deleted it.
        by: i64,
    },
    /// Tombstone: an event of this room was lost when the box's card was damaged. `sender` is 0.
    Lost {},
    /// A newer version of the box has written it before it went back to this one, which does not know what it says.
    Newer {},
    /// The message at `target` has just been deleted; show its tombstone instead.
    MessageDeleted {
        /// `seq` of the deleted message.
        target: u64,
    },
    /// The sender changed the text of the message at `target`, at the time of this event.
    MessageEdited {
        /// `seq` of the message.
        target: u64,
        /// What it says now; in history that may be newer than this event. Left out where the message is gone, where you do not
        /// see it, and where it goes to somebody who does not: if you have the message, get it again.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        text: Option<String>,
        /// Whom the text mentions.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        mentions: Vec<super::Mention>,
    },
    /// The sender reacted to the message at `target`.
    Reacted {
        /// `seq` of the message.
        target: u64,
        /// One emoji.
        emoji: String,
    },
    /// The sender took a reaction to the message at `target` back.
    ReactionRemoved {
        /// `seq` of the message.
        target: u64,
        /// One emoji.
        emoji: String,
    },
    /// The room was created.
    RoomCreated {},
    /// The room was renamed.
    RoomRenamed {
        /// The new name.
        name: String,
    },
    /// The topic was changed.
    TopicChanged {
        /// The new topic; may be empty.
        topic: String,
    },
    /// The room has a new picture, or no picture any more.
    PictureChanged {},
    /// `user` joined (by an invite, or because everyone is in this room).
    Joined {
        /// Id of the person who joined.
        user: i64,
    },
    /// The sender added `user` to the room.
    Added {
        /// Id of the person who was added.
        user: i64,
    },
    /// `user` left the room.
    Left {
        /// Id of the person who left.
        user: i64,
    },
    /// The sender removed `user` from the room.
    Removed {
        /// Id of the person who was removed.
        user: i64,
    },
    /// The sender changed the role of `user` in the room.
    RoleChanged {
        /// Id of the person whose role changed.
        user: i64,
        /// Their new role.
        role: super::RoomRole,
    },
    /// The sender changed the room's rules: who may write, who may add people, what new members see.
    RulesChanged {},
    /// The claim was reopened because every owner had lost their password: for a quarter of an hour, whoever has the
    /// code that the box shows can become its owner. `sender` is the box's first owner, who need not have done it.
    ClaimReopened {},
    /// The sender used that code to become an owner, or to set a new password as one.
    OwnerByCode {},
}

/// An emoji that people reacted to a message with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    /// One emoji, fully qualified.
    pub emoji: String,
    /// How many people.
    pub count: u32,
    /// Whether you are one of them.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub mine: bool,
}

/// What one's own message shall say instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    /// At most 8,000 characters; empty only when the message has files.
    pub text: String,
}

/// What a message said before an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EarlierText {
    /// The text.
    pub text: String,
    /// Since when it said so, milliseconds since 1970.
    pub at: i64,
}

/// Who reacted to a message, in the order in which they did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReactionPage {
    /// At most 100.
    pub reactions: Vec<WhoReacted>,
    /// Ask again with this as `after` for more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<u64>,
}

/// One person's reaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WhoReacted {
    /// The emoji.
    pub emoji: String,
    /// Who.
    pub user: super::User,
    /// When, milliseconds since 1970.
    pub at: i64,
}

/// What is shown of a voice note before it is played. Whoever sent it says so; the box does not look whether it is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Voice {
    /// How long it lasts, milliseconds; at most an hour.
    pub duration_ms: u32,
    /// Its loudness over time: 1 to 64 hexadecimal digits (`0`–`9`, `a`–`f`), each for a stretch of equal length.
    pub levels: String,
}

/// A file that was sent. Members of its room get its bytes from `/api/v1/files/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct File {
    /// Identifies the file in URLs; says nothing about its content.
    pub id: i64,
    /// Name to show and to save it under; without a path and without control characters.
    pub name: String,
    /// Media type (RFC 6838), detected from the content where that is possible.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// BLAKE3 of the content, 64 hex digits.
    pub blake3: String,
    /// Width in pixels, orientation applied; only for photos that the box could read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<u32>,
    /// Height in pixels, orientation applied; only for photos that the box could read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<u32>,
    /// Whether there is a thumbnail at `/api/v1/files/{id}/thumbnail` (JPEG, at most 640 pixels a side).
    pub thumbnail: bool,
}

/// A file that is uploaded in parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    /// Identifies the upload: it is at `/api/v1/uploads/{id}`.
    pub id: i64,
    /// The room that the file may be sent to.
    pub room: i64,
    /// Size of the whole file in bytes.
    pub length: u64,
    /// Bytes that are safely stored; the next part begins there.
    pub offset: u64,
    /// When the upload is forgotten unless more of it arrives, milliseconds since 1970.
    pub expires_at: i64,
    /// The finished file; present once `offset` equals `length`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<File>,
}

/// A range of a room's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventPage {
    /// Ascending by `seq`, without gaps.
    pub events: Vec<Event>,
    /// The oldest `seq` that you may see in this room.
    pub first_seq: u64,
    /// The newest `seq` of the room.
    pub last_seq: u64,
}
