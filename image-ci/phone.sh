#!/usr/bin/env bash
# What a telephone is made of inside a box under test, beside what the box has itself: programs for its processor, of Debian's.
# Prints the folder with iw and busybox. Kept in the cache.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly CACHE=${IMBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imbox} SUITE=trixie
# shellcheck source=image-ci/debian.sh
. image-ci/debian.sh

readonly PHONE=$CACHE/phone-$SUITE
if [ ! -e "$PHONE" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    debian_unpack "$SUITE" arm64 "$work/unpacked" iw busybox-static >&2
    mkdir -p "$PHONE.new"
    cp "$work/unpacked/usr/sbin/iw" "$work/unpacked/usr/bin/busybox" "$PHONE.new/"
    mv "$PHONE.new" "$PHONE"
fi
echo "$PHONE"
