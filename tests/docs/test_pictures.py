"""The pictures of the pages: each is shown somewhere, as wide as it was seen, and light enough to load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = sorted((ROOT / "docs" / "images" / "browser").glob("*.png"))
SHOWN = re.compile(r"images/browser/([\w-]+\.png)")
PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
MOST_BYTES, WIDTH = 200_000, 1280


def test_pictures_that_are_shown_are_those_that_are_taken() -> None:
    shown = {name for page in PAGES for name in SHOWN.findall(page.read_text(encoding="utf-8"))}
    assert shown == {picture.name for picture in PICTURES}, "run `make screenshots`"
    script = (ROOT / "docs" / "reference" / "screenshots.py").read_text(encoding="utf-8")
    for name in shown:
        assert re.search(rf'"{re.sub("-(en|ja).png$", "", name)}-', script), f"nothing takes {name}"


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_picture_is_whole_and_light(picture: Path) -> None:
    content = picture.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert content[-8:-4] == b"IEND"
    assert int.from_bytes(content[16:20]) == WIDTH
    assert 10_000 < len(content) < MOST_BYTES
