"""Somebody on the LAN: looks names and services up with python-zeroconf, claims a name, and keeps
what was on the wire. Reads JSON lines [number, question, arguments…], prints {"to", "answer"}."""

import json
import pathlib
import socket
import struct
import sys
import threading
import time

from zeroconf import (
    AddressResolverIPv4,
    AddressResolverIPv6,
    DNSIncoming,
    IPVersion,
    ServiceBrowser,
    ServiceInfo,
    Zeroconf,
)

GROUP_V4, GROUP_V6, PORT = "224.0.0.251", "ff02::fb", 5353
# Long enough for a second question: a record is multicast at most once a second (RFC 6762 §6).
LOOK_MILLISECONDS = 3000
TYPES = {1: "A", 12: "PTR", 16: "TXT", 28: "AAAA", 33: "SRV"}


class Wire:
    """Everything said on the mDNS groups, since the start and in order."""

    def __init__(self):
        self._lock = threading.Lock()
        self._records, self._questions = [], []
        for index, name in socket.if_nameindex():
            if name == "lo":
                continue
            threading.Thread(target=self._listen, args=(self._open_v4(index), name), daemon=True).start()
            threading.Thread(target=self._listen, args=(self._open_v6(index), name), daemon=True).start()

    @staticmethod
    def _open(family):
        opened = socket.socket(family, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        return opened

    def _open_v4(self, index):
        opened = self._open(socket.AF_INET)
        opened.setsockopt(socket.IPPROTO_IP, 49, 0)  # IP_MULTICAST_ALL
        opened.bind((GROUP_V4, PORT))
        membership = struct.pack("4s4si", socket.inet_aton(GROUP_V4), b"\0" * 4, index)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        return opened

    def _open_v6(self, index):
        opened = self._open(socket.AF_INET6)
        opened.bind((GROUP_V6, PORT, 0, index))
        membership = socket.inet_pton(socket.AF_INET6, GROUP_V6) + struct.pack("@I", index)
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
        return opened

    def _listen(self, opened, interface):
        while True:
            data, source = opened.recvfrom(9000)
            message = DNSIncoming(data)
            at = time.time()
            with self._lock:
                for question in message.questions:
                    self._questions.append({"at": at, "name": question.name.lower(), "from": source[0]})
                if message.is_query():
                    continue
                for record in message.answers():
                    self._records.append(
                        {
                            "at": at,
                            "name": record.name.lower(),
                            "type": TYPES.get(record.type, str(record.type)),
                            "ttl": record.ttl,
                            "data": data_of(record),
                            "interface": interface,
                            "from": source[0],
                        }
                    )

    def records(self, name):
        with self._lock:
            return [record for record in self._records if record["name"] == name.lower() + "."]

    def questions(self, name):
        with self._lock:
            return [question for question in self._questions if question["name"] == name.lower() + "."]


def data_of(record):
    if hasattr(record, "address"):
        family = socket.AF_INET if len(record.address) == 4 else socket.AF_INET6
        return socket.inet_ntop(family, record.address)
    return getattr(record, "alias", None) or getattr(record, "server", None) or repr(record)


def lookup(host):
    # A new resolver each time: nothing it knew before may help.
    resolver = Zeroconf(ip_version=IPVersion.All)
    try:
        found = []
        for kind in (AddressResolverIPv4, AddressResolverIPv6):
            resolution = kind(f"{host}.")
            if resolution.request(resolver, LOOK_MILLISECONDS):
                found += resolution.parsed_addresses()
        return sorted(set(found))
    finally:
        resolver.close()


class Names:
    def __init__(self):
        self.found = set()

    def add_service(self, _resolver, _kind, name):
        self.found.add(name)

    def update_service(self, _resolver, _kind, name):
        self.found.add(name)

    def remove_service(self, _resolver, _kind, name):
        self.found.discard(name)


def service(kind):
    kind = f"{kind}.local."
    resolver = Zeroconf(ip_version=IPVersion.All)
    names = Names()
    browser = ServiceBrowser(resolver, kind, names)
    try:
        end = time.monotonic() + LOOK_MILLISECONDS / 1000
        while not names.found and time.monotonic() < end:
            time.sleep(0.02)
        services = {}
        for name in list(names.found):
            info = resolver.get_service_info(kind, name, LOOK_MILLISECONDS)
            if info:
                services[name.removesuffix(f".{kind}")] = {
                    "host": info.server.removesuffix("."),
                    "port": info.port,
                    "txt": {key.decode(): value.decode() for key, value in info.properties.items()},
                    "addresses": sorted(info.parsed_addresses()),
                }
        return services
    finally:
        browser.cancel()
        resolver.close()


claims = []


def claim(host, address):
    owner = Zeroconf(ip_version=IPVersion.V4Only)
    kind = "_printer._tcp.local."
    printer = f"Printer {len(claims)}.{kind}"
    owner.register_service(ServiceInfo(kind, printer, 9100, server=f"{host}.", parsed_addresses=[address]))
    claims.append(owner)
    return True


def main():
    wire = Wire()
    answers = {
        "lookup": lookup,
        "service": service,
        "claim": claim,
        "heard": wire.records,
        "questions": wire.questions,
    }
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        number, question, *arguments = json.loads(line)
        print(json.dumps({"to": number, "answer": answers[question](*arguments)}), flush=True)
    for owner in claims:
        owner.close()


if __name__ == "__main__":
    # zeroconf must find this machine's packages, not the tests beside this file.
    sys.path = [entry for entry in sys.path if entry != str(pathlib.Path(__file__).parent)]
    main()
