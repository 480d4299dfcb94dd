"""What a simulation returns: measures and posts of each option, and paired differences between options.

Layer: simulator (pure data). Times are seconds. Nothing in ``to_dict`` is NaN or infinite: what is not known
is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np

from renkei.errors import Problem, UsageError
from renkei.simulator.statistics import Interval, Reals, reached

Samples = tuple[Mapping[str, Reals], ...]
"""For each replication, contingency -> times by number of the case: NaN where it ended without the event,
infinite where it was still under way when the run was cut."""


@dataclass(frozen=True, slots=True)
class MeasureReport:
    """A measure under one option."""

    mean: float | None
    """Over the cases that reached the end."""
    ci95: Interval | None
    p50: float | None
    p90: float | None
    p95: float | None
    cases: int
    """Cases that were opened after the warm-up."""
    censored: int
    """Of these, those without a time: ``unfinished`` and those that ended without the event."""
    unfinished: int
    """Still under way when the run was cut."""
    within_deadline: float | None = None
    """Share of all cases that met the deadline of the measure; None where it has none."""

    def to_dict(self) -> dict[str, object]:
        """Return the object that ``--json`` prints."""
        return {"unit": "s", **asdict(self), "ci95": list(self.ci95) if self.ci95 else None}


@dataclass(frozen=True, slots=True)
class PostReport:
    """A post under one option."""

    utilisation: float | None
    """Time at work per time on duty, from the warm-up to the horizon; above 1 where work outlasts shifts."""
    mean_wait: float | None
    """From when work reaches the post until it is begun, by the post or a deputy; conferences left out."""
    mean_queue: float
    """Waiting items, averaged over time; conferences left out."""
    items: float
    """Items begun, in one replication."""
    left: float
    """Items still waiting when the run ended, in one replication."""

    def to_dict(self) -> dict[str, object]:
        """Return the object that ``--json`` prints."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure under an option against the baseline, case by case."""

    option: str
    baseline: str
    measure: str
    mean: float | None
    """Option minus baseline, over the cases that reached the end in both: negative is faster."""
    ci95: Interval | None
    relative: float | None
    """The mean difference per mean of the baseline, over the same cases."""
    share_faster: float | None
    share_slower: float | None
    cases: int
    """Cases that reached the end in both."""

    @property
    def clear(self) -> bool:
        """Return whether the interval leaves out 0."""
        return self.ci95 is not None and not self.ci95[0] <= 0 <= self.ci95[1]

    @property
    def verdict(self) -> str:
        """Return the difference in words."""
        if not self.clear or self.mean is None:
            return "no clear difference"
        return "faster" if self.mean < 0 else "slower"

    def to_dict(self) -> dict[str, object]:
        """Return the object that ``--json`` prints."""
        interval = list(self.ci95) if self.ci95 else None
        return {**asdict(self), "ci95": interval, "clear": self.clear, "verdict": self.verdict}


@dataclass(frozen=True)
class OptionReport:
    """Everything about one option."""

    measures: dict[str, MeasureReport]
    posts: dict[str, PostReport]
    cases: dict[str, float]
    """Contingency -> cases in one replication, the warm-up included."""
    events: int
    """Arrivals, ends of work and delays, and messages, over all replications."""
    samples: dict[str, Samples] = field(repr=False, compare=False, default_factory=dict)
    """By measure; see ``SimulationReport.samples`` for the times alone."""

    def to_dict(self) -> dict[str, object]:
        """Return the object that ``--json`` prints."""
        return {
            "measures": {name: entry.to_dict() for name, entry in self.measures.items()},
            "posts": {name: entry.to_dict() for name, entry in self.posts.items()},
            "cases": self.cases,
            "events": self.events,
        }


@dataclass(frozen=True)
class SimulationReport:
    """What a simulation found out."""

    model: str
    digest: str
    seed: int
    replications: int
    begins: str
    warmup: float
    horizon: float
    baseline: str
    options: Mapping[str, OptionReport]
    differences: tuple[Difference, ...]
    findings: tuple[Problem, ...] = ()

    def samples(self, option: str, measure: str) -> Reals:
        """Return the times of all cases that reached the end, in order of replication and case.

        Raises:
            UsageError: There is no such option or measure.
        """
        if option not in self.options:
            raise UsageError(f"no option {option!r} was simulated; there are: {', '.join(self.options)}")
        samples = self.options[option].samples
        if measure not in samples:
            raise UsageError(f"no measure {measure!r}; there are: {', '.join(samples)}")
        return np.concatenate([reached(sample) for run in samples[measure] for sample in run.values()])

    def to_dict(self) -> dict[str, object]:
        """Return the report as the object that ``--json`` prints."""
        return {
            "model": self.model,
            "digest": self.digest,
            "seed": self.seed,
            "replications": self.replications,
            "begins": self.begins,
            "warmup": self.warmup,
            "horizon": self.horizon,
            "baseline": self.baseline,
            "options": {name: entry.to_dict() for name, entry in self.options.items()},
            "differences": [entry.to_dict() for entry in self.differences],
            "findings": [problem.to_dict() for problem in self.findings],
        }
