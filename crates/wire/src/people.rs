//! People, their devices, and join requests.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person may do on the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything; there is always at least one owner.
    Owner,
    /// Runs the box, but cannot change owners.
    Admin,
    /// Talks, creates groups, and sees everybody on the box.
    Member,
    /// Talks in the rooms they were invited to, and sees only the people in them.
    Guest,
}

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Identifies the person in URLs and frames.
    pub id: i64,
    /// Unique on the box, ASCII, for mentions and signing in: `wang-fang`.
    pub handle: String,
    /// Name to show, 1 to 64 characters.
    pub name: String,
    /// What they may do on the box.
    pub role: Role,
    /// `active`, `suspended` or `removed`.
    pub status: String,
    /// URL of the picture; a new picture has a new URL.
    pub avatar: Option<String>,
    /// Whether one of their devices is connected now.
    pub online: bool,
    /// Somebody else on the box, or who was there, has a name that is read as the same: show the handle beside the name.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub namesake: bool,
}

/// People, in the order of their ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UserPage {
    /// At most 200.
    pub users: Vec<User>,
    /// Pass as `after` to get the next page; absent on the last one.
    pub next: Option<i64>,
}

/// The person who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// You as others see you; `status` may also be `pending`.
    pub user: User,
    /// Id of the device that asks.
    pub device: i64,
    /// Whether a password is set.
    pub has_password: bool,
    /// When you do not want to be disturbed.
    #[serde(default)]
    pub quiet: super::Quiet,
}

/// Change your own profile; fields that are left out stay as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMe {
    /// 1 to 64 characters.
    pub name: Option<String>,
    /// 2 to 32 of `a-z`, `0-9`, `-`, `_`, `.`; begins with a letter or digit.
    pub handle: Option<String>,
}

/// Set, change or remove your password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// The current password; required when one is set.
    pub current: Option<String>,
    /// The new password, 8 to 256 characters; `null` removes it.
    pub new: Option<String>,
}

/// Enter your password again on this device. Admins need this for changes when the last time was over ten minutes ago.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnterPassword {
    /// The password.
    pub password: String,
}

/// A signed-in browser or client of yours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Identifies the device.
    pub id: i64,
    /// "Chrome on Android", or what the client called itself.
    pub label: String,
    /// When it was first signed in, milliseconds since 1970.
    pub created_at: i64,
    /// When it was last seen, milliseconds since 1970, to about an hour.
    pub seen_at: i64,
    /// Whether this is the device that asks.
    pub current: bool,
    /// Whether it is connected now.
    pub online: bool,
}

/// Someone who asks to be let in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JoinRequest {
    /// Id of the account that waits for approval.
    pub user: i64,
    /// The name they gave.
    pub name: String,
    /// Somebody on the box, or who was there, has a name that is read as the same.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub namesake: bool,
    /// They say that they have been here before under this name.
    pub returning: bool,
    /// The device they ask from: its browser, or what the client called itself.
    pub device: String,
    /// When they asked, milliseconds since 1970.
    pub at: i64,
}

/// An admin's answer to a join request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveJoinRequest {
    /// `true` lets them in, `false` refuses them.
    pub approve: bool,
    /// Sign the device in as this existing person instead of letting a new one in.
    #[serde(default)]
    pub existing_user: Option<i64>,
}

/// An admin changes a person; fields that are left out stay as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// Their new role.
    pub role: Option<Role>,
    /// `active` or `suspended`.
    pub status: Option<String>,
}
