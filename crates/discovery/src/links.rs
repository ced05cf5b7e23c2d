//! The network links of the box, their addresses, and the kernel's messages when these change (rtnetlink, so an idle
//! box does nothing). It knows nothing of names or mDNS.

use std::{
    collections::{BTreeMap, HashSet},
    io,
    net::{IpAddr, Ipv6Addr},
    os::fd::{AsRawFd, OwnedFd},
};

use nix::{
    errno::Errno,
    ifaddrs::getifaddrs,
    libc,
    net::if_::{InterfaceFlags, if_nametoindex},
    sys::socket::{AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket},
};
use tokio::io::{Interest, unix::AsyncFd};

use super::answering::Answering;

/// Links of containers and virtual machines: there is nobody to reach behind them, and their bridge repeats to us what
/// we send elsewhere.
const VIRTUAL: [&str; 12] =
    ["br-", "cali", "cni", "docker", "flannel", "lxcbr", "lxdbr", "podman", "veth", "virbr", "vmnet", "vnet"];

/// From `linux/if_addr.h`: the address is still being checked for duplicates, or has failed that check.
const IFA_F_DADFAILED: u32 = 0x08;
const IFA_F_TENTATIVE: u32 = 0x40;

/// On which links the box is announced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Interfaces {
    /// Every link of the LAN that is up: no loopback, no tunnels, no containers or virtual machines.
    #[default]
    Lan,
    /// The same, or the loopback while there is no other.
    LanElseLoopback,
    /// Only these, by the kernel's names; `lo` is allowed.
    Named(Vec<String>),
}

/// A link that is up and has at least one usable address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The kernel's interface index.
    pub(super) index: u32,
    pub(super) name: String,
    /// In ascending order, IPv4 before IPv6.
    pub(super) addresses: Vec<IpAddr>,
}

/// The addresses of the LAN's links that answer and can be typed into a browser, IPv4 first; none if they cannot be
/// listed.
pub fn lan_addresses(answering: &Answering) -> Vec<IpAddr> {
    let links = scan(&Interfaces::Lan, answering).unwrap_or_default();
    let mut addresses: Vec<IpAddr> = links.into_iter().flat_map(|link| link.addresses).collect();
    addresses.retain(|ip| !matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local()));
    addresses.sort_by_key(IpAddr::is_ipv6);
    addresses
}

/// The links that are up now, with the addresses at which the box answers.
pub(super) fn scan(interfaces: &Interfaces, answering: &Answering) -> io::Result<Vec<Link>> {
    let unusable = unusable_v6(&std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default());
    let mut lan: BTreeMap<u32, Link> = BTreeMap::new();
    let mut loopback: BTreeMap<u32, Link> = BTreeMap::new();
    for found in getifaddrs()? {
        let name = found.interface_name;
        let Some(kind) = kind(interfaces, &name, found.flags) else { continue };
        let Some(address) = found.address.and_then(|address| {
            let v4 = address.as_sockaddr_in().map(|v4| IpAddr::from(v4.ip()));
            v4.or_else(|| address.as_sockaddr_in6().map(|v6| IpAddr::from(v6.ip())))
        }) else {
            continue;
        };
        if !answering.at(address) {
            continue;
        }
        // 0: the link has disappeared since getifaddrs listed it; the kernel will report that.
        let index = if_nametoindex(name.as_str()).unwrap_or(0);
        if index == 0 || unusable.contains(&(index, address)) {
            continue;
        }
        let links = if kind == Kind::Loopback { &mut loopback } else { &mut lan };
        let link = links.entry(index).or_insert(Link { index, name, addresses: Vec::new() });
        link.addresses.push(address);
    }
    let links = match interfaces {
        Interfaces::Lan => lan,
        Interfaces::LanElseLoopback if !lan.is_empty() => lan,
        Interfaces::LanElseLoopback => loopback,
        Interfaces::Named(_) => {
            lan.append(&mut loopback);
            lan
        }
    };
    Ok(links
        .into_values()
        .map(|mut link| {
            link.addresses.sort_unstable();
            link.addresses.dedup();
            link
        })
        .collect())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lan,
    Loopback,
}

/// How a link can be used; `None` if it is down or must not be used.
fn kind(interfaces: &Interfaces, name: &str, flags: InterfaceFlags) -> Option<Kind> {
    if !flags.contains(InterfaceFlags::IFF_UP | InterfaceFlags::IFF_RUNNING) {
        return None;
    }
    let loopback = flags.contains(InterfaceFlags::IFF_LOOPBACK);
    let kind = if loopback { Kind::Loopback } else { Kind::Lan };
    let usable = match interfaces {
        Interfaces::Named(names) => names.iter().any(|wanted| wanted == name),
        Interfaces::Lan | Interfaces::LanElseLoopback => {
            loopback
                || (flags.contains(InterfaceFlags::IFF_MULTICAST)
                    && !flags.contains(InterfaceFlags::IFF_POINTOPOINT)
                    && !VIRTUAL.iter().any(|prefix| name.starts_with(prefix)))
        }
    };
    usable.then_some(kind)
}

