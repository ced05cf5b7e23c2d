//! The steps of a change, determined before anything is touched.

use std::net::{IpAddr, Ipv4Addr};

use zbus::OwnedObjectPath;

use super::super::super::SystemError;
use super::super::super::network::{Change, Hotspot, InterfaceKind, IpSettings, Ssid, WifiPassword, WifiSecurity};
use super::profile::{self, Use, Visibility};
use super::read::{Device, Profile, device_state};
use super::{Sections, Shared};

/// The steps of a change.
#[derive(Debug)]
pub(super) enum Plan {
    /// No connection depends on it: it is written, and that is all.
    Write { edit: Edit, retire: Vec<OwnedObjectPath> },
    /// It is made in memory under a checkpoint, and has to be confirmed.
    Try(Trial),
}

#[derive(Debug)]
pub(super) struct Trial {
    pub(super) device: OwnedObjectPath,
    pub(super) interface: String,
    pub(super) edit: Edit,
    /// Profiles that are deleted when the change is kept.
    pub(super) retire: Vec<OwnedObjectPath>,
    /// Addresses at which the box will be reachable, if they are certain.
    pub(super) new_addresses: Vec<IpAddr>,
}

/// What to do with profiles before the device is configured.
#[derive(Debug)]
pub(super) enum Edit {
    /// Change the settings of this one, and use it.
    Change(OwnedObjectPath, Sections),
    /// Create one, and use it.
    Add(Sections),
    /// Nothing: disconnect the device.
    Leave,
}

impl Shared {
    pub(super) async fn plan(&self, change: Change) -> Result<Plan, SystemError> {
        let devices = self.devices().await?;
        let profiles = self.profiles().await?;
        if let Change::Addresses { interface, .. } = &change {
            let device = devices.into_iter().find(|device| device.name == *interface);
            let device = device.ok_or(SystemError::NoSuchInterface)?;
            return self.plan_addresses(device, profiles, &change).await;
        }
        let radio = devices.into_iter().find(|device| device.kind == InterfaceKind::Wifi);
        let radio = radio.filter(|radio| radio.state > device_state::UNAVAILABLE);
        match change {
            Change::Addresses { .. } => Err(SystemError::NoSuchInterface),
            Change::JoinWifi { ssid, password } => {
                self.plan_join(radio.ok_or(SystemError::NoWifi)?, &profiles, &ssid, password.as_ref()).await
            }
            Change::HotspotOn(hotspot) => {
                plan_hotspot(radio.ok_or(SystemError::NoWifi)?, &profiles, &hotspot, self.hotspot_address)
            }
            Change::ForgetWifi { ssid } => {
                let of_it = of_ssid(&profiles, Use::Guest, Some(&ssid));
                if of_it.is_empty() {
                    return Err(SystemError::NoSuchWifi);
                }
                Ok(self.plan_leave(radio, of_it).await)
            }
            Change::HotspotOff => Ok(self.plan_leave(radio, of_ssid(&profiles, Use::Hotspot, None)).await),
        }
    }

