"""People who use the box over the network: they claim it, join, talk, and remember what was acknowledged.

Knows the box's address and its public protocol (imd/PROTOCOL.md), nothing else of it.
"""

import itertools
import json
import socket
import time

import httpx
from machine import wait_for
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

#: How the box knows itself in QEMU's network, whatever the port is outside; it refuses names that are not its own.
HOST = "10.0.2.15"

#: The owner's.
PASSWORD = "correct horse battery"

#: How a connection ends when nobody says goodbye.
BROKEN = (WebSocketException, EOFError)


class Person:
    """Someone signed in on one device."""

    def __init__(self, machine, name, token):
        self.machine = machine
        self.name = name
        self.token = token
        #: Acknowledged by the box: room, seq and text.
        self.acknowledged = []
        #: Called with room, seq and text as soon as a message is acknowledged.
        self.on_acknowledged = None
        self._numbers = itertools.count(1)
        self._socket = None

    def ask(self, method, path, timeout=60, **options):
        """A REST call, whatever comes of it."""
        headers = {"Host": HOST, "Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        url = f"http://127.0.0.1:{self.machine.port}{path}"
        return httpx.request(method, url, headers=headers, timeout=timeout, **options)

    def administer(self, method, path, **options):
        """A call that asks for a fresh password, which is entered first."""
        self.api("POST", "/api/v1/me/password/enter", json={"password": PASSWORD})
        return self.api(method, path, **options)

    def api(self, method, path, timeout=60, **options):
        """A REST call that has to succeed."""
        answer = self.ask(method, path, timeout, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def connect(self, timeout=60):
        """Opens the WebSocket and says hello; returns `ready`."""
        # By the address that the box knows as its own, over the port that leads there.
        self._socket = connect(
            f"ws://{HOST}/api/v1/ws",
            sock=_dial(self.machine.port, timeout),
            additional_headers={"Authorization": f"Bearer {self.token}"},
            open_timeout=timeout,
            close_timeout=5,
            legacy=True,
            ping_interval=None,
        )
        self._say({"t": "hello", "v": 1})
        return self.hear("ready", timeout=timeout)

    def send(self, room, text, timeout=60, files=()):
        """Sends and waits for the acknowledgement: from then on the box owes us this message."""
        client_id = f"{self.name}-{time.time_ns()}-{next(self._numbers)}"
        frame = {"t": "send", "client_id": client_id, "room": room, "text": text}
        if files:
            frame["files"] = list(files)
        self._say(frame)
        ack = self.hear("ack", timeout=timeout, client_id=client_id)
        self.acknowledged.append((room, ack["seq"], text))
        if self.on_acknowledged:
            self.on_acknowledged(room, ack["seq"], text)
        return ack["seq"]

    def hear(self, kind, timeout=60, **fields):
        """The next frame of that kind with these fields; others are passed over."""
        deadline = time.monotonic() + timeout
        while True:
            frame = json.loads(self._socket.recv(timeout=max(0.1, deadline - time.monotonic())))
            assert frame["t"] != "error" or kind == "error", f"{self.name} was told: {frame}"
            if frame["t"] == kind and all(frame.get(key) == value for key, value in fields.items()):
                return frame

    def hear_message(self, text, timeout=60):
        """The event that carries this text."""
        deadline = time.monotonic() + timeout
        while True:
            for event in self.hear("events", timeout=deadline - time.monotonic())["events"]:
                if event["kind"] == "message" and event["text"] == text:
                    return event

    def log(self, room, after=0):
        """The room as the box has it, from the event after this one on: events by seq."""
        events = {}
        while True:
            page = self.api("GET", f"/api/v1/rooms/{room}/events?after={after}&limit=200").json()
            events |= {event["seq"]: event for event in page["events"]}
            if not page["events"] or page["events"][-1]["seq"] == page["last_seq"]:
                return events, page["last_seq"]
            after = page["events"][-1]["seq"]

    def assert_nothing_lost(self, room, after=0):
        """Every acknowledged message is there, once, where it was said to be; and the room has no gap. From the event after
        this one on; returns the last."""
        events, last = self.log(room, after)
        assert sorted(events) == list(range(after + 1, last + 1)), "the room has a gap"
        for at, seq, text in self.acknowledged:
            if at == room and seq > after:
                assert events[seq]["text"] == text, f"{seq} was acknowledged as {text!r}, and is {events[seq]}"
        texts = [event["text"] for event in events.values() if event["kind"] == "message"]
        assert len(texts) == len(set(texts)), "a message is there twice"
        return last

    def hang_up(self):
        if self._socket:
            self._socket.close()
            self._socket = None

    def drop(self):
        """The other side is gone: nothing to say goodbye to."""
        if self._socket:
            self._socket.socket.close()
            self._socket = None

    def _say(self, frame):
        self._socket.send(json.dumps(frame))


def healthy(machine):
    """Does it answer, and say that it is well?"""
    try:
        answer = httpx.get(f"http://127.0.0.1:{machine.port}/healthz", headers={"Host": HOST}, timeout=5)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and answer.json()["status"] == "ok"


def status(machine):
    """Of its own page, or None when it does not answer."""
    try:
        return page(machine).status_code
    except httpx.HTTPError:
        return None


def page(machine):
    """What a browser that prefers English gets."""
    return httpx.get(f"http://127.0.0.1:{machine.port}/", headers={"Host": HOST, "Accept-Language": "en"}, timeout=5)


def code_on_the_card(machine):
    """What CLAIM.txt says, once it is there."""
    return wait_for(lambda: machine.card.config_file("CLAIM.txt") and machine.card.claim_code(), 120, "CLAIM.txt")


def own(box, name, first):
    """A fresh box gets its owner, by the code on its card, and a first message; nobody is connected afterwards."""
    box.owner = claim(box.machine, code_on_the_card(box.machine), name)
    box.room = box.owner.connect()["rooms"][0]["id"]
    box.owner.send(box.room, first)
    box.owner.drop()


def claim(machine, code, name):
    """Becomes the owner."""
    return _enter(machine, "/api/v1/claim", name, {"code": code, "name": name, "password": PASSWORD})


def join(machine, owner, name):
    """Comes in by an invite of the owner's."""
    invite = owner.api("POST", "/api/v1/invites", json={}).json()
    code = invite.get("code") or invite["invite"]["code"]
    return _enter(machine, "/api/v1/join", name, {"name": name, "invite": code})


def _enter(machine, path, name, body):
    url = f"http://127.0.0.1:{machine.port}{path}"
    answer = httpx.post(url, headers={"Host": HOST, "Accept-Token": "true"}, json=body, timeout=60)
    assert answer.is_success, f"{path}: {answer.status_code} {answer.text[:500]}"
    return Person(machine, name, answer.json()["token"])


def _dial(port, timeout):
    return socket.create_connection(("127.0.0.1", port), timeout=timeout)
