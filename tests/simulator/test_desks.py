"""Posts at work: shifts, work that rests, deputies, seats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from renkei.simulator.plan import SimulationPlan
from renkei.simulator.replication import Replication, Simulation
from tests.simulator.nets import NetDraft, model_of, opened_until, plan_of

HOUR = 3600.0
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
OFFICE = {"shifts": {"day": {"days": DAYS, "begins": "08:00", "ends": "16:00"}}}


def job(
    posts: dict[str, Any], arrivals: dict[str, Any], duration: Any, horizon: float = 48 * HOUR, **more: Any
) -> SimulationPlan:
    """Return a plan of one task at the first of ``posts``; the run begins on a Monday at 00:00 UTC."""
    draft = NetDraft("new")
    draft.add("do", "work", "new", "done")
    tasks = {"do": {"post": next(iter(posts)), "duration": duration}}
    calendars = {"office": OFFICE, **more.pop("calendars", {})}
    model = model_of(posts, tasks, arrivals, {"time": opened_until("do")}, calendars=calendars, **more)
    return plan_of(model, draft.net(), horizon)


def run(plan: SimulationPlan) -> Replication:
    return Simulation(plan).run(1, 0)


def at(*clocks: str) -> dict[str, Any]:
    return {"at": [f"2025-01-06T{clock}:00Z" for clock in clocks]}


@pytest.mark.parametrize(("off_duty", "hours"), [("finish", 3.0), ("pause", 19.0)])
def test_work_begun_before_the_end_of_a_shift(off_duty: str, hours: float) -> None:
    post = {"calendar": "office", "off_duty": off_duty}
    result = run(job({"desk": post}, at("15:00"), "PT3H"))
    assert float(result.samples[0][0]) / HOUR == pytest.approx(hours)
    assert float(result.statistic[0, 0]) / HOUR == pytest.approx(3.0), "rest is not work"


def test_work_that_comes_at_night_waits_for_the_morning() -> None:
    result = run(job({"desk": {"calendar": "office"}}, at("03:30", "16:00"), "PT1H"))
    assert [float(time) / HOUR for time in result.samples[0]] == pytest.approx([5.5, 17.0])


def test_a_paused_post_rests_over_several_shifts() -> None:
    post = {"calendar": "office", "off_duty": "pause"}
    result = run(job({"desk": post}, at("10:00"), "PT20H", 96 * HOUR))
    assert float(result.samples[0][0]) / HOUR == pytest.approx(6 + 16 + 8 + 16 + 6)


def test_a_deputy_works_while_the_post_is_off_duty_and_only_then() -> None:
    posts = {
        "chief": {"calendar": "office", "deputies": ["late", "watch"]},
        "late": {"calendar": "evening"},
        "watch": {},
    }
    evening = {"shifts": {"e": {"days": DAYS, "begins": "16:00", "ends": "20:00"}}}
    result = run(job(posts, at("03:00", "09:00", "17:00", "21:00"), "PT30M", calendars={"evening": evening}))
    assert (result.samples[0] == 1800.0).all()
    busy = result.statistic[:, 0] / HOUR
    assert busy.tolist() == pytest.approx([0.5, 0.5, 1.0])
    assert result.statistic[:, 2].tolist() == [4, 0, 0], "the wait is counted where the work was sent"


def test_work_left_at_the_end_of_a_shift_goes_to_the_deputy() -> None:
    posts = {"chief": {"calendar": "office", "deputies": ["watch"]}, "watch": {}}
    result = run(job(posts, at("15:30", "15:31"), "PT1H"))
    assert [float(time) / 60 for time in result.samples[0]] == pytest.approx([60.0, 89.0])


def test_a_deputy_takes_what_came_first() -> None:
    """One deputy serves its own queue and that of an absent chief, in order of arrival."""
    draft = NetDraft("new")
    draft.add("pick", "now", "new", "x", "y", step="chooses", flows=("fx", "fy"))
    draft.add("own", "work", "x", "x1")
    draft.add("hers", "work", "y", "y1")
    model = model_of(
        {"chief": {"seats": 0, "deputies": ["watch"]}, "watch": {}},
        {"own": {"post": "watch", "duration": "PT1H"}, "hers": {"post": "chief", "duration": "PT1H"}},
        {"every": {"interval": "PT50M"}},
        {"time": {"begins": {"opened": True}, "ends": {"any": ["own", "hers"]}}},
        binding={"flows": {"fx": {"probability": 0.5}, "fy": {"probability": 0.5}}},
    )
    result = run(plan_of(model, draft.net(), 40 * HOUR))
    waits = result.samples[0]
    assert result.opened[0] == 47
    assert np.allclose(waits, HOUR + 600.0 * np.arange(47)), "first come, first served over both queues"


def test_seats_change_with_the_shift() -> None:
    shifts = {
        "day": {"days": DAYS, "begins": "08:00", "ends": "16:00", "seats": 2},
        "late": {"days": DAYS, "begins": "16:00", "ends": "23:00", "seats": 1},
    }
    posts = {"desk": {"calendar": "two", "seats": 5}}
    plan = job(
        posts, at("08:00", "08:01", "08:02", "16:00", "16:01"), "PT1H", calendars={"two": {"shifts": shifts}}
    )
    times = [float(time) / 60 for time in run(plan).samples[0]]
    assert times == pytest.approx([60, 60, 118, 60, 119])
    assert plan.seat_seconds[0] == pytest.approx(2 * (16 + 7) * HOUR)


def test_a_post_without_seats_never_works() -> None:
    result = run(job({"desk": {"seats": 0}}, at("08:00"), "PT1H"))
    assert np.isinf(result.samples[0]).all()
    assert result.statistic[0, 5] == 1


def test_the_first_come_within_a_priority_is_the_first_served() -> None:
    result = run(job({"desk": {}}, {"every": {"interval": "PT1M"}}, "PT10M", HOUR))
    reached = result.samples[0][np.isfinite(result.samples[0])]
    assert np.allclose(reached, 600.0 + 540.0 * np.arange(11))
    assert result.unfinished == result.statistic[0, 5] + 1 == 48
