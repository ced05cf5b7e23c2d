#!/usr/bin/env bash
# Makes the lab image: Debian's arm64 packages in place of what Buildroot compiles, and the same overlay, partitions and
# daemon as the released image. Needs no right but to write here. Prints where the image lies.
#
#   lab.sh IMD      IMD: the daemon, for aarch64
set -euo pipefail
cd "$(dirname "$0")/.."
readonly IMD=$1 SUITE=trixie
readonly CACHE=${IMBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imbox}
# shellcheck source=image-ci/debian.sh
. image-ci/debian.sh

IMBOX_KEYRING=$(image-ci/keys.sh)/cert.pem
export IMBOX_KEYRING

# The same content makes the same image: made once.
key=$({
    sha256sum "$IMD" "$IMBOX_KEYRING" && find overlay/rootfs overlay/finish.sh buildroot/board/imbox buildroot/patches image-ci/lab image-ci/lab.sh image-ci/debian.sh image-ci/uboot.sh -type f -print0 |
        sort -z | xargs -0 sha256sum && find overlay/rootfs -type l -printf '%p %l\n' | sort
} | sha256sum | cut -c 1-16)
readonly IMAGE=$CACHE/lab-$key.img
if [ -e "$IMAGE" ]; then
    echo "$IMAGE"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
readonly ROOT=${work:?}/root

say() { echo "lab image: $*" >&2; }

