//! What admins do to the machine under the box, and what is under way on it: one file for each capability.
//!
//! Each order is written into the audit log once the machine has taken it. What the machine forgets when it restarts
//! is kept among the settings and said again at each start ([`again`]).

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

/// The machine, and what is under way on it.
pub struct Machine {
    /// What can be asked of it.
    pub control: Arc<dyn SystemControl>,
    /// Who may confirm the network change that waits.
    confirm: network::Confirm,
    /// The Wi-Fi networks that were around when the box last looked.
    around: network::Around,
    /// The update being received or installed.
    updates: update::Updates,
}

impl Machine {
    /// With nothing under way yet; updates are kept in `folder`.
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
