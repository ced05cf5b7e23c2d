"""Every packet that a box sends over its cable, and whether it had any business there."""

import ipaddress
import socket
import struct
import threading

ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD
ICMP, IGMP, TCP, UDP, ICMPV6 = 1, 2, 6, 17, 58
#: What a machine says to the routers and names of its own network: neighbour discovery, its own groups.
NEIGHBOURS = {130, 131, 132, 133, 135, 136, 143}


class Sniffer:
    """Listens on one cable of an office until it is closed."""

    def __init__(self, cable):
        self._line = cable.packets()
        self._line.settimeout(0.5)
        self._open = True
        self.frames = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        while self._open:
            try:
                frame, (_, _, kind, _, _) = self._line.recvfrom(2048)
            except TimeoutError:
                continue
            # What goes to the box, this side sends.
            if kind != socket.PACKET_OUTGOING:
                self.frames.append(frame)

    def close(self):
        self._open = False
        self._thread.join()
        self._line.close()


def unasked(frame, network, time_servers=()):
    """What a frame wants where it has no business, in words; None when it is the network's own talk, or an answer."""
    kind, packet = struct.unpack("!H", frame[12:14])[0], frame[14:]
    if kind == ARP:
        return None
    if kind == IPV4:
        length, protocol = (packet[0] & 15) * 4, packet[9]
        source, target = (ipaddress.ip_address(packet[at : at + 4]) for at in (12, 16))
        payload = packet[length:]
    elif kind == IPV6:
        protocol, payload = packet[6], packet[40:]
        source, target = (ipaddress.ip_address(packet[at : at + 16]) for at in (8, 24))
        if protocol == 0:  # hop by hop: what lies behind it
            protocol, payload = payload[0], payload[(payload[1] + 1) * 8 :]
    else:
        return f"a frame of kind {kind:#06x}"
    what = f"{source} -> {target}, protocol {protocol}"
    if protocol == IGMP:
        return None
    if protocol == ICMPV6:
        return None if payload[0] in NEIGHBOURS else f"{what}, ICMPv6 {payload[0]}"
    if protocol not in (TCP, UDP):
        return what
    here, there = struct.unpack("!HH", payload[:4])
    what = f"{what}, port {here} -> {there}"
    if protocol == TCP:
        return None if here == 80 and target in network else what
    if there == 5353 and target in (ipaddress.ip_address("224.0.0.251"), ipaddress.ip_address("ff02::fb")):
        return None
    if here == 5353 and target in network:
        return None
    if (here, there) == (68, 67) and (target in network or str(target) == "255.255.255.255"):
        return None
    if there == 123 and str(target) in time_servers:
        return None
    return what
