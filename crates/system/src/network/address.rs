//! Addresses as people set them, and which values are never valid.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::SystemError;

/// An address with the length of its network prefix, `192.168.1.5/24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefixed<A> {
    /// The address.
    pub address: A,
    /// Length of the network prefix in bits: up to 32 for IPv4, 128 for IPv6.
    pub prefix: u8,
}

/// How an interface gets its addresses of one family (IPv4 or IPv6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IpSettings<A> {
    /// From the network (DHCP or SLAAC).
    Automatic {
        /// Name servers to ask in addition to those of the network; at most 3.
        dns: Vec<A>,
    },
    /// Fixed.
    Fixed {
        /// The box's address.
        address: Prefixed<A>,
        /// Address of the gateway, if there is one.
        gateway: Option<A>,
        /// Name servers; at most 3.
        dns: Vec<A>,
    },
    /// The box itself gives out addresses, as in its hotspot.
    Shared,
    /// No addresses of this family.
    Off,
}

const MAX_DNS: usize = 3;

fn wrong(what: &'static str, why: &'static str) -> SystemError {
    SystemError::Invalid { what, why }
}

/// Refuses IPv4 settings that are wrong in any network.
pub fn check_ipv4(settings: &IpSettings<Ipv4Addr>) -> Result<(), SystemError> {
    let (address, gateway, dns) = match settings {
        IpSettings::Automatic { dns } => return check_dns(dns),
        IpSettings::Off => return Ok(()),
        IpSettings::Shared => return Err(wrong("ipv4", "can be shared only by the hotspot")),
        IpSettings::Fixed { address, gateway, dns } => (address, gateway, dns),
    };
    if !(1..=30).contains(&address.prefix) {
        return Err(wrong("prefix", "must be 1 to 30"));
    }
    let own = address.address;
    if own.is_unspecified() || own.is_loopback() || own.is_multicast() || own.octets()[0] == 0 || own.octets()[0] >= 240
    {
        return Err(wrong("address", "cannot be the address of a machine"));
    }
    let mask = u32::MAX << (32 - address.prefix);
    let host = own.to_bits() & !mask;
    if host == 0 || host == !mask {
        return Err(wrong("address", "is the first or last of its LAN, which no machine can have"));
    }
    if let Some(gateway) = gateway {
        if gateway.to_bits() & mask != own.to_bits() & mask {
            return Err(wrong("gateway", "is not on the same LAN as the address"));
        }
        if *gateway == own {
            return Err(wrong("gateway", "is the box's own address"));
        }
        let host = gateway.to_bits() & !mask;
        if host == 0 || host == !mask {
            return Err(wrong("gateway", "is the first or last of its LAN, which no machine can have"));
        }
    }
    check_dns(dns)
}

/// Refuses IPv6 settings that are wrong in any network.
pub fn check_ipv6(settings: &IpSettings<Ipv6Addr>) -> Result<(), SystemError> {
    let (address, gateway, dns) = match settings {
        IpSettings::Automatic { dns } => return check_dns(dns),
        IpSettings::Off => return Ok(()),
        IpSettings::Shared => return Err(wrong("ipv6", "can be shared only by the hotspot")),
        IpSettings::Fixed { address, gateway, dns } => (address, gateway, dns),
    };
    if !(1..=128).contains(&address.prefix) {
        return Err(wrong("prefix", "must be 1 to 128"));
    }
    let own = address.address;
    if own.is_unspecified() || own.is_loopback() || own.is_multicast() || own.to_ipv4_mapped().is_some() {
        return Err(wrong("address", "cannot be the address of a machine"));
    }
    if own.is_unicast_link_local() {
        return Err(wrong("address", "is of the link alone, which every machine gives itself"));
    }
    if let Some(gateway) = gateway {
        let mask = u128::MAX << (128 - u32::from(address.prefix));
        if !gateway.is_unicast_link_local() && gateway.to_bits() & mask != own.to_bits() & mask {
            return Err(wrong("gateway", "is not on the same LAN as the address"));
        }
        if *gateway == own {
            return Err(wrong("gateway", "is the box's own address"));
        }
    }
    check_dns(dns)
}

fn check_dns<A>(dns: &[A]) -> Result<(), SystemError> {
    if dns.len() > MAX_DNS { Err(wrong("dns", "may be at most 3")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(address: &str, prefix: u8, gateway: &str) -> IpSettings<Ipv4Addr> {
        let gateway = (!gateway.is_empty()).then(|| gateway.parse().unwrap());
        IpSettings::Fixed { address: Prefixed { address: address.parse().unwrap(), prefix }, gateway, dns: vec![] }
    }

    /// Were this to fail, somebody who mistypes an address would lose the box for two minutes instead of being told
    /// what is wrong.
    #[test]
    fn settings_that_cannot_work_are_refused_beforehand() {
        let fault = |settings| match check_ipv4(&settings) {
            Ok(()) => "",
            Err(SystemError::Invalid { what, .. }) => what,
            Err(other) => panic!("{other}"),
        };
        assert_eq!(fault(fixed("192.168.1.5", 24, "192.168.1.1")), "");
        assert_eq!(fault(fixed("10.0.0.5", 8, "")), "");
        assert_eq!(fault(fixed("192.168.1.5", 0, "")), "prefix");
        assert_eq!(fault(fixed("192.168.1.5", 31, "")), "prefix");
        for address in ["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "192.168.1.0", "192.168.1.255"] {
            assert_eq!(fault(fixed(address, 24, "")), "address", "{address}");
        }
        for gateway in ["192.168.2.1", "192.168.1.5", "192.168.1.0", "192.168.1.255"] {
            assert_eq!(fault(fixed("192.168.1.5", 24, gateway)), "gateway", "{gateway}");
        }
        assert_eq!(fault(IpSettings::Automatic { dns: vec![Ipv4Addr::new(1, 1, 1, 1); 4] }), "dns");
    }

    #[test]
    fn the_link_s_own_address_is_a_gateway_but_no_setting() {
        let fixed = |address: &str, gateway: &str| {
            check_ipv6(&IpSettings::Fixed {
                address: Prefixed { address: address.parse().unwrap(), prefix: 64 },
                gateway: Some(gateway.parse().unwrap()),
                dns: vec![],
            })
        };
        assert_eq!(fixed("fd00::5", "fe80::1"), Ok(()));
        assert_eq!(fixed("fd00::5", "fd00::1"), Ok(()));
        assert!(fixed("fe80::5", "fe80::1").is_err());
        assert!(fixed("fd00::5", "fd01::1").is_err());
    }
}
