#!/usr/bin/env bash
# Builds the card's image with Buildroot.
#
#   BUILDROOT_DIR   a Buildroot tree that is there already; else the pinned release is fetched
#   BR2_DL_DIR      where Buildroot keeps what it downloads
#   CONFIG          a file of buildroot/configs; imbox_rpi_64_defconfig if not given
#
# Leaves imbox-VERSION-rpi64.img.xz and its .sha256 in target/image.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly ROOT=$PWD OUT=$PWD/target/image CONFIG=${CONFIG:-imbox_rpi_64_defconfig}

# The release, pinned by the commit its tag names: git checks the content against it.
readonly VERSION=2026.05.1 COMMIT=cb857ba4c87a93e5265a9e4a3f32071abf39e14a
readonly REPOSITORY=${BUILDROOT_REPOSITORY:-https://gitlab.com/buildroot.org/buildroot.git}

buildroot_tree() {
    if [ -n "${BUILDROOT_DIR:-}" ]; then
        (cd "$BUILDROOT_DIR" && pwd)
        return
    fi
    local tree=$ROOT/target/buildroot-$VERSION
    if [ ! -d "$tree" ]; then
        rm -rf "$tree.new"
        git clone --quiet --depth 1 --branch "$VERSION" "$REPOSITORY" "$tree.new" >&2
        if [ "$(git -C "$tree.new" rev-parse HEAD)" != "$COMMIT" ]; then
            echo "buildroot.sh: tag $VERSION is not the commit that is pinned" >&2
            exit 1
        fi
        mv "$tree.new" "$tree"
    fi
    echo "$tree"
}

# What package/imd builds from: this repository as it is committed, every crate beside it, the web app built.
lay_out_source() {
    local source=$OUT/source
    rm -rf "$source" && mkdir -p "$source/.cargo"
    git archive HEAD | tar --extract --directory "$source"
    npm --prefix "$source/webui" ci --no-audit --no-fund >&2
    npm --prefix "$source/webui" run build >&2
    rm -rf "$source/webui/node_modules"
    cargo vendor --locked --quiet --manifest-path "$source/Cargo.toml" "$source/VENDOR" >/dev/null
    cat >"$source/.cargo/config.toml" <<'END'
[source.crates-io]
replace-with = "vendored-sources"

[source.vendored-sources]
directory = "VENDOR"
END
    echo "$source"
}

buildroot=$(buildroot_tree)
mkdir -p "$OUT"
IMBOX_SOURCE_DIR=$(lay_out_source)
export IMBOX_SOURCE_DIR
build=$ROOT/target/buildroot-output-$CONFIG
arguments=(-C "$buildroot" "O=$build" "BR2_EXTERNAL=$ROOT/buildroot")
[ -z "${BR2_DL_DIR:-}" ] || arguments+=("BR2_DL_DIR=$(realpath "$BR2_DL_DIR")")
make "${arguments[@]}" "$CONFIG"
# The daemon is rebuilt every time; everything else only when its configuration changed.
[ ! -d "$build/build/imd-local" ] || make "${arguments[@]}" imd-dirclean
make "${arguments[@]}"

version=$(git describe --tags --always --dirty)
image=$OUT/imbox-$version-rpi64.img
xz --keep --stdout --threads=0 "$build/images/imbox.img" >"$image.xz"
(cd "$OUT" && sha256sum "$(basename "$image").xz" >"$(basename "$image").xz.sha256")
echo "$image.xz"
