"""Rules about numbers: they lie where they can lie, and say where they come from.

Layer: model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from renkei.facts import Fact
from renkei.model.document import Breach, Keys
from renkei.model.schema import Arrivals, Authority, Calendar, Headquarters, HolidayList, Model, Outage, Post
from renkei.model.selection import select
from renkei.model.validation import dotted
from renkei.model.values import Amount, Duration, Sourced, Strict, ValueFactError, parse_duration, quoted

TOLERANCE = 1e-6
"""How far probabilities may miss 1 in the sum; people write thirds as 0.333333."""

SHARES = ("contingencies.*.attributes.*", "contingencies.*.priority", "processes.*.tasks.*.sets.*")
"""Maps whose amounts are the probabilities of alternatives."""

LONGER_THAN_ZERO = (
    "channels.*.outage.every",
    "contingencies.*.arrivals.every.interval",
    "contingencies.*.arrivals.poisson",
    "run.horizon",
)


def probability(_model: Model, keys: Keys, entry: Strict) -> Iterator[Breach]:
    """Yield a breach if an amount is no probability."""
    if isinstance(entry, Amount):
        where, number = dotted(keys), f"{entry.value:g}"
        if keys[-1] == "repeat":
            if not 0 <= entry.value <= 1 - TOLERANCE:
                yield Breach(keys, Fact("RK135.repeat", where=where, number=number), _SHARE)
        elif not 0 <= entry.value <= 1:
            yield Breach(keys, Fact("RK135.share", where=where, number=number), _SHARE)


def sums(model: Model) -> Iterator[Breach]:
    """Yield a breach for each map of alternatives whose probabilities do not sum to 1."""
    for pattern in SHARES:
        for keys, shares in select(model, pattern):
            total = sum(amount.value for amount in shares.values())
            if shares and abs(total - 1) > TOLERANCE:
                fact = Fact("RK135.sum", where=dotted(keys), number=f"{total:g}")
                yield Breach(keys, fact, "Correct one of them, or add what is missing.")


def lengths(model: Model) -> Iterator[Breach]:
    """Yield a breach for each time that must be longer than zero and is not."""
    for pattern in LONGER_THAN_ZERO:
        for keys, seconds in select(model, pattern):
            if seconds <= 0:
                yield Breach(keys, Fact("RK115.zero", where=dotted(keys)))
    if model.run and model.run.warmup >= model.run.horizon:
        hint = "What happens in the warm-up is not counted."
        yield Breach(("run", "warmup"), Fact("RK115.warmup"), hint)


def mean_length(_model: Model, keys: Keys, entry: Strict) -> Iterator[Breach]:
    """Yield a breach if a distribution has no length at all; only ``fixed`` may say so."""
    if isinstance(entry, Duration) and entry.fixed is None and entry.mean_seconds() <= 0:
        fact = Fact("RK115.mean", where=dotted(keys))
        yield Breach(keys, fact, "Write `fixed: PT0S` for what takes no time.")


Reading = tuple[str, float, Callable[[object], float]]
"""Key of a number, its value, and how the ends of a range are read."""


def _number(end: object) -> float:
    if isinstance(end, bool) or not isinstance(end, int | float):
        raise ValueFactError(Fact("RK136.number", found=quoted(end)))
    return float(end)


def numbers_of(entry: Sourced) -> list[Reading]:
    """Return the numbers that an entry holds: what needs a source, and what a range speaks of first."""
    found: list[tuple[str, float | None, Callable[[object], float]]] = []
    match entry:
        case Duration():
            found = [("", entry.mean_seconds(), parse_duration)]
        case Amount():
            found = [("", entry.value, _number)]
        case Post():
            found = [("seats", entry.seats if "seats" in entry.model_fields_set else None, _number)]
        case Authority():
            found = [("within", entry.within, parse_duration)]
        case Outage():
            found = [("every", entry.every, parse_duration)]
        case Arrivals():
            interval = entry.every.interval if entry.every else entry.poisson
            found = [("every" if entry.every else "poisson", interval, parse_duration)]
        case _:
            pass
    return [(key, value, read) for key, value, read in found if value is not None]


def assumed_range(_model: Model, keys: Keys, entry: Strict) -> Iterator[Breach]:
    """Yield a breach if an assumed range is no range, or does not hold the number it is about."""
    if isinstance(entry, Sourced) and entry.assume is not None:
        place = (*keys, "assume", "range")
        for name, value, read in numbers_of(entry):
            wrong = _wrong_range(entry.assume.range, value, read, name)
            if wrong:
                yield Breach(place, Fact("RK136.range", where=dotted(place), reason=wrong), _RANGE)


def _wrong_range(
    ends: tuple[Any, Any], value: float, read: Callable[[object], float], name: str
) -> Fact | None:
    try:
        low, high = (read(end) for end in ends)
    except ValueFactError as error:
        return error.fact
    if low > high:
        return Fact("RK136.order", since=str(ends[0]), until=str(ends[1]))
    # A mean is computed, and may miss the end that it was computed from by a rounding.
    slack = 1e-9 * max(abs(low), abs(high), abs(value))
    if low - slack <= value <= high + slack:
        return None
    if read is _number:
        return Fact("RK136.without", name=name, number=f"{value:g}")
    return Fact("RK136.seconds", name=name, number=f"{value:g}")


def unsourced(_model: Model, keys: Keys, entry: Strict) -> Iterator[Breach]:
    """Yield a finding if an entry holds a number, and names neither a source nor an assumption."""
    if isinstance(entry, Sourced):
        found = entry.source is None and entry.assume is None and _needs_source(entry)
    else:
        found = isinstance(entry, Headquarters) and entry.source is None and entry.latitude is not None
    if found:
        yield Breach(keys, Fact("RK180.origin", where=dotted(keys)), _ORIGIN, finding=True)


def _needs_source(entry: Sourced) -> bool:
    if isinstance(entry, Amount):
        # Certain and impossible are no estimates.
        return entry.value not in {0, 1}
    if isinstance(entry, Calendar):
        return bool(entry.shifts)
    return (
        isinstance(entry, HolidayList)
        or (isinstance(entry, Arrivals) and entry.at is not None)
        or bool(numbers_of(entry))
    )


_SHARE = "A probability is a number from 0 to 1; write 0.25 for 25 %."
_RANGE = "Give [low, high] in the unit of the number, with the number (for a distribution its mean) inside."
_ORIGIN = "Add `source:` with an entry of `sources`, or `assume:` with `range` and `why`."
