//! A change to the network, from being asked for to being kept or undone.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::time::Instant;

use super::super::SystemError;
use super::{Hotspot, IpSettings, Ssid, WifiPassword, check_ipv4, check_ipv6};

/// What to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// How an interface gets its addresses.
    Addresses {
        /// Which, `eth0`.
        interface: String,
        /// Its IPv4.
        ipv4: IpSettings<Ipv4Addr>,
        /// Its IPv6.
        ipv6: IpSettings<Ipv6Addr>,
    },
    /// Be in a Wi-Fi network, now and whenever it is in range. A network in range or, with its exact name, a hidden one.
    JoinWifi {
        /// Its name.
        ssid: Ssid,
        /// Its password; none for an open one.
        password: Option<WifiPassword>,
    },
    /// Never join that network by itself again, and leave it.
    ForgetWifi {
        /// Its name.
        ssid: Ssid,
    },
    /// Open the box's own Wi-Fi, now and at each start.
    HotspotOn(Hotspot),
    /// Close it.
    HotspotOff,
}

impl Change {
    /// What can be told to be wrong without a network.
    pub fn check(&self) -> Result<(), SystemError> {
        let Self::Addresses { ipv4, ipv6, .. } = self else { return Ok(()) };
        check_ipv4(ipv4)?;
        check_ipv6(ipv6)?;
        if matches!((ipv4, ipv6), (IpSettings::Off, IpSettings::Off)) {
            return Err(SystemError::Invalid { what: "ipv4", why: "and IPv6 cannot both be off" });
        }
        Ok(())
    }
}

/// Which change; never used twice while the program runs. Easily guessed: what lets somebody confirm is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangeId(pub u64);

impl fmt::Display for ChangeId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

/// Who says that a change works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// Somebody who reached the box under the new settings: [`super::Network::confirm`].
    Person,
    /// The box itself, once it has an IPv4 address and the gateway answers. From hotspot to Wi-Fi nobody can follow.
    Gateway,
    /// The box itself, once the interface is up: the hotspot that it opens because there is no other network.
    Link,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// Nobody's connection depends on it: it is done, for good.
    Done,
    /// It waits to be confirmed.
    Pending(PendingChange),
}

/// How far a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was touched yet.
    Preparing,
    /// The interface is being set up.
    Connecting,
    /// It has taken effect.
    Up,
}

/// A change that waits to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingChange {
    /// Which.
    pub id: ChangeId,
    /// When it is undone.
    pub deadline: Instant,
    /// Who confirms it.
    pub confirmed_by: ConfirmedBy,
    /// How far it is.
    pub stage: Stage,
    /// Where the box will be reached: known at once when they are fixed, else once [`Stage::Up`].
    pub new_addresses: Vec<IpAddr>,
}

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub id: ChangeId,
    /// `None` when it was kept.
    pub undone: Option<Undone>,
}

/// Why everything is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undone {
    /// Time was up.
    #[error("nobody confirmed it in time")]
    NotConfirmed,
    /// Somebody asked for it.
    #[error("it was taken back")]
    Asked,
    /// The Wi-Fi password is wrong.
    #[error("the Wi-Fi password was not accepted")]
    WrongPassword,
    /// Nobody gave out an address (DHCP).
    #[error("the network gave out no address")]
    NoAddress,
    /// Somebody else has that address.
    #[error("another machine has that address")]
    AddressTaken,
    /// The Wi-Fi is not in range any more.
    #[error("the Wi-Fi network was not found")]
    OutOfRange,
    /// There is no cable, or it was pulled out.
    #[error("the cable is not plugged in")]
    NoCable,
    /// Everything came up, but the gateway is silent.
    #[error("the gateway did not answer")]
    GatewaySilent,
    /// It could not be written down for good.
    #[error("it could not be saved")]
    NotSaved,
    /// Anything else; the log says more.
    #[error("the network could not be set up")]
    Failed,
}

impl Undone {
    /// A word that programs may rely on; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotConfirmed => "not_confirmed",
            Self::Asked => "taken_back",
            Self::WrongPassword => "wrong_password",
            Self::NoAddress => "no_address",
            Self::AddressTaken => "address_taken",
            Self::OutOfRange => "out_of_range",
            Self::NoCable => "no_cable",
            Self::GatewaySilent => "gateway_silent",
            Self::NotSaved => "not_saved",
            Self::Failed => "failed",
        }
    }
}

/// The change that waits, and how the one before it ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeState {
    /// At most one waits.
    pub pending: Option<PendingChange>,
    /// The last that ended since the program was started.
    pub last: Option<Outcome>,
}
