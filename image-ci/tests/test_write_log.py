"""A card keeps what it was told to keep, and of the rest whatever it likes: the power goes at every flush of a busy
minute or of the first start, and between flushes. If these fail, a pulled plug takes messages that people saw as sent, or the
box does not start.
"""

import random
import sqlite3
import subprocess

import household
import pytest
from card import Card
from conftest import new_box
from machine import wait_for
from writelog import FLUSH, Partition, WriteLog, cuts

pytestmark = [pytest.mark.timeout(4 * 3600), pytest.mark.full]

MESSAGES = 300
#: Power cuts that are looked into; the log has more.
CUTS = 2000
CONFIG, SLOT_A, _, DATA = range(4)
#: Of the first start, where each look is at a whole card; and how many of them are started.
FIRST_CUTS, FIRST_STARTS = 300, 4


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


def test_no_cut_of_the_first_start_leaves_a_card_that_does_not_start(tmp_path_factory, tmp_path, told):
    """The card grows, the claim code is put on it and taken away, the boot loader is told that the system is good."""
    with new_box(tmp_path_factory) as box:
        machine = box.machine
        log = WriteLog(tmp_path / "writes.log")
        before = machine.card.partitions()
        start_page = machine.card.config_file("START.html")
        replayed = Partition(tmp_path / "replayed.img", 0, machine.card.path.stat().st_size)
        subprocess.run(["cp", "--sparse=always", str(machine.card.path), str(replayed.path)], timeout=300, check=True)
        machine.start(write_log=log.path)
        wait_for(lambda: household.healthy(machine), 900, "the box to answer")
        household.own(box, "Wang Fang", "At the first start")
        wait_for(lambda: machine.card.config_file("CLAIM.txt") is None, 120, "the code to leave the card")
        wait_for(lambda: machine.card.environment()["BOOT_A_LEFT"] == "3", 600, "the system to be judged good")
        box.settled()
        system = machine.card.system("A")
        wait_for(lambda: machine.card.system("B") == system, 600, "the second slot to be filled")
        machine.off()
        grown = machine.card.partitions()
        assert grown[DATA][1] > before[DATA][1], "it did not grow"

        for _, _, at, data in log.entries():
            begin, length = before[SLOT_A]
            assert not (at < begin + length and begin < at + len(data)), "the system was written to"
        moments = sum(1 for entry in log.entries() if entry[1] & FLUSH) * 2
        every, looked_into, started = max(1, moments // FIRST_CUTS), 0, 0
        chance = random.Random(2)
        for number, (position, survivors) in enumerate(cuts(log, replayed, random.Random(1))):
            if number % every:
                continue
            after = replayed.copy(tmp_path / "after.img")
            for at, data in survivors:
                after.write(at, data)
            moment = f"cut {number}, {len(survivors)} writes after the flush at {position}"
            check_card(Card(after.path), (before, grown), start_page, tmp_path, moment)
            assert Card(after.path).system("B") in (None, system), f"{moment}: half a system would be taken for a whole one"
            looked_into += 1
            if started < FIRST_STARTS and chance.random() < 2 * FIRST_STARTS / FIRST_CUTS:
                after.copy(machine.card.path)
                machine.start()
                wait_for(lambda: household.healthy(machine), 900, f"{moment}: the box to answer")
                machine.off()
                started += 1
        told["cuts looked into"] = looked_into
        told["of these started"] = started
        assert looked_into >= 50 and started


def check_card(card, tables, start_page, folder, moment):
    """Everything that a start needs is there: the table, the boot loader's notes, the readable partition, the data."""
    assert card.partitions() in tables, f"{moment}: {card.partitions()}"
    assert card.environment()["BOOT_ORDER"].split()[0] == "A", moment
    assert card.config_file("START.html") == start_page, moment
    if card.config_file("CLAIM.txt") is not None:
        assert card.claim_code(), moment
    data = Partition.of(card, DATA, folder / "data.img")
    # As the box does it (overlay/rootfs/usr/lib/imbox/preinit, systemd-fsck).
    for _ in range(3):
        mended = subprocess.run(["e2fsck", "-f", "-y", str(data.path)], capture_output=True, text=True, timeout=300, check=False)
        if mended.returncode < 4:
            break
    checked = subprocess.run(["e2fsck", "-f", "-n", str(data.path)], capture_output=True, text=True, timeout=300, check=False)
    assert checked.returncode == 0, f"{moment}: {mended.stdout}{checked.stdout}"
