"""Forecasts from present markings: what remains is what theory says remains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from math import erfc, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from renkei.clock import from_text
from renkei.errors import LimitError, UsageError
from renkei.model.schema import Model
from renkei.net.tables import Net
from renkei.simulator.forecast import Forecaster
from renkei.simulator.given import GivenRows
from renkei.simulator.moments import completed_elements
from renkei.simulator.outlook import run_block
from renkei.simulator.plan import Window, build_plan
from renkei.simulator.present import PastHours, at_present
from renkei.simulator.prospect import CaseForecast
from renkei.simulator.replication import Simulation
from renkei.simulator.situation import RunningCase, Since, Situation
from renkei.simulator.statistics import percentile_of, share_interval
from tests.simulator.nets import NetDraft, model_of, opened_until
from tests.simulator.test_paths import enabled, fired, nets

HOUR, SECOND = 3600.0, 1_000_000
NOW = from_text("2025-01-08T10:00:00+00:00")
OFFICE = {
    "office": {
        "shifts": {"day": {"days": ["mon", "tue", "wed", "thu", "fri"], "begins": "08:00", "ends": "17:00"}}
    }
}


def ago(seconds: float) -> int:
    return NOW - round(seconds * SECOND)


def marked(net: Net, *names: str) -> tuple[int, ...]:
    return tuple(names.count(place.name) for place in net.places)


def running(net: Net, *names: str, **more: Any) -> RunningCase:
    return RunningCase(**{"id": "x", "process": "p", "marking": marked(net, *names), "opened": NOW, **more})


def only(model: Model, net: Net, case: RunningCase, now: int = NOW, **settings_: Any) -> CaseForecast:
    options = {name: settings_.pop(name) for name in ("horizon", "arrivals") if name in settings_}
    return (
        Forecaster(model, {"p": net}, {}, **options).forecast(Situation(now, (case,)), **settings_).cases[0]
    )


def ends(model: Model, net: Net, *cases: RunningCase, runs: int = 4000, now: int = NOW) -> np.ndarray:
    """Return when each case is over, [replication, case]."""
    forecaster = Forecaster(model, {"p": net}, {}, horizon=10_000 * HOUR)
    situation = Situation(now, cases)
    plan = forecaster._plan(now)
    rows = GivenRows(plan, situation, PastHours(forecaster._model, plan, now)).build()
    present = at_present(plan, now, len(cases), forecaster.horizon, rows)
    return run_block(Simulation(present), 7, range(runs)).reached[:, :, -1]


def one_task() -> Net:
    draft = NetDraft("a")
    draft.add("work", "work", "a", "b")
    return draft.net()


def task_of(duration: object, **post: Any) -> Model:
    return model_of(
        {"desk": post}, {"work": {"post": "desk", "duration": duration}}, measures={"m": opened_until("work")}
    )


LAWS = {
    "fixed": "PT5H",
    "exponential": {"exponential": {"mean": "PT3H"}},
    "lognormal": {"lognormal": {"mean": "PT3H", "cv": 1.5}},
    "uniform": {"uniform": {"low": "PT1H", "high": "PT9H"}},
    "triangular": {"triangular": {"low": "PT1H", "mode": "PT2H", "high": "PT9H"}},
    "pert": {"pert": {"low": "PT1H", "mode": "PT2H", "high": "PT9H"}},
}


@pytest.mark.parametrize("law", LAWS)
def test_a_case_opened_now_has_the_times_of_the_simulation(law: str) -> None:
    """With the same key, number for number the same: a forecast from the initial marking is a simulation."""
    draft = NetDraft("new")
    draft.add("fork", "now", "new", "a b", step="forks")
    draft.add("left", "work", "a", "c", "d", step="completes", flows=("x", "y"))
    draft.add("right", "work", "b", "e")
    draft.add("rest", "delay", "d", "c")
    draft.add("join", "now", "c e", "f", step="joins")
    draft.add("last", "work", "f", "g")
    net = draft.net()
    tasks = {name: {"post": "desk", "duration": LAWS[law]} for name in ("left", "right", "last")}
    model = model_of(
        {"desk": {}},
        tasks,
        {"at": ["2025-01-08T10:00:00Z"]},
        {"m": opened_until("last")},
        binding={"events": {"rest": {"delay": LAWS[law]}}},
    )
    forecaster = Forecaster(model, {"p": net}, {}, horizon=1000 * HOUR)
    case = running(net, "new", contingency="c")
    plan = forecaster._plan(NOW)
    rows = GivenRows(plan, Situation(NOW, (case,)), PastHours(forecaster._model, plan, NOW)).build()
    key = np.array([[plan.tables.contingency_key[0, 1], 0]], np.uint64)
    present = at_present(plan, NOW, 1, forecaster.horizon, rows._replace(case_key=key))
    found = run_block(Simulation(present), 3, range(50)).times[:, 0, 0]
    window = Window(datetime(2025, 1, 8, 10, tzinfo=UTC), 0.0, forecaster.horizon)
    simulation = Simulation(build_plan(model, {"p": net}, {}, window))
    expected = [simulation.run(3, number).samples[0][0] for number in range(50)]
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(found, expected, rtol=1e-9)


# What is under way.


@pytest.mark.parametrize("elapsed", [0.0, 1.0, 40 * HOUR, 4000 * HOUR])
def test_an_exponential_time_has_no_memory(elapsed: float) -> None:
    net = one_task()
    cases = [running(net, "a", under_way=(Since("work", ago(e)),), opened=ago(e)) for e in (0.0, elapsed)]
    model = task_of(LAWS["exponential"], seats=2)
    fresh, old = ends(model, net, cases[0], runs=200), ends(model, net, cases[1], runs=200)
    np.testing.assert_array_equal(fresh, old)
    assert fresh.mean() == pytest.approx(3 * HOUR, rel=0.25)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 8 * 3600 * SECOND))
def test_of_a_fixed_time_the_rest_remains(microseconds: int) -> None:
    net = one_task()
    since = NOW - microseconds
    case = running(net, "a", under_way=(Since("work", since),), opened=since)
    found = only(task_of("PT5H"), net, case, replications=2)
    rest = max(0.0, 5 * HOUR - microseconds / SECOND)
    assert found.over.p50.value == found.over.p90.value == pytest.approx(rest, abs=1e-6)
    assert found.overdue == (("work",) if microseconds >= 5 * HOUR * SECOND else ())


def survival(law: str, hours: float) -> float:
    """Return the survivor functions of ``LAWS`` by formulas of their own."""
    if law == "lognormal":
        variance = log(1 + 1.5**2)
        return 0.5 * erfc((log(hours / 3) + variance / 2) / sqrt(2 * variance)) if hours > 0 else 1.0
    if hours <= 1:
        return 1.0
    if law == "uniform":
        return (9 - hours) / 8
    if law == "triangular":
        return (9 - hours) ** 2 / (8 * 7) if hours > 2 else 1 - (hours - 1) ** 2 / 8
    grid = np.linspace(hours, 9, 20_001)
    density = ((grid - 1) / 8) ** 0.5 * ((9 - grid) / 8) ** 3.5
    whole = np.linspace(1, 9, 80_001)
    total = np.trapezoid(((whole - 1) / 8) ** 0.5 * ((9 - whole) / 8) ** 3.5, whole)
    return float(np.trapezoid(density, grid) / total)


@pytest.mark.parametrize("law", ["lognormal", "uniform", "triangular", "pert"])
@pytest.mark.parametrize("elapsed", [0.5, 1.5, 4.0])
def test_what_has_lasted_is_drawn_on_condition_of_it(law: str, elapsed: float) -> None:
    net = one_task()
    case = running(net, "a", under_way=(Since("work", ago(elapsed * HOUR)),), opened=ago(elapsed * HOUR))
    rest = ends(task_of(LAWS[law]), net, case)[:, 0] / HOUR
    assert rest.min() >= 0
    for more in (0.3, 1.0, 2.0, 3.5):
        expected = survival(law, elapsed + more) / survival(law, elapsed)
        assert (rest > more).mean() == pytest.approx(expected, abs=0.032)  # four standard errors


@pytest.mark.parametrize(("hours", "late"), [(20, False), (1e6, True)])
def test_a_time_far_in_the_tail_may_last_longer_as_far_as_numbers_go(hours: float, late: bool) -> None:
    """After 20 of 1 hour, 30 standard deviations: a hazard of z / (sigma t) leaves some minutes of median."""
    net = one_task()
    case = running(net, "a", under_way=(Since("work", ago(hours * HOUR)),), opened=ago(hours * HOUR))
    found = only(task_of({"lognormal": {"mean": "PT1H", "cv": 0.1}}), net, case, replications=1000)
    sigma = sqrt(log(1.01))
    z = (log(hours) + sigma**2 / 2) / sigma
    expected = 0.0 if late else log(2) * sigma * hours * HOUR / z
    assert found.over.p50.value == pytest.approx(expected, rel=0.15)
    assert found.overdue == (("work",) if late else ())


def test_an_armed_timer_goes_off_on_time() -> None:
    draft = NetDraft("a")
    draft.add("timer", "delay", "a", "b", step="catches")
    net = draft.net()
    model = model_of({}, {}, binding={"events": {"timer": {"delay": "PT10H"}}})
    for since, rest in ((ago(4 * HOUR), 6 * HOUR), (NOW, 10 * HOUR), (ago(11 * HOUR), 0.0)):
        found = only(model, net, running(net, "a", under_way=(Since("timer", since),), opened=ago(1e6)))
        assert found.over.p90.value == rest
    assert only(model, net, running(net, "a")).over.p50.value == 10 * HOUR


# Analytic oracles.


def approvals() -> Net:
    draft = NetDraft("new")
    draft.add("fork", "now", "new", "a b", step="forks")
    draft.add("left", "work", "a", "c")
    draft.add("right", "work", "b", "d")
    draft.add("join", "now", "c d", "e", step="joins")
    return draft.net()


@pytest.mark.parametrize(
    ("tokens", "mean"),
    [
        (("new",), 2 + 3 - 1 / (1 / 2 + 1 / 3)),
        (("a", "b"), 2 + 3 - 1 / (1 / 2 + 1 / 3)),
        (("c", "b"), 3.0),
        (("a", "d"), 2.0),
    ],
)
def test_two_parallel_approvals(tokens: tuple[str, ...], mean: float) -> None:
    """E max(A, B) = a + b - 1/(1/a + 1/b); where one is done the other remains, by absence of memory."""
    net = approvals()
    tasks = {
        "left": {"duration": {"exponential": {"mean": "PT2H"}}},
        "right": {"duration": {"exponential": {"mean": "PT3H"}}},
    }
    since = tuple(Since(e, ago(HOUR)) for e, place in (("left", "a"), ("right", "b")) if place in tokens)
    found = ends(model_of({}, tasks), net, running(net, *tokens, under_way=since, opened=ago(HOUR)))
    error = 4 * found.std() / sqrt(len(found))
    assert found.mean() / HOUR == pytest.approx(mean, abs=error / HOUR)


@pytest.mark.parametrize("law", ["lognormal", "pert", "triangular"])
def test_forecasts_made_on_the_way_add_up_to_the_law_itself(law: str) -> None:
    """Of cases stopped after 4 hours, what is forecast from where they stand is what they went on to take."""
    net, halfway = approvals(), 4 * HOUR
    laws = {"left": LAWS[law], "right": LAWS["uniform"]}
    model = model_of({}, {name: {"duration": duration} for name, duration in laws.items()})
    forecaster = Forecaster(model, {"p": net}, {}, horizon=10_000 * HOUR)
    plan = forecaster._plan(NOW)
    fresh = tuple(running(net, "new", id=f"{n}") for n in range(1500))
    rows = GivenRows(plan, Situation(NOW, fresh), PastHours(forecaster._model, plan, NOW)).build()
    simulation = Simulation(at_present(plan, NOW, len(fresh), forecaster.horizon, rows), paths=True)
    run = simulation.run(5, 0)
    over = simulation.space.reached[:, -1].copy()
    assert run.path is not None
    markings = {number: list(net.initial) for number in range(len(fresh))}
    for time, (_, number, index) in zip(*run.path, strict=True):
        if time <= halfway:
            markings[int(number)] = fired(markings[int(number)], net.transitions[int(index)])
    later = [number for number in markings if over[number] > halfway]
    stopped = [
        replace(
            fresh[number],
            id=f"stopped {number}",
            marking=tuple(markings[number]),
            opened=ago(halfway),
            under_way=tuple(
                Since(t.element, ago(halfway))
                for t in net.transitions
                if t.timing == "work" and enabled(markings[number], t)
            ),
        )
        for number in later
    ]
    found = ends(model, net, *stopped, runs=20).ravel()
    expected = over[later] - halfway
    assert len(expected) > 500
    points = np.quantile(expected, [0.1, 0.25, 0.5, 0.75, 0.9])
    shares = (found[:, None] <= points).mean(axis=0)
    np.testing.assert_allclose(shares, [0.1, 0.25, 0.5, 0.75, 0.9], atol=0.08)


def test_cases_in_line_wait_for_each_other() -> None:
    """Three fixed hours on one seat: two hours under way, then by priority, then by age."""
    net = one_task()
    model = task_of("PT3H")
    cases = (
        running(net, "a", id="young", waiting=(Since("work", ago(HOUR)),), opened=ago(HOUR)),
        running(net, "a", id="old", waiting=(Since("work", ago(9 * HOUR)),), opened=ago(9 * HOUR)),
        running(net, "a", id="urgent", priority="high"),
        running(net, "a", id="at work", under_way=(Since("work", ago(2 * HOUR)),), opened=ago(2 * HOUR)),
    )
    found = Forecaster(model, {"p": net}, {}).forecast(Situation(NOW, cases), replications=3).cases
    assert [case.over.p50.value for case in found] == [10 * HOUR, 7 * HOUR, 4 * HOUR, HOUR]
    bottleneck = found[0].over.bottleneck
    assert bottleneck is not None
    assert (bottleneck.kind, bottleneck.id, bottleneck.share, bottleneck.seconds) == (
        "post",
        "desk",
        1.0,
        7 * HOUR,
    )
    assert found[3].over.bottleneck is None, "who is at work does not wait"


def test_only_waiting_on_the_way_to_the_end_is_counted() -> None:
    """The left branch waits six hours for its desk and works one; the right takes nine, or two."""
    draft = NetDraft("new")
    draft.add("fork", "now", "new", "a b", step="forks")
    draft.add("left", "work", "a", "c")
    draft.add("right", "work", "b", "d")
    draft.add("join", "now", "c d", "e", step="joins")
    net = draft.net()
    for right, share in (("PT9H", None), ("PT2H", 1.0)):
        tasks = {"left": {"post": "desk", "duration": "PT7H"}, "right": {"duration": right}}
        model = model_of({"desk": {}}, tasks)
        blocking = running(net, "a", id="1", under_way=(Since("left", ago(HOUR)),), opened=ago(HOUR))
        waiting = running(net, "a", "b", id="2", opened=ago(HOUR), under_way=(Since("right", NOW),))
        longer = model_of({"desk": {}}, {**tasks, "left": {"post": "desk", "duration": "PT2H"}})
        found = Forecaster(longer if share is None else model, {"p": net}, {}).forecast(
            Situation(NOW, (blocking, waiting)), replications=2
        )
        bottleneck = found.cases[1].over.bottleneck
        assert (bottleneck.share if bottleneck else None) == share


def test_a_deputy_at_work_is_away_from_its_own() -> None:
    net = one_task()
    model = model_of(
        {"desk": {"deputies": ["deputy"]}, "deputy": {}}, {"work": {"post": "desk", "duration": "PT3H"}}
    )
    draft = NetDraft("a")
    draft.add("own", "work", "a", "b")
    other = draft.net()
    binding = model.processes["p"]
    own = binding.model_copy(
        update={"tasks": {"own": binding.tasks["work"].model_copy(update={"post": "deputy"})}}
    )
    model = model.model_copy(update={"processes": {"p": binding, "q": own}})
    away = running(net, "a", id="1", under_way=(Since("work", ago(HOUR), "deputy"),), opened=ago(HOUR))
    line = running(net, "a", id="2", opened=ago(HOUR))
    mine = replace(running(other, "a", id="3"), process="q")
    found = Forecaster(model, {"p": net, "q": other}, {}).forecast(
        Situation(NOW, (away, line, mine)), replications=2
    )
    assert [case.over.p50.value for case in found.cases] == [2 * HOUR, 3 * HOUR, 5 * HOUR]


def test_a_conference_under_way_holds_its_seats_and_ends_on_time() -> None:
    draft = NetDraft("new")
    draft.add("fork", "now", "new", "in1 in2", step="forks")
    draft.add("talk", "meet", "in1 in2", "on1 on2", step="meets", inhibit="on1 on2", members=("t1", "t2"))
    draft.add("talk", "work", "on1 on2", "out", members=("t1", "t2"))
    net = draft.net()
    model = model_of(
        {"one": {}, "two": {}},
        {"t1": {"post": "one"}, "t2": {"post": "two"}},
        binding={"conferences": {"talk": {"tasks": ["t1", "t2"], "duration": "PT3H"}}},
    )
    claims = tuple(Since(element, ago(HOUR)) for element in ("t1", "t2"))
    held = running(net, "on1", "on2", id="1", under_way=claims, opened=ago(2 * HOUR))
    called = running(net, "in1", "in2", id="2", opened=ago(2 * HOUR))
    found = Forecaster(model, {"p": net}, {}).forecast(Situation(NOW, (called, held)), replications=2).cases
    assert [case.over.p50.value for case in found] == [5 * HOUR, 2 * HOUR]
    bottleneck = found[0].over.bottleneck
    assert bottleneck is not None
    assert (bottleneck.kind, bottleneck.id, bottleneck.seconds) == ("conference", "talk", 2 * HOUR)


def test_a_case_that_is_over_has_nothing_left() -> None:
    net = one_task()
    case = running(net, "b", completed={"work": ago(HOUR)}, opened=ago(3 * HOUR))
    model = task_of("PT3H")
    model.measures["m"] = model.measures["m"].model_copy(update={"deadline": HOUR})
    found = only(model, net, case)
    measure = found.measures["m"]
    assert found.over.reached
    assert measure.reached
    assert found.over.p90.value == measure.p90.value == 0.0
    assert measure.missed is not None
    assert measure.missed.probability == 1.0, "it took two hours"
    assert measure.due == -2 * HOUR


# Calendars.


def test_work_of_friday_evening_is_done_on_monday_morning() -> None:
    """In Tokyo: 18:00 on a Friday, a task of one hour, a post on duty from 08 to 17."""
    net = one_task()
    model = model_of(
        {"desk": {"calendar": "office"}},
        {"work": {"post": "desk", "duration": "PT1H"}},
        calendars=OFFICE,
        headquarters={"hq": {"party": "a", "name": "H", "place": "H", "timezone": "Asia/Tokyo"}},
    )
    friday = from_text("2025-01-10T18:00:00+09:00")
    found = only(model, net, running(net, "a", opened=friday), now=friday, replications=3)
    monday = from_text("2025-01-13T09:00:00+09:00")
    assert found.over.p50.value == found.over.p90.value == (monday - friday) / SECOND
    waiting = found.over.bottleneck
    assert waiting is not None
    assert waiting.seconds == 62 * HOUR


def test_hours_follow_the_clock_of_the_place_when_it_changes() -> None:
    """The night of 9 March 2025 in New York is an hour short."""
    net = one_task()
    model = model_of(
        {"desk": {"calendar": "office"}},
        {"work": {"post": "desk", "duration": "PT1H"}},
        calendars=OFFICE,
        headquarters={"hq": {"party": "a", "name": "H", "place": "H", "timezone": "America/New_York"}},
    )
    friday = from_text("2025-03-07T18:00:00-05:00")
    found = only(model, net, running(net, "a", opened=friday), now=friday, replications=2)
    assert found.over.p50.value == 62 * HOUR


def test_work_that_rests_counts_the_hours_on_duty_alone() -> None:
    """Ten hours, begun on Tuesday at 15:00: two are done on Tuesday, and two more by Wednesday at 10:00."""
    net = one_task()
    model = model_of(
        {"desk": {"calendar": "office", "off_duty": "pause"}},
        {"work": {"post": "desk", "duration": "PT10H"}},
        calendars=OFFICE,
    )
    since = from_text("2025-01-07T15:00:00+00:00")
    case = running(net, "a", under_way=(Since("work", since),), opened=since)
    assert only(model, net, case, replications=2).over.p50.value == 6 * HOUR
    evening = from_text("2025-01-07T20:00:00+00:00")
    found = only(model, net, case, now=evening, replications=2)
    assert found.over.p50.value == 20 * HOUR, "at 20:00 two hours are done and eight remain, from 08:00 on"
    assert found.over.waiting[0].seconds == 12 * HOUR


@pytest.mark.parametrize(
    "moment", ["2025-01-06T00:00:00+00:00", "2025-01-12T23:59:59.999999+00:00", "2025-01-08T07:30:00.5+00:00"]
)
def test_the_moment_within_the_week_does_not_matter_to_what_is_round_the_clock(moment: str) -> None:
    net, now = one_task(), from_text(moment)
    case = running(net, "a", opened=now)
    found = only(task_of(LAWS["lognormal"]), net, case, now=now)
    assert found.over == only(task_of(LAWS["lognormal"]), net, replace(case, opened=NOW)).over


# Messages.


def message_net() -> Net:
    draft = NetDraft("a")
    draft.message("mail", "flow")
    draft.add("ask", "work", "a", "wait mail")
    draft.add("heard", "now", "wait mail", "end", step="catches")
    return draft.net()


@pytest.mark.parametrize(
    ("channel", "sent", "rest"),
    [
        ({"delay": "PT5H"}, 2.0, 3.0),
        ({"delay": "PT5H"}, 6.0, 0.0),
        ({"delay": "PT5H", "calendar": "office"}, 12.0, 3.0),
        ({"delay": "PT1H", "calendar": "evening"}, 2.0, 9.0),
    ],
)
def test_a_message_in_transit_arrives(channel: Mapping[str, Any], sent: float, rest: float) -> None:
    """At 10:00; the office's line opens at 08:00, the other at 18:00."""
    net = message_net()
    evening = {"evening": {"shifts": {"s": {"days": ["wed"], "begins": "18:00", "ends": "20:00"}}}}
    line = {"name": "line", "headquarters": "hq", **channel}
    model = model_of(
        {},
        {"ask": {"duration": "PT1H"}},
        binding={"messages": {"flow": {"channel": "line"}}},
        channels={"line": line},
        calendars={**OFFICE, **evening},
    )
    case = running(net, "wait", "mail", under_way=(Since("flow", ago(sent * HOUR)),), opened=ago(20 * HOUR))
    found = only(model, net, case, replications=3)
    assert found.over.p50.value == rest * HOUR
    if rest:
        assert found.over.bottleneck is not None
        assert (found.over.bottleneck.kind, found.over.bottleneck.id) == ("channel", "line")
    arrived = replace(case, under_way=())
    assert only(model, net, arrived, replications=2).over.p50.value == 0.0


