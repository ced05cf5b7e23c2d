//! The network through NetworkManager (`org.freedesktop.NetworkManager`, 1.20 and newer).
//!
//! A change is made in memory only (`Update2` and `AddConnection2` with flag 0x2), under a checkpoint. NetworkManager
//! itself undoes it when the checkpoint is neither destroyed nor extended, so also when this program dies. A power cut
//! undoes it because nothing was written. Only confirming writes.
//!
//! `read.rs` reads the state, `plan.rs` turns a change into steps, `life.rs` carries them out and waits.

mod country;
mod gateway;
mod life;
mod plan;
mod profile;
mod read;

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use zbus::OwnedObjectPath;

use super::super::network::{
    Applied, Change, ChangeId, ChangeState, ConfirmedBy, CountryCode, Ledger, Network, NetworkState, WifiNetwork,
};
use super::super::{Capability, SystemError};
use super::bus::{Bus, Target};
use super::{DBus, DBusOptions};

const MANAGER: Target<'static> = Target {
    capability: Capability::Network,
    service: "org.freedesktop.NetworkManager",
    path: "/org/freedesktop/NetworkManager",
    interface: "org.freedesktop.NetworkManager",
};
const SETTINGS: Target<'static> =
    MANAGER.at("/org/freedesktop/NetworkManager/Settings", "org.freedesktop.NetworkManager.Settings");

const DEVICE: &str = "org.freedesktop.NetworkManager.Device";
const WIRED: &str = "org.freedesktop.NetworkManager.Device.Wired";
const WIRELESS: &str = "org.freedesktop.NetworkManager.Device.Wireless";
const ACCESS_POINT: &str = "org.freedesktop.NetworkManager.AccessPoint";
const ACTIVE: &str = "org.freedesktop.NetworkManager.Connection.Active";
const PROFILE: &str = "org.freedesktop.NetworkManager.Settings.Connection";

/// Flags of `Update2` and `AddConnection2`.
const TO_DISK: u32 = 0x1;
const IN_MEMORY: u32 = 0x2;
/// Flag of `AddConnection2`: the profile is not used before it is asked for. Otherwise NetworkManager opens a new
/// hotspot by itself, and opens it again when it is asked to a moment later, which disconnects phones that had joined.
const NOT_BY_ITSELF: u32 = 0x20;

/// No particular object: NetworkManager chooses one.
const NOTHING: &str = "/";

#[derive(Debug)]
pub(super) struct NetworkManager {
    shared: Arc<Shared>,
}

/// What the task of a change needs as well.
#[derive(Debug)]
struct Shared {
    bus: Arc<Bus>,
    ledger: Ledger,
    confirm_within: Duration,
    hotspot_address: Ipv4Addr,
    leave_time: Duration,
    kernel: PathBuf,
}

impl NetworkManager {
    pub(super) fn new(bus: Arc<Bus>, options: &DBusOptions) -> Self {
        let shared = Shared {
            bus,
            ledger: Ledger::new(),
            confirm_within: options.confirm_within,
            hotspot_address: options.hotspot_address,
            leave_time: options.leave_time,
            kernel: options.kernel.clone(),
        };
        Self { shared: Arc::new(shared) }
    }
}

#[async_trait]
impl Network for DBus {
    async fn network_state(&self) -> Result<NetworkState, SystemError> {
        self.network.shared.state().await
    }

    async fn scan_wifi(&self) -> Result<Vec<WifiNetwork>, SystemError> {
        self.network.shared.scan().await
    }

    async fn apply(&self, change: Change, confirmed_by: ConfirmedBy) -> Result<Applied, SystemError> {
        change.check()?;
        self.network.shared.ledger.check_free()?;
        let plan = self.network.shared.plan(change).await?;
        Shared::begin(&self.network.shared, plan, confirmed_by).await
    }

    async fn confirm(&self, id: ChangeId) -> Result<(), SystemError> {
        self.network.shared.ledger.answer(id, super::super::network::Decision::Confirm).await
    }

    async fn undo(&self, id: ChangeId) -> Result<(), SystemError> {
        self.network.shared.ledger.answer(id, super::super::network::Decision::Undo).await
    }

    fn changes(&self) -> watch::Receiver<ChangeState> {
        self.network.shared.ledger.watch()
    }

    async fn set_wifi_country(&self, country: CountryCode) -> Result<(), SystemError> {
        self.network.shared.set_country(country).await
    }
}

impl Shared {
    /// The device's object, with `Device.State u` and its other properties.
    fn device<'a>(path: &'a OwnedObjectPath, interface: &'a str) -> Target<'a> {
        MANAGER.at(path.as_str(), interface)
    }
}

/// The settings of a profile: section → key → value.
type Sections = HashMap<String, HashMap<String, zbus::OwnedVariant>>;
