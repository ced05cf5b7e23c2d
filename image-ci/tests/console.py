"""A root shell over a serial line: what the tests ask a running box that nobody can ask from outside.

The image has no such shell; the kernel command line of the test asks systemd for it.
"""

import itertools
import re
import socket
import time


class ConsoleError(Exception):
    """The shell did not answer in time, or a command failed."""


def unix_line(path):
    """The way to a serial line that QEMU serves as a socket."""

    def dial():
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(2)
        line.connect(str(path))
        return line

    return dial


class Console:
    """Runs one command at a time over whatever `dial` gives: a socket, or something with the same way of sending."""

    def __init__(self, dial):
        self._dial = dial
        self._socket = None
        self._numbers = itertools.count(1)

    def run(self, command, timeout=60, check=True):
        """The output of a shell command; raises if it fails, unless told not to check."""
        deadline = time.monotonic() + timeout
        self._connect(deadline)
        number = next(self._numbers)
        # The mark is written in two parts, so that the line as echoed is not taken for the answer.
        # Where `less` is there, what tools say would wait in it for a key.
        line = f"export PAGER=cat SYSTEMD_PAGER=cat SYSTEMD_COLORS=0; stty -echo -onlcr cols 999; printf 'im''box-{number}<'; ( {command} ) 2>&1; printf '>im''box-%s-%s\\n' {number} $?\n"
        self._socket.sendall(line.encode())
        found = self._read_until(rf"imbox-{number}<(.*)>imbox-{number}-(\d+)\n", deadline, command)
        output, status = found.group(1), int(found.group(2))
        if check and status != 0:
            raise ConsoleError(f"`{command}` ended with {status}:\n{output}")
        return output.strip()

    def close(self):
        if self._socket:
            self._socket.close()
            self._socket = None

    def _connect(self, deadline):
        """Connects, and waits until a shell answers: what is typed before it runs is lost."""
        if self._socket:
            return
        self._socket = self._dial()
        while True:
            self._socket.sendall(b"\nprintf 'hel''lo-%s\\n' there\n")
            try:
                self._read_until(r"hello-there", min(deadline, time.monotonic() + 3), "a shell")
                return
            except ConsoleError:
                if time.monotonic() > deadline:
                    raise

    def _read_until(self, pattern, deadline, what):
        heard = ""
        while not (found := re.search(pattern, heard, re.DOTALL)):
            if time.monotonic() > deadline:
                raise ConsoleError(f"no answer in time to: {what}\nheard: {heard[-2000:]!r}")
            try:
                block = self._socket.recv(65536)
            except TimeoutError:
                continue
            if not block:
                raise ConsoleError(f"the line was closed during: {what}")
            heard += block.decode(errors="replace").replace("\r", "")
        return found
