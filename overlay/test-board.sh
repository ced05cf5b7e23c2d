#!/usr/bin/env bash
# Tries what the box does with its board (rootfs/usr/lib/imbox/{light,radio,spread,second-slot}, and the time servers of the
# house) in a folder that stands for the whole system. If this fails, the light lies, a radio looks around in the wrong country, or
# half a system is taken for a whole one.
set -euo pipefail
cd "$(dirname "$0")"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0
mkdir -p "$root/bin"
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$root/bin/$1" && chmod 0755 "$root/bin/$1"; }
run() { PATH=$root/bin:$PATH IMBOX_ROOT=$root sh "rootfs/usr/lib/$1" "${@:2}" 2>&1; }
is() { [ "$1" = "$2" ] || { failed=1 && echo "test-board.sh: $3: '$1' and not '$2'" >&2; }; }

# ---- the light

led() { mkdir -p "$root/sys/class/leds/$1" && echo heartbeat >"$root/sys/class/leds/$1/trigger" && echo 255 >"$root/sys/class/leds/$1/max_brightness"; }
shows() { (cd "$root/sys/class/leds/$1" && cat trigger delay_on delay_off 2>/dev/null | tr '\n' ' '); }
# $1: what imd.service is, $2: its words, $3: what imbox-unreadable.service is
says() { printf '%s\n' "$1" >"$root/active" && printf '%s\n' "$2" >"$root/words" && printf '%s\n' "$3" >"$root/other"; }
# shellcheck disable=SC2016
fake systemctl 'case "$*" in
*imbox-unreadable*) cat "$0.d/other" ;;
*) cat "$0.d/active" "$0.d/words" ;;
esac'
ln -s "$root" "$root/bin/systemctl.d"
# While it waits, what is to be seen is written down and things move on.
# shellcheck disable=SC2016
fake sleep '(cd "$0.d/sys/class/leds/ACT" && cat delay_on delay_off | tr "\n" " ") >>"$0.d/seen"; echo active >"$0.d/active"; echo "" >"$0.d/words"; echo inactive >"$0.d/other"'
ln -s "$root" "$root/bin/sleep.d"

run imbox/light starting
is "$(ls "$root")" bin "a board without a light"
led ACT && led PWR
run imbox/light starting
is "$(shows ACT)" "timer 250 250 " "while it starts"
is "$(shows PWR)" "heartbeat " "the red light is no business of ours"
for trouble in "active|the database is damaged|inactive" "failed||active" "failed||inactive"; do
    IFS='|' read -r active words other <<<"$trouble"
    says "$active" "$words" "$other" && rm -f "$root/seen"
    run imbox/light follow
    is "$(cat "$root/seen")" "150 1850 " "help is needed: $trouble"
    is "$(cat "$root/sys/class/leds/ACT/trigger" "$root/sys/class/leds/ACT/brightness" | tr '\n' ' ')" "none 255 " "and then all is well"
done
says activating "" inactive && rm -f "$root/seen"
run imbox/light follow
is "$(cat "$root/seen")" "250 250 " "the daemon is started again"
rm -r "$root/sys/class/leds/ACT"
run imbox/light starting
is "$(shows PWR)" "timer 250 250 " "a Raspberry Pi 400 has one light"

# ---- the radio

# shellcheck disable=SC2016
fake modprobe 'echo "$@" >>"$0.d/loaded"'
ln -s "$root" "$root/bin/modprobe.d"
run imbox/radio
[ ! -e "$root/loaded" ] || is loaded nothing "without a radio"
mkdir -p "$root"/sys/bus/sdio/devices/mmc1:0001:{1,2} "$root/data/imd"
echo sdio:c00v02D0dA9A6 | tee "$root"/sys/bus/sdio/devices/mmc1:0001:{1,2}/modalias >/dev/null
for kept in "DE|cfg80211 ieee80211_regdom=DE" "DE x|cfg80211" '; reboot|cfg80211' "|cfg80211"; do
    echo "${kept%|*}" >"$root/data/imd/wifi-country" && rm -f "$root/loaded"
    run imbox/radio
    is "$(cat "$root/loaded")" "${kept#*|}
brcmfmac" "the country before the radio: ${kept%|*}"
done

# ---- network cards with one queue

card() { rm -rf "$root/sys/class/net" && for queue in "$@"; do mkdir -p "$root/sys/class/net/eth0/queues/$queue" && echo 0 >"$root/sys/class/net/eth0/queues/$queue/rps_cpus"; done; }
mkdir -p "$root/proc" && printf 'processor\t: %s\n' 0 1 2 3 >"$root/proc/cpuinfo"
card rx-0 && run imbox/spread eth0
is "$(cat "$root/sys/class/net/eth0/queues/rx-0/"*)" "f
8192" "four processors share one queue"
card rx-0 rx-1 && run imbox/spread eth0
is "$(cat "$root/sys/class/net/eth0/queues/"*/*)" "0
0" "a card with more queues does it itself"
card && run imbox/spread eth0
printf 'processor\t: 0\n' >"$root/proc/cpuinfo"
card rx-0 && run imbox/spread eth0
is "$(cat "$root/sys/class/net/eth0/queues/rx-0/"*)" "0" "a single processor has nobody to share with"

