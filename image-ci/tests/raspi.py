"""A Raspberry Pi 3 as QEMU has it: U-Boot from the card's readable partition starts what the card says.

The Pi's own firmware is not emulated: what it would do, loading U-Boot and the device tree, QEMU does. From there on
everything is as on the board, but for the network, which hangs on the same USB controller by another adapter.
"""

import pathlib
import socket
import subprocess
import threading
import time

from card import SECTOR, Card
from machine import CARD_BYTES, free_port, wait_for

#: QEMU takes the arming of the Pi's watchdog for the reset that it would bring.
KERNEL = "systemd.watchdog_sec=off console=ttyS1,115200 loglevel=5"


class Raspi:
    """One board; its card keeps its content between starts."""

    def __init__(self, image, folder):
        self.folder = pathlib.Path(folder)
        self.card = Card(self.folder / "raspi.img")
        subprocess.run(["cp", "--sparse=always", str(image), str(self.card.path)], timeout=120, check=True)
        with self.card.path.open("r+b") as card:
            card.truncate(CARD_BYTES)
        self._boot_loader = self.folder / "u-boot.bin"
        start, _ = self.card.partitions()[0]
        take = ["mcopy", "-o", "-i", f"{self.card.path}@@{start}", "::u-boot.bin", str(self._boot_loader)]
        subprocess.run(take, timeout=60, check=True)
        self._device_tree = self.folder / "rpi3.dtb"
        assert self.card.system_file("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", self._device_tree)
        self._console = self.folder / "raspi-console.log"
        self.port = None
        self._process = None
        self._line = None
        self._listener = None

    def start(self):
        """Power on."""
        self.port = free_port()
        line = self.folder / "raspi-line"
        line.unlink(missing_ok=True)
        command = [
            "qemu-system-aarch64", "-M", "raspi3b", "-nographic", "-nodefaults",
            "-kernel", str(self._boot_loader), "-dtb", str(self._device_tree),
            "-drive", f"file={self.card.path},format=raw,if=sd",
            "-device", "usb-net,netdev=lan",
            "-netdev", f"user,id=lan,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:80",
            # The first line is the PL011, which the board gives to Bluetooth; U-Boot speaks on the second.
            "-serial", "null", "-chardev", f"socket,id=line,path={line},server=on,wait=on", "-serial", "chardev:line",
        ]  # fmt: skip
        log = (self.folder / "raspi-qemu.log").open("ab")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        wait_for(line.exists, 20, "QEMU to start")
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(line))
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._tell_the_kernel()

    def _tell_the_kernel(self):
        """Stops U-Boot, adds to what it says to the kernel, and lets it go on."""
        deadline = time.monotonic() + 60
        while "U-Boot> " not in self._heard():
            assert time.monotonic() < deadline, "U-Boot did not stop at its prompt"
            self._line.sendall(b" ")
            time.sleep(0.05)
        self._line.sendall(b"\x03\n")
        self._line.sendall(f"setenv imbox_debug '{KERNEL}'\n".encode())
        self._line.sendall(b"run bootcmd\n")

    def _listen(self):
        """Writes down what comes over the line, until the board is off."""
        with self._console.open("ab") as log:
            while block := self._line.recv(65536):
                log.write(block)
                log.flush()

    def _heard(self):
        return self._console.read_text(errors="replace") if self._console.exists() else ""

    def off(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=20)
            self._process = None
            self._listener.join(timeout=20)
            self._line.close()

    def slots_tried(self):
        """Which slots U-Boot has tried since the board was switched on, in order."""
        lines = self._heard().splitlines()
        return [line.split()[-1] for line in lines if line.startswith("imbox: slot ")]

    def break_slot_a(self):
        """Damages slot A as a write that was cut off would: its file system's head is gone."""
        start, _ = self.card.partitions()[1]
        with self.card.path.open("r+b") as card:
            card.seek(start)
            card.write(bytes(SECTOR))

    def keep_logs(self, target):
        target.mkdir(parents=True, exist_ok=True)
        for log in self.folder.glob("*.log"):
            (target / log.name).write_bytes(log.read_bytes())
