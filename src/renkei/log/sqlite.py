"""A log in an SQLite file: one process writes, any number read, every append is on the disk when it returns.

Layer: log. Write-ahead logging with ``synchronous=FULL``; one connection writes, others read, so that reading
never waits. A group of rows is one transaction.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Condition, RLock
from typing import Any

from renkei.log.guard import WriterGuard
from renkei.log.port import Row, StoreError
from renkei.log.reading import KEPT_AT, LAST, RELEASED_LAST, TableReader
from renkei.log.table import (
    APPLICATION,
    FORMAT,
    check_group,
    check_kept,
    sqlite_statements,
)

PATIENCE = 5.0
"""Seconds to wait for a lock that some other program holds on the file."""
POLL = 0.1
"""Seconds between two looks of a log that is open for reading only."""
_IDLE_READERS = 8
_CACHE = 16 << 10
"""Pages cache of the writer in KiB: the inner pages of the indexes of some ten million rows."""
_AHEAD = 4_000
"""Pages that the write-ahead log holds before they are put in their places: the more, the fewer flushes."""


class SqliteLog(TableReader):
    """A log in an SQLite file; see :class:`renkei.log.port.Log`."""

    def __init__(self, path: str | Path, *, writing: bool = True, resting: bool = False) -> None:
        """Open the store at ``path``; with ``writing`` make it if it is not there.

        Without ``writing``, another process may be writing it; one that is ``resting`` nobody writes, and
        nothing appears beside it.

        Raises:
            StoreError: There is no store, it is not one, or another process writes it.
        """
        # A link and the file that it leads to have one guard.
        self.path = Path(path).resolve()
        self._grown = Condition()
        self._writing = RLock()
        self._readers: list[sqlite3.Connection] = []
        self._closed = False
        self._broken: StoreError | None = None
        self._writer: sqlite3.Connection | None = None
        self._last = 0
        if not writing:
            self._uri = _readable(self.path, resting=resting)
            with self._reader() as connection:
                _check_format(connection, self.path)
            return
        self._uri = f"{self.path.as_uri()}?mode=ro"
        self._guard = WriterGuard(self.path)
        try:
            self._writer = _open_writer(self.path)
            self._last = int(self._writer.execute(LAST).fetchone()[0])
        except sqlite3.Error as error:
            self.close()
            raise explained(error, self.path) from error
        except StoreError:
            self.close()
            raise

    def append(self, rows: Sequence[Row]) -> None:
        """Append ``rows`` in one transaction, all or none; on the disk on return."""
        if not rows:
            return
        with self._writing:
            with self._transaction() as connection:
                # The last number is that of the last group: nobody else writes as long as the guard holds.
                check_group(rows, self._last, partial(_number, connection, RELEASED_LAST))
                for statement, values in _insertions(rows):
                    connection.execute(statement, values)
                releases = [
                    (row.seq, place, release.partner, release.number, release.body, release.salt)
                    for row in rows
                    for place, release in enumerate(row.releases)
                ]
                if releases:
                    connection.executemany("INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?)", releases)
            with self._grown:
                self._last = rows[-1].seq
                self._grown.notify_all()

    def last(self) -> int:
        """Return the number of the last row, 0 for an empty log."""
        if self._writer is not None and not self._closed:
            return self._last
        return super().last()

    def keep(self, name: str, position: int, body: bytes) -> None:
        """Keep derived bytes under ``name`` and ``position``; adds, never replaces."""
        check_kept(name, position, body, None)
        with self._transaction() as connection:
            found = connection.execute(KEPT_AT, (name, position)).fetchone()
            check_kept(name, position, body, found and found[0])
            if found is None:
                connection.execute("INSERT INTO kept VALUES (?, ?, ?)", (name, position, body))

    def copy_file(self, target: Path) -> None:
        """Copy the store into the new file ``target``, as it is at one moment; appends go on meanwhile."""
        with self._reader() as connection:
            copy = sqlite3.connect(target, isolation_level=None)
            try:
                connection.backup(copy)
            finally:
                copy.close()

    def wait(self, after: int, timeout: float) -> int:
        """Wait until the log ends after number ``after``, at most ``timeout`` seconds."""
        with self._grown:
            if self._writer is not None:
                self._grown.wait_for(lambda: self._closed or self._last > after, timeout)
            else:
                looks = max(1, -int(-timeout // POLL))
                while self.last() <= after and looks and not self._closed:
                    self._grown.wait(min(POLL, timeout))
                    looks -= 1
            return self.last()

    def close(self) -> None:
        """Close the store; whoever waits is told."""
        with self._grown:
            already, self._closed = self._closed, True
            self._grown.notify_all()
        if already:
            return
        with self._writing:
            for connection in (*self._readers, self._writer):
                if connection is not None:
                    with suppress(sqlite3.Error):
                        connection.close()
            self._readers.clear()
            if guard := getattr(self, "_guard", None):
                guard.release()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Run what is inside as one transaction that is durable on leaving, or did not happen."""
        with self._writing:
            connection = self._check_writable()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                self._commit(connection)
            except sqlite3.Error as error:
                raise explained(error, self.path) from error
            finally:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):
                        connection.rollback()

    def _commit(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if _primary(error) == sqlite3.SQLITE_IOERR:
                # What was not flushed may be on the disk or not, and the system tells it only once.
                self._broken = StoreError(
                    "RK606",
                    f"{self.path} failed while a group was written: {error}",
                    "Whether the group is in the log is seen after the store is opened again.",
                )
                raise self._broken from error
            raise

    def _check_writable(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError("RK613", f"{self.path} is closed")
        if self._broken is not None:
            raise self._broken
        if self._writer is None:
            raise StoreError("RK607", f"{self.path} is open for reading only")
        return self._writer

    def _ask(self, statement: str, **values: object) -> list[Any]:
        with self._reader() as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that reads."""
        connection: sqlite3.Connection | None = None
        try:
            with self._grown:
                if self._closed:
                    raise StoreError("RK613", f"{self.path} is closed")
                connection = self._readers.pop() if self._readers else None
            connection = connection or _connect(self._uri)
            yield connection
        except (sqlite3.Error, OverflowError) as error:
            raise explained(error, self.path) from error
        finally:
            if connection is not None:
                with self._grown:
                    idle = not self._closed and len(self._readers) < _IDLE_READERS
                    if idle:
                        self._readers.append(connection)
                if not idle:
                    connection.close()


def _insertions(rows: Sequence[Row]) -> Iterator[tuple[str, list[object]]]:
    """Yield the statements that insert ``rows``, each with its values.

    One statement inserts many rows, since for each statement SQLite gives up the interpreter to whoever else
    computes, and must wait to get it back. There are few lengths, so that each is compiled once; what a
    statement has room for beyond the rows is NULL, and not inserted.
    """
    for begin in range(0, len(rows), _MOST):
        part = rows[begin : begin + _MOST]
        columns = ((r.seq, r.kind, r.subject, r.recorded, r.body, r.salt) for r in part)
        values: list[object] = list(chain.from_iterable(columns))
        length = next(length for length in _INSERTIONS if length >= len(part))
        values += [None] * (_COLUMNS * length - len(values))
        yield _INSERTIONS[length], values


_MOST, _COLUMNS = 512, 6
_INSERTIONS = {
    length: "INSERT INTO entries SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?)"
    + ", (?, ?, ?, ?, ?, ?)" * (length - 1)
    + ") WHERE column1 NOT NULL"
    for length in (1, 2, 4, 8, 16, 32, 64, 128, 256, _MOST)
}
"""Rows that a statement has room for -> the statement."""


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _readable(path: Path, *, resting: bool) -> str:
    """Return the address for reading ``path``.

    A store at rest where nothing can be written has nobody who could change it, and SQLite has to be told.
    """
    if not path.is_file():
        raise StoreError("RK603", f"there is no store at {path}")
    if not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists():
        resting = True
    return f"{path.as_uri()}?mode=ro{'&immutable=1' if resting else ''}"


def _open_writer(path: Path) -> sqlite3.Connection:
    new = not path.exists()
    connection = _connect(f"{path.as_uri()}?mode=rwc")
    try:
        if not _is_empty(connection, path):
            _check_format(connection, path)
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        _keep_ahead(connection, path)
        # Both, so that the disk and not only its cache has it, where the system makes a difference.
        for setting in ("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON"):
            connection.execute(f"PRAGMA {setting}")
        # What a statement that fails has to take back is kept in memory, not in a file beside the store.
        for setting in ("temp_store = MEMORY", f"wal_autocheckpoint = {_AHEAD}"):
            connection.execute(f"PRAGMA {setting}").fetchall()
        if _is_empty(connection, path):
            _make_tables(connection)
        # What a killed process wrote and did not flush is in the log from here on, so it must not get lost.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if new:
            flush_folder(path.parent)
    except BaseException:
        connection.close()
        raise
    return connection


def _keep_ahead(connection: sqlite3.Connection, path: Path) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreError("RK618", f"{path} cannot keep a write-ahead log", "Use a local file system.")


def flush_folder(folder: Path) -> None:
    """Put the names in ``folder`` on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in sqlite_statements():
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def _marks(connection: sqlite3.Connection, path: Path) -> tuple[int, int, set[str]]:
    """Return application id, format and the statements that made what is in the file."""
    try:
        statements = {
            statement
            for (statement,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
        }
        return (
            _number(connection, "PRAGMA application_id"),
            _number(connection, "PRAGMA user_version"),
            statements,
        )
    except sqlite3.DatabaseError as error:
        if _primary(error) == sqlite3.SQLITE_NOTADB:
            raise StoreError("RK601", f"{path} is not an SQLite file") from error
        raise explained(error, path) from error


def _is_empty(connection: sqlite3.Connection, path: Path) -> bool:
    """Return whether nothing was ever stored: a new file, or one whose making was cut short."""
    return _marks(connection, path) == (0, 0, set())


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    application, version, statements = _marks(connection, path)
    if application != APPLICATION:
        raise StoreError("RK601", f"{path} is not a log of renkei")
    if version > FORMAT:
        raise StoreError("RK602", f"{path} has format {version}; this renkei knows formats up to {FORMAT}")
    if statements != set(sqlite_statements()):
        raise StoreError(
            "RK608",
            f"the tables or triggers of {path} are not those that renkei makes",
            "Somebody changed them; restore a backup, and compare both logs.",
        )


def _number(connection: sqlite3.Connection, statement: str, *values: object) -> int:
    return int(connection.execute(statement, values).fetchone()[0])


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


_MEANINGS = {
    sqlite3.SQLITE_BUSY: ("RK600", "is locked by another program", "Close what else has the file open."),
    sqlite3.SQLITE_LOCKED: ("RK600", "is locked by another program", "Close what else has the file open."),
    sqlite3.SQLITE_NOTADB: ("RK608", "is damaged", "Restore a backup, and compare both logs."),
    sqlite3.SQLITE_CORRUPT: ("RK608", "is damaged", "Restore a backup, and compare both logs."),
    sqlite3.SQLITE_FULL: ("RK605", "does not fit on its disk any more", "Nothing was lost; make room."),
    sqlite3.SQLITE_READONLY: ("RK607", "cannot be written", "Check the rights of the file and its folder."),
    sqlite3.SQLITE_CANTOPEN: (
        "RK603",
        "cannot be opened",
        "Check the path, and the rights on the way to it.",
    ),
    sqlite3.SQLITE_PERM: ("RK603", "cannot be opened", "Check the path, and the rights on the way to it."),
}


def explained(error: Exception, path: Path) -> StoreError:
    """Return what an error of SQLite means for the store at ``path``."""
    primary = _primary(error) if isinstance(error, sqlite3.Error) else 0
    code, what, hint = _MEANINGS.get(
        primary, ("RK618", "failed", "Check the disk, and open the store again.")
    )
    return StoreError(code, f"{path} {what}: {error}", hint)