/// The IPv6 addresses that cannot be sent from yet, from `/proc/net/if_inet6`: address, interface index, prefix length,
/// scope, flags (all hexadecimal), name.
fn unusable_v6(table: &str) -> HashSet<(u32, IpAddr)> {
    let row = |line: &str| {
        let mut fields = line.split_whitespace();
        let address = u128::from_str_radix(fields.next()?, 16).ok()?;
        let index = u32::from_str_radix(fields.next()?, 16).ok()?;
        let flags = u32::from_str_radix(fields.nth(2)?, 16).ok()?;
        (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED) != 0)
            .then_some((index, IpAddr::from(Ipv6Addr::from_bits(address))))
    };
    table.lines().filter_map(row).collect()
}

/// Reports when links or addresses may have changed.
#[derive(Debug)]
pub(super) struct LinkWatch {
    netlink: AsyncFd<OwnedFd>,
}

impl LinkWatch {
    /// Subscribes to the kernel's messages about links and addresses (`man 7 rtnetlink`).
    pub(super) fn open() -> io::Result<Self> {
        let netlink = socket(
            AddressFamily::Netlink,
            SockType::Raw,
            SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK,
            SockProtocol::NetlinkRoute,
        )?;
        let groups = libc::RTMGRP_LINK | libc::RTMGRP_IPV4_IFADDR | libc::RTMGRP_IPV6_IFADDR;
        bind(netlink.as_raw_fd(), &NetlinkAddr::new(0, groups.cast_unsigned()))?;
        // SAFETY: an `OwnedFd` is open and stays the same descriptor until it is dropped with this `AsyncFd`; nothing
        // takes it out.
        #[allow(unsafe_code, reason = "tokio has no safe way to wait for a netlink socket")]
        let netlink = unsafe { AsyncFd::register_with_interest(netlink, Interest::READABLE)? };
        Ok(Self { netlink })
    }

    /// Returns once something has changed; [`scan`] tells what. Cancel safe.
    pub(super) async fn changed(&self) -> io::Result<()> {
        loop {
            let mut ready = self.netlink.readable().await?;
            if drain(self.netlink.get_ref()) {
                return Ok(());
            }
            ready.clear_ready();
        }
    }
}

/// Reads everything that has arrived; returns whether there was anything.
fn drain(netlink: &OwnedFd) -> bool {
    let mut any = false;
    let mut buffer = [0; 4096];
    loop {
        match recv(netlink.as_raw_fd(), &mut buffer, MsgFlags::empty()) {
            // More arrived than the kernel could keep: that means a change, too.
            Ok(_) | Err(Errno::ENOBUFS) => any = true,
            Err(Errno::EINTR) => {}
            Err(_) => return any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: InterfaceFlags =
        InterfaceFlags::IFF_UP.union(InterfaceFlags::IFF_RUNNING).union(InterfaceFlags::IFF_MULTICAST);

    // Were this to fail, a developer's box would announce container addresses that no phone can reach.
    #[test]
    fn only_links_with_people_behind_them_are_used() {
        let lan = Interfaces::Lan;
        assert_eq!(kind(&lan, "eth0", UP), Some(Kind::Lan));
        assert_eq!(kind(&lan, "wlan0", UP), Some(Kind::Lan));
        assert_eq!(kind(&lan, "br0", UP), Some(Kind::Lan));
        assert_eq!(kind(&lan, "eth0", UP - InterfaceFlags::IFF_RUNNING), None);
        for name in ["docker0", "br-0123456789ab", "veth1a2b", "virbr0"] {
            assert_eq!(kind(&lan, name, UP), None, "{name}");
        }
        assert_eq!(kind(&lan, "tun0", UP | InterfaceFlags::IFF_POINTOPOINT), None);
        let named = Interfaces::Named(vec!["docker0".into()]);
        assert_eq!(kind(&named, "docker0", UP), Some(Kind::Lan));
        assert_eq!(kind(&named, "eth0", UP), None);
    }

    // Were this to fail, the box would announce an address before the kernel lets it send from it, and nobody would
    // receive that.
    #[test]
    fn addresses_under_duplicate_detection_wait() {
        let table = "fe800000000000000c53dbfffea36374 02 40 20 c0     eth0\n\
                     fe80000000000000000000000000000a 03 40 20 80     wlan0\nbroken line\n";
        let waiting: Vec<_> = unusable_v6(table).into_iter().collect();
        assert_eq!(waiting, [(2, "fe80::c53:dbff:fea3:6374".parse().unwrap())]);
    }

    #[test]
    fn the_loopback_is_found_only_where_it_is_asked_for() {
        let everywhere = Answering::everywhere(80);
        let named = scan(&Interfaces::Named(vec!["lo".into()]), &everywhere).unwrap();
        assert!(named.iter().all(|link| link.name == "lo"));
        assert!(scan(&Interfaces::Lan, &everywhere).unwrap().iter().all(|link| link.name != "lo"));
    }
}
