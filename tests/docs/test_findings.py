"""The README quotes what the model gives: its table is computed again and must be the same."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def _findings() -> ModuleType:
    spec = importlib.util.spec_from_file_location("findings", ROOT / "docs" / "reference" / "findings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_the_readme_is_what_the_model_gives() -> None:
    findings = _findings()
    page = findings.README.read_text(encoding="utf-8")
    assert findings.with_table(page, findings.table(findings.compared())) == page, "run `make findings`"
    assert findings.PICTURE.stat().st_size > 10_000
