//! Whether the gateway answers, found out without privileges: the kernel has to ask for its hardware address (ARP, RFC
//! 826) before it can send it anything, and shows in `/proc/self/net/arp` whether it was answered (a sandbox may hide
//! `/proc/net`).

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;

use socket2::{Domain, Protocol, Socket, Type};

/// The port of the discard service (RFC 863), which ignores everything it receives.
const DISCARD: u16 = 9;

/// Makes the kernel ask for the gateway. The socket is not bound to a port, because a sandbox may forbid that.
pub(super) fn nudge(gateway: Ipv4Addr) {
    if let Ok(socket) = Socket::new(Domain::IPV4, Type::DGRAM.nonblocking(), Some(Protocol::UDP)) {
        // Whether the network is there is what has to be found out.
        let _unreachable = socket.send_to(&[0], &SocketAddrV4::new(gateway, DISCARD).into());
    }
}

/// Has the gateway answered on this interface?
pub(super) fn answered(kernel: &Path, interface: &str, gateway: Ipv4Addr) -> bool {
    let table = std::fs::read_to_string(kernel.join("proc/self/net/arp")).unwrap_or_default();
    table.lines().skip(1).any(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let &[address, _, flags, _, _, device] = columns.as_slice() else { return false };
        // ATF_COM of <linux/if_arp.h>: the hardware address is known.
        let complete = u32::from_str_radix(flags.trim_start_matches("0x"), 16).is_ok_and(|flags| flags & 2 != 0);
        complete && device == interface && address.parse() == Ok(gateway)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, the box would leave its hotspot for a network where nobody is, or would never leave it.
    #[test]
    fn a_gateway_has_answered_when_its_hardware_address_is_known() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("proc/self/net")).unwrap();
        let table = "IP address       HW type     Flags       HW address            Mask     Device\n\
                     192.168.1.1      0x1         0x2         aa:bb:cc:dd:ee:ff     *        wlan0\n\
                     192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        wlan0\n";
        std::fs::write(root.path().join("proc/self/net/arp"), table).unwrap();
        let known = |interface, last| answered(root.path(), interface, Ipv4Addr::new(192, 168, 1, last));
        assert!(known("wlan0", 1));
        assert!(!known("eth0", 1), "the same address on another interface is another machine");
        assert!(!known("wlan0", 9), "asked, and silent");
        assert!(!known("wlan0", 7));
    }
}
