#!/bin/sh
# Make .venv with a Python that renkei supports, or say what to install. Called by the Makefile.
set -eu
usable='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'
for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c "$usable" 2>/dev/null || continue
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        missing=$python
        continue
    fi
    rm -rf .venv
    "$python" -m venv .venv
    echo "made .venv with $("$python" --version)"
    exit 0
done
if [ -n "${missing:-}" ]; then
    echo "$missing cannot make virtual environments: its venv module is not installed." >&2
    echo "On Debian and Ubuntu: sudo apt-get install python3-venv; then run make again." >&2
else
    echo "No Python from 3.11 to 3.14 was found as ${PYTHON:-python3 or python3.11 to python3.14}." >&2
    echo "On Debian and Ubuntu: sudo apt-get install python3 python3-venv; then run make again." >&2
    echo "A Python that stands elsewhere: make PYTHON=/path/to/python3" >&2
fi
exit 1
