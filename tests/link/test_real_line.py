"""Two real nodes in two network namespaces, with a line between them that delays and loses packets.

Real processes, TLS and TCP of the kernel; ``python bench/link.py --line`` measures the worse lines. Where
the machine allows no namespaces (no root, no TUN device, no iproute2) this is skipped, and the summary of
the run says why.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench" / "link.py"


@pytest.mark.slow
def test_entries_cross_a_bad_line_and_cost_less_than_an_envelope() -> None:
    run = subprocess.run(
        [sys.executable, BENCH, "--probe"], capture_output=True, text=True, check=False, timeout=240
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout.splitlines()[-1])
    if "skipped" in found:
        pytest.skip(f"NO REAL LINE WAS TESTED: {found['skipped']}")
    assert found["entries"] == 200
    assert found["acknowledged"]
    assert sum(found["lost"]) > 0, "the line lost nothing"
    assert sum(found["sent"]) / found["entries"] < 762
