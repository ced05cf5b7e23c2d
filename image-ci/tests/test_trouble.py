"""A box that has it hard: no network, no clock, no room, a card with damage. It starts by itself and people chat."""

import re
import subprocess

import household
import pytest
from conftest import new_box
from machine import wait_for

pytestmark = [pytest.mark.timeout(1800), pytest.mark.full]

MINUTE = 60


@pytest.fixture(autouse=True)
def off_afterwards(box):
    yield
    box.machine.off()


def in_use(box, name):
    """A box that somebody owns, with a message in it, and whose file system has the size of the card."""
    box.boot("before")
    if box.owner is None:
        household.own(box, name, "Before the trouble")


def still_chats(box, text):
    box.owner.connect()
    box.owner.send(box.room, text)
    box.owner.assert_nothing_lost(box.room)
    box.owner.drop()


def test_without_a_network_it_starts_all_the_same(box):
    """The cable comes later; the box must be there by then, and nothing may wait for it."""
    box.machine.start(cables=False)
    well = lambda: box.machine.console.run("imd probe && echo well", timeout=300, check=False).endswith("well")  # noqa: E731
    wait_for(well, 10 * MINUTE, "the daemon to be well")
    box.settled()
    assert box.machine.console.run("systemctl list-units --failed --plain --no-legend") == ""


def test_what_was_chosen_on_the_computer_is_taken_in(tmp_path_factory):
    """Somebody filled in START.html: name, claim code, Wi-Fi. Nothing of it is left lying on the card."""
    with new_box(tmp_path_factory) as box:
        box.machine.card.put_config_file(
            "imbox.toml", 'name = "幸福小区"\nclaim_code = "lucky-number-8"\n\n[wifi]\nssid = "Our house"\npassword = "not for you"\n'
        )
        box.boot("first")
        box.owner = household.claim(box.machine, "LUCKY NUMBER 8", "Wang Fang")
        assert box.owner.api("GET", "/api/v1/box").json()["name"] == "幸福小区"
        wait_for(lambda: box.machine.card.config_file("imbox.toml") is None, MINUTE, "the file to leave the card")
        ssid = lambda: box.machine.console.run("nmcli -g 802-11-wireless.ssid connection show imbox.toml", check=False)  # noqa: E731
        wait_for(lambda: ssid() == "Our house", MINUTE, "the Wi-Fi to be known")
        wait_for(lambda: box.machine.console.run("ls /data/system/preset.toml", check=False).count("No such"), MINUTE, "the file to go")


def test_without_a_clock_people_chat_and_updates_are_understood(box):
    in_use(box, "Wang Fang")
    box.machine.off()
    box.machine.start(clock="1970-01-01T00:00:00")
    wait_for(lambda: household.healthy(box.machine), 10 * MINUTE, "the box to answer")
    year = int(box.machine.console.run("date +%Y"))
    assert year >= 2025, "older than the last thing it knows"
    still_chats(box, "What time is it?")


def test_with_a_full_card_people_chat(box):
    """Somebody has sent too many films. No more are taken, and people go on talking."""
    box.boot("with room")
    box.settled()
    fill(box, 16 << 20)
    starts_again(box)
    still_chats(box, "No room for films")
    refused = box.owner.ask("POST", f"/api/v1/rooms/{box.room}/files?name=film.mp4", content=bytes(1 << 20))
    assert refused.status_code == 507 and refused.json()["error"]["code"] == "disk_full", refused.text


def test_with_no_room_for_a_word_it_says_so_and_loses_nothing(box):
    """What the box keeps free is gone as well: by something that the box did not count."""
    starts_again(box)
    fill(box, 0)
    starts_again(box)
    box.owner.connect()
    with pytest.raises(AssertionError, match="disk_full"):
        for word in range(1000):
            box.owner.send(box.room, f"word {word} " * 50)
    box.owner.drop()
    box.owner.assert_nothing_lost(box.room)
    box.machine.console.run("rm /data/films*; sync")
    wait_for(lambda: household.healthy(box.machine), MINUTE, "the box to be well again")
    still_chats(box, "There is room again")


