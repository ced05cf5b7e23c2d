//! Repairing a damaged database: what can be chosen, and how far it is. Served at `/api/v1/repair` in place of everything else.

use serde::{Deserialize, Serialize};

use super::ErrorCode;

/// How a repair stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairState {
    /// What is going on.
    pub stage: RepairStage,
    /// What is being done.
    pub choice: Option<RepairChoice>,
    /// Pages looked at so far.
    pub done_pages: u32,
    /// Pages there are; 0 while that is not known.
    pub total_pages: u32,
    /// Why the last choice could not be carried out. The damaged database is as it was.
    pub failed: Option<ErrorCode>,
    /// What is wrong, in the database's words; nothing when an admin ordered the repair.
    pub detail: Option<String>,
    /// The database still opens: the box can go on with it as it is.
    pub may_leave: bool,
    /// Bytes of the damaged database.
    pub database_bytes: u64,
    /// Bytes of its log.
    pub log_bytes: u64,
    /// What there is to go back to, newest first.
    pub copies: Vec<OldCopy>,
    /// After a salvage: places where something is lost.
    pub lost_events: Option<u64>,
}

/// How a repair stands, and where the page can be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairAddresses {
    /// How it stands.
    #[serde(flatten)]
    pub state: RepairState,
    /// Every address the page can be opened at, best first.
    pub addresses: Vec<super::ServerAddress>,
}

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairStage {
    /// Nothing: the holder chooses.
    Choosing,
    /// What was chosen is being done.
    Working,
    /// It is done; the box starts again.
    Done,
    /// Nothing can be done: the place of everything cannot be read at all.
    Unreadable,
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairChoice {
    /// Save what can be read; every place where something is lost says so.
    Salvage,
    /// Go back to a copy: what came after it is missing.
    Copy,
    /// Start all over; what there was is put aside.
    Anew,
    /// Go on with what there is; only when it opens.
    Leave,
}

/// A copy of the database, or a backup with all files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldCopy {
    /// Names it.
    pub name: String,
    /// When it was made, milliseconds since 1970.
    pub made_at: i64,
    /// Bytes.
    pub size: u64,
    /// A backup: files that are missing come back with it.
    pub with_files: bool,
}

/// Body of `POST /api/v1/repair/choose`, as JSON or from a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChooseRepair {
    /// The repair code, from the box's screen or card; not asked for at the box's own door.
    #[serde(default)]
    pub code: String,
    /// What to do.
    pub choice: RepairChoice,
    /// Which copy; only with `copy`.
    #[serde(default)]
    pub copy: Option<String>,
    /// The word `anew`, typed; only with `anew`.
    #[serde(default)]
    pub confirm: Option<String>,
}

/// Body of `POST /api/v1/repair/download`, from a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadDamaged {
    /// The repair code.
    #[serde(default)]
    pub code: String,
    /// The log instead of the database, when it says `log`.
    #[serde(default)]
    pub file: Option<String>,
}
