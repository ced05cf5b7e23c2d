"""The daemon as a program that others talk to, and the people in it."""

import json
import os
import pathlib
import subprocess
import threading
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]

# Everyone is let in and nobody is slowed down: the limits are tested elsewhere.
CONFIG = """
[join]
mode = "open"
[mdns]
enabled = false
[limits]
max_connections_per_address = 10000
http_requests_per_minute_per_address = 10000000
sign_ins_per_minute_per_address = 10000000
messages_per_minute_per_user = 10000000
codes_per_minute_per_user = 10000000
rooms_per_minute_per_user = 10000000
"""

PASSWORD = "lilac fence seven"


class Box:
    """A running daemon with a data folder of its own."""

    def __init__(self, folder):
        config = folder / "imd.toml"
        config.write_text(CONFIG, encoding="utf-8")
        self.log = folder / "imd.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", "--listen", "127.0.0.1:0", "--config", config, "--data", folder / "data"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.claim_code = self.origin = None
        # A fresh box tells both; when its output ends first, it did not start.
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.origin = line.removeprefix("listening on ").strip().rstrip("/")
            if line.startswith("claim code: "):
                self.claim_code = line.removeprefix("claim code: ").strip()
            if self.origin and self.claim_code:
                break
        assert self.origin and self.claim_code, self.log.read_text(encoding="utf-8")
        # Read on to the end, so that it never waits for its reader.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        finally:
            self.process.kill()
            self.process.wait()

    def ask(self, method, path, body=None, token=None):
        """The answer's JSON; raises with a refusal."""
        headers = {"Content-Type": "application/json", "Accept-Token": "true"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.origin + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def people(self):
        """Tokens of an owner, an admin, a member and a guest, all of whom have something."""
        claim = {"code": self.claim_code, "name": "Olga", "password": PASSWORD, "box_name": "Garden House"}
        owner = self.ask("POST", "/api/v1/claim", claim)
        token = owner["token"]
        member = self.ask("POST", "/api/v1/join", {"name": "Mei"})["token"]
        admin = self.ask("POST", "/api/v1/join", {"name": "Adam"})
        self.ask("PATCH", f"/api/v1/users/{admin['me']['user']['id']}", {"role": "admin"}, token)
        # Just entered: an admin's acts need that.
        self.ask("PUT", "/api/v1/me/password", {"new": PASSWORD}, admin["token"])
        group = self.ask("POST", "/api/v1/rooms", {"kind": "group", "name": "Party"}, token)
        invite = self.ask("POST", "/api/v1/invites", {"guest": True, "rooms": [group["id"]]}, token)
        guest = self.ask("POST", "/api/v1/join", {"name": "Gus", "invite": invite["invite"]["code"]})["token"]
        for room in (1, group["id"]):
            self.ask("POST", f"/api/v1/rooms/{room}/messages", {"client_id": f"hello-{room}", "text": "Hello"}, token)
        return {"owner": token, "admin": admin["token"], "member": member, "guest": guest}


def binary():
    """The built daemon; IMD_BIN names another."""
    return os.environ.get("IMD_BIN") or ROOT / "target/debug/imd"
