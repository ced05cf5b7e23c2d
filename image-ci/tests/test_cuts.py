"""The plug is pulled two hundred times while people talk. If this fails, a fault that shows once in a hundred cuts takes
messages that people saw as sent, or leaves a box that does not start."""

import os

import household
import plug
import pytest

pytestmark = [pytest.mark.timeout(600), pytest.mark.full]

CUTS = int(os.environ.get("IMBOX_CUTS", "200"))


@pytest.fixture(scope="module")
def people(box):
    box.boot("first")
    household.own(box, "Wang Fang", "Before the cuts")
    guest = household.join(box.machine, box.owner, "Ada")
    for person in (box.owner, guest):
        person.connect()
    box.seen = 0
    return box.owner, guest


@pytest.mark.parametrize("cut", range(1, CUTS + 1))
def test_what_was_acknowledged_is_there_after_a_cut(box, people, told, cut):
    box.seen = plug.pull_and_start(box, people, told, cut, after=box.seen)


def test_after_all_of_them_the_whole_room_is_there(box, people):
    for person in people:
        person.assert_nothing_lost(box.room)
