//! People, their devices, and those who wait to be let in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person may do on the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything; there is always at least one.
    Owner,
    /// Runs the box; cannot touch owners.
    Admin,
    /// Talks, makes groups, sees who is there.
    Member,
    /// Talks in the rooms they were invited to; sees only the people in them.
    Guest,
}

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Names the person in URLs and frames.
    pub id: i64,
    /// Unique, ASCII, for mentions and signing in: `wang-fang`.
    pub handle: String,
    /// As shown, 1 to 64 characters.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// `active`, `suspended` or `removed`.
    pub status: String,
    /// URL of the picture; changes with it.
    pub avatar: Option<String>,
    /// Signed in and connected now.
    pub online: bool,
}

/// People, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserPage {
    /// At most 200.
    pub users: Vec<User>,
    /// Pass as `after` to get more; absent at the end.
    pub next: Option<i64>,
}

/// You.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// You as others see you; `status` may also be `pending`.
    pub user: User,
    /// The device that asks.
    pub device: i64,
    /// Has a password been set?
    pub has_password: bool,
}

/// Change your own profile; what is left out stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMe {
    /// 1 to 64 characters.
    pub name: Option<String>,
    /// 2 to 32 of `a-z`, `0-9`, `-`, `_`, `.`; begins with a letter or digit.
    pub handle: Option<String>,
}

/// Set, change or remove the password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// Needed when one is set.
    pub current: Option<String>,
    /// 8 to 256 characters; `null` removes it.
    pub new: Option<String>,
}

/// Your password once more, on this device: what an admin's acts ask for every ten minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterPassword {
    /// The password.
    pub password: String,
}

/// A signed-in browser or client of yours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Names the device.
    pub id: i64,
    /// "Chrome on Android", or what the client called itself.
    pub label: String,
    /// When it was first signed in, milliseconds since 1970.
    pub created_at: i64,
    /// When it was last seen, milliseconds since 1970, to about an hour.
    pub seen_at: i64,
    /// Is it the one that asks?
    pub current: bool,
    /// Connected now.
    pub online: bool,
}

/// Someone who asks to be let in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JoinRequest {
    /// The waiting account's id.
    pub user: i64,
    /// The name they gave.
    pub name: String,
    /// They say that they have been here before under this name.
    pub returning: bool,
    /// Their browser.
    pub device: String,
    /// Since when they wait, milliseconds since 1970.
    pub at: i64,
}

/// An admin's answer to a join request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveJoinRequest {
    /// Let in or not.
    pub approve: bool,
    /// Sign the waiting device in as this existing person instead of making a new one.
    #[serde(default)]
    pub existing_user: Option<i64>,
}

/// An admin changes a person; what is left out stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// New role.
    pub role: Option<Role>,
    /// `active` or `suspended`.
    pub status: Option<String>,
}
