#!/usr/bin/env bash
# Resolves a defconfig against a Buildroot tree and says which of its settings did not survive, and whether
# savedefconfig would write it differently.
#
#   resolve.sh BUILDROOT_DIR DEFCONFIG
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
buildroot=$(cd "$1" && pwd) defconfig=$(realpath "$2")
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

run() { make --silent -C "$buildroot" O="$out" BR2_EXTERNAL="$here/../.." "$@" >/dev/null; }

run defconfig BR2_DEFCONFIG="$defconfig"
status=0
"$here/check-config.sh" "$defconfig" "$out/.config" || status=1
run savedefconfig BR2_DEFCONFIG="$out/saved"
diff --unified=0 --label asked --label saved <(sort "$defconfig") <(sort "$out/saved") || status=1
exit "$status"
