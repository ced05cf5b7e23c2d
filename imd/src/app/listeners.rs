//! The sockets that people connect to: passed by systemd, or bound here.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::exit::{self, Failure};
use crate::http;

/// The sockets on which the box listens. They stay open while what serves them is replaced.
#[derive(Debug)]
pub struct Listeners(Vec<std::net::TcpListener>);

impl Listeners {
    /// Those that the service manager passed, otherwise those of the configuration.
    ///
    /// # Errors
    /// When a port is taken, or what was passed is no listening socket.
    pub fn open(listen: &[SocketAddr]) -> Result<Self, Failure> {
        let failed = |error| Failure::new(exit::PORT_TAKEN, format!("sockets of the service: {error}"));
        let passed = http::inherited().map_err(failed)?;
        let listeners = if passed.is_empty() { bind_all(listen)? } else { passed };
        let kept: std::io::Result<Vec<_>> = listeners.into_iter().map(TcpListener::into_std).collect();
        Ok(Self(kept.map_err(failed)?))
    }

    /// The addresses on which they listen.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        let of = |listener: &std::net::TcpListener| {
            let address = listener.local_addr().ok()?;
            // A socket that was passed may accept IPv4 as well.
            let both = address.is_ipv6()
                && address.ip().is_unspecified()
                && socket2::SockRef::from(listener).only_v6().is_ok_and(|only| !only);
            let v4 = both.then(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port())));
            Some([Some(address), v4].into_iter().flatten())
        };
        self.0.iter().filter_map(of).flatten().collect()
    }

    pub(super) fn each(&self) -> std::io::Result<Vec<TcpListener>> {
        self.0.iter().map(|listener| TcpListener::from_std(listener.try_clone()?)).collect()
    }
}

fn bind_all(listen: &[SocketAddr]) -> Result<Vec<TcpListener>, Failure> {
    let mut listeners = Vec::new();
    for address in listen {
        match http::bind(*address) {
            Ok(listener) => listeners.push(listener),
            // A machine without IPv6 is fine as long as there is another address.
            Err(error)
                if address.is_ipv6() && address.ip().is_unspecified() && listen.len() > 1 && no_such_family(&error) =>
            {
                tracing::info!(%address, "no IPv6 here");
            }
            Err(error) => return Err(Failure::new(exit::PORT_TAKEN, format!("cannot listen on {address}: {error}"))),
        }
    }
    Ok(listeners)
}

fn no_such_family(error: &std::io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| {
        let code = nix::errno::Errno::from_raw(code);
        matches!(code, nix::errno::Errno::EAFNOSUPPORT | nix::errno::Errno::EADDRNOTAVAIL)
    })
}
