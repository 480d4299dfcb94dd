"""Forecasts of the library model: the same as its simulation, and along paths of its nets."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from renkei.clock import SECOND
from renkei.model.schema import Arrivals
from renkei.net.compile import compile_net
from renkei.net.game import enabled, fire
from renkei.net.tables import Net
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.simulator import Forecaster, RunningCase, Situation
from renkei.simulator.draws import stable_hash
from renkei.simulator.given import GivenRows
from renkei.simulator.outlook import run_block
from renkei.simulator.plan import SimulationPlan, Window, build_plan
from renkei.simulator.present import PastHours, at_present, moment_of
from renkei.simulator.replication import Simulation

DAY = 86400 * SECOND
NOW = (datetime(2025, 4, 28, 22, 17, 3, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
    microseconds=1
)
"""A Tuesday morning in Tokyo, before the holidays; Monday evening in Washington, noon in Hawaii."""


@pytest.fixture(scope="module")
def arrangement() -> Arrangement:
    return load_arrangement("us-japan").with_option("O0")


@pytest.fixture(scope="module")
def nets(arrangement: Arrangement) -> dict[str, Net]:
    return {process: compile_net(arrangement, process) for process in arrangement.collaborations}


@pytest.fixture(scope="module")
def forecaster(arrangement: Arrangement, nets: dict[str, Net]) -> Forecaster:
    assert arrangement.model is not None
    return Forecaster(arrangement.model, nets, arrangement.collaborations)


def present(forecaster: Forecaster, situation: Situation, *, own_keys: bool = False) -> SimulationPlan:
    plan = forecaster._plan(situation.moment)
    given = GivenRows(plan, situation, PastHours(forecaster._model, plan, situation.moment)).build()
    if own_keys:
        streams = [stable_hash(f"{case.contingency}/cases") for case in situation.cases]
        given = given._replace(case_key=np.array([[stream, 0] for stream in streams], np.uint64))
    return at_present(plan, situation.moment, len(situation.cases), forecaster.horizon, given)


@pytest.mark.parametrize("contingency", ["earthquake", "crisis", "access-request"])
def test_a_forecast_of_a_new_case_is_a_simulation_of_it(
    arrangement: Arrangement, nets: dict[str, Net], forecaster: Forecaster, contingency: str
) -> None:
    """Calendars, channels, conferences and timers included: number for number."""
    assert arrangement.model is not None
    entry = arrangement.model.contingencies[contingency]
    net = nets[entry.process]
    case = RunningCase("x", entry.process, net.initial, NOW, contingency=contingency)
    forecast = present(forecaster, Situation(NOW, (case,)), own_keys=True)
    found = run_block(Simulation(forecast), 3, range(20)).times[:, :, 0]
    opened = entry.model_copy(update={"arrivals": Arrivals(at=(moment_of(NOW),)), "priority": {}})
    model = arrangement.model.model_copy(update={"contingencies": {contingency: opened}})
    window = Window(moment_of(NOW), 0.0, forecaster.horizon, drain=0.0)
    plan = build_plan(model, nets, arrangement.collaborations, window)
    simulation = Simulation(plan)
    rows = [row for row, (name, _) in enumerate(forecast.samples) if name == contingency]
    for replication in range(20):
        expected = [sample[0] for sample in simulation.run(3, replication).samples]
        np.testing.assert_allclose(found[replication, rows], expected, atol=1e-5)
    assert np.isfinite(found[:, rows]).any()


def played(net: Net, steps: int, salt: str) -> tuple[int, ...]:
    """Return a marking that a play of the net has led to."""
    marking = net.initial
    for step in range(steps):
        possible = list(enabled(net, marking))
        if not possible:
            break
        chosen = possible[stable_hash(f"{salt}/{step}") % len(possible)]
        marking = fire(marking, net.transitions[chosen])
    return marking


def many(nets: dict[str, Net], count: int) -> tuple[RunningCase, ...]:
    names = list(nets)
    return tuple(
        RunningCase(f"case-{n}", names[n % 3], played(nets[names[n % 3]], n % 25, f"{n}"), NOW - n * DAY // 9)
        for n in range(count)
    )


def test_paths_from_the_markings_are_paths_of_the_nets(nets: dict[str, Net], forecaster: Forecaster) -> None:
    cases = many(nets, 30)
    simulation = Simulation(present(forecaster, Situation(NOW, cases)), paths=True)
    run = simulation.run(2, 0)
    assert run.path is not None
    markings = {number: case.marking for number, case in enumerate(cases)}
    walked: dict[int, int] = defaultdict(int)
    for _, number, index in run.path[1]:
        case = int(number)
        net = nets[cases[case].process]
        assert int(index) in set(enabled(net, markings[case]))
        markings[case] = fire(markings[case], net.transitions[int(index)])
        walked[case] += 1
    assert len(walked) > 20
    assert sum(walked.values()) > 400


def test_fifty_cases_get_the_same_answer_on_any_number_of_threads(
    nets: dict[str, Net], forecaster: Forecaster
) -> None:
    situation = Situation(NOW, many(nets, 50))
    one = forecaster.forecast(situation, replications=60)
    two = forecaster.forecast(situation, replications=60, threads=2)
    assert one.to_dict() == two.to_dict()
    told = [case.over.bottleneck for case in one.cases]
    assert {"post"} <= {entry.kind for entry in told if entry is not None}
    shares = [sum(entry.share for entry in case.over.waiting) for case in one.cases]
    assert all(share <= 1 + 1e-9 for share in shares)


def test_the_longer_a_case_is_open_the_likelier_is_a_miss(
    nets: dict[str, Net], forecaster: Forecaster
) -> None:
    net = nets["disaster-relief"]
    ages = [0, DAY // 2, 2 * DAY]
    cases = [RunningCase("x", "disaster-relief", net.initial, NOW - age) for age in ages]
    found = [
        forecaster.forecast(Situation(NOW, (case,))).cases[0].measures["relief-decision"] for case in cases
    ]
    missed = [entry.missed.probability for entry in found if entry.missed]
    assert missed == sorted(missed)
    assert missed[-1] == 1.0
    assert [entry.due for entry in found] == [86400.0, 43200.0, -86400.0]
    assert len({entry.p50 for entry in found}) == 1, "what remains does not depend on when it was opened"