# ---- the kernel's last words

is "$(run imbox/last-words)" "" "no last words"
mkdir -p "$root/sys/fs/pstore"
printf 'Panic#1 Part1\n<0>[   12.3] Kernel panic - not syncing: sysrq\n' >"$root/sys/fs/pstore/dmesg-ramoops-0"
is "$(run imbox/last-words)" "<3>before the restart the kernel stopped. Its last words:
<3>Panic#1 Part1
<3>[   12.3] Kernel panic - not syncing: sysrq" "what the kernel said"
is "$(ls "$root/sys/fs/pstore")" "" "said once"

# ---- the second slot

# shellcheck disable=SC2016
fake fw_setenv 'echo "$2" >"$0.d/$1"'
# shellcheck disable=SC2016
fake fw_printenv 'cat "$0.d/$2"'
ln -s "$root" "$root/bin/fw_setenv.d" && ln -s "$root" "$root/bin/fw_printenv.d"
fill() { IMBOX_FIRST=$root/first IMBOX_SECOND=$root/second run imbox/second-slot >"$root/said"; }
whole() { cmp -s -n "$size" "$root/first" "$root/second" && echo yes || echo no; }
mkdir -p "$root/data/system/update"
ln -sfn "$root" "$root/bin/sleep.d"
# An update is on trial; while this waits for it, it is judged.
# shellcheck disable=SC2016
fake sleep 'touch "$0.d/waited"; echo A >"$0.d/data/system/update/committed"; rm -f "$0.d/data/system/update/pending"'
size=300000
{ printf hsqs && head -c 36 /dev/urandom && printf '\340\223\4\0\0\0\0\0' && head -c $((size - 48)) /dev/urandom && head -c 1000000 /dev/zero; } >"$root/first"
cp "$root/first" "$root/system"
empty() { head -c 2000000 /dev/zero >"$root/second"; }
empty && echo "B 2.0.0" >"$root/data/system/update/pending" && fill
[ -e "$root/waited" ] || is hurried waited "the system has to prove itself first"
is "$(whole) $(cat "$root/BOOT_B_LEFT")" "yes 3" "it is filled, and may be tried"
printf hsqsanother >"$root/second" && echo 1 >"$root/BOOT_B_LEFT" && fill
is "$(cat "$root/second" "$root/BOOT_B_LEFT")" "hsqsanother1" "a slot that has a system stays as it is"

# The plug pulled at each write: what is half there is never taken for a system, and the next start goes on.
real=$(command -v dd)
# shellcheck disable=SC2016
fake dd 'n=$(($(cat "$0.d/writes") + 1)); echo "$n" >"$0.d/writes"; [ "$n" -lt "$(cat "$0.d/cut")" ] || exit 1; exec '"$real"' "$@"'
ln -s "$root" "$root/bin/dd.d"
for cut in 1 2 3; do
    empty && rm -f "$root/BOOT_B_LEFT" && echo 0 >"$root/writes" && echo $cut >"$root/cut"
    ! fill || is finished cut "a write that fails ends it"
    is "$(head -c 4 "$root/second" | tr '\0' '0') $(cat "$root/BOOT_B_LEFT")" "0000 0" "cut at write $cut: not taken for a system"
    echo 9 >"$root/cut" && fill
    is "$(whole) $(cat "$root/BOOT_B_LEFT")" "yes 3" "cut at write $cut: the next start fills it"
done
# A card that does not keep what is written to it.
# shellcheck disable=SC2016
fake dd '"'"$real"'" "$@"; case "$*" in *skip=1*4096*|*4096*skip=1*) printf x | "'"$real"'" of="${2#of=}" bs=1 seek=200000 conv=notrunc status=none ;; esac'
empty && rm -f "$root/BOOT_B_LEFT"
! fill || is kept wrong "a card that loses what was written"
is "$(head -c 4 "$root/second" | tr '\0' '0') $(cat "$root/BOOT_B_LEFT")" "0000 0" "a copy that is not the same is no system"

# ---- time servers of the house

time_of() { DHCP4_NTP_SERVERS=$3 run NetworkManager/dispatcher.d/50-imbox-time "$1" "$2"; }
offered() { cat "$root/run/systemd/netif/state"; }
time_of eth0 up "192.168.1.1 192.168.1.2"
is "$(offered)" "NTP=192.168.1.1 192.168.1.2" "what the cable offers"
rm "$root/run/systemd/netif/links/imbox"
time_of eth0 dhcp4-change "192.168.1.1 192.168.1.2"
is "$(ls "$root/run/systemd/netif/links")" "" "the same again is no change"
time_of wlan0 up '10.0.0.1 ;(reboot) ../x 1.2.3'
is "$(offered)" "NTP=192.168.1.1 192.168.1.2 10.0.0.1" "addresses alone"
time_of eth0 down ""
time_of wlan0 down ""
is "$(offered)" "NTP=" "a network that is left offers nothing"
time_of ../../etc/x up 10.0.0.1
is "$(offered)" "NTP=" "a name is no path"

[ "$failed" -eq 0 ] && echo "test-board.sh: ok"
exit "$failed"
