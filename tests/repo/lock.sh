#!/bin/sh
# Resolves requirements.lock (to run) and requirements-dev.lock (to test) from pyproject.toml, keeping pins that still
# fit; `sh tests/repo/lock.sh --upgrade` upgrades everything. Needs uv. The package index is configured on the machine;
# its address is not written to the files.
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
