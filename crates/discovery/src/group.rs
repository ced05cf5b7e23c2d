//! Sending to and receiving from the mDNS multicast groups, link by link. It carries bytes and does not know what they
//! mean.
//!
//! Each socket is bound to the group's own address: multicast reaches every socket that does so, while unicast queries
//! to port 5353 stay with the responder.

use std::{
    future::poll_fn,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
    task::Poll,
};

use socket2::{Domain, InterfaceIndexOrAddress, Protocol, Socket, Type};
use tokio::{io::ReadBuf, net::UdpSocket};

use super::{
    links::Link,
    packet::{MAX_MESSAGE_BYTES, MDNS_PORT},
};

const GROUP_V4: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
const GROUP_V6: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb);
/// RFC 6762 §11.
const TTL: u32 = 255;

/// A message from a link.
pub(super) struct Received<'b> {
    /// The kernel's index of the interface on which it arrived.
    pub(super) link: u32,
    pub(super) message: &'b [u8],
}

/// The groups on all joined links.
#[derive(Debug, Default)]
pub(super) struct Group {
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    link: u32,
    socket: UdpSocket,
    to: SocketAddr,
}

impl Group {
    /// Joins on `link`, for each address family that it has; leaves first if it was joined.
    pub(super) fn join(&mut self, link: &Link) -> io::Result<()> {
        self.leave(link.index);
        let v4 = link.addresses.iter().find_map(|address| match address {
            IpAddr::V4(v4) => Some(*v4),
            IpAddr::V6(_) => None,
        });
        if let Some(source) = v4 {
            self.members.push(member_v4(link.index, source)?);
        }
        if link.addresses.iter().any(IpAddr::is_ipv6) {
            self.members.push(member_v6(link.index)?);
        }
        Ok(())
    }

    /// Leaves the groups on a link that has gone down.
    pub(super) fn leave(&mut self, link: u32) {
        self.members.retain(|member| member.link != link);
    }

    /// Sends to everyone on `link` with each address family; fails if none of them worked.
    pub(super) async fn send(&self, link: u32, message: &[u8]) -> io::Result<()> {
        let mut result = Err(io::ErrorKind::NotConnected.into());
        for member in self.members.iter().filter(|member| member.link == link) {
            let sent = member.socket.send_to(message, member.to).await.map(|_| ());
            if result.is_err() {
                result = sent;
            }
        }
        result
    }

    /// The next message from any link; never returns while there are none. Cancel safe.
    pub(super) async fn receive<'b>(&self, buffer: &'b mut [u8; MAX_MESSAGE_BYTES]) -> Received<'b> {
        let (link, length) = poll_fn(|context| {
            for member in &self.members {
                loop {
                    let mut read = ReadBuf::new(buffer.as_mut_slice());
                    match member.socket.poll_recv_from(context, &mut read) {
                        // RFC 6762 §6 and §11: only messages from port 5353 may speak for a name.
                        Poll::Ready(Ok(from)) if from.port() == MDNS_PORT => {
                            return Poll::Ready((member.link, read.filled().len()));
                        }
                        // An error here means that a link is going down, which the kernel reports elsewhere.
                        Poll::Ready(_) => {}
                        Poll::Pending => break,
                    }
                }
            }
            Poll::Pending
        })
        .await;
        Received { link, message: buffer.get(..length).unwrap_or_default() }
    }
}

fn member_v4(link: u32, source: Ipv4Addr) -> io::Result<Member> {
    let socket = open(Domain::IPV4)?;
    let to = SocketAddr::from((GROUP_V4, MDNS_PORT));
    socket.set_multicast_all_v4(false)?;
    socket.bind(&to.into())?;
    socket.join_multicast_v4_n(&GROUP_V4, &InterfaceIndexOrAddress::Index(link))?;
    socket.set_multicast_if_v4(&source)?;
    socket.set_multicast_ttl_v4(TTL)?;
    Ok(Member { link, socket: UdpSocket::from_std(socket.into())?, to })
}

fn member_v6(link: u32) -> io::Result<Member> {
    let socket = open(Domain::IPV6)?;
    let to = SocketAddr::from(SocketAddrV6::new(GROUP_V6, MDNS_PORT, 0, link));
    socket.set_only_v6(true)?;
    socket.set_multicast_all_v6(false)?;
    socket.bind(&to.into())?;
    socket.join_multicast_v6(&GROUP_V6, link)?;
    socket.set_multicast_if_v6(link)?;
    socket.set_multicast_hops_v6(TTL)?;
    Ok(Member { link, socket: UdpSocket::from_std(socket.into())?, to })
}

fn open(domain: Domain) -> io::Result<Socket> {
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    // The responder shares the port, and perhaps the host's own mDNS service.
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    Ok(socket)
}
