//! The state of the network: devices, their addresses, profiles and radios, read anew each time.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use futures_util::StreamExt;
use zbus::{OwnedObjectPath, OwnedVariant};

use super::super::super::SystemError;
use super::super::super::network::{
    Interface, InterfaceKind, Link, NetworkState, Prefixed, Ssid, WifiLink, WifiNetwork, WifiSecurity,
};
use super::super::props::Props;
use super::profile::{self, Use};
use super::{ACCESS_POINT, ACTIVE, DEVICE, MANAGER, PROFILE, SETTINGS, Sections, Shared, WIRED, WIRELESS};

/// A device as NetworkManager describes it.
#[derive(Debug)]
pub(super) struct Device {
    pub(super) path: OwnedObjectPath,
    pub(super) name: String,
    pub(super) kind: InterfaceKind,
    /// NMDeviceState.
    pub(super) state: u32,
    pub(super) active: Option<OwnedObjectPath>,
    props: Props,
}

/// A profile and its contents, without its secrets.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) path: OwnedObjectPath,
    pub(super) sections: Sections,
}

/// The values of NMDeviceState that matter here.
pub(super) mod device_state {
    pub(in super::super) const UNMANAGED: u32 = 10;
    pub(in super::super) const UNAVAILABLE: u32 = 20;
    pub(in super::super) const DISCONNECTED: u32 = 30;
    pub(in super::super) const ACTIVATED: u32 = 100;
    pub(in super::super) const FAILED: u32 = 120;
}

impl Shared {
    pub(super) async fn state(&self) -> Result<NetworkState, SystemError> {
        let profiles = self.profiles().await?;
        let mut state = NetworkState { interfaces: Vec::new(), known_wifi: Vec::new(), hotspot: None, country: None };
        for profile in &profiles {
            if profile::purpose(&profile.sections) == Some(Use::Guest) {
                state.known_wifi.extend(profile::ssid(&profile.sections));
            }
        }
        state.known_wifi.sort();
        state.known_wifi.dedup();
        for device in self.devices().await? {
            if device.kind == InterfaceKind::Wifi && state.country.is_none() {
                state.country = self.country(&device.name).await;
            }
            let (interface, hosts) = self.interface(device, &profiles).await?;
            if hosts {
                state.hotspot = interface.wifi.as_ref().map(|wifi| wifi.ssid.clone());
            }
            state.interfaces.push(interface);
        }
        Ok(state)
    }

    /// Wired and wireless devices that NetworkManager may configure; wired ones first, then by name. `GetDevices() →
    /// ao`
    pub(super) async fn devices(&self) -> Result<Vec<Device>, SystemError> {
        let paths: Vec<OwnedObjectPath> = self.bus.call(&MANAGER, "GetDevices", &()).await?;
        let mut devices = Vec::new();
        for path in paths {
            let mut props = match self.bus.properties(&Self::device(&path, DEVICE)).await {
                Ok(props) => props,
                // It disappeared between the two requests.
                Err(SystemError::NotHere(_)) => continue,
                Err(error) => return Err(error),
            };
            // NMDeviceType: Ethernet 1, Wi-Fi 2; 20 are the virtual cables of namespaces.
            let kind = match props.number("DeviceType") {
                Some(1 | 20) => InterfaceKind::Ethernet,
                Some(2) => InterfaceKind::Wifi,
                _ => continue,
            };
            let state = props.number("State").unwrap_or(0);
            let Some(name) = props.text("Interface").filter(|_| state > device_state::UNMANAGED) else { continue };
            devices.push(Device { path, name, kind, state, active: props.object("ActiveConnection"), props });
        }
        devices.sort_by(|one, other| (one.kind as u8, &one.name).cmp(&(other.kind as u8, &other.name)));
        Ok(devices)
    }

