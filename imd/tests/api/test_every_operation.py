"""Schemathesis tries every operation with what it makes up from the schema: nothing may end in a fault of the box's own, and every
answer must be one that the schema promises."""

import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent

# What ends the box under test, signs its people out or leaves it no room for files: it has tests of its own.
ENDS_IT = (
    "PUT /api/v1/admin/storage/limits",
    "POST /api/v1/sign-out",
    "POST /api/v1/admin/power",
    "POST /api/v1/admin/factory-reset",
    "POST /api/v1/admin/repair",
    "POST /api/v1/admin/restore",
    "POST /api/v1/admin/update/back",
    "POST /api/v1/admin/update/install",
    "DELETE /api/v1/me/devices/{device}",
    "DELETE /api/v1/admin/people/{user}/devices",
    "DELETE /api/v1/admin/people/{user}/devices/{device}",
    "POST /api/v1/admin/people/{user}/remove",
)


@pytest.mark.parametrize("who", ["anybody", "guest", "member", "admin"])
def test_every_answer_is_as_promised(box, document, tmp_path, who):
    tokens = box.people()
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", HERE / "schemathesis.toml"]
    command += ["run", document, "--url", box.origin]
    command += ["--phases", "coverage,fuzzing", "--max-examples", "5", "--seed", "1"]
    command += ["--generation-database", "none", "--no-color", "--warnings", "off", "--suppress-health-check", "all"]
    for name in ENDS_IT:
        command += ["--exclude-name", name]
    if who != "anybody":
        command += ["--header", f"Authorization: Bearer {tokens[who]}"]
    hooks = {**os.environ, "SCHEMATHESIS_HOOKS": "bodies", "PYTHONPATH": str(HERE)}
    done = subprocess.run(command, cwd=tmp_path, env=hooks, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert box.process.poll() is None, "the box has ended"
