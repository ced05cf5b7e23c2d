//! Cables, Wi-Fi and addresses, and changes of them that are undone unless they are confirmed.
//!
//! Changing the network of a box can cut off the very person who does it. So every change stays in memory until
//! somebody who has reached the box with the new settings confirms it, within two minutes; otherwise, and after a power
//! cut, everything is as before. Knows nothing of links, tokens or pages: the caller makes sure that only the right
//! person can confirm.

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

/// Wired or wireless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterfaceKind {
    /// Wired.
    Ethernet,
    /// Wireless.
    Wifi,
}

/// State of an interface's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// No cable is plugged in, or the radio is off.
    Absent,
    /// It could be used, but is not.
    Idle,
    /// It is connecting: joining a network, or waiting for an address.
    Connecting,
    /// It is connected.
    Connected,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// The kernel's name for it, such as `eth0`.
    pub name: String,
    /// Wired or wireless.
    pub kind: InterfaceKind,
    /// Its hardware (MAC) address, `aa:bb:cc:dd:ee:ff` in lower case.
    pub hardware_address: Option<String>,
    /// State of its connection.
    pub link: Link,
    /// Speed in Mbit/s while connected.
    pub speed: Option<u32>,
    /// Its current addresses, link-local ones (fe80::) included.
    pub addresses: Vec<Prefixed<IpAddr>>,
    /// IPv4 address of the gateway.
    pub gateway: Option<Ipv4Addr>,
    /// IPv6 address of the gateway.
    pub gateway6: Option<Ipv6Addr>,
    /// The name servers in use.
    pub dns: Vec<IpAddr>,
    /// IPv4 settings; `None` when there are none yet.
    pub ipv4: Option<IpSettings<Ipv4Addr>>,
    /// IPv6 settings; `None` when there are none yet.
    pub ipv6: Option<IpSettings<Ipv6Addr>>,
    /// The Wi-Fi network it is connected to.
    pub wifi: Option<WifiLink>,
}

/// The Wi-Fi network that an interface is connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WifiLink {
    /// Name of the network.
    pub ssid: Ssid,
    /// Signal strength, 0 to 100; `None` when this box is the hotspot.
    pub signal: Option<u8>,
}

/// State of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkState {
    /// Wired interfaces first, then wireless ones, each sorted by name.
    pub interfaces: Vec<Interface>,
    /// Names of the Wi-Fi networks that the box joins automatically.
    pub known_wifi: Vec<Ssid>,
    /// Name of the box's own hotspot, while it is on.
    pub hotspot: Option<Ssid>,
    /// The country whose radio rules apply; `None` when it is not set or unknown.
    pub country: Option<CountryCode>,
}

/// Reads and changes the network.
#[async_trait]
pub trait Network: Send + Sync {
    /// The current state.
    async fn network_state(&self) -> Result<NetworkState, SystemError>;

    /// Scans for Wi-Fi networks, for at most ten seconds. The strongest is first, and each name is listed once. While
    /// this box is a hotspot, some radios find little or nothing.
    async fn scan_wifi(&self) -> Result<Vec<WifiNetwork>, SystemError>;

    /// Makes a change in memory. Returns before the network is touched, because the answer has to be sent from the old
    /// address; about a second later the change takes effect. What is known to be wrong beforehand is an error; what
    /// goes wrong later undoes the change and is reported in [`ChangeState::last`].
    async fn apply(&self, change: Change, confirmed_by: ConfirmedBy) -> Result<Applied, SystemError>;

    /// Keeps a change for good; only once it has taken effect ([`Stage::Up`]).
    async fn confirm(&self, id: ChangeId) -> Result<(), SystemError>;

    /// Undoes a change now.
    async fn undo(&self, id: ChangeId) -> Result<(), SystemError>;

    /// The change in progress, and how the last one ended; always up to date.
    fn changes(&self) -> watch::Receiver<ChangeState>;

    /// Sets the country whose radio rules apply. Most radios forget it when they restart, so it has to be set again at
    /// each start.
    async fn set_wifi_country(&self, country: CountryCode) -> Result<(), SystemError>;
}
