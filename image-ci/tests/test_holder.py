"""What somebody does with the box in their hands: a USB stick in its port, a file on its card because every password is
lost. If these fail, a household is locked out of its own box, a backup that somebody counts on is on no disk, or photos are
gone with a stick that was pulled out."""

import random
import re
import subprocess
import time

import household
import pytest
from machine import wait_for

pytestmark = [pytest.mark.timeout(1800), pytest.mark.full]

MINUTE = 60
BACKUPS = "/api/v1/admin/backups"
PLACE = "/api/v1/admin/storage/place"
STICK_BYTES = 256 << 20
FILM_BYTES = 8 << 20
SECRET = "a secret of this device"


@pytest.fixture(scope="module", autouse=True)
def owned(box):
    """A box that somebody owns, with a message in it; on."""
    box.boot("first")
    household.own(box, "Wang Fang", "Before")
    yield
    box.machine.off()


@pytest.mark.parametrize("format", ["exfat", "vfat", "ext4"])
def test_a_backup_goes_to_a_stick_that_is_then_taken_out(box, tmp_path, format):
    stick = new_stick(tmp_path, format)
    box.machine.plug_in(stick)
    (disk,) = wait_for(lambda: box.owner.api("GET", BACKUPS).json()["disks"], MINUTE, "the box to see the stick")
    assert (disk["label"], disk["format"], disk["state"]) == ("HOLIDAY", format, "ready"), disk
    box.owner.api("POST", BACKUPS, json={"disk": disk["id"]})
    wait_for(lambda: box.owner.api("GET", BACKUPS).json()["under_way"] is None, 2 * MINUTE, "the backup to be made")
    state = box.owner.api("GET", BACKUPS).json()
    (made,) = [backup for backup in state["backups"] if backup["disk"] == disk["id"]]
    assert state["failed"] is None and made["size"] > 0
    box.owner.administer("POST", f"/api/v1/admin/disks/{disk['id']}/eject", json={})
    assert box.owner.api("GET", BACKUPS).json()["disks"] == []
    box.machine.pull_out()
    assert made["name"] in listed(stick, format), "the backup is not on the stick"
    assert "degraded" not in box.machine.console.run("systemctl is-system-running", check=False)


@pytest.mark.parametrize("format", ["exfat", "ext4"])
def test_the_files_are_kept_on_a_stick(box, tmp_path, told, format):
    """They go there while people chat, are away with the stick and back with it, and come home over a power cut."""
    stick = new_stick(tmp_path, format)
    films = {upload(box, name): name for name in (f"early-{format}", f"late-{format}")}
    box.machine.plug_in(stick)
    (choice,) = wait_for(lambda: box.owner.api("GET", PLACE).json()["disks"], MINUTE, "the box to see the stick")
    assert choice["refused"] is None, choice
    began = time.monotonic()
    box.owner.administer("PUT", PLACE, json={"disk": choice["disk"]["id"]})
    films[upload(box, f"there-{format}")] = f"there-{format}"
    settled = lambda: on_disk(box) and on_disk(box)["all_bytes"] is None and on_disk(box)["files_bytes"] >= 3 * FILM_BYTES  # noqa: E731
    wait_for(settled, 5 * MINUTE, "all files to be on the stick")
    told["seconds to move two films to the stick"] = round(time.monotonic() - began, 1)
    assert on_disk(box)["failed"] is None

    box.machine.pull_out()
    wait_for(lambda: on_disk(box)["away"], MINUTE, "the box to see that it is gone")
    for film in films:
        refused = box.owner.ask("GET", f"/api/v1/files/{film}")
        assert refused.status_code == 503 and refused.json()["error"]["code"] == "files_away", refused.text
    still_chats(box, f"The {format} stick is out")
    box.machine.plug_in(stick)
    wait_for(lambda: not on_disk(box)["away"], MINUTE, "the box to see that it is back")
    all_there(box, films)

    box.owner.administer("PUT", PLACE, json={"disk": None})
    box.machine.cut_power()
    box.boot(f"after a cut, {format}")
    box.machine.plug_in(stick)
    wait_for(lambda: box.owner.api("GET", PLACE).json()["disk"] is None, 5 * MINUTE, "all files to be on the card")
    all_there(box, films)
    box.owner.administer("POST", f"/api/v1/admin/disks/{choice['disk']['id']}/eject", json={})
    box.machine.pull_out()
    all_there(box, films)
    box.owner.assert_nothing_lost(box.room)


