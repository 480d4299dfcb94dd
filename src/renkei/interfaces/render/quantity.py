"""Times, shares and intervals as people read them.

Layer: interfaces. Numbers that are compared stand in one unit, so the unit is chosen for a whole table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from renkei.interfaces.text import Words

MINUS = "−"
RANGE = "–"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of time."""

    symbol: str
    seconds: float


SECOND, MINUTE, HOUR, DAY = Unit("s", 1), Unit("min", 60), Unit("h", 3600), Unit("d", 86400)
_UP_TO = ((90.0, SECOND), (90 * 60.0, MINUTE), (10 * 86400.0, HOUR))
"""Longest time that is still read easily in a unit."""


def unit_for(times: Iterable[float | None]) -> Unit:
    """Return the unit in which the longest of ``times`` (in seconds) is easy to read."""
    longest = max((abs(time) for time in times if time is not None), default=0.0)
    return next((unit for most, unit in _UP_TO if longest <= most), DAY)


def number(value: float, decimals: int, *, signed: bool = False) -> str:
    """Return a number with a fixed count of decimals, and a real minus sign."""
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    sign = MINUS if value < 0 else "+" if signed else ""
    return f"{sign}{text}"


def _decimals(values: Sequence[float]) -> int:
    # One place more for what is short, and where the ends of an interval would look alike.
    narrow = len(values) > 1 and max(values) - min(values) < 0.2
    return 2 if narrow or 0 < max(map(abs, values)) < 2 else 1


def time(seconds: float | None, unit: Unit, words: Words, *, signed: bool = False) -> str:
    """Return a time with its unit: ``14.5 h``; a dash where there is none."""
    if seconds is None:
        return words("absent")
    value = seconds / unit.seconds
    return f"{number(value, _decimals([value]), signed=signed)} {unit.symbol}"


def duration(seconds: float) -> str:
    """Return a time that stands alone, in whole days or hours where it has them: ``3 d``, ``85 min``."""
    whole = next((unit for unit in (DAY, HOUR) if seconds and seconds % unit.seconds == 0), None)
    unit = whole or unit_for([seconds])
    return f"{number(seconds / unit.seconds, 0 if seconds % unit.seconds == 0 else 1)} {unit.symbol}"


def bracket(low: float, high: float, unit: Unit, words: Words, *, signed: bool = False) -> str:
    """Return an interval without its unit: ``27.9–29.7``, or ``−1.2 to +0.4`` where signs matter."""
    ends = [low / unit.seconds, high / unit.seconds]
    left, right = (number(end, _decimals(ends), signed=signed) for end in ends)
    return words("interval.signed", low=left, high=right) if signed else f"{left}{RANGE}{right}"


def estimate(
    mean: float | None, ci95: Sequence[float] | None, unit: Unit, words: Words, *, signed: bool = False
) -> str:
    """Return a mean with its interval: ``28.8 h (27.9–29.7)``."""
    if mean is None or ci95 is None or any(end is None for end in ci95):
        return time(mean, unit, words, signed=signed)
    ends = [ci95[0] / unit.seconds, ci95[1] / unit.seconds]
    shown = number(mean / unit.seconds, _decimals(ends), signed=signed)
    return f"{shown} {unit.symbol} ({bracket(ci95[0], ci95[1], unit, words, signed=signed)})"


def share(value: float | None, words: Words) -> str:
    """Return a share in per cent: ``68 %``."""
    if value is None:
        return words("absent")
    per_cent = 100 * value
    return f"{per_cent:.1f} %" if 0 < per_cent < 1 else f"{per_cent:.0f} %"
