//! Where the box answers: the addresses and the one port that may be told to others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The addresses that connections are taken at, all on one port. An address where nobody answers is worse than none: a phone that
/// tries it first waits for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// As told: another port is another address.
    pub port: u16,
    addresses: Vec<IpAddr>,
}

impl Answering {
    /// Of sockets that listen on these. The port is the first one that others on the network can reach; what listens on another is for
    /// whoever knows of it.
    #[must_use]
    pub fn on(listening: &[SocketAddr]) -> Self {
        let reachable = listening.iter().find(|address| !address.ip().is_loopback());
        let port = reachable.or(listening.first()).map_or(80, SocketAddr::port);
        let addresses = listening.iter().filter(|address| address.port() == port).map(SocketAddr::ip);
        Self { port, addresses: addresses.collect() }
    }

    /// Everywhere, on that port.
    #[must_use]
    pub fn everywhere(port: u16) -> Self {
        Self { port, addresses: vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()] }
    }

    /// Does somebody answer at `address`, if it is the machine's?
    #[must_use]
    pub fn at(&self, address: IpAddr) -> bool {
        self.addresses.iter().any(|own| *own == address || own.is_unspecified() && own.is_ipv6() == address.is_ipv6())
    }

    /// Those that were named one by one.
    pub fn named(&self) -> impl Iterator<Item = IpAddr> {
        self.addresses.iter().copied().filter(|own| !own.is_unspecified())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(listening: &[&str]) -> Answering {
        Answering::on(&listening.iter().map(|address| address.parse().unwrap()).collect::<Vec<_>>())
    }

    // A phone prefers IPv6: told of an address where nobody answers, it shows nothing for as long as it tries.
    #[test]
    fn only_what_is_listened_on_is_answered() {
        let (v4, v6): (IpAddr, IpAddr) = ("10.0.0.5".parse().unwrap(), "fd00::5".parse().unwrap());
        for (listening, answers) in [
            (&["0.0.0.0:80"][..], (true, false)),
            (&["[::]:80"], (false, true)),
            (&["0.0.0.0:80", "[::]:80"], (true, true)),
            (&["10.0.0.5:80"], (true, false)),
            (&["10.0.0.6:80", "[fd00::5]:80"], (false, true)),
            (&["127.0.0.1:80", "[::1]:80"], (false, false)),
            (&["0.0.0.0:80", "[::]:8080"], (true, false)),
        ] {
            let answering = on(listening);
            assert_eq!((answering.at(v4), answering.at(v6)), answers, "{listening:?}");
        }
    }

    // A port for this machine alone, told to everybody, leads nobody anywhere.
    #[test]
    fn the_port_is_one_that_others_can_reach() {
        assert_eq!(on(&["127.0.0.1:9000", "0.0.0.0:80"]).port, 80);
        assert_eq!(on(&["127.0.0.1:9000"]).port, 9000);
        assert_eq!(on(&["0.0.0.0:81", "0.0.0.0:80"]).port, 81);
    }
}
