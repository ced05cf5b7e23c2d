#!/usr/bin/env bash
# Compiles U-Boot for the lab image: the release that Debian has, with the project's own settings.
#
#   uboot.sh FILE      where to put u-boot.bin
set -euo pipefail
cd "$(dirname "$0")/.."
readonly FILE=$1 SUITE=trixie FRAGMENT=$PWD/buildroot/board/imbox/uboot.fragment PATCHES=$PWD/buildroot/patches/uboot
readonly CACHE=${IMBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imbox}
# shellcheck source=image-ci/debian.sh
. image-ci/debian.sh

made=$CACHE/u-boot-$SUITE-$(cat "$FRAGMENT" "$PATCHES"/* image-ci/uboot.sh | sha256sum | cut -c 1-16).bin
if [ ! -e "$made" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    debian_source "$SUITE" u-boot "$work"
    for change in "$PATCHES"/*.patch; do patch --quiet --strip 1 --directory "$work" <"$change"; done
    make="make --silent --directory $work CROSS_COMPILE=aarch64-linux-gnu-"
    $make rpi_arm64_defconfig
    # Debian's release is older than Buildroot's and knows one of the settings by its old name.
    sed 's/CONFIG_ENV_REDUNDANT=/CONFIG_SYS_REDUNDAND_ENVIRONMENT=/' "$FRAGMENT" >"$work/fragment"
    (cd "$work" && scripts/kconfig/merge_config.sh -m .config fragment) >/dev/null
    $make olddefconfig
    buildroot/board/imbox/check-config.sh "$work/fragment" "$work/.config"
    $make --jobs="$(nproc)" u-boot.bin >"$work/make.log" 2>&1 || { tail -40 "$work/make.log" >&2 && exit 1; }
    cp "$work/u-boot.bin" "$made.new"
    mv "$made.new" "$made"
fi
cp "$made" "$FILE"
