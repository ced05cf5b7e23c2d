"""What the tests of the published API stand on: a daemon for each, and its schema."""

import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from box import ROOT, Box  # noqa: E402


@pytest.fixture
def box(tmp_path):
    started = Box(tmp_path)
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def document():
    """A file with the published schema; `cargo nextest` holds it to what the code says."""
    return ROOT / "imd/openapi.json"


@pytest.fixture(scope="session")
def schema(document):
    return json.loads(document.read_text(encoding="utf-8"))
