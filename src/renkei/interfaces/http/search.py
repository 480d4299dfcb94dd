"""Search of a log: by kind, subject, person, post, words and time, from either end, a page at a time.

Layer: interfaces. What an index of the store answers (kind, subject) is asked of the store; the rest is
looked for in the entries. One request looks at a bounded number of them: a page may then hold less than it
could, or nothing, and still have a next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from renkei.log.port import Log, Row
from renkei.runner.events import decode

MOST_LOOKED_AT = 10_000
"""Entries that one request looks at."""
WINDOW = 1_000
"""Numbers of entries that are asked of the store at once."""
MOST_WINDOWS = 500
_JSON = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; '' and None for anything."""

    kind: str = ""
    subject: str = ""
    person: str = ""
    post: str = ""
    words: str = ""
    """In any text of the entry; capital and small letters are the same."""
    since: int | None = None
    until: int | None = None
    """Recorded before this moment."""
    newest: bool = False
    """Begin at the end."""


def find(log: Log, wanted: Search, after: int, before: int, limit: int) -> tuple[list[Row], int | None]:
    """Return entries between two numbers, and the number after (or before) which the next page begins.

    Args:
        log: The log.
        wanted: What is looked for.
        after: Number that all are after.
        before: Number that all are before.
        limit: Most entries of the page.
    """
    low, high = _bounded(log, wanted, after, before)
    found: list[Row] = []
    looked = windows = 0
    for begin, end in _windows(low, high, newest=wanted.newest):
        if looked >= MOST_LOOKED_AT or windows >= MOST_WINDOWS:
            return found, (end if wanted.newest else begin)
        rows = _rows(log, wanted, begin, end)
        windows, looked = windows + 1, looked + len(rows)
        for row in reversed(rows) if wanted.newest else rows:
            if _fits(row, wanted):
                if len(found) == limit:
                    return found, found[-1].seq
                found.append(row)
    return found, None


def _rows(log: Log, wanted: Search, after: int, before: int) -> list[Row]:
    if wanted.kind or wanted.subject:
        return log.find(kind=wanted.kind, subject=wanted.subject, after=after, before=before, limit=WINDOW)
    return log.read(after, min(before - 1 - after, WINDOW))


def _windows(after: int, before: int, *, newest: bool) -> Iterator[tuple[int, int]]:
    """Yield parts of a range, each with the number that all are after and the one that all are before."""
    if newest:
        for end in range(before, after + 1, -WINDOW):
            yield max(after, end - 1 - WINDOW), end
    else:
        for begin in range(after, before - 1, WINDOW):
            yield begin, min(before, begin + 1 + WINDOW)


def _bounded(log: Log, wanted: Search, after: int, before: int) -> tuple[int, int]:
    """Narrow a range to the time that is wanted: moments grow with the numbers."""
    if wanted.since is not None:
        after = max(after, _last_before(log, wanted.since, before))
    if wanted.until is not None:
        before = min(before, _last_before(log, wanted.until, before) + 1)
    return after, before


def _last_before(log: Log, moment: int, before: int) -> int:
    """Return the number of the last entry that was recorded before a moment, 0 for none."""
    low, high = 0, before - 1
    while low < high:
        middle = (low + high + 1) // 2
        if log.read(middle - 1, 1)[0].recorded < moment:
            low = middle
        else:
            high = middle - 1
    return low


def _fits(row: Row, wanted: Search) -> bool:
    for text in (wanted.person, wanted.post):
        if text and _JSON.encode(text) not in row.body:
            return False
    words = wanted.words.casefold()
    if words and _JSON.encode(wanted.words)[1:-1].decode().casefold() not in row.body.decode().casefold():
        return False
    if not (wanted.person or wanted.post or words):
        return True
    record = decode(row.body)
    if wanted.person and wanted.person != record.person:
        return False
    named = {record.post, getattr(record.event, "post", ""), getattr(record.event, "behalf", "")}
    if wanted.post and wanted.post not in named:
        return False
    return not words or any(words in text.casefold() for text in _texts(msgspec.json.decode(row.body)))


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
