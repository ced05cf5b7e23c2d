#!/usr/bin/env bash
# Damages a data partition as cards do that wear out, and has it mended and mounted (rootfs/usr/lib/imbox/mount-data) by the real e2fsck
# and the kernel, in a folder that stands for the whole system. If this fails, people find a new box in the place of theirs, or none.
# Needs loop devices, and a mount namespace of its own.
set -euo pipefail
cd "$(dirname "$0")"

root=$(mktemp -d)
trap 'umount "$root/data" 2>/dev/null || true; rm -rf "$root"' EXIT
failed=0
mkdir -p "$root"/{data,run}
is() { [ "$1" = "$2" ] || { failed=1 && echo "test-data.sh: $3: '$1' and not '$2'" >&2; }; }

# A card's data partition (buildroot/board/imbox/genimage.cfg), grown; `clean` was switched off, of `used` the plug was pulled.
truncate -s 64M "$root/new"
mkfs.ext4 -q -O 64bit,metadata_csum,^orphan_file -b 4096 -m 1 -i 65536 -J size=16 "$root/new"
cp --sparse=always "$root/new" "$root/clean" && truncate -s 512M "$root/clean" && resize2fs "$root/clean" >"$root/said" 2>&1
mount -t ext4 "$root/clean" "$root/data"
mkdir -p "$root"/data/system/{systemd,network} "$root"/data/imd/files
echo 0123456789abcdef0123456789abcdef >"$root/data/system/machine-id"
head -c 300000 /dev/urandom >"$root/data/imd/imd.db"
sync -f "$root/data"
cp --sparse=always "$root/clean" "$root/used"
database=$(sha256sum <"$root/data/imd/imd.db")
umount "$root/data"

ask() { debugfs -R "$1" "$root/clean" 2>/dev/null; }
block_of() { ask "blocks $1" | cut -d ' ' -f 1; }
table_of() { ask "imap $1" | sed -n 's/.*block \([0-9]*\),.*/\1/p'; }
damage() { # $1: what is there afterwards, $2: block, $3: how many bytes, $4: where in the block
    head -c "${3:-4096}" "/dev/$1" | dd of="$root/card" bs=1 seek=$(($2 * 4096 + ${4:-0})) conv=notrunc status=none
}
starts() {
    rm -f "$root"/run/*
    if IMBOX_ROOT=$root sh rootfs/usr/lib/imbox/mount-data "$root/card" >"$root/said" 2>&1; then echo mounted; else echo away; fi
}
names() { (cd "$root/$1" && echo *); }
found() { if [ "$(sha256sum <"$root/data/imd/imd.db")" = "$database" ]; then names data; fi; }
mended() { grep -q 'FILE SYSTEM WAS MODIFIED' "$root/run/imbox-checked" && echo mended || echo untouched; }
is_whole() { umount "$root/data" && if e2fsck -f -n "$root/card" >"$root/said" 2>&1; then echo whole; else cat "$root/said"; fi; }

cp --sparse=always "$root/new" "$root/card"
is "$(starts) $(names data) $(mended)" "mounted lost+found untouched" "a new card"
is "$(is_whole)" whole "a new card"

# What people had is where it was, and the file system is in order.
for of in clean used; do
    while read -r what where block more; do
        cp --sparse=always "$root/$of" "$root/card"
        # shellcheck disable=SC2086
        [ "$what" = - ] || damage "$what" "$block" $more
        is "$(starts) $(found)" "mounted imd lost+found system" "$of, $what in $where"
        is "$(is_whole)" whole "$of, $what in $where"
    done <<END
- nothing 0
zero superblock 0
urandom half-a-superblock 0 512 1536
zero descriptors 1
urandom descriptors 1
zero the-root $(block_of '<2>')
urandom the-root $(block_of '<2>')
zero the-journals-head $(block_of '<8>')
urandom the-journals-head $(block_of '<8>')
END
    # The root's inode: nothing has a name any more. So had the settings of the system, which it makes anew.
    for what in zero urandom; do
        cp --sparse=always "$root/$of" "$root/card"
        damage $what "$(table_of '<2>')"
        is "$(starts) $(found) $(mended)" "mounted imd lost+found mended" "$of, $what in the first inodes"
        is "$(is_whole)" whole "$of, $what in the first inodes"
    done
done

# Of the box itself nothing is left. It is no new one.
cp --sparse=always "$root/clean" "$root/card"
damage zero "$(table_of imd)"
damage zero "$(table_of '<2>')"
is "$(starts) $(names data) $(names run)" "away * imbox-checked imbox-lost" "only pieces are left"
is "$(starts) $(names run)" "away imbox-checked imbox-lost" "and at the next start"
truncate -s 0 "$root/card" && truncate -s 512M "$root/card"
is "$(starts) $(names run)" "away imbox-checked" "no file system at all"

[ "$failed" -eq 0 ] && echo "test-data.sh: ok"
exit "$failed"
