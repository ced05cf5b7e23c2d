"""The card as a computer sees that it is put into: partitions, and files on the readable one.

Knows nothing of the running system.
"""

import pathlib
import struct
import subprocess

SECTOR = 512


class Card:
    """A disk image that follows the layout of buildroot/board/imbox/genimage.cfg."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def partitions(self):
        """Start and length in bytes of each primary partition."""
        with self.path.open("rb") as image:
            table = image.read(SECTOR)[446:510]
        entries = (struct.unpack("<8xII", table[at : at + 16]) for at in range(0, 64, 16))
        return [(start * SECTOR, length * SECTOR) for start, length in entries]

    def config_file(self, name):
        """A file of the CONFIG partition as text, or None."""
        start, _ = self.partitions()[0]
        command = ["mtype", "-i", f"{self.path}@@{start}", f"::{name}"]
        done = subprocess.run(command, capture_output=True, timeout=30, check=False)
        return done.stdout.decode() if done.returncode == 0 else None

    def system_file(self, name, target):
        """Copies a file out of slot A; returns whether there is one."""
        start, _ = self.partitions()[1]
        with target.open("wb") as copy:
            command = ["unsquashfs", "-offset", str(start), "-cat", str(self.path), name]
            done = subprocess.run(command, stdout=copy, stderr=subprocess.DEVNULL, timeout=120, check=False)
        return done.returncode == 0 and target.stat().st_size > 0

    def check_data(self):
        """What e2fsck says of the data partition after its journal is replayed: exit code and words."""
        start, length = self.partitions()[3]
        copy = self.path.with_suffix(".data")
        try:
            with self.path.open("rb") as image, copy.open("wb") as data:
                image.seek(start)
                left = length
                while left and (block := image.read(min(left, 1 << 20))):
                    left -= len(block)
                    # Holes stay holes: a card is mostly empty.
                    data.seek(len(block), 1) if not any(block) else data.write(block)
                data.truncate(length)
            replay = ["e2fsck", "-E", "journal_only", "-p", str(copy)]
            subprocess.run(replay, capture_output=True, timeout=300, check=False)
            done = subprocess.run(["e2fsck", "-f", "-n", str(copy)], capture_output=True, text=True, timeout=300, check=False)
            return done.returncode, done.stdout + done.stderr
        finally:
            copy.unlink(missing_ok=True)
