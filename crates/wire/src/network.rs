//! The box's network, for its admins: its state, and changes that are undone unless somebody confirms them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// State of the network, and the change that waits to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkState {
    /// Wired interfaces first, then wireless ones, each sorted by name.
    pub interfaces: Vec<NetworkInterface>,
    /// Names of the Wi-Fi networks that the box joins automatically.
    pub known_wifi: Vec<String>,
    /// Name of the box's own hotspot; absent while it is off.
    pub hotspot: Option<String>,
    /// The country whose radio rules apply, two letters; absent when it is not set or unknown.
    pub country: Option<String>,
    /// The change that waits to be confirmed.
    pub pending: Option<PendingChange>,
    /// How the last change ended, since the program started.
    pub last: Option<ChangeOutcome>,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkInterface {
    /// The kernel's name for it, such as `eth0`.
    pub name: String,
    /// Wired or wireless.
    pub kind: InterfaceKind,
    /// Its hardware (MAC) address, `aa:bb:cc:dd:ee:ff`.
    pub hardware_address: Option<String>,
    /// State of the connection.
    pub link: LinkState,
    /// Speed in Mbit/s while connected.
    pub speed: Option<u32>,
    /// Its current addresses with prefix, `192.168.1.5/24`, link-local ones (fe80::) included.
    pub addresses: Vec<String>,
    /// IPv4 address of the gateway.
    pub gateway: Option<String>,
    /// IPv6 address of the gateway.
    pub gateway6: Option<String>,
    /// The name servers in use.
    pub dns: Vec<String>,
    /// IPv4 settings; absent when there are none yet.
    pub ipv4: Option<IpSettings>,
    /// IPv6 settings; absent when there are none yet.
    pub ipv6: Option<IpSettings>,
    /// The Wi-Fi network it is connected to.
    pub wifi: Option<WifiLink>,
}

/// Wired or wireless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InterfaceKind {
    /// Wired.
    Ethernet,
    /// Wireless.
    Wifi,
}

/// State of an interface's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// No cable is plugged in, or the radio is off.
    Absent,
    /// It could be used, but is not.
    Idle,
    /// It is connecting: joining a network, or waiting for an address.
    Connecting,
    /// It is connected.
    Connected,
}

/// The Wi-Fi network that an interface is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WifiLink {
    /// Name of the network.
    pub ssid: String,
    /// Signal strength, 0 to 100; absent when this box is the hotspot.
    pub signal: Option<u8>,
}

/// How an interface gets its addresses of one family (IPv4 or IPv6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum IpSettings {
    /// From the network (DHCP or SLAAC).
    Automatic {
        /// Name servers to ask in addition to those of the network; at most 3.
        #[serde(default)]
        dns: Vec<String>,
    },
    /// Fixed.
    Fixed {
        /// The box's address, such as `192.168.1.5`.
        address: String,
        /// Length of the network prefix in bits: 24 is the mask 255.255.255.0.
        prefix: u8,
        /// Address of the gateway, if there is one.
        #[serde(default)]
        gateway: Option<String>,
        /// Name servers; at most 3.
        #[serde(default)]
        dns: Vec<String>,
    },
    /// The box itself gives out addresses, as in its hotspot. Cannot be requested.
    Shared {},
    /// No addresses of this family.
    Off {},
}

/// A Wi-Fi network in range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WifiNetwork {
    /// Name of the network.
    pub ssid: String,
    /// Signal strength of its strongest access point, 0 to 100.
    pub signal: u8,
    /// How it is secured.
    pub security: WifiSecurity,
    /// Whether the box joins it automatically.
    pub known: bool,
    /// Whether the box is connected to it.
    pub in_use: bool,
}

/// How a Wi-Fi network is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WifiSecurity {
    /// Not secured.
    Open,
    /// With a password (WPA or WPA2).
    Wpa,
    /// With a password (WPA3 only).
    Wpa3,
    /// WEP, or a company's accounts or certificates: the box cannot join it.
    Unsupported,
}

