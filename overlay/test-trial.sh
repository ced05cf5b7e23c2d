#!/usr/bin/env bash
# Tries the judgement of a new system (rootfs/usr/lib/imbox/trial) in a folder that stands for the whole system. Time is a
# number there: minutes pass at once. If this fails, an update can lock everybody out, or a good one is thrown away.
set -euo pipefail
cd "$(dirname "$0")"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
state=$root/data/system/update
failed=0

# What the script asks of the machine. Each answers from files of the folder.
mkdir -p "$root/bin"
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$root/bin/$1" && chmod 0755 "$root/bin/$1"; }
# shellcheck disable=SC2016
{
    fake imd 'now=$(cat "$IMBOX_ROOT/proc/uptime")
[ "$now" -ge "$(cat "$IMBOX_ROOT/answers-from")" ] || exit 1
[ -z "$2" ] || [ "$now" -ge "$(cat "$IMBOX_ROOT/looked-from")" ] || exit 1
if [ "$now" -ge "$(cat "$IMBOX_ROOT/network-from")" ]; then cat "$IMBOX_ROOT/answering"; fi'
    fake systemctl 'case $1 in
show) case $2 in *SubState) [ "$(cat "$IMBOX_ROOT/proc/uptime")" -ge "$(cat "$IMBOX_ROOT/starts-until" 2>/dev/null || echo 0)" ] && echo running || echo start; exit ;; esac
    every=$(cat "$IMBOX_ROOT/crashes-every" 2>/dev/null) && echo $(($(cat "$IMBOX_ROOT/proc/uptime") / every)) || cat "$IMBOX_ROOT/restarts" ;;
--quiet) exit 1 ;;
--no-block) echo left >"$IMBOX_ROOT/reboot" ;;
esac'
    fake rauc 'echo "$2" >>"$IMBOX_ROOT/marked"'
    fake fw_printenv 'cat "$IMBOX_ROOT/env.$2"'
    fake fw_setenv 'echo "$2" >"$IMBOX_ROOT/env.$1"'
    fake journalctl 'echo last words'
    fake sync :
    # In longer steps: fewer programs to start.
    fake sleep 'now=$(cat "$IMBOX_ROOT/proc/uptime")
echo $((now + $1 * 5)) >"$IMBOX_ROOT/proc/uptime"'
}

# A box whose slot A proved itself, whose slot B is on trial, and on which all is well.
box() {
    rm -rf "$root"/{data,proc,sys,marked,reboot,crashes-every,starts-until} && mkdir -p "$state" "$root/proc" "$root/sys/class/net"
    echo "rauc.slot=B quiet" >"$root/proc/cmdline"
    echo 5 >"$root/proc/uptime"
    echo A >"$state/committed"
    echo "B 2.0" >"$state/pending"
    echo 3 >"$root/env.BOOT_A_LEFT"
    echo 2 >"$root/env.BOOT_B_LEFT"
    for file in answers-from looked-from network-from restarts; do echo 0 >"$root/$file"; done
    : >"$root/answering"
}
link() { # name, carrier
    mkdir -p "$root/sys/class/net/$1"
    [ -z "$2" ] || echo "$2" >"$root/sys/class/net/$1/carrier"
}
wifi() { link wlan0 "$1" && mkdir "$root/sys/class/net/wlan0/phy80211"; }
before() { printf '%s\n' "$@" >"$state/addresses"; }
now() { printf '%s\n' "$@" >"$root/answering"; }

judge() { PATH=$root/bin:$PATH IMBOX_ROOT=$root timeout 60 sh rootfs/usr/lib/imbox/trial >"$root/said" 2>&1 || echo "ended with $?" >>"$root/said"; }
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$state/outcome" 2>/dev/null || true; }
wrong() {
    failed=1
    echo "test-trial.sh: $1" >&2
    sed 's/^/    /' "$root/said" >&2
}
is() { [ "$1" = "$2" ] || wrong "$3 ($1)"; }
kept() { # what for
    judge
    is "$(value outcome) $(cat "$state/committed") $(cat "$root/marked")" "committed B mark-good" "not kept: $1"
}
left() { # why, what for
    judge
    is "$(cat "$state/failing" "$root/marked" "$root/reboot" "$state/committed" 2>/dev/null | xargs)" "$1 mark-bad left A" "not left: $2"
}
at() { cat "$root/proc/uptime"; }

