"""A Raspberry Pi 3 as QEMU has it: U-Boot from the card's readable partition starts what the card says.

The Pi's own firmware is not emulated: what it would do, loading U-Boot and the device tree, QEMU does. From there on
everything is as on the board, but for the network, which hangs on the same USB controller by another adapter.
"""

import pathlib
import socket
import subprocess
import threading
import time

from card import SECTOR
from console import Console
from machine import free_port, new_card, wait_for

#: For every start, as U-Boot saves it. QEMU takes the arming of the Pi's watchdog for the reset that it would bring.
KERNEL = "systemd.watchdog_sec=off systemd.show_status=no console=ttyS1,115200 loglevel=4 systemd.debug_shell=ttyS1"


class Raspi:
    """One board; its card keeps its content between starts."""

    def __init__(self, image, folder):
        self.folder = pathlib.Path(folder)
        self.card = new_card(image, self.folder / "raspi.img")
        self._boot_loader = self.folder / "u-boot.bin"
        start, _ = self.card.partitions()[0]
        take = ["mcopy", "-o", "-i", f"{self.card.path}@@{start}", "::u-boot.bin", str(self._boot_loader)]
        subprocess.run(take, timeout=60, check=True)
        self._device_tree = self.folder / "rpi3.dtb"
        assert self.card.system_file("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", self._device_tree)
        self._process = None
        self._line = None
        self.port = None
        self.console = None

    def start(self):
        """Power on."""
        self.port = free_port()
        path = self.folder / "raspi-line"
        path.unlink(missing_ok=True)
        command = [
            "qemu-system-aarch64", "-M", "raspi3b", "-nographic", "-nodefaults",
            "-kernel", str(self._boot_loader), "-dtb", str(self._device_tree),
            "-drive", f"file={self.card.path},format=raw,if=sd",
            "-device", "usb-net,netdev=lan",
            "-netdev", f"user,id=lan,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:80",
            # The first line is the PL011, which the board gives to Bluetooth; U-Boot and kernel speak on the second.
            "-serial", "null", "-chardev", f"socket,id=line,path={path},server=on,wait=on", "-serial", "chardev:line",
        ]  # fmt: skip
        log = (self.folder / "raspi-qemu.log").open("ab")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        wait_for(path.exists, 20, "QEMU to start")
        self._line = Line(path, self.folder / "raspi-console.log")
        self.console = Console(lambda: self._line)
        self._tell_the_kernel()

    def _tell_the_kernel(self):
        """Stops U-Boot, adds to what it says to the kernel, and lets it go on."""
        deadline = time.monotonic() + 60
        while "U-Boot> " not in self._line.said():
            assert time.monotonic() < deadline, "U-Boot did not stop at its prompt"
            self._line.sendall(b" ")
            time.sleep(0.05)
        self._line.sendall(b"\x03\n")
        self._line.sendall(f"setenv imbox_debug '{KERNEL}'\n".encode())
        self._line.sendall(b"run bootcmd\n")

    def off(self):
        """As if the plug were pulled."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=20)
            self._process = None
            self._line.close()

    def running(self):
        return self._process is not None and self._process.poll() is None

    def slots_tried(self):
        """Which slots U-Boot has tried since the board was switched on, in order."""
        lines = self._line.said().splitlines()
        return [line.split()[-1] for line in lines if line.startswith("imbox: slot ")]

    def break_slot(self, name):
        """Damages a slot as a write that was cut off would: its file system's head is gone."""
        start, _ = self.card.partitions()[{"A": 1, "B": 2}[name]]
        with self.card.path.open("r+b") as card:
            card.seek(start)
            card.write(bytes(SECTOR))

    def keep_logs(self, target):
        target.mkdir(parents=True, exist_ok=True)
        if self.running():
            try:
                (target / "journal.log").write_text(self.console.run("journalctl --no-pager --boot", timeout=120))
            except Exception as problem:  # noqa: BLE001 - a dead board has only its console log
                (target / "journal.log").write_text(f"the journal could not be read: {problem}\n")
        for log in self.folder.glob("*.log"):
            (target / log.name).write_bytes(log.read_bytes())


class Line:
    """The board's only serial line, which boot loader, kernel and shell share: all of it is written down."""

    def __init__(self, path, log):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._log = log
        self._heard = bytearray()
        self._taken = 0
        self._more = threading.Condition()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self):
        with self._log.open("ab") as log:
            while block := self._socket.recv(65536):
                log.write(block)
                log.flush()
                with self._more:
                    self._heard += block
                    self._more.notify_all()

    def said(self):
        """All that came since the board was switched on."""
        return self._heard.decode(errors="replace").replace("\r", "")

    def sendall(self, data):
        # The board's line has no buffer to speak of: a shell reads it byte by byte.
        for at in range(0, len(data), 16):
            self._socket.sendall(data[at : at + 16])
            time.sleep(0.01)

    def recv(self, _limit):
        """What came since the last call."""
        with self._more:
            if not self._more.wait_for(lambda: len(self._heard) > self._taken, timeout=2):
                raise TimeoutError
            block = bytes(self._heard[self._taken :])
            self._taken = len(self._heard)
            return block

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._listener.join(timeout=20)
        self._socket.close()
