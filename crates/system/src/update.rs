//! The two system copies (slots), and putting a new one into the slot that is not running.
//!
//! Knows nothing of uploads or databases; the caller decides when a new version has proved itself.

use std::path::Path;

use async_trait::async_trait;
use tokio::sync::watch;

use super::{BundleFault, SystemError};

/// Whether the boot loader would start a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotHealth {
    /// It would.
    Good,
    /// It would not: starting it failed.
    Bad,
    /// Unknown.
    Unknown,
}

/// A system copy that the box can start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its name in the update service, such as `rootfs.0`.
    pub name: String,
    /// Its name in the boot loader, such as `A`.
    pub boot_name: String,
    /// Whether the boot loader would start it.
    pub health: SlotHealth,
    /// The version that is installed in it; `None` for the one that came with the card.
    pub version: Option<String>,
    /// The release notes of that version.
    pub notes: Option<String>,
    /// When it was installed by the box's clock, as RFC 3339, section 5.6.
    pub installed_at: Option<String>,
    /// Whether its last installation was not finished.
    pub incomplete: bool,
}

/// Both slots, and what is going on with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateState {
    /// The kind of box that updates have to be made for.
    pub compatible: String,
    /// The slot that is running.
    pub current: Slot,
    /// The other slot, if there is one.
    pub other: Option<Slot>,
    /// The slot that the box will start from next.
    pub next: NextStart,
    /// Whether an installation is in progress.
    pub installing: bool,
}

/// The slot that the box will start from next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStart {
    /// The one that is running.
    Current,
    /// The other one.
    Other,
    /// Unknown: the boot loader does not tell.
    Unknown,
}

/// What an update with a valid signature says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleInfo {
    /// The kind of box it is made for.
    pub compatible: String,
    /// Its version.
    pub version: String,
    /// Its release notes.
    pub notes: Option<String>,
    /// Whether it is made for this box; otherwise it cannot be installed.
    pub fits: bool,
}

/// Progress of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallProgress {
    /// It is in progress.
    Running {
        /// Progress, 0 to 100.
        percent: u8,
        /// The current step, in English, as the update service names it.
        step: String,
    },
    /// The other slot holds the new version, and the box will start from it next.
    Done,
    /// The other slot cannot be used; the running one is untouched.
    Failed(BundleFault),
}

/// Replaces the slot that is not running.
#[async_trait]
pub trait Update: Send + Sync {
    /// The state of both slots.
    async fn update_state(&self) -> Result<UpdateState, SystemError>;

    /// Checks the signature of a file and reads what it says about itself.
    async fn inspect_update(&self, bundle: &Path) -> Result<BundleInfo, SystemError>;

    /// Begins to install a file into the other slot. The receiver always has the newest progress, and its last value is
    /// [`InstallProgress::Done`] or [`InstallProgress::Failed`]. The installation continues even if nobody listens, and
    /// needs the file until it ends.
    async fn install_update(&self, bundle: &Path) -> Result<watch::Receiver<InstallProgress>, SystemError>;

    /// Commits the running slot: it is started from now on, without counting attempts.
    async fn mark_current_good(&self) -> Result<(), SystemError>;

    /// Takes the running slot out of use: the box will start from the other one next.
    async fn mark_current_bad(&self) -> Result<(), SystemError>;

    /// Makes the box start from the other slot next ("go back to the previous version"); the caller restarts it.
    async fn start_other_next(&self) -> Result<(), SystemError>;
}
