"""The card as a computer sees that it is put into: partitions, and files on the readable one.

Knows nothing of the running system.
"""

import pathlib
import re
import struct
import subprocess
import tempfile
import zlib

SECTOR = 512
#: Where U-Boot's script keeps the tries of the slots, twice (buildroot/board/imbox/boot.cmd).
ENVIRONMENTS = (0x100000, 0x200000)
ENVIRONMENT_BYTES = 0x10000


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

    def put_config_file(self, name, text):
        """A file that somebody copied to the readable partition."""
        start, _ = self.partitions()[0]
        command = ["mcopy", "-o", "-i", f"{self.path}@@{start}", "-", f"::{name}"]
        subprocess.run(command, input=text.encode(), capture_output=True, timeout=30, check=True)

    def copy_config_file(self, name, target):
        """A file of the readable partition, as it is; there has to be one."""
        start, _ = self.partitions()[0]
        subprocess.run(["mcopy", "-o", "-i", f"{self.path}@@{start}", f"::{name}", str(target)], timeout=60, check=True)

    def boot_script(self):
        """What U-Boot does, as text: a script in its image has a header of 64 bytes and a list of two lengths before it."""
        with tempfile.NamedTemporaryFile() as copy:
            self.copy_config_file("boot.scr", copy.name)
            return pathlib.Path(copy.name).read_bytes()[72:].decode()

    def put_boot_script(self, text):
        start, _ = self.partitions()[0]
        with tempfile.TemporaryDirectory() as folder:
            source, made = pathlib.Path(folder) / "boot.cmd", pathlib.Path(folder) / "boot.scr"
            source.write_text(text)
            make = ["mkimage", "-A", "arm64", "-T", "script", "-C", "none", "-n", "imbox", "-d", str(source), str(made)]
            subprocess.run(make, capture_output=True, timeout=60, check=True)
            subprocess.run(["mcopy", "-o", "-i", f"{self.path}@@{start}", str(made), "::boot.scr"], timeout=60, check=True)

    def claim_code(self):
        """The code in CLAIM.txt."""
        text = self.config_file("CLAIM.txt")
        assert text, "there is no CLAIM.txt on the card"
        code = re.search(r"Claim code: (\S+)", text).group(1)
        assert f"认领码：{code}" in text
        return code

    def system_file(self, name, target):
        """Copies a file out of slot A; returns whether there is one."""
        start, _ = self.partitions()[1]
        with target.open("wb") as copy:
            command = ["unsquashfs", "-offset", str(start), "-cat", str(self.path), name]
            done = subprocess.run(command, stdout=copy, stderr=subprocess.DEVNULL, timeout=120, check=False)
        return done.returncode == 0 and target.stat().st_size > 0

    def system(self, slot):
        """What a slot holds: its file system's bytes, without what lies behind them. None where there is none."""
        start, length = self.partitions()[{"A": 1, "B": 2}[slot]]
        with self.path.open("rb") as image:
            image.seek(start)
            head = image.read(48)
            if not head.startswith(b"hsqs"):
                return None
            size = struct.unpack_from("<Q", head, 40)[0]
            assert size <= length
            return head + image.read(size - len(head))

    def write_environment(self, variables):
        """Both copies of the tries; the first is the newer."""
        for number in range(2):
            self.write_environment_copy(number, 1 - number, variables)

    def write_environment_copy(self, number, writes, variables, whole=True):
        """One copy of the tries: checksum, a count of the writes (0 to 255, and 0 again), and `name=value` in bytes."""
        text = b"".join(f"{name}={value}\0".encode() for name, value in variables.items()) + b"\0"
        content = text.ljust(ENVIRONMENT_BYTES - 5, b"\0")
        checksum = zlib.crc32(content) ^ (0 if whole else 1)
        with self.path.open("r+b") as card:
            card.seek(ENVIRONMENTS[number])
            card.write(struct.pack("<IB", checksum, writes) + content)

    def environment(self):
        """The tries of the slots, and whatever else is kept with them, from the newer of the copies that are whole."""
        found = self.environment_copies()
        assert any(found), "neither copy of the tries is whole"
        if not all(found):
            return next(filter(None, found))[1]
        (first, a), (second, b) = found
        return a if (first - second) % 256 == 1 else b

    def environment_copies(self):
        """Of both copies: how often was written, and what; None for one that is not whole."""
        found = []
        with self.path.open("rb") as card:
            for at in ENVIRONMENTS:
                card.seek(at)
                checksum, writes = struct.unpack("<IB", card.read(5))
                content = card.read(ENVIRONMENT_BYTES - 5)
                text = content.split(b"\0\0")[0].decode(errors="replace")
                whole = zlib.crc32(content) == checksum
                found.append((writes, dict(entry.split("=", 1) for entry in text.split("\0"))) if whole else None)
        return found

    def tear_environment(self, copy):
        """As a write to one of the copies that was cut off leaves it: its head is new, the rest is whatever was there."""
        with self.path.open("r+b") as card:
            card.seek(ENVIRONMENTS[copy])
            card.write(b"\x5a" * SECTOR)

    def wipe(self, start, length):
        """Zeros."""
        with self.path.open("r+b") as card:
            card.seek(start)
            card.write(bytes(length))

    def is_empty(self, start, length):
        with self.path.open("rb") as card:
            card.seek(start)
            return is_empty(card.read(length))

    def damage_data_file(self, name, block=0):
        """A block of a file of the data partition is gone: zeros, as worn-out cards give them."""
        self.damage_data_block(self.data_blocks(f"blocks {name}")[block])

    def data_blocks(self, question):
        """What debugfs says to a question about the data partition: `blocks FILE`, or `imap FILE`, whose last is the block of its inode."""
        start, _ = self.partitions()[3]
        ask = ["debugfs", "-R", question, f"{self.path}?offset={start}"]
        said = subprocess.run(ask, capture_output=True, text=True, timeout=60, check=True).stdout
        found = [int(number) for number in re.findall(r"\b\d+\b", said.split(", offset")[0])]
        assert found, f"{question}: {said}"
        return found

    def damage_data_block(self, block):
        start, _ = self.partitions()[3]
        with self.path.open("r+b") as card:
            card.seek(start + block * 4096)
            card.write(bytes(4096))

    def remove_partition(self, number):
        with self.path.open("r+b") as card:
            card.seek(446 + (number - 1) * 16)
            card.write(bytes(16))

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
                    data.seek(len(block), 1) if is_empty(block) else data.write(block)
                data.truncate(length)
            replay = ["e2fsck", "-E", "journal_only", "-p", str(copy)]
            subprocess.run(replay, capture_output=True, timeout=300, check=False)
            done = subprocess.run(["e2fsck", "-f", "-n", str(copy)], capture_output=True, text=True, timeout=300, check=False)
            return done.returncode, done.stdout + done.stderr
        finally:
            copy.unlink(missing_ok=True)


def is_empty(block):
    """Nothing but zeros. Compared at once: any() looks at each byte, and a card has thousands of millions."""
    return block == bytes(len(block))
