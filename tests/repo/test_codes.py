"""The rule codes: every code that the source uses is explained in both languages, and the reverse."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "renkei"
CODE = re.compile(r"\bRK\d{3}\b")
REGISTER: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
    (SOURCE / "codes.toml").read_text(encoding="utf-8")
)
KANA_OR_KANJI = re.compile(r"[぀-ヿ一-鿿]")


def strings(path: Path) -> list[str]:
    """Return the string literals of a module that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    ]


def used() -> dict[str, set[str]]:
    """Return the codes in the source -> the modules that use them."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for code in {code for text in strings(path) for code in CODE.findall(text)}:
            found.setdefault(code, set()).add(path.relative_to(SOURCE).as_posix())
    return found


def test_every_code_used_is_registered() -> None:
    assert {code: where for code, where in used().items() if code not in REGISTER} == {}


def test_every_code_registered_is_used() -> None:
    assert sorted(REGISTER.keys() - used().keys()) == []


def test_codes_stand_in_order() -> None:
    assert list(REGISTER) == sorted(REGISTER)
    assert all(CODE.fullmatch(code) for code in REGISTER)


@pytest.mark.parametrize("code", REGISTER)
def test_code_is_explained_in_both_languages(code: str) -> None:
    entry = REGISTER[code]
    assert entry.keys() == {"title", "cause", "remedy"}
    for texts in entry.values():
        assert texts.keys() == {"en", "ja"}
        assert texts["en"].strip()
        assert not KANA_OR_KANJI.search(texts["en"])
        assert KANA_OR_KANJI.search(texts["ja"])
