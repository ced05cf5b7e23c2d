"""The network that a box is plugged into: a cable into a network namespace, with somebody on it who gives out addresses, and
a phone that looks for the box.

Needs root. The phone's resolver is not ours (python-zeroconf); see imd/tests/discovery/phone.py, which this uses.
"""

import fcntl
import itertools
import os
import pathlib
import struct
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[2] / "imd/tests/discovery"))

from processes import Phone  # noqa: E402

#: Of the router; the box gets one of the others.
ROUTER = "192.168.77.1"
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000

_numbers = itertools.count(1)


class Office:
    """One LAN. `close` removes it, whatever state it is in."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        number = next(_numbers)
        self.name = f"imbox-office-{os.getpid()}-{number}"
        self._closing = []
        self._tap = None
        self._run("ip", "netns", "add", self.name)
        self.on_close(lambda: subprocess.run(["ip", "netns", "del", self.name], capture_output=True, timeout=20, check=False))
        self._plug_in(f"ibx{os.getpid() % 100000}.{number}")
        self._give_out_addresses()
        self.phone = Phone(self, self.name, self.folder / "phone.log")

    def _plug_in(self, interface):
        """One end of the cable for QEMU, as a file that stays open; the other in the namespace."""
        self._tap = os.open("/dev/net/tun", os.O_RDWR)
        self.on_close(lambda: os.close(self._tap))
        fcntl.ioctl(self._tap, TUNSETIFF, struct.pack("16sH", interface.encode(), IFF_TAP | IFF_NO_PI))
        self._run("ip", "link", "set", interface, "netns", self.name)
        self._inside("ip", "link", "set", interface, "name", "lan")
        self._inside("ip", "link", "set", "lo", "up")
        self._inside("ip", "address", "add", f"{ROUTER}/24", "dev", "lan")
        self._inside("ip", "link", "set", "lan", "up")

    def _give_out_addresses(self):
        command = [
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=lan", "--bind-interfaces",
            "--dhcp-range=192.168.77.50,192.168.77.99,1h", "--leasefile-ro", "--user=root", "--pid-file=",
        ]  # fmt: skip
        log = (self.folder / "dhcp.log").open("ab")
        process = subprocess.Popen(["ip", "netns", "exec", self.name, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def stop():
            process.terminate()
            process.wait(timeout=20)

        self.on_close(stop)

    def cable(self):
        """What QEMU has to be told, and the file it has to be given."""
        options = ["-netdev", f"tap,id=office,fd={self._tap}", "-device", "virtio-net-pci,netdev=office,romfile="]
        return options, self._tap

    def get(self, url, timeout=20):
        """The status of a page as somebody in this office opens it by address; None when there is no answer."""
        ask = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=float(sys.argv[2])).status)"
        command = ["ip", "netns", "exec", self.name, sys.executable, "-c", ask, url, str(timeout)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout + 30, check=False)
        return int(done.stdout) if done.returncode == 0 else None

    def pull_cable(self):
        self._inside("ip", "link", "set", "lan", "down")

    def put_cable_back(self):
        self._inside("ip", "link", "set", "lan", "up")

    def on_close(self, close):
        """Calls `close` when the office is closed, the last first."""
        self._closing.append(close)

    def close(self):
        for close in reversed(self._closing):
            close()

    def _inside(self, *command):
        return self._run("ip", "netns", "exec", self.name, *command)

    @staticmethod
    def _run(*command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}"
        return done.stdout
