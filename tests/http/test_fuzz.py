"""The fuzzing of the API, in a process of its own: what it imports changes Hypothesis for later tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_api_is_what_its_document_says() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/http/fuzzing.py"]
    # A worker of a parallel run hands its own settings down, which are not for this one.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    found = subprocess.run(command, cwd=ROOT, env=inherited, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]
    assert " passed" in found.stdout
