"""What the discovery tests stand on: the program under test, and LANs that vanish with the test."""

import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from lan import Site  # noqa: E402
from processes import Box, Phone  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def announce():
    """The example program that runs discovery alone; IMBOX_ANNOUNCE names a built one."""
    if built := os.environ.get("IMBOX_ANNOUNCE"):
        return built
    command = ["cargo", "build", "--package", "imd", "--example", "announce", "--message-format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stderr
    messages = map(json.loads, done.stdout.splitlines())
    return next(message["executable"] for message in messages if message.get("executable"))


@pytest.fixture(scope="session")
def imd():
    """The whole program; IMD_BIN names a built one."""
    return os.environ.get("IMD_BIN") or str(ROOT / "target/debug/imd")


@pytest.fixture
def site():
    if os.geteuid() != 0:
        pytest.skip("only root may make network namespaces")
    assert shutil.which("ip"), "the `ip` command is missing: apt-get install iproute2"
    made = Site()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def boxes(site, announce, tmp_path):
    """Starts boxes: boxes(namespace, *options)."""
    numbers = itertools.count(1)

    def start(netns, *options):
        number = next(numbers)
        # Looking around every second instead of every minute: the same, sooner.
        options = ["--serial", f"imbox-000{number}x", "--check-every", "1", *options]
        return Box(site, netns, announce, tmp_path / f"box{number}.log", *options)

    return start


@pytest.fixture
def phone(site, tmp_path):
    """Puts a phone on a LAN: phone(switch, address)."""
    numbers = itertools.count(1)

    def start(switch, address):
        number = next(numbers)
        netns = site.namespace(f"phone{number}")
        site.plug(netns, switch, address)
        return Phone(site, netns, tmp_path / f"phone{number}.log")

    return start
