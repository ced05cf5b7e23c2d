#!/usr/bin/env bash
# Finishes a root file system that has the overlay over it, whoever made it: what no file that is laid over can do.
#
#   finish.sh ROOT      IMBOX_KEYRING: the certificates of those whose updates it takes; without it, it takes none
set -euo pipefail
root=$1

# Nothing waits for it: preinit has set the clock to when the box last ran.
sed -i '/^Before=/s/ sysinit\.target//' "$root/usr/lib/systemd/system/systemd-timesyncd.service"

# SetNTP starts and stops the service; with an [Install] it would also have to write links into /etc.
sed -i '/^\[Install\]/,$d' "$root/usr/lib/systemd/system/systemd-timesyncd.service"

if [ -n "${IMBOX_KEYRING:-}" ]; then
    install -D -m 0644 "$IMBOX_KEYRING" "$root/etc/rauc/keyring.pem"
else
    install -D -m 0644 /dev/null "$root/etc/rauc/keyring.pem"
fi
