#!/usr/bin/env bash
# Checks that no image is made that takes updates from everybody: a keyring that trusts a lab's key is refused, one of its own
# is not, and the three settings belong together. Nothing is built.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export IMBOX_CACHE=$work
lab=$(image-ci/keys.sh)
openssl req -x509 -newkey rsa:2048 -noenc -days 1 -subj "/O=somebody/CN=updates" -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
cat "$work/cert.pem" "$lab/cert.pem" >"$work/both.pem"

# $1: what, $2: the exit code that is due, then the settings. Where the keys are taken, it goes on to a tree that is not there.
check() {
    local what=$1 due=$2 status=0
    shift 2
    env "$@" BUILDROOT_DIR="$work/nowhere" buildroot/buildroot.sh >"$work/said" 2>&1 || status=$?
    if [ "$status" != "$due" ]; then
        echo "check-keys: $what: exit code $status, not $due" >&2
        cat "$work/said" >&2
        exit 1
    fi
}
signing=(IMBOX_SIGNING_CERT="$work/cert.pem" IMBOX_SIGNING_KEY="$work/key.pem")
check "the lab's key" 65 IMBOX_KEYRING="$lab/cert.pem" "${signing[@]}"
check "the lab's key beside another" 65 IMBOX_KEYRING="$work/both.pem" "${signing[@]}"
check "a keyring without a key to sign with" 64 IMBOX_KEYRING="$work/cert.pem"
check "keys of one's own" 1 IMBOX_KEYRING="$work/cert.pem" "${signing[@]}"
echo "keys: ok"
