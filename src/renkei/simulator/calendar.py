"""Shift calendars as step functions of the seats filled, in seconds after the begin of a run.

Layer: simulator. Shifts are local time of the headquarters: a shift of 08:00 to 17:00 keeps these hours when
the clocks change. A shift that begins on a holiday does not take place; one that began the evening before
does. A local time that the clocks skip or repeat is read with the offset that held before the change.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from renkei.model.schema import Calendar, Shift

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Steps = tuple[tuple[float, int], ...]
"""(seconds, seats) from each moment on; the first at 0."""


def seat_steps(
    calendar: Calendar | None, seats: int, zone: str, free: frozenset[date], begins: datetime, length: float
) -> Steps:
    """Return how many seats are filled, from ``begins`` for ``length`` seconds.

    Where shifts overlap their seats add up, to no more than the post has (or than one shift alone says).

    Args:
        calendar: The shifts; None, or a calendar without shifts, is round the clock.
        seats: Seats of the post, filled in a shift that does not say otherwise.
        zone: IANA name of the time zone.
        free: Days on which no shift begins.
        begins: Begin of the run, aware.
        length: Seconds that are wanted.
    """
    if calendar is None or not calendar.shifts:
        return ((0.0, seats),)
    changes: dict[float, int] = defaultdict(int)
    for shift, opens, closes in _occurrences(calendar, zone, free, begins, length):
        filled = seats if shift.seats is None else shift.seats
        changes[opens] += filled
        changes[closes] -= filled
    most = max([seats, *(shift.seats or 0 for shift in calendar.shifts.values())])
    return _steps(changes, most, length)


def _steps(changes: dict[float, int], most: int, length: float) -> Steps:
    steps, filled = [(0.0, 0)], 0
    for moment in sorted(changes):
        filled += changes[moment]
        if moment > length:
            break
        now = min(filled, most)
        if moment <= 0:
            steps = [(0.0, now)]
        elif now != steps[-1][1]:
            steps.append((moment, now))
    return tuple(steps)


def _occurrences(
    calendar: Calendar, zone: str, free: frozenset[date], begins: datetime, length: float
) -> list[tuple[Shift, float, float]]:
    """Return each shift that touches the run, with the seconds at which it begins and ends."""
    place, origin = ZoneInfo(zone), begins.timestamp()
    first = begins.astimezone(place).date() - timedelta(days=2)
    found = []
    for number in range(int(length // 86400) + 5):
        day = first + timedelta(days=number)
        for shift in calendar.shifts.values():
            if DAYS[day.weekday()] in shift.days and day not in free:
                opens = _moment(day, shift.begins, place) - origin
                after = day + timedelta(days=1) if _is_over_midnight(shift) else day
                closes = _moment(after, shift.ends, place) - origin
                if closes > 0 and opens <= length:
                    found.append((shift, opens, closes))
    return found


def _is_over_midnight(shift: Shift) -> bool:
    return shift.ends == "24:00" or shift.ends <= shift.begins


def _moment(day: date, clock: str, place: ZoneInfo) -> float:
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time(hour % 24, minute), place).timestamp()


def open_hours(steps: Steps) -> list[tuple[float, float]]:
    """Return the intervals in which a step function is above 0; the last may end at infinity."""
    ends = [moment for moment, _ in steps[1:]] + [float("inf")]
    hours: list[tuple[float, float]] = []
    for (begin, filled), end in zip(steps, ends, strict=True):
        if filled > 0:
            joined = bool(hours) and hours[-1][1] == begin
            hours.append((hours.pop()[0] if joined else begin, end))
    return hours
