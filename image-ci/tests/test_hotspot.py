"""A box where there is no cable: it opens a Wi-Fi of its own, and a phone gets in with nothing but what the box shows.

Its two radios are the kernel's imagined ones (mac80211_hwsim): one is the box's, the other one is put into a network of its own
and is the phone. Without that driver in the kernel there is nothing to try.
"""

import os
import pathlib
import re
import subprocess
import textwrap

import household
import pytest
from machine import wait_for
from screen import scanned

pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.full,
    pytest.mark.skipif("PHONE" not in os.environ, reason="PHONE names no folder with a phone's programs"),
]

#: Where the box is in its own Wi-Fi.
BOX = "10.42.0.1"


class Phone:
    """A radio and a network of its own, inside the same machine."""

    def __init__(self, box):
        self._run = box.machine.console.run
        self._run("mkdir -p /run/phone/card && mount -o ro PARTUUID=696d626f-01 /run/phone/card")
        self._run("cp /run/phone/card/iw /run/phone/card/busybox /run/phone/; umount /run/phone/card; mount -o remount,exec /run; chmod 755 /run/phone/*")
        self._run("setsid unshare --net sleep infinity >/dev/null 2>&1 & echo $! >/run/phone/pid; sleep 1")
        # The box's own service must not find the phone's radio first.
        self._run("/usr/sbin/modprobe mac80211_hwsim radios=2 && /run/phone/iw phy phy1 set netns $(cat /run/phone/pid)")

    def run(self, command, **options):
        return self._run(f"nsenter --net --target $(cat /run/phone/pid) -- sh -c '{command}'", **options)

    def join(self, ssid, password):
        """As somebody does who types both in."""
        network = f'network={{\n ssid="{ssid}"\n psk="{password}"\n}}\n'
        self._run(f"printf '%s' '{network}' >/run/phone/wifi.conf")
        lease = textwrap.dedent("""\
            #!/run/phone/busybox sh
            [ "$1" = bound ] || exit 0
            B=/run/phone/busybox
            $B ip addr add $ip/$mask dev $interface; $B ip route add default via $router
            echo "$ip $router $dns" >/run/phone/lease
            """)
        self._run(f"cat >/run/phone/leased <<'END'\n{lease}END\nchmod 755 /run/phone/leased")
        self.run("wpa_supplicant -B -i wlan1 -c /run/phone/wifi.conf")
        wait_for(lambda: "Connected to" in self.run("/run/phone/iw dev wlan1 link"), 60, "the phone to join")
        self.run("/run/phone/busybox udhcpc -i wlan1 -n -t 20 -s /run/phone/leased", timeout=120)
        address, router, names = self._run("cat /run/phone/lease").split()
        return address, router, names

    def get(self, path, host=BOX):
        """From the box, as if it had been asked for by that name."""
        return self.run(f'/run/phone/busybox wget -q -O - --header "Host: {host}" http://{BOX}{path}', timeout=60)

    def look_up(self, name):
        return self.run(f"/run/phone/busybox nslookup {name} {BOX}", timeout=60)


def test_a_box_that_is_alone_opens_a_wifi_and_shows_its_password(box, told):
    start, _ = box.machine.card.partitions()[0]
    for program in ("iw", "busybox"):
        put = ["mcopy", "-o", "-i", f"{box.machine.card.path}@@{start}", str(pathlib.Path(os.environ["PHONE"], program)), f"::{program}"]
        subprocess.run(put, timeout=60, check=True)
    box.machine.start(cables=False)
    run = box.machine.console.run
    run("until systemctl is-active --quiet imd.service; do sleep 1; done", timeout=600)
    if run("ls /usr/lib/modules/*/kernel/drivers/net/wireless/virtual/mac80211_hwsim.ko* 2>/dev/null || true") == "":
        pytest.skip("this kernel imagines no radios")
    box.phone = Phone(box)
    shown = wait_for(lambda: run("cat /run/imd/hotspot.txt"), 240, "the box to open its own Wi-Fi")
    box.ssid, box.password = shown.split("\n")
    assert re.fullmatch(r"imbox-\w*[a-z]", box.ssid) and re.fullmatch(r"[a-z2-9]{10}", box.password), shown
    told["seconds from the start of imd to its own Wi-Fi"] = run(
        "echo $(($(date +%s) - $(date -d \"$(systemctl show -P ActiveEnterTimestamp imd.service)\" +%s)))"
    )
    assert run("journalctl -b -u wpa_supplicant -g AP-ENABLED -o cat | wc -l") == "1", "phones that had joined were thrown out again"
    to_scan = f"WIFI:T:WPA;S:{box.ssid};P:{box.password};;"
    wait_for(lambda: scanned(box) == to_scan, 60, "a code on the screen that lets a phone join")
    on_card = wait_for(lambda: box.password in (box.machine.card.config_file("CLAIM.txt") or ""), 60, "the password on the card")
    assert on_card and box.machine.card.claim_code()


def test_a_phone_joins_and_is_shown_the_chat(box):
    address, router, names = box.phone.join(box.ssid, box.password)
    assert address.startswith("10.42.0.") and (router, names) == (BOX, BOX)
    assert box.phone.get("/healthz")
    info = box.phone.get("/api/v1/box")
    assert '"state":"fresh"' in info and f"http://{BOX}" in info, "the page would not know its own address"
    # A name that is not .local, for phones that know no other; and whatever else is typed leads to the box.
    assert f": {BOX}" in box.phone.look_up("imbox.home.arpa").split("imbox.home.arpa")[-1]
    # What Android asks to find out whether there is internet: it is shown where it is, and not told that all is well.
    asked = "connectivitycheck.gstatic.com"
    assert f": {BOX}" in box.phone.look_up(asked).split(asked)[-1]
    assert BOX in box.phone.get("/generate_204", asked)


def test_a_wrong_password_stays_outside(box):
    run = box.machine.console.run
    wrong = 'network={\n ssid="%s"\n psk="wrong-password"\n}\n' % box.ssid
    box.phone.run("/run/phone/busybox killall wpa_supplicant 2>/dev/null; sleep 1; true")
    run(f"printf '%s' '{wrong}' >/run/phone/wifi.conf")
    box.phone.run("wpa_supplicant -B -i wlan1 -c /run/phone/wifi.conf -f /run/phone/wpa.log -t")
    wait_for(lambda: "WRONG_KEY" in run("cat /run/phone/wpa.log"), 90, "the phone to be turned away")


def test_with_a_cable_it_is_closed_after_the_next_start(box):
    run = box.machine.console.run
    run("systemctl --no-block poweroff")
    wait_for(lambda: not box.machine.running(), 120, "the box to be switched off")
    box.machine.off()
    box.machine.start(words="modules_load=mac80211_hwsim mac80211_hwsim.radios=1")
    wait_for(lambda: household.healthy(box.machine), 600, "the box to answer by its cable")
    run = box.machine.console.run
    wait_for(lambda: run("cat /run/imd/hotspot.txt") == "" and "hotspot" not in run("ls /data/system/network"), 180, "the Wi-Fi to be closed")
