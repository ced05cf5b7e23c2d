#!/usr/bin/env bash
# Installs what the image's targets need and this machine lacks; Debian's packages by apt when this runs as root.
#
#   image-ci/setup.sh PART…      check: to check the overlay; build: to make the lab image; buildroot: to make the image by Buildroot;
#                                run: to boot an image
set -euo pipefail

packages=()
want() { # $1: a program, $2: its package
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1 || packages+=("$2")
}

for part in "$@"; do
    case $part in
    check)
        want systemd-analyze systemd
        want shellcheck shellcheck
        want nft nftables
        want ip iproute2
        want python3 python3
        want openssl openssl
        ;;
    build)
        want aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
        [ -e /usr/aarch64-linux-gnu/include/stdlib.h ] || packages+=(libc6-dev-arm64-cross)
        want genimage genimage
        want mksquashfs squashfs-tools
        want mcopy mtools
        want mkdosfs dosfstools
        want mke2fs e2fsprogs
        want depmod kmod
        want cpio cpio
        want mkimage u-boot-tools
        want bison bison
        want patch patch
        want flex flex
        want bc bc
        [ -e /usr/include/openssl/evp.h ] || packages+=(libssl-dev)
        [ -e /usr/include/gnutls/gnutls.h ] || packages+=(libgnutls28-dev)
        want openssl openssl
        want zstd zstd
        want xz xz-utils
        want systemctl systemd
        ;;
    buildroot)
        # What Buildroot asks for (support/dependencies/dependencies.sh), and xz for what goes out.
        want make make
        want g++ g++
        want which debianutils
        for tool in sed file patch perl tar wget cpio unzip rsync bc bzip2 gzip git; do want "$tool" "$tool"; done
        want awk gawk
        want cmp diffutils
        want find findutils
        want python3 python3
        want xz xz-utils
        want openssl openssl
        ;;
    run)
        want fdtput device-tree-compiler
        want mkimage u-boot-tools
        want ip iproute2
        want dnsmasq dnsmasq-base
        want unsquashfs squashfs-tools
        want mksquashfs squashfs-tools
        want rauc rauc
        want openssl openssl
        want mtype mtools
        want mkdosfs dosfstools
        want mkfs.exfat exfatprogs
        want e2fsck e2fsprogs
        ;;
    *)
        echo "setup.sh: no part is called '$part'" >&2
        exit 64
        ;;
    esac
done

[ "${#packages[@]}" -gt 0 ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "missing: ${packages[*]} (Debian's names): install them, then run this again" >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "missing: run 'sudo apt-get install ${packages[*]}', then this again" >&2
    exit 1
fi
echo "    installing ${packages[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A machine that is just starting may still hold apt's lock.
if ! { apt-get --quiet --quiet update && apt-get --quiet --quiet --assume-yes --no-install-recommends \
    -o DPkg::Lock::Timeout=120 install "${packages[@]}"; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    exit 1
fi
