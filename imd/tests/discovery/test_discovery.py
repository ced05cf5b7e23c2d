"""People type `imbox.local` and must reach their box: its names on real (virtual) LANs, looked up by
a resolver that is not ours."""

import time

from lan import ip
from processes import wait_for


def machine(site, name, *plugs):
    """A machine; each plug is (switch, interface, addresses…)."""
    netns = site.namespace(name)
    for switch, interface, *addresses in plugs:
        site.plug(netns, switch, *addresses, interface=interface)
    return netns


def has(*wanted):
    return lambda found: set(wanted) <= set(found)


def only_v4(address):
    return lambda found: [a for a in found if ":" not in a] == [address]


def a_records(phone, name, since=0):
    return [record for record in phone.heard(name, since) if record["type"] in ("A", "AAAA")]


def checks(phone, name, source):
    """How often that machine has looked around for others with the name."""
    return len({question["at"] for question in phone.questions(name) if question["from"] == source})


# Without this nobody finds the box except by its IP address.
def test_both_names_and_both_services_resolve(site, boxes, phone):
    lan = site.switch()
    box = boxes(machine(site, "box", (lan, "eth0", "10.77.0.1/24", "fd77::1/64")), "--name", "Haus 3", "--port", "8080")
    visitor = phone(lan, "10.77.0.9/24")
    said = box.wait_line(lambda line: line.get("host") and "fd77::1" in line["addresses"], "both addresses")
    assert said == {"host": "imbox.local", "serial": "imbox-0001x.local", "addresses": ["10.77.0.1", "fd77::1"]}

    for name in ("imbox.local", "imbox-0001x.local"):
        visitor.resolves(name, has("10.77.0.1", "fd77::1"), "A and AAAA")
    txt = {"txtvers": "1", "state": "fresh", "name": "Haus 3", "path": "/"}
    http = wait_for("_http._tcp", lambda: visitor.service("_http._tcp"), lambda found: found)["Haus 3 (imbox)"]
    assert (http["host"], http["port"]) == ("imbox.local", 8080)
    assert txt.items() <= http["txt"].items() and http["txt"]["version"]
    assert http["addresses"], "the service leads to no address"
    own = wait_for("_imbox._tcp", lambda: visitor.service("_imbox._tcp"), lambda found: found)["imbox-0001x"]
    assert (own["host"], own["port"]) == ("imbox-0001x.local", 8080)
    assert txt.items() <= own["txt"].items()

    # Claiming the box must show: a program that looks for fresh boxes would offer this one again.
    box.say("state ready")
    for kind in ("_http._tcp", "_imbox._tcp"):
        wait_for(
            "the new state",
            lambda kind=kind: visitor.service(kind),
            lambda found: found and all(service["txt"]["state"] == "ready" for service in found.values()),
        )
    assert box.names() == {"imbox.local"}


# A phone tries IPv6 first: led to an address where nobody answers, it shows nothing for as long as it tries.
def test_only_addresses_that_answer_are_announced(site, boxes, phone):
    every = ("10.77.0.1/24", "10.77.0.2/24", "fd77::1/64")
    cases = {
        ("0.0.0.0",): ["10.77.0.1", "10.77.0.2"],
        ("10.77.0.2",): ["10.77.0.2"],
        ("10.77.0.1", "fd77::1"): ["10.77.0.1", "fd77::1"],
        ("::",): ["fd77::1"],
        ("0.0.0.0", "::"): ["10.77.0.1", "10.77.0.2", "fd77::1"],
    }
    for number, (listen, answering) in enumerate(cases.items()):
        lan = site.switch()
        visitor = phone(lan, "10.77.0.9/24")
        options = [part for address in listen for part in ("--listen", address)]
        box = boxes(machine(site, f"box{number}", (lan, "eth0", *every)), *options)
        said = box.wait_line(lambda line, want=answering: line.get("host") and line["addresses"] == want, f"only {answering}")
        # Where it listens to all of IPv6, it answers at the address of the link as well.
        beside = "fe80:" if "::" in listen else ()
        for name in (said["host"], said["serial"]):
            wait_for(
                f"{name} at {answering}",
                lambda v=visitor, n=name, b=beside: {
                    r["data"] for r in a_records(v, n) if r["ttl"] > 0 and not r["data"].startswith(b)
                },
                lambda heard, want=answering: heard == set(want),
            )
            assert {address for address in visitor.lookup(name) if not address.startswith(beside)} == set(answering)


