"""Why two options differ: what stands otherwise in the model, and at which elements cases lose or win time.

Layer: interfaces. Runs in the worker. Cases are paired: the same case, with the same random numbers, is
followed under both options, and its way to the end of a measure is taken apart element by element.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from renkei.interfaces.render.quantity import MINUTE, number, unit_for
from renkei.interfaces.studio.changing import changes
from renkei.interfaces.studio.outline import Naming, both
from renkei.process.arrangement import Arrangement
from renkei.simulator import SimulationReport
from renkei.simulator.journey import Journeys, Key, Times
from renkei.simulator.statistics import ratio_estimate

Thing = dict[str, Any]
LEAST = 1.0
"""Seconds; an element that adds less is left out."""
TOLD = 3
"""Elements that are named in sentences."""


def explanations(
    arrangement: Arrangement, report: SimulationReport, journeys: Mapping[str, Journeys]
) -> Iterator[Thing]:
    """Yield for each option why it differs from the baseline."""
    for option in report.options:
        if option != report.baseline:
            yield {
                "option": option,
                "baseline": report.baseline,
                "changes": changes(arrangement.variants[report.baseline], arrangement.variants[option]),
                "measures": list(_measures(arrangement, report, journeys, option)),
            }


def _measures(
    arrangement: Arrangement, report: SimulationReport, journeys: Mapping[str, Journeys], option: str
) -> Iterator[Thing]:
    model = arrangement.variants[option].model
    for difference in report.differences:
        if difference.option != option or difference.measure not in model.measures:
            continue
        measure = difference.measure
        process = model.measures[measure].process
        ours, theirs = journeys[option].ways[measure], journeys[report.baseline].ways.get(measure, [])
        cases, followed, parts = _parts(ours, theirs)
        named = _Elements(arrangement, (report.baseline, option), process)
        contributions = [{**named(part.pop("key")), "process": process, **part} for part in parts]
        told = {
            "measure": measure,
            "process": process,
            "mean": difference.mean,
            "ci95": list(difference.ci95) if difference.ci95 else None,
            "contributions": contributions,
            "cases": cases,
            "followed": followed,
        }
        yield {**told, "sentences": list(_sentences(told, named, clear=difference.clear))}


def _parts(
    ours: list[dict[tuple[str, int], Times]], theirs: list[dict[tuple[str, int], Times]]
) -> tuple[int, float | None, list[Thing]]:
    """Return how many cases were paired, their mean difference, and what each element adds to it."""
    runs = min(len(ours), len(theirs))
    counts = np.zeros(runs)
    sums: dict[Key, np.ndarray[Any, Any]] = defaultdict(lambda: np.zeros((runs, 2)))
    for run, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
        for case in mine.keys() & other.keys():
            counts[run] += 1
            for way, sign in ((mine[case], 1.0), (other[case], -1.0)):
                for key, times in way.items():
                    sums[key][run] += np.multiply(sign, times)
    cases = int(counts.sum())
    if not cases:
        return 0, None, []
    parts: list[Thing] = []
    for key, found in sorted(sums.items()):
        wait, work = (float(column.sum()) / cases for column in found.T)
        if abs(wait) + abs(work) >= LEAST:
            interval = ratio_estimate(found.sum(axis=1), counts).interval
            parts.append(
                {
                    "key": key,
                    "wait": wait,
                    "work": work,
                    "total": wait + work,
                    "ci95": list(interval) if interval else None,
                    "clear": interval is not None and not interval[0] <= 0 <= interval[1],
                }
            )
    parts.sort(key=lambda part: -abs(float(part["total"])))
    return cases, float(sum(found.sum() for found in sums.values())) / cases, parts


class _Elements:
    """Names of elements under either of two options."""

    def __init__(self, arrangement: Arrangement, options: tuple[str, str], process: str) -> None:
        variants = [arrangement.with_option(option) for option in options]
        known = [variant for variant in variants if process in variant.collaborations]
        self._naming = [Naming(v.model, process, v.collaborations[process]) for v in known]
        self._party: dict[str, str] = {}
        self._parties: dict[str, dict[str, str]] = {}
        for variant in known:
            model, graph = variant.model, variant.collaborations[process]
            assert model is not None
            pools = model.processes[process].pools
            self._party |= {node: pools.get(graph.process_of(node).pool, "") for node in graph.nodes}
            self._parties |= {key: both(party.name) for key, party in model.parties.items()}

    def __call__(self, key: Key) -> Thing:
        element, kind = key
        names = [naming(element) for naming in self._naming]
        return {
            "element": element,
            "kind": kind,
            "party": self._party.get(element, ""),
            "name": next((name for name in names if name["en"] != element), names[0]),
        }

    def told(self, part: Thing) -> dict[str, str]:
        """Return the name of an element, and whose it is."""
        party = self._parties.get(part["party"])
        if party is None:
            return {"en": f"“{part['name']['en']}”", "ja": f"「{part['name']['ja']}」"}
        return {
            "en": f"“{part['name']['en']}” ({party['en']})",
            "ja": f"{party['ja']}の「{part['name']['ja']}」",
        }


def _sentences(told: Thing, named: _Elements, *, clear: bool) -> Iterator[dict[str, str]]:
    """Yield the difference and where it comes from, in both languages."""
    mean = told["mean"]
    if mean is None:
        yield _both(
            "No case reached the end under both options, so nothing can be compared.",
            "両方の案で終わりに達した事案がなく、比べられない。",
        )
        return
    if not clear:
        yield _both(
            "There is no clear difference: the interval holds 0.", "差は明らかでない(区間に0が含まれる)。"
        )
    else:
        yield _both(
            f"On average a case takes {_amount(abs(mean))} {'less' if mean < 0 else 'more'}.",
            f"平均して{_amount(abs(mean))}{'短い' if mean < 0 else '長い'}。",
        )
    for part in [part for part in told["contributions"] if part["clear"]][:TOLD]:
        yield _part(part, named.told(part))


def _part(part: Thing, named: dict[str, str]) -> dict[str, str]:
    waits = abs(part["wait"]) >= abs(part["work"])
    less, amount = part["total"] < 0, _amount(abs(part["total"]))
    if part["kind"] == "message":
        english, japanese = "time on the way of", "の伝達"
    else:
        english, japanese = ("waiting at", "での待ち") if waits else ("work at", "での作業")
    return _both(
        f"{amount} {'less' if less else 'more'} {english} {named['en']}.",
        f"{named['ja']}{japanese}が{amount}{'減る' if less else '増える'}。",
    )


def _amount(seconds: float) -> str:
    unit = unit_for([seconds])
    value = seconds / unit.seconds
    return f"{number(value, 0 if unit is MINUTE or value >= 100 else 1)} {unit.symbol}"


def _both(english: str, japanese: str) -> dict[str, str]:
    return {"en": english, "ja": japanese}
