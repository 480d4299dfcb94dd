"""The forecast of a node: its running cases, as the simulator takes them.

Layer: interfaces, where the verbs meet. The simulator is imported, and compiled, with the first forecast
only.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from renkei.facts import Fact
from renkei.interfaces.http.port import Seen, UnavailableError, UnknownError
from renkei.runner.estimate import Estimate, Estimator

if TYPE_CHECKING:
    from renkei.runner.node import Node
    from renkei.runner.state import Case, State
    from renkei.simulator.forecast import Forecaster
    from renkei.simulator.situation import RunningCase, Since

MOST_CASES = 200
"""Running cases that are simulated side by side; the oldest are left out beyond."""
THREADS = 2
"""Replications that run at once."""


def settle_memory() -> None:
    """Tell the collector of cycles that what is in memory by now stays there.

    With the simulator come some hundred thousand objects that last as long as the process. To go through all
    of them takes about 90 ms, in which nothing else runs: neither a forecast nor anything else of the node.
    """
    gc.collect()
    gc.freeze()


class Forecasts:
    """Forecasts of one node, answered anew where something has changed since."""

    def __init__(self, node: Node) -> None:
        """Bind a node."""
        self._node = node
        self._forecasters: dict[tuple[str, str], Forecaster] = {}
        self._estimators: dict[tuple[str, str, str], Estimator] = {}
        self._estimates: dict[str, tuple[int, int, Estimate]] = {}
        self._one = threading.Lock()

    def __call__(self, node: Node, name: str) -> Seen:
        """Return what is to be expected of one case, among all that run under the same model.

        Raises:
            UnknownError: There is no such case.
            UnavailableError: It is over.
        """
        state = node.state
        case = state.cases.get(name)
        if case is None:
            raise UnknownError(name)
        if not case.is_open:
            raise UnavailableError(Fact("RK719.over", case=name))
        with self._one:
            return Seen(self._forecast(state, case), state.seq)

    def _forecast(self, state: State, case: Case) -> Mapping[str, Any]:
        from renkei.simulator.situation import Situation

        side_by_side = [
            other
            for other in state.running_cases()
            if (other.digest, other.option) == (case.digest, case.option)
        ]
        side_by_side.sort(key=lambda other: (other.id != case.id, -other.opened))
        chosen = side_by_side[:MOST_CASES]
        situation = Situation(self._node.now(), tuple(self._running(other) for other in chosen))
        found = self._forecaster(case).forecast(situation, threads=THREADS).to_dict()
        cases = found.pop("cases")
        assert isinstance(cases, list)
        mine = next(entry for entry in cases if entry["id"] == case.id)
        return {**found, "case": mine, "beside": len(chosen) - 1, "certain": self._estimate(case).certain}

    def _forecaster(self, case: Case) -> Forecaster:
        from renkei.simulator.forecast import Forecaster

        key = (case.digest, case.option)
        if key not in self._forecasters:
            book = self._node.books.book(*key)
            nets = {
                name: book.sheet(name).whole
                for name in book.model.processes
                if book.party in book.parties_of(name)
            }
            self._forecasters[key] = Forecaster(book.model, nets, book.arrangement.collaborations)
            settle_memory()
        return self._forecasters[key]

    def _estimate(self, case: Case) -> Estimate:
        held = self._estimates.get(case.id)
        stamp = (len(case.firings), hash(case.marking))
        if held is not None and held[:2] == stamp:
            return held[2]
        key = (case.digest, case.option, case.process)
        if key not in self._estimators:
            book = self._node.books.book(case.digest, case.option)
            self._estimators[key] = Estimator(book, book.sheet(case.process))
        made = self._estimators[key].estimate(case)
        self._estimates[case.id] = (*stamp, made)
        return made

    def _running(self, case: Case) -> RunningCase:
        from renkei.simulator.situation import RunningCase

        book = self._node.books.book(case.digest, case.option)
        sheet = book.sheet(case.process)
        transitions = sheet.net.transitions
        begun: list[Since] = []
        waiting: list[Since] = []
        for index, since in case.enabled.items():
            self._sort(case, sheet, transitions[index], since, begun, waiting)
        completed: dict[str, int] = {}
        for index, at in case.firings:
            if transitions[index].step not in {"activates", "enters", "opens", "meets"}:
                completed.setdefault(transitions[index].element, at)
        return RunningCase(
            id=case.id,
            process=case.process,
            marking=self._estimate(case).marking,
            opened=case.opened,
            contingency=case.contingency or None,
            under_way=tuple({entry.element: entry for entry in begun}.values()),
            waiting=tuple({entry.element: entry for entry in waiting}.values()),
            completed=completed,
        )

    def _sort(
        self, case: Case, sheet: Any, transition: Any, since: int, begun: list[Since], waiting: list[Since]
    ) -> None:
        from renkei.simulator.situation import Since

        claim = case.claims.get(transition.element)
        if sheet.delay(transition) is not None:
            begun.append(Since(transition.element, since))
        elif sheet.is_work(transition) and claim is not None:
            own = sheet.task(transition.element).post
            begun.append(Since(transition.element, claim.since, claim.post if claim.post != own else None))
        elif sheet.is_work(transition):
            waiting.append(Since(transition.element, since))
