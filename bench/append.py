"""How many events a second a log takes in with full durability, beside the ``eventsourcing`` library.

    python bench/append.py

Both append the same bytes to SQLite in WAL mode with ``synchronous=FULL`` (asked of the very connections that
write), one writer, on the same disk. renkei's node commits whatever commands wait as one group; eventsourcing
saves each command in a transaction of its own, so that is what the target is about. Its recorder, called past
its application with a whole group at once, is measured too. Both must return what was stored. Rates are
medians of alternating passes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random  # noqa: TID251 -- makes up texts, takes no part in a result
from statistics import median
from time import perf_counter
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from renkei.log.port import Release, Row
from renkei.log.sqlite import SqliteLog

GROUPS = {1: 1_500, 10: 10_000, 100: 40_000}
"""Events in one transaction -> events in one pass."""
PASSES = 5
TARGET = 3.0
READ = 1_000_000
SIZES = (180, 260, 420, 900)
"""Bytes of a body: a token moved, a message, a report."""


def make_rows(count: int, *, releases: bool = False) -> list[Row]:
    """Return rows as a node writes them: interleaved cases, some kinds, canonical JSON of various length."""
    chance = Random(1)
    rows = []
    for seq in range(1, count + 1):
        case = f"case-{seq % 50 + seq // 1000 * 50}"
        kind = ("task.completed/1", "token.moved/1", "message.sent/1", "case.opened/1")[seq % 4]
        size = chance.choice(SIZES)
        body = f'{{"case":"{case}","kind":"{kind}","seq":{seq},"text":"'.encode()
        body += chance.randbytes(size).hex()[: max(0, size - len(body) - 2)].encode() + b'"}'
        salt = chance.randbytes(16)
        given = (Release("jp", seq // 4, body, salt),) if releases and seq % 4 == 0 else ()
        rows.append(Row(seq, kind, case, 1_743_292_800_000_000 + seq, body, salt, given))
    return rows


def as_events(rows: list[Row]) -> list[StoredEvent]:
    """Return the same bytes as events of the peer: a case is an aggregate, salt and body are its state."""
    versions: dict[str, int] = {}
    events = []
    for row in rows:
        versions[row.subject] = version = versions.get(row.subject, 0) + 1
        case = UUID(int=int(row.subject.removeprefix("case-")) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)
        events.append(StoredEvent(case, version, row.kind, row.salt + row.body))
    return events


class Renkei:
    """The log of renkei in one file."""

    def __init__(self, folder: Path) -> None:
        self.log = SqliteLog(folder / "renkei.db")
        writer = self.log._writer  # noqa: SLF001
        assert writer is not None
        assert durable(lambda ask: writer.execute(ask).fetchone()[0])

    def append(self, rows: list[Row]) -> None:
        self.log.append(rows)

    def stored(self) -> list[tuple[str, bytes]]:
        found: list[Row] = []
        while page := self.log.read(len(found)):
            found += page
        return [(row.kind, row.salt + row.body) for row in found]

    def close(self) -> None:
        self.log.close()


class Peer:
    """The SQLite recorder of eventsourcing, with one connection, in one file."""

    def __init__(self, folder: Path) -> None:
        self.store = SQLiteDatastore(str(folder / "peer.db"), pool_size=1, max_overflow=0)
        with self.store.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            # WAL is its own choice; synchronous is whatever SQLite was built with, unless one says it.
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA cache_size = -16384")
        self.recorder = SQLiteApplicationRecorder(self.store)
        self.recorder.create_table()
        with self.store.get_connection(commit=True) as connection:
            cursor = connection.cursor()

            def asked(statement: str) -> object:
                cursor.execute(statement)
                return cursor.fetchone()[0]

            assert durable(asked)

    def append(self, events: list[StoredEvent]) -> None:
        self.recorder.insert_events(events)

    def stored(self) -> list[tuple[str, bytes]]:
        found: list[tuple[str, bytes]] = []
        while page := self.recorder.select_notifications(len(found) + 1, 1000):
            found += [(event.topic, event.state) for event in page]
        return found

    def close(self) -> None:
        self.store.close()


def durable(ask: Callable[[str], object]) -> bool:
    """Return whether a connection keeps a write-ahead log and flushes it at every commit."""
    return ask("PRAGMA journal_mode") == "wal" and ask("PRAGMA synchronous") == 2


def timed(kind: type[Renkei | Peer], items: list, group: int) -> tuple[float, list[tuple[str, bytes]]]:
    """Append ``items`` in groups to a new store; return items a second, and what is stored."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        store = kind(Path(folder))
        groups = [items[begin : begin + group] for begin in range(0, len(items), group)]
        begin = perf_counter()
        for each in groups:
            store.append(each)
        seconds = perf_counter() - begin
        stored = store.stored()
        store.close()
    return len(items) / seconds, stored


