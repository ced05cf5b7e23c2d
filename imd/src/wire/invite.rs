//! Invites: a short code, a link and a QR code that let someone in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Make an invite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvite {
    /// Rooms to land in beside the default room, at most 20.
    #[serde(default)]
    pub rooms: Vec<i64>,
    /// Seconds it is good for, 60 to 31,536,000; `null`: for ever (a poster). Default 7 days for members.
    #[serde(default)]
    pub expires_in_s: Option<u32>,
    /// How many people it lets in, 1 to 10,000; `null`: any number.
    #[serde(default)]
    pub max_uses: Option<u32>,
    /// Those who come by it are guests: they see only these rooms.
    #[serde(default)]
    pub guest: bool,
}

/// An invite as its maker (or an admin) sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Invite {
    /// Names the invite.
    pub id: i64,
    /// Who made it.
    pub creator: i64,
    /// Rooms beside the default room.
    pub rooms: Vec<i64>,
    /// Milliseconds since 1970; `null`: never.
    pub expires_at: Option<i64>,
    /// How many people it lets in; `null`: any number.
    pub max_uses: Option<u32>,
    /// How many have come by it.
    pub uses: u32,
    /// Makes guests.
    pub guest: bool,
    /// The code, 8 characters without look-alikes.
    pub code: String,
    /// When it was made, milliseconds since 1970.
    pub created_at: i64,
}

/// A new invite with everything to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InviteCreated {
    /// The invite.
    pub invite: Invite,
    /// The links, IP addresses first, then names; QR codes are at `/api/v1/invites/{id}/qr.svg?link=N`.
    pub links: Vec<String>,
}

/// Is an invite good? For anyone who has its code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct InviteCheck {
    /// Name of who invites.
    pub from: String,
    /// Names of the rooms to land in.
    pub rooms: Vec<String>,
}