@pytest.mark.parametrize("damage", ["superblock", "names", "inodes"])
def test_a_damaged_file_system_is_mended_and_the_admin_is_told(box, damage):
    """A card that wears out. Everything that people had is where it was, and nobody has to type a command; above all it is no new box,
    which people would claim. (overlay/test-data.sh has more kinds of damage.)"""
    in_use(box, "Wang Fang")
    if damage == "names":
        # Of a card that was left in order nobody expects damage, and no journal brings the block back.
        box.machine.console.run("systemctl --no-block poweroff")
        wait_for(lambda: not box.machine.running(), 2 * MINUTE, "the box to be off")
    box.machine.off()
    card = box.machine.card
    card.damage_data_block({"superblock": 0, "names": card.data_blocks("blocks <2>")[0], "inodes": card.data_blocks("imap <2>")[-1]}[damage])
    box.boot(f"damaged {damage}")
    assert re.search("FILE SYSTEM WAS MODIFIED", box.machine.console.run("cat /data/system/mended"))
    box.settled()
    assert box.machine.console.run("findmnt --noheadings --output OPTIONS /data").startswith("rw")
    still_chats(box, f"With another {damage}")
    box.machine.console.run("rm -r /data/system/mended")


@pytest.mark.parametrize("gone", ["content", "partition", "box"])
def test_a_card_that_cannot_be_read_is_told(tmp_path_factory, gone):
    """The part of the card where everything lies is gone, or the box in it. Whoever opens the box learns that it is the card, and what
    to do."""
    with new_box(tmp_path_factory) as box:
        start, length = box.machine.card.partitions()[3]
        card = box.machine.card
        if gone == "content":
            subprocess.run(["fallocate", "--punch-hole", "--offset", str(start), "--length", str(length), str(card.path)], check=True, timeout=60)
        elif gone == "partition":
            card.remove_partition(4)
        else:
            in_use(box, "Wang Fang")
            box.machine.off()
            for block in (card.data_blocks("imap imd")[-1], card.data_blocks("imap <2>")[-1]):
                card.damage_data_block(block)
        box.machine.start()
        wait_for(lambda: household.status(box.machine) == 503, 10 * MINUTE, "the box to answer")
        assert "use a new card" in household.page(box.machine).text
        box.settled()
        assert box.machine.console.run("systemctl is-active imbox-console.service") == "active"


def test_a_damaged_database_is_repaired_by_who_holds_the_card(tmp_path_factory):
    """The card lost the block that the database begins with. The box says so to everybody who looks, does nothing by itself, and
    what it holds comes back when somebody types the code from the card."""
    with new_box(tmp_path_factory) as box:
        in_use(box, "Wang Fang")
        box.machine.console.run("systemctl --no-block poweroff")
        wait_for(lambda: not box.machine.running(), 2 * MINUTE, "the box to be off")
        box.machine.off()
        box.machine.card.damage_data_file("/imd/imd.db")
        box.machine.start()
        wait_for(lambda: household.status(box.machine) == 503, 10 * MINUTE, "the box to answer that it is damaged")
        assert "database_damaged" in box.owner.ask("GET", "/api/v1/me").text
        guessed = box.owner.ask("POST", "/api/v1/repair/choose", json={"code": "K7PM2QXA", "choice": "salvage"})
        assert guessed.status_code == 401 and "wrong_claim_code" in guessed.text, guessed.text
        code = household.code_on_the_card(box.machine)
        box.owner.api("POST", "/api/v1/repair/choose", json={"code": code, "choice": "salvage"})
        wait_for(lambda: household.healthy(box.machine), 5 * MINUTE, "the box to be itself again")
        still_chats(box, "After the damage")
        assert box.machine.console.run("ls /data/imd/damaged"), "the damaged database was not kept"


def fill(box, but):
    """The card is full but for so many bytes that the daemon could use."""
    box.machine.console.run(
        "n=$(ls /data | grep -c films || true); "
        f"fallocate -l $(($(df -B1 --output=avail /data | tail -1) - {but})) /data/films$n; "
        + ("dd if=/dev/zero of=/data/films-rest bs=64k 2>/dev/null; " if but == 0 else "")
        + "sync",
        timeout=600,
        check=False,
    )


def starts_again(box):
    """It may be far from well."""
    box.machine.off()
    box.machine.start()
    wait_for(lambda: box.machine.running() and answers(box), 10 * MINUTE, "the box to answer")


def answers(box):
    """It may say that it is not well."""
    try:
        box.owner.api("GET", "/api/v1/me", timeout=10)
        return True
    except (household.httpx.HTTPError, AssertionError):
        return False
