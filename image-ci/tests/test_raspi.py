"""The board's own way of starting: U-Boot chooses a slot, counts its tries, and starts what is in it.

If these fail, a card does not start in a Pi; or a broken update leaves a box that somebody has to climb a ladder for.
"""

import os

import household
import pytest
from machine import wait_for
from raspi import Raspi

pytestmark = pytest.mark.timeout(1200)

#: Reading a kernel from the emulated card alone takes 20 s.
START_SECONDS = 600


@pytest.fixture
def box(tmp_path):
    raspi = Raspi(os.environ["IMAGE"], tmp_path)
    try:
        yield RaspiBox(raspi)
    finally:
        raspi.off()
        raspi.card.path.unlink()


class RaspiBox:
    """What the report of a failure asks for: a machine that keeps its logs."""

    def __init__(self, machine):
        self.machine = machine


def test_a_pi_3_starts_by_u_boot(box):
    box.machine.start()
    wait_for(lambda: household.healthy(box.machine), START_SECONDS, "a Pi 3 to answer over USB Ethernet")
    assert box.machine.slots_tried() == ["A"]


def test_a_broken_slot_gets_three_tries_and_then_the_other_starts(box):
    """A half-written update must not need anybody's hands."""
    box.machine.break_slot_a()
    box.machine.start()
    wait_for(lambda: household.healthy(box.machine), START_SECONDS, "slot B to answer")
    assert box.machine.slots_tried() == ["A", "A", "A", "B"]