/// A change of the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum NetworkChange {
    /// Set how an interface gets its addresses.
    Addresses {
        /// Name of the interface, such as `eth0`.
        interface: String,
        /// IPv4 settings.
        #[serde(deserialize_with = "super::object::only")]
        ipv4: IpSettings,
        /// IPv6 settings.
        #[serde(deserialize_with = "super::object::only")]
        ipv6: IpSettings,
    },
    /// Join a Wi-Fi network, now and whenever it is in range. A hidden network is joined by its exact name.
    JoinWifi {
        /// Name of the network.
        ssid: String,
        /// 8 to 63 characters, or 64 hexadecimal digits; left out for an open network.
        #[serde(default)]
        password: Option<String>,
    },
    /// Leave a Wi-Fi network, and no longer join it automatically.
    ForgetWifi {
        /// Name of the network.
        ssid: String,
    },
    /// Turn on the box's own hotspot, now and at every start.
    HotspotOn {
        /// Name of the network, 1 to 32 bytes.
        ssid: String,
        /// 8 to 63 characters.
        password: String,
        /// The frequency band.
        #[serde(default)]
        band: WifiBand,
    },
    /// Turn off the hotspot.
    HotspotOff {},
}

/// Frequency band of a hotspot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum WifiBand {
    /// 2.4 GHz: the longest range, and every device supports it.
    #[default]
    #[serde(rename = "2.4")]
    Ghz2,
    /// 5 GHz: faster, but not allowed on every channel in every country.
    #[serde(rename = "5")]
    Ghz5,
}

/// What became of a change: it was made at once, or it is `pending`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkChangeMade {
    /// The change that waits to be confirmed. Absent when nobody's connection depended on it: then it was made for
    /// good.
    pub pending: Option<PendingChange>,
    /// Token that confirms it (`POST /api/v1/network/confirm`): 256 random bits, valid once. Absent when the box
    /// confirms the change itself.
    pub token: Option<String>,
    /// Addresses that the page should move to, best first: `http://192.168.1.60/#/network/TOKEN`. First the new IP
    /// addresses, as far as they are known beforehand, then the box's names, which do not resolve on every device.
    /// Empty without a token.
    pub links: Vec<String>,
}

/// A change that waits to be confirmed. It takes effect about a second after the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PendingChange {
    /// Identifies the change, for undoing it.
    pub id: u64,
    /// Seconds until it is undone.
    pub seconds_left: u32,
    /// Who confirms it.
    pub confirmed_by: ConfirmedBy,
    /// Its stage.
    pub stage: ChangeStage,
    /// Addresses at which the box will be reachable: known at once when they are fixed, otherwise once the stage is
    /// `up`.
    pub new_addresses: Vec<String>,
}

/// Who confirms a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedBy {
    /// Somebody who has reached the box with the new settings.
    Person,
    /// The box itself, once it has an address and the gateway answers. When the box moves from its hotspot to another
    /// Wi-Fi, nobody can follow it.
    Box,
}

/// Stage of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStage {
    /// Nothing was changed yet.
    Preparing,
    /// The interface is being set up.
    Connecting,
    /// It has taken effect and can be confirmed.
    Up,
}

/// How a change ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeOutcome {
    /// Identifies the change.
    pub id: u64,
    /// Why it was undone; absent when it was kept.
    pub undone: Option<ChangeUndone>,
}

/// Why a change was undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeUndone {
    /// Nobody confirmed it in time.
    NotConfirmed,
    /// Somebody took it back.
    TakenBack,
    /// The Wi-Fi password was not accepted.
    WrongPassword,
    /// The network gave out no address.
    NoAddress,
    /// Another machine has that address.
    AddressTaken,
    /// The Wi-Fi network was not found.
    OutOfRange,
    /// The cable is unplugged.
    NoCable,
    /// The gateway did not answer.
    GatewaySilent,
    /// It could not be saved.
    NotSaved,
    /// The network could not be set up; the log has the details.
    Failed,
}

/// Confirms a change; needs no cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmNetworkChange {
    /// The token from the link.
    pub token: String,
}

/// The change is kept for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkChangeConfirmed {
    /// Code of a sign-in ticket (valid once, for 60 s): it signs the device that made the change in at the new address.
    pub ticket: String,
}

/// The country whose radio rules apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WifiCountry {
    /// Two letters (ISO 3166-1 alpha-2).
    pub country: String,
}
