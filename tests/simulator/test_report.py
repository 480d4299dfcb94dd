"""The verb as a whole: the shape of its answer, statistics, pairing, threads."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from renkei.errors import InputError, UsageError
from renkei.net.compile import compile_net
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.simulator import SimulationReport, simulate
from renkei.simulator.draws import replication_key
from renkei.simulator.plan import Window, build_plan
from renkei.simulator.replication import Simulation
from renkei.simulator.statistics import estimate_of, paired, percentiles, ratio_estimate, student_quantile
from tests.simulator.test_paths import immediate_messages, paths, replay

MEASURE_KEYS = {
    "unit",
    "mean",
    "ci95",
    "p50",
    "p90",
    "p95",
    "cases",
    "censored",
    "unfinished",
    "within_deadline",
}
POST_KEYS = {"utilisation", "mean_wait", "mean_queue", "items", "left"}


@pytest.fixture(scope="module")
def arrangement() -> Arrangement:
    return load_arrangement("us-japan")


@pytest.fixture(scope="module")
def report(arrangement: Arrangement) -> SimulationReport:
    return simulate(arrangement, seed=7, replications=6)


def test_the_machine_readable_shape(arrangement: Arrangement, report: SimulationReport) -> None:
    found: Any = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert (found["seed"], found["replications"], found["digest"]) == (7, 6, arrangement.digest)
    assert list(found["options"]) == list(arrangement.options)
    for option in found["options"].values():
        assert all(
            entry.keys() == MEASURE_KEYS and entry["unit"] == "s" for entry in option["measures"].values()
        )
        assert all(entry.keys() == POST_KEYS for entry in option["posts"].values())
    others = [option for option in arrangement.options if option != found["baseline"]]
    assert {entry["option"] for entry in found["differences"]} == set(others)
    for entry in found["differences"]:
        assert entry["clear"] == (entry["ci95"] is not None and not entry["ci95"][0] <= 0 <= entry["ci95"][1])
        assert entry["verdict"] in {"faster", "slower", "no clear difference"}


def test_the_figures_follow_from_the_samples(report: SimulationReport) -> None:
    for option, entry in report.options.items():
        for measure, figures in entry.measures.items():
            times = report.samples(option, measure)
            assert len(times) == figures.cases - figures.censored
            if figures.unfinished == 0 and len(times):
                wanted = np.percentile(times, [50, 90, 95])
                assert np.allclose([figures.p50, figures.p90, figures.p95], wanted)  # type: ignore[arg-type]
                assert figures.mean == pytest.approx(float(times.mean()))


def test_one_and_two_threads_give_the_same_bytes(arrangement: Arrangement, report: SimulationReport) -> None:
    other = simulate(arrangement, seed=7, replications=6, threads=2)
    assert json.dumps(other.to_dict()) == json.dumps(report.to_dict())
    for option, entry in report.options.items():
        for measure in entry.measures:
            assert report.samples(option, measure).tobytes() == other.samples(option, measure).tobytes()


def test_an_option_alone_gives_what_it_gives_among_others(
    arrangement: Arrangement, report: SimulationReport
) -> None:
    option = arrangement.options[-1]
    alone = simulate(arrangement, options=[option], seed=7, replications=6)
    assert alone.options[option].to_dict() == report.options[option].to_dict()
    assert alone.differences == ()


def test_another_seed_gives_other_figures(arrangement: Arrangement, report: SimulationReport) -> None:
    option = arrangement.options[0]
    other = simulate(arrangement, options=[option], seed=8, replications=6)
    assert other.options[option].to_dict() != report.options[option].to_dict()


def test_what_an_option_does_not_touch_does_not_differ(arrangement: Arrangement) -> None:
    """A case draws the same numbers under every option: one that changes nothing differs by 0."""
    first, second = arrangement.options[:2]
    same = replace(arrangement, variants={**arrangement.variants, second: arrangement.variants[first]})
    report = simulate(same, options=[first, second], replications=3)
    assert report.differences
    for difference in report.differences:
        assert (difference.mean, difference.share_faster) in {(0.0, 0.0), (None, None)}
        assert difference.verdict == "no clear difference"


@pytest.mark.parametrize("number", [0, -1])
def test_recorded_runs_of_the_library_model_replay(arrangement: Arrangement, number: int) -> None:
    varied = arrangement.with_option(arrangement.options[number])
    model = varied.model
    assert model is not None
    assert model.run is not None
    nets = {entry.process: compile_net(varied, entry.process) for entry in model.contingencies.values()}
    window = Window(model.run.begins, 0.0, model.run.horizon)
    simulation = Simulation(build_plan(model, nets, varied.collaborations, window), paths=True)
    names = list(model.contingencies)
    firings = 0
    for replication in range(3):
        for (contingency, _), path in paths(simulation.run(1, replication)).items():
            replay(immediate_messages(nets[model.contingencies[names[contingency]].process]), path)
            firings += len(path)
    assert firings > 1000


def test_progress_is_told(arrangement: Arrangement) -> None:
    seen: list[tuple[int, int]] = []
    simulate(
        arrangement, options=arrangement.options[:2], replications=3, progress=lambda *at: seen.append(at)
    )
    assert seen == [(n, 6) for n in range(1, 7)]


def test_an_interruption_ends_the_simulation(arrangement: Arrangement) -> None:
    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    for threads in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            simulate(arrangement, replications=50, threads=threads, progress=stop)


@pytest.mark.parametrize(
    "wrong",
    [
        {"replications": 0},
        {"threads": 0},
        {"seed": -1},
        {"horizon": 0.0},
        {"options": []},
        {"options": ["none"]},
    ],
)
def test_unusable_arguments_are_refused(arrangement: Arrangement, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        simulate(arrangement, **wrong)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"model": None}, "RK401"), ({"contingencies": {}}, "RK402"), ({"run": None}, "RK403")],
)
def test_a_model_without_what_it_takes_is_refused(
    arrangement: Arrangement, change: dict[str, Any], code: str
) -> None:
    bare = arrangement.model.model_copy(update=change) if "model" not in change else None  # type: ignore[union-attr]
    with pytest.raises(InputError, match=code):
        simulate(replace(arrangement, model=bare))


def test_a_report_asked_for_what_it_has_not(report: SimulationReport) -> None:
    with pytest.raises(UsageError, match="no option 'X'"):
        report.samples("X", "y")
    with pytest.raises(UsageError, match="no measure 'y'"):
        report.samples(next(iter(report.options)), "y")


# Statistics.


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 10, 29, 99, 150, 199, 200, 201, 500, 10_000])
def test_students_quantile_is_that_of_scipy(freedom: int) -> None:
    assert student_quantile(freedom) == pytest.approx(float(stats.t.ppf(0.975, freedom)), rel=1e-8)


def test_with_equal_counts_the_interval_is_that_of_the_means() -> None:
    values = np.array([3.0, 5.0, 4.0, 8.0])
    found = ratio_estimate(values * 10, np.full(4, 10.0))
    low, high = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    assert found.mean == 5.0
    assert found.interval == pytest.approx((low, high))


def test_intervals_cover_the_mean_as_often_as_they_say() -> None:
    """400 experiments of 10 replications with unequal numbers of cases; 95 % is 380 +- 4.4."""
    covered = 0
    for experiment in range(400):
        u = np.array([hash_uniform(experiment, n) for n in range(600)])
        counts = (20 + 40 * u[:10]).astype(int)
        times = -np.log(1 - u[10:])
        cut = np.cumsum(counts)
        samples = [times[end - count : end] for count, end in zip(counts, cut, strict=True)]
        interval = estimate_of([sample + 0.5 for sample in samples]).interval
        assert interval is not None
        covered += interval[0] <= 1.5 <= interval[1]
    assert 380 - 5 * 4.4 < covered < 380 + 5 * 4.4


def hash_uniform(experiment: int, number: int) -> float:
    return (int(replication_key(experiment, number)) >> 12) * 2.0**-52


def test_one_replication_has_an_interval_only_with_many_cases() -> None:
    assert estimate_of([np.arange(100.0)]).interval is None
    assert estimate_of([np.arange(2000.0) % 7]).interval is not None
    assert estimate_of([np.array([]), np.array([])]).mean is None


def test_cases_under_way_count_as_long_and_others_not_at_all() -> None:
    samples = [np.array([1.0, 2.0, np.nan, np.inf]), np.array([3.0, np.nan, 4.0])]
    assert percentiles(samples, (0.0, 0.5, 0.75, 0.9)) == [1.0, 3.0, 4.0, None]
    assert percentiles([np.array([np.nan])], (0.5,)) == [None]
    assert percentiles([np.array([np.inf, np.inf])], (0.5,)) == [None]


def test_pairs_are_of_the_same_case() -> None:
    ours, theirs = paired(np.array([1.0, np.nan, 3.0, 4.0]), np.array([2.0, 2.0, np.inf]))
    assert ours.tolist() == [1.0]
    assert theirs.tolist() == [2.0]


def test_an_option_may_bring_measures_and_contingencies_of_its_own(arrangement: Arrangement) -> None:
    """What both have is compared, contingency by contingency; what one has alone is reported alone."""
    first, second = arrangement.options[:2]
    loaded = arrangement.variants[second]
    model = loaded.model
    names = list(model.contingencies)
    measure = next(
        name for name, m in model.measures.items() if m.process == model.contingencies[names[0]].process
    )
    changed = model.model_copy(
        update={
            "contingencies": {"another": model.contingencies[names[0]], **model.contingencies},
            "measures": {**model.measures, "new": model.measures[measure]},
        }
    )
    other = replace(arrangement, variants={**arrangement.variants, second: replace(loaded, model=changed)})
    plain = simulate(arrangement, options=[first, second], replications=3)
    found = simulate(other, options=[first, second], replications=3)
    assert "new" in found.options[second].measures
    assert "new" not in {difference.measure for difference in found.differences}
    assert found.options[second].measures[measure].cases > plain.options[second].measures[measure].cases
    for one, two in zip(
        found.options[second].samples[measure], plain.options[second].samples[measure], strict=True
    ):
        assert list(one) == ["another", *two]
