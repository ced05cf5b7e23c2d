//! People and rooms as admins see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Device, ErrorCode, OwnStorage, RoomKind, User};

/// A person as admins see them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// The person as everybody sees them.
    pub user: User,
    /// Whether a password is set.
    pub has_password: bool,
    /// Number of signed-in devices.
    pub devices: u32,
    /// Number of rooms they are in, direct ones included.
    pub rooms: u32,
    /// When one of their devices was last seen, milliseconds since 1970, to about an hour; absent when they have none.
    pub seen_at: Option<i64>,
    /// When their account was created, milliseconds since 1970.
    pub created_at: i64,
}

/// People, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonPage {
    /// At most 100.
    pub people: Vec<Person>,
    /// Pass as `after` to get the next page; absent on the last one.
    pub next: Option<i64>,
}

/// A person and their devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonDetails {
    /// The person.
    pub person: Person,
    /// Their devices, newest first; `current` marks the one that asks.
    pub devices: Vec<Device>,
    /// How much they have stored.
    pub storage: OwnStorage,
    /// Their own limit in bytes; 0: none; absent: the limit for everybody applies.
    pub own_quota_bytes: Option<u64>,
}

/// Give one person a limit of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetQuota {
    /// Bytes of files they may have stored, at least 1 MiB; 0: any number; absent: the limit for everybody. Nothing is
    /// taken from someone who already has more.
    pub quota_bytes: Option<u64>,
}

/// A signed-in device and the person it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignedInDevice {
    /// The device; `current` marks the one that asks.
    pub device: Device,
    /// The person.
    pub user: User,
}

/// Signed-in devices, the most recent sign-in first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignedInDevicePage {
    /// At most 50.
    pub devices: Vec<SignedInDevice>,
    /// Pass as `before` to get older ones; absent on the last page.
    pub next: Option<i64>,
}

/// Remove a person permanently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovePerson {
    /// What happens to their messages.
    pub messages: MessagesOfRemoved,
}

/// What happens to the messages of a removed person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessagesOfRemoved {
    /// They stay under the person's name, with `removed` as status.
    Keep,
    /// They are deleted in all rooms, files included; each leaves a tombstone. This continues after the answer, and
    /// after a restart.
    Delete,
}

/// The result of an import, line by line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// Number of people who were created (or, with `check`, would be).
    pub made: u32,
    /// Every line but the heading and empty ones, in order.
    pub lines: Vec<ImportLine>,
}

/// A line of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportLine {
    /// Its number, counted from 1 with the heading; of an entry that spans several lines, the first.
    pub line: u32,
    /// The name as it was given.
    pub name: String,
    /// Id of the person who was created; absent with `check`, and when it was refused.
    pub user: Option<i64>,
    /// Why it was refused: `name_unfit`, `handle_unfit`, `conflict` (the handle is taken), `bad_request` (the role is
    /// unknown), `forbidden` (the admin may not give that role).
    pub refused: Option<ErrorCode>,
}

/// A group or channel as admins see it, without what is said in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoomSummary {
    /// Identifies the room.
    pub id: i64,
    /// Group or channel.
    pub kind: RoomKind,
    /// Name to show.
    pub name: String,
    /// The topic; may be empty.
    pub topic: String,
    /// Whether this is the default room, which everyone but guests is in and which cannot be deleted.
    pub is_default: bool,
    /// Whether it is archived: it can be read, but nobody can write in it.
    pub archived: bool,
    /// Number of members.
    pub member_count: u32,
    /// Its owners, at most 20.
    pub owners: Vec<RoomOwner>,
    /// Number of messages and notices in it.
    pub events: u64,
    /// Number of files in it.
    pub files: u64,
    /// Size of those files in bytes. The same file sent twice counts twice.
    pub bytes: u64,
    /// When its newest event came, milliseconds since 1970.
    pub last_at: Option<i64>,
    /// When it was created, milliseconds since 1970.
    pub created_at: i64,
}

/// An owner of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomOwner {
    /// Their id.
    pub id: i64,
    /// Their name.
    pub name: String,
}

/// Groups and channels, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoomSummaryPage {
    /// At most 100.
    pub rooms: Vec<RoomSummary>,
    /// Pass as `after` to get the next page; absent on the last one.
    pub next: Option<i64>,
}

/// An admin changes a room without being in it; fields that are left out stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRoomFromOutside {
    /// `true` archives the room: it can be read, but nobody can write in it. `false` opens it again.
    pub archived: Option<bool>,
    /// Id of the member who becomes its owner; the present owners become its admins.
    pub owner: Option<i64>,
}
