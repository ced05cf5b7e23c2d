//! Getting access: claiming the box, joining, passwords, sign-in tickets between devices, hand-over between addresses.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Me;

/// How people can join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JoinMode {
    /// With an invite. Without one, an admin is asked.
    Invite,
    /// An admin has to approve everyone, also those with an invite.
    Approval,
    /// Everyone who can open the page can join.
    Open,
}

/// Become the first owner of a new box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The code from the box's screen, card or console; case, spaces and dashes are ignored.
    pub code: String,
    /// Your name, 1 to 64 characters.
    pub name: String,
    /// The box's name, 1 to 64 characters; left out: it stays as it is.
    #[serde(default)]
    pub box_name: Option<String>,
    /// At least as long as the box's `password_min_length`, at most 256 characters, and not one of those that everybody
    /// would try first. Required, except when repeating a request with the same `secret`.
    #[serde(default)]
    pub password: Option<String>,
    /// A random secret made by the device, 16 to 64 characters. When the answer is lost, the same request with the same
    /// code and secret signs the same device in again, until its token was used.
    #[serde(default)]
    pub secret: Option<String>,
}

/// The claim was reopened; this is the code that the box shows on its screen, card and console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClaimReopened {
    /// The code.
    pub code: String,
    /// Seconds until the code expires.
    pub seconds: u64,
}

/// Ask whether a code is this box's claim code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimCheck {
    /// The code; case, spaces and dashes are ignored.
    pub code: String,
}

/// Ask who can become an owner with the code of the reopened claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookAgain {
    /// The code; case, spaces and dashes are ignored.
    pub code: String,
}

/// Who can become an owner with the code of the reopened claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnersToBe {
    /// The existing owners.
    pub owners: Vec<PossibleOwner>,
    /// Seconds until the code expires.
    pub seconds: u64,
}

/// An existing owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PossibleOwner {
    /// Their id.
    pub id: i64,
    /// Their name.
    pub name: String,
    /// Unique.
    pub handle: String,
    /// Somebody else has a name that is read as the same: show the handle beside the name.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub namesake: bool,
}

/// Become an owner with the code of the reopened claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimAgain {
    /// The code; case, spaces and dashes are ignored.
    pub code: String,
    /// Who becomes the owner.
    #[serde(deserialize_with = "super::object::only")]
    pub who: WhoAgain,
    /// The new password, 8 to 256 characters.
    pub password: String,
    /// A random secret made by the device, 16 to 64 characters, as in `Claim`.
    pub secret: String,
}

/// Who becomes an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum WhoAgain {
    /// An existing owner, who gets a new password. Their other devices stay signed in.
    Owner {
        /// Their id.
        user: i64,
    },
    /// A new owner in addition to the existing ones.
    Somebody {
        /// Their name, 1 to 64 characters.
        name: String,
    },
}

/// Join the box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// Your name, 1 to 64 characters.
    pub name: String,
    /// An invite's code.
    #[serde(default)]
    pub invite: Option<String>,
    /// "I already have an account": an admin is asked to sign this device in to it.
    #[serde(default)]
    pub returning: bool,
    /// A random secret made by the device, 16 to 64 characters. When the answer is lost, the same request with the same
    /// invite and secret signs the same device in again, under the name given first, until its token was used.
    #[serde(default)]
    pub secret: Option<String>,
}

/// Sign in with the handle (or the name, when only one person has it) and the password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordSignIn {
    /// The handle or name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// A device that was just signed in. Browsers also get the token as a cookie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// The person; `status` is `pending` while an admin has to approve them.
    pub me: Me,
    /// The token for `Authorization: Bearer`. Only in this answer, and only when the request had `Accept-Token: true`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<String>,
}

/// A ticket that signs another device of the same person in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignInTicket {
    /// Identifies the ticket for its creator.
    pub id: i64,
    /// The code; only in the answer that creates the ticket. Open `/#/ticket/CODE` on the other device.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// The links to open on the other device, one for each address of the box; only in the answer that creates the
    /// ticket.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub links: Vec<String>,
    /// Its state.
    pub state: SignInState,
    /// The other device, once it has opened the link.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device: Option<String>,
    /// When it expires, milliseconds since 1970.
    pub expires_at: i64,
}

/// State of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInState {
    /// Nobody has opened the link yet.
    Open,
    /// A device has opened the link and waits for confirmation on the first device.
    Waiting,
    /// It was confirmed: the next request with it signs the other device in.
    Confirmed,
    /// It was refused.
    Refused,
    /// The other device is signed in.
    Done,
}

/// Redeem a ticket on the other device: the first request reserves the ticket, later ones (every 2 s) ask whether it
/// was confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemTicket {
    /// The code from the link.
    pub code: String,
    /// A random secret made by the device, 16 to 64 characters, the same in each request. Only the device that has it
    /// gets the token, again when the answer was lost.
    pub secret: String,
}

/// Ask for a link that opens another address of the box and keeps this device signed in there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// One of the box's addresses, as listed in `BoxInfo.addresses`.
    pub url: String,
}

/// The link. It is valid once, for 60 s.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HandOverLink {
    /// The link to open, in the same tab.
    pub link: String,
}
