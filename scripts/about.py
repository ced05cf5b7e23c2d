#!/usr/bin/env python3
"""What is in the binary: the licences of every crate and package, and a bill of materials (CycloneDX 1.6).

    scripts/about.py          writes webui/public/about/licences.txt and sbom.cdx.json
    scripts/about.py --check  says whether they are those of Cargo.lock and package-lock.json

Needs the crates and packages as `cargo fetch` and `npm ci` leave them, and no network. The answer depends on nothing but
the lock files: no times, no paths.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "webui" / "public" / "about"
TARGET = "aarch64-unknown-linux-gnu"
NAMES = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
HEAD = """imbox is free software under MIT OR Apache-2.0. It holds the work of many others; each is named below with its licence,
followed by the texts. The Rust standard library (MIT OR Apache-2.0) and SQLite (public domain) are in it as well.

"""


def crates():
    """The crates that are linked: what `imd` needs on the box, without what only runs while building."""
    command = ["cargo", "metadata", "--offline", "--locked", "--format-version=1", f"--filter-platform={TARGET}"]
    found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    packages = {package["id"]: package for package in found["packages"]}
    needs = {node["id"]: node["deps"] for node in found["resolve"]["nodes"]}
    waiting = [package["id"] for package in found["packages"] if package["name"] == "imd"]
    seen = set(waiting)
    while waiting:
        for dep in needs[waiting.pop()]:
            macro = any("proc-macro" in target["kind"] for target in packages[dep["pkg"]]["targets"])
            linked = any(kind["kind"] is None for kind in dep["dep_kinds"])
            if linked and not macro and dep["pkg"] not in seen:
                seen.add(dep["pkg"])
                waiting.append(dep["pkg"])
    for package in (packages[one] for one in seen):
        if package["source"]:
            licence = (package["license"] or "see the text").replace("/", " OR ")
            yield "cargo", package["name"], package["version"], licence, Path(package["manifest_path"]).parent, package["authors"]


def modules():
    """The packages that the web app is made with and that stay in it."""
    lock = json.loads((ROOT / "webui" / "package-lock.json").read_text())
    for path, package in lock["packages"].items():
        if path and not package.get("dev") and not package.get("optional"):
            name = path.rsplit("node_modules/", 1)[-1]
            yield "npm", name, package["version"], package["license"], ROOT / "webui" / path, []


def texts(folder):
    for path in sorted(folder.iterdir()):
        if path.is_file() and NAMES.match(path.name):
            lines = path.read_text(errors="replace").replace("\r\n", "\n").split("\n")
            yield "\n".join(line.rstrip() for line in lines).strip() + "\n"


def licences(parts):
    """One list of names, then each text once, with whose it is. Who has none in their package is named as the author."""
    owners = {}
    for _, name, version, licence, folder, authors in parts:
        for text in list(texts(folder)) or [f"Copyright (c) {', '.join(authors)}. Licensed under {licence}.\n"]:
            owners.setdefault(" ".join(text.split()), (text, []))[1].append(f"{name} {version}")
    listed = "".join(f"{name} {version}: {licence}\n" for _, name, version, licence, *_ in parts)
    rule = "\n" + "=" * 80 + "\n"
    told = (f"{rule}{', '.join(who)}\n\n{text}" for text, who in owners.values())
    return HEAD + listed + "".join(told)


def bill(parts):
    def component(kind, name, version, licence):
        scope, _, short = name.rpartition("/")
        purl = f"pkg:{kind}/{scope.replace('@', '%40') + '/' if scope else ''}{short}@{version}"
        of = {"type": "library", "bom-ref": purl, "name": short, "version": version}
        if scope:
            of["group"] = scope
        return {**of, "licenses": [{"expression": licence}], "purl": purl}

    version = re.search(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE).group(1)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "imd",
                "name": "imd",
                "version": version,
                "licenses": [{"expression": "MIT OR Apache-2.0"}],
                "purl": f"pkg:cargo/imd@{version}",
            },
        },
        "components": [component(*part[:4]) for part in parts],
    }


def main():
    parts = sorted([*crates(), *modules()], key=lambda part: part[:3])
    wanted = bill(parts)
    path = FOLDER / "sbom.cdx.json"
    if sys.argv[1:] == ["--check"]:
        has = json.loads(path.read_text())
        if has["components"] != wanted["components"] or has["metadata"]["component"] != wanted["metadata"]["component"]:
            sys.exit("webui/public/about/ is not what is in the binary: run scripts/about.py and commit what it writes")
        print(f"{len(parts)} crates and packages, as listed")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(wanted, indent=1) + "\n")
    (FOLDER / "licences.txt").write_text(licences(parts))
    print(f"{len(parts)} crates and packages")


if __name__ == "__main__":
    main()
