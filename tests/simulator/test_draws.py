"""Random numbers by counting: even, independent of their neighbours, and the right distributions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba import njit
from scipy import stats

from renkei.model.values import Duration
from renkei.simulator import draws
from renkei.simulator.laws import Laws

SMALLEST = 1e-6


@njit
def numbers(seed_key: Any, streams: Any, cases: Any, visits: Any) -> Any:
    """Return draws for each case, stream and visit."""
    found = np.empty((cases, streams.size, visits))
    for case in range(cases):
        key = draws.case_key(seed_key, np.uint64(99), case)
        for stream in range(streams.size):
            for visit in range(visits):
                found[case, stream, visit] = draws.draw(key, streams[stream], visit)
    return found


@njit
def quantiles(kind: Any, shape: Any, table: Any, tables: Any, u: Any) -> Any:
    found = np.empty_like(u)
    for i in range(u.size):
        found[i] = draws.quantile(kind, shape, table, tables, u[i])
    return found


@pytest.fixture(scope="module")
def cube() -> Any:
    streams = np.array([draws.stable_hash(f"task{n}/duration") for n in range(16)], np.uint64)
    return numbers(draws.replication_key(1, 0), streams, 4000, 8)


def test_draws_are_inside_the_open_interval_and_even(cube: Any) -> None:
    assert cube.min() > 0
    assert cube.max() < 1
    counts = np.histogram(cube, bins=1000, range=(0, 1))[0]
    assert stats.chisquare(counts).pvalue > SMALLEST


@pytest.mark.parametrize("axis", [0, 1, 2], ids=["case", "stream", "visit"])
def test_neighbouring_keys_are_not_correlated(cube: Any, axis: int) -> None:
    here, there = np.delete(cube, -1, axis).ravel(), np.delete(cube, 0, axis).ravel()
    assert abs(np.corrcoef(here, there)[0, 1]) * np.sqrt(here.size) < 5
    joint = np.histogram2d(here, there, bins=20, range=((0, 1), (0, 1)))[0]
    assert stats.chisquare(joint.ravel()).pvalue > SMALLEST


def test_every_bit_of_a_number_varies_with_the_case(cube: Any) -> None:
    bits = (cube[:, 0, 0] * 2**32).astype(np.uint64)
    for bit in range(32):
        ones = int(((bits >> np.uint64(bit)) & np.uint64(1)).sum())
        assert abs(ones - 2000) < 5 * np.sqrt(1000)


def test_replications_and_seeds_give_other_numbers() -> None:
    keys = {
        int(draws.replication_key(seed, replication)) for seed in range(100) for replication in range(100)
    }
    assert len(keys) == 10_000


def test_the_hash_of_an_id_never_changes() -> None:
    assert draws.stable_hash("approve/completes/duration") == 0x501D8A42E8DFC18E


def test_the_normal_quantile_is_that_of_scipy() -> None:
    u = np.concatenate([np.linspace(1e-12, 1 - 1e-12, 20_001), 2.0 ** -np.arange(2.0, 54.0)])
    found = quantiles(draws.LOGNORMAL, np.array([0.0, 1.0, 0.0]), 0, np.zeros((1, 1)), u)
    assert np.allclose(np.log(found), stats.norm.ppf(u), rtol=1e-13, atol=1e-14)


M = 60.0
CASES = {
    "fixed": ({"fixed": "PT7M"}, None),
    "exponential": ({"exponential": {"mean": "PT10M"}}, stats.expon(scale=10 * M)),
    "lognormal": (
        {"lognormal": {"mean": "PT10M", "cv": 1.2}},
        stats.lognorm(s=np.sqrt(np.log(2.44)), scale=10 * M / np.sqrt(2.44)),
    ),
    "uniform": ({"uniform": {"low": "PT2M", "high": "PT5M"}}, stats.uniform(2 * M, 3 * M)),
    "triangular": (
        {"triangular": {"low": "PT2M", "mode": "PT3M", "high": "PT8M"}},
        stats.triang(1 / 6, 2 * M, 6 * M),
    ),
    "triangular-left": (
        {"triangular": {"low": "PT2M", "mode": "PT2M", "high": "PT8M"}},
        stats.triang(0.0, 2 * M, 6 * M),
    ),
    "pert": (
        {"pert": {"low": "PT2M", "mode": "PT4M", "high": "PT12M"}},
        stats.beta(1 + 4 * 0.2, 1 + 4 * 0.8, 2 * M, 10 * M),
    ),
    "pert-right": (
        {"pert": {"low": "PT0S", "mode": "PT9M", "high": "PT9M"}},
        stats.beta(5, 1, 0, 9 * M),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_law_is_the_distribution_of_scipy(name: str) -> None:
    given, exact = CASES[name]
    duration = Duration.model_validate(given)
    laws = Laws()
    law = laws.law(duration)
    shape = np.array([*law.shape, 0.0, 0.0, 0.0][:3])
    u = np.linspace(0.0005, 0.9995, 1000)
    found = quantiles(law.kind, shape, law.table, laws.array(), u)
    if exact is None:
        assert (found == 420.0).all()
        return
    assert np.all(np.diff(found) > 0), "a longer draw must be a longer time"
    assert np.allclose(found, exact.ppf(u), rtol=2e-6, atol=1e-3)
    assert exact.mean() == pytest.approx(duration.mean_seconds())


def test_a_distribution_without_width_is_its_value() -> None:
    laws = Laws()
    for given in (
        {"pert": {"low": "PT5M", "mode": "PT5M", "high": "PT5M"}},
        {"triangular": {"low": "PT5M", "mode": "PT5M", "high": "PT5M"}},
        {"uniform": {"low": "PT5M", "high": "PT5M"}},
    ):
        law = laws.law(Duration.model_validate(given))
        shape = np.array([*law.shape, 0.0, 0.0, 0.0][:3])
        found = quantiles(law.kind, shape, law.table, laws.array(), np.array([0.1, 0.5, 0.9]))
        assert np.allclose(found, 300.0)
