#!/usr/bin/env bash
# Cross-compiles a program for the image: aarch64 with glibc. Prints where it lies.
#
#   cross.sh [PROGRAM]     imd, if it is not said
#
# With rustup's aarch64 standard library where that is installed; else with Debian's compiler and its arm64 library,
# which come from the packages of this machine's own release and are unpacked beside the system. (The two cannot be
# mixed: a compiler takes only the library it was built with.)
set -euo pipefail
cd "$(dirname "$0")/.."
readonly PROGRAM=${1:-imd}
readonly ROOT=$PWD TRIPLE=aarch64-unknown-linux-gnu
readonly CACHE=${IMBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imbox}
# shellcheck source=image-ci/debian.sh
. image-ci/debian.sh

have_rustup_target() { [ -d "$(rustc --print sysroot)/lib/rustlib/$TRIPLE/lib" ]; }

# A `rustc` that runs from the folder it was unpacked into.
debian_rustc() {
    local suite toolchain
    # shellcheck source=/dev/null
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    toolchain=$CACHE/rust-$suite
    if [ ! -x "$toolchain/rustc" ]; then
        rm -rf "$toolchain" "$toolchain.new"
        local libstd libllvm
        libstd=$(debian_depends "$suite" amd64 libstd-rust-web-dev libstd-rust-web)
        libllvm=$(debian_depends "$suite" amd64 "$libstd" libllvm)
        debian_unpack "$suite" amd64 "$toolchain.new" rustc-web libstd-rust-web-dev "$libstd" "$libllvm"
        debian_unpack "$suite" arm64 "$toolchain.new" libstd-rust-web-dev
        cat >"$toolchain.new/rustc" <<END
#!/bin/sh
export LD_LIBRARY_PATH=$toolchain/usr/lib/x86_64-linux-gnu
exec $toolchain/usr/bin/rustc --sysroot $toolchain/usr "\$@"
END
        chmod +x "$toolchain.new/rustc"
        mv "$toolchain.new" "$toolchain"
    fi
    echo "$toolchain/rustc"
}

export CARGO_TARGET_DIR=$CACHE/cross-target
if ! have_rustup_target; then
    RUSTC=$(debian_rustc)
    export RUSTC
fi
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc AR_aarch64_unknown_linux_gnu=aarch64-linux-gnu-ar
# Every board that the image is for has these cores, or newer ones that run the same code.
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS="-C target-cpu=cortex-a53"
export CFLAGS_aarch64_unknown_linux_gnu="-mcpu=cortex-a53"
cargo build --manifest-path "$ROOT/Cargo.toml" --package "$PROGRAM" --bin "$PROGRAM" --release --locked --target "$TRIPLE" >&2
echo "$CARGO_TARGET_DIR/$TRIPLE/release/$PROGRAM"
