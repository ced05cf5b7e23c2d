#!/usr/bin/env bash
# Makes the key that signs the lab's updates, once, and prints the folder that holds it: key.pem and cert.pem.
#
# Whoever has this key can put a system into every box that trusts it, and it lies about unprotected: only lab images
# trust it, and its name says so. The keys of releases are made and kept elsewhere (buildroot/README.md).
#
#   keys.sh [NAME]      another name makes another key, whose updates the lab's images refuse
set -euo pipefail
readonly CACHE=${IMBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imbox}
folder=$CACHE/keys/${1:-lab}
if [ ! -e "$folder/cert.pem" ]; then
    mkdir -p "$folder"
    openssl req -x509 -newkey rsa:2048 -noenc -days 36500 -subj "/O=imbox/CN=imbox ${1:-lab} key, not for releases" \
        -keyout "$folder/key.pem" -out "$folder/cert.new" 2>/dev/null
    mv "$folder/cert.new" "$folder/cert.pem"
fi
echo "$folder"
