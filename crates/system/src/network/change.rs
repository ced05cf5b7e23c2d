//! A change of the network, from the request until it is kept or undone.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::time::Instant;

use super::super::SystemError;
use super::{Hotspot, IpSettings, Ssid, WifiPassword, check_ipv4, check_ipv6};

/// A change of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Set how an interface gets its addresses.
    Addresses {
        /// Name of the interface, such as `eth0`.
        interface: String,
        /// IPv4 settings.
        ipv4: IpSettings<Ipv4Addr>,
        /// IPv6 settings.
        ipv6: IpSettings<Ipv6Addr>,
    },
    /// Join a Wi-Fi network, now and whenever it is in range. A hidden network is joined by its exact name.
    JoinWifi {
        /// Name of the network.
        ssid: Ssid,
        /// Its password; none for an open network.
        password: Option<WifiPassword>,
    },
    /// Leave a Wi-Fi network, and no longer join it automatically.
    ForgetWifi {
        /// Name of the network.
        ssid: Ssid,
    },
    /// Turn on the box's own hotspot, now and at every start.
    HotspotOn(Hotspot),
    /// Turn off the hotspot.
    HotspotOff,
}

impl Change {
    /// Refuses what is wrong in any network.
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

/// Identifies a change; never used twice while the program runs. It is easily guessed, so the caller needs something
/// else to decide who may confirm the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangeId(pub u64);

impl fmt::Display for ChangeId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

/// Who confirms a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// Somebody who has reached the box with the new settings: [`super::Network::confirm`].
    Person,
    /// The box itself, once it has an IPv4 address and the gateway answers. When the box moves from its hotspot to
    /// another Wi-Fi, nobody can follow it.
    Gateway,
    /// The box itself, once the interface is up: for the hotspot that it opens because there is no other network.
    Link,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// It was made for good, because nobody's connection depended on it.
    Done,
    /// It waits to be confirmed.
    Pending(PendingChange),
}

/// Stage of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was changed yet.
    Preparing,
    /// The interface is being set up.
    Connecting,
    /// It has taken effect.
    Up,
}

/// A change that waits to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingChange {
    /// Identifies the change.
    pub id: ChangeId,
    /// When it is undone.
    pub deadline: Instant,
    /// Who confirms it.
    pub confirmed_by: ConfirmedBy,
    /// Its stage.
    pub stage: Stage,
    /// Addresses at which the box will be reachable: known at once when they are fixed, otherwise once the stage is
    /// [`Stage::Up`].
    pub new_addresses: Vec<IpAddr>,
}

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Identifies the change.
    pub id: ChangeId,
    /// Why it was undone; `None` when it was kept.
    pub undone: Option<Undone>,
}

/// Why a change was undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undone {
    /// Nobody confirmed it in time.
    #[error("nobody confirmed it in time")]
    NotConfirmed,
    /// Somebody asked for it.
    #[error("it was taken back")]
    Asked,
    /// The Wi-Fi password was not accepted.
    #[error("the Wi-Fi password was not accepted")]
    WrongPassword,
    /// The network gave out no address (DHCP).
    #[error("the network gave out no address")]
    NoAddress,
    /// Another machine has that address.
    #[error("another machine has that address")]
    AddressTaken,
    /// The Wi-Fi network was not found.
    #[error("the Wi-Fi network was not found")]
    OutOfRange,
    /// The cable is unplugged.
    #[error("the cable is not plugged in")]
    NoCable,
    /// Everything came up, but the gateway did not answer.
    #[error("the gateway did not answer")]
    GatewaySilent,
    /// It could not be saved.
    #[error("it could not be saved")]
    NotSaved,
    /// Anything else; the log has the details.
    #[error("the network could not be set up")]
    Failed,
}

impl Undone {
    /// A stable word for programs.
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

/// The change in progress, and how the one before it ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeState {
    /// The change that waits to be confirmed; there is at most one.
    pub pending: Option<PendingChange>,
    /// The last change that ended since the program started.
    pub last: Option<Outcome>,
}
