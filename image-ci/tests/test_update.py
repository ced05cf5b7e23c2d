"""The board's own way of starting, and updates on it: U-Boot's tries, RAUC's slots, and who judges the new system.

If these fail, a card that was just written starts nothing, or an update leaves a box that somebody has to climb a ladder for, or takes
people's messages with it. The tests follow each other on one card, which starts in a Pi 4 and moves to a Pi 3. Updates are sent to it and written while it is in another board, `virt`: QEMU's Pi has its network
on a USB controller that takes ten minutes for what takes one there. It goes back into the Pi to be started.
"""

import contextlib
import itertools
import os
import shutil
import tempfile
import time

import household
import pytest
import release
import updates
from machine import Machine, wait_for
from raspi import PI_3, PI_4, Raspi

pytestmark = pytest.mark.timeout(3600)

#: Reading a kernel from the emulated card alone takes 20 s; with other work on the machine, a start has taken 510 s.
START_SECONDS = 900
#: The new system may take 240 s until it is judged, after starting (overlay/rootfs/usr/lib/imbox/trial).
JUDGED_SECONDS = 1200
#: What another board would have left on the card, if anything of a board were kept there.
OF_ANOTHER_BOARD = {
    "fdtfile": "broadcom/bcm2711-rpi-400.dtb",
    "ethaddr": "02:00:5e:10:00:01",
    "usbethaddr": "02:00:5e:10:00:01",
    "serial#": "10000000badcafe5",
    "bootcmd": "echo nothing starts",
}


