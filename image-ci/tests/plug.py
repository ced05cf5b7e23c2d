"""The plug is pulled while people talk, and what is there afterwards."""

import json
import random
import threading
import time

import household
from machine import wait_for


def pull_and_start(box, people, told, cut, after=0):
    """What a sender saw as sent is there afterwards; the box starts by itself; the file system is clean. People stay connected.

    `after` leaves out what is older in the room than this seq; returns the room's last."""
    talkers = [threading.Thread(target=_talk_until_it_breaks, args=(person, box.room, cut)) for person in people]
    acknowledged = lambda: sum(len(person.acknowledged) for person in people)  # noqa: E731
    before = acknowledged()
    for talker in talkers:
        talker.start()
    wait_for(lambda: acknowledged() >= before + 20, 120, "some messages to be acknowledged")
    # At no chosen moment.
    time.sleep(random.uniform(0, 3))
    box.machine.cut_power()
    for talker in talkers:
        talker.join(timeout=90)
        assert not talker.is_alive()
    told["messages acknowledged before the cut"] = acknowledged() - before
    status, words = box.machine.card.check_data()
    assert status == 0, words
    box.boot(f"after cut {cut}")
    told["seconds from power on to HTTP 200"] = box.seconds[f"after cut {cut}"]
    for person in people:
        person.connect()
        last = person.assert_nothing_lost(box.room, after)
    return last


def _talk_until_it_breaks(person, room, cut):
    try:
        for number in range(1_000_000):
            person.send(room, f"{person.name}, cut {cut}, {number}", timeout=30)
    except (OSError, TimeoutError, json.JSONDecodeError, *household.BROKEN):
        person.drop()
