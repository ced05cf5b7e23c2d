//! Cables, Wi-Fi and addresses, and changes to them that undo themselves.
//!
//! Whoever changes the network of a box may cut the branch they sit on. So every change stays in memory until somebody
//! who reached the box under the new settings confirms it, within two minutes; else, or after a power cut, everything is as
//! it was. Knows nothing of links, tokens or pages: making a confirmation safe is its caller's.

mod address;
mod change;
mod ledger;
mod wifi;

pub use address::{IpSettings, Prefixed, check_ipv4, check_ipv6};
pub use change::{Applied, Change, ChangeId, ChangeState, ConfirmedBy, Outcome, PendingChange, Stage, Undone};
pub(super) use ledger::{Decision, Entry, Ledger};
pub use wifi::{CountryCode, Hotspot, Ssid, WifiBand, WifiNetwork, WifiPassword, WifiSecurity};

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;
use tokio::sync::watch;

use super::SystemError;

/// What kind of interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterfaceKind {
    /// With a cable.
    Ethernet,
    /// With a radio.
    Wifi,
}

/// How far an interface is from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// No cable, or no radio.
    Absent,
    /// Could be used and is not.
    Idle,
    /// Coming up: joining, waiting for an address.
    Connecting,
    /// In use.
    Connected,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// The kernel's name, `eth0`.
    pub name: String,
    /// With cable or radio.
    pub kind: InterfaceKind,
    /// Its hardware address, `aa:bb:cc:dd:ee:ff` in lower case.
    pub hardware_address: Option<String>,
    /// How far it is.
    pub link: Link,
    /// Megabits per second, while connected.
    pub speed: Option<u32>,
    /// The addresses it has now, those of the link alone (fe80::) included.
    pub addresses: Vec<Prefixed<IpAddr>>,
    /// The way out of the LAN, IPv4.
    pub gateway: Option<Ipv4Addr>,
    /// The way out of the LAN, IPv6.
    pub gateway6: Option<Ipv6Addr>,
    /// The name servers it asks now.
    pub dns: Vec<IpAddr>,
    /// How it gets its IPv4 address; `None` when it has no settings yet.
    pub ipv4: Option<IpSettings<Ipv4Addr>>,
    /// How it gets its IPv6 address; `None` when it has no settings yet.
    pub ipv6: Option<IpSettings<Ipv6Addr>>,
    /// The Wi-Fi it is in.
    pub wifi: Option<WifiLink>,
}

/// The Wi-Fi that an interface is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WifiLink {
    /// Its name.
    pub ssid: Ssid,
    /// 0 to 100; `None` when this box is the hotspot.
    pub signal: Option<u8>,
}

/// The network as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkState {
    /// Cables first, then radios, each by name.
    pub interfaces: Vec<Interface>,
    /// The names of Wi-Fi networks that the box joins by itself.
    pub known_wifi: Vec<Ssid>,
    /// The hotspot that is on.
    pub hotspot: Option<Ssid>,
    /// The country whose radio rules apply; `None` when it is not set or cannot be told.
    pub country: Option<CountryCode>,
}

/// Sets up the network.
#[async_trait]
pub trait Network: Send + Sync {
    /// The network as it is.
    async fn network_state(&self) -> Result<NetworkState, SystemError>;

    /// Looks for Wi-Fi networks, for at most ten seconds; strongest first, each name once. While this box is a hotspot
    /// some radios see little or nothing.
    async fn scan_wifi(&self) -> Result<Vec<WifiNetwork>, SystemError>;

    /// Makes a change in memory. Returns before the network is touched (the answer must get out on the old address): about
    /// a second later it takes effect. What can be known to be wrong beforehand is an error; what goes wrong later undoes the
    /// change and is in [`ChangeState::last`].
    async fn apply(&self, change: Change, confirmed_by: ConfirmedBy) -> Result<Applied, SystemError>;

    /// Keeps a change for good. Only when it has taken effect ([`Stage::Up`]).
    async fn confirm(&self, id: ChangeId) -> Result<(), SystemError>;

    /// Takes a change back now.
    async fn undo(&self, id: ChangeId) -> Result<(), SystemError>;

    /// The change that waits, and how the last one ended; always the newest.
    fn changes(&self) -> watch::Receiver<ChangeState>;

    /// Sets the country whose radio rules apply. Most radios forget it when they restart: set it again at each start.
    async fn set_wifi_country(&self, country: CountryCode) -> Result<(), SystemError>;
}