# A printer called imbox was there first: its users must still reach it, and ours must reach us, by
# one name wherever they are.
def test_a_taken_name_leads_to_the_next_on_all_interfaces(site, boxes, phone):
    office, workshop = site.switch(), site.switch()
    printer, visitor = phone(office, "10.77.0.9/24"), phone(workshop, "10.78.0.9/24")
    printer.claim("imbox.local", "10.77.0.9")
    printer.claim("imbox-2.local", "10.77.0.9")
    box = boxes(machine(site, "box", (office, "eth0", "10.77.0.1/24"), (workshop, "eth1", "10.78.0.1/24")))
    box.announces("imbox-3.local")
    printer.resolves("imbox-3.local", only_v4("10.77.0.1"), "the box")
    visitor.resolves("imbox-3.local", only_v4("10.78.0.1"), "the box")
    assert box.names() == {"imbox-3.local"}
    for phone_ in (printer, visitor):
        taken = a_records(phone_, "imbox.local") + a_records(phone_, "imbox-2.local")
        assert {record["data"] for record in taken} <= {"10.77.0.9"}, "a taken name was announced"
    # The serial name and its service don't count up.
    visitor.resolves("imbox-0001x.local", only_v4("10.78.0.1"), "the box")
    assert list(visitor.service("_imbox._tcp")) == ["imbox-0001x"]


# A cable to a second LAN, where the name is taken: nobody there may be led astray for a moment, and
# both LANs must know the box by one name.
def test_a_link_that_comes_up_is_asked_first(site, boxes, phone):
    office, workshop = site.switch(), site.switch()
    visitor, printer = phone(office, "10.77.0.9/24"), phone(workshop, "10.78.0.9/24")
    printer.claim("imbox.local", "10.78.0.9")
    netns = machine(site, "box", (office, "eth0", "10.77.0.1/24"))
    box = boxes(netns)
    box.announces("imbox.local")
    visitor.resolves("imbox.local", only_v4("10.77.0.1"), "the box")

    site.plug(netns, workshop, "10.78.0.1/24", interface="eth1")
    box.announces("imbox-2.local")
    visitor.resolves("imbox-2.local", only_v4("10.77.0.1"), "the box")
    printer.resolves("imbox-2.local", only_v4("10.78.0.1"), "the box")
    goodbyes = [r["data"] for r in a_records(visitor, "imbox.local") if r["ttl"] == 0]
    assert "10.77.0.1" in goodbyes, "the old name was not withdrawn"
    assert {r["data"] for r in a_records(printer, "imbox.local") if r["ttl"] > 0} == {"10.78.0.9"}


# The cable comes late, or is pulled and put back: the box must be found again under the same name.
def test_a_cable_that_comes_late_or_back_is_enough(site, boxes, phone):
    lan = site.switch()
    netns = machine(site, "box")
    box = boxes(netns)
    assert box.wait_line(lambda line: "host" in line, "the first line")["host"] is None
    port = site.plug(netns, lan, "10.77.0.1/24")
    visitor = phone(lan, "10.77.0.9/24")
    box.announces("imbox.local")
    visitor.resolves("imbox.local", only_v4("10.77.0.1"), "the box")

    site.cable(port, "down")
    gone = box.wait_line(lambda line: line.get("host") is None, "the box to notice")
    assert gone["addresses"] == []
    site.cable(port, "up")
    box.announces("imbox.local")
    visitor.resolves("imbox.local", only_v4("10.77.0.1"), "the box")


