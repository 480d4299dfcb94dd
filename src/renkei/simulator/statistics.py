"""Means with intervals, percentiles and paired differences, from the samples of replications.

Layer: simulator. Cases of one replication depend on each other (they queue for the same posts), so intervals
come from replications alone: the mean over all cases is a ratio of two sums over replications, with Student's
t. Reductions go in the order of replications, so the result does not depend on threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, isfinite, pi, sin, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Interval = tuple[float, float]

CONFIDENCE = 0.95
BATCHES = 20
BATCH_LENGTH = 50
"""Fewest cases of a batch, where one replication is cut into batches."""
SERIES_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its interval; None where the data do not give one."""

    mean: float | None
    interval: Interval | None


@lru_cache(maxsize=64)
def student_quantile(freedom: int) -> float:
    """Return the t that a Student variable stays within, in absolute value, with 95 %.

    By the finite series of Abramowitz and Stegun 26.7.3-4 and bisection; for more than 200 degrees of freedom
    by the expansion 26.7.5 around the normal quantile.
    """
    if freedom > SERIES_LIMIT:
        x = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
        first, second = (x**3 + x) / 4, (5 * x**5 + 16 * x**3 + 3 * x) / 96
        third = (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384
        return x + first / freedom + second / freedom**2 + third / freedom**3
    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _central_probability(middle, freedom) < CONFIDENCE else (low, middle)
    return (low + high) / 2


def _central_probability(t: float, freedom: int) -> float:
    angle = atan(t / sqrt(freedom))
    square = cos(angle) ** 2
    odd = freedom % 2
    term = total = cos(angle) if odd else 1.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= square * (k - 1) / k
        total += term
    if freedom == 1:
        return 2 * angle / pi
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def ratio_estimate(sums: Reals, counts: Reals) -> Estimate:
    """Return the mean over all cases, given sum and count of each replication.

    The interval is that of a ratio estimator; with equal counts it is the usual one of replication means.
    """
    total = float(counts.sum())
    if total == 0:
        return Estimate(None, None)
    mean, used = float(sums.sum() / total), int(np.count_nonzero(counts))
    if used < 2:
        return Estimate(mean, None)
    size = len(counts)
    spread = float(np.sum((sums - mean * counts) ** 2)) / (size - 1)
    half = student_quantile(used - 1) * sqrt(spread / size) / (total / size)
    return Estimate(mean, (mean - half, mean + half))


def estimate_of(samples: Sequence[Reals]) -> Estimate:
    """Return the mean of what is finite in the samples of replications, with an interval.

    Limits: one replication alone is cut into batches of consecutive cases, which takes them for independent;
    with few cases there is no interval.
    """
    finite = [reached(sample) for sample in samples]
    if len(finite) == 1 and len(finite[0]) >= BATCHES * BATCH_LENGTH:
        finite = np.array_split(finite[0], BATCHES)
    sums = np.array([float(values.sum()) for values in finite])
    counts = np.array([float(len(values)) for values in finite])
    return ratio_estimate(sums, counts)


def percentiles(samples: Sequence[Reals], shares: Sequence[float]) -> list[float | None]:
    """Return percentiles over all cases that reach their end or are still under way.

    A case still under way when the run was cut (infinite) counts as longer than any other, so a percentile
    that falls among these is None. A case that ended without the event (NaN) has no time and is left out.
    """
    values = np.sort(np.concatenate(samples)) if samples else np.empty(0)  # NaN comes last
    values = values[: len(values) - int(np.isnan(values).sum())]
    if not len(values):
        return [None for _ in shares]
    positions = [share * (len(values) - 1) for share in shares]
    found: list[float | None] = []
    for position in positions:
        low = values[int(position)]
        high = values[min(int(position) + 1, len(values) - 1)]
        part = position - int(position)
        value = float(low + part * (high - low)) if part > 0 and isfinite(low) else float(low)
        found.append(value if isfinite(value) else None)
    return found


def reached(sample: Reals) -> Reals:
    """Return the times of the cases that reached the end."""
    finite = np.isfinite(sample)
    return sample if finite.all() else sample[finite]


def paired(option: Reals, baseline: Reals) -> tuple[Reals, Reals]:
    """Return the times of the cases that reached the end in both, case by case."""
    count = min(len(option), len(baseline))
    both = np.isfinite(option[:count]) & np.isfinite(baseline[:count])
    return option[:count][both], baseline[:count][both]
