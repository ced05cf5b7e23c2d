"""What a card would hold if the power had gone at any moment: QEMU's log of every write and flush, replayed.

Killing QEMU keeps what the guest has handed to the host; a card does not. Between two flushes it may have written any of
the sectors it was given, in any order. The log's format is that of Linux's dm-log-writes
(Documentation/admin-guide/device-mapper/log-writes.rst).
"""

import pathlib
import struct
import subprocess

from card import is_empty

MAGIC = 0x6A736677736872
SECTOR = 512
#: What a card writes at once or not at all.
PART = 4096
FLUSH, DISCARD = 1, 4


class WriteLog:
    """The entries of a log, in order."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def position(self):
        """How long the log is now: whatever was acknowledged before lies before."""
        return self.path.stat().st_size

    def entries(self):
        """(position after it, flags, first byte, bytes) of each; a flush is an entry of its own, or a flag of a write."""
        with self.path.open("rb") as log:
            magic, _version, count, size = struct.unpack("<QQQI", log.read(28))
            assert (magic, size) == (MAGIC, SECTOR), "not a log of writes"
            log.seek(SECTOR)
            for _ in range(count):
                sector, sectors, flags, _ = struct.unpack("<QQQQ", log.read(SECTOR)[:32])
                data = b"" if flags & DISCARD else log.read(sectors * SECTOR)
                yield log.tell(), flags, sector * SECTOR, data


class Partition:
    """One partition of a card in a file of its own; a write to the card changes what of it lies in there."""

    def __init__(self, path, start, length):
        self.path, self.start, self.length = pathlib.Path(path), start, length

    @classmethod
    def of(cls, card, number, path):
        """A copy of what the card holds now; holes stay holes."""
        made = cls(path, *card.partitions()[number])
        with card.path.open("rb") as whole, made.path.open("wb") as part:
            whole.seek(made.start)
            left = made.length
            while left and (block := whole.read(min(left, 1 << 20))):
                left -= len(block)
                part.seek(len(block), 1) if is_empty(block) else part.write(block)
            part.truncate(made.length)
        return made

    def copy(self, path):
        subprocess.run(["cp", "--sparse=always", str(self.path), str(path)], timeout=300, check=True)
        return Partition(path, self.start, self.length)

    def write(self, at, data):
        begin, end = max(at, self.start), min(at + len(data), self.start + self.length)
        if begin < end:
            with self.path.open("r+b") as part:
                part.seek(begin - self.start)
                part.write(data[begin - at : end - at])


def cuts(log, partition, chance):
    """Moments at which the power may have gone: at each flush, and with a random part of what was under way.

    Yields (position, survivors): all that was flushed at that position of the log is in the partition; of what came
    after it, the survivors reached the card. `chance` is a random.Random.
    """
    unflushed, flushed_at = [], 0
    for position, flags, at, data in log.entries():
        if flags & FLUSH:
            if unflushed:
                survivors = [write for write in unflushed if chance.random() < 0.5]
                chance.shuffle(survivors)
                yield flushed_at, survivors
            for write in unflushed:
                partition.write(*write)
            unflushed.clear()
            flushed_at = position
            yield flushed_at, []
        # A large write may be done in part.
        unflushed += [(at + part, data[part : part + PART]) for part in range(0, len(data), PART)]
