"""What a forecast returns: of each running case and measure the time that remains.

Layer: simulator (pure data). Times are seconds from the present moment. Nothing in ``to_dict`` is NaN or
infinite: what lies beyond the horizon is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from renkei.errors import Problem
from renkei.simulator.statistics import Interval, Percentile


@dataclass(frozen=True, slots=True)
class Miss:
    """How likely a deadline is to pass before the end of its measure, while the case goes on."""

    probability: float
    ci95: Interval
    """Of Wilson; where the horizon leaves it open for some replications, they count as both."""

    def to_dict(self) -> dict[str, object]:
        """Return the object that ``--json`` prints."""
        return {"probability": self.probability, "ci95": list(self.ci95)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where waiting on the way to an end takes place."""

    kind: str
    """post, channel, conference or timer."""
    id: str
    share: float
    """Of all waiting on the way there."""
    seconds: float
    """In one replication."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What remains until the end of a measure, or until a case is over."""

    p50: Percentile
    p90: Percentile
    reached: bool
    """Already: nothing remains."""
    without: float
    """Share of replications in which the case is over without this end; not in the percentiles."""
    censored: float
    """Share of replications without the end at the horizon; longer than any other in the percentiles."""
    due: float | None
    """When the deadline passes, below 0 where it has; None without a deadline, or before it has begun."""
    missed: Miss | None
    """None without a deadline."""
    waiting: tuple[Waiting, ...]
    """The largest first."""

    @property
    def bottleneck(self) -> Waiting | None:
        """Return what most of the waiting is for; None where there is none."""
        return self.waiting[0] if self.waiting else None

    def to_dict(self) -> dict[str, object]:
        """Return the object that ``--json`` prints."""
        return {
            "unit": "s",
            "p50": _percentile(self.p50),
            "p90": _percentile(self.p90),
            "reached": self.reached,
            "without": self.without,
            "censored": self.censored,
            "due": self.due,
            "missed": self.missed.to_dict() if self.missed else None,
            "bottleneck": asdict(self.bottleneck) if self.bottleneck else None,
            "waiting": [asdict(entry) for entry in self.waiting],
        }


def _percentile(found: Percentile) -> dict[str, object]:
    return {"value": found.value, "ci95": list(found.interval)}


@dataclass(frozen=True)
class CaseForecast:
    """What is to be expected of one running case."""

    id: str
    process: str
    over: Prospect
    """Until nothing more can happen in it."""
    measures: Mapping[str, Prospect]
    overdue: tuple[str, ...]
    """What has lasted longer than the model allows; it is taken to end at once."""

    def to_dict(self) -> dict[str, object]:
        """Return the object that ``--json`` prints."""
        return {
            "id": self.id,
            "process": self.process,
            "over": self.over.to_dict(),
            "measures": {name: entry.to_dict() for name, entry in self.measures.items()},
            "overdue": list(self.overdue),
        }


@dataclass(frozen=True)
class Forecast:
    """What is to be expected of the running cases."""

    moment: str
    seed: int
    replications: int
    horizon: float
    arrivals: bool
    """Whether the model's contingencies bring new cases meanwhile."""
    cases: tuple[CaseForecast, ...]
    findings: tuple[Problem, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return the object that ``--json`` prints."""
        return {
            "moment": self.moment,
            "seed": self.seed,
            "replications": self.replications,
            "horizon": self.horizon,
            "arrivals": self.arrivals,
            "cases": [case.to_dict() for case in self.cases],
            "findings": [problem.to_dict() for problem in self.findings],
        }
