//! Rooms, their members and their rules.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Event;

/// What kind of conversation a room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// A conversation of two people; there is one for each pair.
    Direct,
    /// A group: usually everyone may write.
    Group,
    /// A channel: usually only its admins write.
    Channel,
}

/// What a member may do in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomRole {
    /// May do everything.
    Owner,
    /// May rename the room, add and remove people, and delete messages of others.
    Admin,
    /// May do what the room's rules allow.
    Member,
}

/// Which members may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberRule {
    /// Every member.
    Everyone,
    /// Owners and admins of the room.
    Admins,
}

/// How much of the earlier history a new member sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryRule {
    /// All of it.
    All,
    /// Only what was sent after they joined.
    SinceJoined,
}

/// A room as the caller sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Room {
    /// Identifies the room.
    pub id: i64,
    /// What kind of conversation it is.
    pub kind: RoomKind,
    /// Name to show; empty for `direct` rooms, which are shown by the name of `peer`.
    pub name: String,
    /// One line about it; may be empty.
    pub topic: String,
    /// URL of the picture; a new picture has a new URL.
    pub picture: Option<String>,
    /// Whether this is the default room, which everyone but guests is in.
    pub is_default: bool,
    /// Whether an admin has archived it: it can be read, but nobody can write in it.
    #[serde(default)]
    pub archived: bool,
    /// The other person of a `direct` room.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub peer: Option<super::User>,
    /// Your role.
    pub role: RoomRole,
    /// Who may write.
    pub write: MemberRule,
    /// Who may take people in.
    pub invite: MemberRule,
    /// Who may mention everybody at once (`@all`, `@here`); nobody between two.
    pub mention_all: MemberRule,
    /// How much of the earlier history new members see.
    pub history: HistoryRule,
    /// Number of members.
    pub member_count: u32,
    /// The oldest `seq` you may see.
    pub first_seq: u64,
    /// The newest `seq` in the room.
    pub last_seq: u64,
    /// Your read cursor: everything up to this `seq` was read.
    pub read_seq: u64,
    /// Number of messages of others after `read_seq`. Counting stops at 100, which means "100 or more".
    pub unread: u32,
    /// Number of them that mention you, by name or as one of all; as `unread`, up to 100. Left out when there are none.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub unread_mentions: u32,
    /// The `seq` of the oldest of those.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first_unread_mention: Option<u64>,
    /// The newest event that you may see, for the list of rooms; a message's text is cut after 200 characters.
    pub last: Option<Event>,
    /// After how many days messages and their files are deleted automatically; absent: never.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub keep_days: Option<u32>,
    /// The box's own limit in days, which the room's cannot exceed; absent: none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub box_keep_days: Option<u32>,
    /// What you have arranged about it for yourself; left out when nothing.
    #[serde(skip_serializing_if = "Mine::is_nothing", default)]
    pub mine: Mine,
}

/// What somebody has arranged about a room for themselves. Nobody else sees it, and it is gone when they leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mine {
    /// When you pinned it, in milliseconds since 1970; left out when it is not pinned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pinned_at: Option<i64>,
    /// You have archived it. A message in it ends that, unless you want to hear nothing of the room.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub archived: bool,
    /// You want to come back to it, though all was read.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub marked_unread: bool,
    /// Of what in it you want to be told; left out: of all.
    #[serde(skip_serializing_if = "Notify::is_all", default)]
    pub notify: Notify,
    /// Until then of nothing, in milliseconds since 1970; left out once that is over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub muted_until: Option<i64>,
}

impl Mine {
    /// Has nothing been arranged?
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Of what in a room somebody wants to be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Every message.
    #[default]
    All,
    /// Only what mentions them.
    Mentions,
    /// Nothing.
    None,
}

impl Notify {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// Change what you have arranged about a room for yourself; fields that are left out stay as they are. To pin a room takes it out of the
/// archive, and to archive it unpins it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMine {
    /// At the top of the list.
    pub pinned: Option<bool>,
    /// Out of the way.
    pub archived: Option<bool>,
    /// To come back to it.
    pub marked_unread: Option<bool>,
    /// Of what to tell.
    pub notify: Option<Notify>,
    /// Until when to tell nothing, in milliseconds since 1970; 0: not any more.
    pub muted_until: Option<i64>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Create a group or channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRoom {
    /// `group` or `channel`.
    pub kind: RoomKind,
    /// 1 to 64 characters.
    pub name: String,
    /// At most 256 characters.
    #[serde(default)]
    pub topic: String,
    /// Ids of the people to add, at most 200.
    #[serde(default)]
    pub members: Vec<i64>,
}

/// Open the conversation with one person; it is created if there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenDirect {
    /// Id of the other person.
    pub user: i64,
}

/// Change a room; fields that are left out stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRoom {
    /// 1 to 64 characters.
    pub name: Option<String>,
    /// At most 256 characters.
    pub topic: Option<String>,
    /// Who may write.
    pub write: Option<MemberRule>,
    /// Who may take people in.
    pub invite: Option<MemberRule>,
    /// Who may mention everybody at once.
    pub mention_all: Option<MemberRule>,
    /// How much of the earlier history new members see.
    pub history: Option<HistoryRule>,
}

/// A member of a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The person.
    pub user: super::User,
    /// Their role in the room.
    pub role: RoomRole,
    /// Their read cursor: they have read everything up to this `seq`.
    pub read_seq: u64,
}

/// Add someone, or change their role (`PUT` is idempotent).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Their role in the room; `member` when left out.
    #[serde(default)]
    pub role: Option<RoomRole>,
}

/// Send a message by REST; the same as the `send` frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// The client's own id for the message, 1 to 64 characters. Sending the same id again returns the first `seq` and
    /// stores nothing.
    pub client_id: String,
    /// At most 8,000 characters.
    #[serde(default)]
    pub text: String,
    /// Ids of files uploaded to this room, at most 20.
    #[serde(default)]
    pub files: Vec<i64>,
    /// `seq` of the message this one answers.
    #[serde(default)]
    pub reply_to: Option<u64>,
    /// Its one file is a voice note.
    #[serde(default, deserialize_with = "super::object::if_any")]
    pub voice: Option<super::Voice>,
}

/// The message is stored durably.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SendReceipt {
    /// The message's `seq` in the room.
    pub seq: u64,
    /// When the box stored it, milliseconds since 1970.
    pub at: i64,
}

/// Everything up to `seq` was read. The cursor never moves back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadCursor {
    /// The last `seq` that was read.
    pub seq: u64,
}
