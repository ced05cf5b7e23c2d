//! The services of a systemd machine, over the system bus. One file for each capability, as in the module above.
//!
//! Signatures are those of the services' own introspection data, and each file names them. No service is asked before
//! somebody asks us, so a bus that comes late or disappears costs one request, not the program.

mod bus;
mod clock;
mod disks;
mod hostname;
mod journalctl;
mod login;
mod network;
mod props;
mod rauc;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use super::aftermath::{read_mended, read_update};
use super::kernel::Kernel;
use super::{Aftermath, Health, LastUpdate, Mended, UpdateState, Vitals};
use bus::Bus;
use network::NetworkManager;

/// Where the services are and how long they may take. The defaults are those of a real machine.
#[derive(Debug, Clone)]
pub struct DBusOptions {
    /// Address of the bus; `None` for the system's own.
    pub address: Option<String>,
    /// How long a network change waits to be confirmed.
    pub confirm_within: Duration,
    /// The box's address in its own Wi-Fi.
    pub hotspot_address: Ipv4Addr,
    /// How long a network change waits so that the answer can be sent.
    pub leave_time: Duration,
    /// How long one request may take.
    pub patience: Duration,
    /// The unit of this program.
    pub unit: String,
    /// The program that reads the log.
    pub journalctl: PathBuf,
    /// The folder that contains `/proc` and `/sys`.
    pub kernel: PathBuf,
    /// The folder of notes that were left before this program started.
    pub notes: PathBuf,
    /// The folder in which disks are mounted.
    pub disks: PathBuf,
}

impl Default for DBusOptions {
    fn default() -> Self {
        Self {
            address: None,
            confirm_within: Duration::from_secs(120),
            hotspot_address: Ipv4Addr::new(10, 42, 0, 1),
            leave_time: Duration::from_secs(1),
            patience: Duration::from_secs(25),
            unit: "imd.service".to_owned(),
            journalctl: "journalctl".into(),
            kernel: "/".into(),
            notes: "/data/system".into(),
            disks: "/run/imbox-disks".into(),
        }
    }
}

/// The machine, through its services.
#[derive(Debug)]
pub struct DBus {
    bus: Arc<Bus>,
    network: NetworkManager,
    /// The slots as RAUC last described them; it does not while it installs.
    slots: Mutex<Option<UpdateState>>,
    options: DBusOptions,
}

impl DBus {
    /// Connects on the first request, on the Tokio runtime of that request.
    #[must_use]
    pub fn new(options: DBusOptions) -> Self {
        let bus = Arc::new(Bus::new(options.address.clone(), options.patience));
        let network = NetworkManager::new(Arc::clone(&bus), &options);
        Self { bus, network, slots: Mutex::default(), options }
    }
}

#[async_trait]
impl Vitals for DBus {
    async fn health(&self) -> Health {
        Kernel::new(self.options.kernel.clone()).health().await
    }
}

#[async_trait]
impl Aftermath for DBus {
    async fn last_update(&self) -> Option<LastUpdate> {
        read_update(&self.options.notes).await
    }

    async fn mended(&self) -> Option<Mended> {
        read_mended(&self.options.notes).await
    }
}
