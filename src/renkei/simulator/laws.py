"""Durations of the model as laws that the kernels can draw from.

Layer: simulator. A law is a kind, up to three numbers, and for PERT a table; see ``draws.quantile``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log, sqrt

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
