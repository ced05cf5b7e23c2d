//! What anyone can learn about the box before signing in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Me;

/// What the page needs when it opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BoxInfo {
    /// Identifies the box at whatever address and by whatever name: 32 hex digits. A box that was reset gets another
    /// id, one that was restored from a backup has the id of the backup. Whatever a client stores belongs to one box.
    pub id: String,
    /// The box's name to show.
    pub name: String,
    /// Version of the daemon.
    pub version: String,
    /// Whether the box has an owner.
    pub state: BoxState,
    /// Whether the claim is reopened: whoever has the code that the box shows can become an owner.
    pub claim_reopened: bool,
    /// How people can join: `invite`, `approval` or `open`.
    pub join_mode: super::sign_in::JoinMode,
    /// The language for the box's screen and the first steps, if whoever set the card up chose one.
    pub language: Option<BoxLanguage>,
    /// Every address at which the page can be opened, best first.
    pub addresses: Vec<ServerAddress>,
    /// Size of the largest file that can be sent, in bytes.
    pub max_file_bytes: u64,
    /// Minimum length of passwords that are set from now on.
    pub password_min_length: u32,
    /// For how many minutes one's own messages may be edited; 0: not at all.
    pub edit_minutes: u32,
    /// A word that only this box knows: at another address, `GET /api/v1/probe/{word}` is answered with 204 only by
    /// this same box. New at each start.
    pub probe: String,
    /// The person who is signed in (or waits for approval).
    pub me: Option<Me>,
    /// Whether the browser is one that loses its cookies (WeChat, captive portals): no account can be created in it.
    pub in_app_browser: bool,
}

/// A language of the box's screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoxLanguage {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// Whether the box has an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoxState {
    /// It has none yet; the claim code makes one.
    Fresh,
    /// It has an owner.
    Claimed,
}

/// One address of the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerAddress {
    /// `http://192.168.1.7` or `http://imbox.local`, with the port where it is not 80.
    pub url: String,
    /// Whether it is a name, which does not resolve on every device, or an IP address.
    pub is_name: bool,
}

/// Health of the box. Served at `/healthz` with 200 or 503; admins and the box itself get the details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum HealthAnswer {
    /// For admins, and for requests from the box itself.
    Inside(Health),
    /// For everybody else.
    Outside(WellOrNot),
}

/// What everybody else gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WellOrNot {
    /// `ok`, `sick`, or `damaged` while only the repair page is served.
    pub status: String,
}

/// Health of the box in detail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// `ok`; `sick` when anything below is wrong; `damaged` while only the repair page is served.
    pub status: String,
    /// Whether the thread that writes to the database answers.
    pub writer: bool,
    /// Whether the disk can be written.
    pub writable: bool,
    /// Bytes free on the data disk.
    pub free_bytes: u64,
    /// Whether more is free than what is reserved for the chat.
    pub space: bool,
    /// Whether the disk refuses every write, as a failing card does. A full disk is not meant.
    pub read_only: bool,
    /// State of the database, as far as it is known.
    pub database: DatabaseState,
}

/// What is known about the database's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseState {
    /// They are being checked, as after each start.
    Checking,
    /// All of them are intact.
    Sound,
    /// The check did not finish; what it read was intact.
    Unknown,
    /// Something is damaged: save what can be read, and replace the card.
    Damaged,
}
