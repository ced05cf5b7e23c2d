//! Invites: a short code, a link and a QR code that let someone in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Create an invite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvite {
    /// Rooms that its users join beside the default room, at most 20.
    #[serde(default)]
    pub rooms: Vec<i64>,
    /// How long it is valid, in seconds: 60 to 31,536,000. `null`: for ever (a poster) when an admin creates it, 7 days
    /// otherwise.
    #[serde(default)]
    pub expires_in_s: Option<u32>,
    /// How many people may use it, 1 to 10,000; `null`: any number.
    #[serde(default)]
    pub max_uses: Option<u32>,
    /// Whether those who use it become guests, who see only these rooms.
    #[serde(default)]
    pub guest: bool,
}

/// An invite as its creator (or an admin) sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Invite {
    /// Identifies the invite.
    pub id: i64,
    /// Id of the person who created it.
    pub creator: i64,
    /// Rooms that its users join beside the default room.
    pub rooms: Vec<i64>,
    /// When it expires, milliseconds since 1970; `null`: never.
    pub expires_at: Option<i64>,
    /// How many people may use it; `null`: any number.
    pub max_uses: Option<u32>,
    /// How many people have used it.
    pub uses: u32,
    /// Whether those who use it become guests.
    pub guest: bool,
    /// The code: 8 characters, none of which is easily mistaken for another.
    pub code: String,
    /// When it was created, milliseconds since 1970.
    pub created_at: i64,
}

/// A new invite and the links that lead to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InviteCreated {
    /// The invite.
    pub invite: Invite,
    /// The links, those with IP addresses first, then those with names. QR codes are at
    /// `/api/v1/invites/{id}/qr.svg?link=N`.
    pub links: Vec<String>,
}

/// What an invite leads to; for anyone who has its code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InviteCheck {
    /// Name of the person who invites.
    pub from: String,
    /// Names of the rooms that it leads to.
    pub rooms: Vec<String>,
}
