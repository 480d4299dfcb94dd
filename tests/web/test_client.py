"""The browser client's own tests, and its types: they are those of the interface as it is now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TYPES = ROOT / "web" / "src" / "api" / "schema.d.ts"


def npm(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run npm in the folder of the client."""
    return subprocess.run(
        [sys.executable, str(ROOT / "hatch_build.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


@pytest.mark.slow
def test_tests_of_the_client_pass() -> None:
    done = npm("run", "test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


@pytest.mark.slow
def test_types_of_the_client_are_those_of_the_interface(tmp_path: Path) -> None:
    document, types = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    with document.open("wb") as out:
        subprocess.run([sys.executable, "-m", "renkei.interfaces.http.document"], stdout=out, check=True)
    done = npm("exec", "--no", "--", "openapi-typescript", str(document), "-o", str(types))
    assert done.returncode == 0, done.stdout + done.stderr
    assert TYPES.read_text(encoding="utf-8") == types.read_text(encoding="utf-8"), "run `make types`"