# Deadlines, measures, horizon.


def test_the_probability_of_a_miss_is_that_of_the_law() -> None:
    net = one_task()
    model = task_of(LAWS["exponential"])
    model.measures["m"] = model.measures["m"].model_copy(update={"deadline": 5 * HOUR})
    case = running(net, "a", under_way=(Since("work", ago(2 * HOUR)),), opened=ago(2 * HOUR))
    found = only(model, net, case, replications=2000).measures["m"]
    assert found.missed is not None
    assert found.missed.probability == pytest.approx(np.exp(-1.0), abs=0.045)
    assert found.missed.ci95[0] < np.exp(-1.0) < found.missed.ci95[1]
    assert found.due == 3 * HOUR


def test_a_deadline_that_has_passed_is_missed() -> None:
    net = one_task()
    model = task_of("PT9H")
    model.measures["m"] = model.measures["m"].model_copy(update={"deadline": HOUR})
    case = running(net, "a", under_way=(Since("work", ago(2 * HOUR)),), opened=ago(2 * HOUR))
    missed = only(model, net, case).measures["m"].missed
    assert missed is not None
    assert missed.probability == 1.0


def test_what_the_horizon_leaves_open_is_told() -> None:
    """A fixed time beyond the horizon, and a deadline that is beyond it or before it."""
    net = one_task()
    model = task_of("PT50H")
    model.measures["m"] = model.measures["m"].model_copy(update={"deadline": 40 * HOUR})
    found = only(model, net, running(net, "a"), horizon=30 * HOUR).measures["m"]
    assert found.p50.value is None
    assert found.p50.interval == (None, None)
    assert found.censored == 1.0
    assert found.missed is not None
    assert found.missed.ci95 == (0.0, 1.0)
    later = only(model, net, running(net, "a"), horizon=45 * HOUR).measures["m"].missed
    assert later is not None
    assert later.probability == 1.0, "the deadline passes before the horizon"


