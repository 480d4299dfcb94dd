"""Put measured figures (Markdown on standard input) into the benchmarks page, between its two marks.

`make bench` does it, so that no figure on the page is typed by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PAGE = Path(__file__).parent / "benchmarks.md"
MARKS = re.compile(r"(<!-- figures begin -->\n).*?(<!-- figures end -->)", re.DOTALL)


def with_figures(page: str, figures: str) -> str:
    r"""Return ``page`` with ``figures`` between its marks.

    >>> with_figures("a <!-- figures begin -->\nold\n<!-- figures end --> b", "new")
    'a <!-- figures begin -->\nnew\n<!-- figures end --> b'
    """
    text, found = MARKS.subn(lambda marks: f"{marks[1]}{figures.strip()}\n{marks[2]}", page)
    if found != 1:
        raise ValueError(f"the page has {found} pairs of marks, one was expected")
    return text


if __name__ == "__main__":
    PAGE.write_text(with_figures(PAGE.read_text(encoding="utf-8"), sys.stdin.read()), encoding="utf-8")
    print(f"wrote {PAGE.name}")
