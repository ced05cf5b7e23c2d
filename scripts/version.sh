#!/usr/bin/env bash
# The version, which stands in Cargo.toml alone (workspace.package), and what is new in it.
#
#   version.sh                 prints it
#   version.sh --check TAG     fails unless TAG is it, with a v before it, and CHANGELOG.md tells of it
#   version.sh --changes TAG   what CHANGELOG.md tells of it
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n '/^\[workspace\.package\]$/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)

changes() { # $1: a version
    awk -v heading="## $1 " 'index($0 " ", heading) == 1 { here = 1; next } /^## / { here = 0 } here' CHANGELOG.md
}

case ${1:-} in
'') echo "$version" ;;
--check)
    [ "$2" = "v$version" ] || { echo "version.sh: the tag is $2, and Cargo.toml says $version" >&2 && exit 1; }
    changes "$version" | grep -q '[^[:space:]]' || { echo "version.sh: CHANGELOG.md says nothing of $version" >&2 && exit 1; }
    ;;
--changes) changes "${2#v}" ;;
*)
    sed -n 's/^# \{0,1\}//p' "$0" | sed -n '2,6p' >&2
    exit 64
    ;;
esac
