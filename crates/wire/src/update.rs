//! System updates: the box's two system copies (slots) and the update to install, for its admins.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Both slots, the uploaded update, and the progress of its installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpdateState {
    /// The kind of box that updates have to be made for.
    pub compatible: String,
    /// The slot that is running.
    pub current: SystemSlot,
    /// The other slot, if there is one.
    pub other: Option<SystemSlot>,
    /// The slot that the box will start from next.
    pub next: NextStart,
    /// The uploaded update that can be installed.
    pub bundle: Option<UpdateBundle>,
    /// The installation in progress, or the result of the last one since the program started.
    pub install: Option<InstallState>,
    /// What became of the last update that was started.
    pub last: Option<LastUpdate>,
}

/// What became of an update after the box had started it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastUpdate {
    /// Whether it was kept or rolled back.
    pub outcome: UpdateOutcome,
    /// Why it was rolled back.
    pub reason: Option<UpdateFailure>,
    /// The slot it was installed in, such as `B`.
    pub slot: String,
    /// Its version.
    pub version: String,
    /// When this became known, milliseconds since 1970; absent when the clock was not set then.
    pub at: Option<i64>,
}

/// Whether a new version was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpdateOutcome {
    /// It worked and is kept.
    Committed,
    /// It was rolled back: the box returned to the version before it.
    RolledBack,
}

/// Why a new version was rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpdateFailure {
    /// The new version did not come up in three starts.
    DidNotStart,
    /// The daemon exited again and again.
    DaemonFailed,
    /// The daemon did not answer, or reported that it was not well.
    NoAnswer,
    /// The daemon answered, but at none of the addresses that worked before.
    NoNetwork,
    /// Another reason, which this version does not know.
    Unknown,
}

/// A system copy that the box can start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SystemSlot {
    /// Its name in the boot loader, such as `A`.
    pub name: String,
    /// Whether the boot loader would start it.
    pub health: SlotHealth,
    /// The version that is installed in it; absent for the one that came with the card.
    pub version: Option<String>,
    /// The release notes of that version.
    pub notes: Option<String>,
    /// When it was installed by the box's clock, as RFC 3339.
    pub installed_at: Option<String>,
    /// Whether its last installation was not finished.
    pub incomplete: bool,
}

/// Whether the boot loader would start a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotHealth {
    /// It would.
    Good,
    /// It would not: starting it failed.
    Bad,
    /// Unknown.
    Unknown,
}

/// The slot that the box will start from next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextStart {
    /// The one that is running.
    Current,
    /// The other one.
    Other,
    /// Unknown: the boot loader does not tell.
    Unknown,
}

/// An uploaded update with a valid signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpdateBundle {
    /// Size in bytes.
    pub size: u64,
    /// Its version.
    pub version: String,
    /// Its release notes.
    pub notes: Option<String>,
    /// The kind of box it is made for.
    pub compatible: String,
    /// Whether it is made for this box; otherwise it cannot be installed.
    pub fits: bool,
}

/// Progress of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum InstallState {
    /// It is in progress.
    Running {
        /// Progress, 0 to 100.
        percent: u8,
        /// The current step, in English, as the update service names it.
        step: String,
    },
    /// The other slot holds the new version, and the box will start from it next.
    Done {},
    /// The other slot cannot be used; the running one is untouched.
    Failed {
        /// `update_signature`, `update_incompatible`, `update_damaged`, `update_unwritable` or `update_failed`.
        reason: super::ErrorCode,
    },
}
