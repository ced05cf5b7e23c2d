"""A box without its hardware: QEMU's `virt` board with a card, a network port and a serial line.

Knows nothing of chat. Power is what it has: on, and cut off.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import time

from card import Card
from console import Console, unix_line

#: image-ci/qemu.sh says where one lies that knows all the boards.
QEMU = os.environ.get("QEMU", "qemu-system-aarch64")
#: A card as small as anybody would buy; the image is smaller and has to grow.
CARD_BYTES = 2 << 30
#: What the boot loader says to the kernel, but for the shell. The corner of memory for its last words is in a Pi's tree.
KERNEL = (
    "root=PARTUUID=696d626f-02 rootfstype=squashfs ro rootwait init=/usr/lib/imbox/preinit rauc.slot=A panic=10"
    " fsck.repair=yes vt.global_cursor_default=0 reserve_mem=128K:4K:oops ramoops.mem_name=oops"
)


class Machine:
    """One box; its card keeps its content between starts."""

    def __init__(self, image, folder, office=None):
        self._prepare(new_card(image, pathlib.Path(folder) / "card.img"), folder, office)
        # What U-Boot would have written before it started this slot.
        self.card.write_environment({"BOOT_ORDER": "A B", "BOOT_A_LEFT": "2", "BOOT_B_LEFT": "3"})

    @classmethod
    def with_card(cls, card, folder):
        """A card that was in another board, running from slot A. What is seen here says nothing of that board's network."""
        made = cls.__new__(cls)
        made._prepare(card, folder, None)
        made._words = " systemd.mask=imbox-trial.service"
        return made

    def _prepare(self, card, folder, office):
        self.office = office
        self.cable = office.new_cable() if office else None
        self.folder = pathlib.Path(folder)
        self.card = card
        self._words = ""
        self.console = None
        self.port = None
        self.started = None
        self._process = None
        self._starts = 0
        self._kernel = self.folder / "Image"
        self._initrd = self.folder / "initrd"
        assert self.card.system_file("boot/Image", self._kernel), "slot A has no boot/Image"
        self._has_initrd = self.card.system_file("boot/initrd", self._initrd)

    def start(self, cables=True, clock=None, write_log=None, words="", memory=1024, lan=True):
        """Power on; with another clock than the right one, a log of all that is written to the card, more words for the
        kernel, or another size of memory in MiB, if they are given. Without `lan` the office's cable is the only one."""
        assert self._process is None, "it is on already"
        self._starts += 1
        self.port = free_port()
        shell = self.folder / "shell"
        shell.unlink(missing_ok=True)
        command = [
            QEMU, "-M", "virt", "-cpu", "cortex-a72", "-smp", "2", "-m", str(memory), "-nographic", "-nodefaults",
            "-kernel", str(self._kernel),
            "-append", f"{KERNEL} console=ttyAMA0 loglevel=6 systemd.debug_shell=ttyAMA1{self._words} {words}",
            *self._drive(write_log),
            "-device", "virtio-blk-pci,drive=card,romfile=",
            "-device", "virtio-rng-pci", "-device", "virtio-gpu-pci", "-device", "qemu-xhci",
            "-monitor", f"unix:{self.folder / 'monitor'},server=on,wait=off",
            "-serial", f"file:{self.folder / f'console-{self._starts}.log'}",
            # A second one for the shell, and no virtio console: that one's driver keeps 8 MiB for what might be typed.
            "-chardev", f"socket,id=shell,path={shell},server=on,wait=off", "-serial", "chardev:shell",
        ]  # fmt: skip
        if self._has_initrd:
            command += ["-initrd", str(self._initrd)]
        files = ()
        if clock:
            command += ["-rtc", f"base={clock}"]
        if cables and lan:
            command += ["-netdev", f"user,id=lan,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:80"]
            command += ["-device", "virtio-net-pci,netdev=lan,romfile="]
        if cables and self.cable:
            command += self.cable.options()
            files = (self.cable.file,)
        log = (self.folder / "qemu.log").open("ab")
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=files)
        self.started = time.monotonic()
        wait_for(shell.exists, 20, "QEMU to start")
        self.console = Console(unix_line(shell))

    def _drive(self, write_log):
        if write_log is None:
            return ["-drive", f"file={self.card.path},format=raw,if=none,id=card,cache=writeback"]
        write_log.touch()
        logged = f"driver=blklogwrites,node-name=card,file.driver=file,file.filename={self.card.path}"
        return ["-blockdev", f"{logged},log.driver=file,log.filename={write_log}"]

    def cut_power(self):
        """As if the plug were pulled: nothing inside gets to do anything."""
        self._process.kill()
        self._process.wait(timeout=20)
        self._process = None
        self.console.close()

    def off(self):
        if self._process is not None:
            self.cut_power()

    def running(self):
        return self._process is not None and self._process.poll() is None

    def plug_in(self, stick):
        """A USB stick, as an image file."""
        self._tell(f"drive_add 0 file={stick},format=raw,if=none,id=stick", "device_add usb-storage,drive=stick,id=plugged")

    def pull_out(self):
        """The stick; what is still on its way to it is lost."""
        self._tell("device_del plugged")

    def screenshot(self):
        """What the box's screen shows: a PNG file."""
        target = self.folder / "screen.png"
        self._tell(f"screendump {target} -f png")
        return target

    def _tell(self, *orders):
        """QEMU's monitor; each order is carried out when it asks for the next."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(20)
            monitor.connect(str(self.folder / "monitor"))
            answer = _until_prompt(monitor)
            for order in orders:
                monitor.sendall(f"{order}\n".encode())
                answer = _until_prompt(monitor)
                assert "Error" not in answer, f"{order}: {answer}"

    def console_log(self):
        logs = sorted(self.folder.glob("console-*.log"))
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')}" for log in logs)

    def keep_logs(self, target):
        """Whatever says why it went wrong."""
        target.mkdir(parents=True, exist_ok=True)
        if self.running():
            try:
                (target / "journal.log").write_text(self.console.run("journalctl --no-pager --boot", timeout=60))
            except Exception as problem:  # noqa: BLE001 - a dead box has only its console log
                (target / "journal.log").write_text(f"the journal could not be read: {problem}\n")
            try:
                shutil.copy(self.screenshot(), target)
            except (OSError, AssertionError) as problem:
                (target / "screen.txt").write_text(f"no picture of the screen: {problem}\n")
        for log in self.folder.glob("*.log"):
            shutil.copy(log, target)


def _until_prompt(monitor):
    said = b""
    while not said.endswith(b"(qemu) "):
        piece = monitor.recv(4096)
        assert piece, "QEMU has ended"
        said += piece
    return said.decode(errors="replace")


def new_card(image, path):
    """A card as large as people buy them, just written."""
    card = Card(path)
    subprocess.run(["cp", "--sparse=always", str(image), str(card.path)], timeout=120, check=True)
    with card.path.open("r+b") as file:
        file.truncate(CARD_BYTES)
    return card


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds, what):
    """The first true value of condition(); fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
        time.sleep(0.2)
