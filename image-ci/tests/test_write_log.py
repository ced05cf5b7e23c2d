"""A card keeps what it was told to keep, and of the rest whatever it likes: the power goes at every flush of a busy
minute, and between flushes. If these fail, a pulled plug takes messages that people saw as sent, or the box does not start.
"""

import random
import sqlite3
import subprocess

import household
import pytest
from machine import wait_for
from writelog import FLUSH, Partition, WriteLog, cuts

pytestmark = [pytest.mark.timeout(4 * 3600), pytest.mark.full]

MESSAGES = 300
#: Power cuts that are looked into; the log has more.
CUTS = 2000
DATA = 3


def test_no_cut_takes_what_was_acknowledged(box, tmp_path, told):
    box.boot("first")
    household.own(box, "Wang Fang", "Before the cuts")
    box.settled()
    box.machine.off()

    log = WriteLog(tmp_path / "writes.log")
    partition = Partition.of(box.machine.card, DATA, tmp_path / "data.img")
    box.machine.start(write_log=log.path)
    wait_for(lambda: household.healthy(box.machine), 900, "the box to answer")
    box.owner.connect()
    acknowledged = []
    box.owner.on_acknowledged = lambda room, seq, text: acknowledged.append((log.position(), seq, text))
    for number in range(MESSAGES):
        box.owner.send(box.room, f"Message {number}")
    box.owner.drop()
    box.machine.off()

    moments = sum(1 for entry in log.entries() if entry[1] & FLUSH) * 2
    every, looked_into = max(1, moments // CUTS), 0
    for number, (position, survivors) in enumerate(cuts(log, partition, random.Random(1))):
        if number % every == 0:
            after = partition.copy(tmp_path / "after.img")
            for at, data in survivors:
                after.write(at, data)
            owed = [(seq, text) for at, seq, text in acknowledged if at <= position]
            check(after.path, box.room, owed, tmp_path, f"cut {number}, {len(survivors)} writes after the flush at {position}")
            looked_into += 1
    told["cuts looked into"] = looked_into
    told["messages acknowledged"] = len(acknowledged)
    assert looked_into >= 100


def check(image, room, owed, folder, moment):
    """The file system mends itself, the database is whole, and every acknowledged message is in it, once, where it was said."""
    # What the box does at boot: the journal is replayed.
    replayed = subprocess.run(["e2fsck", "-p", str(image)], capture_output=True, text=True, timeout=300, check=False)
    assert replayed.returncode in (0, 1), f"{moment}: {replayed.stdout}{replayed.stderr}"
    checked = subprocess.run(["e2fsck", "-f", "-n", str(image)], capture_output=True, text=True, timeout=300, check=False)
    assert checked.returncode == 0, f"{moment}: {checked.stdout}"
    for name in ("imd.db", "imd.db-wal"):
        (folder / name).unlink(missing_ok=True)
        subprocess.run(["debugfs", "-R", f"dump /imd/{name} {folder / name}", str(image)], capture_output=True, timeout=120, check=True)
    database = sqlite3.connect(folder / "imd.db")
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], moment
        rows = database.execute("SELECT seq, json_extract(body, '$.text') FROM events WHERE room_id = ? ORDER BY seq", (room,)).fetchall()
    finally:
        database.close()
    assert [seq for seq, _ in rows] == list(range(1, len(rows) + 1)), f"{moment}: the room has a gap"
    there = dict(rows)
    lost = [(seq, text) for seq, text in owed if there.get(seq) != text]
    assert not lost, f"{moment}: {len(lost)} acknowledged messages are not there, the first is {lost[0]}"