    /// `ListConnections() → ao`, `GetSettings() → a{sa{sv}}`
    pub(super) async fn profiles(&self) -> Result<Vec<Profile>, SystemError> {
        let paths: Vec<OwnedObjectPath> = self.bus.call(&SETTINGS, "ListConnections", &()).await?;
        let mut profiles = Vec::new();
        for path in paths {
            match self.bus.call(&MANAGER.at(path.as_str(), PROFILE), "GetSettings", &()).await {
                Ok(sections) => profiles.push(Profile { path, sections }),
                Err(SystemError::NotHere(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(profiles)
    }

    /// The profile that a device uses.
    pub(super) async fn profile_of(&self, device: &Device) -> Option<OwnedObjectPath> {
        let active = device.active.as_ref()?;
        self.bus.property(&MANAGER.at(active.as_str(), ACTIVE), "Connection").await.ok()
    }

    /// The current addresses of a device, and its IPv4 gateway.
    pub(super) async fn addresses_of(&self, device: &OwnedObjectPath) -> (Vec<IpAddr>, Option<Ipv4Addr>) {
        let Ok(mut props) = self.bus.properties(&Self::device(device, DEVICE)).await else { return (vec![], None) };
        let (ip4, ip6) = (self.ip(props.object("Ip4Config"), 4).await, self.ip(props.object("Ip6Config"), 6).await);
        let mut addresses: Vec<IpAddr> = ip4.addresses.iter().chain(&ip6.addresses).map(|one| one.address).collect();
        addresses.retain(|address| !matches!(address, IpAddr::V6(address) if address.is_unicast_link_local()));
        (addresses, ip4.gateway.and_then(|gateway| gateway.parse().ok()))
    }

    async fn interface(&self, mut device: Device, profiles: &[Profile]) -> Result<(Interface, bool), SystemError> {
        let used = self.profile_of(&device).await;
        let of_device = |profile: &&Profile| match &used {
            Some(used) => profile.path == *used,
            None => profile::text(&profile.sections, "connection", "interface-name") == Some(&device.name),
        };
        let sections = profiles.iter().find(of_device).map(|profile| &profile.sections);
        let hosts = used.is_some() && sections.and_then(profile::purpose) == Some(Use::Hotspot);
        let ip4 = self.ip(device.props.object("Ip4Config"), 4).await;
        let ip6 = self.ip(device.props.object("Ip6Config"), 6).await;
        let link = match device.state {
            ..=device_state::UNAVAILABLE => Link::Absent,
            device_state::DISCONNECTED | device_state::FAILED => Link::Idle,
            device_state::ACTIVATED => Link::Connected,
            _ => Link::Connecting,
        };
        let (mut speed, mut wifi) = (None, None);
        if device.kind == InterfaceKind::Ethernet {
            let cable = self.bus.properties(&Self::device(&device.path, WIRED)).await;
            speed = cable.ok().and_then(|cable| cable.number("Speed"));
        } else {
            let radio = self.bus.properties(&Self::device(&device.path, WIRELESS)).await;
            if let Ok(mut radio) = radio {
                speed = radio.number("Bitrate").map(|kilobits| kilobits / 1000);
                let station = radio.object("ActiveAccessPoint");
                wifi = sections.and_then(profile::ssid).filter(|_| used.is_some()).map(|ssid| (ssid, station));
            }
        }
        let wifi = match wifi {
            Some((ssid, Some(station))) if !hosts => {
                let signal = self.bus.property(&MANAGER.at(station.as_str(), ACCESS_POINT), "Strength").await.ok();
                Some(WifiLink { ssid, signal })
            }
            Some((ssid, _)) => Some(WifiLink { ssid, signal: None }),
            None => None,
        };
        let interface = Interface {
            name: device.name,
            kind: device.kind,
            hardware_address: device.props.text("HwAddress").map(|address| address.to_lowercase()),
            link,
            speed: speed.filter(|&megabits| megabits > 0 && link == Link::Connected),
            addresses: ip4.addresses.into_iter().chain(ip6.addresses).collect(),
            gateway: ip4.gateway.and_then(|gateway| gateway.parse().ok()),
            gateway6: ip6.gateway.and_then(|gateway| gateway.parse().ok()),
            dns: ip4.dns.into_iter().chain(ip6.dns).collect(),
            ipv4: sections.and_then(profile::read_ipv4),
            ipv6: sections.and_then(profile::read_ipv6),
            wifi,
        };
        Ok((interface, hosts))
    }

    /// `IP4Config`: `AddressData aa{sv}`, `Gateway s`, `NameserverData aa{sv}`; `IP6Config`: the same, `Nameservers aay`.
    async fn ip(&self, config: Option<OwnedObjectPath>, family: u8) -> IpNow {
        let Some(config) = config else { return IpNow::default() };
        let interface = format!("org.freedesktop.NetworkManager.IP{family}Config");
        let Ok(mut props) = self.bus.properties(&MANAGER.at(config.as_str(), &interface)).await else {
            return IpNow::default();
        };
        let mut dns = Vec::new();
        if let Some(servers) = props.take::<Vec<HashMap<String, OwnedVariant>>>("NameserverData") {
            let address = |server: &HashMap<String, OwnedVariant>| {
                <&str>::try_from(server.get("address")?).ok()?.parse::<IpAddr>().ok()
            };
            dns.extend(servers.iter().filter_map(address));
        } else if let Some(servers) = props.take::<Vec<Vec<u8>>>("Nameservers") {
            let octets = servers.into_iter().filter_map(|server| <[u8; 16]>::try_from(server).ok());
            dns.extend(octets.map(|octets| IpAddr::V6(Ipv6Addr::from(octets))));
        }
        let addresses = props.take::<OwnedVariant>("AddressData").and_then(profile::list_of_addresses);
        IpNow { addresses: addresses.unwrap_or_default(), gateway: props.text("Gateway"), dns }
    }

    /// `RequestScan(a{sv})`, which ends with a new `LastScan x`; then all access points.
    pub(super) async fn scan(&self) -> Result<Vec<WifiNetwork>, SystemError> {
        let devices = self.devices().await?;
        let device = devices.iter().find(|device| device.kind == InterfaceKind::Wifi).ok_or(SystemError::NoWifi)?;
        let radio = Self::device(&device.path, WIRELESS);
        let on_properties = radio.at(radio.path, "org.freedesktop.DBus.Properties");
        let mut changed = self.bus.signals(&on_properties, "PropertiesChanged").await?;
        let before: Option<i64> = self.bus.property(&radio, "LastScan").await.ok();
        match self.bus.call::<_, ()>(&radio, "RequestScan", &(HashMap::<String, OwnedVariant>::new(),)).await {
            Ok(()) => {
                let scanned = async {
                    while changed.next().await.is_some() {
                        if self.bus.property::<i64>(&radio, "LastScan").await.ok() != before {
                            return;
                        }
                    }
                };
                // What has been found by then is better than nothing.
                let _late = tokio::time::timeout(Duration::from_secs(10), scanned).await;
            }
            // It has just scanned, or is scanning: what it knows is recent.
            Err(SystemError::Failed { .. }) => {}
            Err(SystemError::NotAllowed(_)) if before.is_some() => {}
            Err(error) => return Err(error),
        }
        let known: Vec<Ssid> = self.profiles().await?.iter().filter_map(|one| profile::ssid(&one.sections)).collect();
        self.stations(&device.path, &known).await
    }

    /// Every network in range once, strongest first. `GetAllAccessPoints() → ao`
    pub(super) async fn stations(
        &self,
        device: &OwnedObjectPath,
        known: &[Ssid],
    ) -> Result<Vec<WifiNetwork>, SystemError> {
        let radio = Self::device(device, WIRELESS);
        let in_use = self.bus.properties(&radio).await?.object("ActiveAccessPoint");
        let paths: Vec<OwnedObjectPath> = self.bus.call(&radio, "GetAllAccessPoints", &()).await?;
        let mut found: HashMap<Ssid, WifiNetwork> = HashMap::new();
        for path in paths {
            let Ok(mut station) = self.bus.properties(&MANAGER.at(path.as_str(), ACCESS_POINT)).await else { continue };
            // A hidden network has an empty name.
            let Some(ssid) = station.take::<Vec<u8>>("Ssid").and_then(|bytes| Ssid::new(bytes).ok()) else { continue };
            let network = WifiNetwork {
                signal: station.take("Strength").unwrap_or(0),
                security: security(&station),
                known: known.contains(&ssid),
                in_use: in_use.as_ref() == Some(&path),
                ssid: ssid.clone(),
            };
            let entry = found.entry(ssid).or_insert_with(|| network.clone());
            entry.in_use |= network.in_use;
            entry.signal = entry.signal.max(network.signal);
        }
        let mut found: Vec<WifiNetwork> = found.into_values().collect();
        found.sort_by(|one, other| other.signal.cmp(&one.signal).then_with(|| one.ssid.cmp(&other.ssid)));
        Ok(found)
    }
}

/// The current addresses of a device in one family.
#[derive(Debug, Default)]
struct IpNow {
    addresses: Vec<Prefixed<IpAddr>>,
    gateway: Option<String>,
    dns: Vec<IpAddr>,
}

/// `Flags u` (privacy 1) and NM80211ApSecurityFlags: PSK 0x100, 802.1X 0x200, SAE 0x400.
fn security(station: &Props) -> WifiSecurity {
    let keys = station.number("WpaFlags").unwrap_or(0) | station.number("RsnFlags").unwrap_or(0);
    match () {
        () if keys & 0x100 != 0 => WifiSecurity::Wpa,
        () if keys & 0x400 != 0 => WifiSecurity::Wpa3,
        () if keys != 0 || station.number("Flags").unwrap_or(0) & 1 != 0 => WifiSecurity::Unsupported,
        () => WifiSecurity::Open,
    }
}
