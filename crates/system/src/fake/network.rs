//! The imagined network: a cable to a LAN, a radio, a few Wi-Fi networks in range, and changes that are undone unless
//! they are confirmed.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::super::network::{
    Applied, Change, ChangeId, ChangeState, ConfirmedBy, CountryCode, Decision, Entry, Interface, InterfaceKind,
    IpSettings, Link, Network, NetworkState, Prefixed, Ssid, Stage, Undone, WifiLink, WifiNetwork, WifiSecurity,
};
use super::super::{Capability, SystemError};
use super::{Fake, Shared};

/// The networks in range: name, signal strength, security.
const AROUND: [(&str, u8, WifiSecurity); 5] = [
    ("Office", 82, WifiSecurity::Wpa),
    ("工厂 Factory", 64, WifiSecurity::Wpa3),
    ("Café", 41, WifiSecurity::Open),
    ("Corporate", 33, WifiSecurity::Unsupported),
    ("Cellar", 18, WifiSecurity::Wpa),
];

/// Does the network service answer?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Starting,
    Running,
}

#[derive(Debug, Clone)]
pub(super) struct Links {
    pub(super) service: Service,
    cable: Interface,
    radio: Interface,
    known: Vec<Ssid>,
    hotspot: Option<Ssid>,
    /// A hotspot that is known, but not yet on.
    sleeping: Option<Ssid>,
    country: Option<CountryCode>,
}

fn automatic<A>() -> Option<IpSettings<A>> {
    Some(IpSettings::Automatic { dns: vec![] })
}

impl Default for Links {
    fn default() -> Self {
        let mut cable = Interface {
            name: "eth0".to_owned(),
            kind: InterfaceKind::Ethernet,
            hardware_address: Some("dc:a6:32:00:00:01".to_owned()),
            link: Link::Idle,
            speed: None,
            addresses: vec![],
            gateway: None,
            gateway6: None,
            dns: vec![],
            ipv4: automatic(),
            ipv6: automatic(),
            wifi: None,
        };
        let radio = Interface {
            name: "wlan0".to_owned(),
            kind: InterfaceKind::Wifi,
            hardware_address: Some("dc:a6:32:00:00:02".to_owned()),
            ipv4: None,
            ipv6: None,
            ..cable.clone()
        };
        lease(&mut cable, 50);
        cable.speed = Some(1000);
        Self { service: Service::Running, cable, radio, known: vec![], hotspot: None, sleeping: None, country: None }
    }
}

/// Gives an interface an address from the network.
fn lease(interface: &mut Interface, last: u8) {
    let address = IpAddr::V4(Ipv4Addr::new(192, 168, 1, last));
    interface.link = Link::Connected;
    interface.addresses = vec![Prefixed { address, prefix: 24 }];
    interface.gateway = Some(Ipv4Addr::new(192, 168, 1, 1));
    interface.dns = vec![IpAddr::V4(Ipv4Addr::new(192, 168, 1, 1))];
}

/// Disconnects an interface.
fn idle(interface: &mut Interface) {
    interface.link = Link::Idle;
    interface.addresses.clear();
    (interface.gateway, interface.gateway6) = (None, None);
    interface.dns.clear();
    interface.speed = None;
    interface.wifi = None;
}

impl Links {
    fn named(&mut self, name: &str) -> Option<&mut Interface> {
        [&mut self.cable, &mut self.radio].into_iter().find(|interface| interface.name == name)
    }

    pub(super) fn pull_cable(&mut self) {
        idle(&mut self.cable);
        self.cable.link = Link::Absent;
    }

    pub(super) fn plug_in_cable(&mut self) {
        lease(&mut self.cable, 50);
        self.cable.speed = Some(1000);
    }

    pub(super) fn let_radio_sleep(&mut self) {
        let hotspot = self.hotspot.take();
        self.leave_wifi();
        self.sleeping = hotspot;
    }

    pub(super) fn wake_radio(&mut self) {
        self.hotspot = self.sleeping.take();
    }

    fn leave_wifi(&mut self) {
        (self.hotspot, self.sleeping) = (None, None);
        idle(&mut self.radio);
        (self.radio.ipv4, self.radio.ipv6) = (None, None);
    }

