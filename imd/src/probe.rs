//! `imd probe`: asks the daemon of this machine whether it is well, as a phone on each of its networks would.
//!
//! For whatever decides whether a new system has proved itself. It knows the address, the status line of the response
//! and one word of its body, and nothing about the daemon, so that probe and daemon are less likely to be wrong in the
//! same way.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;

use crate::exit::{self, Failure};

/// Time to connect, and again for each part of the response: the machine talks to itself.
const PATIENCE: Duration = Duration::from_secs(5);
/// No more than this is read of a response.
const MAX_ANSWER: u64 = 64 << 10;

/// What the daemon must say to count as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Well {
    /// That it is well.
    SaysSo,
    /// That it is well and has checked its database, which takes it two minutes at most.
    LookedAtDatabase,
}

/// The network links and addresses, in order, at which the daemon says that it is well.
///
/// # Errors
/// It does not answer at the loopback address, or answers that it is not well. An address of a link that does not
/// answer is no error: it is left out.
pub fn probe(port: u16, well: Well) -> Result<BTreeSet<(String, IpAddr)>, Failure> {
    ask(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port), well).map_err(|error| Failure::new(exit::UNWELL, error))?;
    let answering = own_addresses().map_err(|error| Failure::new(exit::FAILED, error))?;
    Ok(answering.into_iter().filter(|(_, ip)| ask(SocketAddr::new(*ip, port), well).is_ok()).collect())
}

/// Asks at one address.
fn ask(address: SocketAddr, well: Well) -> io::Result<()> {
    let mut connection = TcpStream::connect_timeout(&address, PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    write!(connection, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    connection.read_exact(&mut answer)?;
    if &answer != b"HTTP/1.1 200" {
        return Err(io::Error::other(format!("{address} answers {:?}", String::from_utf8_lossy(&answer))));
    }
    if well == Well::SaysSo {
        return Ok(());
    }
    let mut rest = Vec::new();
    connection.take(MAX_ANSWER).read_to_end(&mut rest)?;
    match String::from_utf8_lossy(&rest).contains(r#""database":"checking""#) {
        true => Err(io::Error::other(format!("{address} is still looking at its database"))),
        false => Ok(()),
    }
}

/// Links that are up and their addresses, without the loopback and addresses that only have a meaning on their link.
fn own_addresses() -> nix::Result<Vec<(String, IpAddr)>> {
    let up = |flags: InterfaceFlags| {
        flags.contains(InterfaceFlags::IFF_RUNNING) && !flags.contains(InterfaceFlags::IFF_LOOPBACK)
    };
    let found = getifaddrs()?.filter(|found| up(found.flags)).filter_map(|found| {
        let address = found.address?;
        let v4 = address.as_sockaddr_in().map(|v4| IpAddr::from(v4.ip()));
        let v6 =
            || address.as_sockaddr_in6().map(|v6| v6.ip()).filter(|ip| !ip.is_unicast_link_local()).map(IpAddr::from);
        Some((found.interface_name, v4.or_else(v6)?))
    });
    Ok(found.collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn asked(answer: &'static str, well: Well) -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let daemon = thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                connection.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            connection.write_all(answer.as_bytes()).unwrap();
        });
        let result = ask(address, well);
        daemon.join().unwrap();
        result
    }

    /// Were this to fail, a broken update would be kept, or a good one rolled back.
    #[test]
    fn only_a_daemon_that_says_it_is_well_is_well() {
        for well in [Well::SaysSo, Well::LookedAtDatabase] {
            assert!(asked("HTTP/1.1 200 OK\r\n\r\n", well).is_ok());
            assert!(asked("HTTP/1.1 503 Service Unavailable\r\n\r\n", well).is_err());
            assert!(asked("", well).is_err());
        }
    }

    /// Were this to fail, a version that damages the database would be kept, because nobody had checked yet.
    #[test]
    fn a_database_that_is_still_looked_at_proves_nothing() {
        let answer = "HTTP/1.1 200 OK\r\n\r\n{\"status\":\"ok\",\"database\":\"checking\"}";
        assert!(asked(answer, Well::SaysSo).is_ok());
        assert!(asked(answer, Well::LookedAtDatabase).is_err());
        assert!(asked("HTTP/1.1 200 OK\r\n\r\n{\"database\":\"unknown\"}", Well::LookedAtDatabase).is_ok());
    }

    /// Were this to fail, a daemon that is gone would count as well.
    #[test]
    fn nobody_is_not_well() {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        assert_eq!(probe(free, Well::SaysSo).unwrap_err().exit, exit::UNWELL);
    }
}
