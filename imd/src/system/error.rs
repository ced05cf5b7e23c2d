//! What can go wrong when the box is asked to change itself: stable codes for programs, sentences for people.
//!
//! Knows nothing of D-Bus: whoever speaks to a service sorts its errors into these.

use std::fmt;

/// What this machine may or may not be able to do for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Restarting and shutting down.
    Power,
    /// Its name.
    Name,
    /// Time, time zone and time servers.
    Clock,
    /// Cables, Wi-Fi and addresses.
    Network,
    /// The country that Wi-Fi follows the rules of.
    WifiCountry,
    /// Two system copies of which one can be replaced.
    Update,
    /// The system's log.
    Journal,
    /// Disks that are plugged in.
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

/// Why a request to the system was not carried out. `Display` is for people; [`SystemError::detail`] is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SystemError {
    /// No such service or device: a laptop, a container, an image without that part.
    #[error("not on this machine: {0}")]
    NotHere(Capability),
    /// The machine could, but its rules (polkit) don't let this program.
    #[error("this machine's rules do not let imbox do that: {0}")]
    NotAllowed(Capability),
    /// The service exists and is silent.
    #[error("the system did not answer in time: {0}")]
    NoAnswer(Capability),
    /// The service tried and failed.
    #[error("the system could not do that: {capability}")]
    Failed {
        /// What was tried.
        capability: Capability,
        /// The service's own words, for the log.
        detail: String,
    },
    /// A value that cannot be right, found before anything was asked of the system.
    #[error("{what} {why}")]
    Invalid {
        /// Which value, as a stable word: `address`, `gateway`, `ssid` …
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The time is kept by a time server and would be set back by it at once.
    #[error("the clock is already set by a time server")]
    ClockSynchronised,
    /// Not a zone of the system's list.
    #[error("there is no time zone of that name")]
    UnknownTimeZone,
    /// No interface of that name, or not one that can be set up.
    #[error("there is no such network interface")]
    NoSuchInterface,
    /// No radio, or it is switched off.
    #[error("this machine has no Wi-Fi")]
    NoWifi,
    /// A Wi-Fi network that is neither in range nor remembered.
    #[error("there is no Wi-Fi network of that name")]
    NoSuchWifi,
    /// A network that only a company's certificates or accounts open (802.1X), or the broken WEP.
    #[error("this kind of Wi-Fi security is not supported")]
    WifiSecurity,
    /// An earlier network change still waits to be confirmed.
    #[error("another network change is waiting to be confirmed")]
    ChangePending,
    /// It was confirmed, undone or never made.
    #[error("there is no such network change waiting")]
    NoSuchChange,
    /// It has not come up yet, so that nobody can say that it works.
    #[error("the network change has not taken effect yet")]
    ChangeUnfinished,
    /// No file there, or one that this program may not read.
    #[error("there is no update file there")]
    BundleMissing,
    /// Not made for this box, not signed by whom it trusts, or damaged.
    #[error("this update cannot be used: {0}")]
    BundleRefused(BundleFault),
    /// One update at a time.
    #[error("an update is already being installed")]
    UpdateRunning,
    /// There is no second slot to start, or nothing that works is in it.
    #[error("there is no other version to go back to")]
    NoOtherVersion,
    /// It was pulled out, let go, or never there.
    #[error("this disk is not plugged in")]
    NoSuchDisk,
}

/// What is wrong with an update file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleFault {
    /// The signature is missing, broken or of a stranger.
    #[error("its signature is not trusted")]
    Signature,
    /// Made for another kind of box.
    #[error("it is made for another kind of box")]
    Incompatible,
    /// Cut short, altered, or no update file at all.
    #[error("the file is damaged")]
    Damaged,
    /// Its disk or slot could not be written.
    #[error("it could not be written")]
    Unwritable,
    /// Anything else; the log says more.
    #[error("it could not be installed")]
    Other,
}

impl SystemError {
    /// A word that programs may rely on; it never changes.
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

    /// The service's own words, where there are any: for the log, never for people.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Failed { detail, .. } => Some(detail),
            _ => None,
        }
    }
}

impl BundleFault {
    /// A word that programs may rely on; it never changes.
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
