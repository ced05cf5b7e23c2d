//! Rooms, their members and their rules.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Event;

/// What sort of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Two people; one room for each pair.
    Direct,
    /// Some people.
    Group,
    /// Few write, all read.
    Channel,
}

/// What a member may do in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomRole {
    /// Everything.
    Owner,
    /// Rename, add, remove, delete others' messages.
    Admin,
    /// As the room's rules say.
    Member,
}

/// Who of the members may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberRule {
    /// Every member.
    Everyone,
    /// Owners and admins of the room.
    Admins,
}

/// What a new member sees of what was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryRule {
    /// All of it.
    All,
    /// Only what came since they joined.
    SinceJoined,
}

/// A room as you see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Room {
    /// Names the room.
    pub id: i64,
    /// What sort.
    pub kind: RoomKind,
    /// As shown; empty for `direct` (show the other person).
    pub name: String,
    /// One line about it; may be empty.
    pub topic: String,
    /// URL of the picture; changes with it.
    pub picture: Option<String>,
    /// The room that everyone lands in.
    pub is_default: bool,
    /// An admin put it away: it is only read any more.
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
    /// What new members see.
    pub history: HistoryRule,
    /// How many members.
    pub member_count: u32,
    /// The oldest `seq` you may see.
    pub first_seq: u64,
    /// The newest `seq`.
    pub last_seq: u64,
    /// You have read up to here.
    pub read_seq: u64,
    /// Messages of others after `read_seq`; counts to 100, which means "100 or more".
    pub unread: u32,
    /// The newest event you may see, for the list; the text of a message is cut after 200 characters.
    pub last: Option<Event>,
    /// Messages, with their files, are deleted by themselves after so many days; absent: never.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub keep_days: Option<u32>,
    /// The box's rule, which the room's cannot exceed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub box_keep_days: Option<u32>,
}

/// Make a group or channel.
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
    /// People to take in, at most 200.
    #[serde(default)]
    pub members: Vec<i64>,
}

/// Open the conversation with one person, making it if there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenDirect {
    /// With whom.
    pub user: i64,
}

/// Change a room; what is left out stays.
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
    /// What new members see.
    pub history: Option<HistoryRule>,
}

/// A member of a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Who.
    pub user: super::User,
    /// Their role in the room.
    pub role: RoomRole,
    /// They have read up to here.
    pub read_seq: u64,
}

/// Take someone in, or change their role (`PUT` is idempotent).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Default `member`.
    #[serde(default)]
    pub role: Option<RoomRole>,
}

/// Say something by REST; the same as the `send` frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// 1 to 64 characters; a repeated one is answered with the first `seq`.
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
}

/// The message is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SendReceipt {
    /// Its place.
    pub seq: u64,
    /// Its time, milliseconds since 1970.
    pub at: i64,
}

/// Everything up to `seq` was read. Never moves back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadCursor {
    /// Up to here.
    pub seq: u64,
}
