#!/bin/sh
# Puts the card together: firmware and boot loader on the readable partition, the system in both slots; and the same
# system as an update. Called by Buildroot with the folder of images in $1 and BR2_EXTERNAL_IMBOX_PATH, BUILD_DIR and
# HOST_DIR set; IMBOX_VERSION, IMBOX_SIGNING_CERT and IMBOX_SIGNING_KEY come from buildroot.sh.
set -eu
images=$1
board=$BR2_EXTERNAL_IMBOX_PATH/board/imbox
config=$BUILD_DIR/imbox-config

rm -rf "$config" && mkdir -p "$config"
# The build for QEMU has neither firmware nor boot loader; its card is the same otherwise.
if [ -d "$images/rpi-firmware" ]; then
    cp "$images/rpi-firmware"/* "$config/"
    cp "$images/u-boot.bin" "$images/boot.scr" "$config/"
    # The firmware hands U-Boot the device tree of the board it finds itself on; U-Boot does not start without one. They are the
    # kernel's as they are: nothing here trusts their numbering of the mmc controllers, in which a Pi 4's card is not the first.
    cp "$images/broadcom"/*.dtb "$config/"
    # It looks for the compute modules by themselves, the kernel names them with the board they are plugged into.
    cp "$config/bcm2711-rpi-cm4-io.dtb" "$config/bcm2711-rpi-cm4.dtb"
    cp "$config/bcm2837-rpi-cm3-io3.dtb" "$config/bcm2837-rpi-cm3.dtb"
fi
cp "$board/config.txt" "$board/START.html" "$config/"
cp "$images/rootfs.squashfs" "$images/root.squashfs"

rm -rf "$BUILD_DIR/genimage.tmp"
genimage --config "$board/genimage.cfg" --rootpath "$config" --inputpath "$images" --outputpath "$images" \
    --tmppath "$BUILD_DIR/genimage.tmp"

[ -n "${IMBOX_SIGNING_KEY:-}" ] || { echo "post-image: no key, no update" >&2 && exit 0; }
bundle=$BUILD_DIR/imbox-bundle
rm -rf "$bundle" "$images/imbox.raucb" && mkdir "$bundle"
ln "$images/root.squashfs" "$images/config.vfat" "$bundle/"
boot=
if [ -d "$images/rpi-firmware" ]; then
    # Last, and only where it is another than the one that the box got last.
    boot='
[image.boot]
filename=config.vfat'
fi
cat >"$bundle/manifest.raucm" <<END
[update]
compatible=imbox-rpi64
version=$IMBOX_VERSION

[bundle]
format=verity

[image.rootfs]
filename=root.squashfs
$boot
END
rauc bundle --cert "$IMBOX_SIGNING_CERT" --key "$IMBOX_SIGNING_KEY" "$bundle" "$images/imbox.raucb"
