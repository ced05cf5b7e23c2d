//! The contents of NetworkManager's profiles: sections and keys as nm-settings-dbus(5) names them.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use zbus::{OwnedVariant, Variant};

use super::super::super::SystemError;
use super::super::super::network::{Hotspot, IpSettings, Prefixed, Ssid, WifiBand, WifiPassword, WifiSecurity};
use super::{MANAGER, Sections};

type Section = HashMap<String, OwnedVariant>;

/// What a profile is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// For a cable.
    Wired,
    /// For a Wi-Fi network that the box joins.
    Guest,
    /// For the box's own hotspot.
    Hotspot,
}

/// The IPv4 section for these settings.
pub(super) fn ipv4(settings: &IpSettings<Ipv4Addr>) -> Result<Section, SystemError> {
    let mut section = Section::new();
    put(&mut section, "method", method(settings, "disabled"))?;
    let (address, gateway, dns) = parts(settings);
    if let Some(address) = address {
        put(&mut section, "address-data", addresses(address)?)?;
    }
    if let Some(gateway) = gateway {
        put(&mut section, "gateway", gateway.to_string())?;
    }
    // As numbers whose bytes in memory are in network order.
    let dns: Vec<u32> = dns.iter().map(|server| u32::from_ne_bytes(server.octets())).collect();
    put(&mut section, "dns", dns)?;
    Ok(section)
}

pub(super) fn ipv6(settings: &IpSettings<Ipv6Addr>) -> Result<Section, SystemError> {
    let mut section = Section::new();
    put(&mut section, "method", method(settings, "disabled"))?;
    let (address, gateway, dns) = parts(settings);
    if let Some(address) = address {
        put(&mut section, "address-data", addresses(address)?)?;
    }
    if let Some(gateway) = gateway {
        put(&mut section, "gateway", gateway.to_string())?;
    }
    let dns: Vec<Vec<u8>> = dns.iter().map(|server| server.octets().to_vec()).collect();
    put(&mut section, "dns", dns)?;
    Ok(section)
}

/// A new profile for a cable.
pub(super) fn wired(
    interface: &str,
    to: &IpSettings<Ipv4Addr>,
    to6: &IpSettings<Ipv6Addr>,
) -> Result<Sections, SystemError> {
    let mut sections = Sections::new();
    sections.insert("connection".to_owned(), connection(&format!("imbox {interface}"), "802-3-ethernet", interface)?);
    sections.insert("802-3-ethernet".to_owned(), Section::new());
    sections.insert("ipv4".to_owned(), ipv4(to)?);
    sections.insert("ipv6".to_owned(), ipv6(to6)?);
    Ok(sections)
}

/// A new profile for a Wi-Fi network. The radio asks for hidden ones by name.
pub(super) fn guest(
    interface: &str,
    ssid: &Ssid,
    security: WifiSecurity,
    password: Option<&WifiPassword>,
    hidden: Visibility,
) -> Result<Sections, SystemError> {
    let mut sections = Sections::new();
    sections.insert("connection".to_owned(), connection(&ssid.to_string(), "802-11-wireless", interface)?);
    let mut wifi = radio("infrastructure", ssid)?;
    put(&mut wifi, "hidden", hidden == Visibility::Hidden)?;
    sections.insert("802-11-wireless".to_owned(), wifi);
    if let Some(password) = password {
        let key = if security == WifiSecurity::Wpa3 { "sae" } else { "wpa-psk" };
        sections.insert("802-11-wireless-security".to_owned(), secured(key, password)?);
    }
    sections.insert("ipv4".to_owned(), ipv4(&IpSettings::Automatic { dns: vec![] })?);
    sections.insert("ipv6".to_owned(), ipv6(&IpSettings::Automatic { dns: vec![] })?);
    Ok(sections)
}

/// Whether a Wi-Fi network announces its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    Seen,
    Hidden,
}

/// NMSettingWirelessSecurityPmf.
const PMF_DISABLE: i32 = 1;

