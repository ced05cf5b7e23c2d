#!/usr/bin/env bash
# Checksums of everything that goes out, and a signature over them by the key that signs updates.
#
#   sign-release.sh FOLDER      IMBOX_SIGNING_CERT and IMBOX_SIGNING_KEY: as for `make image`
#
# Leaves SHA256SUMS and SHA256SUMS.p7s in FOLDER, and os_list.json, a copy under the name that never changes. To check a download:
#
#   openssl cms -verify -binary -inform PEM -in SHA256SUMS.p7s -content SHA256SUMS -CAfile keyring.pem -purpose any -out /dev/null
#   sha256sum --check --ignore-missing SHA256SUMS
set -euo pipefail
cd "$1"

cp imbox-*.os_list.json os_list.json
sha256sum imbox-* os_list.json >SHA256SUMS
openssl cms -sign -binary -outform PEM -nosmimecap -in SHA256SUMS -signer "$IMBOX_SIGNING_CERT" -inkey "$IMBOX_SIGNING_KEY" -out SHA256SUMS.p7s
