#!/usr/bin/env bash
# Tries what the box does with its board (rootfs/usr/lib/imbox/radio) in a folder that stands for the whole system. If this fails, a
# radio looks around in the wrong country, or not at all.
set -euo pipefail
cd "$(dirname "$0")"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0
mkdir -p "$root/bin"
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$root/bin/$1" && chmod 0755 "$root/bin/$1"; }
run() { PATH=$root/bin:$PATH IMBOX_ROOT=$root sh "rootfs/usr/lib/$1" "${@:2}" 2>&1; }
is() { [ "$1" = "$2" ] || { failed=1 && echo "test-board.sh: $3: '$1' and not '$2'" >&2; }; }

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

[ "$failed" -eq 0 ] && echo "test-board.sh: ok"
exit "$failed"
