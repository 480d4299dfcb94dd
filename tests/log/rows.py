"""Rows for tests, and a slow and obvious model of what a log holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from renkei.log.port import SALT_BYTES, Log, Release, Row

PARTNERS = ("jp", "us", "相手")


def salt(*what: object) -> bytes:
    """Return bytes that are different for everything, and the same in every run."""
    return hashlib.sha256(repr(what).encode()).digest()[:SALT_BYTES]


def make_row(seq: int, released: dict[str, int] | None = None, *, size: int = 40, mark: str = "") -> Row:
    """Return a row whose every field follows from its number; ``released`` is partner -> number."""
    body = (f'{{"n":{seq},"m":"{mark}"}}' + "x" * size).encode()
    return Row(
        seq=seq,
        kind=("case.opened/1", "case.closed/2", "message.sent/1")[seq % 3],
        subject="" if seq % 4 == 0 else f"case-{seq // 5}",
        recorded=1_743_292_800_000_000 + seq,
        body=body,
        salt=salt(seq, mark),
        releases=tuple(
            Release(partner, number, b"to " + partner.encode() + body[::-1], salt(seq, partner, mark))
            for partner, number in (released or {}).items()
        ),
    )


def make_rows(first: int, count: int, *, size: int = 40, mark: str = "") -> list[Row]:
    """Return rows of a log in which every third row is released to ``jp``, and every sixth to ``us`` too."""
    return [
        make_row(
            seq,
            ({"jp": seq // 3} if seq % 3 == 0 else {}) | ({"us": seq // 6} if seq % 6 == 0 else {}),
            size=size,
            mark=mark,
        )
        for seq in range(first, first + count)
    ]


def everything(log: Log) -> list[Row]:
    """Return all rows, page by page, and check that no number is missing."""
    rows: list[Row] = []
    while page := log.read(len(rows), 997):
        rows += page
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    return rows


def check_whole(log: Log) -> list[Row]:
    """Check that the released logs are exactly what the rows release, and return the rows."""
    rows = everything(log)
    assert log.last() == len(rows)
    for partner in {release.partner for row in rows for release in row.releases} | set(PARTNERS):
        given = [release for row in rows for release in row.releases if release.partner == partner]
        assert log.released(partner, 0, len(given) + 1) == given
        assert [release.number for release in given] == list(range(1, len(given) + 1))
        assert log.released_last(partner) == len(given)
    return rows


@dataclass
class NaiveLog:
    """What a log holds, as a list; every question is answered by looking at everything."""

    rows: list[Row] = field(default_factory=list)
    kept: list[tuple[str, int, bytes]] = field(default_factory=list)

    def given(self, partner: str) -> list[Release]:
        return [release for row in self.rows for release in row.releases if release.partner == partner]

    def found(self, kind: str, subject: str, after: int, before: int, limit: int) -> list[Row]:
        wanted = [
            row
            for row in self.rows
            if row.kind[: len(kind)] == kind
            and (not subject or row.subject == subject)
            and row.seq > after
            and (before <= 0 or row.seq < before)
        ]
        return wanted[: max(limit, 0)]

    def all_kept(self, name: str) -> list[tuple[int, bytes]]:
        return sorted((position, body) for known, position, body in self.kept if known == name)
