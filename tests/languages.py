"""What a problem of a file tells, it tells in both languages."""

from __future__ import annotations

import re

from renkei.errors import Problem

KANA_OR_KANJI = re.compile(r"[぀-ヿ一-鿿]")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
QUOTED = re.compile("「[^」]*(?:」|$)")


def is_told_in_both(problem: Problem) -> bool:
    """Return whether what was found is told in English as ever, and in Japanese without English left in."""
    if problem.facts is None or problem.facts["en"] != problem.message:
        return False
    told = problem.facts["ja"]
    # What the file itself says stands in quotation marks, in its own language.
    return bool(KANA_OR_KANJI.search(told)) and not ENGLISH.search(QUOTED.sub("", told))