/// A new profile for the box's own Wi-Fi, in which it has this address: WPA2 with AES only.
pub(super) fn hotspot(interface: &str, hotspot: &Hotspot, address: Ipv4Addr) -> Result<Sections, SystemError> {
    let mut sections = Sections::new();
    let name = format!("imbox hotspot {}", hotspot.ssid);
    sections.insert("connection".to_owned(), connection(&name, "802-11-wireless", interface)?);
    let mut wifi = radio("ap", &hotspot.ssid)?;
    put(&mut wifi, "band", if hotspot.band == WifiBand::Ghz5 { "a" } else { "bg" })?;
    sections.insert("802-11-wireless".to_owned(), wifi);
    let mut security = secured("wpa-psk", &hotspot.password)?;
    put(&mut security, "proto", vec!["rsn"])?;
    put(&mut security, "pairwise", vec!["ccmp"])?;
    put(&mut security, "group", vec!["ccmp"])?;
    // Protected management frames are off: with them, nobody can join a hotspot of the Pi's chip (raspberrypi/linux
    // issues 3619 and 7247).
    put(&mut security, "pmf", PMF_DISABLE)?;
    sections.insert("802-11-wireless-security".to_owned(), security);
    let mut ipv4 = Section::new();
    put(&mut ipv4, "method", "shared")?;
    put(&mut ipv4, "address-data", addresses(Prefixed { address, prefix: 24 })?)?;
    sections.insert("ipv4".to_owned(), ipv4);
    sections.insert("ipv6".to_owned(), self::ipv6(&IpSettings::Off)?);
    Ok(sections)
}

/// Changes the addresses in a profile and leaves the rest as it is.
pub(super) fn with_addresses(
    mut sections: Sections,
    to: &IpSettings<Ipv4Addr>,
    to6: &IpSettings<Ipv6Addr>,
) -> Result<Sections, SystemError> {
    sections.insert("ipv4".to_owned(), ipv4(to)?);
    sections.insert("ipv6".to_owned(), ipv6(to6)?);
    Ok(sections)
}

/// What a profile is for, if it concerns us.
pub(super) fn purpose(sections: &Sections) -> Option<Use> {
    match text(sections, "connection", "type")? {
        "802-3-ethernet" => Some(Use::Wired),
        "802-11-wireless" if text(sections, "802-11-wireless", "mode") == Some("ap") => Some(Use::Hotspot),
        "802-11-wireless" => Some(Use::Guest),
        _ => None,
    }
}

pub(super) fn ssid(sections: &Sections) -> Option<Ssid> {
    let value = sections.get("802-11-wireless")?.get("ssid")?;
    let bytes: Vec<u8> = Vec::try_from(value.clone()).ok()?;
    Ssid::new(bytes).ok()
}

pub(super) fn text<'a>(sections: &'a Sections, section: &str, key: &str) -> Option<&'a str> {
    <&str>::try_from(sections.get(section)?.get(key)?).ok()
}

/// How a profile gets its addresses.
pub(super) fn read_ipv4(sections: &Sections) -> Option<IpSettings<Ipv4Addr>> {
    let servers = |section: &Section| -> Vec<Ipv4Addr> {
        let numbers = section.get("dns").and_then(|value| Vec::<u32>::try_from(value.clone()).ok());
        numbers.unwrap_or_default().into_iter().map(|number| Ipv4Addr::from(number.to_ne_bytes())).collect()
    };
    read_ip(sections.get("ipv4")?, servers)
}

pub(super) fn read_ipv6(sections: &Sections) -> Option<IpSettings<Ipv6Addr>> {
    let servers = |section: &Section| -> Vec<Ipv6Addr> {
        let servers = section.get("dns").and_then(|value| Vec::<Vec<u8>>::try_from(value.clone()).ok());
        let octets = servers.unwrap_or_default().into_iter().filter_map(|bytes| <[u8; 16]>::try_from(bytes).ok());
        octets.map(Ipv6Addr::from).collect()
    };
    read_ip(sections.get("ipv6")?, servers)
}

