"""Queues with exact answers: Erlang C, Cobham, Little, Erlang chains, forks, rework.

Every interval is widened for the number of comparisons of this file, so that a correct simulator fails less
than once in ten thousand runs; the seeds are fixed all the same.
"""

from __future__ import annotations

from math import factorial, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from renkei.simulator.plan import SimulationPlan
from renkei.simulator.replication import Replication, Simulation
from tests.simulator.nets import NetDraft, model_of, opened_until, plan_of

WIDTH = NormalDist().inv_cdf(1 - 1e-4 / 40 / 2)
"""Standard errors of the widened interval: 40 comparisons share one chance in ten thousand."""
SEEDS = (1, 20250330)


def runs(plan: SimulationPlan, seed: int, count: int) -> list[Replication]:
    simulation = Simulation(plan)
    return [simulation.run(seed, number) for number in range(count)]


def assert_near(values: list[float], exact: float, slack: float = 0.0) -> None:
    """Compare the mean of replications with the exact value, in widened standard errors."""
    error = float(np.std(values, ddof=1)) / sqrt(len(values))
    assert abs(float(np.mean(values)) - exact) <= WIDTH * error + slack, (np.mean(values), error, exact)


def exponential(mean: str) -> dict[str, Any]:
    return {"exponential": {"mean": mean}}


def one_post(
    seats: int, interval: str, duration: dict[str, Any], horizon: float, **more: Any
) -> SimulationPlan:
    draft = NetDraft("new")
    draft.add("serve", "work", "new", "served")
    model = model_of(
        {"desk": {"seats": seats}},
        {"serve": {"post": "desk", "duration": duration}},
        {"poisson": interval},
        {"time": opened_until("serve")},
        **more,
    )
    return plan_of(model, draft.net(), horizon, warmup=horizon / 20)


def erlang_c_wait(rate: float, service: float, servers: int) -> float:
    """Return the mean wait of M/M/c (Erlang C), from the probabilities of the states themselves."""
    load = rate / service
    ratio = load / servers
    below = sum(load**n / factorial(n) for n in range(servers))
    above = load**servers / factorial(servers) / (1 - ratio)
    return above / (below + above) / (servers * service - rate)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("servers", "interval"), [(1, 1.25), (2, 0.625), (3, 0.4)])
def test_m_m_c_waits_as_erlang_c_says(servers: int, interval: float, seed: int) -> None:
    plan = one_post(servers, f"PT{interval}S", exponential("PT1S"), 20_000.0)
    found = runs(plan, seed, 30)
    wait = erlang_c_wait(1 / interval, 1.0, servers)
    assert_near([float(run.statistic[0, 1] / run.statistic[0, 2]) for run in found], wait)
    assert_near([float(np.nanmean(run.samples[0][run.skipped[0] :])) for run in found], wait + 1.0)
    assert_near([float(run.statistic[0, 0]) / plan.seat_seconds[0] for run in found], 1 / interval / servers)
    assert_near([float(run.statistic[0, 3]) / 19_000.0 for run in found], wait / interval)


def test_the_published_figures_of_three_servers() -> None:
    assert erlang_c_wait(2.5, 1.0, 3) == pytest.approx(1.40449, abs=1e-5)
    assert erlang_c_wait(1.6, 1.0, 2) == pytest.approx(1.7778, abs=1e-4)


@pytest.mark.parametrize("law", ["fixed", "lognormal", "uniform"])
def test_m_g_1_waits_as_pollaczek_and_khinchin_say(law: str) -> None:
    duration, square = {
        "fixed": ({"fixed": "PT1S"}, 1.0),
        "lognormal": ({"lognormal": {"mean": "PT1S", "cv": 0.8}}, 1.64),
        "uniform": ({"uniform": {"low": "PT0S", "high": "PT2S"}}, 4 / 3),
    }[law]
    found = runs(one_post(1, "PT1.6S", duration, 20_000.0), 7, 30)
    wait = square / 1.6 / 2 / (1 - 1 / 1.6)
    assert_near([float(run.statistic[0, 1] / run.statistic[0, 2]) for run in found], wait)


def test_priorities_wait_as_cobham_says() -> None:
    """Cobham (1954): W_p = R / ((1 - s_{p-1}) (1 - s_p)) with R the mean residual work in service."""
    shares = {"high": 0.2, "normal": 0.5, "low": 0.3}
    draft = NetDraft("new")
    draft.add("serve", "work", "new", "served")
    rate, square = 0.7, 1.25
    posts = {"desk": {}}
    tasks = {"serve": {"post": "desk", "duration": {"lognormal": {"mean": "PT1S", "cv": 0.5}}}}
    contingencies = {
        name: {
            "name": name,
            "process": "p",
            "arrivals": {"poisson": f"PT{1 / (rate * share)}S"},
            "priority": {name: 1.0},
        }
        for name, share in shares.items()
    }
    model = model_of(posts, tasks, measures={"time": opened_until("serve")}, contingencies=contingencies)
    plan = plan_of(model, draft.net(), 30_000.0, warmup=1_000.0)
    found = runs(plan, 5, 30)
    residual, done = rate * square / 2, 0.0
    for row, share in enumerate(shares.values()):
        before, done = done, done + rate * share
        wait = residual / ((1 - before) * (1 - done))
        times = [float(np.nanmean(run.samples[row][run.skipped[row] :])) for run in found]
        assert_near(times, wait + 1.0)


