"""A log in memory: for tests, demonstrations and small exercises. Gone with the process.

Layer: log.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from threading import Condition

from renkei.log.port import Release, Row, StoreError
from renkei.log.table import check_group, check_kept


class MemoryLog:
    """A log in memory; see :class:`renkei.log.port.Log`."""

    def __init__(self) -> None:
        """Start an empty log."""
        self._grown = Condition()
        self._rows: list[Row] = []
        self._released: dict[str, list[Release]] = {}
        self._kept: dict[str, dict[int, bytes]] = {}
        self._closed = False

    def append(self, rows: Sequence[Row]) -> None:
        """Append ``rows``, all or none."""
        with self._grown:
            self._check_open()
            if not rows:
                return
            check_group(rows, len(self._rows), self._released_last)
            self._rows.extend(rows)
            for row in rows:
                for release in row.releases:
                    self._released.setdefault(release.partner, []).append(release)
            self._grown.notify_all()

    def last(self) -> int:
        """Return the number of the last row, 0 for an empty log."""
        self._check_open()
        return len(self._rows)

    def read(self, after: int = 0, limit: int = 1000) -> list[Row]:
        """Return at most ``limit`` rows after number ``after``, in order."""
        self._check_open()
        begin = max(after, 0)
        return self._rows[begin : begin + max(limit, 0)]

    def find(
        self, *, kind: str = "", subject: str = "", after: int = 0, before: int = 0, limit: int = 100
    ) -> list[Row]:
        """Return rows of one kind or subject, in order."""
        self._check_open()
        found: list[Row] = []
        for row in self._rows[max(after, 0) : before - 1 if before > 0 else None]:
            if len(found) >= limit:
                break
            if row.kind.startswith(kind) and subject in {"", row.subject}:
                found.append(row)
        return found

    def released(self, partner: str, after: int = 0, limit: int = 1000) -> list[Release]:
        """Return at most ``limit`` releases to ``partner`` after number ``after``, in order."""
        self._check_open()
        begin = max(after, 0)
        return self._released.get(partner, [])[begin : begin + max(limit, 0)]

    def released_last(self, partner: str) -> int:
        """Return the last number of the log released to ``partner``, 0 if none."""
        self._check_open()
        return self._released_last(partner)

    def _released_last(self, partner: str) -> int:
        return len(self._released.get(partner, ()))

    def keep(self, name: str, position: int, body: bytes) -> None:
        """Keep derived bytes under ``name`` and ``position``; adds, never replaces."""
        with self._grown:
            self._check_open()
            check_kept(name, position, body, self._kept.get(name, {}).get(position))
            self._kept.setdefault(name, {})[position] = body

    def kept(self, name: str, at_most: int | None = None) -> tuple[int, bytes] | None:
        """Return the latest kept (position, bytes) under ``name``, not after ``at_most``; None if none."""
        every = self._sorted_kept(name)
        end = len(every) if at_most is None else bisect_right(every, at_most, key=lambda kept: kept[0])
        return every[end - 1] if end else None

    def all_kept(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Yield every (position, bytes) kept under ``name``, in order of position."""
        return iter(self._sorted_kept(name))

    def kept_names(self) -> list[str]:
        """Return every name under which something is kept, in order."""
        with self._grown:
            self._check_open()
            return sorted(self._kept)

    def _sorted_kept(self, name: str) -> list[tuple[int, bytes]]:
        with self._grown:
            self._check_open()
            return sorted(self._kept.get(name, {}).items())

    def wait(self, after: int, timeout: float) -> int:
        """Wait until the log ends after number ``after``, at most ``timeout`` seconds."""
        with self._grown:
            self._grown.wait_for(lambda: self._closed or len(self._rows) > after, timeout)
            return self.last()

    def close(self) -> None:
        """Close the log; whoever waits is told."""
        with self._grown:
            self._closed = True
            self._grown.notify_all()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("RK613", "the log is closed")
