"""No room grows too big: modules and functions stay readable in one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "renkei"
MODULES = sorted(SOURCE.rglob("*.py"))
LONGEST_MODULE = 500
LONGEST_FUNCTION = 80
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "core"}


def functions(module: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of ``module`` as ``module.py:name`` with its lines, docstring left out."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node) is not None
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            name = f"{module.relative_to(SOURCE).as_posix()}:{node.name}"
            yield name, (node.end_lineno or 0) - node.lineno + 1 - docstring


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_module_fits_in_one_sitting(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def test_functions_fit_on_one_screen() -> None:
    lines = {name: count for module in MODULES for name, count in functions(module)}
    long = {name: count for name, count in lines.items() if count > LONGEST_FUNCTION}
    assert not long, f"longer than {LONGEST_FUNCTION} lines"


def test_names_of_modules_say_what_is_inside() -> None:
    banned = [path for path in SOURCE.rglob("*") if path.stem in BANNED_NAMES]
    python_needs = {"__init__", "__main__"}
    underscored = [path for path in MODULES if path.stem.startswith("_") and path.stem not in python_needs]
    assert not banned
    assert not underscored


def test_every_module_says_what_it_is() -> None:
    silent = [
        path.relative_to(SOURCE).as_posix()
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent
