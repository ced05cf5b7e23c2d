//! Where the box answers: the addresses, and the one port that may be announced.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The addresses at which connections are accepted, all on one port. Announcing an address where nobody answers is
/// worse than leaving it out: a phone that tries it first waits for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answering {
    /// The port; with another port it would be another address.
    pub port: u16,
    addresses: Vec<IpAddr>,
}

impl Answering {
    /// For sockets that listen on these addresses. The port is the first one that others on the network can reach; an
    /// address with another port is only for those who know it.
    #[must_use]
    pub fn on(listening: &[SocketAddr]) -> Self {
        let reachable = listening.iter().find(|address| !address.ip().is_loopback());
        let port = reachable.or(listening.first()).map_or(80, SocketAddr::port);
        let addresses = listening.iter().filter(|address| address.port() == port).map(SocketAddr::ip);
        Self { port, addresses: addresses.collect() }
    }

    /// At every address, on this port.
    #[must_use]
    pub fn everywhere(port: u16) -> Self {
        Self { port, addresses: vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()] }
    }

    /// Does somebody answer at `address`, if it is the machine's?
    #[must_use]
    pub fn at(&self, address: IpAddr) -> bool {
        self.addresses.iter().any(|own| *own == address || own.is_unspecified() && own.is_ipv6() == address.is_ipv6())
    }

    /// The addresses that were listed one by one.
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

    // A phone prefers IPv6. Told of an address where nobody answers, it shows nothing for as long as it tries.
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

    // Announcing a port that only this machine can reach would lead nobody anywhere.
    #[test]
    fn the_port_is_one_that_others_can_reach() {
        assert_eq!(on(&["127.0.0.1:9000", "0.0.0.0:80"]).port, 80);
        assert_eq!(on(&["127.0.0.1:9000"]).port, 9000);
        assert_eq!(on(&["0.0.0.0:81", "0.0.0.0:80"]).port, 81);
    }
}
