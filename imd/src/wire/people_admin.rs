//! People and rooms as those who run the box see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Device, ErrorCode, OwnStorage, RoomKind, User};

/// A person with what their admin wants to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    /// As everybody sees them.
    pub user: User,
    /// Has a password been set?
    pub has_password: bool,
    /// Signed-in devices.
    pub devices: u32,
    /// Rooms they are in, direct ones included.
    pub rooms: u32,
    /// When one of their devices was last seen, milliseconds since 1970, to about an hour; absent without devices.
    pub seen_at: Option<i64>,
    /// When they came, milliseconds since 1970.
    pub created_at: i64,
}

/// People, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonPage {
    /// At most 100.
    pub people: Vec<Person>,
    /// Pass as `after` to get more; absent at the end.
    pub next: Option<i64>,
}

/// A person and their devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonDetails {
    /// The person.
    pub person: Person,
    /// Newest first; `current` is the admin's own.
    pub devices: Vec<Device>,
    /// What they have stored.
    pub storage: OwnStorage,
    /// Bytes that they alone may have stored, 0: any number; absent: as everybody.
    pub own_quota_bytes: Option<u64>,
}

/// Give one person another limit than everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetQuota {
    /// Bytes of files they may have stored, at least 1 MiB; 0: any number; absent: as everybody. Who has more keeps it.
    pub quota_bytes: Option<u64>,
}

/// A signed-in browser or client, and whose it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignedInDevice {
    /// The device; `current` is the admin's own.
    pub device: Device,
    /// Who is signed in on it.
    pub user: User,
}

/// Signed-in devices, the newest sign-in first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignedInDevicePage {
    /// At most 50.
    pub devices: Vec<SignedInDevice>,
    /// Pass as `before` to get older ones; absent at the end.
    pub next: Option<i64>,
}

/// Remove a person for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovePerson {
    /// What happens to what they wrote.
    pub messages: MessagesOfRemoved,
}

/// What happens to what a removed person wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessagesOfRemoved {
    /// It stays under their name, as that of a former member (`status` is `removed`).
    Keep,
    /// It is deleted in all rooms, files included; each leaves the trace that a message was deleted. Goes on after the
    /// answer, through a restart too.
    Delete,
}

/// What came of an import, line by line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// How many people were made (or, with `check`, would be).
    pub made: u32,
    /// Each line but the first and empty ones, in their order.
    pub lines: Vec<ImportLine>,
}

/// One line of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportLine {
    /// Counted from 1, the heading's included; of a line that spans several, the first.
    pub line: u32,
    /// The name as it was given.
    pub name: String,
    /// The person who was made; absent with `check`, or when it was refused.
    pub user: Option<i64>,
    /// Why not: `name_unfit` (name or handle), `conflict` (the handle is taken), `bad_request` (an unknown role), `forbidden`
    /// (that role is not yours to give).
    pub refused: Option<ErrorCode>,
}

/// A group or channel from outside; what is said in it is for its members alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RoomSummary {
    /// Names the room.
    pub id: i64,
    /// Group or channel.
    pub kind: RoomKind,
    /// As shown.
    pub name: String,
    /// One line.
    pub topic: String,
    /// Everyone lands in it; cannot be deleted.
    pub is_default: bool,
    /// Only read any more.
    pub archived: bool,
    /// How many members.
    pub member_count: u32,
    /// Who owns it; at most 20.
    pub owners: Vec<RoomOwner>,
    /// Messages and notices kept in it.
    pub events: u64,
    /// Files kept in it.
    pub files: u64,
    /// Their bytes; the same file sent twice counts twice.
    pub bytes: u64,
    /// When the newest event came, milliseconds since 1970.
    pub last_at: Option<i64>,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

/// Who owns a room.
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
    /// Pass as `after` to get more; absent at the end.
    pub next: Option<i64>,
}

/// An admin changes a room from outside; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRoomFromOutside {
    /// `true`: only read from now on; `false`: open again.
    pub archived: Option<bool>,
    /// Give it to this person, one of its members; who owned it stays as one of its admins.
    pub owner: Option<i64>,
}
