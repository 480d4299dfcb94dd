"""What was released to a partner, and since when the partner has it: as far as it has co-signed it.

Layer: runner (views).
"""

from __future__ import annotations

import threading
from bisect import bisect_left

import msgspec

from renkei.labels.lattice import marking
from renkei.log.port import Log, Release
from renkei.model.schema import Label
from renkei.runner.book import Books
from renkei.runner.events import LinkAcknowledged, decode
from renkei.runner.naming import naming_of
from renkei.runner.state import State
from renkei.runner.views.naming import View, book_of, process_of
from renkei.runner.views.reading import Desk
from renkei.runner.views.writing import NAMES

PAGE = 5_000
"""Entries read at once."""
_KIND = "link.acknowledged/"


class Cosigned:
    """Up to where partners have co-signed what was released to them, and when; read from the log once."""

    def __init__(self, log: Log) -> None:
        """Bind a log."""
        self._log, self._after, self._one = log, 0, threading.Lock()
        self._known: dict[str, list[tuple[int, int]]] = {}

    def covering(self, partner: str, number: int) -> tuple[int, int] | None:
        """Return size and moment of the first co-signature that covers an entry; None while there is none."""
        with self._one:
            self._read()
            known = self._known.get(partner, [])
            at = bisect_left(known, (number, 0))
            return known[at] if at < len(known) else None

    def _read(self) -> None:
        while rows := self._log.find(kind=_KIND, after=self._after, limit=PAGE):
            for row in rows:
                record = decode(row.body)
                assert isinstance(record.event, LinkAcknowledged)
                self._known.setdefault(record.event.partner, []).append((record.event.size, record.at))
            self._after = rows[-1].seq


def released(desk: Desk, cosigned: Cosigned, partner: str, before: int, limit: int) -> list[View]:
    """Return what was released to a partner before a number, the newest first."""
    begin = max(0, before - 1 - limit)
    found = desk.log.released(partner, begin, before - 1 - begin)
    return [_line(desk.state, desk.books, entry, cosigned) for entry in reversed(found)]


def _line(state: State, books: Books, entry: Release, cosigned: Cosigned) -> View:
    told = msgspec.json.decode(entry.body)
    label = Label(**told["label"]) if told.get("label") else None
    case = str(told.get("case", ""))
    known = state.cases.get(case)
    names = naming_of(book_of(state, books, case), process_of(state, case))
    what = str(told.get("what") or told.get("change") or told["kind"])
    covering = cosigned.covering(entry.partner, entry.number)
    return {
        "id": str(entry.number),
        "number": entry.number,
        "partner": entry.partner,
        "kind": told["kind"],
        "what": what,
        "name": NAMES.get(what) or names.of(_element(told) or what),
        "case": case,
        "title": known.title if known else None,
        "item": str(told.get("item", "")),
        "label": marking(label, exercise=bool(told.get("exercise"))) if label is not None else "",
        "label_terms": told.get("label", {}),
        "exercise": bool(told.get("exercise")),
        "at": told["at"],
        "acknowledged": covering[1] if covering else None,
        "checkpoint": covering[0] if covering else None,
        "content": told,
    }


def _element(told: View) -> str:
    return str(told.get("place", "")).partition(":")[2].partition("@")[0]
