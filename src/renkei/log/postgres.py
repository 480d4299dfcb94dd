"""A log in a PostgreSQL database, for several server processes of one node: one of them appends at a time.

Layer: log. An advisory lock that ends with the transaction lets appenders in one after the other, and the
server makes a transaction visible before it lets go of the lock: so numbers become visible in their order,
and a reader, whenever it looks, sees a beginning of the log without a gap. ``NOTIFY`` only wakes those who
wait; when it is lost, they find out at their next look.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition, Lock
from time import monotonic
from typing import Any, TypeVar

from pg8000.exceptions import DatabaseError

from renkei.log.address import Address, parse_address
from renkei.log.port import LogError, Row, StoreError
from renkei.log.reading import KEPT_AT, LAST, RELEASED_LAST, TableReader
from renkei.log.session import LOST, Session, array_of_bytes, array_of_numbers, array_of_texts, explained
from renkei.log.table import APPLICATION, FORMAT, check_group, check_kept, postgres_statements

_Answer = TypeVar("_Answer")
POLL = 0.25
"""Seconds between two looks of whoever waits and hears nothing."""
_IDLE = 8
_ENTRIES = (
    "INSERT INTO entries SELECT * FROM unnest(CAST(:seq AS bigint[]), CAST(:kind AS text[]), "
    "CAST(:subject AS text[]), CAST(:recorded AS bigint[]), CAST(:body AS bytea[]), CAST(:salt AS bytea[]))"
)
_RELEASES = (
    "INSERT INTO releases SELECT * FROM unnest(CAST(:seq AS bigint[]), CAST(:place AS bigint[]), "
    "CAST(:partner AS text[]), CAST(:number AS bigint[]), CAST(:body AS bytea[]), CAST(:salt AS bytea[]))"
)
_KEEP = "INSERT INTO kept VALUES (:name, :position, :body) ON CONFLICT DO NOTHING"


class PostgresLog(TableReader):
    """A log in a PostgreSQL database; see :class:`renkei.log.port.Log`."""

    def __init__(self, where: str | Address, *, writing: bool = True) -> None:
        """Open the store at an address; with ``writing`` make its tables if there are none.

        Raises:
            StoreError: The server cannot be reached or trusted, or what is there is no log of renkei.
        """
        self.address = where if isinstance(where, Address) else parse_address(where)
        self._may_write = writing
        self._pool = Lock()
        self._idle: list[Session] = []
        self._writing = Lock()
        self._listening = Lock()
        self._listener: Session | None = None
        self._grown = Condition()
        self._closed = False
        schema = self.address.schema
        self._lock = f"SELECT pg_advisory_xact_lock({APPLICATION}, hashtext('{schema}'))"
        self._channel = f"renkei_{schema}"
        try:
            with self._session() as session:
                _check_server(session)
                if writing:
                    self._make_tables(session)
                _check_tables(session)
        except BaseException:
            self.close()
            raise

    def append(self, rows: Sequence[Row]) -> None:
        """Append ``rows`` in one transaction, all or none; on the server's disk on return."""
        if not rows:
            return
        self._check_writable()
        with self._writing:
            try:
                self._again(lambda: self._insert(rows))
            except _UnknownError as unknown:
                self._settle(rows, unknown)

    def _insert(self, rows: Sequence[Row]) -> None:
        with self._session() as session, self._transaction(session):
            last = int(session.ask(LAST)[0][0])
            check_group(rows, last, lambda partner: int(session.ask(RELEASED_LAST, partner=partner)[0][0]))
            session.ask(
                _ENTRIES,
                seq=array_of_numbers(row.seq for row in rows),
                kind=array_of_texts(row.kind for row in rows),
                subject=array_of_texts(row.subject for row in rows),
                recorded=array_of_numbers(row.recorded for row in rows),
                body=array_of_bytes(row.body for row in rows),
                salt=array_of_bytes(row.salt for row in rows),
            )
            placed = [(row.seq, *placed) for row in rows for placed in enumerate(row.releases)]
            if placed:
                session.ask(
                    _RELEASES,
                    seq=array_of_numbers(seq for seq, _, _ in placed),
                    place=array_of_numbers(place for _, place, _ in placed),
                    partner=array_of_texts(release.partner for _, _, release in placed),
                    number=array_of_numbers(release.number for _, _, release in placed),
                    body=array_of_bytes(release.body for _, _, release in placed),
                    salt=array_of_bytes(release.salt for _, _, release in placed),
                )

    @contextmanager
    def _transaction(self, session: Session) -> Iterator[None]:
        """Run what is inside alone among all appenders, and end it."""
        session.run(f"BEGIN; {self._lock}")
        try:
            yield
        except (DatabaseError, LogError):
            session.run("ROLLBACK")
            raise
        try:
            session.run(f"NOTIFY {self._channel}; COMMIT")
        except (DatabaseError, *LOST) as error:
            raise _UnknownError(error) from error

    def _settle(self, rows: Sequence[Row], unknown: _UnknownError) -> None:
        """Find out whether a group whose end was not heard is in the log; random salts tell it apart."""
        try:
            with self._session() as session:
                # Whoever still ends that transaction holds the lock.
                session.run(f"BEGIN; {self._lock}")
                found = session.ask("SELECT salt, body FROM entries WHERE seq = :seq", seq=rows[-1].seq)
                session.run("COMMIT")
        except StoreError as error:
            raise StoreError(
                "RK606",
                f"the connection to {self.address} was lost while a group was appended",
                "Whether the group is in the log is seen when the server can be reached again.",
            ) from error
        if [tuple(row) for row in found] != [(rows[-1].salt, rows[-1].body)]:
            raise explained(unknown.cause, self.address) from unknown

    def keep(self, name: str, position: int, body: bytes) -> None:
        """Keep derived bytes under ``name`` and ``position``; adds, never replaces."""
        check_kept(name, position, body, None)
        self._check_writable()
        self._ask(_KEEP, name=name, position=position, body=body)
        (already,) = self._ask(KEPT_AT, name=name, position=position)[0]
        check_kept(name, position, body, already)

    def wait(self, after: int, timeout: float) -> int:
        """Wait until the log ends after number ``after``, at most ``timeout`` seconds."""
        end = monotonic() + timeout
        while (last := self.last()) <= after and (left := end - monotonic()) > 0:
            if self._listening.acquire(blocking=False):
                try:
                    self._listen(after, min(left, POLL))
                finally:
                    self._listening.release()
                with self._grown:
                    self._grown.notify_all()
            else:
                with self._grown:
                    self._grown.wait(min(left, POLL))
        return last

    def _listen(self, after: int, seconds: float) -> None:
        """Hear the next notification, if there is no news already; a lost connection is just silence."""
        if self._closed:
            return
        try:
            if self._listener is None:
                self._listener = Session(self.address)
                self._listener.run(f"LISTEN {self._channel}")
            if not self._listener.heard() and self.last() <= after:
                select.select([self._listener.descriptor], [], [], seconds)
        except (DatabaseError, *LOST):
            self._drop_listener()

    def _drop_listener(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def close(self) -> None:
        """Close the store; whoever waits is told."""
        with self._pool:
            self._closed = True
        self._drop_idle()
        with self._grown:
            self._grown.notify_all()
        with self._listening:
            self._drop_listener()

    def _check_writable(self) -> None:
        if not self._may_write:
            raise StoreError("RK607", f"{self.address} is open for reading only")

    def _ask(self, statement: str, **values: object) -> list[Any]:
        def once() -> list[Any]:
            with self._session() as session:
                return session.ask(statement, **values)

        return self._again(once)

    def _again(self, work: Callable[[], _Answer]) -> _Answer:
        """Do ``work``, and once more with a new connection where the server closed the one that was idle."""
        try:
            return work()
        except StoreError as error:
            if error.code != "RK617":
                raise
            self._drop_idle()
            return work()

    def _drop_idle(self) -> None:
        with self._pool:
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """Lend a session; one that failed is not lent again, since nobody knows what state it is in."""
        with self._pool:
            if self._closed:
                raise StoreError("RK613", f"{self.address} is closed")
            session = self._idle.pop() if self._idle else None
        session = session or Session(self.address)
        stays = False
        try:
            yield session
            stays = True
        except LogError:
            stays = True
            raise
        except (DatabaseError, *LOST) as error:
            raise explained(error, self.address) from error
        finally:
            with self._pool:
                stays &= len(self._idle) < _IDLE and not self._closed
                if stays:
                    self._idle.append(session)
            if not stays:
                session.close()

    def _make_tables(self, session: Session) -> None:
        session.run(f"BEGIN; {self._lock}")
        found = session.ask(
            "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = :schema", schema=self.address.schema
        )
        if found[0][0] == 0:
            for statement in postgres_statements(self.address.schema):
                session.run(statement)
        session.run("COMMIT")


class _UnknownError(Exception):
    """The end of a transaction was not heard."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def _check_server(session: Session) -> None:
    """Check that the server keeps what it acknowledges, and that it is not a copy that lags behind."""
    settings = dict(
        session.ask("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'server_encoding')")
    )
    if settings["fsync"] != "on":
        raise StoreError(
            "RK617",
            f"{session.address} runs with fsync off, so a power cut can destroy the log",
            "Turn it on.",
        )
    if settings["server_encoding"] != "UTF8":
        raise StoreError(
            "RK617", f"{session.address} has the encoding {settings['server_encoding']}, not UTF8"
        )
    if session.ask("SELECT pg_is_in_recovery()")[0][0]:
        raise StoreError("RK607", f"{session.address} is a copy", "Connect to the primary server.")


def _check_tables(session: Session) -> None:
    """Check that the schema is a log of renkei, of a format that this renkei knows, with its triggers."""
    schema = session.address.schema
    tables = {
        name
        for (name,) in session.ask(
            "SELECT tablename FROM pg_tables WHERE schemaname = :schema", schema=schema
        )
    }
    if "store" not in tables:
        raise StoreError("RK601" if tables else "RK603", f"{session.address} holds no log of renkei")
    formats = [number for (number,) in session.ask("SELECT format FROM store")]
    if formats != [FORMAT]:
        raise StoreError(
            "RK602" if max(formats, default=0) > FORMAT else "RK608",
            f"{session.address} has format {formats}; this renkei knows formats up to {FORMAT}",
        )
    wanted = sum(statement.startswith("CREATE TRIGGER") for statement in postgres_statements(schema))
    guards = session.ask(
        "SELECT count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
        "WHERE nspname = :schema AND tgname LIKE '%_only_grows' AND tgenabled IN ('O', 'A')",
        schema=schema,
    )
    if guards[0][0] != wanted:
        raise StoreError(
            "RK608",
            f"{session.address} lacks triggers that keep rows from being changed",
            "Somebody changed them; restore a backup, and compare both logs.",
        )
