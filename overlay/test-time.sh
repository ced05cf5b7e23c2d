#!/usr/bin/env bash
# Tries whom the box asks for the time, with the real systemd-timesyncd in a network of its own. If this fails, it asks servers on
# the internet that nobody chose, or does not follow those of the house.
#
#   unshare --net --mount test-time.sh      as root
set -euo pipefail
cd "$(dirname "$0")"

mount -t tmpfs none /run
mount -t tmpfs none /etc/systemd
mkdir -p /run/systemd/netif/links /run/time
touch /run/said
cp -r rootfs/etc/systemd/timesyncd.conf.d /etc/systemd/
SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_LEVEL=debug RUNTIME_DIRECTORY=/run/time /lib/systemd/systemd-timesyncd >>/run/said 2>&1 &
trap 'kill %1 2>/dev/null' EXIT
failed=0
says() { # $1: what, $2: what it means when it is not said
    local tries=0
    until grep -qE "$1" /run/said; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || { failed=1 && echo "test-time.sh: $2:" >&2 && cat /run/said >&2 && return; }
        sleep 0.1
    done
    : >/run/said
}
offer() { DHCP4_NTP_SERVERS=$2 rootfs/usr/lib/NetworkManager/dispatcher.d/50-imbox-time eth0 "$1"; }

# `says` empties what was said, so each line is the next thing that happens.
says 'No server found' "it has a server that nobody chose"
offer up "192.168.1.1 10.0.0.1"
says 'Selected server 192\.168\.1\.1' "it does not take what the house offers"
offer down ""
says 'No server found' "it asks somebody in a house that offers nothing"
[ "$failed" -eq 0 ] && echo "test-time.sh: ok"
exit "$failed"
