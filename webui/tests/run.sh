#!/usr/bin/env bash
# Runs the browser tests, file by file; all, or the files given. A file that fails is tried once more and named at the end: on a
# busy machine a browser now and then loses a keystroke or the focus. What fails twice has failed.
set -euo pipefail
cd "$(dirname "$0")/.."

files=("$@")
((${#files[@]})) || files=(tests/*.test.js)
again=()
for file in "${files[@]}"; do
    node --test --test-concurrency=1 "$file" && continue
    again+=("$file")
    echo "once more: $file"
    node --test --test-concurrency=1 "$file"
done
((${#again[@]} == 0)) || echo "needed a second try: ${again[*]}"