def test_a_case_that_ends_otherwise_is_told_apart() -> None:
    draft = NetDraft("a")
    draft.add("choose", "work", "a", "yes", "no", flows=("x", "y"))
    draft.add("act", "work", "yes", "done")
    net = draft.net()
    model = model_of(
        {},
        {"choose": {"duration": "PT1H"}, "act": {"duration": "PT1H"}},
        measures={"m": {**opened_until("act"), "deadline": "P1D"}},
        binding={"flows": {"x": {"probability": 0.25}, "y": {"probability": 0.75}}},
    )
    found = only(model, net, running(net, "a"), replications=1000).measures["m"]
    assert found.without == pytest.approx(0.75, abs=0.055)
    assert found.p50.value == 2 * HOUR
    assert found.missed is not None
    assert found.missed.probability == 0.0, "a case that is over before its deadline misses nothing"


def test_moments_that_are_reached_are_constants() -> None:
    draft = NetDraft("a")
    draft.add("one", "work", "a", "b")
    draft.add("two", "work", "b", "c")
    net = draft.net()
    between = {"begins": {"any": ["one"]}, "ends": {"any": ["two"]}, "deadline": "PT4H"}
    model = model_of({}, {"one": {"duration": "PT1H"}, "two": {"duration": "PT3H"}}, measures={"m": between})
    open_ = only(model, net, running(net, "a"), replications=2).measures["m"]
    assert (open_.p50.value, open_.due, open_.reached) == (4 * HOUR, None, False)
    case = running(net, "b", completed={"one": ago(2 * HOUR)}, opened=ago(9 * HOUR))
    known = only(model, net, case, replications=2).measures["m"]
    assert (known.p50.value, known.due) == (3 * HOUR, 2 * HOUR)
    assert known.missed is not None
    assert known.missed.probability == 1.0
    assert completed_elements(net) == (("one",), ("two",))


