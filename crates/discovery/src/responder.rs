//! What the LAN is told about the box: the `mdns-sd` daemon, given our names and restricted to our links. It is not
//! used to find conflicts: `mdns-sd` only looks for them at first, and renames per interface. Nothing else here knows
//! `mdns-sd`.
//!
//! `_http._tcp` leads to the name that people type, `_imbox._tcp` to the serial name, so that programs keep a name that
//! is never given to another box.

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use mdns_sd::{Error, IfKind, IfPredicate, ServiceDaemon, ServiceInfo};
use tokio::time::timeout;

use super::{
    links::Link,
    names::{HostLabel, SerialLabel, instance_name},
};

const HTTP: &str = "_http._tcp.local.";
const IMBOX: &str = "_imbox._tcp.local.";

/// Seconds between two times that the daemon reads the box's addresses: as few as possible while something changes, and
/// many otherwise, because the kernel reports changes.
const ALERT_SECONDS: u32 = 1;
const IDLE_SECONDS: u32 = 60;

/// How long the daemon may take to withdraw our names.
const GOODBYE: Duration = Duration::from_secs(2);

/// Addresses that may be announced, each with the index of its interface.
type Approved = Arc<Mutex<HashSet<(u32, IpAddr)>>>;

/// What to announce.
pub(super) struct Listing<'a> {
    /// The name that people type, if one is held.
    pub(super) host: Option<&'a HostLabel>,
    pub(super) serial: &'a SerialLabel,
    pub(super) box_name: &'a str,
    pub(super) port: u16,
    pub(super) txt: &'a [(&'static str, String)],
}

/// The daemon, which runs while there is a link.
#[derive(Default)]
pub(super) struct Responder {
    daemon: Option<ServiceDaemon>,
    approved: Approved,
    /// The full name of the announced `_http._tcp` service.
    http: Option<String>,
}

impl Responder {
    /// From now on, only these links and addresses are announced; [`Responder::announce`] tells the LAN.
    pub(super) fn approve<'l>(&self, links: impl Iterator<Item = &'l Link>) {
        let addresses = links.flat_map(|link| link.addresses.iter().map(|ip| (link.index, *ip)));
        let mut approved = self.approved.lock().unwrap_or_else(PoisonError::into_inner);
        *approved = addresses.collect();
    }

    /// Announces, starting the daemon if necessary. New addresses are noticed within [`ALERT_SECONDS`]; a second call a
    /// little later completes them.
    pub(super) fn announce(&mut self, listing: &Listing<'_>) -> Result<(), Error> {
        let daemon = match self.daemon.take() {
            Some(daemon) => daemon,
            None => start(Arc::clone(&self.approved))?,
        };
        let told = self.tell(&daemon, listing);
        // A daemon that has ended is dropped, so that the next call starts another one.
        if !matches!(told, Err(Error::DaemonShutdown)) {
            self.daemon = Some(daemon);
        }
        told
    }

    fn tell(&mut self, daemon: &ServiceDaemon, listing: &Listing<'_>) -> Result<(), Error> {
        daemon.set_ip_check_interval(ALERT_SECONDS)?;
        let serial = listing.serial;
        daemon.register(service(IMBOX, serial.as_str(), &serial.local(), listing)?)?;
        let Some(host) = listing.host else { return Ok(()) };
        let instance = instance_name(listing.box_name, host);
        let http = service(HTTP, &instance, &host.local(), listing)?;
        let fullname = http.get_fullname().to_owned();
        daemon.register(http)?;
        let before = self.http.replace(fullname.clone());
        if let Some(before) = before.filter(|before| *before != fullname) {
            daemon.unregister(&before)?;
        }
        Ok(())
    }

    /// No change is expected: reads the addresses rarely from now on.
    pub(super) fn settle(&self) {
        // If the daemon has ended, `is_running` notices that.
        let _ = self.daemon.as_ref().map(|daemon| daemon.set_ip_check_interval(IDLE_SECONDS));
    }

    /// Does the daemon answer for us?
    pub(super) fn is_running(&self) -> bool {
        self.daemon.as_ref().is_some_and(|daemon| daemon.status().is_ok_and(|s| !is_over(&s)))
    }

    /// Withdraws the name that people type; the serial name stays.
    pub(super) fn withdraw(&mut self) {
        if let (Some(daemon), Some(http)) = (&self.daemon, self.http.take()) {
            // A daemon that has ended does not answer for any name either.
            let _ = daemon.unregister(&http);
        }
    }

    /// Withdraws everything and ends the daemon.
    pub(super) async fn close(&mut self) {
        self.http = None;
        let Some(daemon) = self.daemon.take() else { return };
        if let Ok(done) = daemon.shutdown() {
            let _ = timeout(GOODBYE, done.recv_async()).await;
        }
    }
}

fn is_over(status: &mdns_sd::Receiver<mdns_sd::DaemonStatus>) -> bool {
    matches!(status.try_recv(), Ok(mdns_sd::DaemonStatus::Shutdown))
}

fn start(approved: Approved) -> Result<ServiceDaemon, Error> {
    let daemon = ServiceDaemon::new()?;
    daemon.disable_interface(IfKind::All)?;
    daemon.enable_interface(IfKind::Predicate(IfPredicate::new(move |interface| {
        let address = (interface.index.unwrap_or(0), interface.ip());
        approved.lock().unwrap_or_else(PoisonError::into_inner).contains(&address)
    })))?;
    Ok(daemon)
}

fn service(kind: &str, instance: &str, host: &str, listing: &Listing<'_>) -> Result<ServiceInfo, Error> {
    let host = format!("{host}.");
    let mut service = ServiceInfo::new(kind, instance, &host, "", listing.port, listing.txt)?.enable_addr_auto();
    service.set_requires_probe(false);
    Ok(service)
}
