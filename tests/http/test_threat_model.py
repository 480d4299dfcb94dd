"""The threat model claims nothing without a test: each that it names exists, and each row names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "explanation" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| ---")]


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED.findall(PAGE)}))
def test_every_test_that_is_named_exists(file: str) -> None:
    named = {test for other, test in NAMED.findall(PAGE) if other == file}
    assert named - functions_of(ROOT / file) == set()


def test_every_claim_names_a_test() -> None:
    claims = [row for row in ROWS if not row.endswith("| shown by |")]
    assert len(claims) > 30
    assert [row for row in claims if not NAMED.search(row)] == []


def test_all_five_adversaries_are_there_with_what_they_can_do() -> None:
    titles = [
        "A hostile partner node",
        "A hostile insider of the own party",
        "A stranger on the network",
        "A thief of the disk",
        "A man in the middle",
    ]
    parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
    assert [title for title in titles if "*can*" not in parts.get(title, "")] == []
