"""The clock of a node: moments as whole microseconds since 1970 in UTC, exact in every store.

Layer: the lowest; imports nothing of renkei. Whatever decides takes the moment as an argument; only a node
asks a clock, and tests give it one that they move by hand.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

SECOND = 1_000_000
"""Microseconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Something that tells the moment."""

    def now(self) -> int:
        """Return the moment, in microseconds since 1970 (UTC)."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> int:
        """Return the moment, in microseconds since 1970 (UTC)."""
        return time.time_ns() // 1000


@dataclass
class ManualClock:
    """A clock that stands still until it is moved."""

    moment: int = 0

    def now(self) -> int:
        """Return the moment it was last moved to."""
        return self.moment

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self.moment += round(seconds * SECOND)


def to_text(moment: int) -> str:
    """Return a moment as ISO 8601 in UTC, ``2024-01-01T07:10:00.000000Z``."""
    return (_EPOCH + timedelta(microseconds=moment)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> int:
    """Return the moment that an ISO 8601 text with an offset tells.

    Raises:
        ValueError: The text is no moment, or has no offset from UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return (moment - _EPOCH) // timedelta(microseconds=1)