    /// Refuses what is known to be wrong beforehand, as the real network does.
    fn check(&mut self, change: &Change) -> Result<(), SystemError> {
        match change {
            Change::Addresses { interface, .. } => self.named(interface).map(drop).ok_or(SystemError::NoSuchInterface),
            Change::JoinWifi { ssid, password } => {
                match AROUND.iter().find(|(name, ..)| name.as_bytes() == ssid.as_bytes()) {
                    Some((_, _, WifiSecurity::Unsupported)) => Err(SystemError::WifiSecurity),
                    Some((_, _, WifiSecurity::Wpa | WifiSecurity::Wpa3)) if password.is_none() => {
                        Err(SystemError::Invalid { what: "password", why: "is needed for this network" })
                    }
                    _ => Ok(()),
                }
            }
            Change::ForgetWifi { ssid } if !self.known.contains(ssid) => Err(SystemError::NoSuchWifi),
            Change::ForgetWifi { .. } | Change::HotspotOn(_) | Change::HotspotOff => Ok(()),
        }
    }

    /// Is there no connection that could depend on the change?
    fn harmless(&self, change: &Change) -> bool {
        match change {
            Change::ForgetWifi { ssid } => self.radio.wifi.as_ref().is_none_or(|wifi| wifi.ssid != *ssid),
            Change::HotspotOff => self.hotspot.is_none(),
            _ => false,
        }
    }

    fn carry_out(&mut self, change: &Change) -> Result<(), Undone> {
        match change {
            Change::Addresses { interface, ipv4, ipv6 } => {
                let interface = self.named(interface).ok_or(Undone::Failed)?;
                let (speed, wifi) = (interface.speed, interface.wifi.take());
                idle(interface);
                (interface.speed, interface.wifi) = (speed, wifi);
                if let IpSettings::Automatic { .. } = ipv4 {
                    lease(interface, 50);
                }
                if let IpSettings::Fixed { address, gateway, dns } = ipv4 {
                    interface.addresses.push(Prefixed { address: address.address.into(), prefix: address.prefix });
                    interface.gateway = *gateway;
                    interface.dns.extend(dns.iter().copied().map(IpAddr::from));
                }
                if let IpSettings::Fixed { address, gateway, dns } = ipv6 {
                    interface.addresses.push(Prefixed { address: address.address.into(), prefix: address.prefix });
                    interface.gateway6 = *gateway;
                    interface.dns.extend(dns.iter().copied().map(IpAddr::from));
                }
                interface.link = Link::Connected;
                (interface.ipv4, interface.ipv6) = (Some(ipv4.clone()), Some(ipv6.clone()));
            }
            Change::JoinWifi { ssid, password } => {
                let around = AROUND.iter().find(|(name, ..)| name.as_bytes() == ssid.as_bytes());
                let (name, signal, _) = around.ok_or(Undone::OutOfRange)?;
                if password.as_ref().is_some_and(|password| password.expose() == "wrong-password") {
                    return Err(Undone::WrongPassword);
                }
                if *name == "Cellar" {
                    return Err(Undone::NoAddress);
                }
                self.leave_wifi();
                lease(&mut self.radio, 77);
                self.radio.wifi = Some(WifiLink { ssid: ssid.clone(), signal: Some(*signal) });
                (self.radio.ipv4, self.radio.ipv6) = (automatic(), automatic());
                self.known.retain(|known| known != ssid);
                self.known.push(ssid.clone());
                self.known.sort();
            }
            Change::ForgetWifi { ssid } => {
                if self.radio.wifi.as_ref().is_some_and(|wifi| wifi.ssid == *ssid) {
                    self.leave_wifi();
                }
                self.known.retain(|known| known != ssid);
            }
            Change::HotspotOn(hotspot) => {
                self.leave_wifi();
                let address = IpAddr::V4(Ipv4Addr::new(10, 42, 0, 1));
                self.radio.link = Link::Connected;
                self.radio.addresses = vec![Prefixed { address, prefix: 24 }];
                self.radio.wifi = Some(WifiLink { ssid: hotspot.ssid.clone(), signal: None });
                (self.radio.ipv4, self.radio.ipv6) = (Some(IpSettings::Shared), Some(IpSettings::Off));
                self.hotspot = Some(hotspot.ssid.clone());
            }
            Change::HotspotOff if self.hotspot.is_some() => self.leave_wifi(),
            Change::HotspotOff => self.sleeping = None,
        }
        Ok(())
    }

    /// Where the box is reachable after the change.
    fn addresses_after(&self, change: &Change) -> Vec<IpAddr> {
        let interface = match change {
            Change::Addresses { interface, .. } if *interface == self.cable.name => &self.cable,
            _ => &self.radio,
        };
        interface.addresses.iter().map(|one| one.address).collect()
    }
}

