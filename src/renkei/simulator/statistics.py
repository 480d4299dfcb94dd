"""Means with intervals, percentiles and paired differences, from the samples of replications.

Layer: simulator. Cases of one replication depend on each other (they queue for the same posts), so intervals
come from replications alone: the mean over all cases is a ratio of two sums over replications, with Student's
t. Reductions go in the order of replications, so the result does not depend on threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, inf, isfinite, log, pi, sin, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Interval = tuple[float, float]

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
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
        x = Z
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
    return [_percentile(values, share) for share in shares]


def _percentile(values: Reals, share: float) -> float | None:
    position = share * (len(values) - 1)
    low = values[int(position)]
    high = values[min(int(position) + 1, len(values) - 1)]
    part = position - int(position)
    value = float(low + part * (high - low)) if part > 0 and isfinite(low) else float(low)
    return value if isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Percentile:
    """A percentile, and the order statistics that it lies between with 95 %; None: beyond the horizon."""

    value: float | None
    interval: tuple[float | None, float | None]


def percentile_of(values: Reals, share: float) -> Percentile:
    """Return a percentile of independent values that are sorted, infinite ones last, with its interval.

    The interval assumes nothing about the distribution: how many of the values lie below the percentile is
    binomial (David and Nagaraja, Order Statistics, 7.1). Of times; with too few values it begins at 0.
    """
    if not len(values):
        return Percentile(None, (None, None))
    low, high = _ranks(len(values), share)
    above = float(values[high - 1]) if high <= len(values) else inf
    below = float(values[low - 1]) if low >= 1 else 0.0
    return Percentile(
        _percentile(values, share), (below if isfinite(below) else None, above if isfinite(above) else None)
    )


@lru_cache(maxsize=4096)
def _ranks(count: int, share: float) -> tuple[int, int]:
    """Return the ranks, from 1, of the values that a percentile lies between."""
    tail, hits = (1.0 - CONFIDENCE) / 2, np.arange(count + 1)
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, count + 1)))))  # their logarithms
    ways = factorials[-1] - factorials - factorials[::-1]
    below = np.cumsum(np.exp(ways + hits * log(share) + (count - hits) * log(1.0 - share)))
    low = int(np.searchsorted(below, tail, side="right"))
    return low, int(np.searchsorted(below, 1.0 - tail)) + 1


def share_interval(low: int, high: int, count: int) -> Interval:
    """Return Wilson's 95 % interval of a share that is between ``low`` and ``high`` of ``count``."""
    z, ends = Z, []
    for hits, sign in ((low, -1.0), (high, 1.0)):
        share = hits / count
        half = z * sqrt(share * (1.0 - share) / count + z * z / (4.0 * count * count))
        ends.append((share + z * z / (2.0 * count) + sign * half) / (1.0 + z * z / count))
    return ends[0] if low > 0 else 0.0, ends[1] if high < count else 1.0


def reached(sample: Reals) -> Reals:
    """Return the times of the cases that reached the end."""
    finite = np.isfinite(sample)
    return sample if finite.all() else sample[finite]


def paired(option: Reals, baseline: Reals) -> tuple[Reals, Reals]:
    """Return the times of the cases that reached the end in both, case by case."""
    count = min(len(option), len(baseline))
    both = np.isfinite(option[:count]) & np.isfinite(baseline[:count])
    return option[:count][both], baseline[:count][both]
