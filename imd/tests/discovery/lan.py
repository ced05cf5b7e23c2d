"""LANs made of network namespaces: bridges are the switches, namespaces the machines."""

import itertools
import os
import subprocess

_numbers = itertools.count(1)


def ip(*arguments, netns=None):
    """Runs `ip`, in a namespace if one is given; raises with its own words if it fails."""
    command = ["ip", *(["-n", netns] if netns else []), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


class Site:
    """Everything one test builds. `close` removes it, whatever state it is in."""

    def __init__(self):
        self._name = f"imbox-{os.getpid()}-{next(_numbers)}"
        self._namespaces = []
        self._switches = itertools.count(1)
        self._plugs = itertools.count(1)
        self._closing = []
        self.room = self.namespace("room")

    def namespace(self, name):
        """A new namespace with its loopback up."""
        full = f"{self._name}-{name}"
        ip("netns", "add", full)
        self._namespaces.append(full)
        ip("link", "set", "lo", "up", netns=full)
        return full

    def switch(self):
        """A LAN; the result names it."""
        name = f"lan{next(self._switches)}"
        # Without snooping a bridge floods multicast, as a plain switch does.
        ip("link", "add", name, "type", "bridge", "mcast_snooping", "0", "forward_delay", "0", netns=self.room)
        ip("link", "set", name, "up", netns=self.room)
        return name

    def plug(self, machine, switch, *addresses, interface="eth0"):
        """A cable from a machine to a LAN, with addresses such as 10.0.0.1/24."""
        port = f"plug{next(self._plugs)}"
        ip("link", "add", "dev", port, "type", "veth", "peer", "name", interface, "netns", machine, netns=self.room)
        ip("link", "set", "dev", port, "master", switch, "up", netns=self.room)
        for address in addresses:
            ip("address", "add", address, "dev", interface, netns=machine)
        ip("link", "set", "dev", interface, "up", netns=machine)
        return port

    def cable(self, port, state):
        """Pulls a machine's cable (`down`) or puts it back (`up`)."""
        ip("link", "set", "dev", port, state, netns=self.room)

    def join(self, first, second):
        """A cable between two LANs, far from every machine: no machine's link changes."""
        number = next(self._plugs)
        here, there = f"join{number}a", f"join{number}b"
        ip("link", "add", "dev", here, "type", "veth", "peer", "name", there, netns=self.room)
        ip("link", "set", "dev", here, "master", first, "up", netns=self.room)
        ip("link", "set", "dev", there, "master", second, "up", netns=self.room)

    def on_close(self, close):
        """Calls `close` before the namespaces go."""
        self._closing.append(close)

    def close(self):
        for close in reversed(self._closing):
            close()
        for namespace in reversed(self._namespaces):
            subprocess.run(["ip", "netns", "del", namespace], capture_output=True, timeout=20, check=False)