#[async_trait]
impl Network for Fake {
    async fn network_state(&self) -> Result<NetworkState, SystemError> {
        let links = self.shared.state().links.clone();
        if links.service == Service::Starting {
            return Err(SystemError::NotHere(Capability::Network));
        }
        Ok(NetworkState {
            interfaces: vec![links.cable, links.radio],
            known_wifi: links.known,
            hotspot: links.hotspot,
            country: links.country,
        })
    }

    async fn scan_wifi(&self) -> Result<Vec<WifiNetwork>, SystemError> {
        sleep(self.shared.pace.step * 2).await;
        let links = self.shared.state().links.clone();
        let network = |&(name, signal, security): &(&str, u8, WifiSecurity)| {
            let ssid = Ssid::new(name)?;
            let in_use = links.radio.wifi.as_ref().is_some_and(|wifi| wifi.ssid == ssid);
            Ok(WifiNetwork { signal, security, known: links.known.contains(&ssid), in_use, ssid })
        };
        AROUND.iter().map(network).collect()
    }

    async fn apply(&self, change: Change, confirmed_by: ConfirmedBy) -> Result<Applied, SystemError> {
        change.check()?;
        self.shared.ledger.check_free()?;
        let new_addresses = {
            let links = &mut self.shared.state().links;
            links.check(&change)?;
            if links.harmless(&change) {
                let _carried_out = links.carry_out(&change);
                return Ok(Applied::Done);
            }
            let mut tried = links.clone();
            let fixed =
                matches!(&change, Change::Addresses { ipv4: IpSettings::Fixed { .. }, .. } | Change::HotspotOn(_));
            if fixed && tried.carry_out(&change).is_ok() { tried.addresses_after(&change) } else { vec![] }
        };
        let deadline = Instant::now() + self.shared.pace.confirm_within;
        let (pending, entry) = self.shared.ledger.open(deadline, confirmed_by, new_addresses).await?;
        tokio::spawn(live(Arc::clone(&self.shared), change, confirmed_by, entry, deadline));
        Ok(Applied::Pending(pending))
    }

    async fn confirm(&self, id: ChangeId) -> Result<(), SystemError> {
        self.shared.ledger.answer(id, Decision::Confirm).await
    }

    async fn undo(&self, id: ChangeId) -> Result<(), SystemError> {
        self.shared.ledger.answer(id, Decision::Undo).await
    }

    fn changes(&self) -> watch::Receiver<ChangeState> {
        self.shared.ledger.watch()
    }

    async fn set_wifi_country(&self, country: CountryCode) -> Result<(), SystemError> {
        self.shared.state().links.country = Some(country);
        Ok(())
    }
}

async fn live(shared: Arc<Shared>, change: Change, confirmed_by: ConfirmedBy, mut entry: Entry, deadline: Instant) {
    let before = shared.state().links.clone();
    let undone = tried(&shared, &change, confirmed_by, &mut entry, deadline).await.err();
    if undone.is_some() {
        shared.state().links = before;
    }
    entry.settle(undone);
}

async fn tried(
    shared: &Shared,
    change: &Change,
    confirmed_by: ConfirmedBy,
    entry: &mut Entry,
    deadline: Instant,
) -> Result<(), Undone> {
    for stage in [Stage::Preparing, Stage::Connecting] {
        entry.update(|pending| pending.stage = stage);
        let step = sleep(shared.pace.step);
        tokio::pin!(step);
        loop {
            tokio::select! {
                () = &mut step => break,
                answer = entry.answer() => match answer {
                    Decision::Confirm(reply) => drop(reply.send(Err(SystemError::ChangeUnfinished))),
                    Decision::Undo(reply) => {
                        drop(reply.send(Ok(())));
                        return Err(Undone::Asked);
                    }
                },
            }
        }
    }
    let (addresses, gateway) = {
        let links = &mut shared.state().links;
        links.carry_out(change)?;
        (links.addresses_after(change), links.radio.gateway.or(links.cable.gateway))
    };
    entry.update(|pending| (pending.stage, pending.new_addresses) = (Stage::Up, addresses));
    match (confirmed_by, gateway) {
        (ConfirmedBy::Link, _) | (ConfirmedBy::Gateway, Some(_)) => return Ok(()),
        (ConfirmedBy::Gateway, None) => return Err(Undone::NoAddress),
        (ConfirmedBy::Person, _) => {}
    }
    tokio::select! {
        answer = entry.answer() => match answer {
            Decision::Confirm(reply) => {
                drop(reply.send(Ok(())));
                Ok(())
            }
            Decision::Undo(reply) => {
                drop(reply.send(Ok(())));
                Err(Undone::Asked)
            }
        },
        () = sleep_until(deadline) => Err(Undone::NotConfirmed),
    }
}
