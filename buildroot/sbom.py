#!/usr/bin/env python3
"""What is in the image, as CycloneDX: Buildroot's packages, the daemon's crates, the web app's npm packages.

    make show-info | sbom.py VERSION > FILE

Knows Buildroot's `show-info`, Cargo's metadata and npm's lock file. Buildroot's own utils/generate-cyclonedx tells more
of each package, but of its packages alone, and it fetches the list of licence names.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys

#: The repository.
ROOT = pathlib.Path(__file__).parents[1]
TARGET = "aarch64-unknown-linux-gnu"


def component(name, version, licence, purl):
    made = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if licence:
        made["licenses"] = [{"license": {"name": licence}}]
    return made


def buildroot_packages(info):
    """What is on the target; not what only builds it, nor packages that only choose among others."""
    for name, package in sorted(info.items()):
        version = package.get("version")
        if package["type"] == "target" and version and not package.get("virtual") and package.get("install_target", True):
            made = component(name, version, package.get("licenses"), f"pkg:generic/{name}@{version}")
            if package.get("cpe-id"):
                made["cpe"] = package["cpe-id"]
            yield made


def crates():
    """Whatever is linked into the daemon on the box."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    todo = [package["id"] for package in metadata["packages"] if package["name"] == "imd"]
    seen = set(todo)
    while todo:
        for dependency in nodes[todo.pop()]["deps"]:
            # Not what only builds or tests it.
            linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if linked and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                todo.append(dependency["pkg"])
    for package in sorted((packages[i] for i in seen), key=lambda package: (package["name"], package["version"])):
        if package["source"]:
            name, version = package["name"], package["version"]
            yield component(name, version, package["license"], f"pkg:cargo/{name}@{version}")


def npm_packages():
    """Whatever the browser gets."""
    lock = json.loads((ROOT / "webui/package-lock.json").read_text())
    for path, package in sorted(lock["packages"].items()):
        if path and not package.get("dev"):
            name, version = path.split("node_modules/")[-1], package["version"]
            yield component(name, version, package.get("license"), f"pkg:npm/{name.replace('@', '%40')}@{version}")


def main():
    version = sys.argv[1]
    built = int(os.environ.get("SOURCE_DATE_EPOCH") or subprocess.check_output(["git", "-C", ROOT, "log", "-1", "--format=%ct"]))
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(built, datetime.UTC).isoformat(),
            "component": {"type": "operating-system", "bom-ref": "imbox", "name": "imbox", "version": version},
        },
        "components": [*buildroot_packages(json.load(sys.stdin)), *crates(), *npm_packages()],
    }
    json.dump(bom, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