def approvals(kind: str) -> SimulationPlan:
    draft = NetDraft("new")
    if kind == "parallel":
        draft.add("fork", "now", "new", "a b", step="forks")
        draft.add("ours", "work", "a", "c")
        draft.add("theirs", "work", "b", "d")
        draft.add("join", "now", "c d", "end", step="joins")
    else:
        draft.add("ours", "work", "new", "a")
        draft.add("theirs", "work", "a", "end")
    tasks = {name: {"duration": exponential("PT1H")} for name in ("ours", "theirs")}
    model = model_of({}, tasks, {"poisson": "PT1H"}, {"time": opened_until("ours", "theirs")})
    return plan_of(model, draft.net(), 2_000 * 3600.0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("kind", "hours"), [("parallel", 1.5), ("sequence", 2.0)])
def test_two_approvals(kind: str, hours: float, seed: int) -> None:
    found = runs(approvals(kind), seed, 20)
    assert_near([float(np.mean(run.samples[0])) / 3600 for run in found], hours)


def test_an_erlang_chain_has_mean_and_spread_of_its_sum() -> None:
    draft = NetDraft("p0")
    for number in range(5):
        draft.add(f"t{number}", "work", f"p{number}", f"p{number + 1}")
    tasks = {f"t{number}": {"duration": exponential("PT1H")} for number in range(5)}
    model = model_of({}, tasks, {"poisson": "PT1H"}, {"time": opened_until("t4")})
    found = runs(plan_of(model, draft.net(), 1_000 * 3600.0), 3, 20)
    assert_near([float(np.mean(run.samples[0])) / 3600 for run in found], 5.0)
    assert_near([float(np.var(run.samples[0])) / 3600**2 for run in found], 5.0, slack=0.01)


@pytest.mark.parametrize("again", [0.2, 0.5, 0.8])
def test_rework_takes_t_over_one_minus_p(again: float) -> None:
    draft = NetDraft("new")
    draft.add("draft", "work", "new", "drafted")
    draft.add("good", "now", "drafted", "new", "end", step="chooses", flows=("back", "on"))
    flows = {"back": {"probability": again}, "on": {"probability": 1 - again}}
    model = model_of(
        {},
        {"draft": {"duration": exponential("PT1H")}},
        {"poisson": "PT1H"},
        {"time": opened_until("done")},
        binding={"flows": flows},
    )
    draft.add("done", "now", "end", "over", step="ends")
    found = runs(plan_of(model, draft.net(), 2_000 * 3600.0), 11, 20)
    assert_near([float(np.mean(run.samples[0])) / 3600 for run in found], 1 / (1 - again))


def branching() -> tuple[NetDraft, dict[str, Any], dict[str, Any]]:
    """Return a net of six tasks on three posts, with a choice, a fork and a join."""
    draft = NetDraft("new")
    draft.add("sort", "work", "new", "sorted")
    draft.add("way", "now", "sorted", "both", "one", step="chooses", flows=("f", "g"))
    draft.add("fork", "now", "both", "a b", step="forks")
    draft.add("left", "work", "a", "c")
    draft.add("right", "work", "b", "d")
    draft.add("join", "now", "c d", "e", step="joins")
    draft.add("alone", "work", "one", "e")
    draft.add("close", "work", "e", "end")
    posts = {"x": {"seats": 1}, "y": {"seats": 2}, "z": {"seats": 1}}
    tasks = {
        "sort": {"post": "x", "duration": {"triangular": {"low": "PT1M", "mode": "PT5M", "high": "PT9M"}}},
        "left": {"post": "y", "duration": exponential("PT12M")},
        "right": {"post": "z", "duration": {"pert": {"low": "PT2M", "mode": "PT8M", "high": "PT20M"}}},
        "alone": {"post": "y", "duration": {"lognormal": {"mean": "PT15M", "cv": 1.5}}},
        "close": {"post": "z", "duration": exponential("PT2M")},
    }
    return draft, posts, tasks


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_littles_law_holds_on_every_post(seed: int) -> None:
    """The time-average of the queue is the rate times the mean wait; exact but for what is cut at the end."""
    draft, posts, tasks = branching()
    model = model_of(posts, tasks, {"poisson": "PT15M"}, {"time": opened_until("close")})
    horizon = 5_000 * 3600.0
    run = runs(plan_of(model, draft.net(), horizon), seed, 1)[0]
    for busy, wait, started, area, _, left, *_ in run.statistic:
        assert busy > 0
        assert started > 1000
        assert left == 0
        assert area == pytest.approx(wait, rel=2e-3)
    assert run.unfinished == 0
    assert run.closed == run.opened[0]


def test_no_case_is_lost_when_posts_cannot_keep_up() -> None:
    plan = one_post(1, "PT1S", exponential("PT3S"), 3_000.0)
    run = runs(plan, 1, 1)[0]
    assert run.unfinished > 100
    assert run.opened[0] == run.closed + run.unfinished
    reached = int(np.count_nonzero(np.isfinite(run.samples[0])))
    assert reached == run.closed
    assert int(np.count_nonzero(np.isinf(run.samples[0]))) == run.unfinished
