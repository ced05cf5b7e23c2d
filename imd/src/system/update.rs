//! The two system copies (slots), and putting a new one into the slot that is not running.
//!
//! Knows nothing of uploads, databases or when a new slot has proved itself: its caller decides that.

use std::path::Path;

use async_trait::async_trait;
use tokio::sync::watch;

use super::{BundleFault, SystemError};

/// Whether the boot loader would start a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotHealth {
    /// It would.
    Good,
    /// It would not.
    Bad,
    /// Nobody can say.
    Unknown,
}

/// One system copy that the box can start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its name in the update service, `rootfs.0`.
    pub name: String,
    /// Its name in the boot loader, `A`.
    pub boot_name: String,
    /// What the boot loader thinks of it.
    pub health: SlotHealth,
    /// The version that was installed into it; `None` for the one that came with the card.
    pub version: Option<String>,
    /// What the maker wrote about that version.
    pub notes: Option<String>,
    /// When it was installed, as RFC 3339, section 5.6; it is what the box's clock said then.
    pub installed_at: Option<String>,
    /// Its last installation was not finished.
    pub incomplete: bool,
}

/// Both slots, and what happens to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateState {
    /// What updates must be made for.
    pub compatible: String,
    /// The slot that is running.
    pub current: Slot,
    /// The slot that is not.
    pub other: Option<Slot>,
    /// The slot that the next start is from.
    pub next: NextStart,
    /// An installation is under way.
    pub installing: bool,
}

/// Which slot the next start is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStart {
    /// The one that is running.
    Current,
    /// The other one.
    Other,
    /// The boot loader does not say.
    Unknown,
}

/// What an update file says about itself, once its signature was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleInfo {
    /// What it is made for.
    pub compatible: String,
    /// Its version.
    pub version: String,
    /// What its maker wrote about it.
    pub notes: Option<String>,
    /// Made for this box. Another one is refused when installing.
    pub fits: bool,
}

/// How far an installation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallProgress {
    /// Under way.
    Running {
        /// Of all work, 0 to 100.
        percent: u8,
        /// The step, in the service's English.
        step: String,
    },
    /// The other slot holds the new version, and the next start is from it.
    Done,
    /// The other slot is not usable; the running one is untouched.
    Failed(BundleFault),
}

/// Replaces the slot that is not running.
#[async_trait]
pub trait Update: Send + Sync {
    /// Both slots.
    async fn update_state(&self) -> Result<UpdateState, SystemError>;

    /// Checks the signature of a file and reads what it says about itself.
    async fn inspect_update(&self, bundle: &Path) -> Result<BundleInfo, SystemError>;

    /// Begins to install a file into the other slot; the receiver always holds the newest progress, and its last value
    /// is [`InstallProgress::Done`] or [`InstallProgress::Failed`]. Goes on when nobody listens. The file must stay
    /// until then.
    async fn install_update(&self, bundle: &Path) -> Result<watch::Receiver<InstallProgress>, SystemError>;

    /// Commits the running slot: it is started from now on, without counting tries.
    async fn mark_current_good(&self) -> Result<(), SystemError>;

    /// Takes the running slot out of use: the next start is from the other one.
    async fn mark_current_bad(&self) -> Result<(), SystemError>;

    /// Starts from the other slot next time ("go back to the previous version"); restarting is the caller's.
    async fn start_other_next(&self) -> Result<(), SystemError>;
}
