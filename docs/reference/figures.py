"""Put measured figures (Markdown on standard input) into the benchmarks page, between its two marks.

`make bench` does it, so that no figure on the page is typed by hand. Each script has a section under a
heading of its own; the sections that are given replace those of the same heading, and the others stay.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PAGE = Path(__file__).parent / "benchmarks.md"
MARKS = re.compile(r"(<!-- figures begin -->\n)(.*?)(<!-- figures end -->)", re.DOTALL)
HEADING = re.compile(r"^### ", re.MULTILINE)


def sections(figures: str) -> dict[str, str]:
    r"""Return the sections of some figures by their headings, in order.

    >>> sections("### a\n\n1\n### b\n\n2\n")
    {'a': '\n1', 'b': '\n2'}
    """
    parts = (part.partition("\n") for part in HEADING.split(figures)[1:])
    return {heading: text.rstrip() for heading, _, text in parts}


def with_figures(page: str, figures: str) -> str:
    r"""Return ``page`` with ``figures`` between its marks, beside the sections that are not measured anew.

    >>> with_figures("<!-- figures begin -->\n### a\n\n1\n### b\n\n2\n<!-- figures end -->", "### b\n\n3")
    '<!-- figures begin -->\n### a\n\n1\n\n### b\n\n3\n<!-- figures end -->'
    """
    found = MARKS.search(page)
    if found is None or MARKS.search(page, found.end()):
        raise ValueError("the page needs one pair of marks")
    kept = sections(found[2]) | sections(figures)
    text = "\n\n".join(f"### {heading}\n{body}" for heading, body in kept.items())
    return f"{page[: found.start()]}{found[1]}{text}\n{found[3]}{page[found.end() :]}"


if __name__ == "__main__":
    PAGE.write_text(with_figures(PAGE.read_text(encoding="utf-8"), sys.stdin.read()), encoding="utf-8")
    print(f"wrote {PAGE.name}")
