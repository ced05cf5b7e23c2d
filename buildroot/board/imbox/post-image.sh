#!/bin/sh
# Puts the card together: firmware and boot loader on the readable partition, the system in both slots.
# Called by Buildroot with the folder of images in $1 and BR2_EXTERNAL_IMBOX_PATH, BUILD_DIR and HOST_DIR set.
set -eu
images=$1
board=$BR2_EXTERNAL_IMBOX_PATH/board/imbox
config=$BUILD_DIR/imbox-config

rm -rf "$config" && mkdir -p "$config"
# The build for QEMU has neither firmware nor boot loader; its card is the same otherwise.
if [ -d "$images/rpi-firmware" ]; then
    cp "$images/rpi-firmware"/* "$config/"
    cp "$images/u-boot.bin" "$images/boot.scr" "$config/"
fi
cp "$board/config.txt" "$board/START.html" "$config/"
cp "$images/rootfs.squashfs" "$images/root.squashfs"

rm -rf "$BUILD_DIR/genimage.tmp"
genimage --config "$board/genimage.cfg" --rootpath "$config" --inputpath "$images" --outputpath "$images" \
    --tmppath "$BUILD_DIR/genimage.tmp"
