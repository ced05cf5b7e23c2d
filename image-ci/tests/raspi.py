"""A Raspberry Pi 3 as QEMU has it: U-Boot from the card's readable partition starts what the card says.

The Pi's own firmware is not emulated: what it would do, loading U-Boot and the device tree, QEMU does. From there on
everything is as on the board, but for the network, which hangs on the same USB controller by another adapter.
"""

import pathlib
import subprocess

from card import SECTOR, Card
from machine import CARD_BYTES, free_port


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

    def start(self):
        """Power on."""
        self.port = free_port()
        command = [
            "qemu-system-aarch64", "-M", "raspi3b", "-nographic", "-nodefaults",
            "-kernel", str(self._boot_loader), "-dtb", str(self._device_tree),
            "-drive", f"file={self.card.path},format=raw,if=sd",
            "-device", "usb-net,netdev=lan",
            "-netdev", f"user,id=lan,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:80",
            # The first line is the PL011, which the board gives to Bluetooth; U-Boot speaks on the second.
            "-serial", "null", "-serial", f"file:{self._console}",
        ]  # fmt: skip
        log = (self.folder / "raspi-qemu.log").open("ab")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def off(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=20)
            self._process = None

    def slots_tried(self):
        """Which slots U-Boot has tried since the board was switched on, in order."""
        lines = self._console.read_text(errors="replace").splitlines()
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
