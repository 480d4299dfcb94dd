"""A log read from its first row to its last, and hashed again: the leaves of its trees as they are now.

Layer: log. What can be told without any signature is told here: numbers that do not follow one another, times
that go back, releases that no entry lets go, rows that cannot be read. Whoever wrote the store may have
written anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from renkei.errors import UsageError
from renkei.log.checkpoint import is_party
from renkei.log.commitment import release_leaf, row_leaf
from renkei.log.finding import Finding
from renkei.log.history import ABSENT, UNFIT, History
from renkei.log.port import Log, LogError, Release, Row

MAX_GAP = 100_000
"""Missing numbers in a row beyond which what follows is not looked at."""
MAX_UNREADABLE = 100
"""Rows that cannot be read after which no more is tried."""
_PAGE = 1000


class Recount:
    """What one reading of a log gave."""

    def __init__(self, log: Log) -> None:
        """Prepare to read ``log``."""
        self._log = log
        self.own = History("")
        """The tree of the log itself."""
        self.released: dict[str, History] = {}
        """Partner -> the tree of what the entries released to it."""
        self.findings: list[Finding] = []

    def read(self, last: int) -> None:
        """Read all rows up to number ``last``."""
        recorded = None
        for row in self._rows(last):
            expected = self.own.size + 1
            if row.seq != expected:
                self.findings.append(_gap(expected, row.seq))
            if not expected <= row.seq <= expected + MAX_GAP:
                return
            self.own.leaves += ABSENT * (row.seq - expected) + self._leaf(row)
            if recorded is not None and row.recorded < recorded:
                message = f"entry {row.seq} was recorded before the one before it"
                self.findings.append(Finding("RK632", message, row.seq, row.seq))
            recorded = row.recorded
            for release in row.releases:
                self._add(release, row.seq)

    def compare(self, partners: Iterable[str]) -> None:
        """See that what partners get is what the entries release; ``partners``: who may ask besides."""
        for partner in sorted({*self.released, *filter(is_party, partners)}):
            tree = self.released.setdefault(partner, History(partner))
            try:
                self._compare(partner, tree)
            except LogError as error:
                message = f"what {partner} gets cannot be read: {error.problem.message}"
                self.findings.append(Finding(error.code, message, 0, 0, partner))

    def _rows(self, last: int) -> Iterator[Row]:
        """Yield the rows; where a page cannot be read, all that can be read one by one."""
        after, limit, unreadable = 0, _PAGE, 0
        while after < last:
            try:
                page = self._log.read(after, limit)
            except LogError as error:
                if limit == 1:
                    after, unreadable = self._unreadable(after, error), unreadable + 1
                if unreadable > MAX_UNREADABLE:
                    return
                limit = 1
                continue
            yield from (row for row in page if row.seq <= last)
            if not page or page[-1].seq <= after:
                return
            after = page[-1].seq

    def _unreadable(self, after: int, error: LogError) -> int:
        number = after + 1
        message = f"entry {number} cannot be read: {error.problem.message}"
        self.findings.append(Finding(error.code, message, number, number))
        self.own.leaves += UNFIT
        return number

    def _leaf(self, entry: Row | Release) -> bytes:
        try:
            return row_leaf(entry) if isinstance(entry, Row) else release_leaf(entry)
        except (UsageError, TypeError, AttributeError) as error:
            number, partner = (entry.seq, "") if isinstance(entry, Row) else (entry.number, entry.partner)
            self.findings.append(
                Finding("RK625", f"entry {number} is none: {error}", number, number, partner)
            )
            return UNFIT

    def _add(self, release: Release, seq: int) -> None:
        if not is_party(release.partner):
            message = f"entry {seq} releases something to {release.partner!r}, which is no party"
            self.findings.append(Finding("RK633", message, seq, seq))
            return
        tree = self.released.setdefault(release.partner, History(release.partner))
        expected = tree.size + 1
        if release.number != expected:
            message = f"entry {seq} releases number {release.number}, where {expected} follows"
            self.findings.append(Finding("RK633", message, release.number, release.number, release.partner))
        if expected <= release.number <= expected + MAX_GAP:
            tree.leaves += ABSENT * (release.number - expected) + self._leaf(release)

    def _compare(self, partner: str, tree: History) -> None:
        after = 0
        while page := self._log.released(partner, after, _PAGE):
            for release in page:
                index = release.number - 1
                # The log may grow meanwhile: what came after the rows that were read is not judged. Asked of
                # the rows, since ``last()`` may come to know of an append a moment after they can be read.
                if index >= tree.size and self._log.read(self.own.size, 1):
                    return
                if self._leaf(release) != tree.between(index, index + 1):
                    message = f"the partner gets number {release.number}, but no entry released it so"
                    self.findings.append(Finding("RK633", message, release.number, release.number, partner))
            if page[-1].number <= after:
                return
            after = page[-1].number


def _gap(expected: int, found: int) -> Finding:
    if found < expected:
        message = f"number {found} stands where {expected} has to follow"
        return Finding("RK631", message, found, found)
    message = f"the numbers go from {expected - 1} to {found}: what was between is not there"
    return Finding("RK631", message, expected, found - 1)
