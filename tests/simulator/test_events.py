"""Timers, deadlines, races, attributes, several instances, measures."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
import pytest

from renkei.simulator.replication import Replication, Simulation
from tests.simulator.nets import NetDraft, model_of, opened_until, plan_of

HOUR = 3600.0


def simulated(draft: NetDraft, tasks: dict[str, Any], measures: dict[str, Any], **more: Any) -> Replication:
    posts = more.pop("posts", {})
    horizon = more.pop("horizon", 4000 * HOUR)
    model = model_of(posts, tasks, more.pop("arrivals", {"poisson": "PT30M"}), measures, **more)
    return Simulation(plan_of(model, draft.net(), horizon)).run(5, 0)


def deadline(draft: NetDraft) -> NetDraft:
    """Add a task ``work`` that an interrupting timer ``late`` breaks off, and what follows each."""
    draft.add("work", "now", "new", "active", step="activates", inhibit="active")
    draft.add("work", "work", "active", "finished")
    draft.add("late", "delay", "active", "escalated", step="interrupts")
    return draft


def test_a_deadline_breaks_work_off() -> None:
    """Exponential work of mean 1 h against a timer of 1 h: on time with 1 - 1/e, and freed at once else."""
    tasks = {"work": {"duration": {"exponential": {"mean": "PT1H"}}}}
    run = simulated(
        deadline(NetDraft("new")),
        tasks,
        {"done": opened_until("work"), "late": opened_until("late")},
        binding={"events": {"late": {"delay": "PT1H"}}},
    )
    done, late = run.samples
    assert np.isfinite(done).mean() == pytest.approx(1 - exp(-1), abs=0.02)
    assert np.all(np.isfinite(done) ^ np.isfinite(late))
    assert np.nanmax(done) <= HOUR
    assert np.allclose(late[np.isfinite(late)], HOUR)
    assert run.unfinished == 0


def test_work_broken_off_leaves_its_seat_to_the_next() -> None:
    tasks = {"work": {"post": "desk", "duration": "PT10H"}}
    run = simulated(
        deadline(NetDraft("new")),
        tasks,
        {"late": opened_until("late")},
        posts={"desk": {}},
        arrivals={"every": {"interval": "PT2H"}},
        binding={"events": {"late": {"delay": "PT1H"}}},
        horizon=20 * HOUR,
    )
    assert run.opened[0] == 9
    assert run.statistic[0, 0] == pytest.approx(9 * HOUR), "each held the seat for an hour"
    assert run.statistic[0, 1] == 0.0
    assert run.unfinished == 0


def test_work_broken_off_in_the_queue_is_not_done() -> None:
    draft = NetDraft("case")
    draft.add("fork", "now", "case", "other soon", step="forks")
    draft.add("soon", "delay", "soon", "new")
    draft.add("block", "work", "other", "unblocked")
    tasks = {"work": {"post": "desk", "duration": "PT1M"}, "block": {"post": "desk", "duration": "PT5H"}}
    run = simulated(
        deadline(draft),
        tasks,
        {"done": opened_until("work"), "late": opened_until("late")},
        posts={"desk": {}},
        arrivals={"at": ["2025-01-06T01:00:00Z"]},
        binding={"events": {"late": {"delay": "PT1H"}, "soon": {"delay": "PT1M"}}},
        horizon=20 * HOUR,
    )
    assert np.isnan(run.samples[0]).all()
    assert run.samples[1].tolist() == [HOUR + 60]
    assert run.statistic[0, 0] == pytest.approx(5 * HOUR)
    assert run.statistic[0, 2] == 1, "what was broken off is not begun"
    assert run.statistic[0, 3] == pytest.approx(HOUR), "it stood in the queue until then"
    assert run.unfinished == run.statistic[0, 5] == 0


def test_a_timer_that_does_not_interrupt_lets_the_work_go_on() -> None:
    draft = NetDraft("new")
    draft.add("work", "now", "new", "active armed", step="activates", inhibit="active")
    draft.add("work", "work", "active", "finished", clear="armed")
    draft.add("remind", "delay", "active armed", "active told", step="catches")
    run = simulated(
        draft,
        {"work": {"duration": "PT3H"}},
        {"done": opened_until("work"), "told": opened_until("remind")},
        binding={"events": {"remind": {"delay": "PT1H"}}},
    )
    assert np.allclose(run.samples[0], 3 * HOUR)
    assert np.allclose(run.samples[1], HOUR)


def test_the_first_of_a_race_wins() -> None:
    """Behind an event-based gateway: an answer after an exponential time, or the timer."""
    draft = NetDraft("new")
    draft.add("fork", "now", "new", "ask wait", step="forks")
    draft.add("answer", "work", "ask", "message")
    draft.add("heard", "now", "wait message", "yes", step="catches")
    draft.add("timeout", "delay", "wait", "no", step="catches")
    run = simulated(
        draft,
        {"answer": {"duration": {"exponential": {"mean": "PT2H"}}}},
        {"yes": opened_until("heard"), "no": opened_until("timeout")},
        binding={"events": {"timeout": {"delay": "PT1H"}}},
    )
    yes, no = run.samples
    assert np.all(np.isfinite(yes) ^ np.isfinite(no))
    assert np.isfinite(no).mean() == pytest.approx(exp(-0.5), abs=0.02)


def test_an_event_that_nothing_brings_about_never_happens_and_is_reported() -> None:
    draft = deadline(NetDraft("new"))
    model = model_of({}, {"work": {"duration": "PT9H"}}, None, {"done": opened_until("work")})
    plan = plan_of(model, draft.net(), 100 * HOUR)
    assert [problem.code for problem in plan.findings] == ["RK411"]
    (facts,) = [problem.facts or {} for problem in plan.findings]
    assert facts["ja"].endswith(" がいつ起きるかが書かれておらず、シミュレーションでは一度も起きません。")
    assert np.allclose(Simulation(plan).run(1, 0).samples[0], 9 * HOUR)


@pytest.mark.parametrize(
    ("given", "shares"),
    [
        ((0.2, 0.3, 0.5), (0.2, 0.3, 0.5)),
        ((0.2, None, None), (0.2, 0.4, 0.4)),
        ((None,) * 3, (1 / 3,) * 3),
    ],
)
def test_a_choice_follows_its_probabilities(
    given: tuple[float | None, ...], shares: tuple[float, ...]
) -> None:
    draft = NetDraft("new")
    draft.add("way", "now", "new", "a", "b", "c", step="chooses", flows=("fa", "fb", "fc"))
    for name in "abc":
        draft.add(f"end_{name}", "now", name, f"{name}1", step="ends")
    flows = {f"f{name}": {"probability": p} for name, p in zip("abc", given, strict=True) if p is not None}
    measures = {name: opened_until(f"end_{name}") for name in "abc"}
    run = simulated(draft, {}, measures, binding={"flows": flows}, horizon=20_000 * HOUR)
    found = [float(np.isfinite(sample).mean()) for sample in run.samples]
    assert found == pytest.approx(shares, abs=0.015)


def test_instances_side_by_side_are_as_long_as_the_longest() -> None:
    """The mean of the longest of three exponential times is 1 + 1/2 + 1/3."""
    draft = NetDraft("new")
    draft.add("vote", "now", "new", "active w w w", step="activates", inhibit="active")
    draft.add("vote", "work", "w", "d")
    draft.add("vote", "now", "active d d d", "over", step="leaves")
    run = simulated(
        draft, {"vote": {"duration": {"exponential": {"mean": "PT1H"}}}}, {"t": opened_until("vote")}
    )
    assert float(run.samples[0].mean()) / HOUR == pytest.approx(11 / 6, rel=0.03)


def test_moments_of_measures() -> None:
    draft = NetDraft("new")
    draft.add("fork", "now", "new", "a b", step="forks")
    draft.add("x", "work", "a", "a1")
    draft.add("y", "work", "b", "b1")
    draft.add("z", "work", "b1", "b2")
    tasks = {"x": {"duration": "PT1H"}, "y": {"duration": "PT3H"}, "z": {"duration": "PT2H"}}
    measures = {
        "all": {"begins": {"opened": True}, "ends": {"all": ["x", "y"]}},
        "any": {"begins": {"opened": True}, "ends": {"any": ["x", "y"]}},
        "between": {"begins": {"any": ["x"]}, "ends": {"all": ["z"]}},
        "backwards": {"begins": {"all": ["z"]}, "ends": {"all": ["y"]}},
        "never": {"begins": {"opened": True}, "ends": {"all": ["x", "nothing"]}},
    }
    run = simulated(draft, tasks, measures, horizon=100 * HOUR)
    found = [float(sample[0]) / HOUR for sample in run.samples]
    assert found[:4] == pytest.approx([3.0, 1.0, 4.0, -2.0])
    assert np.isnan(run.samples[4]).all()


def test_a_loop_is_completed_with_its_last_round() -> None:
    draft = NetDraft("new")
    draft.add("draft", "work", "new", "done", "new")
    again = draft.transitions.pop()
    enough = draft.transitions.pop()
    draft.transitions += [
        replace(enough, outcome=(("", "enough"),)),
        replace(again, outcome=(("", "again"),)),
    ]
    run = simulated(draft, {"draft": {"duration": "PT1H", "repeat": 0.75}}, {"t": opened_until("draft")})
    assert float(run.samples[0].mean()) / HOUR == pytest.approx(4.0, rel=0.05)


def test_fixed_arrivals_come_when_they_are_listed() -> None:
    draft = NetDraft("new")
    draft.add("do", "work", "new", "done")
    listed = [
        "2025-01-06T05:00:00Z",
        "2025-01-06T03:00:00+02:00",
        "2025-01-05T00:00:00Z",
        "2026-01-06T00:00:00Z",
    ]
    model = model_of({}, {"do": {"duration": "PT1H"}}, {"at": listed}, {"t": opened_until("do")})
    run = Simulation(plan_of(model, draft.net(), 24 * HOUR), paths=True).run(1, 0)
    assert run.path is not None
    assert run.path[0].tolist() == [2 * HOUR, 6 * HOUR]


def test_warm_up_cases_are_not_counted() -> None:
    draft = NetDraft("new")
    draft.add("do", "work", "new", "done")
    model = model_of(
        {}, {"do": {"duration": "PT1H"}}, {"every": {"interval": "PT1H"}}, {"t": opened_until("do")}
    )
    run = Simulation(plan_of(model, draft.net(), 24 * HOUR, warmup=10 * HOUR)).run(1, 0)
    assert (run.opened[0], run.skipped[0]) == (23, 9)
