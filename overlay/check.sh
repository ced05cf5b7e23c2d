#!/usr/bin/env bash
# Checks the overlay without a machine: units, scripts, how well imd.service is shut in, how a new system is judged, how a
# damaged data partition is mended, and the firewall, which is tried between two network namespaces.
set -euo pipefail
cd "$(dirname "$0")"

for tool in systemd-analyze shellcheck nft ip python3; do
    command -v "$tool" >/dev/null || { echo "check.sh: $tool is missing" >&2 && exit 1; }
done

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

# A root of its own: the units, systemd's, and something executable wherever a unit starts a program.
cp -a rootfs/. "$root"
mkdir -p "$root/usr/lib/systemd" "$root/usr/bin" "$root/data"
cp -a /lib/systemd/system "$root/usr/lib/systemd/"
# Masked units are links to nothing, and fine.
find "$root/etc/systemd/system" -type l -delete
for program in imd nft; do install -m 0755 /dev/null "$root/usr/bin/$program"; done

status=0
complaints=$(systemd-analyze verify --root="$root" "$root"/etc/systemd/system/*.{service,socket,path,timer} 2>&1 || true)
# Settings younger than this machine's systemd; the image has 257 or newer.
complaints=$(grep -vE "Unknown key.*'Restart(Steps|MaxDelaySec)'" <<<"$complaints" || true)
[ -z "$complaints" ] || { echo "$complaints" >&2 && status=1; }

# 1.5 of 10; most of what is left is having a network at all.
systemd-analyze security --offline=true --no-pager --threshold=15 rootfs/etc/systemd/system/imd.service 2>&1 | tail -1 || status=1

# Runs on a worn card only, without what is prepared for the daemon.
systemd-analyze security --offline=true --no-pager --threshold=20 rootfs/etc/systemd/system/imbox-unreadable.service 2>&1 | tail -1 || status=1

# It mounts, and may have no mount namespace of its own: 4.5 of 10.
disk=rootfs/etc/systemd/system/imbox-disk@.service
systemd-analyze security --offline=true --no-pager --threshold=45 "$disk" 2>&1 | tail -1 || status=1

shellcheck rootfs/usr/lib/imbox/* rootfs/usr/lib/NetworkManager/dispatcher.d/* || status=1
./test-trial.sh || status=1
./test-card.sh || status=1
./test-disk.sh || status=1
./test-board.sh || status=1
# Needs loop devices, and mounts of its own.
if why=$(losetup --find 2>&1 && unshare --mount true 2>&1); then
    unshare --mount ./test-data.sh || status=1
else
    echo "check.sh: how a damaged data partition is mended was not tried: $why" >&2
fi
# Needs a network of its own, and that needs root or user namespaces.
if why=$(unshare --map-root-user --net true 2>&1); then
    unshare --map-root-user --net ./test-firewall.py || status=1
else
    echo "check.sh: the firewall was not tried: $why" >&2
fi
# systemd-timesyncd is not installed for this: it would take the place of what keeps this machine's clock.
if why=$(ls /lib/systemd/systemd-timesyncd 2>&1 && unshare --net --mount true 2>&1); then
    unshare --net --mount ./test-time.sh || status=1
else
    echo "check.sh: whom the box asks for the time was not tried: $why" >&2
fi
exit "$status"