class Board:
    """A Pi and who talks on it."""

    def __init__(self, machine):
        self.machine = machine
        self.owner = None
        self.room = None

    def answers(self):
        return household.healthy(self.machine)

    def assert_knows_itself(self):
        """The right tree, MAC address and serial number, as the kernel got them; and nothing of a board lies on the card."""
        tree = "/sys/firmware/devicetree/base"
        ask = self.machine.console.run
        assert ask(f"tr -d '\\0' <{tree}/model", timeout=120) == self.machine.model.name
        assert ask(f"tr -d '\\0' <{tree}/serial-number") != OF_ANOTHER_BOARD["serial#"]
        ethernet = f"{tree}$(tr -d '\\0' <{tree}/aliases/ethernet0)"
        address = ask(f"od -An -tx1 {ethernet}/local-mac-address").split()
        assert address[:3] == ["52", "54", "00"], f"{address}, where QEMU's firmware says 52:54:00"
        kept = self.machine.card.environment()
        assert set(kept) == {"BOOT_ORDER", "BOOT_A_LEFT", "BOOT_B_LEFT"}, kept

    @contextlib.contextmanager
    def card_in_another_board(self):
        """Off; what is yielded runs with the same card, from slot A, and is off afterwards."""
        self.machine.off()
        with tempfile.TemporaryDirectory() as folder:
            other = Board(Machine.with_card(self.machine.card, folder))
            other.owner, other.room = household.Person(other.machine, self.owner.name, self.owner.token), self.room
            try:
                other.machine.start()
                wait_for(other.answers, START_SECONDS, "the box to answer in another board")
                yield other
            finally:
                other.machine.off()

    def installs(self, bundle, told):
        """Sends the update and has it written; the next start is from it."""
        with self.card_in_another_board() as other:
            began = time.monotonic()
            found = updates.upload(other, bundle)
            told["seconds to upload it"] = round(time.monotonic() - began, 1)
            began = time.monotonic()
            updates.install(other)
            told["seconds to install it"] = round(time.monotonic() - began, 1)
            other.machine.console.run("systemctl --no-block poweroff")
            wait_for(lambda: not other.machine.running(), 120, "the box to be switched off")
        return found


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    raspi = Raspi(os.environ["IMAGE"], tmp_path_factory.mktemp("raspi"), PI_4)
    try:
        yield Board(raspi)
    finally:
        raspi.off()
        shutil.rmtree(raspi.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def maker(box, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    try:
        yield release.Maker(box.machine.card, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_pi_4_starts_by_u_boot(box, told):
    """Its card is not the first mmc: that is its Wi-Fi's."""
    box.machine.card.write_environment({"BOOT_ORDER": "A B", "BOOT_A_LEFT": "3", "BOOT_B_LEFT": "3", **OF_ANOTHER_BOARD})
    began = time.monotonic()
    box.machine.start()
    wait_for(box.answers, START_SECONDS, "a Pi 4 to answer over USB Ethernet")
    told["seconds from power on to HTTP 200"] = round(time.monotonic() - began, 1)
    assert box.machine.slots_tried() == ["A"]
    box.assert_knows_itself()
    household.own(box, "Wang Fang", "On the Pi 4")


def test_the_same_card_starts_a_pi_3(box, told):
    box.machine.off()
    box.machine.model = PI_3
    began = time.monotonic()
    box.machine.start()
    wait_for(box.answers, START_SECONDS, "a Pi 3 to answer over USB Ethernet")
    told["seconds from power on to HTTP 200"] = round(time.monotonic() - began, 1)
    assert box.machine.slots_tried() == ["A"]
    box.assert_knows_itself()
    box.owner.assert_nothing_lost(box.room)


def test_a_good_update_is_kept_and_everything_is_there(box, maker, told):
    wait_for(lambda: updates.tries(box, "A") == "3", JUDGED_SECONDS, "the first system to be judged good")
    before, _ = box.machine.card.partitions()[0]
    found = box.installs(maker.bundle("2.0.0", boot={"START.html": "Of the new system"}), told)
    assert found["version"] == "2.0.0" and found["fits"]
    # What firmware and U-Boot read comes with it, beside what was there.
    start, length = box.machine.card.partitions()[0]
    assert (start, length) == (before + length, 64 << 20)
    assert box.machine.card.config_file("START.html") == "Of the new system"
    box.machine.start()
    wait_for(box.answers, START_SECONDS, "the new system to answer")
    assert updates.running_slot(box) == "B" and updates.running_version(box) == "2.0.0"
    assert updates.say_something(box, "While the new system is on trial")
    wait_for(lambda: updates.outcome(box), JUDGED_SECONDS, "the new system to be judged")
    assert updates.outcome(box)["outcome"] == "committed", updates.outcome(box)
    assert updates.outcome(box)["version"] == "2.0.0"
    wait_for(lambda: updates.tries(box, "B") == "3", 60, "the slot to get its tries back")
    box.owner.assert_nothing_lost(box.room)
    assert box.machine.slots_tried() == ["B"]


def test_a_broken_slot_gets_three_tries_and_then_the_other_starts(box):
    """A card that wears out, or a write that was cut off, must not need anybody's hands."""
    box.machine.off()
    box.machine.break_slot("B")
    box.machine.start()
    wait_for(box.answers, START_SECONDS, "slot A to answer")
    assert box.machine.slots_tried() == ["B", "B", "B", "A"]
    assert updates.running_version(box) == "first"
    box.owner.assert_nothing_lost(box.room)
    wait_for(lambda: updates.tries(box, "A") == "3", JUDGED_SECONDS, "the slot to be judged good")


def test_a_system_whose_daemon_crashes_goes_back_by_itself(box, maker, told):
    """People talk while it still runs now and then: what was acknowledged is there afterwards, once."""
    fails_and_goes_back(box, maker, told, "3.0.0", release.daemon_crashes, "daemon_failed", ["B", "A"])


@pytest.mark.full
def test_a_system_that_never_answers_goes_back_by_itself(box, maker, told):
    fails_and_goes_back(box, maker, told, "4.0.0", release.daemon_is_silent, "no_answer", ["B", "A"])


@pytest.mark.full
def test_a_system_whose_kernel_panics_goes_back_by_itself(box, maker, told):
    fails_and_goes_back(box, maker, told, "5.0.0", release.kernel_panics, "did_not_start", ["B", "B", "B", "A"])


@pytest.mark.full
def test_a_system_that_loses_the_network_goes_back_by_itself(box, maker, told):
    """It runs and answers itself, but nobody reaches it any more: without this, the admin would have no way to it either."""
    box.machine.off()
    box.machine.start()
    knows = lambda: household.HOST in box.machine.console.run("cat /data/system/update/addresses || true", timeout=60)  # noqa: E731
    wait_for(box.answers, START_SECONDS, "the box to answer")
    wait_for(knows, JUDGED_SECONDS, "the box to remember where it was reached")
    fails_and_goes_back(box, maker, told, "6.0.0", release.network_is_lost, "no_network", ["B", "A"])


@pytest.mark.full
def test_a_cut_while_an_update_is_written_leaves_the_running_system(box, maker, told):
    """Somebody pulls the plug while the page says "installing": the box starts as it was, and takes the update afterwards."""
    with box.card_in_another_board() as other:
        updates.upload(other, maker.bundle("7.0.0"))
        updates.begin_installing(other)
        wait_for(lambda: updates.progress(other) >= 50, 600, "half of the update to be written")
    assert box.machine.card.environment()["BOOT_ORDER"].split()[0] == "A", "the box would start what was half written"
    box.machine.start()
    wait_for(box.answers, START_SECONDS, "the box to answer")
    assert box.machine.slots_tried() == ["A"] and updates.running_version(box) == "first"
    box.owner.assert_nothing_lost(box.room)
    assert box.installs(maker.bundle("7.0.1"), told)["version"] == "7.0.1"
    box.machine.start()
    wait_for(box.answers, START_SECONDS, "the new system to answer")
    assert updates.running_version(box) == "7.0.1"


@pytest.mark.full
def test_a_cut_while_the_readable_partition_is_written_starts_from_the_old_one(box, maker, told):
    """Firmware and U-Boot come with updates too; half of them starts nothing."""
    card = box.machine.card
    before, length = card.partitions()[0]
    first = 4 << 20
    other = first + length if before == first else first
    bundle = maker.bundle("8.0.0", boot={"START.html": "Cut off", "filler.bin": "x" * (48 << 20)})
    with box.card_in_another_board() as another:
        card.wipe(other, length)
        updates.upload(another, bundle)
        updates.begin_installing(another)
        wait_for(lambda: not card.is_empty(other, length), 600, "the other half to be written")
    assert card.partitions()[0] == (before, length)
    box.machine.start()
    wait_for(box.answers, START_SECONDS, "the box to answer")
    box.owner.assert_nothing_lost(box.room)
    box.installs(bundle, told)
    assert card.partitions()[0] == (other, length) and card.config_file("START.html") == "Cut off"


@pytest.mark.full
@pytest.mark.parametrize("copy", [0, 1])
def test_a_cut_while_the_boot_loader_notes_its_tries_does_no_harm(box, copy):
    """It writes them down at each start; either of the two copies may be the one that was cut off."""
    box.machine.off()
    box.machine.card.tear_environment(copy)
    box.machine.start()
    wait_for(box.answers, START_SECONDS, "the box to answer")
    assert len(box.machine.slots_tried()) == 1
    box.owner.assert_nothing_lost(box.room)
    assert set(box.machine.card.environment()) == {"BOOT_ORDER", "BOOT_A_LEFT", "BOOT_B_LEFT"}, "the tries are not counted any more"


def fails_and_goes_back(box, maker, told, version, change, why, slots):
    """Slot A runs; what is put into B does not work; `slots` are the last that U-Boot tried."""
    box.installs(maker.bundle(version, change), told)
    began = time.monotonic()
    box.machine.start()
    wait_for(lambda: box.machine.slots_tried() == ["B"], 180, "U-Boot to start the other slot")
    attempts, said = itertools.count(1), 0

    def back():
        nonlocal said
        said += updates.say_something(box, f"On trial: {version}, {next(attempts)}")
        time.sleep(1)
        return box.machine.slots_tried()[-1] == "A"

    wait_for(back, JUDGED_SECONDS, "U-Boot to go back to the old slot")
    told["messages acknowledged on trial"] = said
    wait_for(box.answers, START_SECONDS, "the old system to answer")
    told["seconds from the first start to the old system"] = round(time.monotonic() - began, 1)
    assert updates.running_version(box) == "first"
    wait_for(lambda: (updates.outcome(box) or {}).get("version") == version, 120, "the admin to be told")
    assert (updates.outcome(box)["outcome"], updates.outcome(box)["reason"]) == ("rolled_back", why)
    assert box.machine.slots_tried()[-len(slots) :] == slots
    box.owner.assert_nothing_lost(box.room)
