//! Events: the entries of a room's log.

use super::{FileId, Mention, RoomId, RoomRole, Seq, UserId, Voice};

/// Most different emoji on one message.
pub const MAX_REACTIONS: u32 = 20;
/// Most of them by one person: nobody takes all places.
pub const MAX_OWN_REACTIONS: u32 = 5;

/// One entry of a room's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The room whose log it is in.
    pub room: RoomId,
    /// Its number in that log.
    pub seq: Seq,
    /// Who caused it.
    pub sender: UserId,
    /// Milliseconds since 1970. Only for display: events are ordered by `seq`.
    pub at: i64,
    /// What happened.
    pub body: EventBody,
    /// What later events have changed about it. The way of a new message does not look at this.
    pub changed: Option<Box<Changed>>,
}

/// What later events have changed about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The newest event that this state of the message includes.
    pub as_of: Seq,
    /// In the order in which each emoji first came.
    pub reactions: Vec<Reaction>,
    /// Its last edit.
    pub edited: Option<Edited>,
}

/// What an edited message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewText {
    /// As in [`EventBody::Message`].
    pub text: String,
    /// As in [`EventBody::Message`].
    pub mentions: Vec<Mention>,
}

/// The last edit of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edited {
    /// The event that tells it.
    pub seq: Seq,
    /// When, milliseconds since 1970.
    pub at: i64,
}

/// What somebody wants of a reaction of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum React {
    /// It shall be there.
    Add,
    /// It shall not.
    Remove,
}

/// One emoji on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How many people reacted with it.
    pub count: u32,
    /// Is the reader one of them?
    pub mine: bool,
}

impl Event {
    /// Roughly the bytes that its text and files take, in memory and when sent.
    #[must_use]
    pub fn weight(&self) -> usize {
        /// A file's hash, type and name.
        const FILE: usize = 512;
        /// A handle and an id.
        const MENTION: usize = 64;
        /// An emoji with its count.
        const REACTION: usize = 64;
        let reactions = self.changed.as_ref().map_or(0, |changed| changed.reactions.len() * REACTION);
        match &self.body {
            EventBody::Message { text, files, mentions, .. } => {
                text.len() + files.len() * FILE + mentions.len() * MENTION + reactions
            }
            EventBody::MessageEdited { now: Some(now), .. } => now.text.len() + now.mentions.len() * MENTION,
            _ => 0,
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventBody {
    /// Someone sent a message.
    Message {
        /// At most [`super::MAX_TEXT_CHARS`] characters.
        text: String,
        /// At most [`super::MAX_FILES`].
        files: Vec<FileRef>,
        /// The message that this one answers.
        reply_to: Option<Seq>,
        /// The id that the sending client gave it.
        client_id: String,
        /// Whom the text mentions, at most [`super::MAX_MENTIONS`].
        mentions: Vec<Mention>,
        /// Its one file is a voice note.
        voice: Option<Box<Voice>>,
    },
    /// Tombstone of a deleted message.
    Deleted {
        /// Who deleted it.
        by: UserId,
    },
    /// Tombstone of an event that was lost when the box's card was damaged.
    Lost,
    /// A newer version has written it, and this one does not know what it says. Nothing writes it.
    Newer,
    /// The message at `target` was deleted.
    MessageDeleted {
        /// Its `seq`; there is an [`EventBody::Deleted`] in its place now.
        target: Seq,
    },
    /// The sender changed the text of the message at `target`.
    MessageEdited {
        /// Its `seq`.
        target: Seq,
        /// What the message says now; `None` where the reader may not see it, or it is gone. Not stored with the event: the log
        /// keeps no text that was deleted.
        now: Option<NewText>,
    },
    /// The sender reacted to the message at `target`.
    Reacted {
        /// Its `seq`.
        target: Seq,
        /// One emoji.
        emoji: String,
    },
    /// The sender took a reaction back.
    ReactionRemoved {
        /// The message's `seq`.
        target: Seq,
        /// One emoji.
        emoji: String,
    },
    /// The room was created.
    RoomCreated,
    /// The room was renamed.
    RoomRenamed {
        /// The new name.
        name: String,
    },
    /// The topic was changed.
    TopicChanged {
        /// The new topic.
        topic: String,
    },
    /// The picture was changed or removed.
    PictureChanged,
    /// The room's rules were changed.
    RulesChanged,
    /// Someone joined by themselves.
    Joined {
        /// Who joined.
        user: UserId,
    },
    /// The sender added someone.
    Added {
        /// Who was added.
        user: UserId,
    },
    /// Someone left.
    Left {
        /// Who left.
        user: UserId,
    },
    /// The sender removed someone.
    Removed {
        /// Who was removed.
        user: UserId,
    },
    /// The sender changed someone's role in the room.
    RoleChanged {
        /// Whose role was changed.
        user: UserId,
        /// Their new role.
        role: RoomRole,
    },
    /// The claim was reopened: for a quarter of an hour, whoever has the code that the box shows can become its owner.
    /// The sender is the box's first owner.
    ClaimReopened,
    /// The sender used that code to become an owner, or to set a new password as one.
    OwnerByCode,
}

/// A file as a message carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// Identifies the file.
    pub id: FileId,
    /// Name to show.
    pub name: String,
    /// Media type (RFC 6838).
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// BLAKE3 of the content, hex.
    pub blake3: String,
    /// Width and height of a photo that could be read, in pixels.
    pub pixels: Option<(u32, u32)>,
    /// Is there a thumbnail?
    pub thumbnail: bool,
}
