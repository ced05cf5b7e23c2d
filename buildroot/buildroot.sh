#!/usr/bin/env bash
# Builds the card's image with Buildroot, and what goes out with it.
#
#   BUILDROOT_DIR   a Buildroot tree that is there already; else the pinned release is fetched
#   BR2_DL_DIR      where Buildroot keeps what it downloads
#   CONFIG          a file of buildroot/configs; imbox_rpi_64_defconfig if not given
#   OUTPUT          where Buildroot builds; target/buildroot-output-CONFIG if not given
#   LOCAL_CONFIG    a file with settings of this machine alone, laid over CONFIG: another toolchain, say
#   IMBOX_URL       where the files will lie for everybody; for Raspberry Pi Imager's list
#
# Whose updates the boxes take (README.md, "Keys"); without them, the lab's key, and a name that says so:
#   IMBOX_KEYRING, IMBOX_SIGNING_CERT, IMBOX_SIGNING_KEY
#
# Leaves in target/image, for imbox-VERSION-rpi64: .img.xz, .img.xz.sha256, .raucb, .cdx.json, .os_list.json
set -euo pipefail
cd "$(dirname "$0")/.."
readonly ROOT=$PWD OUT=$PWD/target/image CONFIG=${CONFIG:-imbox_rpi_64_defconfig}

# The release, pinned by the commit its tag names: git checks the content against it.
readonly VERSION=2026.05.1 COMMIT=cb857ba4c87a93e5265a9e4a3f32071abf39e14a
readonly REPOSITORY=${BUILDROOT_REPOSITORY:-https://gitlab.com/buildroot.org/buildroot.git}

say() { echo "image: $*" >&2; }

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
            say "tag $VERSION is not the commit that is pinned"
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

# Whoever has the lab's key can update every box that trusts it, and everybody has it.
choose_keys() {
    if [ -z "${IMBOX_KEYRING:-}${IMBOX_SIGNING_CERT:-}${IMBOX_SIGNING_KEY:-}" ]; then
        local lab
        lab=$(image-ci/keys.sh)
        IMBOX_KEYRING=$lab/cert.pem IMBOX_SIGNING_CERT=$lab/cert.pem IMBOX_SIGNING_KEY=$lab/key.pem
        IMBOX_VERSION=$IMBOX_VERSION-lab
        say "no keys given: the lab's, which everybody has. Not for anybody's box."
    elif [ -z "${IMBOX_KEYRING:-}" ] || [ -z "${IMBOX_SIGNING_CERT:-}" ] || [ -z "${IMBOX_SIGNING_KEY:-}" ]; then
        say "IMBOX_KEYRING, IMBOX_SIGNING_CERT and IMBOX_SIGNING_KEY belong together"
        exit 64
    elif openssl storeutl -noout -text -certs "$IMBOX_KEYRING" | grep -q 'not for releases'; then
        say "$IMBOX_KEYRING trusts a lab's key"
        exit 65
    fi
    export IMBOX_KEYRING IMBOX_SIGNING_CERT IMBOX_SIGNING_KEY
}

# The list by which Raspberry Pi Imager offers the image: rpi-imager --repo FILE
os_list() { # $1: the card's image, $2: the same, packed
    local url=${IMBOX_URL:-file://$OUT}
    cat <<END
{
  "os_list": [
    {
      "name": "imbox $IMBOX_VERSION",
      "description": "A chat box for one building: flash, plug in, open http://imbox.local",
      "url": "$url/$(basename "$2")",
      "release_date": "$(git log -1 --format=%cs)",
      "extract_size": $(stat -c %s "$1"),
      "extract_sha256": "$(sha256sum <"$1" | cut -d ' ' -f 1)",
      "image_download_size": $(stat -c %s "$2"),
      "image_download_sha256": "$(sha256sum <"$2" | cut -d ' ' -f 1)",
      "devices": ["pi4-64bit", "pi3-64bit"],
      "init_format": "none"
    }
  ]
}
END
}

IMBOX_VERSION=$(git describe --tags --always --dirty)
choose_keys
export IMBOX_VERSION
buildroot=$(buildroot_tree)
mkdir -p "$OUT"
IMBOX_SOURCE_DIR=$(lay_out_source)
export IMBOX_SOURCE_DIR
build=${OUTPUT:-$ROOT/target/buildroot-output-$CONFIG}
arguments=(-C "$buildroot" "O=$build" "BR2_EXTERNAL=$ROOT/buildroot")
[ -z "${BR2_DL_DIR:-}" ] || arguments+=("BR2_DL_DIR=$(realpath "$BR2_DL_DIR")")

mkdir -p "$build"
cat "buildroot/configs/$CONFIG" ${LOCAL_CONFIG:+"$LOCAL_CONFIG"} >"$build/imbox_defconfig"
make "${arguments[@]}" defconfig BR2_DEFCONFIG="$build/imbox_defconfig"
# The daemon is rebuilt every time; everything else only when its configuration changed.
[ ! -d "$build/build/imd-local" ] || make "${arguments[@]}" imd-dirclean
make "${arguments[@]}"

name=$OUT/imbox-$IMBOX_VERSION-rpi64
xz --keep --stdout --threads=0 "$build/images/imbox.img" >"$name.img.xz"
(cd "$OUT" && sha256sum "$(basename "$name").img.xz" >"$name.img.xz.sha256")
cp "$build/images/imbox.raucb" "$name.raucb"
make --silent --no-print-directory "${arguments[@]}" show-info | buildroot/sbom.py "$IMBOX_VERSION" >"$name.cdx.json"
os_list "$build/images/imbox.img" "$name.img.xz" >"$name.os_list.json"
ls -l "$name".* >&2
echo "$name.img.xz"
