"""Reading the tables of a stored log, in words that SQLite and PostgreSQL both understand.

Layer: log. Rows never change, so what several queries return tells of one moment.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import starmap
from typing import Any

from renkei.log.port import Release, Row
from renkei.log.table import LARGEST, after_prefix, within

LAST = "SELECT coalesce(max(seq), 0) FROM entries"
RELEASED_LAST = "SELECT coalesce(max(number), 0) FROM releases WHERE partner = :partner"
KEPT_AT = "SELECT body FROM kept WHERE name = :name AND position = :position"
_SEQS = "SELECT seq FROM entries"
_ROWS = "SELECT seq, kind, subject, recorded, body, salt FROM entries"
_RELEASES = "SELECT seq, partner, number, body, salt FROM releases"
_OF_KIND = "kind = :kind AND seq > :after AND seq < :before"
_PAGE = 1 << 20
"""Bytes of kept bodies that are read at once."""
_PAGE_COUNT = 1000


class TableReader(ABC):
    """Whatever reads the tables; a store says only how it asks a question."""

    @abstractmethod
    def _ask(self, statement: str, **values: object) -> list[Any]:
        """Return the rows that answer ``statement``, whose values are named ``:like_this``."""

    def last(self) -> int:
        """Return the number of the last row, 0 for an empty log."""
        return int(self._ask(LAST)[0][0])

    def read(self, after: int = 0, limit: int = 1000) -> list[Row]:
        """Return at most ``limit`` rows after number ``after``, in order."""
        found = self._ask(
            f"{_ROWS} WHERE seq > :after ORDER BY seq LIMIT :count",
            after=within(after),
            count=at_least_0(limit),
        )
        if not found:
            return []
        return _joined(
            found,
            self._ask(
                f"{_RELEASES} WHERE seq BETWEEN :first AND :last ORDER BY seq, place",
                first=found[0][0],
                last=found[-1][0],
            ),
        )

    def find(
        self, *, kind: str = "", subject: str = "", after: int = 0, before: int = 0, limit: int = 100
    ) -> list[Row]:
        """Return rows of one kind or subject, in order."""
        count, first, end = at_least_0(limit), within(after), within(before) if before > 0 else LARGEST
        if kind and not subject:
            return self._find_kinds(self._kinds(kind), first, end, count)
        wanted = ["seq > :after AND seq < :before"]
        values: dict[str, object] = {"after": first, "before": end, "count": count}
        if subject:
            # The literal tells that rows without a subject, which the index leaves out, are not wanted.
            wanted.append("subject = :subject AND subject <> ''")
            values["subject"] = subject
        if kind:
            wanted.append("kind >= :kind")
            values["kind"] = kind
        if kind and (kind_end := after_prefix(kind)):
            wanted.append("kind < :kind_end")
            values["kind_end"] = kind_end
        # The numbers first, which an index alone tells; then only the rows that are wanted.
        numbers = f"{_SEQS} WHERE {' AND '.join(wanted)} ORDER BY seq LIMIT :count"
        return _joined(
            self._ask(f"{_ROWS} WHERE seq IN ({numbers}) ORDER BY seq", **values),
            self._ask(f"{_RELEASES} WHERE seq IN ({numbers}) ORDER BY seq, place", **values),
        )

    def _kinds(self, prefix: str) -> list[str]:
        """Return the kinds that begin with ``prefix``: there are few, each one step in the index."""
        kinds: list[str] = []
        found = self._ask("SELECT min(kind) FROM entries WHERE kind >= :kind", kind=prefix)[0][0]
        while found is not None and found.startswith(prefix):
            kinds.append(found)
            found = self._ask("SELECT min(kind) FROM entries WHERE kind > :kind", kind=found)[0][0]
        return kinds

    def _find_kinds(self, kinds: list[str], after: int, before: int, count: int) -> list[Row]:
        """Return the first rows of any of ``kinds``: rare kinds are found as fast as frequent ones."""
        hits = {
            kind: [
                seq
                for (seq,) in self._ask(
                    f"{_SEQS} WHERE {_OF_KIND} ORDER BY seq LIMIT :count",
                    kind=kind,
                    after=after,
                    before=before,
                    count=count,
                )
            ]
            for kind in kinds
        }
        chosen = sorted(seq for numbers in hits.values() for seq in numbers)[:count]
        if not chosen:
            return []
        rows: list[Row] = []
        for kind in (kind for kind, numbers in hits.items() if numbers and numbers[0] <= chosen[-1]):
            values = {"kind": kind, "after": after, "before": chosen[-1] + 1}
            rows += _joined(
                self._ask(f"{_ROWS} WHERE {_OF_KIND} ORDER BY seq", **values),
                self._ask(
                    f"{_RELEASES} WHERE seq IN ({_SEQS} WHERE {_OF_KIND}) ORDER BY seq, place",
                    **values,
                ),
            )
        return sorted(rows, key=lambda row: row.seq)

    def released(self, partner: str, after: int = 0, limit: int = 1000) -> list[Release]:
        """Return at most ``limit`` releases to ``partner`` after number ``after``, in order."""
        found = self._ask(
            "SELECT partner, number, body, salt FROM releases WHERE partner = :partner AND number > :after "
            "ORDER BY number LIMIT :count",
            partner=partner,
            after=within(after),
            count=at_least_0(limit),
        )
        return list(starmap(Release, found))

    def released_last(self, partner: str) -> int:
        """Return the last number of the log released to ``partner``, 0 if none."""
        return int(self._ask(RELEASED_LAST, partner=partner)[0][0])

    def kept(self, name: str, at_most: int | None = None) -> tuple[int, bytes] | None:
        """Return the latest kept (position, bytes) under ``name``, not after ``at_most``; None if none."""
        found = self._ask(
            "SELECT position, body FROM kept WHERE name = :name AND position <= :highest "
            "ORDER BY position DESC LIMIT 1",
            name=name,
            highest=LARGEST if at_most is None else within(at_most),
        )
        return (found[0][0], found[0][1]) if found else None

    def all_kept(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Yield every (position, bytes) kept under ``name``, in order of position."""
        after = -1
        while sizes := self._ask(
            "SELECT position, length(body) FROM kept WHERE name = :name AND position > :after "
            "ORDER BY position LIMIT :count",
            name=name,
            after=after,
            count=_PAGE_COUNT,
        ):
            end = _page_end(sizes)
            yield from map(
                tuple,
                self._ask(
                    "SELECT position, body FROM kept WHERE name = :name "
                    "AND position > :after AND position <= :end ORDER BY position",
                    name=name,
                    after=after,
                    end=end,
                ),
            )
            after = end

    def kept_names(self) -> list[str]:
        """Return every name under which something is kept, in order."""
        return [row[0] for row in self._ask("SELECT DISTINCT name FROM kept ORDER BY name")]


def at_least_0(limit: int) -> int:
    """Return how many rows to read: to SQLite, a negative limit means no limit."""
    return max(within(limit), 0)


def _page_end(sizes: Iterable[tuple[int, int]]) -> int:
    """Return the position up to which bodies fit into one page, the first one in any case."""
    end, total = -1, 0
    for position, size in sizes:
        total += size
        if end >= 0 and total > _PAGE:
            break
        end = position
    return end


def _joined(entries: Iterable[Any], releases: Iterable[Any]) -> list[Row]:
    """Return the rows with what they release."""
    released: dict[int, list[Release]] = {}
    for seq, *rest in releases:
        released.setdefault(seq, []).append(Release(*rest))
    if not released:
        return list(starmap(Row, entries))
    return [Row(*(*entry, tuple(released.get(entry[0], ())))) for entry in entries]
