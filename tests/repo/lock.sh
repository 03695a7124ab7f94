#!/bin/sh
# Resolves requirements.lock (to run) and requirements-dev.lock (to test) anew from pyproject.toml, keeping what still
# fits; `sh tests/repo/lock.sh --upgrade` takes the newest of everything. Needs uv. Which index is asked is the
# machine's own business: no address reaches the files.
set -eu
cd "$(dirname "$0")/../.."

lock() {
    output=$1
    shift
    ${UV:-uv} pip compile pyproject.toml "$@" --output-file "$output" --quiet \
        --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links
}

lock requirements.lock --group build "$@"
lock requirements-dev.lock --group build --group dev --constraints requirements.lock "$@"
