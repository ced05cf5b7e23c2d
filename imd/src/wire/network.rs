//! The box's network, for its admins: what is, and changes that undo themselves unless somebody confirms them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The network as it is, and the change that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkState {
    /// Cables first, then radios, each by name.
    pub interfaces: Vec<NetworkInterface>,
    /// The Wi-Fi networks that the box joins by itself.
    pub known_wifi: Vec<String>,
    /// The name of the hotspot that is on.
    pub hotspot: Option<String>,
    /// The country whose radio rules apply, two letters; absent when it is not set or cannot be told.
    pub country: Option<String>,
    /// The change that waits to be confirmed.
    pub pending: Option<PendingChange>,
    /// How the last one ended, since the program was started.
    pub last: Option<ChangeOutcome>,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkInterface {
    /// The kernel's name, `eth0`.
    pub name: String,
    /// With a cable or a radio.
    pub kind: InterfaceKind,
    /// Its hardware address, `aa:bb:cc:dd:ee:ff`.
    pub hardware_address: Option<String>,
    /// How far it is from being used.
    pub link: LinkState,
    /// Megabits per second, while connected.
    pub speed: Option<u32>,
    /// The addresses it has now, `192.168.1.5/24`, those of the link alone (fe80::) included.
    pub addresses: Vec<String>,
    /// The way out of the LAN, IPv4.
    pub gateway: Option<String>,
    /// The way out of the LAN, IPv6.
    pub gateway6: Option<String>,
    /// The name servers it asks now.
    pub dns: Vec<String>,
    /// How it gets its IPv4 address; absent when it has no settings yet.
    pub ipv4: Option<IpSettings>,
    /// How it gets its IPv6 address; absent when it has no settings yet.
    pub ipv6: Option<IpSettings>,
    /// The Wi-Fi it is in.
    pub wifi: Option<WifiLink>,
}

/// With a cable or a radio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InterfaceKind {
    /// With a cable.
    Ethernet,
    /// With a radio.
    Wifi,
}

/// How far an interface is from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// No cable, or no radio.
    Absent,
    /// Could be used and is not.
    Idle,
    /// Coming up: joining, waiting for an address.
    Connecting,
    /// In use.
    Connected,
}

/// The Wi-Fi that an interface is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WifiLink {
    /// Its name.
    pub ssid: String,
    /// 0 to 100; absent when this box is the hotspot.
    pub signal: Option<u8>,
}

/// How an interface gets its addresses of one family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum IpSettings {
    /// From the network (DHCP; SLAAC).
    Automatic {
        /// Name servers to ask beside those the network names; at most 3.
        #[serde(default)]
        dns: Vec<String>,
    },
    /// Always the same.
    Fixed {
        /// Its own, `192.168.1.5`.
        address: String,
        /// Bits that all on this LAN share: 24 stands for the mask 255.255.255.0.
        prefix: u8,
        /// The way out, if there is one.
        #[serde(default)]
        gateway: Option<String>,
        /// Name servers; at most 3.
        #[serde(default)]
        dns: Vec<String>,
    },
    /// The box gives addresses to others (its hotspot); cannot be asked for.
    Shared {},
    /// No addresses of this family.
    Off {},
}

/// A Wi-Fi network in range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WifiNetwork {
    /// Its name.
    pub ssid: String,
    /// Of its strongest station, 0 to 100.
    pub signal: u8,
    /// How it is kept.
    pub security: WifiSecurity,
    /// The box joins it by itself.
    pub known: bool,
    /// The box is in it.
    pub in_use: bool,
}

/// How a Wi-Fi network is kept to those who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WifiSecurity {
    /// Not at all.
    Open,
    /// A password (WPA or WPA2).
    Wpa,
    /// A password (WPA3 alone).
    Wpa3,
    /// WEP, or accounts and certificates of a company: cannot be joined.
    Unsupported,
}

/// What to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum NetworkChange {
    /// How an interface gets its addresses.
    Addresses {
        /// Which, `eth0`.
        interface: String,
        /// Its IPv4.
        #[serde(deserialize_with = "super::object::only")]
        ipv4: IpSettings,
        /// Its IPv6.
        #[serde(deserialize_with = "super::object::only")]
        ipv6: IpSettings,
    },
    /// Be in a Wi-Fi network, now and whenever it is in range: one in range or, with its exact name, a hidden one.
    JoinWifi {
        /// Its name.
        ssid: String,
        /// 8 to 63 characters (or 64 hexadecimal digits); none for an open one.
        #[serde(default)]
        password: Option<String>,
    },
    /// Never join that network by itself again, and leave it.
    ForgetWifi {
        /// Its name.
        ssid: String,
    },
    /// Open the box's own Wi-Fi, now and at each start.
    HotspotOn {
        /// Its name, 1 to 32 bytes.
        ssid: String,
        /// 8 to 63 characters.
        password: String,
        /// Its frequencies.
        #[serde(default)]
        band: WifiBand,
    },
    /// Close it.
    HotspotOff {},
}

/// Which frequencies a hotspot uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum WifiBand {
    /// 2.4 GHz: reaches furthest, every device can.
    #[default]
    #[serde(rename = "2.4")]
    Ghz2,
    /// 5 GHz: faster, not in every country on every channel.
    #[serde(rename = "5")]
    Ghz5,
}

/// What became of an order: done at once, or `pending`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkChangeMade {
    /// Absent when nobody's connection depends on it: then it is done, for good.
    pub pending: Option<PendingChange>,
    /// What confirms it (`POST /api/v1/network/confirm`): 256 random bits, good once. Absent when the box confirms it itself.
    pub token: Option<String>,
    /// Where the page should move to, best first: `http://192.168.1.60/#/network/TOKEN`. The new addresses where they are
    /// known beforehand, then the box's names, which may not resolve everywhere. Empty without a token.
    pub links: Vec<String>,
}

/// A change that waits to be confirmed. About a second after the answer it takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PendingChange {
    /// Names it, for taking it back.
    pub id: u64,
    /// Seconds until everything is as it was before.
    pub seconds_left: u32,
    /// Who confirms it.
    pub confirmed_by: ConfirmedBy,
    /// How far it is.
    pub stage: ChangeStage,
    /// Where the box will be reached: known at once when they are fixed, else once it is `up`.
    pub new_addresses: Vec<String>,
}

/// Who says that a change works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmedBy {
    /// Somebody who reached the box under the new settings.
    Person,
    /// The box itself, once it has an address and the gateway answers: from hotspot to Wi-Fi nobody can follow.
    Box,
}

/// How far a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStage {
    /// Nothing was touched yet.
    Preparing,
    /// The interface is being set up.
    Connecting,
    /// It has taken effect and can be confirmed.
    Up,
}

/// How a change ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeOutcome {
    /// Which.
    pub id: u64,
    /// Absent when it was kept; else why everything is as before.
    pub undone: Option<ChangeUndone>,
}

/// Why everything is as it was before.
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
    /// The cable is not plugged in.
    NoCable,
    /// The gateway did not answer.
    GatewaySilent,
    /// It could not be saved.
    NotSaved,
    /// The network could not be set up; the log says more.
    Failed,
}

/// Says that a change works; needs no cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmNetworkChange {
    /// From the link.
    pub token: String,
}

/// It is kept for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NetworkChangeConfirmed {
    /// A ticket's code (good once, for 60 s): redeemed, it signs the device that made the change in at this address.
    pub ticket: String,
}

/// The country whose radio rules apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WifiCountry {
    /// Two letters (ISO 3166-1 alpha-2).
    pub country: String,
}
