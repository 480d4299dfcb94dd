"""Moments as people write and read them: ISO 8601, local time where no zone is said, or a duration from now.

Layer: interfaces.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from renkei.clock import SECOND, Clock, SystemClock
from renkei.model.values import parse_duration

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_moment(text: str, clock: Clock | None = None) -> int:
    """Return the moment that ``text`` tells, in microseconds since 1970 (UTC).

    ``2024-01-01T16:10+09:00`` says its zone, ``2024-01-01T16:10`` is in the zone of this machine, and
    ``PT2H`` is two hours from now.

    Raises:
        ValueError: It is neither.
    """
    if text[:1] in {"P", "p"}:
        return (clock or SystemClock()).now() + round(parse_duration(text) * SECOND)
    moment = datetime.fromisoformat(text)
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def local_time(moment: int) -> str:
    """Return a moment in the zone of this machine, with its offset: ``2024-01-01 16:10:00 +09:00``."""
    local = (_EPOCH + timedelta(microseconds=moment)).astimezone()
    return local.replace(microsecond=0).isoformat(sep=" ").replace("+", " +", 1)


def minute(moment: int) -> str:
    """Return a moment in the zone of this machine, to the minute: ``2024-01-01 16:10+09:00``."""
    local = (_EPOCH + timedelta(microseconds=moment)).astimezone()
    return local.isoformat(sep=" ", timespec="minutes")


def universal_time(moment: int) -> str:
    """Return a moment in UTC: ``2024-01-01 07:10:00Z``."""
    return (_EPOCH + timedelta(microseconds=moment)).strftime("%Y-%m-%d %H:%M:%SZ")


def both_times(moment: int) -> str:
    """Return a moment in the zone of this machine and in UTC; once, where they are the same."""
    local = (_EPOCH + timedelta(microseconds=moment)).astimezone()
    if not local.utcoffset():
        return universal_time(moment)
    return f"{local_time(moment)} ({universal_time(moment)[11:]})"


def span(seconds: float) -> str:
    """Return a length of time in at most two units: ``2 d 3 h``, ``45 min``, ``12 s``."""
    left, parts = round(abs(seconds)), []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return ("-" if seconds < 0 else "") + (" ".join(parts[:2]) or "0 s")
