//! Whether the gateway answers, asked without privileges: the kernel must ask for its hardware address (ARP, RFC 826) before
//! it can send it anything, and shows in `/proc/net/arp` whether it was told.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;

use tokio::net::UdpSocket;

/// The port of the discard service (RFC 863): the content goes nowhere.
const DISCARD: u16 = 9;

/// Makes the kernel look for the gateway.
pub(super) async fn nudge(gateway: Ipv4Addr) {
    if let Ok(socket) = UdpSocket::bind(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0)).await {
        // A network that is not there yet is what is being found out.
        let _unreachable = socket.send_to(&[0], SocketAddrV4::new(gateway, DISCARD)).await;
    }
}

/// Whether it has answered on that interface.
pub(super) fn answered(kernel: &Path, interface: &str, gateway: Ipv4Addr) -> bool {
    let table = std::fs::read_to_string(kernel.join("proc/net/arp")).unwrap_or_default();
    table.lines().skip(1).any(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let &[address, _, flags, _, _, device] = columns.as_slice() else { return false };
        // ATF_COM of <linux/if_arp.h>: the hardware address is known.
        let complete = u32::from_str_radix(flags.trim_start_matches("0x"), 16).is_ok_and(|flags| flags & 2 != 0);
        complete && device == interface && address.parse() == Ok(gateway)
    })
}
