"""When the next timer of a running case goes off.

Layer: runner.
"""

from __future__ import annotations

from collections.abc import Iterator

from renkei.runner.book import Books
from renkei.runner.evolve import sheet_of
from renkei.runner.settling import touches
from renkei.runner.state import Case, State


def running_timers(case: Case, books: Books) -> Iterator[tuple[str, int]]:
    """Yield the timers of a case that run, as (element, moment at which it goes off)."""
    if not case.is_open:
        return
    sheet = sheet_of(case, books)
    for index, since in case.enabled.items():
        transition = sheet.net.transitions[index]
        delay = sheet.delay(transition)
        if delay is not None and not touches(transition, case.reserved):
            yield transition.element, since + delay


def next_due(state: State, books: Books) -> int | None:
    """Return the moment at which the next timer goes off, None where none runs."""
    moments = (at for case in state.running_cases() for _, at in running_timers(case, books))
    return min(moments, default=None)
