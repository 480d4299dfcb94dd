"""Problems with their places in a text, and with the words of their codes in both languages.

Layer: interfaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from renkei.errors import Problem
from renkei.facts import rule_codes

NO_WORDS = {"en": "", "ja": ""}
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^\s,\[\]{}#:][^\n,\[\]{}#:]*|\S')
"""What stands at a place of a YAML file, as far as a line can tell."""


def told(
    problems: Iterable[Problem], files: Mapping[str, str], severity: str = "error"
) -> Iterator[dict[str, Any]]:
    """Yield problems as the studio answers them."""
    lines = {name: text.splitlines() for name, text in files.items()}
    for problem in problems:
        words = rule_codes().get(problem.code, {})
        yield {
            **problem.to_dict(),
            "facts": problem.facts,
            "severity": severity,
            **_end(problem, lines.get(problem.file, [])),
            **{part: words.get(part, NO_WORDS) for part in ("title", "cause", "remedy")},
        }


def _end(problem: Problem, lines: list[str]) -> dict[str, int]:
    if not problem.column or not 1 <= problem.line <= len(lines):
        return {"end_line": problem.line, "end_column": 0}
    text = lines[problem.line - 1]
    found = _WORD.match(text, problem.column - 1)
    end = problem.column - 1 + len(found[0].rstrip()) if found else len(text)
    return {"end_line": problem.line, "end_column": max(end, problem.column) + 1}


def title(code: str) -> dict[str, str]:
    """Return the title of a code in both languages."""
    return rule_codes()[code]["title"] if code in rule_codes() else NO_WORDS
