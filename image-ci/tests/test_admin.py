"""What an admin does to the box from a browser, with the real services behind it: clock, network, log, power. None of it can
lock anybody out. The tests follow each other on one box.
"""

import time

import household
import pytest
from conftest import BOOT_SECONDS
from machine import wait_for

pytestmark = [pytest.mark.timeout(1800), pytest.mark.full]

ADMIN = "/api/v1/admin"
#: A change that nobody confirms is taken back after so long, and then the old connection comes up.
TAKEN_BACK_SECONDS = 240


def test_it_is_claimed(box):
    box.boot("first")
    household.own(box, "Wang Fang", "Before everything")
    box.settled()


def test_the_clock_is_set_from_a_phone(box):
    """A box without internet shows yesterday until somebody's phone tells it what time it is."""
    admin = box.owner.administer
    admin("PATCH", f"{ADMIN}/clock", json={"zone": "Asia/Shanghai", "ntp": False}, timeout=240)
    assert admin("GET", f"{ADMIN}/clock").json()["zone"] == "Asia/Shanghai"
    assert box.machine.console.run("date +%Z") == "CST"
    later = int(time.time() * 1000) + 3 * 3600 * 1000
    admin("POST", f"{ADMIN}/clock/set", json={"at": later})
    shown = int(box.machine.console.run("date +%s")) * 1000
    assert abs(shown - later) < 120_000
    admin("POST", f"{ADMIN}/clock/set", json={"at": int(time.time() * 1000)})
    refused = box.owner.ask("POST", f"{ADMIN}/clock/set", json={"at": 0})
    assert refused.status_code == 422 or refused.status_code == 400, "the clock went back to 1970"


def test_a_wrong_address_is_taken_back(box):
    """A figure mistyped: nobody reaches the box any more, and two minutes later everybody does."""
    office = box.machine.office
    was = in_office(box)
    made = change(box, fixed("10.99.0.5", "10.99.0.1"))
    assert made["pending"] and made["token"]
    wait_for(lambda: office.get(f"http://{was}/", timeout=5) is None, 90, "the old address to go")
    wait_for(lambda: office.get(f"http://{was}/", timeout=5) == 200, TAKEN_BACK_SECONDS, "the old address to be back")
    state = box.owner.administer("GET", f"{ADMIN}/network").json()
    assert state["pending"] is None and state["last"]["undone"] == "not_confirmed"


def test_an_address_that_is_confirmed_stays(box):
    """The page asks from the new address, where it has no cookie; what it was given is enough, once."""
    office = box.machine.office
    made = change(box, fixed("192.168.77.200"))
    page = "http://192.168.77.200/"
    wait_for(lambda: office.get(page, timeout=5) == 200, 90, "the new address to answer")
    confirm = lambda: office.post(f"{page}api/v1/network/confirm", {"token": made["token"]})  # noqa: E731
    status, said = wait_for(lambda: finished(confirm()), 60, "the change to have taken effect")
    assert status == 200 and said["ticket"], said
    status, said = confirm()
    assert (status, said["error"]["code"]) == (410, "no_such_network_change"), "the token works twice"
    assert in_office(box) == "192.168.77.200"


def test_a_cut_before_it_is_confirmed_brings_the_old_address_back(box):
    """Whoever cannot reach the box any more pulls the plug, and that must help."""
    office = box.machine.office
    change(box, fixed("192.168.77.201"))
    wait_for(lambda: office.get("http://192.168.77.201/", timeout=5) == 200, 90, "the new address to answer")
    box.machine.cut_power()
    box.boot("after the cut")
    wait_for(lambda: office.get("http://192.168.77.200/", timeout=5) == 200, 180, "the confirmed address to answer")
    assert office.get("http://192.168.77.201/", timeout=5) is None


def test_the_log_and_the_health_are_shown(box):
    entries = box.owner.administer("GET", f"{ADMIN}/log?limit=50").json()["entries"]
    assert entries and all(entry["message"] for entry in entries)
    health = box.owner.administer("GET", f"{ADMIN}/health").json()
    assert health["memory"]["total"] > 900 << 20 and health["total_bytes"] > 0 and health["up_s"] > 0


def test_what_the_kernel_said_last_is_in_the_log(box):
    """It panicked in the night and started again by itself: without its last words nobody ever learns why."""
    box.machine.console.run("(sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 &")
    wait_for(lambda: not household.healthy(box.machine), 60, "the kernel to panic")
    wait_for(lambda: household.healthy(box.machine), BOOT_SECONDS, "the box to come back")
    box.settled()
    log = lambda: box.owner.administer("GET", f"{ADMIN}/log?limit=200&severity=error").json()["entries"]  # noqa: E731
    wait_for(lambda: any("Kernel panic" in entry["message"] for entry in log()), 60, "the kernel's last words")
    box.owner.assert_nothing_lost(box.room)


def test_the_box_is_restarted_and_switched_off(box):
    """Somebody wants to move it: no plug is pulled, and everybody is told."""
    box.owner.connect()
    box.owner.administer("POST", f"{ADMIN}/power", json={"order": "restart_box"})
    assert box.owner.hear("bye")["reason"] == "restart"
    box.owner.drop()
    wait_for(lambda: not household.healthy(box.machine), 60, "the box to go down")
    wait_for(lambda: household.healthy(box.machine), BOOT_SECONDS, "the box to come back")
    box.settled()
    box.owner.assert_nothing_lost(box.room)
    box.owner.administer("POST", f"{ADMIN}/power", json={"order": "shut_down"})
    wait_for(lambda: not box.machine.running(), 120, "the box to be off")


def finished(answer):
    """The answer to who confirms a change, or None while it has not taken effect: the page asks again after a second."""
    _, said = answer
    if said.get("error", {}).get("code") != "network_change_unfinished":
        return answer
    time.sleep(1)
    return None


def fixed(address, gateway="192.168.77.1"):
    return {"method": "fixed", "address": address, "prefix": 24, "gateway": gateway, "dns": []}


def office_port(box):
    """The port whose cable leads into the office, and its address there."""
    for port in box.owner.administer("GET", f"{ADMIN}/network").json()["interfaces"]:
        for address in port["addresses"]:
            if address.startswith("192.168.77."):
                return port["name"], address.split("/")[0]
    raise AssertionError("no port has an address of the office")


def in_office(box):
    return office_port(box)[1]


def change(box, ipv4):
    """Changes the address in the office, from another network, so that the test sees what becomes of it."""
    asked = {"change": "addresses", "interface": office_port(box)[0], "ipv4": ipv4, "ipv6": {"method": "off"}}
    return box.owner.administer("POST", f"{ADMIN}/network/changes", json=asked, timeout=120).json()