# Two boxes unpacked side by side and switched on at once.
def test_two_boxes_started_together_share_no_name(site, boxes, phone):
    lan = site.switch()
    first = boxes(machine(site, "first", (lan, "eth0", "10.77.0.1/24")))
    second = boxes(machine(site, "second", (lan, "eth0", "10.77.0.2/24")))
    visitor = phone(lan, "10.77.0.9/24")
    names = wait_for(
        "two names",
        lambda: (first.announces_any(), second.announces_any()),
        lambda names: set(names) == {"imbox.local", "imbox-2.local"},
    )
    for name, address in zip(names, ("10.77.0.1", "10.77.0.2"), strict=True):
        visitor.resolves(name, only_v4(address), f"only {address}")


# Two houses become one network while both boxes run; no link of theirs goes up or down.
def test_two_boxes_whose_networks_are_joined_share_no_name(site, boxes, phone):
    left, right = site.switch(), site.switch()
    first = boxes(machine(site, "first", (left, "eth0", "10.77.0.1/24")))
    second = boxes(machine(site, "second", (right, "eth0", "10.77.0.2/24")))
    first.announces("imbox.local")
    second.announces("imbox.local")
    site.join(left, right)
    names = wait_for(
        "two names",
        lambda: (first.announces_any(), second.announces_any()),
        lambda names: set(names) == {"imbox.local", "imbox-2.local"},
    )
    visitor = phone(left, "10.77.0.9/24")
    for name, address in zip(names, ("10.77.0.1", "10.77.0.2"), strict=True):
        visitor.resolves(name, only_v4(address), f"only {address}")
    visitor.resolves("imbox-0001x.local", only_v4("10.77.0.1"), "the first box")
    visitor.resolves("imbox-0002x.local", only_v4("10.77.0.2"), "the second box")
    # And it stays so: neither flees from the other again.
    for address, name in zip(("10.77.0.1", "10.77.0.2"), names, strict=True):
        wait_for("three looks around", lambda a=address, n=name: checks(visitor, n, a), lambda count: count >= 3)
    assert (first.lines[-1]["host"], second.lines[-1]["host"]) == names


# Cable and Wi-Fi into the same LAN: the box hears itself, and must not take itself for a rival.
def test_two_interfaces_on_one_lan_are_one_box(site, boxes, phone):
    lan = site.switch()
    netns = machine(site, "box", (lan, "eth0", "10.77.0.1/24"))
    visitor = phone(lan, "10.77.0.9/24")
    box = boxes(netns)
    box.announces("imbox.local")
    site.plug(netns, lan, "10.77.0.2/24", interface="wlan0")
    said = box.wait_line(lambda line: "10.77.0.2" in line["addresses"], "the second address")
    assert said["host"] == "imbox.local"
    wait_for(
        "both addresses",
        lambda: {r["data"] for r in a_records(visitor, "imbox.local") if r["ttl"] > 0},
        has("10.77.0.1", "10.77.0.2"),
    )
    for source in ("10.77.0.1", "10.77.0.2"):
        wait_for("three looks around", lambda s=source: checks(visitor, "imbox.local", s), lambda count: count >= 3)
    assert box.names() == {"imbox.local"}
    assert visitor.lookup("imbox.local")

    # The same when it starts with both.
    box.stop()
    box = boxes(netns)
    box.announces("imbox.local")
    since = len(visitor.questions("imbox.local"))
    wait_for("looks around", lambda: len(visitor.questions("imbox.local")) - since, lambda count: count >= 6)
    assert box.names() == {"imbox.local"}


# The router gives the box another address: a bookmark by name must go on working.
def test_an_address_change_is_followed(site, boxes, phone):
    lan = site.switch()
    netns = machine(site, "box", (lan, "eth0", "10.77.0.1/24"))
    visitor = phone(lan, "10.77.0.9/24")
    box = boxes(netns)
    box.announces("imbox.local")
    visitor.resolves("imbox.local", only_v4("10.77.0.1"), "the old address")
    ip("address", "add", "10.77.0.33/24", "dev", "eth0", netns=netns)
    ip("address", "del", "10.77.0.1/24", "dev", "eth0", netns=netns)
    # Deleting the first address of a subnet takes the others along unless the kernel promotes them.
    ip("address", "replace", "10.77.0.33/24", "dev", "eth0", netns=netns)
    box.wait_line(lambda line: line["addresses"] == ["10.77.0.33"], "the new address")
    for name in ("imbox.local", "imbox-0001x.local"):
        visitor.resolves(name, only_v4("10.77.0.33"), "the new address alone")
    http = wait_for("_http._tcp", lambda: visitor.service("_http._tcp"), lambda found: found)["imbox"]
    assert "10.77.0.1" not in http["addresses"]
    assert box.names() == {"imbox.local"}


