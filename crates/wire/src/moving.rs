//! Moving to another box: what the old box offers, and how far the new one has got.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ErrorCode;

/// On the old box: the move that an admin began, if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveOut {
    /// Identifies the move; a new move has another word. Empty when there is none.
    pub id: String,
    /// How far it has got.
    pub stage: MoveOutStage,
    /// Why there is nothing to fetch; only with `failed`.
    pub failed: Option<ErrorCode>,
    /// Seconds that the code stays valid if nobody uses it; 0 when it is not valid, or the time does not run yet.
    pub seconds: u64,
    /// Bytes that are packed, or that the new box has at least received.
    pub done_bytes: u64,
    /// Bytes in all; an estimate while they are being packed.
    pub total_bytes: u64,
    /// Addresses where the new box can reach this one: IP addresses, because the new box cannot resolve names.
    pub addresses: Vec<String>,
    /// Bytes that packing needs on the data disk.
    pub needed_bytes: u64,
    /// Free bytes on the data disk.
    pub free_bytes: u64,
}

/// How far a move has got on the old box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoveOutStage {
    /// There is no move.
    None,
    /// The backup for the new box is being packed. The code may already be entered there.
    Packing,
    /// The new box can fetch the backup, or is fetching it.
    Open,
    /// The new box has received everything and found it intact: switch this one off.
    Arrived,
    /// Nobody used the code for an hour.
    Expired,
    /// The backup could not be packed.
    Failed,
}

/// A move has begun on the old box.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveBegun {
    /// The code to enter on the new box; it is shown only this once.
    pub code: String,
    /// The move.
    pub state: MoveOut,
}

impl std::fmt::Debug for MoveBegun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MoveBegun").field("state", &self.state).finish_non_exhaustive()
    }
}

/// What the old box tells the new one about the backup it may fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveOffer {
    /// The old box's name.
    pub name: String,
    /// Version of its program.
    pub program: String,
    /// Version of its database's layout.
    pub layout: i64,
    /// The oldest layout version a program must know to work with that database.
    pub min_program: i64,
    /// Identifies these bytes, at most 64 letters and digits; other bytes have another tag.
    pub tag: String,
    /// Size in bytes.
    pub size: u64,
}

/// On the new box: move another box here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveHere {
    /// Address of the old box as an IP address, with its port unless that is 80: `192.168.1.7`,
    /// `http://192.168.1.7:8080`.
    pub address: String,
    /// The code that the old box showed.
    pub code: String,
}

impl std::fmt::Debug for MoveHere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MoveHere").field("address", &self.address).finish_non_exhaustive()
    }
}

/// On the new box: the move in progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveIn {
    /// How far it has got.
    pub stage: MoveInStage,
    /// Why it failed; only with `failed`.
    pub failed: Option<ErrorCode>,
    /// The old box's name; empty until it has answered.
    pub name: String,
    /// The old box's address; empty when there is no move.
    pub address: String,
    /// Bytes that were received and stored.
    pub done_bytes: u64,
    /// Bytes in all; 0 until the old box has told.
    pub total_bytes: u64,
}

/// How far a move has got on the new box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoveInStage {
    /// There is no move.
    None,
    /// The old box is still packing.
    Waiting,
    /// The backup is being fetched.
    Loading,
    /// The old box does not answer; it is asked again until it does.
    Broken,
    /// Everything was received, and every byte is being checked. From here on the move cannot be cancelled.
    Checking,
    /// The program restarts with what was moved.
    Ready,
    /// The move failed.
    Failed,
}
