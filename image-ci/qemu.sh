#!/usr/bin/env bash
# Prints where a QEMU lies that knows the Pi 4 and a second serial line of `virt` (10.0 or newer): this machine's, or Debian
# trixie's with all its libraries, unpacked beside the system.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly SUITE=trixie PROGRAM=qemu-system-aarch64
readonly CACHE=${IMBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imbox}
# shellcheck source=image-ci/debian.sh
. image-ci/debian.sh

# Machines are versioned as QEMU is.
new_enough() { "$1" -machine help | grep -q '^virt-10\.0 '; }

if command -v "$PROGRAM" >/dev/null && new_enough "$PROGRAM"; then
    command -v "$PROGRAM"
    exit 0
fi

folder=$CACHE/qemu-$SUITE
if [ ! -x "$folder/$PROGRAM" ]; then
    rm -rf "$folder" "$folder.new"
    mkdir -p "$folder.new"
    architecture=$(dpkg --print-architecture)
    debian_apt "$SUITE" "$architecture" apt-get --quiet --quiet --yes --no-install-recommends install --download-only qemu-system-arm >&2
    for deb in "$CACHE/apt/$SUITE-$architecture/archives"/*.deb; do dpkg-deb --extract "$deb" "$folder.new"; done
    # The folders of libraries have the architecture's triplet in their name, the loader its own.
    libraries=$(dirname "$(find "$folder.new/usr/lib" -name 'libc.so.6')")
    loader=$(find "$libraries" -name 'ld-linux-*.so.*' | head -n 1)
    cat >"$folder.new/$PROGRAM" <<END
#!/bin/sh
export QEMU_MODULE_DIR=$folder/${libraries#"$folder.new/"}/qemu
exec $folder/${loader#"$folder.new/"} --library-path $folder/${libraries#"$folder.new/"} \\
    $folder/usr/bin/$PROGRAM -L $folder/usr/share/qemu "\$@"
END
    chmod +x "$folder.new/$PROGRAM"
    mv "$folder.new" "$folder"
fi
new_enough "$folder/$PROGRAM" || { echo "qemu.sh: $folder is too old" >&2 && exit 1; }
echo "$folder/$PROGRAM"
