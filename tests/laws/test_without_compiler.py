"""Law 1 again: the kernels give the same answers as plain Python, with numba's compiler switched off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("tests", ["tests/checker/test_consent.py", "tests/simulator/test_desks.py"])
def test_the_kernels_agree_with_themselves_uncompiled(tests: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    # Unsigned numbers wrap around on purpose; plain numpy warns of it.
    command += ["-W", "ignore::RuntimeWarning", tests]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert " passed" in done.stdout