def compare() -> bool:
    """Print the table of rates; return whether both store the same and the target is reached."""
    rows = make_rows(max(GROUPS.values()))
    released = make_rows(max(GROUPS.values()), releases=True)
    events = as_events(rows)
    same, ones, lines = True, 1.0, []
    wanted = [(row.kind, row.salt + row.body) for row in rows]
    for group, count in GROUPS.items():
        passes = []
        for _ in range(PASSES):
            ours, our_bytes = timed(Renkei, rows[:count], group)
            theirs, their_bytes = timed(Peer, events[:count], group)
            giving, _ = timed(Renkei, released[:count], group)
            same &= our_bytes == their_bytes == wanted[:count]
            passes.append((ours, theirs, giving))
        ours, theirs, giving = (median(column) for column in zip(*passes, strict=True))
        if group == 1:
            ones = theirs
        lines.append((group, ours, giving, theirs, ours / theirs, ours / ones))
    print(f"Both stored the same {max(GROUPS.values())} events: {'yes' if same else 'NO'}.\n")
    columns = ["in a transaction", "renkei, events/s", "every fourth released", "eventsourcing, events/s"]
    columns += ["ratio", "ratio to eventsourcing as it is used, one in a transaction"]
    print(f"| {' | '.join(columns)} |")
    print("| --: | --: | --: | --: | --: | --: |")
    for group, ours, giving, theirs, ratio, used in lines:
        print(f"| {group} | {ours:,.0f} | {giving:,.0f} | {theirs:,.0f} | {ratio:.2f} | {used:.1f} |")
    reached = all(used >= TARGET for group, *_, used in lines if group > 1)
    return same and reached


def read_all() -> None:
    """Print how long a log of a million rows takes to read."""
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        store = Renkei(Path(folder))
        part = make_rows(10_000)
        begin = perf_counter()
        for offset in range(0, READ, len(part)):
            moved = [Row(r.seq + offset, r.kind, r.subject, r.recorded, r.body, r.salt) for r in part]
            store.append(moved)
        filled = perf_counter() - begin
        begin, after = perf_counter(), 0
        while page := store.log.read(after):
            after = page[-1].seq
        seconds = perf_counter() - begin
        begin = perf_counter()
        found = store.log.find(subject="case-77", after=500_000)
        looked = perf_counter() - begin
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        store.close()
    print(
        f"\n{after:,} rows ({size / 1e6:,.0f} MB): appended in groups of 10,000 in {filled:.1f} s, read in "
        f"{seconds:.2f} s ({after / seconds:,.0f} rows/s); {len(found)} rows of a case found in "
        f"{looked * 1e3:.1f} ms."
    )


def main() -> int:
    """Print the comparison; fail where the bytes differ or the target is missed."""
    held = compare()
    if "--quick" not in sys.argv:
        read_all()
    print("\nTarget: three times eventsourcing under group commit" + ("." if held else ": MISSED."))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
