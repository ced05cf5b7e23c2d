//! Becoming someone on the box: claim, join, password, tickets between devices, hand-over between addresses.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Me;

/// How people come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JoinMode {
    /// With an invite; without one, asking an admin.
    Invite,
    /// Everyone is let in by an admin; an invite makes no exception.
    Approval,
    /// Everyone who can open the page.
    Open,
}

/// Become the first owner of a fresh box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The code from the box's screen, card or console; case, spaces and dashes do not matter.
    pub code: String,
    /// Your name, 1 to 64 characters.
    pub name: String,
    /// The box's name, 1 to 64 characters; left out: unchanged.
    #[serde(default)]
    pub box_name: Option<String>,
    /// At least `password_min_length` of the box, at most 256 characters, and none that anybody would try first. Needed;
    /// only who asks again with the same `secret` may leave it out.
    #[serde(default)]
    pub password: Option<String>,
    /// A random secret of 16 to 64 characters made by the device. When the answer is lost, asking again with the same
    /// code and secret signs the same device in, until it has been seen with its token.
    #[serde(default)]
    pub secret: Option<String>,
}

/// The claim is open again: the code that the box's screen, its card and its console show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClaimReopened {
    /// The code.
    pub code: String,
    /// Seconds until it is worth nothing.
    pub seconds: u64,
}

/// Ask whether a code claims this box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimCheck {
    /// The code; case, spaces and dashes do not matter.
    pub code: String,
}

/// Ask who can be an owner again, with the code of the reopened claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookAgain {
    /// The code; case, spaces and dashes do not matter.
    pub code: String,
}

/// Who can be an owner again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnersToBe {
    /// Those who are owners.
    pub owners: Vec<PossibleOwner>,
    /// Seconds until the code is worth nothing.
    pub seconds: u64,
}

/// One of the owners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PossibleOwner {
    /// Names them.
    pub id: i64,
    /// As shown.
    pub name: String,
}

/// Become an owner with the code of the reopened claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimAgain {
    /// The code; case, spaces and dashes do not matter.
    pub code: String,
    /// As whom.
    #[serde(deserialize_with = "super::object::only")]
    pub who: WhoAgain,
    /// The new password, 8 to 256 characters.
    pub password: String,
    /// A random secret of 16 to 64 characters made by the device, as in `Claim`.
    pub secret: String,
}

/// As whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum WhoAgain {
    /// One of the owners, with a new password. Their other devices stay signed in.
    Owner {
        /// Who.
        user: i64,
    },
    /// Somebody who is an owner beside them from now on.
    Somebody {
        /// Their name, 1 to 64 characters.
        name: String,
    },
}

/// Come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// Your name, 1 to 64 characters.
    pub name: String,
    /// An invite's code.
    #[serde(default)]
    pub invite: Option<String>,
    /// "I was here before": an admin is asked to sign this device in as that person.
    #[serde(default)]
    pub returning: bool,
    /// A random secret of 16 to 64 characters made by the device. When the answer is lost, asking again with the same
    /// invite and secret signs the same device in under the name given first, until it has been seen with its token.
    #[serde(default)]
    pub secret: Option<String>,
}

/// Sign in with handle (or name, when only one person has it) and password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordSignIn {
    /// Handle or name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// A new device is signed in. Browsers get the token as a cookie as well and should forget it here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// You; `status` is `pending` while an admin is asked.
    pub me: Me,
    /// For `Authorization: Bearer`; only when asked for with `Accept-Token: true`, never again afterwards.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<String>,
}

/// A way in for one more device of an existing person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignInTicket {
    /// Names the ticket for its maker.
    pub id: i64,
    /// The code, only in the answer that makes the ticket. Open `/#/ticket/CODE` on the other device.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// The links to open, one for each address of the box; only in the answer that makes the ticket.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub links: Vec<String>,
    /// Where it stands.
    pub state: SignInState,
    /// The device that wants in, once it has opened the link.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device: Option<String>,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInState {
    /// Nobody has opened the link.
    Open,
    /// A device has opened it and waits to be confirmed on the first device.
    Waiting,
    /// Confirmed; the device's next redeem signs it in.
    Confirmed,
    /// Refused.
    Refused,
    /// The device is signed in.
    Done,
}

/// The other device's side: first call reserves the ticket, later calls (every 2 s) ask whether it was confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemTicket {
    /// The code from the link.
    pub code: String,
    /// A random secret of 16 to 64 characters made by the device, the same in each call: only it gets the token, and
    /// again when the answer is lost.
    pub secret: String,
}

/// Ask for a link that takes you, as the same device, to another address of the box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// One of the box's addresses, as listed in `BoxInfo.addresses`.
    pub url: String,
}

/// The link; good once, for 60 s.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HandOverLink {
    /// Open it (in this tab).
    pub link: String,
}