# The same answer, and paths of the net.


def test_neither_threads_nor_what_was_asked_before_nor_company_matter() -> None:
    net = approvals()
    tasks = {"left": {"post": "desk", "duration": LAWS["pert"]}, "right": {"duration": LAWS["lognormal"]}}
    model = model_of(
        {"desk": {"seats": 9, "calendar": "office"}},
        tasks,
        measures={"m": opened_until("join")},
        calendars=OFFICE,
    )
    cases = tuple(
        running(net, *tokens, id=str(n)) for n, tokens in enumerate([("new",), ("a", "b"), ("c", "b")])
    )
    prepared = Forecaster(model, {"p": net}, {})
    first = prepared.forecast(Situation(NOW, cases))
    prepared.forecast(Situation(NOW + 40 * 86400 * SECOND, cases[:1]))
    again = prepared.forecast(Situation(NOW, cases), threads=3)
    assert first.to_dict() == again.to_dict()
    alone = Forecaster(model, {"p": net}, {}).forecast(Situation(NOW, cases[2:]))
    assert alone.cases[0] == first.cases[2]
    other = prepared.forecast(Situation(NOW, cases), seed=2)
    assert other.cases != first.cases


@settings(max_examples=60, deadline=None)
@given(nets(), st.data())
def test_a_path_from_a_marking_is_a_path_of_the_net(net: Net, data: st.DataObject) -> None:
    """The oracle of test_paths replays each path, begun from a marking in mid-run."""
    marking = list(net.initial)
    for _ in range(data.draw(st.integers(0, 6))):
        possible = [t for t in net.transitions if enabled(marking, t)]
        if not possible or sum(marking) > 12:
            break
        marking = fired(marking, data.draw(st.sampled_from(possible)))
    elements = sorted({t.element for t in net.transitions})
    law = {"uniform": {"low": "PT10M", "high": "PT1H"}}
    model = model_of(
        {"desk": {"seats": 2}},
        {
            element: {"post": "desk", "duration": law} if n % 2 else {"duration": law}
            for n, element in enumerate(elements)
        },
        binding={"events": {element: {"delay": law} for element in elements}},
    )
    at_work = next(
        (t for t in net.transitions if t.timing in {"work", "delay"} and enabled(marking, t)), None
    )
    under_way = (Since(at_work.element, ago(60)),) if at_work else ()
    case = RunningCase("x", "p", tuple(marking), ago(3600), under_way=under_way)
    forecaster = Forecaster(model, {"p": net}, {}, horizon=3 * HOUR)
    plan = forecaster._plan(NOW)
    rows = GivenRows(plan, Situation(NOW, (case,)), PastHours(forecaster._model, plan, NOW)).build()
    simulation = Simulation(at_present(plan, NOW, 1, forecaster.horizon, rows), paths=True)
    try:
        run = simulation.run(1, 0)
    except LimitError:  # tokens multiply, or go in a circle
        assume(False)
    assert run.path is not None
    at_once = 0.0
    for time, (_, _, index) in zip(*run.path, strict=True):
        if time > at_once:
            waiting = [t.name for t in net.transitions if t.timing == "now" and enabled(marking, t)]
            assert not waiting, f"time went on although {waiting} could happen"
        assert enabled(marking, net.transitions[index])
        marking, at_once = fired(marking, net.transitions[index]), float(time)
    assert run.closed == (not any(enabled(marking, t) for t in net.transitions))
    assert run.closed == np.isfinite(simulation.space.reached[0, -1])


