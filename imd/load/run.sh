#!/usr/bin/env bash
# Measures imd on this machine, on loopback, in about ten minutes: builds both programs in release mode, starts imd on a fresh
# data folder, and runs every scenario of imd-load. Rows for people on the terminal, one JSON line per step in OUT.
#
#   imd/load/run.sh                     everything: 4,000 users
#   USERS=400 STEP_S=2 imd/load/run.sh  a quick look
#   SCENARIOS="fan-out" imd/load/run.sh only that
#   SCENARIOS=search imd/load/run.sh    a million messages and finding among them; several minutes, and only by name
#
# IMD and IMD_LOAD name other binaries (then nothing is built), TMPDIR another disk. Run it on an otherwise idle machine: each row
# says how many cores others used.
set -euo pipefail
cd "$(dirname "$0")/../.."

USERS=${USERS:-4000}                # people on the box
RATE=${RATE:-200}                   # sign-ins per second
STEP_S=${STEP_S:-8}                 # seconds of each step of a ladder
MIXED_S=${MIXED_S:-60}              # seconds of everyone chatting
SCENARIOS=${SCENARIOS:-sign-in durable fan-out mixed long-room}
OUT=${OUT:-target/load/$(date -u +%Y%m%dT%H%M%SZ).jsonl}
LIMIT_S=1500                        # the whole run ends after so long, finished or not

# Both ends of every connection are on this machine, one in each process. Raising the hard limit takes CAP_SYS_RESOURCE.
files=$((USERS + 1000))
if (($(ulimit -Hn) < files)) && ! ulimit -n "$files" 2>/dev/null; then
    echo "run.sh: $USERS users need $files open files in a process, and 'ulimit -Hn' is $(ulimit -Hn)" >&2
    exit 2
fi

if [[ -z ${IMD:-} || -z ${IMD_LOAD:-} ]]; then
    cargo build --release --locked --package imd --package imd-load
fi
IMD=${IMD:-${CARGO_TARGET_DIR:-target}/release/imd}
IMD_LOAD=${IMD_LOAD:-${CARGO_TARGET_DIR:-target}/release/imd-load}
mkdir -p "$(dirname "$OUT")"

folder=$(mktemp -d)
server=
watchdog=

stop_server() {
    [[ -n $server ]] || return 0
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" || true
    server=
}

leave() {
    trap - EXIT INT TERM
    [[ -z $watchdog ]] || kill "$watchdog" 2>/dev/null || true
    stop_server
    rm -rf "$folder"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
(
    # Ends with the run: the sleep is its own child, and the trap takes it along.
    trap 'kill "$nap"; exit' TERM
    sleep "$LIMIT_S" & nap=$!
    wait "$nap"
    echo "run.sh: over $LIMIT_S s, stopping" >&2
    kill -TERM $$
) &
watchdog=$!

cat >"$folder/imd.toml" <<'TOML'
[join]
mode = "open"
[mdns]
enabled = false
[log]
level = "warn"
[limits]
max_connections = 1000000
max_connections_per_address = 1000000
http_requests_per_minute_per_address = 10000000
sign_ins_per_minute_per_address = 10000000
messages_per_minute_per_user = 10000000
rooms_per_minute_per_user = 10000000
TOML

# Starts imd and waits for its address, 20 s at most.
start_server() {
    : >"$folder/out"
    "$IMD" serve --config "$folder/imd.toml" --listen 127.0.0.1:0 --data "$folder/data" >"$folder/out" 2>>"$folder/log" &
    server=$!
    local deadline=$((SECONDS + 20))
    until address=$(sed -n 's|^listening on http://\(127\.0\.0\.1:[0-9]*\).*|\1|p' "$folder/out") && [[ -n $address ]]; do
        if ! kill -0 "$server" 2>/dev/null || ((SECONDS > deadline)); then
            echo "run.sh: imd did not start" >&2
            tail -n 20 "$folder/out" "$folder/log" >&2
            exit 1
        fi
        sleep 0.05
    done
    address=${address%%$'\n'*}
}

measure() {
    "$IMD_LOAD" --limit-s 600 "$@" | tee -a "$OUT" >/dev/null
}

echo "run.sh: $USERS users; load before: $(cut -d' ' -f1-3 /proc/loadavg); results in $OUT" >&2
measure machine "$folder"
start_server
code=$(sed -n 's/^claim code: *//p' "$folder/out")
"$IMD_LOAD" --limit-s 300 set-up --server "$address" --cast "$folder/cast.json" --users "$USERS" --claim-code "$code"
for scenario in $SCENARIOS; do
    # A fresh process each time, so that memory is counted from the same start.
    stop_server
    start_server
    target=(--server "$address" --cast "$folder/cast.json" --pid "$server")
    case $scenario in
        sign-in) measure sign-in "${target[@]}" --users "$USERS" --rate "$RATE" ;;
        durable | fan-out) measure "$scenario" "${target[@]}" --step-s "$STEP_S" ;;
        mixed) measure mixed "${target[@]}" --users "$USERS" --rate "$RATE" --seconds "$MIXED_S" ;;
        long-room) measure long-room --server "$address" --cast "$folder/cast.json" ;;
        search)
            measure search --server "$address" --cast "$folder/cast.json" --messages "${MESSAGES:-1000000}"
            echo "search       index: $(du -cb "$folder"/data/search/* | tail -n 1 | cut -f1) bytes, database: $(stat -c %s "$folder/data/imd.db") bytes" >&2
            ;;
        *) echo "run.sh: no scenario $scenario" >&2 && exit 2 ;;
    esac
done
measure machine "$folder"
if [[ -s $folder/log ]]; then
    echo "run.sh: imd's warnings:" >&2
    sort "$folder/log" | uniq -c | sort -rn | head -n 5 >&2
fi
