"""In IPv6 one device has as many addresses as it likes. Were this to fail, it could take every connection that the box has."""

import json
import sys

from lan import ip
from processes import HERE, Program, wait_for

LIMITS = """
[limits]
max_connections = 40
max_connections_per_address = 3
[mdns]
enabled = false
"""


class Daemon(Program):
    """The whole box; what it says is its log."""

    def _read(self):
        for _ in self.process.stdout:
            pass


def knock(site, netns, tmp_path, box, addresses, each):
    """Somebody who knocks; their connections stay open until the test ends."""
    somebody = Program(site, netns, [sys.executable, HERE / "knock.py"], tmp_path / f"{netns}.log")
    somebody.say(json.dumps([box, 8080, addresses, each]))
    return somebody.wait_line(lambda line: "answered" in line, "an answer to each or an end")["answered"]


def plugged(site, lan, name, *addresses):
    netns = site.namespace(name)
    # `nodad`: no waiting for others who might have the address.
    site.plug(netns, lan, interface="eth0")
    for address in addresses:
        ip("address", "add", address, "dev", "eth0", "nodad", netns=netns)
    return netns


def test_a_device_of_many_ipv6_addresses_shuts_nobody_out(site, imd, tmp_path):
    lan = site.switch()
    box = plugged(site, lan, "box", "fd77::1/64", "fd78::1/64")
    (tmp_path / "imbox.toml").write_text(LIMITS, encoding="utf-8")
    options = ["serve", "--config", tmp_path / "imbox.toml", "--listen", "[::]:8080", "--data", tmp_path / "data"]
    Daemon(site, box, [imd, *options], tmp_path / "box.log")
    many = [f"fd77::1:{number:x}" for number in range(1, 31)]
    greedy = plugged(site, lan, "greedy", *(f"{address}/64" for address in many))
    neighbour = plugged(site, lan, "neighbour", "fd78::5/64")

    # It is there as soon as one connection is answered.
    first = plugged(site, lan, "first", "fd78::9/64")
    here = {"fd78::9": 1}
    wait_for("the box", lambda: knock(site, first, tmp_path, "fd78::1", list(here), 1), lambda got: got == here)

    got = knock(site, greedy, tmp_path, "fd77::1", many, 5)
    assert max(got.values()) <= 3, "of one address"
    assert sum(got.values()) == 20, f"half of all for one network: {got}"
    # The rest of the house comes in all the same, each address for itself.
    assert knock(site, neighbour, tmp_path, "fd78::1", ["fd78::5"], 5) == {"fd78::5": 3}