# A box that leaves without a word stays in everybody's lists for an hour.
def test_goodbye_on_stop(site, boxes, phone):
    lan = site.switch()
    visitor = phone(lan, "10.77.0.9/24")
    box = boxes(machine(site, "box", (lan, "eth0", "10.77.0.1/24")))
    box.announces("imbox.local")
    visitor.resolves("imbox.local", only_v4("10.77.0.1"), "the box")
    since = time.time()
    box.process.terminate()
    box.wait_line(lambda line: line == {"goodbye": True}, "its goodbye")
    assert box.process.wait(timeout=5) == 0

    def withdrawn(name, kind):
        return [r["data"] for r in visitor.heard(name, since) if r["type"] == kind and r["ttl"] == 0]

    wait_for("goodbye of imbox.local", lambda: withdrawn("imbox.local", "A"), has("10.77.0.1"))
    wait_for("goodbye of the serial name", lambda: withdrawn("imbox-0001x.local", "A"), has("10.77.0.1"))
    wait_for("goodbye of http", lambda: withdrawn("_http._tcp.local", "PTR"), has("imbox._http._tcp.local."))
    wait_for("goodbye of imbox", lambda: withdrawn("_imbox._tcp.local", "PTR"), has("imbox-0001x._imbox._tcp.local."))
    assert visitor.lookup("imbox.local") == []
    assert visitor.service("_imbox._tcp") == {}


# The admin calls the box something else: the new name works, the old one leads nowhere.
def test_a_rename_is_announced_and_the_old_name_withdrawn(site, boxes, phone):
    lan = site.switch()
    visitor = phone(lan, "10.77.0.9/24")
    box = boxes(machine(site, "box", (lan, "eth0", "10.77.0.1/24")))
    box.announces("imbox.local")
    box.say("rename imbox Haus 3")
    wait_for("the box's new name", lambda: list(visitor.service("_http._tcp")), lambda found: found == ["Haus 3 (imbox)"])
    visitor.resolves("imbox.local", only_v4("10.77.0.1"), "the box")

    box.say("rename haus 三号楼")
    box.announces("haus.local")
    visitor.resolves("haus.local", only_v4("10.77.0.1"), "the box")
    http = wait_for("the new service", lambda: visitor.service("_http._tcp"), has("三号楼 (haus)"))
    assert list(http) == ["三号楼 (haus)"]
    assert http["三号楼 (haus)"]["txt"]["name"] == "三号楼"
    assert visitor.lookup("imbox.local") == []


# After a power cut the neighbour's box is faster: nobody's bookmarks may open the wrong box.
def test_the_name_of_yesterday_is_kept(site, boxes, phone):
    lan = site.switch()
    netns = machine(site, "box", (lan, "eth0", "10.77.0.1/24"))
    visitor = phone(lan, "10.77.0.9/24")
    boxes(netns, "--previous", "imbox-2").announces("imbox-2.local")
    visitor.resolves("imbox-2.local", only_v4("10.77.0.1"), "the box")


# Somebody takes even the serial name: the box keeps it, because the papers that came with it say so.
def test_the_serial_name_is_never_changed(site, boxes, phone):
    lan = site.switch()
    impostor, visitor = phone(lan, "10.77.0.8/24"), phone(lan, "10.77.0.9/24")
    impostor.claim("imbox-0001x.local", "10.77.0.8")
    box = boxes(machine(site, "box", (lan, "eth0", "10.77.0.1/24")))
    box.announces("imbox.local")
    visitor.resolves("imbox-0001x.local", has("10.77.0.1"), "the box")
    assert "imbox-0001x" in visitor.service("_imbox._tcp")
    assert {line["serial"] for line in box.lines} == {"imbox-0001x.local"}
