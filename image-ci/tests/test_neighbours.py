"""Two boxes in one house, both as they come: each is found, and neither takes the other's people."""

import contextlib
import shutil

import household
import pytest
from conftest import BOOT_SECONDS, new_box
from machine import Machine, wait_for

pytestmark = [pytest.mark.timeout(1800), pytest.mark.full]


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with new_box(tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def second(box, tmp_path_factory):
    """Another box on the same switch."""
    folder = tmp_path_factory.mktemp("second")
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        machine = Machine(box.machine.card.path, folder, box.machine.office)
        undo.callback(machine.off)
        yield machine


def test_the_second_box_takes_another_name(box, second):
    """Who opens imbox.local still meets the box that was here first, and the new one has names of its own."""
    phone = box.machine.office.phone
    box.boot("first")
    first = wait_for(lambda: here(phone, "imbox.local"), 180, "imbox.local to be found")
    second.start()
    wait_for(lambda: household.healthy(second), BOOT_SECONDS, "the second box to answer")
    other = wait_for(lambda: here(phone, "imbox-2.local"), 180, "imbox-2.local to be found")
    assert other and other != first
    assert here(phone, "imbox.local") == first
    names = wait_for(lambda: len(found := phone.service("_imbox._tcp")) == 2 and found, 60, "both to be announced")
    assert {here(phone, f"{name}.local")[0] for name in names} == {first[0], other[0]}
    assert box.machine.office.get(f"http://{other[0]}/") == 200


def test_the_second_box_keeps_its_name_when_the_first_is_gone(box, second):
    """Its posters say imbox-2.local by now: the name that was won is kept (RFC 6762, section 9), and nobody's is taken over."""
    phone = box.machine.office.phone
    left = here(phone, "imbox-2.local")
    box.machine.console.run("systemctl --no-block poweroff")
    wait_for(lambda: not box.machine.running(), 120, "the first box to be off")
    box.machine.off()
    second.console.run("systemctl restart imd.service", timeout=240)
    wait_for(lambda: household.healthy(second), 240, "the second box to answer again")
    assert wait_for(lambda: here(phone, "imbox-2.local"), 180, "imbox-2.local to be found") == left
    assert here(phone, "imbox.local") == []


def here(phone, name):
    """The addresses in this office that a name stands for."""
    return sorted(address for address in phone.lookup(name) if address.startswith("192.168.77."))
