#!/usr/bin/env bash
# Says which settings asked for in a file did not survive in the .config that was made of it: names that are gone, or
# that something else forbids.
#
#   check-config.sh ASKED .config
set -euo pipefail
asked=$1 got=$2 lost=0
while read -r line; do
    case $line in
    '# '*' is not set')
        name=${line#\# } && name=${name%% *}
        ! grep -qE "^$name=" "$got" && continue
        ;;
    *=n)
        ! grep -qE "^${line%=n}=" "$got" && continue
        ;;
    '' | '#'*) continue ;;
    *) grep -qxF -- "$line" "$got" && continue ;;
    esac
    echo "lost: $line (now: $(grep -E "^(# )?${line%%=*}[= ]" "$got" || echo nothing))" >&2
    lost=1
done <"$asked"
exit "$lost"
