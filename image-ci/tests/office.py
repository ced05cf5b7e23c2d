"""The network that boxes are plugged into: a switch in a network namespace, with somebody on it who gives out addresses, and
a phone that looks for the boxes.

Needs root. The phone's resolver is not ours (python-zeroconf); see imd/tests/discovery/phone.py, which this uses.
"""

import contextlib
import ctypes
import fcntl
import itertools
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[2] / "imd/tests/discovery"))

from processes import Phone  # noqa: E402

#: Of the router; the box gets one of the others.
ROUTER = "192.168.77.1"
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
CLONE_NEWNET = 0x40000000
ETH_P_ALL = 0x0003

_numbers = itertools.count(1)


class Office:
    """One LAN. `close` removes it, whatever state it is in. `offers` are more of dnsmasq's DHCP options."""

    def __init__(self, folder, offers=()):
        self.folder = pathlib.Path(folder)
        self._offers = [f"--dhcp-option={offer}" for offer in offers]
        number = next(_numbers)
        self.name = f"imbox-office-{os.getpid()}-{number}"
        self._closing = []
        self.run("ip", "netns", "add", self.name)
        self.on_close(lambda: subprocess.run(["ip", "netns", "del", self.name], capture_output=True, timeout=20, check=False))
        self._set_up_switch()
        self._give_out_addresses()
        self.phone = Phone(self, self.name, self.folder / "phone.log")

    def _set_up_switch(self):
        self.inside("ip", "link", "set", "lo", "up")
        # It must not wait for anybody to say who wants which multicast: nobody here asks.
        self.inside("ip", "link", "add", "lan", "type", "bridge", "mcast_snooping", "0")
        self.inside("ip", "address", "add", f"{ROUTER}/24", "dev", "lan")
        self.inside("ip", "link", "set", "lan", "up")

    def new_cable(self):
        """For one more box."""
        return Cable(self, next(_numbers))

    def _give_out_addresses(self):
        command = [
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=lan", "--bind-interfaces",
            "--dhcp-range=192.168.77.50,192.168.77.99,1h", "--leasefile-ro", "--user=root", "--pid-file=",
            # Names and the way out as every router offers them, so that a box that wants out tries.
            f"--dhcp-option=option:dns-server,{ROUTER}", *self._offers,
        ]  # fmt: skip
        log = (self.folder / "dhcp.log").open("ab")
        process = subprocess.Popen(["ip", "netns", "exec", self.name, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def stop():
            process.terminate()
            process.wait(timeout=20)

        self.on_close(stop)

    def get(self, url, timeout=20):
        """The status of a page as somebody in this office opens it by address; None when there is no answer."""
        ask = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=float(sys.argv[2])).status)"
        status = self._ask(ask, url, str(timeout), timeout=timeout)
        return int(status) if status else None

    def post(self, url, body, timeout=20):
        """What is answered to JSON that somebody in this office sends: status, and content. No answer is a failure."""
        ask = (
            "import sys, urllib.error, urllib.request as u\n"
            "r = u.Request(sys.argv[1], sys.argv[2].encode(), {'Content-Type': 'application/json'})\n"
            "try: a = u.urlopen(r, timeout=float(sys.argv[3]))\n"
            "except urllib.error.HTTPError as refused: a = refused\n"
            "print(a.status, a.read().decode())"
        )
        said = self._ask(ask, url, json.dumps(body), str(timeout), timeout=timeout)
        assert said, f"no answer from {url} within {timeout} s"
        status, content = said.split(" ", 1)
        return int(status), json.loads(content)

    @contextlib.contextmanager
    def here(self):
        """Sockets that are made inside belong to this network."""
        home, there = os.open("/proc/thread-self/ns/net", os.O_RDONLY), os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        enter = ctypes.CDLL(None, use_errno=True).setns
        try:
            assert enter(there, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            yield
        finally:
            assert enter(home, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
            os.close(home)
            os.close(there)

    def _ask(self, program, *arguments, timeout):
        command = ["ip", "netns", "exec", self.name, sys.executable, "-c", program, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout + 30, check=False)
        return done.stdout if done.returncode == 0 else None

    def on_close(self, close):
        """Calls `close` when the office is closed, the last first."""
        self._closing.append(close)

    def close(self):
        for close in reversed(self._closing):
            close()

    def inside(self, *command):
        return self.run("ip", "netns", "exec", self.name, *command)

    @staticmethod
    def run(*command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}"
        return done.stdout


class Cable:
    """From a box to the switch: one end in the namespace, the other for QEMU, as a file that stays open."""

    def __init__(self, office, number):
        self._office, self._number = office, number
        self._name = name = f"ibx{os.getpid() % 100000}.{number}"
        self.file = os.open("/dev/net/tun", os.O_RDWR)
        office.on_close(lambda: os.close(self.file))
        fcntl.ioctl(self.file, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
        office.run("ip", "link", "set", name, "netns", office.name)
        office.inside("ip", "link", "set", name, "master", "lan")
        self.put_back()

    def options(self):
        """What QEMU has to be told, the address of the box's port with it; it has to be given the file too."""
        port = f"52:54:01:00:{self._number >> 8:02x}:{self._number & 255:02x}"
        return ["-netdev", f"tap,id=office,fd={self.file}", "-device", f"virtio-net-pci,netdev=office,romfile=,mac={port}"]

    def packets(self):
        """A socket that receives every frame on it."""
        with self._office.here():
            line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            line.bind((self._name, ETH_P_ALL))
        return line

    def pull(self):
        self._office.inside("ip", "link", "set", self._name, "down")

    def put_back(self):
        self._office.inside("ip", "link", "set", self._name, "up")
