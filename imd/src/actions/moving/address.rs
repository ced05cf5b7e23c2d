//! Which addresses a box that nobody owns may connect to: other boxes of the same network, and nothing else that
//! somebody might make it connect to.

use std::net::{IpAddr, SocketAddr};

use crate::actions::Done;
use crate::wire::ErrorCode;

/// The default port of a box.
const PORT: u16 = 80;

/// An address that somebody typed, or copied from a browser. Only IP addresses, because a name may lead anywhere, and
/// of those only private and link-local ones; the loopback only for a box that nobody else can reach
/// (`loopback_alone`).
///
/// # Errors
/// `move_address`.
pub(super) fn parse(typed: &str, loopback_alone: bool) -> Done<SocketAddr> {
    let typed = typed.trim();
    let after = typed.strip_prefix("http://").unwrap_or(typed);
    let host = after.split('/').next().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = match (host.parse::<SocketAddr>(), bare.parse::<IpAddr>()) {
        (Ok(address), _) => address,
        (_, Ok(ip)) => SocketAddr::new(ip, PORT),
        _ => return Err(ErrorCode::MoveAddress.into()),
    };
    let address = SocketAddr::new(address.ip().to_canonical(), address.port());
    let near = match address.ip() {
        ip if ip.is_loopback() => loopback_alone,
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    if near && address.port() != 0 { Ok(address) } else { Err(ErrorCode::MoveAddress.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(typed: &str) -> Option<String> {
        parse(typed, false).ok().map(|address| address.to_string())
    }

    /// Were this to fail, a new box could be used to send requests to the router's own services, or to anything on the
    /// internet.
    #[test]
    fn only_a_neighbour_is_asked() {
        for (typed, meant) in [
            (" 192.168.1.7 ", "192.168.1.7:80"),
            ("http://192.168.1.7:8080/#/box/backup", "192.168.1.7:8080"),
            ("http://10.0.0.1/", "10.0.0.1:80"),
            ("172.31.0.1", "172.31.0.1:80"),
            ("169.254.3.4", "169.254.3.4:80"),
            ("fd00::1", "[fd00::1]:80"),
            ("[fd00::1]", "[fd00::1]:80"),
            ("http://[fd00::1]:8080", "[fd00::1]:8080"),
            ("::ffff:192.168.1.7", "192.168.1.7:80"),
        ] {
            assert_eq!(parsed(typed).as_deref(), Some(meant), "{typed}");
        }
        for typed in [
            "",
            "imbox.local",
            "example.org",
            "8.8.8.8",
            "172.32.0.1",
            "192.169.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.251",
            "2001:db8::1",
            "::",
            "127.0.0.1",
            "127.1.2.3:8080",
            "[::1]:80",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "192.168.1.7:0",
            "https://192.168.1.7",
            "user@192.168.1.7",
            "192.168.1.7:80@8.8.8.8",
            "0xc0a80107",
            "3232235783",
        ] {
            assert_eq!(parsed(typed), None, "{typed}");
        }
        assert!(parse("127.0.0.1:8080", true).is_ok() && parse("8.8.8.8", true).is_err());
    }
}