def test_a_file_on_the_card_lets_in_who_lost_every_password(box):
    box.machine.console.run("systemctl --no-block poweroff")
    wait_for(lambda: not box.machine.running(), 2 * MINUTE, "the box to be off")
    box.machine.off()
    assert box.machine.card.config_file("CLAIM.txt") is None, "a code that is used lies on the card"
    box.machine.card.put_config_file("imbox-lost-password.txt", "")
    box.boot("with the file")

    def code():
        text = box.machine.card.config_file("CLAIM.txt") or ""
        return next((line.removeprefix("Code: ").strip() for line in text.splitlines() if line.startswith("Code: ")), None)

    again = wait_for(code, 2 * MINUTE, "the code on the card")
    assert box.machine.card.config_file("imbox-lost-password.txt") is None, "it would open the door at each start"
    owners = box.owner.api("POST", "/api/v1/claim/owners", json={"code": again}).json()["owners"]
    assert [owner["name"] for owner in owners] == ["Wang Fang"]
    who = {"as": "owner", "user": owners[0]["id"]}
    body = {"code": again, "who": who, "password": "another battery horse", "secret": SECRET}
    box.owner.api("POST", "/api/v1/claim/again", json=body)
    box.owner.api("POST", "/api/v1/me/password/enter", json={"password": "another battery horse"})
    box.owner.assert_nothing_lost(box.room)
    wait_for(lambda: box.machine.card.config_file("CLAIM.txt") is None, 2 * MINUTE, "the used code to leave the card")


def new_stick(folder, format):
    stick = folder / "stick.img"
    with stick.open("wb") as file:
        file.truncate(STICK_BYTES)
    make = {"exfat": ["mkfs.exfat", "-L", "HOLIDAY"], "vfat": ["mkfs.vfat", "-n", "HOLIDAY"], "ext4": ["mkfs.ext4", "-q", "-L", "HOLIDAY"]}
    subprocess.run([*make[format], str(stick)], check=True, capture_output=True, timeout=60)
    return stick


def upload(box, name):
    """A film, in a message; its id."""
    stored = box.owner.api("POST", f"/api/v1/rooms/{box.room}/files?name={name}.bin", content=film(name)).json()
    box.owner.connect()
    box.owner.send(box.room, f"Film {name}", files=[stored["id"]])
    box.owner.drop()
    return stored["id"]


def film(name):
    return random.Random(name).randbytes(FILM_BYTES)


def all_there(box, films):
    for number, name in films.items():
        assert box.owner.api("GET", f"/api/v1/files/{number}").content == film(name), name


def on_disk(box):
    return box.owner.api("GET", PLACE).json()["disk"]


def still_chats(box, text):
    box.owner.connect()
    box.owner.send(box.room, text)
    box.owner.drop()


def listed(stick, format):
    """The names in the box's folder on the stick, and that the stick is clean."""
    check = {"exfat": ["fsck.exfat", "-n"], "vfat": ["fsck.vfat", "-n"], "ext4": ["e2fsck", "-f", "-n"]}
    subprocess.run([*check[format], str(stick)], check=True, capture_output=True, timeout=60)
    if format == "vfat":
        return subprocess.run(["mdir", "-b", "-i", str(stick), "::imbox"], check=True, capture_output=True, text=True, timeout=60).stdout
    if format == "ext4":
        command = ["debugfs", "-R", "ls -p /imbox", str(stick)]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    # The entries that hold names, 15 letters of UTF-16 each (exFAT specification, section 7.7).
    return b"".join(re.findall(rb"\xc1\x00(.{30})", stick.read_bytes(), re.DOTALL)).decode("utf-16-le", errors="ignore")
