"""Where the time goes, for the drawing: what cases spend on each element.

Layer: interfaces. Runs in the worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from renkei.interfaces.studio.outline import Naming
from renkei.process.arrangement import Arrangement
from renkei.simulator.journey import Journeys, Spent

Thing = dict[str, Any]


def heat(
    arrangement: Arrangement, journeys: Mapping[str, Journeys], wanted: Sequence[str], replications: int
) -> Iterator[Thing]:
    """Yield where the time of the cases of each process goes, under each option."""
    for option, found in journeys.items():
        variant = arrangement.with_option(option) if option else arrangement
        for process, spent in found.spent.items():
            if not wanted or process in wanted:
                cases = found.cases[process]
                elements = list(_elements(variant, process, spent, cases))
                told = {"option": option, "process": process, "cases": cases, "replications": replications}
                yield {**told, "elements": elements}


def _elements(
    arrangement: Arrangement, process: str, spent: Mapping[tuple[str, str], Spent], cases: int
) -> Iterator[Thing]:
    assert arrangement.model is not None
    names = Naming(arrangement.model, process, arrangement.collaborations[process])
    conferences = arrangement.model.processes[process].conferences
    whole = sum(entry.wait + entry.work for entry in spent.values())
    for (element, kind), entry in spent.items():
        if not element:
            continue
        total = entry.wait + entry.work
        told = {
            "kind": kind,
            "visits": round(entry.visits / cases, 6),
            "wait": round(entry.wait / entry.visits, 3) if entry.visits else None,
            "work": round(entry.work / entry.visits, 3) if entry.visits else None,
            "total": round(total / cases, 3),
            "share": round(total / whole, 6) if whole > 0 else 0.0,
        }
        # A conference is drawn as a task in each of its pools; all of them show what it takes.
        drawn = conferences[element].tasks if kind == "conference" else (element,)
        for name in drawn:
            conference = element if kind == "conference" else ""
            yield {"element": name, "conference": conference, "name": names(name), **told}
