#!/usr/bin/env python3
"""Tries rootfs/etc/nftables.conf between two network namespaces, the box and a phone on a cable.

    unshare --map-root-user --net test-firewall.py      in a network of its own, which is the box's

If this fails, a building that signs in at once locks itself out, or the box is open where it must not be.
"""

import contextlib
import ctypes
import errno
import os
import pathlib
import select
import socket
import struct
import subprocess

RULES = pathlib.Path(__file__).parent / "rootfs/etc/nftables.conf"
BOX, PHONE = "10.9.8.1", "10.9.8.2"
BOX6, PHONE6 = "fd00:9::1", "fd00:9::2"
CLONE_NEWNET = 0x40000000
PEOPLE = 400

libc = ctypes.CDLL(None, use_errno=True)
failed = []


def run(*command):
    subprocess.run(command, check=True, timeout=20)


def remembered():
    """How many connections this network keeps in mind."""
    return int(pathlib.Path("/proc/sys/net/netfilter/nf_conntrack_count").read_text())


def expect(right, what):
    if not right:
        failed.append(what)


class Place:
    """A network namespace; sockets made in `with place:` belong to it."""

    def __init__(self, pid):
        self._file = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)

    def __enter__(self):
        self._go(self._file)

    def __exit__(self, *_):
        self._go(self._home)

    @staticmethod
    def _go(file):
        if libc.setns(file, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def a_phone():
    with subprocess.Popen(["unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity"], stdout=subprocess.PIPE) as process:
        try:
            process.stdout.readline()
            phone = Place(process.pid)
            run("ip", "link", "add", "lan0", "type", "veth", "peer", "name", "phone0", "netns", str(process.pid))
            for link, address, address6 in (("lan0", BOX, BOX6), ("phone0", PHONE, PHONE6)):
                with phone if link == "phone0" else contextlib.nullcontext():
                    run("ip", "link", "set", "lo", "up")
                    run("ip", "address", "add", f"{address}/24", "broadcast", "+", "dev", link)
                    run("ip", "address", "add", f"{address6}/64", "dev", link, "nodad")
                    run("ip", "link", "set", link, "up")
            with phone:
                run("ip", "route", "add", "default", "via", BOX)
            yield phone
        finally:
            process.kill()


def tcp(address, port=0):
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    made.settimeout(20)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((address, port))
    return made


def udp(port=0, address=""):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.settimeout(20)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    made.bind((address, port))
    return made


def listener(address, port):
    made = tcp(address, port)
    made.listen(PEOPLE)
    return made


def talk(client, server, to):
    """Both ways; whether each heard the other."""
    client.connect(to)
    with server.accept()[0] as answering:
        answering.settimeout(20)
        client.sendall(b"?")
        heard = answering.recv(1) == b"?"
        answering.sendall(b"!")
        return heard and client.recv(1) == b"!"


def the_building_signs_in(phone):
    for box, address in ((BOX, PHONE), (BOX6, PHONE6)):
        with listener(box, 80) as web:
            for _ in range(PEOPLE // 2):
                with phone, tcp(address) as browser:
                    expect(talk(browser, web, (box, 80)), "a page is not served")
    expect(remembered() == 0, f"connections of others are kept in mind: {remembered()}")


def the_phone_asks_for_names(phone):
    with udp(5353) as responder, phone, udp() as resolver:
        for _ in range(PEOPLE):
            resolver.sendto(b"imbox.local?", (BOX, 5353))
        message, asker = responder.recvfrom(64)
        responder.sendto(message, asker)
        expect(resolver.recv(64) == message, "multicast DNS is not answered")
    expect(remembered() == 0, f"questions of others are kept in mind: {remembered()}")


def strangers_knock(phone):
    """Each kind of packet that others may begin, from many senders; no kind is kept in mind."""

    def checksum(data):
        total = sum(struct.unpack(f"!{len(data) // 2}H", data))
        total = (total >> 16) + (total & 0xFFFF)
        return ~(total + (total >> 16)) & 0xFFFF

    with phone, socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        raw.settimeout(20)
        for number in range(100):
            for kind, length in ((8, 8), (13, 20)):
                packet = struct.pack("!BBHHH", kind, 0, 0, number, 1) + bytes(length - 8)
                raw.sendto(packet[:2] + struct.pack("!H", checksum(packet)) + packet[4:], (BOX, 0))
        expect(raw.recv(64)[20] in (0, 14), "the box answers no ping")
    with phone, socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP) as raw:
        packet = struct.pack("!BBH4s", 0x16, 0, 0, socket.inet_aton("239.1.2.3"))
        raw.sendto(packet[:2] + struct.pack("!H", checksum(packet)) + packet[4:], (BOX, 0))
    with udp(68) as lease, phone, udp(67) as router:
        for port in range(10000, 10050):
            with udp(port) as stranger:
                stranger.sendto(b"stranger", ("255.255.255.255", 68))
        router.sendto(b"lease", ("255.255.255.255", 68))
        while lease.recv(64) != b"lease":
            pass
    expect(remembered() == 0, f"packets of strangers are kept in mind: {remembered()}")


def the_rest_stays_shut(phone):
    """Whatever port a packet comes from: a port at which others may be answered opens no other."""
    for there in (22, 53, 67, 8080):
        with listener(BOX, there) as shut, udp(there) as deaf, udp(5353) as marker:
            for here in (0, 53, 67, 80, 443, 5353):
                with phone, tcp(PHONE, here) as knocking, udp(here) as asking:
                    knocking.setblocking(False)
                    expect(knocking.connect_ex((BOX, there)) == errno.EINPROGRESS, f"TCP {there} from {here} is answered")
                    asking.sendto(b"let me in", (BOX, there))
                    # Comes after them, by the same cable.
                    asking.sendto(b"marker", (BOX, 5353))
                    expect(marker.recv(64) == b"marker", "the marker is lost")
                    expect(not select.select([shut, deaf, knocking], [], [], 0)[0], f"port {there} is open from port {here}")
    with phone, tcp(PHONE) as browser:
        expect(browser.connect_ex((BOX, 443)) == errno.ECONNREFUSED, "HTTPS is not refused at once")


def the_box_asks(phone):
    """What it begins is answered, at whatever port the other side listens."""
    for port in (80, 8081):
        with phone:
            other = listener(PHONE, port)
        with other, tcp(BOX) as asking:
            expect(talk(asking, other, (PHONE, port)), f"no answer from port {port} of another machine")
    with phone:
        server = udp(123)
    with server, udp() as asking:
        asking.sendto(b"what time is it?", (PHONE, 123))
        server.sendto(b"late", server.recvfrom(64)[1])
        expect(asking.recv(64) == b"late", "no answer from a time server")
    expect(remembered() >= 3, "the box's own connections are not kept in mind")


def main():
    run("nft", "--file", str(RULES))
    with a_phone() as phone:
        for part in (the_building_signs_in, the_phone_asks_for_names, strangers_knock, the_rest_stays_shut, the_box_asks):
            part(phone)
    for what in sorted(set(failed)):
        print(f"test-firewall.py: {what}")
    raise SystemExit(bool(failed))


main()
