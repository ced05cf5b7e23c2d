"""Raspberry Pis as QEMU has them: U-Boot from the card's readable partition starts what the card says.

The Pi's own firmware is not emulated: what it would do, loading U-Boot and the board's device tree from the readable partition, is
done here. From there on everything is as on the board, but for what QEMU's boards lack; `BOARDS` names all of it.
"""

import contextlib
import dataclasses
import pathlib
import socket
import subprocess
import threading
import time

from card import SECTOR
from console import Console
from machine import QEMU, free_port, new_card, wait_for

#: For every start. QEMU takes the arming of the Pi's watchdog for the reset that it would bring.
KERNEL = "systemd.watchdog_sec=off systemd.show_status=no loglevel=4"
#: The Pi's watchdog, in the trees of all of them: U-Boot must not arm it either.
WATCHDOG = "/soc/watchdog@7e100000"


@dataclasses.dataclass(frozen=True)
class Model:
    """A board: QEMU's name, its device tree, what the kernel calls it, and how the card is plugged in."""

    machine: str
    tree: str
    name: str
    card: tuple
    #: Where the kernel and a shell speak. U-Boot speaks on the mini UART, which is ttyS1; the PL011, ttyAMA0, is for Bluetooth.
    shell: str = "ttyS1"
    #: Changes to a copy of the tree that the kernel gets: (node, property, value), or None for a property that goes.
    changes: tuple = ()


PI_3 = Model("raspi3b", "bcm2837-rpi-3-b", "Raspberry Pi 3 Model B", card=("-drive", "file={card},format=raw,if=sd"))
PI_4 = Model(
    "raspi4b",
    "bcm2711-rpi-4-b",
    "Raspberry Pi 4 Model B",
    # Where a Pi 4 has it: on emmc2. QEMU would plug it into the controller that has the Wi-Fi on the board.
    card=("-drive", "file={card},format=raw,if=none,id=card", "-device", "sd-card,drive=card,bus=/generic-sdhci/sd-bus"),
    # With QEMU's mini UART on a Pi 4, the kernel gets the same interrupt for ever.
    shell="ttyAMA0",
    changes=(
        ("/soc/serial@7e201000/bluetooth", "status", "disabled"),
        # QEMU has none of these, and a kernel that looks for them ends there.
        ("/scb/pcie@7d500000", "status", "disabled"),
        ("/scb/ethernet@7d580000", "status", "disabled"),
        ("/soc/rng@7e104000", "status", "disabled"),
        ("/soc/avs-monitor@7d5d2000/thermal", "status", "disabled"),
        # HDMI: the picture that U-Boot leaves stays.
        ("/soc/interrupt-controller@7ef00100", "status", "disabled"),
        ("/soc/clock@7ef00000", "status", "disabled"),
        ("/soc/hdmi@7ef00700", "status", "disabled"),
        ("/soc/hdmi@7ef05700", "status", "disabled"),
        ("/soc/i2c@7ef04500", "status", "disabled"),
        ("/soc/i2c@7ef09500", "status", "disabled"),
        # Its firmware switches no voltages of the card.
        ("/emmc2bus/mmc@7e340000", "vmmc-supply", None),
        ("/emmc2bus/mmc@7e340000", "vqmmc-supply", None),
        # The board's USB sockets hang on PCIe; the controller that is left is the one behind the power socket. It gets a network adapter.
        ("/soc/usb@7e980000", "dr_mode", "host"),
    ),
)


def for_the_script(model):
    """For U-Boot's script, before it starts the kernel: what it is to tell the kernel of this board, and the changes to its tree. Each
    board gets its own alone: a card may be put into another one."""
    words = f"console={model.shell},115200 systemd.debug_shell={model.shell} {KERNEL}"
    tree = ["fdt addr ${tree_at}", "fdt resize 1000"] if model.changes else []
    changes = [f"fdt rm {node} {name}" if value is None else f"fdt set {node} {name} {value}" for node, name, value in model.changes]
    begin = f"if test ${{fdtfile}} = broadcom/{model.tree}.dtb; then"
    return "\n".join([begin, f'setenv bootargs "${{bootargs}} {words}"', *tree, *changes, "fi", ""])


class Raspi:
    """One board; its card keeps its content between starts, and can be put into another board while it is off."""

    def __init__(self, image, folder, model=PI_3):
        self.folder = pathlib.Path(folder)
        self.card = new_card(image, self.folder / "raspi.img")
        self.model = model
        #: Is the script on the card one that a test has put there?
        self.prepared = False
        self._process = None
        #: U-Boot's.
        self.line = None
        self._lines = []
        self.port = None
        self.console = None

    def start(self):
        """Power on."""
        boot_loader, tree = self._what_the_firmware_loads()
        if not self.prepared:
            self._prepare_the_script()
        self.port = free_port()
        lines = [self.folder / "raspi-pl011", self.folder / "raspi-mini-uart"]
        for path in lines:
            path.unlink(missing_ok=True)
        command = [
            QEMU, "-M", self.model.machine, "-nographic", "-nodefaults", "-kernel", str(boot_loader), "-dtb", str(tree),
            *(word.format(card=self.card.path) for word in self.model.card),
            "-device", "usb-net,netdev=lan",
            "-netdev", f"user,id=lan,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:80",
        ]  # fmt: skip
        for path in lines:
            command += ["-chardev", f"socket,id={path.name},path={path},server=on,wait=on", "-serial", f"chardev:{path.name}"]
        log = (self.folder / "raspi-qemu.log").open("ab")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        # QEMU goes on when somebody listens to both.
        self._lines = []
        for path in lines:
            wait_for(path.exists, 20, "QEMU to start")
            self._lines.append(Line(path, self.folder / f"{path.name}.log"))
        self.line = self._lines[1]
        shell = self._lines[0] if self.model.shell == "ttyAMA0" else self.line
        self.console = Console(lambda: shell)

    def _what_the_firmware_loads(self):
        """U-Boot, and the board's tree as the kernel has it: both from the readable partition that the card names now."""
        boot_loader, tree = self.folder / "u-boot.bin", self.folder / "board.dtb"
        self.card.copy_config_file("u-boot.bin", boot_loader)
        self.card.copy_config_file(f"{self.model.tree}.dtb", tree)
        subprocess.run(["fdtput", "--type", "s", str(tree), WATCHDOG, "status", "disabled"], timeout=20, check=True)
        return boot_loader, tree

    def _prepare_the_script(self):
        """U-Boot takes no word from the line, so what it is to tell the kernel is put into its script; the rest of it is as it ships."""
        script, start = self.card.boot_script(), "booti "
        added = "".join(for_the_script(model) for model in (PI_3, PI_4)) + start
        if added not in script:
            assert script.count(start) == 1
            self.card.put_boot_script(script.replace(start, added))

    def off(self):
        """As if the plug were pulled."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=20)
            self._process = None
            for line in self._lines:
                line.close()

    def running(self):
        return self._process is not None and self._process.poll() is None

    def said(self):
        """All that came over the serial line since the board was switched on."""
        return self.line.said()

    def slots_tried(self):
        """Which slots U-Boot has tried since the board was switched on, in order."""
        lines = self.line.said().splitlines()
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
        # A board that is switched off while something was on its way to it resets the connection.
        with self._log.open("ab") as log, contextlib.suppress(ConnectionResetError):
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
