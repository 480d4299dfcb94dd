"""Moving a plan to the present moment, and looking up the calendars of the time before it.

Layer: simulator. A plan begins on a Monday and serves for the week; at the present moment its shifts, hours
and arrivals are told in seconds from there, those of the past below 0. Nothing else depends on the moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import ceil

import numpy as np

from renkei.clock import SECOND
from renkei.model.schema import Model
from renkei.simulator import layout as at
from renkei.simulator.calendar import Steps, open_hours
from renkei.simulator.plan import SimulationPlan, steps_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86400 * SECOND


def moment_of(microseconds: int) -> datetime:
    """Return a moment as an aware datetime."""
    return _EPOCH + timedelta(microseconds=microseconds)


def at_present(
    plan: SimulationPlan, moment: int, cases: int, horizon: float, given: at.Given
) -> SimulationPlan:
    """Return a plan that begins at the present moment with the given cases, and is cut at the horizon."""
    begins = moment_of(moment)
    assert plan.begins is not None
    offset = (begins - plan.begins) / timedelta(seconds=1)
    tables = plan.tables
    contingency, reals = tables.contingency.copy(), tables.contingency_real.copy()
    for row, real in zip(contingency, reals, strict=True):
        # Running cases come first in the numbers of their contingency, so arrivals are counted from there.
        if row[at.A_KIND] == at.LISTED:
            span = tables.times[row[at.A_TIMES] : row[at.A_TIMES_END]]
            row[at.A_TIMES] += int(np.searchsorted(span, offset)) - cases
        if row[at.A_KIND] == at.EVERY:
            interval = real[at.R_INTERVAL]
            passed = max(0, ceil((offset - real[at.R_FIRST]) / interval))
            real[at.R_FIRST] += (passed - cases) * interval - offset
    return replace(
        plan,
        begins=begins,
        given=given,
        limits=np.array([0.0, horizon, horizon]),
        tables=tables._replace(
            contingency=contingency,
            contingency_real=reals,
            times=tables.times - offset,
            step_time=tables.step_time - offset,
            calendar_time=tables.calendar_time - offset,
            hours=tables.hours - offset,
        ),
    )


@dataclass
class PastHours:
    """The calendars of the time before the present."""

    model: Model
    plan: SimulationPlan
    moment: int
    _known: dict[tuple[str, str, int], Steps] = field(default_factory=dict)

    def on_duty(self, post: int, since: int) -> float:
        """Return for how many seconds a post has been on duty since a moment."""
        entry = self.model.posts[self.plan.posts[post]]
        day, steps = self._steps(entry.calendar or "", entry.headquarters, since // DAY)
        begin, end = (since - day) / SECOND, (self.moment - day) / SECOND
        hours = open_hours(steps)
        return sum(max(0.0, min(closes, end) - max(opens, begin)) for opens, closes in hours)

    def left(self, channel: int, sent: int) -> int | None:
        """Return when a message left that was sent at a moment; None where it has not been able to."""
        if channel < 0:
            return sent
        entry = list(self.model.channels.values())[channel]
        if not entry.calendar:
            return sent
        day, steps = self._steps(entry.calendar, entry.headquarters or "", sent // DAY)
        for opens, closes in open_hours(steps):
            left = max(day + round(opens * SECOND), sent)
            if closes == float("inf") or day + closes * SECOND > left:
                return left if left < self.moment else None
        return None

    def _steps(self, calendar: str, headquarters: str, day: int) -> tuple[int, Steps]:
        """Return the hours of a calendar from the begin of a day until now, and that begin."""
        key = (calendar, headquarters, day)
        begins = day * DAY
        if key not in self._known:
            length = (self.moment - begins) / SECOND
            self._known[key] = steps_of(self.model, calendar, 1, headquarters, moment_of(begins), length)
        return begins, self._known[key]