    /// An interface in use is changed in place. One that could be used gets a new profile, because a checkpoint
    /// restores only the profile that was in use. One without a cable cannot be tried, and nobody can be cut off by
    /// changing it.
    async fn plan_addresses(
        &self,
        device: Device,
        profiles: Vec<Profile>,
        change: &Change,
    ) -> Result<Plan, SystemError> {
        let Change::Addresses { interface, ipv4, ipv6 } = change else { return Err(SystemError::NoSuchInterface) };
        let used = self.profile_of(&device).await;
        let own = |profile: &Profile| match &used {
            Some(used) => profile.path == *used,
            None => profile::text(&profile.sections, "connection", "interface-name") == Some(interface.as_str()),
        };
        let existing = profiles.into_iter().find(own);
        let absent = device.state <= device_state::UNAVAILABLE;
        let (edit, retire) = match existing {
            Some(profile) if profile::purpose(&profile.sections) == Some(Use::Hotspot) => {
                return Err(SystemError::Invalid { what: "interface", why: "is the hotspot" });
            }
            Some(profile) if used.is_some() || absent || device.kind == InterfaceKind::Wifi => {
                let sections = profile::with_addresses(profile.sections, ipv4, ipv6)?;
                (Edit::Change(profile.path, sections), vec![])
            }
            // A radio needs a network to join first.
            None if device.kind == InterfaceKind::Wifi => return Err(SystemError::NoSuchWifi),
            Some(profile) => (Edit::Add(profile::wired(interface, ipv4, ipv6)?), vec![profile.path]),
            None => (Edit::Add(profile::wired(interface, ipv4, ipv6)?), vec![]),
        };
        if absent || (used.is_none() && device.kind == InterfaceKind::Wifi) {
            return Ok(Plan::Write { edit, retire });
        }
        let mut new_addresses: Vec<IpAddr> = Vec::new();
        if let IpSettings::Fixed { address, .. } = ipv4 {
            new_addresses.push(address.address.into());
        }
        if let IpSettings::Fixed { address, .. } = ipv6 {
            new_addresses.push(address.address.into());
        }
        Ok(Plan::Try(Trial { device: device.path, interface: device.name, edit, retire, new_addresses }))
    }

    async fn plan_join(
        &self,
        radio: Device,
        profiles: &[Profile],
        ssid: &Ssid,
        password: Option<&WifiPassword>,
    ) -> Result<Plan, SystemError> {
        let in_range = self.stations(&radio.path, &[]).await?.into_iter().find(|network| network.ssid == *ssid);
        let missing = SystemError::Invalid { what: "password", why: "is needed for this network" };
        let (security, hidden) = match in_range.map(|network| network.security) {
            Some(WifiSecurity::Unsupported) => return Err(SystemError::WifiSecurity),
            Some(WifiSecurity::Wpa | WifiSecurity::Wpa3) if password.is_none() => return Err(missing),
            Some(security) => (security, Visibility::Seen),
            None => (WifiSecurity::Wpa, Visibility::Hidden),
        };
        let password = password.filter(|_| security != WifiSecurity::Open);
        let edit = Edit::Add(profile::guest(&radio.name, ssid, security, password, hidden)?);
        // At the next start, the box's own Wi-Fi would compete with it for the radio.
        let mut retire = of_ssid(profiles, Use::Guest, Some(ssid));
        retire.extend(of_ssid(profiles, Use::Hotspot, None));
        Ok(Plan::Try(Trial { device: radio.path, interface: radio.name, edit, retire, new_addresses: vec![] }))
    }

    /// Deletes those profiles; if one of them is in use, that has to be confirmed.
    async fn plan_leave(&self, radio: Option<Device>, retire: Vec<OwnedObjectPath>) -> Plan {
        if let Some(radio) = radio {
            let used = self.profile_of(&radio).await;
            if used.is_some_and(|used| retire.contains(&used)) {
                let (device, interface) = (radio.path, radio.name);
                return Plan::Try(Trial { device, interface, edit: Edit::Leave, retire, new_addresses: vec![] });
            }
        }
        Plan::Write { edit: Edit::Leave, retire }
    }
}

fn plan_hotspot(
    radio: Device,
    profiles: &[Profile],
    hotspot: &Hotspot,
    address: Ipv4Addr,
) -> Result<Plan, SystemError> {
    let edit = Edit::Add(profile::hotspot(&radio.name, hotspot, address)?);
    let retire = of_ssid(profiles, Use::Hotspot, None);
    let new_addresses = vec![address.into()];
    Ok(Plan::Try(Trial { device: radio.path, interface: radio.name, edit, retire, new_addresses }))
}

/// The profiles for this purpose, of one network or of all.
fn of_ssid(profiles: &[Profile], purpose: Use, ssid: Option<&Ssid>) -> Vec<OwnedObjectPath> {
    let is_it = |profile: &&Profile| {
        profile::purpose(&profile.sections) == Some(purpose)
            && ssid.is_none_or(|ssid| profile::ssid(&profile.sections).as_ref() == Some(ssid))
    };
    profiles.iter().filter(is_it).map(|profile| profile.path.clone()).collect()
}
