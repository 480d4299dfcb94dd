"""A simulation or a comparison of files: the report, and what plots and pictures need besides.

Layer: interfaces. Runs in the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from renkei.errors import InputError
from renkei.interfaces.render.comparison import facts_of, kinds_of
from renkei.interfaces.studio.explaining import explanations
from renkei.interfaces.studio.files import laid_out, without_folder
from renkei.interfaces.studio.heat import heat
from renkei.interfaces.studio.outline import DAY, outline
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.simulator import SimulationReport, simulate
from renkei.simulator.journey import follow

Advance = Callable[[int, int], None]
Thing = dict[str, Any]
SHARES = (0.01, *(step / 20 for step in range(1, 20)), 0.99)
BINS = 30
MOST_FOLLOWED = 200
"""Replications whose cases are followed, of all options together: about 20 ms each."""


def simulate_files(asked: Thing, advance: Advance) -> Thing:
    """Return what a job finds out.

    Raises:
        InputError: The files are no model, or nothing can be simulated.
        LimitError: There is too much to keep.
    """
    with laid_out(asked["files"]) as folder:
        try:
            return _simulated(load_arrangement(folder), folder, asked, advance)
        except InputError as error:
            raise InputError(without_folder(problem, folder) for problem in error.problems) from None


def _simulated(arrangement: Arrangement, folder: Path, asked: Thing, advance: Advance) -> Thing:
    days, wanted, ahead = asked["days"], asked["processes"], 0
    horizon = None if days is None else days * DAY

    def simulated(done: int, total: int) -> None:
        nonlocal ahead
        # How many are followed is known only when the options and replications are.
        ahead = total
        advance(done, total)

    report = simulate(
        arrangement,
        options=asked["options"] or None,
        seed=asked["seed"],
        replications=asked["replications"],
        horizon=horizon,
        progress=simulated,
    )
    count = min(report.replications, max(1, MOST_FOLLOWED // len(report.options)))
    journeys = follow(
        arrangement,
        options=list(report.options),
        seed=report.seed,
        replications=count,
        horizon=horizon,
        progress=lambda done, total: advance(ahead + done, ahead + total),
    )
    told = report.to_dict()
    told["findings"] = [without_folder(problem, folder).to_dict() for problem in report.findings]
    compared = explanations(arrangement, report, journeys) if asked["kind"] == "compare" else ()
    return {
        "report": told,
        "kinds": kinds_of(facts_of(report)),
        "distributions": distributions(arrangement, report, wanted),
        "heat": list(heat(arrangement, journeys, wanted, count)),
        "explanations": [
            {**entry, "measures": [m for m in entry["measures"] if not wanted or m["process"] in wanted]}
            for entry in compared
        ],
        "outline": outline(arrangement),
    }


def distributions(arrangement: Arrangement, report: SimulationReport, wanted: Sequence[str]) -> list[Thing]:
    """Return how the times of each measure are distributed under each option."""
    assert arrangement.model is not None
    made = []
    for measure, entry in arrangement.model.measures.items():
        if wanted and entry.process not in wanted:
            continue
        options = [name for name, found in report.options.items() if measure in found.measures]
        edges = _edges([report.samples(option, measure) for option in options])
        for option in options:
            found, times = report.options[option].measures[measure], report.samples(option, measure)
            counts = np.histogram(times, edges)[0] if len(edges) else np.zeros(0, int)
            bins = [
                {"begins": round(float(low), 3), "ends": round(float(high), 3), "cases": int(cases)}
                for low, high, cases in zip(edges[:-1], edges[1:], counts, strict=True)
            ]
            made.append(
                {
                    "option": option,
                    "measure": measure,
                    "process": entry.process,
                    "points": _points(times, found.unfinished),
                    "bins": bins,
                    "beyond": int(len(times) - counts.sum()) + found.unfinished,
                }
            )
    return made


def _edges(samples: Sequence[Any]) -> Any:
    """Return the edges of bins up to the 99th percentile of all options together."""
    every = np.concatenate(samples) if samples else np.zeros(0)
    return np.linspace(0.0, float(np.quantile(every, 0.99)) or 1.0, BINS + 1) if len(every) else np.zeros(0)


def _points(times: Any, unfinished: int) -> list[Thing]:
    """Return percentiles; a case that was still under way counts as longer than any other."""
    ordered = np.sort(times)
    count = len(ordered) + unfinished
    points = []
    for share in SHARES:
        place = round(share * (count - 1)) if count else 0
        seconds = round(float(ordered[place]), 3) if place < len(ordered) else None
        points.append({"share": share, "seconds": seconds})
    return points
