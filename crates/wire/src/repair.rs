//! Repairing a damaged database: the choices there are, and the progress. Served at `/api/v1/repair` instead of
//! everything else.

use serde::{Deserialize, Serialize};

use super::ErrorCode;

/// State of a repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairState {
    /// What is going on.
    pub stage: RepairStage,
    /// The choice that is being carried out.
    pub choice: Option<RepairChoice>,
    /// Pages that were read so far.
    pub done_pages: u32,
    /// Pages in all; 0 while that is not known.
    pub total_pages: u32,
    /// Why the last choice could not be carried out. The damaged database was not changed.
    pub failed: Option<ErrorCode>,
    /// What is wrong, in SQLite's words; absent when an admin ordered the repair.
    pub detail: Option<String>,
    /// Whether the database still opens, so that the box can continue with it as it is.
    pub may_leave: bool,
    /// Size of the damaged database in bytes.
    pub database_bytes: u64,
    /// Size of its write-ahead log in bytes.
    pub log_bytes: u64,
    /// The copies and backups that can be restored, newest first.
    pub copies: Vec<OldCopy>,
    /// After a salvage: the number of places at which events were lost.
    pub lost_events: Option<u64>,
}

/// State of a repair, and the addresses of its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairAddresses {
    /// State of the repair.
    #[serde(flatten)]
    pub state: RepairState,
    /// Every address the page can be opened at, best first.
    pub addresses: Vec<super::ServerAddress>,
}

/// Stage of a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairStage {
    /// The holder of the box has to choose.
    Choosing,
    /// The choice is being carried out.
    Working,
    /// It is done, and the box starts again.
    Done,
    /// Nothing can be done: the data folder itself cannot be read.
    Unreadable,
}

/// The choices there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairChoice {
    /// Save everything that can be read. Every place at which something is lost gets a note that says so.
    Salvage,
    /// Restore a copy. What came after it is lost.
    Copy,
    /// Start with an empty box. The damaged data is set aside.
    Anew,
    /// Continue with the database as it is; only when it still opens.
    Leave,
}

/// A copy of the database, or a backup with all files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldCopy {
    /// Identifies it.
    pub name: String,
    /// When it was made, milliseconds since 1970.
    pub made_at: i64,
    /// Size in bytes.
    pub size: u64,
    /// Whether it is a backup, which also restores missing files.
    pub with_files: bool,
}

/// Body of `POST /api/v1/repair/choose`, as JSON or from a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChooseRepair {
    /// The repair code from the box's screen or card; not needed when asking through the box's own socket.
    #[serde(default)]
    pub code: String,
    /// What to do.
    pub choice: RepairChoice,
    /// Name of the copy; only with `copy`.
    #[serde(default)]
    pub copy: Option<String>,
    /// The word `anew`, typed to confirm; only with `anew`.
    #[serde(default)]
    pub confirm: Option<String>,
}

/// Body of `POST /api/v1/repair/download`, from a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadDamaged {
    /// The repair code.
    #[serde(default)]
    pub code: String,
    /// `log` for the write-ahead log instead of the database.
    #[serde(default)]
    pub file: Option<String>,
}
