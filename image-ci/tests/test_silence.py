"""Nothing leaves the building unasked: every packet that the box sends over its cable is looked at. And whom it asks for the time."""

import ipaddress
import socket
import struct
import threading
import time

import household
import pytest
from conftest import BOOT_SECONDS, new_box
from machine import wait_for
from office import ROUTER
from sniffer import Sniffer, unasked

pytestmark = [pytest.mark.timeout(2400), pytest.mark.full]

HOUSE = ipaddress.ip_network("192.168.77.0/24")
TEN_MINUTES = 600
#: Seconds from 1900 to 1970.
NTP_EPOCH = 2_208_988_800
#: An address in the house where nobody is.
ADMINS_CHOICE = "192.168.77.3"


def test_nothing_leaves_the_building_unasked(tmp_path_factory, told):
    """The first start, ten minutes, and whatever is done once a day: no name is asked for, no time, no page; and nothing at all
    goes to an address that is not the house's."""
    with new_box(tmp_path_factory) as box:
        office = box.machine.office
        run = lambda *words, **more: box.machine.console.run(*words, **more)  # noqa: E731
        sniffer = Sniffer(box.machine.cable)
        try:
            box.machine.start(lan=False)
            found = wait_for(lambda: in_house(office.phone.lookup("imbox.local")), BOOT_SECONDS, "imbox.local to be found")
            code = household.code_on_the_card(box.machine)
            status, claimed = office.post(f"http://{found}/api/v1/claim", {"code": code, "name": "Wang Fang", "password": household.PASSWORD})
            assert status < 300, claimed
            wait_for(lambda: float(run("cut -d ' ' -f 1 /proc/uptime")) > TEN_MINUTES, BOOT_SECONDS + TEN_MINUTES, "ten minutes")
            timers = run("systemctl list-timers --all --plain --no-legend | awk '{ print $NF }'").split()
            assert timers
            told["timers"] = " ".join(timers)
            run(f"systemctl start {' '.join(timers)}", timeout=300)
            # The daemon looks at its start, and then once an hour, at what is due once a day.
            run("date -s '+25 hours' && systemctl restart imd.service", timeout=120)
            wait_for(lambda: run("journalctl -u imd.service -o cat | grep 'daily copy' || true"), 180, "the daily work")
            assert office.get(f"http://{found}/") == 200
            # What the box is made to ask is seen: else silence would prove nothing.
            assert all(unasked(frame, HOUSE) is None for frame in sniffer.frames), said(sniffer)
            assert any(b"\x05imbox\x05local" in frame for frame in sniffer.frames), "nothing of the box was seen at all"
            run("busctl call org.freedesktop.timesync1 /org/freedesktop/timesync1 org.freedesktop.timesync1.Manager SetRuntimeNTPServers as 1 192.0.2.1")
            wait_for(lambda: "-> 123" in said(sniffer), 120, "the box to ask for the time")
        finally:
            sniffer.close()


def test_it_asks_the_house_for_the_time_and_then_whom_the_admin_chose(tmp_path_factory):
    """The router offers the time; a box that stands in last week takes it from there, and from nobody else. What an admin chooses
    comes before it."""
    with new_box(tmp_path_factory, offers=[f"option:ntp-server,{ROUTER}"]) as box:
        sniffer = Sniffer(box.machine.cable)
        serve_time(box.machine.office)
        try:
            box.machine.start(clock="2026-11-08T00:00:00")
            wait_for(lambda: household.healthy(box.machine), BOOT_SECONDS, "the box to answer")
            wait_for(lambda: abs(int(box.machine.console.run("date +%s")) - time.time()) < 30, 180, "the box to have the right time")
            household.own(box, "Wang Fang", "What time is it?")
            clock = box.owner.administer("GET", "/api/v1/admin/clock").json()
            assert (clock["servers"], clock["offered_servers"], clock["server"]) == ([], [ROUTER], ROUTER) and clock["synchronised"]
            asked = {words for frame in sniffer.frames if (words := unasked(frame, HOUSE, [ROUTER]))}
            assert not any("-> 123" in words for words in asked), asked
            box.owner.administer("PATCH", "/api/v1/admin/clock", json={"servers": [ADMINS_CHOICE]})
            wait_for(lambda: any(asks_for(frame, ADMINS_CHOICE) for frame in sniffer.frames), 180, "the admin's server to be asked")
        finally:
            sniffer.close()


def in_house(addresses):
    return next((address for address in addresses if address.startswith("192.168.77.")), None)


def said(sniffer):
    return ", ".join(sorted({words for frame in sniffer.frames if (words := unasked(frame, HOUSE))}))


def asks_for(frame, address):
    """Who has that address?"""
    return frame[12:14] == b"\x08\x06" and frame[38:42] == ipaddress.ip_address(address).packed


def serve_time(office):
    """Somebody in the office who knows what time it is (RFC 5905: a server of the first stratum)."""
    with office.here():
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.bind((ROUTER, 123))

    def stamp():
        now = time.time() + NTP_EPOCH
        return struct.pack("!II", int(now), int(now % 1 * 2**32))

    def serve():
        while True:
            try:
                question, asker = line.recvfrom(256)
            except OSError:
                return
            head = struct.pack("!BBbbII4s", 0x24, 1, 6, -20, 0, 0, b"GPS\0")
            line.sendto(head + stamp() + question[40:48] + stamp() + stamp(), asker)

    threading.Thread(target=serve, daemon=True).start()
    office.on_close(line.close)
