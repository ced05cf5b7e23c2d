"""The second slot, which a new card has empty: the box fills it from the first in the background, and an update may come before that.

If this fails, an update is overwritten with the system that it was to replace, or both write at once and nothing starts from there.
"""

import hashlib
import re

import household
import pytest
import release
import updates
from conftest import BOOT_SECONDS, new_box
from machine import wait_for

pytestmark = [pytest.mark.timeout(2400), pytest.mark.full]

UNIT = "imbox-second-slot.service"


@pytest.mark.parametrize("filling", [False, True], ids=["before it is filled", "while it is filled"])
def test_an_update_that_comes_early_has_the_slot_for_itself(tmp_path_factory, told, filling):
    with new_box(tmp_path_factory) as box:
        machine, card = box.machine, box.machine.card
        (readable, length), _, (start, _), _ = card.partitions()
        bundle = release.Maker(card, tmp_path_factory.mktemp("release")).bundle("2.0.0", boot={"START.html": "Of the new system"})
        # A system that has not proved itself is not copied.
        machine.start(words="systemd.mask=imbox-trial.service")
        wait_for(lambda: household.healthy(machine), BOOT_SECONDS, "the box to answer")
        household.own(box, "Wang Fang", "On the first day")
        run = machine.console.run
        wait_for(lambda: run(f"systemctl is-active {UNIT} || true") == "active", 120, "the box to wait for its time to fill it")
        updates.upload(box, bundle)
        if filling:
            # So slowly that it would take longer than the update.
            run(f"systemctl set-property --runtime {UNIT} CPUQuota=1% && echo A >/data/system/update/committed")
            wait_for(lambda: not card.is_empty(start, 1 << 20), 300, "the first of the copy to be on the card")
        assert card.system("B") is None
        updates.install(box)
        assert run(f"systemctl is-active {UNIT} || true") == "inactive", "it goes on beside the update"
        written = installed(run)
        assert on_the_card(card, start, written) == written, "another system than the update's is in the slot"
        tries = card.environment()
        assert (tries["BOOT_ORDER"], tries["BOOT_B_LEFT"]) == ("B A", "3"), tries
        # What firmware and U-Boot read came with it, beside what was there.
        assert card.partitions()[0] == (readable + length, length)
        assert card.config_file("START.html") == "Of the new system"

        # Somebody pulls the plug, and the old system starts once more: it has nothing to fill.
        machine.off()
        box.boot("after the update")
        box.settled()
        wait_for(lambda: updates.tries(box, "A") == "3", 600, "the slot to be judged")
        wait_for(lambda: machine.console.run(f"systemctl is-active {UNIT} || true") == "inactive", 120, "it to look at the slot")
        assert machine.console.run(f"systemctl show -P Result {UNIT}") == "success"
        assert on_the_card(card, start, written) == written
        told.update(box.seconds)
        box.owner.assert_nothing_lost(box.room)


def installed(run):
    """What RAUC has noted of the second slot: bytes and checksum."""
    kept = run("sed -n '/slot.rootfs.1/,/^$/p' /data/system/rauc/central.raucs")
    return int(re.search(r"^size=(\d+)", kept, re.M).group(1)), re.search(r"^sha256=(\w+)", kept, re.M).group(1)


def on_the_card(card, start, written):
    with card.path.open("rb") as file:
        file.seek(start)
        content = file.read(written[0])
    return len(content), hashlib.sha256(content).hexdigest()
