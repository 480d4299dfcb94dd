"""Conferences: the calendar table, and that nobody's work is pre-empted for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from renkei.simulator.plan import SimulationPlan
from renkei.simulator.replication import Simulation
from tests.simulator.nets import NetDraft, model_of, opened_until, plan_of

HOUR = 3600.0
WEEKS = 14 * 24 * HOUR
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
OFFICE = {"shifts": {"day": {"days": WORKDAYS, "begins": "08:00", "ends": "17:00"}}}
PLACES = {"Tokyo": "Asia/Tokyo", "Honolulu": "Pacific/Honolulu", "Washington": "America/New_York"}


def conference(
    posts: dict[str, dict[str, Any]],
    arrivals: dict[str, Any],
    horizon: float,
    duration: str = "PT0S",
    calendars: dict[str, Any] | None = None,
) -> SimulationPlan:
    """Return a plan whose cases hold one conference of all ``posts``."""
    tasks = {f"seat_{post}": {"post": post} for post in posts}
    flows, active, done = (" ".join(f"{kind}_{post}" for post in posts) for kind in ("in", "active", "out"))
    draft = NetDraft("new")
    draft.add("fork", "now", "new", flows, step="forks")
    draft.add("talk", "meet", flows, active, step="meets", inhibit=active, members=tuple(tasks))
    draft.add("talk", "work", active, done, members=tuple(tasks))
    model = model_of(
        posts,
        tasks,
        arrivals,
        {"wait": opened_until("talk")},
        binding={"conferences": {"talk": {"tasks": list(tasks), "duration": duration}}},
        headquarters={
            name: {"party": "a", "name": name, "place": name, "timezone": zone}
            for name, zone in PLACES.items()
        },
        calendars={"office": OFFICE, **(calendars or {})},
    )
    return plan_of(model, draft.net(), horizon)


def common_waits(zones: tuple[str, str], step: int = 5) -> list[float]:
    """Return the hours until both are at work, for every fifth minute of two weeks, off the wall clocks."""

    def at_work(moment: datetime) -> bool:
        clocks = [moment.astimezone(ZoneInfo(zone)) for zone in zones]
        return all(clock.weekday() < 5 and 8 <= clock.hour < 17 for clock in clocks)

    begin = datetime(2025, 1, 6, tzinfo=UTC)
    grid = [begin + timedelta(minutes=step * n) for n in range(24 * 24 * 60 // step)]
    waits, following = [0.0] * len(grid), float("inf")
    for n in range(len(grid) - 1, -1, -1):
        following = 0.0 if at_work(grid[n]) else following + step / 60
        waits[n] = following
    return waits[: 14 * 24 * 60 // step]


@pytest.mark.parametrize(
    ("there", "mean", "longest"), [("Tokyo", 14.5, 63.0), ("Honolulu", 28.8, 92.0)], ids=["Tokyo", "Honolulu"]
)
def test_the_wait_for_a_common_hour(there: str, mean: float, longest: float) -> None:
    posts = {
        "jjoc": {"headquarters": "Tokyo", "calendar": "office", "seats": 9},
        "usa": {"headquarters": there, "calendar": "office", "seats": 9},
    }
    plan = conference(posts, {"every": {"interval": "PT5M", "first": "2025-01-06T00:00:00Z"}}, WEEKS)
    run = Simulation(plan).run(1, 0)
    waits = run.samples[0] / HOUR
    assert np.isfinite(waits).all()
    assert float(waits.mean()) == pytest.approx(mean, abs=0.05)
    assert float(waits.max()) == pytest.approx(longest, abs=0.1)
    grid = common_waits((PLACES["Tokyo"], PLACES[there]))
    assert np.allclose(waits, grid, atol=1e-9), "case by case, the wait is that of the grid"


def test_random_arrivals_wait_as_the_table_says() -> None:
    posts = {
        "jjoc": {"headquarters": "Tokyo", "calendar": "office", "seats": 9},
        "usa": {"headquarters": "Honolulu", "calendar": "office", "seats": 9},
    }
    simulation = Simulation(conference(posts, {"poisson": "PT2H"}, WEEKS))
    means = [float(np.mean(simulation.run(4, n).samples[0])) / HOUR for n in range(60)]
    assert abs(np.mean(means) - 28.8) < 4 * np.std(means) / np.sqrt(60) + 0.05


def test_tokyo_and_washington_never_meet() -> None:
    posts = {
        "jjoc": {"headquarters": "Tokyo", "calendar": "office"},
        "usa": {"headquarters": "Washington", "calendar": "office"},
    }
    run = Simulation(conference(posts, {"every": {"interval": "PT1H"}}, WEEKS)).run(1, 0)
    assert run.opened[0] == 335
    assert np.isinf(run.samples[0]).all()
    assert run.unfinished == 335


def test_a_shift_that_ends_when_the_other_begins_is_no_common_hour() -> None:
    calendars = {
        "early": {"shifts": {"s": {"days": ["mon"], "begins": "08:00", "ends": "12:00"}}},
        "late": {"shifts": {"s": {"days": ["mon"], "begins": "12:00", "ends": "16:00"}}},
    }
    posts = {
        "a": {"headquarters": "Tokyo", "calendar": "early"},
        "b": {"headquarters": "Tokyo", "calendar": "late"},
    }
    plan = conference(posts, {"every": {"interval": "PT30M"}}, 24 * HOUR, calendars=calendars)
    assert np.isinf(Simulation(plan).run(1, 0).samples[0]).all()


def test_a_conference_holds_a_seat_of_each_and_its_duration_is_added() -> None:
    """Two posts with one seat each are one server: M/D/1 by Pollaczek and Khinchin."""
    posts = {"a": {"headquarters": "Tokyo"}, "b": {"headquarters": "Tokyo"}}
    simulation = Simulation(conference(posts, {"poisson": "PT100M"}, 3000 * HOUR, "PT60M"))
    means, busy = [], []
    for n in range(30):
        run = simulation.run(8, n)
        means.append(float(np.mean(run.samples[0])) / 60)
        busy.append(run.statistic[:, 0] / (3000 * HOUR))
    load = 0.6
    exact = 60 + load * 60 / 2 / (1 - load)
    assert abs(np.mean(means) - exact) < 4.5 * np.std(means) / np.sqrt(30)
    assert np.mean(busy, axis=0) == pytest.approx([load, load], abs=0.02)


def test_work_begun_is_not_pre_empted_and_the_conference_goes_first_afterwards() -> None:
    """Two jobs of one hour, and ten minutes later a conference, at the same desk: job, conference, job."""
    draft = NetDraft("new")
    draft.add("fork", "now", "new", "x y m later", step="forks")
    draft.add("call", "delay", "later", "n")
    draft.add("first", "work", "x", "x1")
    draft.add("second", "work", "y", "y1")
    draft.add("talk", "meet", "m n", "p q", step="meets", inhibit="p q", members=("s", "t"))
    draft.add("talk", "work", "p q", "over", members=("s", "t"))
    tasks = {name: {"post": "desk", "duration": "PT1H"} for name in ("first", "second")}
    tasks |= {"s": {"post": "desk"}, "t": {"post": "guest"}}
    model = model_of(
        {"desk": {}, "guest": {}},
        tasks,
        {"at": ["2025-01-06T01:00:00Z"]},
        {name: opened_until(name) for name in ("first", "second", "talk")},
        binding={
            "conferences": {"talk": {"tasks": ["s", "t"], "duration": "PT30M"}},
            "events": {"call": {"delay": "PT10M"}},
        },
    )
    run = Simulation(plan_of(model, draft.net(), 10 * HOUR)).run(1, 0)
    assert [float(sample[0]) / 60 for sample in run.samples] == [60.0, 150.0, 90.0]


def test_a_deputy_sits_in_for_a_post_that_is_off_duty() -> None:
    posts = {
        "chief": {"headquarters": "Tokyo", "calendar": "office", "deputies": ["watch"]},
        "watch": {"headquarters": "Tokyo"},
        "guest": {"headquarters": "Tokyo"},
    }
    tasks = ("chief", "guest")
    draft = NetDraft("new")
    draft.add("fork", "now", "new", "m n", step="forks")
    draft.add("talk", "meet", "m n", "p q", step="meets", inhibit="p q", members=tasks)
    draft.add("talk", "work", "p q", "over", members=tasks)
    model = model_of(
        posts,
        {name: {"post": name} for name in tasks},
        {"every": {"interval": "PT1H"}},
        {"wait": opened_until("talk")},
        binding={"conferences": {"talk": {"tasks": list(tasks), "duration": "PT10M"}}},
        headquarters={"Tokyo": {"party": "a", "name": "T", "place": "T", "timezone": "Asia/Tokyo"}},
        calendars={"office": OFFICE},
    )
    run = Simulation(plan_of(model, draft.net(), WEEKS)).run(1, 0)
    assert (run.samples[0] == 600.0).all()
    assert run.statistic[1, 0] > run.statistic[0, 0] > 0
