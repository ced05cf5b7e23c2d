//! Moving to another box: what the old one offers, and how far the new one is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ErrorCode;

/// On the old box: the move that its admin began, if one did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveOut {
    /// Another word for each move; empty without one.
    pub id: String,
    /// How far it is.
    pub stage: MoveOutStage,
    /// Why there is nothing to fetch, with `failed`.
    pub failed: Option<ErrorCode>,
    /// Seconds that the code is good for when nobody asks with it; 0 when it is not good, or not yet counted.
    pub seconds: u64,
    /// Bytes packed, or bytes that the new box has at least.
    pub done_bytes: u64,
    /// Bytes there are; an estimate while they are packed.
    pub total_bytes: u64,
    /// Where the new box finds this one: numbers, because it knows no names.
    pub addresses: Vec<String>,
    /// Bytes that packing takes on the data disk.
    pub needed_bytes: u64,
    /// Bytes free there.
    pub free_bytes: u64,
}

/// How far a move is, on the old box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoveOutStage {
    /// Nobody began one.
    None,
    /// What is to be fetched is packed; the code may be typed already.
    Packing,
    /// The new box may fetch it, or does.
    Open,
    /// The new box has all of it and found it whole: this one is to be switched off.
    Arrived,
    /// Nobody asked with the code for an hour.
    Expired,
    /// It could not be packed.
    Failed,
}

/// A move was begun on the old box.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveBegun {
    /// Typed on the new box; told once.
    pub code: String,
    /// The move.
    pub state: MoveOut,
}

impl std::fmt::Debug for MoveBegun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MoveBegun").field("state", &self.state).finish_non_exhaustive()
    }
}

/// What the old box tells the new one of what it may fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveOffer {
    /// The old box's name.
    pub name: String,
    /// The version of its program.
    pub program: String,
    /// The layout of its database.
    pub layout: i64,
    /// The oldest layout that a program must know to work with it.
    pub min_program: i64,
    /// Another word when the bytes are others: letters and digits, at most 64.
    pub tag: String,
    /// Bytes.
    pub size: u64,
}

/// On the new box: move here from another one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveHere {
    /// The old box, in numbers, with a port where it is not 80: `192.168.1.7`, `http://192.168.1.7:8080`.
    pub address: String,
    /// The code that the old box showed.
    pub code: String,
}

impl std::fmt::Debug for MoveHere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MoveHere").field("address", &self.address).finish_non_exhaustive()
    }
}

/// On the new box: the move that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveIn {
    /// How far it is.
    pub stage: MoveInStage,
    /// Why it ended, with `failed`.
    pub failed: Option<ErrorCode>,
    /// The old box's name; empty until it answered.
    pub name: String,
    /// Where it is; empty when there is no move.
    pub address: String,
    /// Bytes that have come and are kept.
    pub done_bytes: u64,
    /// Bytes there are; 0 until the old box said so.
    pub total_bytes: u64,
}

/// How far a move is, on the new box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoveInStage {
    /// There is none.
    None,
    /// The old box is packing.
    Waiting,
    /// It comes.
    Loading,
    /// The old box does not answer; asked again until it does.
    Broken,
    /// All has come; every byte is checked before anything is put in its place. Cannot be broken off.
    Checking,
    /// The program restarts into it.
    Ready,
    /// It ended.
    Failed,
}
