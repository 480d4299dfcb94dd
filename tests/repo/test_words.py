"""One word per idea, in Japanese too: what people read calls things as the glossary does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
RIVALS = {"主体": "party", "ポスト": "post", "案件": "case"}
"""Words that were once used beside those of the glossary -> the idea."""


def read_by_people() -> Iterator[Path]:
    yield from (ROOT / "src" / "renkei").glob("*.toml")
    yield from (ROOT / "src" / "renkei" / "interfaces" / "text").glob("*.toml")
    yield from (ROOT / "src" / "renkei" / "library").rglob("*.yaml")
    yield from (ROOT / "web" / "src" / "text" / "ja").rglob("*.json")
    yield from (ROOT / "docs").rglob("*.md")
    yield ROOT / "README.md"


@pytest.mark.parametrize("rival", RIVALS)
def test_an_idea_has_one_word(rival: str) -> None:
    known = dict(
        re.findall(r"^\| ([a-z -]+) \| ([^|]+) \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    )
    word, every = known[RIVALS[rival]], list(read_by_people())
    texts = {path: path.read_text(encoding="utf-8") for path in every}
    assert sum(word in text for text in texts.values()) > 5, "these are not the texts"
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if rival in text] == []
