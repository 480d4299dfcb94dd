"""What every store of a log can do: append, read, keep snapshots. Nothing updates, nothing deletes.

Layer: log. A *row* is one entry as stored: its bytes are canonical JSON that the store never looks into. A
row may carry what it *releases*: the bytes that one partner gets, under the next number of that partner's
released log. Both are written in one transaction, so a released log never runs ahead of its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from renkei.errors import Problem, RenkeiError

SALT_BYTES = 16
"""Random bytes that hide an entry in the hash that stands for it."""

KEPT_ALREADY = "RK612"
"""Code of the error that other bytes are kept already under a name and position."""


class LogError(RenkeiError):
    """A store did not do what it was asked; holds the one problem that tells why, and what to do."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        """Keep the problem."""
        self.problem = Problem(code, message, hint)
        super().__init__(str(self.problem))

    @property
    def code(self) -> str:
        """The rule code, for example ``RK600``."""
        return self.problem.code


class OvertakenError(LogError):
    """Another process appended first; read what it appended, decide again, and append then."""


class StoreError(LogError):
    """A store cannot be opened, written or trusted; says which, and what to do."""


class Release(Struct, frozen=True, gc=False):
    """What a row gives to one partner."""

    partner: str
    number: int
    """Position in the partner's released log, from 1, without gaps."""
    body: bytes
    salt: bytes


class Row(Struct, frozen=True, gc=False):
    """One entry as stored."""

    seq: int
    """Position in the log, from 1, without gaps."""
    kind: str
    """Type of the event with its version, for example ``case.opened/1``; for searching."""
    subject: str
    """Case or item that the entry is about, '' where none; for searching."""
    recorded: int
    """When the node recorded it, microseconds since 1970 (UTC)."""
    body: bytes
    salt: bytes
    releases: tuple[Release, ...] = ()


class Log(Protocol):
    """An append-only log.

    All methods may be called from any thread. One process writes at a time (PostgreSQL: one at a time among
    several); reading never waits for writing and never sees a row before its transaction is durable, or a
    row without all rows before it.
    """

    def append(self, rows: Sequence[Row]) -> None:
        """Append ``rows``, whose numbers go on without a gap, all or none; durable on return.

        Raises:
            OvertakenError: The log already ends at or after the first row's ``seq``.
            StoreError: The store failed; nothing was appended. RK606 alone leaves that open: what is in the
                log is seen after it is opened again.
        """

    def last(self) -> int:
        """Return the number of the last row, 0 for an empty log."""

    def read(self, after: int = 0, limit: int = 1000) -> list[Row]:
        """Return at most ``limit`` rows after number ``after``, in order (``releases`` included)."""

    def find(
        self, *, kind: str = "", subject: str = "", after: int = 0, before: int = 0, limit: int = 100
    ) -> list[Row]:
        """Return rows of one kind (a prefix such as ``case.``) or subject, in order.

        ``after`` and ``before`` are numbers of rows, exclusive; ``before=0`` means no bound.
        """

    def released(self, partner: str, after: int = 0, limit: int = 1000) -> list[Release]:
        """Return at most ``limit`` releases to ``partner`` after number ``after``, in order."""

    def released_last(self, partner: str) -> int:
        """Return the last number of the log released to ``partner``, 0 if none."""

    def keep(self, name: str, position: int, body: bytes) -> None:
        """Keep a snapshot, a checkpoint or other derived bytes under ``name`` and ``position``.

        Adds, never replaces. Keeping the same name and position twice is allowed when the bytes are equal.

        Raises:
            StoreError: Other bytes stand there (``KEPT_ALREADY``), or the store failed.
        """

    def kept(self, name: str, at_most: int | None = None) -> tuple[int, bytes] | None:
        """Return the latest kept (position, bytes) under ``name``, not after ``at_most``; None if none."""

    def all_kept(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Yield every (position, bytes) kept under ``name``, in order of position."""

    def kept_names(self) -> list[str]:
        """Return every name under which something is kept, in order."""

    def wait(self, after: int, timeout: float) -> int:
        """Wait until the log ends after number ``after``, at most ``timeout`` seconds; return ``last()``."""

    def close(self) -> None:
        """Close the store; the log object cannot be used afterwards."""
