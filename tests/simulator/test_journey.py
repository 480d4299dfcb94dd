"""Where the time goes: the ways through a case add up to what the measures say."""

from __future__ import annotations

import math

import pytest

from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.simulator import simulate
from renkei.simulator.journey import Journeys, follow

OPTIONS = ("O0", "O3")
REPLICATIONS = 4


@pytest.fixture(scope="module")
def arrangement() -> Arrangement:
    return load_arrangement("us-japan")


@pytest.fixture(scope="module")
def journeys(arrangement: Arrangement) -> dict[str, Journeys]:
    return follow(arrangement, options=OPTIONS, seed=7, replications=REPLICATIONS)


def test_the_way_to_a_moment_takes_as_long_as_the_measure(
    arrangement: Arrangement, journeys: dict[str, Journeys]
) -> None:
    report = simulate(arrangement, options=OPTIONS, seed=7, replications=REPLICATIONS)
    followed = 0
    for option in OPTIONS:
        for measure, runs in report.options[option].samples.items():
            for run, samples in enumerate(runs):
                ways = journeys[option].ways[measure][run]
                for contingency, times in samples.items():
                    for number, seconds in enumerate(times.tolist()):
                        way = ways.get((contingency, number))
                        if not math.isfinite(seconds):
                            assert way is None
                            continue
                        assert way is not None
                        assert sum(map(sum, way.values())) == pytest.approx(seconds, abs=1e-6)
                        assert all(wait >= 0 and work >= 0 for wait, work in way.values())
                        followed += 1
    assert followed > 200


@pytest.fixture(scope="module")
def many(arrangement: Arrangement) -> Journeys:
    return follow(arrangement, options=["O0"], seed=7, replications=20)["O0"]


def test_work_takes_what_the_model_says_and_waiting_is_the_rest(
    arrangement: Arrangement, many: Journeys
) -> None:
    assert arrangement.model is not None
    compared = 0
    for process, spent in many.spent.items():
        tasks = arrangement.model.processes[process].tasks
        for (element, kind), entry in spent.items():
            assert entry.wait >= 0
            assert entry.work >= 0
            bound = tasks.get(element)
            if kind != "task" or bound is None or bound.duration is None or entry.visits < 150:
                continue
            # A loop takes all its rounds, and work that rests while its post is off duty takes longer.
            if bound.repeat is not None or bound.instances is not None:
                continue
            if bound.post and arrangement.model.posts[bound.post].off_duty == "finish":
                assert entry.work / entry.visits == pytest.approx(bound.duration.mean_seconds(), rel=0.25), (
                    element
                )
                compared += 1
    assert compared >= 10


def test_posts_wait_as_long_as_the_report_says(arrangement: Arrangement, many: Journeys) -> None:
    """The mean wait of a post is that at its tasks."""
    report = simulate(arrangement, options=["O0"], seed=7, replications=20).options["O0"]
    assert arrangement.model is not None
    done_by: dict[str, list[tuple[str, str]]] = {}
    met: set[str] = set()
    for process, binding in arrangement.model.processes.items():
        met.update(task for conference in binding.conferences.values() for task in conference.tasks)
        for task, bound in binding.tasks.items():
            if bound.post and task not in met:
                done_by.setdefault(bound.post, []).append((process, task))
    compared = 0
    for post, tasks in done_by.items():
        entries = [many.spent[process].get((task, "task")) for process, task in tasks]
        known = [entry for entry in entries if entry is not None]
        started = sum(entry.visits for entry in known)
        if not started or report.posts[post].left or report.posts[post].mean_wait is None:
            continue
        if started != round(report.posts[post].items * 20):
            continue  # Something was broken off, or begun and not ended.
        wait = sum(entry.wait for entry in known) / started
        assert wait == pytest.approx(report.posts[post].mean_wait, rel=1e-6, abs=1e-3)
        compared += 1
    assert compared >= 5


def test_as_many_tokens_go_on_as_the_element_before_lets_through(journeys: dict[str, Journeys]) -> None:
    for found in journeys.values():
        for process, spent in found.spent.items():
            visits = {element: entry.visits for (element, _), entry in spent.items()}
            assert found.cases[process] > 0
            assert all(count >= 0 for count in visits.values())
            assert any(kind == "flow" for _, kind in spent)
            assert any(kind == "message" for _, kind in spent)
