#!/usr/bin/env bash
# Checks the external tree against a Buildroot tree, without building: every setting of the configurations survives and
# is written back the same, Buildroot's own checks find nothing, and whatever is downloaded has a hash.
#
#   check.sh BUILDROOT_DIR
set -euo pipefail
BUILDROOT=$(realpath "$1")
cd "$(dirname "$0")/.."
status=0

for config in buildroot/configs/*_defconfig; do
    echo "$config"
    buildroot/board/imbox/resolve.sh "$BUILDROOT" "$config" || status=1
done

# Buildroot has the hash of its own kernels under their own settings only; ours is named by its version.
kernel=$(sed -n 's/^BR2_LINUX_KERNEL_CUSTOM_VERSION_VALUE="\(.*\)"$/\1/p' buildroot/configs/*_defconfig | sort -u)
if ! grep -q " linux-$kernel.tar.xz\$" buildroot/patches/linux/linux.hash; then
    echo "buildroot/patches/linux/linux.hash: no hash of linux-$kernel.tar.xz" >&2
    status=1
fi

# Buildroot's rules are for Buildroot's files; buildroot.mk and sbom.py are the project's.
git ls-files -z --cached --others --exclude-standard -- buildroot ':!buildroot/buildroot.mk' ':!buildroot/sbom.py' | xargs -0 "$BUILDROOT/utils/check-package" --br2-external || status=1
exit "$status"
