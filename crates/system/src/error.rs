//! What can go wrong when the box changes the machine: stable codes for programs, sentences for people.
//!
//! Knows nothing of D-Bus: whoever asks a service classifies its errors into these.

use std::fmt;

/// What a machine may be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Restarting and switching off.
    Power,
    /// Its name on the network.
    Name,
    /// Clock, time zone and time servers.
    Clock,
    /// Cables, Wi-Fi and addresses.
    Network,
    /// The country whose rules the Wi-Fi follows.
    WifiCountry,
    /// Two system copies, one of which can be replaced.
    Update,
    /// The system's log.
    Journal,
    /// USB disks.
    Disks,
}

impl fmt::Display for Capability {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Power => "restarting and shutting down",
            Self::Name => "changing the host name",
            Self::Clock => "setting the clock",
            Self::Network => "network settings",
            Self::WifiCountry => "the Wi-Fi country",
            Self::Update => "system updates",
            Self::Journal => "the system log",
            Self::Disks => "USB disks",
        })
    }
}

/// Why a request to the system failed. `Display` is for people; [`SystemError::detail`] is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SystemError {
    /// There is no such service or device: a laptop, a container, an image without that part.
    #[error("not on this machine: {0}")]
    NotHere(Capability),
    /// The machine could do it, but its rules (polkit) do not allow it to this program.
    #[error("this machine's rules do not allow imbox to do that: {0}")]
    NotAllowed(Capability),
    /// The service exists and does not answer.
    #[error("the system did not answer in time: {0}")]
    NoAnswer(Capability),
    /// The service tried and failed.
    #[error("the system could not do that: {capability}")]
    Failed {
        /// What was tried.
        capability: Capability,
        /// The service's message, for the log.
        detail: String,
    },
    /// A value that is not possible, found before the system was asked.
    #[error("{what} {why}")]
    Invalid {
        /// The value, as a stable word: `address`, `gateway`, `ssid` …
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A time server sets the clock, and would undo the change at once.
    #[error("a time server already sets the clock")]
    ClockSynchronised,
    /// There is no such time zone.
    #[error("there is no time zone with this name")]
    UnknownTimeZone,
    /// There is no interface with this name, or it cannot be configured.
    #[error("there is no such network interface")]
    NoSuchInterface,
    /// There is no Wi-Fi adapter, or it is switched off.
    #[error("this machine has no Wi-Fi")]
    NoWifi,
    /// The Wi-Fi network is neither in range nor known.
    #[error("there is no Wi-Fi network with this name")]
    NoSuchWifi,
    /// The Wi-Fi network needs a company's certificates or accounts (802.1X), or uses the broken WEP.
    #[error("this kind of Wi-Fi security is not supported")]
    WifiSecurity,
    /// Another network change is in progress.
    #[error("another network change is waiting to be confirmed")]
    ChangePending,
    /// The change was confirmed or undone, or never existed.
    #[error("no such network change is waiting to be confirmed")]
    NoSuchChange,
    /// The change has not taken effect yet, so nobody can know that it works.
    #[error("the network change has not taken effect yet")]
    ChangeUnfinished,
    /// There is no such file, or this program may not read it.
    #[error("there is no such update file")]
    BundleMissing,
    /// The update is not made for this box, not signed by a trusted key, or damaged.
    #[error("this update cannot be used: {0}")]
    BundleRefused(BundleFault),
    /// Another update is in progress.
    #[error("an update is already being installed")]
    UpdateRunning,
    /// There is no second slot to start from, or it holds no working system.
    #[error("there is no other version to go back to")]
    NoOtherVersion,
    /// The disk was unplugged or ejected, or never existed.
    #[error("this disk is not plugged in")]
    NoSuchDisk,
}

/// What is wrong with an update file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleFault {
    /// Its signature is missing, invalid, or from a key that is not trusted.
    #[error("its signature is not trusted")]
    Signature,
    /// It is made for another kind of box.
    #[error("it is made for another kind of box")]
    Incompatible,
    /// It is incomplete or altered, or is no update.
    #[error("the file is damaged")]
    Damaged,
    /// The disk or slot could not be written.
    #[error("it could not be written")]
    Unwritable,
    /// Anything else; the log has the details.
    #[error("it could not be installed")]
    Other,
}

impl SystemError {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotHere(_) => "not_on_this_machine",
            Self::NotAllowed(_) => "system_refused",
            Self::NoAnswer(_) => "system_no_answer",
            Self::Failed { .. } => "system_failed",
            Self::Invalid { .. } => "invalid_setting",
            Self::ClockSynchronised => "clock_synchronised",
            Self::UnknownTimeZone => "unknown_time_zone",
            Self::NoSuchInterface => "no_such_interface",
            Self::NoWifi => "no_wifi",
            Self::NoSuchWifi => "no_such_wifi",
            Self::WifiSecurity => "wifi_security",
            Self::ChangePending => "network_change_pending",
            Self::NoSuchChange => "no_such_network_change",
            Self::ChangeUnfinished => "network_change_unfinished",
            Self::BundleMissing => "update_missing",
            Self::BundleRefused(fault) => fault.code(),
            Self::UpdateRunning => "update_running",
            Self::NoOtherVersion => "no_other_version",
            Self::NoSuchDisk => "usb_absent",
        }
    }

    /// The service's message, if there is one: for the log, never for people.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Failed { detail, .. } => Some(detail),
            _ => None,
        }
    }
}

impl BundleFault {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Signature => "update_signature",
            Self::Incompatible => "update_incompatible",
            Self::Damaged => "update_damaged",
            Self::Unwritable => "update_unwritable",
            Self::Other => "update_failed",
        }
    }
}
