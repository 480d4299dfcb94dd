"""Durations of the model as laws that the kernels can draw from.

Layer: simulator. A law is a kind, up to three numbers, and for PERT a table; see ``draws.quantile``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import erfc, exp, log, pi, sin, sqrt
from sys import float_info

import numpy as np
from numpy.typing import NDArray

from renkei.model.values import Duration
from renkei.simulator.draws import (
    EXPONENTIAL,
    FIXED,
    LOGNORMAL,
    NEVER,
    PERT,
    PERT_POINTS,
    TRIANGULAR,
    UNIFORM,
    pert_table,
)


@dataclass(frozen=True, slots=True)
class Law:
    """How long something takes."""

    kind: int
    shape: tuple[float, ...] = ()
    table: int = 0

    @property
    def is_instant(self) -> bool:
        """Return whether it takes no time at all."""
        return self.kind == FIXED and self.shape[0] == 0.0


INSTANT = Law(FIXED, (0.0,))
FOREVER = Law(NEVER)


@dataclass
class Laws:
    """The PERT tables that the laws of one plan need; durations of one shape share a table."""

    tables: list[NDArray[np.float64]] = field(default_factory=list)
    _known: dict[float, int] = field(default_factory=dict)

    def law(self, duration: Duration | None, default: Law = INSTANT) -> Law:
        """Return the law of a duration; ``default`` where there is none."""
        if duration is None:
            return default
        if duration.lognormal:
            variance = log(1.0 + duration.lognormal.cv**2)
            mean = duration.lognormal.mean
            return Law(LOGNORMAL, (log(mean) - variance / 2, sqrt(variance))) if mean > 0 else INSTANT
        if duration.exponential:
            return Law(EXPONENTIAL, (duration.exponential.mean,))
        return self._bounded(duration)

    def _bounded(self, duration: Duration) -> Law:
        if duration.uniform:
            return Law(UNIFORM, (duration.uniform.low, duration.uniform.high - duration.uniform.low))
        if duration.triangular:
            given = duration.triangular
            return Law(TRIANGULAR, (given.low, given.mode - given.low, given.high - given.mode))
        if duration.pert:
            return self._pert(duration.pert.low, duration.pert.mode, duration.pert.high)
        return Law(FIXED, (duration.fixed or 0.0,))

    def _pert(self, low: float, mode: float, high: float) -> Law:
        if high <= low:
            return Law(FIXED, (low,))
        place = (mode - low) / (high - low)
        if place not in self._known:
            self._known[place] = len(self.tables)
            self.tables.append(pert_table(place))
        return Law(PERT, (low, high - low), self._known[place])

    def array(self) -> NDArray[np.float64]:
        """Return the tables, one a row."""
        return np.array(self.tables) if self.tables else np.zeros((1, PERT_POINTS + 1))


def survivor(kind: int, shape: NDArray[np.float64], table: NDArray[np.float64], elapsed: float) -> float:
    """Return the probability that something lasts for longer than ``elapsed`` seconds.

    It is 0 where it is below what a number can hold, but of an exponential time, which has no memory.

    Args:
        kind: Kind of the law.
        shape: Its numbers, see ``draws.quantile``.
        table: Its PERT table.
        elapsed: Seconds, not negative.
    """
    if kind == NEVER:
        return 1.0
    if kind == FIXED:
        return 1.0 if elapsed < shape[0] else 0.0
    if kind == EXPONENTIAL:
        return max(float_info.min, exp(-elapsed / shape[0])) if shape[0] > 0 else 0.0
    if kind == LOGNORMAL:
        return _lognormal_survivor(shape[0], shape[1], elapsed)
    if kind == TRIANGULAR:
        return _triangular_survivor(shape[1], shape[2], elapsed - shape[0])
    part = (elapsed - shape[0]) / shape[1] if shape[1] > 0 else float(elapsed >= shape[0])
    if kind == PERT and 0.0 < part < 1.0:
        grid = np.linspace(0.0, 1.0, PERT_POINTS + 1)
        part = sin(pi / 2 * sin(pi / 2 * float(np.interp(part, table, grid))) ** 2) ** 2
    return min(1.0, max(0.0, 1.0 - part))


def _lognormal_survivor(mu: float, sigma: float, elapsed: float) -> float:
    if elapsed <= 0.0:
        return 1.0
    if sigma == 0.0:
        return float(log(elapsed) < mu)
    return erfc((log(elapsed) - mu) / (sigma * sqrt(2.0))) / 2


def _triangular_survivor(left: float, right: float, beyond: float) -> float:
    """Return the survivor at ``beyond`` seconds above the least value."""
    width = left + right
    if beyond <= 0.0:
        return 1.0
    if beyond < left:
        return 1.0 - beyond**2 / (width * left)
    return (width - beyond) ** 2 / (width * right) if beyond < width else 0.0
