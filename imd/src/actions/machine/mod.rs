//! What admins do to the machine that the box runs on, and what is in progress on it: one file for each capability.
//!
//! Each order is noted in the audit log once the machine has accepted it. What the machine forgets when it restarts is
//! stored in the settings and told to it again at each start ([`again`]).

pub mod again;
pub mod clock;
mod country;
pub mod journal;
pub mod network;
pub mod own_wifi;
pub mod power;
pub mod update;
pub(in crate::actions) mod usb;
pub(in crate::actions) mod view;
pub mod vitals;

use std::path::Path;

/// What is in progress on the machine.
pub(super) struct Machine {
    /// Who may confirm the network change in progress.
    confirm: network::Confirm,
    /// The Wi-Fi networks that were in range when the box last scanned.
    around: network::Around,
    /// The update that is being received or installed.
    updates: update::Updates,
}

impl Machine {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            confirm: network::Confirm::default(),
            around: network::Around::default(),
            updates: update::Updates::new(folder.join("update")),
        }
    }
}
