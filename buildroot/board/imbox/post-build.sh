#!/bin/sh
# Finishes the root file system before it is made into an image: kernel and device trees go into the slot, and what
# nobody uses goes away. Called by Buildroot; $1 is the target folder.
set -eu
target=$1

mkdir -p "$target/data" "$target/boot/dtb"
if [ -d "$target/boot/broadcom" ]; then
    rm -rf "$target/boot/dtb/broadcom"
    mv "$target/boot/broadcom" "$target/boot/dtb/"
fi
# U-Boot asks for the compute modules by themselves; the kernel names them with the board they are plugged into.
for pair in bcm2711-rpi-cm4:bcm2711-rpi-cm4-io bcm2837-rpi-cm3:bcm2837-rpi-cm3-io3; do
    tree=$target/boot/dtb/broadcom/${pair#*:}.dtb
    [ ! -e "$tree" ] || ln -sf "${pair#*:}.dtb" "$target/boot/dtb/broadcom/${pair%%:*}.dtb"
done
# What Buildroot says of the system (os-release(5)), and which image it is.
printf 'IMAGE_ID=imbox\nIMAGE_VERSION=%s\n' "${IMBOX_VERSION:-unknown}" >>"$target/usr/lib/os-release"
# IMBOX_KEYRING: whose updates this image takes.
"$BR2_EXTERNAL_IMBOX_PATH/../overlay/finish.sh" "$target"

[ -e "$target/boot/Image" ] || {
    echo "post-build: there is no boot/Image: see BR2_LINUX_KERNEL_INSTALL_TARGET" >&2
    exit 1
}

# Buildroot makes these for a system that has getty, SysV scripts and a writable /etc; the overlay says otherwise.
rm -rf "$target/etc/init.d" "$target/etc/network"
