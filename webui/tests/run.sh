#!/usr/bin/env bash
# Runs the browser tests: all files, or the files given. Nothing is tried twice: a test that fails now and then has found something.
set -euo pipefail
cd "$(dirname "$0")/.."

files=("$@")
((${#files[@]})) || files=(tests/*.test.js)
exec node --test --test-concurrency=1 "${files[@]}"