box; kept "a box that never had a network"
[ "$(at)" -ge 65 ] || wrong "kept after $(at) s: less than a minute of proof"
box; echo 230 >"$root/answers-from"; kept "well in the last moment"
box; echo 260 >"$root/answers-from"; left no_answer "well too late"
box; echo 600 >"$root/answers-from"; echo 590 >"$root/starts-until"; kept "ten minutes for a new layout of the database"
box; echo 99999 >"$root/answers-from"; echo 99999 >"$root/starts-until"; left no_answer "a start without end"
[ "$(at)" -lt 1300 ] || wrong "left only after $(at) s"
box; echo 120 >"$root/looked-from"; kept "the database took two minutes"
[ "$(at)" -ge 180 ] || wrong "kept after $(at) s: before the database was looked at for a minute"
box; echo 999 >"$root/looked-from"; left no_answer "the database was never looked at"
box; echo 4 >"$root/restarts"; kept "four restarts"
box; echo 5 >"$root/restarts"; left daemon_failed "five restarts"
box; echo 15 >"$root/crashes-every"; left daemon_failed "a crash every 15 s, and answers in between"
[ "$(at)" -lt 120 ] || wrong "left only after $(at) s"
box; echo 55 >"$root/crashes-every"; left daemon_failed "never well for a minute"
box; echo 200 >"$root/crashes-every"; kept "one crash"
[ "$(at)" -lt 120 ] || [ "$(at)" -ge 260 ] || wrong "kept after $(at) s: the crash was forgotten"

box; link eth0 1; before "eth0 192.168.1.5"; now "eth0 192.168.1.5"; kept "the same address"
[ "$(cat "$state/addresses")" = "eth0 192.168.1.5" ] || wrong "addresses not remembered"
box; link eth0 1; before "eth0 192.168.1.5"; now "eth0 192.168.1.77"; kept "another lease of the same network"
box; link eth0 1; before "eth0 192.168.1.5"; now "eth0 169.254.7.7"; left no_network "no lease at all"
box; link eth0 1; before "eth0 192.168.1.5"; now ""; left no_network "the cable is in and nothing answers"
box; link eth0 0; before "eth0 192.168.1.5"; now ""; kept "the cable is not in"
box; link eth0 ' '; before "eth0 192.168.1.5"; now ""; left no_network "nobody took the link up"
box; before "eth0 192.168.1.5"; now ""; left no_network "the network card is gone with its driver"
box; link eth0 1; wifi 1; before "eth0 192.168.1.5" "wlan0 192.168.2.5"; now "wlan0 192.168.2.5"; kept "one of two networks"
box; wifi 0; before "wlan0 192.168.2.5"; now "wlan0 10.42.0.1"; kept "only the hotspot answers"
box; wifi 0; before "wlan0 192.168.2.5"; now ""; left no_network "the radio does nothing"
box; link eth0 0; wifi 0; before "eth0 192.168.1.5" "wlan0 10.42.0.1"; now ""; left no_network "the hotspot is gone"
box; link eth0 1; before "eth0 fd00::5"; now "eth0 fd00::5"; kept "an address of IPv6"
box; link eth0 1; before "eth0 192.168.1.5"; now "eth0 192.168.1.5"; echo 239 >"$root/network-from"; kept "a network that takes its time"
box; link eth0 1; before "eth0 192.168.1.5"; now "eth0 192.168.1.5"; echo 260 >"$root/network-from"; left no_network "a network that comes too late"

# Back in slot A: the admin is told why.
box; echo "rauc.slot=A" >"$root/proc/cmdline"; echo 0 >"$root/env.BOOT_B_LEFT"; echo no_network >"$state/failing"; judge
is "$(value outcome) $(value reason) $(value version)" "rolled_back no_network 2.0" "not told why"
box; echo "rauc.slot=A" >"$root/proc/cmdline"; echo 0 >"$root/env.BOOT_B_LEFT"; judge
is "$(value reason)" did_not_start "not told that it did not start"
# A slot that proved itself stays, and gets its tries back, whatever is wrong.
box; echo B >"$state/committed"; rm "$state/pending"; echo 99999 >"$root/answers-from"; judge
is "$(cat "$root/marked" "$state/committed" "$root/reboot" 2>/dev/null | xargs)" "mark-good B" "a slot that proved itself was left"

[ "$failed" = 0 ] && echo "test-trial.sh: ok"
exit "$failed"
