"""One box for the tests that follow each other, started from IMAGE; whatever says why it went wrong goes to OUTPUT."""

import contextlib
import os
import pathlib
import shutil
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import household  # noqa: E402
from machine import Machine, wait_for  # noqa: E402
from office import Office  # noqa: E402

#: Under emulation, on a machine that may have other things to do.
BOOT_SECONDS = 600


class Box:
    """The machine, the people who use it, and what was measured."""

    def __init__(self, machine):
        self.machine = machine
        self.owner = None
        self.guest = None
        self.room = None
        self.seconds = {}

    def boot(self, name):
        self.machine.start()
        wait_for(lambda: household.healthy(self.machine), BOOT_SECONDS, "the box to answer")
        self.seconds[name] = round(time.monotonic() - self.machine.started, 1)

    def settled(self):
        """Everything that starts at boot has started, or failed."""
        self.machine.console.run("until [ \"$(systemctl is-system-running)\" != starting ]; do sleep 1; done", timeout=180)


@contextlib.contextmanager
def new_box(tmp_path_factory, offers=()):
    """A box with a card that was just written, plugged into a network of its own, whose DHCP has more to offer; switched off."""
    image = os.environ.get("IMAGE")
    assert image, "IMAGE must name the image to test: make test-image IMAGE=…"
    assert os.geteuid() == 0, "the box's network is made of a network namespace, which needs root"
    folder = tmp_path_factory.mktemp("box")
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        office = Office(folder, offers)
        undo.callback(office.close)
        machine = Machine(image, folder, office)
        undo.callback(machine.off)
        yield Box(machine)


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with new_box(tmp_path_factory) as made:
        yield made


def pytest_addoption(parser):
    parser.addoption("--resume", action="store_true", help="leave out files of tests that passed with this image before")


def pytest_configure(config):
    config.addinivalue_line("markers", "full: takes long; left out of the short form")


def _done_file():
    """Where the files of tests are listed that passed with this image: begun again, a long run goes on where it was."""
    image = pathlib.Path(os.environ["IMAGE"])
    about = image.resolve().stat()
    return pathlib.Path(os.environ.get("OUTPUT", "test-output/image")) / f"passed-{about.st_size}-{about.st_mtime_ns}.txt"


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--resume") or not _done_file().exists():
        return
    done = _done_file().read_text().split()
    left_out = [item for item in items if item.path.name in done]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item.path.name not in done]


def pytest_runtest_teardown(item, nextitem):
    """A file of tests is done when its last test is and none of them failed."""
    module = item.getparent(pytest.Module)
    if item.config.getoption("--resume") and (nextitem is None or nextitem.getparent(pytest.Module) is not module):
        if not getattr(module, "failures", 0):
            with _done_file().open("a") as done:
                done.write(f"{item.path.name}\n")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    report = outcome.get_result()
    made = item.funcargs.get("box") if hasattr(item, "funcargs") else None
    if report.failed:
        module = item.getparent(pytest.Module)
        module.failures = getattr(module, "failures", 0) + 1
    if report.failed and made is not None:
        target = pathlib.Path(os.environ.get("OUTPUT", "test-output/image")) / item.name
        made.machine.keep_logs(target)
        report.sections.append(("logs", f"kept in {target}"))


@pytest.fixture(autouse=True)
def told(request, record_property):
    """The figures of a test, on the screen and in the JUnit file."""
    figures = {}
    request.node.figures = figures
    yield figures
    for name, value in figures.items():
        record_property(name, value)
        print(f"    {name}: {value}")