unpack_packages() {
    local folder=$CACHE/apt/$SUITE-arm64/archives packages
    mapfile -t packages < <(tr -s ' \n' '\n' <image-ci/lab/packages)
    debian_apt "$SUITE" arm64 apt-get --quiet --quiet --yes --no-install-recommends install --download-only "${packages[@]}" >&2
    mkdir -p "$ROOT"
    # base-files first: it lays /bin, /lib and /sbin into /usr.
    local deb
    for deb in "$folder"/base-files_*.deb "$folder"/*.deb; do
        dpkg-deb --extract "$deb" "$ROOT"
    done
}

# What the packages' scripts would do, as far as this system needs it.
configure() {
    cp "$ROOT/usr/share/base-passwd/passwd.master" "$ROOT/etc/passwd"
    cp "$ROOT/usr/share/base-passwd/group.master" "$ROOT/etc/group"
    : >"$ROOT/etc/shadow"
    printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$ROOT/etc/nsswitch.conf"
    ln -sf mawk "$ROOT/usr/bin/awk"
    # Its service runs in it, and does not start without.
    echo 'g netdev -' >"$ROOT/usr/lib/sysusers.d/wpasupplicant.conf"
    ln -s regulatory.db-debian "$ROOT/usr/lib/firmware/regulatory.db"
    ln -s regulatory.db.p7s-debian "$ROOT/usr/lib/firmware/regulatory.db.p7s"
    # Debian's own ways of finishing an installation at the first boot, on a system that is finished.
    rm -f "$ROOT"/usr/lib/tmpfiles.d/{credstore,debian,home,polkit-tmpfiles,passwd,provision,legacy}.conf
    mkdir -p "$ROOT"/{home,srv,data}
    # Nothing that is written at run time, and nobody to read it.
    rm -rf "$ROOT"/usr/share/{doc,man,info,locale,lintian,bash-completion,bug,zsh,common-licenses,i18n} "${ROOT:?}"/var/*
    rm -rf "$ROOT"/usr/lib/udev/hwdb.d "$ROOT"/etc/{fstab,hostname,machine-id,resolv.conf,localtime}
}

# The kernel, the device trees of the boards, and of the modules what a box can need.
kernel() {
    local version modules=$ROOT/usr/lib/modules kinds
    version=$(ls "$modules")
    mkdir -p "$ROOT/boot/dtb/broadcom"
    mv "$ROOT/boot/vmlinuz-$version" "$ROOT/boot/Image"
    rm -f "$ROOT"/boot/*-"$version"
    cp "$ROOT/usr/lib/linux-image-$version/broadcom"/bcm{2711,2837}-*.dtb "$ROOT/boot/dtb/broadcom/"
    rm -rf "$ROOT/usr/lib/linux-image-$version"
    kinds=$modules/$version/kernel
    rm -rf "$kinds"/{sound,samples,virt}
    rm -rf "$kinds"/drivers/{accel,android,ata,bluetooth,comedi,edac,greybus,hwtracing,iio,infiniband,isdn,media,mtd,nvme,platform,rapidio,soundwire,staging,target,vfio}
    rm -rf "$kinds"/fs/{btrfs,xfs,ocfs2,gfs2,ceph,nfs,nfsd,smb,f2fs,jfs,ubifs,dlm,lockd,reiserfs,orangefs,afs,coda,9p}
    # A screen: the one that the boot loader left, the Pi's own, and QEMU's.
    rm -rf "$kinds"/drivers/gpu/{host1x,ipu-v3}
    find "$kinds/drivers/gpu/drm" -mindepth 1 -maxdepth 1 -type d ! -name virtio ! -name tiny ! -name vc4 ! -name display -exec rm -rf {} +
    find "$kinds/drivers/md" -mindepth 1 -maxdepth 1 ! -name 'dm-mod*' ! -name 'dm-verity*' ! -name 'dm-bufio*' -exec rm -rf {} +
    find "$kinds/drivers/net/ethernet" -mindepth 1 -maxdepth 1 ! -name broadcom -exec rm -rf {} +
    find "$kinds/drivers/net/wireless" -mindepth 1 -maxdepth 1 ! -name broadcom ! -name virtual -exec rm -rf {} +
    find "$kinds/drivers/scsi" -mindepth 1 -maxdepth 1 ! -name 'scsi_*' ! -name 'sd_mod*' -exec rm -rf {} +
    # It takes adapters that cdc_ether is for, when it is loaded first.
    rm -f "$kinds/drivers/net/usb/cdc_subset".ko*
    depmod --basedir "$ROOT" "$version"
    initrd "$version"
}

initrd() {
    local version=$1 initrd=$work/initrd module
    mkdir -p "$initrd"/{bin,dev,proc,sys,sysroot,modules}
    debian_unpack "$SUITE" arm64 "$work/busybox" busybox-static
    cp "$work/busybox/usr/bin/busybox" "$initrd/bin/"
    for applet in sh mount umount insmod cat dd od tr usleep switch_root reboot; do ln -s busybox "$initrd/bin/$applet"; done
    cp image-ci/lab/init "$initrd/init"
    # Card, virtual disk and USB disk; QEMU's network, which the released kernel has built in too, so that it need not wait until udev
    # has looked at everything before it. Those that this kernel has built in are not listed.
    for module in squashfs virtio_pci virtio_mmio virtio_blk virtio_net sdhci_iproc bcm2835 uas usb_storage; do
        modprobe --dirname "$ROOT" --set-version "$version" --show-depends "$module" 2>/dev/null || true
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r module; do
        # The kernel takes them as they are only if busybox can read them: so, unpacked.
        case $module in
        *.xz) xz --decompress --stdout "$module" >"$initrd/modules/$(basename "$module" .xz)" ;;
        *) cp "$module" "$initrd/modules/" ;;
        esac
        basename "$module" .xz
    done >"$initrd/modules/order"
    (cd "$initrd" && find . | sort | cpio --quiet --create --format newc --owner 0:0) | zstd --quiet -19 >"$ROOT/boot/initrd"
}

add_imbox() {
    cp -a overlay/rootfs/. "$ROOT/"
    install -D -m 0755 "$IMD" "$ROOT/usr/bin/imd"
    overlay/finish.sh "$ROOT"
    # Younger systemd's "u!" (no login ever) is unknown to a host with an older one.
    sed -i 's/^u!/u/' "$ROOT"/usr/lib/sysusers.d/*.conf
    systemd-sysusers --root="$ROOT"
    systemctl --root="$ROOT" --quiet preset-all
    systemctl --root="$ROOT" --quiet set-default multi-user.target
}

assemble() {
    mkdir -p "$work/config" "$work/images"
    cp buildroot/board/imbox/{config.txt,START.html} "$work/config/"
    image-ci/uboot.sh "$work/config/u-boot.bin"
    cp "$ROOT"/boot/dtb/broadcom/*.dtb "$work/config/"
    mkimage -A arm64 -T script -C none -n imbox -d buildroot/board/imbox/boot.cmd "$work/config/boot.scr" >/dev/null
    # Every file belongs to root, whoever builds.
    mksquashfs "$ROOT" "$work/images/root.squashfs" -all-root -comp zstd -Xcompression-level 15 -noappend -no-progress -quiet >&2
    genimage --config buildroot/board/imbox/genimage.cfg --rootpath "$work/config" --inputpath "$work/images" \
        --outputpath "$work/images" --tmppath "$work/genimage" --loglevel 1 >&2
    say "root $(($(stat -c %s "$work/images/root.squashfs") >> 20)) MiB, card $(($(stat -c %s "$work/images/imbox.img") >> 20)) MiB"
    rm -f "$CACHE"/lab-*.img
    cp --sparse=always "$work/images/imbox.img" "$IMAGE.new"
    mv "$IMAGE.new" "$IMAGE"
}

say "packages" && unpack_packages
say "configuration" && configure
say "kernel" && kernel
say "imbox" && add_imbox
say "assembling" && assemble
echo "$IMAGE"
