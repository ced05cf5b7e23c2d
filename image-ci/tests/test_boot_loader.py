"""U-Boot and its script alone, as they are on the card's readable partition: where the card is found, and how tries are counted.

If these fail, a box does not start on one of the boards, or an update that does not work is never left again. Each start takes
seconds, because no kernel is loaded: the script ends where it would be.
"""

import dataclasses
import os
import shutil
import time

import pytest
from raspi import PI_3, PI_4, Raspi

pytestmark = pytest.mark.timeout(600)

KERNEL = "# ---- The kernel"
CHOSEN = "imbox-test: "
#: A computer that is busy with other things emulates slowly.
SECONDS = 120

USB_DISK = dataclasses.replace(PI_3, card=("-drive", "file={card},format=raw,if=none,id=card", "-device", "usb-storage,drive=card"))


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    raspi = Raspi(os.environ["IMAGE"], tmp_path_factory.mktemp("raspi"))
    script = raspi.card.boot_script()
    before, kernel = script.index(KERNEL), script.count(KERNEL)
    assert kernel == 1
    chosen = f"echo {CHOSEN}${{slot}} from ${{BOOT_ORDER}}, ${{BOOT_A_LEFT}} ${{BOOT_B_LEFT}}, ${{devtype}}\nwhile true; do sleep 100; done\n"
    raspi.card.put_boot_script(script[:before] + chosen)
    raspi.prepared, raspi.shipped = True, script
    try:
        yield raspi
    finally:
        raspi.off()
        shutil.rmtree(raspi.folder, ignore_errors=True)


def tries(a, b, order="A B"):
    return {"BOOT_ORDER": order, "BOOT_A_LEFT": a, "BOOT_B_LEFT": b}


def choice(board, model=PI_3):
    """What the script chose, on a board that is off again afterwards."""
    board.model = model
    board.start()
    try:
        deadline = time.monotonic() + SECONDS
        while not (found := [line for line in board.said().split("\n")[:-1] if line.startswith(CHOSEN)]):
            assert time.monotonic() < deadline and board.running(), board.said()[-2000:]
            time.sleep(0.1)
        return found[0].removeprefix(CHOSEN)
    finally:
        board.off()


def kept(board):
    return board.card.environment()


def test_a_card_that_was_just_written_starts_from_a(board):
    assert choice(board) == "A from A B, 2 3, mmc"
    assert kept(board) == tries("2", "3")


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        pytest.param((5, tries("2", "3")), (4, tries("3", "3")), "A from A B, 1 3", id="the first is newer"),
        pytest.param((5, tries("2", "3")), (6, tries("1", "3")), "A from A B, 0 3", id="the second is newer"),
        pytest.param((0, tries("2", "2")), (255, tries("3", "3")), "A from A B, 1 2", id="the first is newer, the count began anew"),
        pytest.param((255, tries("3", "3")), (0, tries("1", "1")), "A from A B, 0 1", id="the second is newer, the count began anew"),
        pytest.param((7, tries("0", "3")), (6, tries("1", "3")), "B from A B, 0 2", id="no try left for A"),
        pytest.param((7, tries("2", "3", "B A")), (6, tries("3", "3")), "B from B A, 2 2", id="B comes first"),
    ],
)
def test_the_newer_copy_counts_and_the_older_is_written(board, first, second, chosen):
    for number, (writes, variables) in enumerate((first, second)):
        board.card.write_environment_copy(number, writes, variables)
    newer = 0 if (first[0] - second[0]) % 256 == 1 else 1
    left = board.card.environment_copies()[newer]
    assert choice(board) == f"{chosen}, mmc"
    copies = board.card.environment_copies()
    assert copies[newer] == left, "the newer copy was written over: a cut would have lost both"
    assert copies[1 - newer][0] == (left[0] + 1) % 256
    assert kept(board) == copies[1 - newer][1]


@pytest.mark.parametrize("torn", [0, 1])
@pytest.mark.parametrize("writes", [(5, 4), (4, 5), (255, 0), (0x5A, 5), (5, 0x5A)])
def test_a_copy_that_was_cut_off_is_not_read_and_is_written_next(board, torn, writes):
    for number in range(2):
        variables = tries("1", "1") if number == torn else tries("3", "2")
        board.card.write_environment_copy(number, writes[number], variables, whole=number != torn)
    assert choice(board) == "A from A B, 2 2, mmc"
    copies = board.card.environment_copies()
    assert copies[1 - torn] == (writes[1 - torn], tries("3", "2")), "the only whole copy was written over"
    assert copies[torn][1] == kept(board) == tries("2", "2")


def test_without_a_try_left_all_begin_anew(board):
    board.card.write_environment(tries("0", "0"))
    assert choice(board) == "A from A B, 2 3, mmc"
    assert kept(board) == tries("2", "3")


def test_a_pi_4_finds_its_card_behind_the_wi_fi(board):
    board.card.write_environment(tries("3", "3"))
    assert choice(board, PI_4) == "A from A B, 2 3, mmc"
    assert kept(board) == tries("2", "3")


def test_without_a_card_it_starts_from_a_usb_disk_and_counts_there(board):
    board.card.write_environment(tries("3", "3", "B A"))
    assert choice(board, USB_DISK) == "B from B A, 3 2, usb"
    assert kept(board) == tries("3", "2", "B A")


def test_what_belongs_to_another_board_is_neither_read_nor_kept(board):
    """As a card that was in another board had it, when U-Boot kept all of its variables."""
    board.card.write_environment({**tries("3", "3"), "bootcmd": "echo nothing starts", "fdtfile": "another.dtb", "ethaddr": "02:00:00:00:00:01"})
    assert choice(board) == "A from A B, 2 3, mmc"
    assert kept(board) == tries("2", "3")


def test_words_on_the_serial_line_do_not_stop_it(board):
    """A pin that nobody uses catches noise."""
    board.model = PI_3
    board.card.write_environment(tries("3", "3"))
    board.start()
    try:
        deadline = time.monotonic() + SECONDS
        while CHOSEN not in board.said():
            board.line.sendall(b" \x03\n")
            assert time.monotonic() < deadline and board.running(), board.said()[-2000:]
        assert "U-Boot>" not in board.said()
    finally:
        board.off()


@pytest.mark.parametrize(("model", "place"), [(PI_3, "0x0b000000 0x00020000"), (PI_4, "0x00000000 0x0b000000 0x00020000")], ids=["Pi 3", "Pi 4"])
def test_the_kernel_gets_a_corner_for_its_last_words(board, model, place):
    """Without it nobody ever learns why a box started again in the night."""
    steps = {"boot/Image": "true", "boot/initrd": "if false; then", "booti": f"fdt print /reserved-memory\necho {CHOSEN}told\nwhile true; do sleep 100; done"}
    lines = board.shipped.split("\n")
    for word, instead in steps.items():
        (at,) = [number for number, line in enumerate(lines) if word in line and not line.startswith("#")]
        lines[at] = instead
    counting = board.card.boot_script()
    board.card.put_boot_script("\n".join(lines))
    board.card.write_environment(tries("3", "3"))
    try:
        assert choice(board, model) == "told"
    finally:
        board.card.put_boot_script(counting)
    corner = board.said().partition("ramoops@b000000 {")[2].partition("}")[0]
    assert f"reg = <{place}>" in corner and 'compatible = "ramoops"' in corner and "record-size = <0x00008000>" in corner, board.said()[-2000:]
