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

use std::fmt;
use std::sync::Arc;

use crate::system::SystemControl;

/// The machine, and what is in progress on it.
pub struct Machine {
    /// The interface to its services.
    pub control: Arc<dyn SystemControl>,
    /// Who may confirm the network change in progress.
    confirm: network::Confirm,
    /// The Wi-Fi networks that were in range when the box last scanned.
    around: network::Around,
    /// The update that is being received or installed.
    updates: update::Updates,
}

impl Machine {
    /// With nothing in progress; updates are stored in `folder`.
    #[must_use]
    pub fn new(control: Arc<dyn SystemControl>, folder: &std::path::Path) -> Self {
        Self {
            control,
            confirm: network::Confirm::default(),
            around: network::Around::default(),
            updates: update::Updates::new(folder.join("update")),
        }
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Machine")
    }
}
