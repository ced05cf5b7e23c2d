//! The addresses of the box, which the page and the posters show and which `Host` may name.

use std::net::IpAddr;

use crate::actions::Core;
use crate::discovery::Announced;
use crate::wire::ServerAddress;

/// Every address the page can be opened at: IP addresses first, because not every phone can resolve a name.
#[must_use]
pub fn list(core: &Core) -> Vec<ServerAddress> {
    list_of(&core.identity.announced.borrow(), &core.identity.hosts, core.identity.port)
}

/// Like [`list`], for a box with this announcement, the further host names `hosts` and the port `port`.
#[must_use]
pub fn list_of(announced: &Announced, hosts: &[String], port: u16) -> Vec<ServerAddress> {
    let ips = announced.addresses.iter().map(|ip| ServerAddress { url: url(&host_of(*ip), port), is_name: false });
    let names = announced.host_name.iter().chain(std::iter::once(&announced.serial_name)).chain(hosts);
    let names = names.filter(|n| !n.is_empty()).map(|name| ServerAddress { url: url(name, port), is_name: true });
    ips.chain(names).collect()
}

/// May the page be opened by this `Host`? Names that are not the box's are refused because of DNS rebinding; an IP
/// address cannot be rebound.
#[must_use]
pub fn is_ours(core: &Core, host: &str) -> bool {
    is_one_of(host, &core.identity.wanted.borrow(), &core.identity.hosts, &core.identity.announced.borrow())
}

/// Like [`is_ours`], for a box that asks for the label `wanted`, has the further names `hosts`, and this announcement.
#[must_use]
pub fn is_one_of(host: &str, wanted: &str, hosts: &[String], announced: &Announced) -> bool {
    let name = without_port(host).trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok() {
        return true;
    }
    if name.strip_suffix(".local") == Some(wanted) || hosts.contains(&name) {
        return true;
    }
    announced.host_name.as_deref() == Some(name.as_str()) || announced.serial_name == name
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|b| b.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    }
}

fn host_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    }
}

/// The URL of the page at `ip`, whether or not the box already has this address.
#[must_use]
pub fn url_of(core: &Core, ip: IpAddr) -> String {
    url(&host_of(ip), core.identity.port)
}

/// Is this the box's address in its own Wi-Fi?
#[must_use]
pub fn is_hotspot(core: &Core, ip: IpAddr) -> bool {
    ip == IpAddr::V4(core.identity.hotspot_address)
}

/// The URL of the page in the box's own Wi-Fi.
#[must_use]
pub fn of_hotspot(core: &Core) -> String {
    url_of(core, core.identity.hotspot_address.into())
}

fn url(host: &str, port: u16) -> String {
    if port == 80 { format!("http://{host}") } else { format!("http://{host}:{port}") }
}

/// `path` at every address, best first; only the path if no address is known.
pub(in crate::actions) fn links(core: &Core, path: &str) -> Vec<String> {
    let links: Vec<String> = list(core).into_iter().map(|a| format!("{}{path}", a.url)).collect();
    if links.is_empty() { vec![path.to_owned()] } else { links }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_part_of_the_name() {
        for (host, name) in [
            ("imbox.local:8080", "imbox.local"),
            ("imbox.local", "imbox.local"),
            ("[fe80::1]:80", "[fe80::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }
}
