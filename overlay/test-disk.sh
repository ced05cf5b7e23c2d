#!/usr/bin/env bash
# Tries how USB disks are mounted and let go (rootfs/usr/lib/imbox/disk) in a folder that stands for /run/imbox-disks. If this
# fails, a backup goes into the box's memory instead of the disk, or somebody's own files on it are touched.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export IMBOX_DISKS=$work/disks WORK=$work
failed=0

# What the script asks of the machine. A disk is a folder of what is on it; mounted, it is there by links.
mkdir -p "$work/bin"
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$work/bin/$1" && chmod 0755 "$work/bin/$1"; }
# shellcheck disable=SC2016
{
    fake udevadm 'for word; do case $word in --name=*) name=${word#--name=/dev/} ;; --property=*) key=${word#--property=} ;; esac; done
cat "$WORK/dev/$name/$key" 2>/dev/null'
    # mount -t FORMAT -o OPTIONS /dev/NAME PLACE, mount -o bind FROM PLACE
    fake mount 'echo "mount $*" >>"$WORK/log"
if [ "$1" = -t ]; then
    [ ! -e "$WORK/dev/${5#/dev/}/locked" ] || exit 32
    from=$WORK/dev/${5#/dev/}/files place=$6
else from=$3 place=$4; fi
rmdir "$place" && ln -s "$from" "$place"'
    fake umount 'echo "umount $*" >>"$WORK/log"
[ "$1" = -l ] && shift || [ ! -e "$WORK/busy" ] || exit 32
rm "$1" && mkdir "$1"'
    fake chown 'echo "chown $*" >>"$WORK/log"'
    fake sync :
}

# disk NAME ID FORMAT LABEL
disk() {
    mkdir -p "$work/dev/$1/files"
    printf '%s\n' "$2" >"$work/dev/$1/ID_FS_UUID"
    printf '%s\n' "$3" >"$work/dev/$1/ID_FS_TYPE"
    printf '%s\n' "$4" >"$work/dev/$1/ID_FS_LABEL"
}
clean() { rm -rf "${work:?}"/{dev,disks,log,busy} && mkdir -p "$IMBOX_DISKS" && : >"$work/log"; }
run() { PATH=$work/bin:$PATH rootfs/usr/lib/imbox/disk "$@" 2>/dev/null; }
is() { # is WHAT FOUND WANTED
    [ "$2" = "$3" ] || { printf 'test-disk.sh: %s: %q instead of %q\n' "$1" "$2" "$3" >&2 && failed=1; }
}
noted() { tr '\n' ' ' <"$IMBOX_DISKS/$1.disk" 2>/dev/null || echo none; }
left() { find "$IMBOX_DISKS" -mindepth 1 ! -name .whole | wc -l; }

clean
disk sda1 ABCD-1234 exfat 'MY HOLIDAY'
echo photo >"$work/dev/sda1/files/photo.jpg"
run attach sda1
is 'a disk is noted' "$(noted ABCD-1234)" 'sda1 exfat ready MY HOLIDAY '
is 'only our folder is seen' "$(ls "$IMBOX_DISKS/ABCD-1234/")" ''
echo backup >"$IMBOX_DISKS/ABCD-1234/b.tar"
is 'it is on the disk' "$(cat "$work/dev/sda1/files/imbox/b.tar")" backup
is 'nothing on it can be run' "$(grep -c 'rw,nodev,nosuid,noexec,noatime' "$work/log")" 1
is 'the rest is for root alone' "$(stat -c %a "$IMBOX_DISKS/.whole")" 700
disk sdb1 ABCD-1234 exfat copy
run attach sdb1
is 'a copy of it does not take its place' "$(noted ABCD-1234)" 'sda1 exfat ready MY HOLIDAY '
run detach sdb1
is 'nor lets it go' "$(noted ABCD-1234)" 'sda1 exfat ready MY HOLIDAY '
run detach sda1
is 'it is let go whole' "$(left)" 0
is 'and nothing on it was touched' "$(cat "$work/dev/sda1/files/photo.jpg")" photo

clean
disk sda1 0b5c-1 ext4 ''
run attach sda1
is 'ext4 is given to the daemon' "$(grep -c '^chown imd:imd .*/imbox$' "$work/log")" 1
touch "$work/busy"
run detach sda1
is 'a disk that is held or was pulled out goes all the same' "$(left)" 0
is 'and after that no later than it can' "$(grep -c 'umount -l' "$work/log")" 2

clean
disk sda1 0b5c-2 ext4 ''
ln -s /etc "$work/dev/sda1/files/imbox"
run attach sda1
is 'a link to the system is not followed' "$(noted 0b5c-2) $(grep -c chown "$work/log")" 'sda1 ext4 unwritable   0'
is 'nor left mounted' "$(left)" 1

clean
disk sda1 77AA-0001 exfat LOCKED
touch "$work/dev/sda1/locked"
run attach sda1
is 'a locked stick is told' "$(noted 77AA-0001) $(left)" 'sda1 exfat unwritable LOCKED  1'
disk sdb1 3F0A1B2C3D4E5F60 ntfs Windows
run attach sdb1
is 'and another format' "$(noted 3F0A1B2C3D4E5F60)" 'sdb1 ntfs format Windows '
is 'which is not mounted' "$(grep -c ntfs "$work/log")" 0
disk sdc1 '../../etc' exfat evil
run attach sdc1
is 'an id that is a path is none' "$(left)" 2
run detach sda1 && run detach sdb1
is 'all is forgotten' "$(left)" 0

((failed == 0)) && echo "test-disk.sh: ok"
exit "$failed"
