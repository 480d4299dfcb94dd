"""From replications that begin at present to what is told of each case.

Layer: simulator. Sums go in the order of replications and blocks, so the result does not depend on threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.given import contingency_of
from renkei.simulator.plan import SimulationPlan
from renkei.simulator.prospect import CaseForecast, Miss, Prospect, Waiting
from renkei.simulator.replication import Simulation
from renkei.simulator.situation import RunningCase
from renkei.simulator.statistics import percentile_of, share_interval

MOST_WAITING = 5
"""Sources of waiting that are told."""
MICROSECONDS = 6
"""Digits: what a sum of seconds leaves behind them is noise."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the replications gave."""

    reached: at.Reals
    """[replication, case, measure]: when its end was reached; last, when the case was over."""
    times: at.Reals
    """[replication, sample row, case]: from begin to end of a measure."""
    waiting: at.Reals
    """[case, measure, source]: seconds, summed over replications."""


def run_block(simulation: Simulation, seed: int, block: Sequence[int]) -> Outcomes:
    """Run some replications, anew where the workspace has had to grow."""
    count = len(simulation.space.reached)
    while True:
        space = simulation.space
        space.waiting[:] = 0.0
        reached, times = [], []
        for replication in block:
            if not simulation.play(seed, replication):
                break
            reached.append(space.reached.copy())
            times.append(space.sample[:, :count].copy())
        else:
            waiting = space.waiting.reshape(*space.reached.shape, -1).copy()
            return Outcomes(np.array(reached), np.array(times), waiting)


def joined(blocks: Sequence[Outcomes]) -> Outcomes:
    """Return the outcomes of all blocks."""
    waiting = blocks[0].waiting
    for block in blocks[1:]:
        waiting = waiting + block.waiting
    reached = np.concatenate([block.reached for block in blocks])
    return Outcomes(reached, np.concatenate([block.times for block in blocks]), waiting)


def case_forecasts(
    plan: SimulationPlan, outcomes: Outcomes, cases: Sequence[RunningCase], overdue: Sequence[Sequence[str]]
) -> tuple[CaseForecast, ...]:
    """Return what is to be expected of each case."""
    view = _View(plan, outcomes, [plan.contingencies.index(contingency_of(case)) for case in cases])
    return tuple(
        CaseForecast(case.id, case.process, view.over(number), view.measures(number), tuple(late))
        for number, (case, late) in enumerate(zip(cases, overdue, strict=True))
    )


class _View:
    """The outcomes of all cases and measures, sorted and counted at once."""

    def __init__(self, plan: SimulationPlan, outcomes: Outcomes, contingencies: Sequence[int]) -> None:
        assert plan.given is not None
        self.plan, self.contingencies = plan, contingencies
        self.replications = len(outcomes.reached)
        over = outcomes.reached[:, :, -1:]
        over = np.where(np.isnan(over), np.inf, over)
        self._reached = np.isfinite(plan.given.case_real[:, 1::2] - plan.given.case_real[:, ::2])
        ends = np.where(np.isnan(outcomes.reached) & np.isinf(over), np.inf, outcomes.reached)
        self._sorted: at.Reals = np.sort(np.round(ends, MICROSECONDS), axis=0)  # NaN comes last
        self._known = self.replications - np.isnan(ends).sum(axis=0)
        self._censored = np.isinf(ends).sum(axis=0)
        self._count_misses(outcomes.times, over)
        self._waiting = outcomes.waiting
        self._largest = np.argsort(-outcomes.waiting, axis=2, kind="stable")[:, :, :MOST_WAITING]

    def _count_misses(self, times: at.Reals, over: at.Reals) -> None:
        """Count for which deadlines it is sure that they are missed, and for which it is open at the horizon.

        Where a case is over without the end, the deadline is missed if it passed before that.
        """
        plan, horizon = self.plan, float(self.plan.limits[at.HORIZON])
        assert plan.given is not None
        places = plan.moments // 2
        first = plan.tables.contingency[self.contingencies, at.A_SAMPLE]
        rows = np.minimum(first[:, None] + np.arange(places), len(plan.samples) - 1)
        own = times[:, rows, np.arange(len(rows))[:, None]]
        limits = np.full((len(rows), places), np.inf)
        for number, contingency in enumerate(self.contingencies):
            for place, measure in enumerate(plan.nets[contingency].source.measures):
                if measure.deadline is not None:
                    limits[number, place] = measure.deadline
        begins = plan.given.case_real[:, ::2]
        self._due = np.round(begins + limits, MICROSECONDS)
        ended, known = np.isfinite(own), ~np.isnan(begins)
        passed = np.minimum(over, horizon) > self._due  # False where the begin is not known
        late = np.where(ended, own > limits, passed)
        unclear = ~ended & np.isinf(over) & (~known | (horizon <= self._due))
        self._late, self._unclear = late.sum(axis=0), unclear.sum(axis=0)

    def over(self, number: int) -> Prospect:
        """Return what remains until a case is over."""
        return self._prospect(number, -1, None, None)

    def measures(self, number: int) -> dict[str, Prospect]:
        """Return what remains of the measures of a case."""
        contingency, found = self.contingencies[number], {}
        first = int(self.plan.tables.contingency[contingency, at.A_SAMPLE])
        for place, measure in enumerate(self.plan.nets[contingency].source.measures):
            due, missed = None, None
            if measure.deadline is not None:
                low = int(self._late[number, place])
                high = low + int(self._unclear[number, place])
                count, moment = self.replications, float(self._due[number, place])
                missed = Miss(low / count, share_interval(low, high, count))
                due = None if isnan(moment) else moment
            found[self.plan.samples[first + place][1]] = self._prospect(number, place, due, missed)
        return found

    def _prospect(self, number: int, place: int, due: float | None, missed: Miss | None) -> Prospect:
        known = int(self._known[number, place])
        values = self._sorted[:known, number, place]
        reached = bool(self._reached[number, place]) if place >= 0 else not values.any()
        return Prospect(
            p50=percentile_of(values, 0.5),
            p90=percentile_of(values, 0.9),
            reached=reached,
            without=1.0 - known / self.replications,
            censored=int(self._censored[number, place]) / self.replications,
            due=due,
            missed=missed,
            waiting=self._most_waiting(number, place),
        )

    def _most_waiting(self, number: int, place: int) -> tuple[Waiting, ...]:
        waiting = self._waiting[number, place]
        total = float(waiting.sum())
        if total <= 0.0:
            return ()
        largest = [(self.plan.sources[n], float(waiting[n])) for n in self._largest[number, place]]
        return tuple(
            Waiting(kind, name, seconds / total, seconds / self.replications)
            for (kind, name), seconds in largest
            if seconds > 0.0
        )
