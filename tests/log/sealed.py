"""Sealed logs for tests, and stores that somebody changed past renkei: in memory and by direct SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from renkei.log.checkpoint import CHECKPOINT, COSIGNED, cosign_checkpoint, kept_name
from renkei.log.memory import MemoryLog
from renkei.log.note import Signer
from renkei.log.port import Log, Release, Row
from renkei.log.seal import Sealer
from renkei.log.sqlite import SqliteLog

PARTNERS = ("usa", "nato")
SECOND = 1_000_000
START = 1_743_292_800 * SECOND
Kept = dict[tuple[str, int], bytes]


def signer(party: str, mark: int = 1) -> Signer:
    """Return the key of ``party``; another ``mark`` is another key of the same name."""
    seed = sha256(f"{party}{mark}".encode()).digest()
    return Signer(f"renkei/{party}", Ed25519PrivateKey.from_private_bytes(seed))


JPN, USA = signer("jpn"), signer("usa")
KEYS = [JPN.verifier, USA.verifier]


def salt(*what: object) -> bytes:
    """Return bytes that are different for everything."""
    return sha256(repr(what).encode()).digest()[:16]


@dataclass
class Contents:
    """What is in a store, free to be changed."""

    rows: list[Row] = field(default_factory=list)
    kept: Kept = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep what was changed apart from where it came from."""
        self.rows = list(self.rows)
        self.kept = dict(self.kept)

    def renumber(self) -> None:
        """Let the numbers of rows follow one another."""
        self.rows = [replace(row, seq=number) for number, row in enumerate(self.rows, 1)]

    def change(self, seq: int, **fields: object) -> None:
        """Change fields of the row ``seq``."""
        self.rows[seq - 1] = replace(self.rows[seq - 1], **fields)  # type: ignore[arg-type]

    def forget_after(self, size: int, sizes: dict[str, int]) -> None:
        """Remove what is kept after ``size`` of the log, and after ``sizes`` of what it released."""
        limits = {"": size, **sizes}
        self.kept = {
            (name, position): body
            for (name, position), body in self.kept.items()
            if position <= limits.get(name.partition(":")[2], 0)
        }

    def into_memory(self) -> MemoryLog:
        """Return a log in memory that holds this, whatever it is."""
        log = MemoryLog()
        log._rows = self.rows
        for row in self.rows:
            for release in row.releases:
                log._released.setdefault(release.partner, []).append(release)
        for (name, position), body in self.kept.items():
            log._kept.setdefault(name, {})[position] = body
        return log

    def into_sqlite(self, path: Path) -> SqliteLog:
        """Return a log in a file into which this was written by direct SQL, whatever it is."""
        if not path.exists():
            SqliteLog(path).close()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("PRAGMA synchronous = OFF")
            triggers = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute("BEGIN")
            for table in ("releases", "entries", "kept"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- a fixed name
            connection.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)",
                [(row.seq, row.kind, row.subject, row.recorded, row.body, row.salt) for row in self.rows],
            )
            connection.executemany(
                "INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (row.seq, place, release.partner, release.number, release.body, release.salt)
                    for row in self.rows
                    for place, release in enumerate(row.releases)
                ],
            )
            connection.executemany(
                "INSERT INTO kept VALUES (?, ?, ?)",
                [(name, position, body) for (name, position), body in self.kept.items()],
            )
            # Whoever knows what a store looks like leaves no traces there.
            for _, statement in triggers:
                connection.execute(statement)
            connection.execute("COMMIT")
        return SqliteLog(path, writing=False)


def make_row(seq: int, numbers: dict[str, int], mark: str = "") -> Row:
    """Return row ``seq``; every second is released to one partner, and every sixth to the other too."""
    releases = []
    for every, partner in ((2, "usa"), (6, "nato")):
        if seq % every == 0:
            numbers[partner] = numbers.get(partner, 0) + 1
            body = f'{{"kind":"told","of":{seq},"mark":"{mark}"}}'.encode()
            releases.append(Release(partner, numbers[partner], body, salt(seq, partner, mark)))
    return Row(
        seq,
        "case.opened/1" if seq % 3 else "message.sent/1",
        f"jpn-case-{seq // 5}",
        START + seq * SECOND,
        f'{{"at":{seq},"type":"case.opened","mark":"{mark}"}}'.encode(),
        salt(seq, mark),
        tuple(releases),
    )


def make_rows(count: int, mark: str = "") -> list[Row]:
    """Return the first ``count`` rows of a log."""
    numbers: dict[str, int] = {}
    return [make_row(seq, numbers, mark) for seq in range(1, count + 1)]


def grow(log: Log, rows: list[Row], sizes: Collection[int], key: Signer = JPN) -> Sealer:
    """Append ``rows`` one by one and seal at ``sizes``; the partner cosigns every second seal of its log."""
    sealer = Sealer(log, "jpn", key)
    seals = 0
    for row in rows:
        log.append([row])
        sealer.add([row])
        if row.seq in sizes:
            notes = sealer.seal()
            seals += 1
            if seals % 2 and "usa" in notes:
                number = log.released_last("usa")
                cosigned = cosign_checkpoint(notes["usa"], USA.witness(row.recorded))
                log.keep(kept_name(COSIGNED, "usa"), number, cosigned)
    return sealer


def grown_in_pieces(count: int, sizes: Collection[int], restarts: set[int]) -> tuple[MemoryLog, Sealer]:
    """Return a log of ``count`` rows, sealed at ``sizes`` by one process after the other.

    A new one begins at each of ``restarts``; the sealer is that of the last.
    """
    log, rows, begin = MemoryLog(), make_rows(count), 0
    for end in sorted({each for each in restarts if each < count} | {count}):
        sealer = grow(log, rows[begin:end], sizes)
        begin = end
    return log, sealer


def contents_of(log: Log) -> Contents:
    """Return what is in a log."""
    kept = {(name, position): body for name in log.kept_names() for position, body in log.all_kept(name)}
    return Contents(log.read(0, log.last()), kept)


def sealed_contents(count: int, sizes: list[int], mark: str = "", key: Signer = JPN) -> Contents:
    """Return what is in a log of ``count`` rows that was sealed at ``sizes``."""
    log = MemoryLog()
    grow(log, make_rows(count, mark), sizes, key)
    return contents_of(log)


def latest(log: Log, name: str = CHECKPOINT) -> bytes:
    """Return what a log kept last under ``name``."""
    kept = log.kept(name)
    assert kept is not None
    return kept[1]


Change = Callable[[Contents], None]
