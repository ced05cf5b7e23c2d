//! The box's two system copies (slots) and new versions, for its admins.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Both slots, the file that was uploaded, and how far its installation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpdateState {
    /// What updates must be made for.
    pub compatible: String,
    /// The slot that is running.
    pub current: SystemSlot,
    /// The slot that is not.
    pub other: Option<SystemSlot>,
    /// The slot that the next start is from.
    pub next: NextStart,
    /// The file that waits to be installed.
    pub bundle: Option<UpdateBundle>,
    /// The installation under way, or how the last one ended since the program was started.
    pub install: Option<InstallState>,
    /// What became of the last update that was started.
    pub last: Option<LastUpdate>,
}

/// What became of an update once it was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastUpdate {
    /// Kept or gone back from.
    pub outcome: UpdateOutcome,
    /// Why it was gone back from.
    pub reason: Option<UpdateFailure>,
    /// The slot that it was put into, `B`.
    pub slot: String,
    /// Its version.
    pub version: String,
    /// When that was found, milliseconds since 1970; absent when the clock was not set then.
    pub at: Option<i64>,
}

/// Whether a new version stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpdateOutcome {
    /// It proved itself and stays.
    Committed,
    /// The box went back to the version before.
    RolledBack,
}

/// Why the box went back to the version before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UpdateFailure {
    /// Three starts, and the new version never came up.
    DidNotStart,
    /// The daemon ended again and again.
    DaemonFailed,
    /// The daemon did not answer, or said that it was not well.
    NoAnswer,
    /// It answered, but at no address that worked before.
    NoNetwork,
    /// Something that this version has no word for.
    Unknown,
}

/// One system copy that the box can start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SystemSlot {
    /// Its name in the boot loader, `A`.
    pub name: String,
    /// What the boot loader thinks of it.
    pub health: SlotHealth,
    /// The version that was installed into it; absent for the one that came with the card.
    pub version: Option<String>,
    /// What the maker wrote about that version.
    pub notes: Option<String>,
    /// When it was installed, as RFC 3339; what the box's clock said then.
    pub installed_at: Option<String>,
    /// Its last installation was not finished.
    pub incomplete: bool,
}

/// Whether the boot loader would start a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotHealth {
    /// It would.
    Good,
    /// It would not: it was tried and did not start.
    Bad,
    /// Nobody can say.
    Unknown,
}

/// Which slot the next start is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextStart {
    /// The one that is running.
    Current,
    /// The other one.
    Other,
    /// The boot loader does not say.
    Unknown,
}

/// An uploaded update whose signature was found good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpdateBundle {
    /// Bytes.
    pub size: u64,
    /// Its version.
    pub version: String,
    /// What its maker wrote about it.
    pub notes: Option<String>,
    /// What it is made for.
    pub compatible: String,
    /// Made for this box. Another one cannot be installed.
    pub fits: bool,
}

/// How far an installation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum InstallState {
    /// Under way.
    Running {
        /// Of all work, 0 to 100.
        percent: u8,
        /// The step, in the service's English.
        step: String,
    },
    /// The other slot holds the new version, and the next start is from it.
    Done {},
    /// The other slot is not usable; the running one is untouched.
    Failed {
        /// `update_signature`, `update_incompatible`, `update_damaged`, `update_unwritable` or `update_failed`.
        reason: super::ErrorCode,
    },
}
