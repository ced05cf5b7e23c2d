//! Which box this is: its name, its settings, its addresses.

pub mod addresses;
pub mod facts;
pub mod probe;
pub mod settings;

use std::net::Ipv4Addr;

use tokio::sync::watch;

use crate::chat::JoinMode;
use crate::discovery::Announced;

/// Which box this is, as far as it does not change while the box runs, and its names as they are now.
pub struct Identity {
    pub(in crate::actions) id: String,
    join_mode: JoinMode,
    port: u16,
    pub(in crate::actions) hosts: Vec<String>,
    hotspot_address: Ipv4Addr,
    pub(in crate::actions) wanted: watch::Sender<String>,
    pub(in crate::actions) announced: watch::Receiver<Announced>,
    /// The box's name after it was changed; `None` until then.
    pub(in crate::actions) box_name: watch::Sender<Option<String>>,
    pub(in crate::actions) probe: probe::Probe,
}

/// What the database, the configuration and the network say about the box when it starts.
pub struct Known {
    /// Identifies the box, as [`facts::id`] returns it.
    pub id: String,
    /// How people join, unless the box's own setting says otherwise.
    pub join_mode: JoinMode,
    /// The port that browsers use.
    pub port: u16,
    /// Further host names by which the page may be opened.
    pub hosts: Vec<String>,
    /// The box's address in its own Wi-Fi.
    pub hotspot_address: Ipv4Addr,
    /// The host label that the box wants on the network. It is accepted in `Host` even while another machine has it.
    pub wanted: String,
    /// The box's current names and addresses.
    pub announced: watch::Receiver<Announced>,
}

impl Identity {
    /// Of a box whose name has not been changed since the start.
    #[must_use]
    pub fn new(known: Known) -> Self {
        let Known { id, join_mode, port, hosts, hotspot_address, wanted, announced } = known;
        let (wanted, box_name) = (watch::channel(wanted).0, watch::channel(None).0);
        Self { id, join_mode, port, hosts, hotspot_address, wanted, announced, box_name, probe: Default::default() }
    }
}