def test_background_cases_come_and_take_their_seats() -> None:
    net = one_task()
    model = model_of(
        {"desk": {}},
        {"work": {"post": "desk", "duration": "PT3H"}},
        {"at": ["2025-01-08T10:30:00Z", "2025-01-01T00:00:00Z"]},
    )
    later = running(net, "a", id="later", waiting=(Since("work", NOW),))
    first = running(
        net, "a", id="first", under_way=(Since("work", ago(2 * HOUR)),), opened=ago(2 * HOUR), priority="low"
    )
    low = replace(later, priority="low")
    for arrivals, end in ((False, 4 * HOUR), (True, 7 * HOUR)):
        prepared = Forecaster(model, {"p": net}, {}, arrivals=arrivals)
        found = prepared.forecast(Situation(NOW, (low, first)), replications=2)
        assert found.cases[0].over.p50.value == end, "a case of 10:30 goes before one of low priority"
        assert found.cases[1].over.p50.value == HOUR


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"marking": (1,)}, "places"),
        ({"marking": (-1, 0)}, "negative"),
        ({"marking": (10**6, 0)}, "tokens"),
        ({"process": "q"}, "no process"),
        ({"contingency": "nobody"}, "opens no case"),
        ({"opened": NOW + 1}, "after the present"),
        ({"marking": (0, 1), "under_way": (Since("work", NOW),)}, "cannot be under way"),
        ({"under_way": (Since("nothing", NOW),)}, "no element"),
        ({"under_way": (Since("work", NOW, "nobody"),)}, "no post"),
    ],
)
def test_a_case_that_does_not_fit_is_refused(change: Mapping[str, Any], word: str) -> None:
    net = one_task()
    with pytest.raises(UsageError, match=word):
        only(task_of("PT1H"), net, replace(running(net, "a"), **change))


# Intervals.


def test_the_interval_of_a_percentile_covers_it() -> None:
    """Of 1000 samples of 60 exponential times each, at least 95 % (less three standard errors) cover."""
    net = one_task()
    drawn = ends(task_of(LAWS["exponential"]), net, running(net, "a"), runs=60_000)
    times = np.sort(drawn.reshape(1000, 60), axis=1)
    for share in (0.5, 0.9):
        true = -3 * HOUR * log(1 - share)
        found = [percentile_of(row, share).interval for row in times]
        covered = np.mean([(low or 0) <= true and (high is None or true <= high) for low, high in found])
        assert covered >= 0.93


def test_the_interval_of_a_share_is_that_of_wilson() -> None:
    low, high = share_interval(3, 3, 20)
    assert (low, high) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3604, abs=1e-4))
    assert share_interval(0, 20, 20) == (0.0, 1.0)
