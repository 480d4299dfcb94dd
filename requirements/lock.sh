#!/bin/sh
# Lock requirements/*.in into hash-locked *.txt. Called by `make lock`; needs the package index.
# pip's own configuration is left out, so that no private index, mirror or path gets into the files.
set -eu
cd "$(dirname "$0")"
for name in run dev; do
    # What is pinned stays pinned, unless --upgrade is given.
    if [ -f "$name.txt" ]; then cp "$name.txt" "$name.new"; fi
    env -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u PIP_FIND_LINKS -u PIP_TRUSTED_HOST \
        PIP_CONFIG_FILE=/dev/null ../.venv/bin/python -m piptools compile "$name.in" \
        --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --annotation-style line \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file "$name.new" "$@"
    { echo "# Locked by \`make lock\` from $name.in; do not edit."; cat "$name.new"; } > "$name.txt"
    rm "$name.new"
done
