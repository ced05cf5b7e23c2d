//! What anyone may know about the box before signing in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Me;

/// What the first page needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoxInfo {
    /// Which box this is, at whatever address and by whatever name: 32 hex digits. A box that was reset is another one, a
    /// box that was brought back from a backup is the same. Whatever a client keeps belongs to one box.
    pub id: String,
    /// The box's name as shown.
    pub name: String,
    /// Version of the daemon.
    pub version: String,
    /// Fresh (to be claimed) or in use.
    pub state: BoxState,
    /// The claim is open again: whoever has the code that the box shows becomes an owner.
    pub claim_reopened: bool,
    /// How people come in: `invite`, `approval` or `open`.
    pub join_mode: super::sign_in::JoinMode,
    /// The language that whoever set the card up chose for the box's screen and the first steps.
    pub language: Option<BoxLanguage>,
    /// Every address the page can be opened at, best first.
    pub addresses: Vec<ServerAddress>,
    /// The largest file that can be sent, bytes.
    pub max_file_bytes: u64,
    /// Fewest characters of a password that is chosen now.
    pub password_min_length: u32,
    /// A word that this box gives and no other: `GET /api/v1/probe/{word}` at another address is answered with 204 by the
    /// same box only. New at each start.
    pub probe: String,
    /// Who you are, when signed in (or waiting for approval).
    pub me: Option<Me>,
    /// The browser is one that loses its cookies (WeChat, captive portal): no account can be made in it.
    pub in_app_browser: bool,
}

/// A language that the box speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoxLanguage {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// Fresh or in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoxState {
    /// Nobody owns it yet; the claim code makes an owner.
    Fresh,
    /// It has an owner.
    Claimed,
}

/// One address of the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerAddress {
    /// `http://192.168.1.7` or `http://imbox.local`, with the port where it is not 80.
    pub url: String,
    /// A name (may not resolve everywhere) or an IP address.
    pub is_name: bool,
}

/// Is the box well? Served at `/healthz` with 200 or 503: to admins and to the box itself with what is behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum HealthAnswer {
    /// For admins, and for whoever asks from the box itself.
    Inside(Health),
    /// For everybody else.
    Outside(WellOrNot),
}

/// All that anyone on the network is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WellOrNot {
    /// `ok`, `sick`, or `damaged` while only the repair page is served.
    pub status: String,
}

/// How the box is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// `ok`, or `sick` when any of the others is not well; `damaged` while only the repair page is served.
    pub status: String,
    /// The writer answers.
    pub writer: bool,
    /// The disk takes writes.
    pub writable: bool,
    /// Bytes free on the data disk.
    pub free_bytes: u64,
    /// More is free than the reserve that is kept for chat.
    pub space: bool,
    /// The disk refuses every write, as a card does that is dying; when writes fail for want of space, this is false.
    pub read_only: bool,
    /// Is the database whole, as far as is known?
    pub database: DatabaseState,
}

/// What is known of the database's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseState {
    /// It is being looked at, as after each start.
    Checking,
    /// Every page is as it should be.
    Sound,
    /// It was not looked at to its end; what was seen is as it should be.
    Unknown,
    /// Something in it is damaged: save what can be read, and replace the card.
    Damaged,
}
