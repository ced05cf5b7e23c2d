"""A whole estate on one box, with the limits that it is delivered with. The load runs inside the box, beside the daemon: what it
costs is counted with it, and what an emulated board needs for it says little of a real one's speed.
"""

import json
import os
import subprocess

import household
import pytest

pytestmark = [pytest.mark.timeout(3 * 3600), pytest.mark.full]

PEOPLE = 4000


@pytest.mark.skipif("IMD_LOAD" not in os.environ, reason="IMD_LOAD names no load generator for the box's processor")
def test_4000_people_are_signed_in_and_chat(box, told):
    """Nobody is refused, every message that was sent arrives, and the box lives within its memory."""
    box.boot("first")
    household.own(box, "Wang Fang", "Before the crowd")
    box.owner.administer("PATCH", "/api/v1/admin/settings", json={"join_mode": "open"})
    box.settled()
    box.machine.off()
    start, _ = box.machine.card.partitions()[0]
    subprocess.run(["mcopy", "-o", "-i", f"{box.machine.card.path}@@{start}", os.environ["IMD_LOAD"], "::imd-load"], timeout=60, check=True)
    box.boot("with the load")
    run = box.machine.console.run
    run("mkdir -p /run/load/card && mount -o ro PARTUUID=696d626f-01 /run/load/card && cp /run/load/card/imd-load /run/load/ && umount /run/load/card")
    run("mount -o remount,exec /run; chmod 755 /run/load/imd-load")
    load = "systemd-run --quiet --pipe --wait -p LimitNOFILE=65536 -p MemoryMax=25% /run/load/imd-load"
    target = "--server 127.0.0.1:80 --cast /run/load/cast --sources 200"
    run(f"{load} --limit-s 3000 set-up {target} --users {PEOPLE}", timeout=3100)
    pid = run("systemctl show -P MainPID imd.service")
    told["memory of imd with everyone away, MiB"] = int(run("systemctl show -P MemoryCurrent imd.service")) >> 20
    said = run(f"{load} --limit-s 3000 mixed {target} --pid {pid} --users {PEOPLE} --rate 40 --messages-per-s 20 --seconds 60", timeout=3100)
    rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    chat = next(row for row in rows if row["step"] == "mixed")
    for row in rows:
        told[row["step"]] = json.dumps(row)
    told["memory of imd afterwards, MiB"] = int(run("systemctl show -P MemoryCurrent imd.service")) >> 20
    told["most memory of imd, MiB"] = int(run("systemctl show -P MemoryPeak imd.service")) >> 20
    assert chat["clients"] == PEOPLE and chat["sent"] > 0
    assert (chat["acked"], chat["delivered"]) == (chat["sent"], chat["expected"]), "something was lost"
    assert (chat["errors"], chat["broken"]) == ({}, 0)
    assert household.healthy(box.machine)
    assert run("systemctl show -P NRestarts imd.service") == "0"