fn read_ip<A: std::str::FromStr>(section: &Section, servers: impl Fn(&Section) -> Vec<A>) -> Option<IpSettings<A>> {
    Some(match <&str>::try_from(section.get("method")?).ok()? {
        "manual" => {
            let list = section.get("address-data").and_then(|value| list_of_addresses(value.clone()));
            let address = list.unwrap_or_default().into_iter().next()?;
            let gateway = section.get("gateway").and_then(|value| <&str>::try_from(value).ok()?.parse().ok());
            IpSettings::Fixed { address, gateway, dns: servers(section) }
        }
        "shared" => IpSettings::Shared,
        "disabled" | "ignore" | "link-local" => IpSettings::Off,
        _ => IpSettings::Automatic { dns: servers(section) },
    })
}

/// `aa{sv}` with `address s` and `prefix u`.
pub(super) fn list_of_addresses<A: std::str::FromStr>(value: OwnedVariant) -> Option<Vec<Prefixed<A>>> {
    let list: Vec<HashMap<String, OwnedVariant>> = Vec::try_from(value).ok()?;
    let one = |entry: HashMap<String, OwnedVariant>| {
        let address = <&str>::try_from(entry.get("address")?).ok()?.parse().ok()?;
        let prefix = u32::try_from(entry.get("prefix")?).ok()?;
        Some(Prefixed { address, prefix: u8::try_from(prefix).ok()? })
    };
    Some(list.into_iter().filter_map(one).collect())
}

fn connection(id: &str, kind: &str, interface: &str) -> Result<Section, SystemError> {
    let mut section = Section::new();
    put(&mut section, "id", id)?;
    put(&mut section, "type", kind)?;
    put(&mut section, "interface-name", interface)?;
    put(&mut section, "autoconnect", true)?;
    Ok(section)
}

fn radio(mode: &str, ssid: &Ssid) -> Result<Section, SystemError> {
    let mut section = Section::new();
    put(&mut section, "mode", mode)?;
    put(&mut section, "ssid", ssid.as_bytes().to_vec())?;
    Ok(section)
}

fn secured(key_management: &str, password: &WifiPassword) -> Result<Section, SystemError> {
    let mut section = Section::new();
    put(&mut section, "key-mgmt", key_management)?;
    put(&mut section, "psk", password.expose())?;
    Ok(section)
}

fn method<A>(settings: &IpSettings<A>, off: &'static str) -> &'static str {
    match settings {
        IpSettings::Automatic { .. } => "auto",
        IpSettings::Fixed { .. } => "manual",
        IpSettings::Shared => "shared",
        IpSettings::Off => off,
    }
}

fn parts<A: Copy>(settings: &IpSettings<A>) -> (Option<Prefixed<A>>, Option<A>, &[A]) {
    match settings {
        IpSettings::Automatic { dns } => (None, None, dns),
        IpSettings::Fixed { address, gateway, dns } => (Some(*address), *gateway, dns),
        IpSettings::Shared | IpSettings::Off => (None, None, &[]),
    }
}

fn addresses<A: std::fmt::Display>(
    address: Prefixed<A>,
) -> Result<Vec<HashMap<&'static str, OwnedVariant>>, SystemError> {
    let text = owned(address.address.to_string())?;
    let prefix = owned(u32::from(address.prefix))?;
    Ok(vec![HashMap::from([("address", text), ("prefix", prefix)])])
}

fn put<'v>(section: &mut Section, key: &str, value: impl Into<Variant<'v>>) -> Result<(), SystemError> {
    section.insert(key.to_owned(), owned(value)?);
    Ok(())
}

fn owned<'v>(value: impl Into<Variant<'v>>) -> Result<OwnedVariant, SystemError> {
    OwnedVariant::try_from(value.into()).map_err(|error| MANAGER.failed(error))
}
