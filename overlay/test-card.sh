#!/usr/bin/env bash
# Tries what the box does with its card's readable partition (rootfs/usr/lib/imbox/{preset,claim}) in a folder that stands for the
# whole system. If this fails, somebody who lost their password does not get in, or the door stays open for ever.
set -euo pipefail
cd "$(dirname "$0")"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
card=$root/card
failed=0

mkdir -p "$root/bin" "$card" "$root"/run/{imbox-preset,imbox-config} "$root/data/system/network"
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$root/bin/$1" && chmod 0755 "$root/bin/$1"; }
# The partition is a folder: mounted, what is in it is where it is mounted; unmounted, it is taken back.
# shellcheck disable=SC2016
{
    fake mount 'case "$*" in *remount,rw*) [ ! -e "$IMBOX_ROOT/read-only" ] || exit 32; exit 0 ;; esac
for at; do :; done
cp -a "$IMBOX_ROOT/card/." "$at"'
    fake umount 'rm -rf "$IMBOX_ROOT/card" && cp -a "$1" "$IMBOX_ROOT/card" && rm -rf "$1" && mkdir "$1"'
    fake sync :
    fake chown :
    fake install 'for to; do from=${before-}; before=$to; done
[ "$1" = -d ] && exec mkdir -p "$to"
exec cp "$from" "$to"'
    fake imd 'grep -q wrong "$2" && echo "$2: line 1: name is wrong" && exit 78; exit 0'
}
run() { PATH=$root/bin:$PATH IMBOX_ROOT=$root sh "rootfs/usr/lib/imbox/$1" >"$root/said" 2>&1; }
is() { [ "$1" = "$2" ] || { failed=1 && echo "test-card.sh: $3: '$1' and not '$2'" >&2; }; }
lost=$root/run/imd/lost-password

run preset
is "$(ls "$root/run")" "imbox-config
imbox-preset" "nothing on the card, nothing opened"

printf 'abcd 2345; rm -rf\r\nmore\n' >"$card/imbox-lost-password.txt.txt"
run preset
is "$(cat "$lost")" "abcd2345rm-rf" "a file reopens the claim, with a code of one's own"
is "$(ls "$card")" "" "the file is taken away, so that the next start opens nothing"

rm "$lost"
touch "$card/imbox-lost-password.txt" "$root/read-only"
run preset || true
is "$(ls "$root/run/imd")" "" "a card that cannot be written would open the door at each start"
rm -f "$card"/* "$root/read-only"

echo 'name = "Haus 3"' >"$card/imbox.toml"
touch "$card/IGNORED.TXT" "$card/imbox-lost-password.txt"
run preset
is "$(cat "$lost" "$root/data/system/preset.toml")" "
name = \"Haus 3\"" "both at once, and no code of one's own"
is "$(ls "$card")" IGNORED.TXT "both are taken away, nothing else is"

echo 'wrong' >"$card/imbox.toml"
run preset
is "$(tr -d '\r' <"$card/imbox-error.txt")" "imbox.toml: line 1: name is wrong" "what is wrong stands beside it"

echo 'Claim code: WXYZ-2345' >"$card/CLAIM.txt"
touch "$root"/run/imd/{claim,hotspot}.txt.changed
run claim
is "$(cat "$card/CLAIM.txt") $(ls "$root/run/imd")" "Claim code: WXYZ-2345 lost-password" "the daemon has not said yet: the code stays, and the marks are taken"

printf 'ABCD-EFGH\n' >"$root/run/imd/claim.txt"
run claim
is "$(grep -c 'ABCD-EFGH' "$card/CLAIM.txt") $(grep -c 'the box is then yours' "$card/CLAIM.txt")" "2 1" "the first code"
printf 'JKLM-NPQR\nlost-password\n' >"$root/run/imd/claim.txt"
run claim
is "$(grep -c 'JKLM-NPQR' "$card/CLAIM.txt") $(grep -c '15' "$card/CLAIM.txt")" "2 2" "the code of a lost password"
printf 'imbox-12ab\n23456789ab\n' >"$root/run/imd/hotspot.txt"
run claim
is "$(grep -c 'JKLM-NPQR' "$card/CLAIM.txt") $(grep -c 'imbox-12ab' "$card/CLAIM.txt") $(grep -c '23456789ab' "$card/CLAIM.txt")" "2 1 1" "the box's own Wi-Fi"
: >"$root/run/imd/claim.txt"
run claim
is "$(grep -c 'JKLM-NPQR' "$card/CLAIM.txt" || true) $(grep -c '23456789ab' "$card/CLAIM.txt")" "0 1" "the Wi-Fi of a box that is claimed"
: >"$root/run/imd/hotspot.txt"
run claim
is "$(ls "$card")" "IGNORED.TXT
imbox-error.txt" "a code that is worth nothing is taken away"

[ "$failed" = 0 ] && echo "test-card.sh: ok"
exit "$failed"
