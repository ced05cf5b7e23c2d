"""Updating a box as its admin does, in the browser's place; and what the box says became of it.

The judgement of a new system is asked of the box itself: overlay/rootfs/usr/lib/imbox/trial says what its files hold.
"""

import json
import re
import time

import httpx
from household import BROKEN

BASE = "/api/v1/admin/update"


def upload(box, bundle):
    """What the box found in the file; fails if it does not take it."""
    with bundle.open("rb") as content:
        return box.owner.administer("POST", f"{BASE}/bundle?name={bundle.name}", content=content, timeout=900).json()


def refusal(box, bundle):
    """Why the box does not take a file, or does not install it: the problem's code."""
    box.owner.administer("GET", BASE)
    with bundle.open("rb") as content:
        answer = box.owner.ask("POST", f"{BASE}/bundle?name={bundle.name}", content=content, timeout=900)
    if answer.is_success:
        answer = box.owner.ask("POST", f"{BASE}/install", json={})
    assert not answer.is_success, f"{bundle.name} was taken"
    return answer.json()["error"]["code"]


def begin_installing(box):
    box.owner.administer("POST", f"{BASE}/install", json={})


def state(box):
    """Of updates. Asked often, and so without entering the password each time, which is allowed so and so often."""
    return box.owner.api("GET", BASE).json()


def progress(box):
    """Percent of what is being installed."""
    install = state(box)["install"]
    assert install["state"] == "running", install
    return install["percent"]


def install(box, seconds=1200):
    """Installs what was uploaded; afterwards the next start is from it."""
    begin_installing(box)
    deadline = time.monotonic() + seconds
    while (now := state(box))["install"]["state"] == "running":
        assert time.monotonic() < deadline, f"still at {now['install']}"
        time.sleep(1)
    assert now["install"]["state"] == "done" and now["next"] == "other", now


def running_slot(box):
    return state(box)["current"]["name"]


def running_version(box):
    return box.machine.console.run("cat /usr/lib/imbox/version 2>/dev/null || echo first")


def tries(box, slot):
    """How many starts U-Boot has left for a slot."""
    return box.machine.card.environment().get(f"BOOT_{slot}_LEFT")


def outcome(box):
    """What the box keeps for the admin of the last update, or None."""
    said = box.machine.console.run("cat /data/system/update/outcome 2>/dev/null || true")
    found = re.search(r"\{.*\}", said)
    return json.loads(found.group()) if found else None


def say_something(box, text):
    """Sends if the box is there to be sent to; whether it was acknowledged."""
    try:
        box.owner.connect(timeout=20)
        box.owner.send(box.room, text, timeout=20)
        return True
    except (OSError, TimeoutError, AssertionError, httpx.HTTPError, *BROKEN):
        return False
    finally:
        box.owner.drop()
