#!/bin/sh
# Resolves requirements.lock (to run), requirements-dev.lock (to test) and requirements-build.lock (to build the wheel)
# from pyproject.toml, keeping pins that still fit; `sh tests/repo/lock.sh --upgrade` upgrades everything. Needs uv. The
# package index is configured on the machine; its address is not written to the files.
set -eu
cd "$(dirname "$0")/../.."

lock() {
    output=$1
    shift
    ${UV:-uv} pip compile "$@" --output-file "$output" --quiet \
        --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links
}

lock requirements.lock pyproject.toml "$@"
lock requirements-dev.lock pyproject.toml --group dev --constraints requirements.lock "$@"
lock requirements-build.lock --group build "$@"
