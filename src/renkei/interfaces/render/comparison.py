"""What a simulation says about options, as facts and as plain sentences.

Layer: interfaces. Reads only what ``SimulationReport.to_dict()`` promises to everybody. A difference is
called one only where its interval does not hold zero, and a clear difference that is small is called small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict, cast

from renkei.interfaces.render.names import Names
from renkei.interfaces.render.quantity import Unit, estimate, share, time, unit_for
from renkei.interfaces.text import Words

SMALL = 0.05
"""Share of the baseline's mean below which a clear difference is still called little."""
MANY_UNFINISHED = 0.05
"""Share of cases still under way above which the means are too low to be read without a warning."""


class MeasureFacts(TypedDict):
    """A measure under one option; times in seconds."""

    unit: str
    mean: float | None
    ci95: list[float] | None
    p50: float | None
    p90: float | None
    p95: float | None
    cases: int
    """All that were opened and counted; ``censored`` of them have no time."""
    censored: int
    unfinished: NotRequired[int]
    """Those of the censored that were still under way at the end; the others ended another way."""
    within_deadline: NotRequired[float | None]


class PostFacts(TypedDict):
    """How busy a post is under one option."""

    utilisation: float | None
    mean_wait: float | None


class OptionFacts(TypedDict):
    """What was measured under one option."""

    measures: dict[str, MeasureFacts]
    posts: dict[str, PostFacts]


class DifferenceFacts(TypedDict):
    """A paired difference: option minus baseline, in seconds."""

    option: str
    baseline: str
    measure: str
    mean: float | None
    ci95: list[float] | None
    share_faster: float | None
    clear: NotRequired[bool]


class ComparisonFacts(TypedDict):
    """What ``simulate`` and ``compare`` print with ``--json``."""

    options: dict[str, OptionFacts]
    differences: list[DifferenceFacts]
    seed: int
    replications: int
    digest: str


def facts_of(report: Any) -> ComparisonFacts:
    """Return what a simulation report says."""
    return cast(ComparisonFacts, report.to_dict())


Kind = Literal["faster", "slower", "slightly", "unclear", "same", "untold"]
SIGNS: dict[Kind, str] = {
    "faster": "▼",
    "slower": "▲",
    "slightly": "≈",
    "unclear": "≈",
    "same": "=",
    "untold": "?",
}
"""A sign never stands without its word."""


def kind_of(difference: DifferenceFacts, facts: ComparisonFacts) -> Kind:
    """Return what a difference amounts to, beside the mean of the baseline."""
    mean, ends = difference["mean"], difference["ci95"]
    if mean is None or ends is None or any(end is None for end in ends):
        return "untold"
    if mean == ends[0] == ends[1] == 0:
        return "same"
    if ends[0] <= 0 <= ends[1] or not difference.get("clear", True):
        return "unclear"
    base = facts["options"][difference["baseline"]]["measures"][difference["measure"]]["mean"]
    if base and abs(mean) < SMALL * base:
        return "slightly"
    return "faster" if mean < 0 else "slower"


def kinds_of(facts: ComparisonFacts) -> list[Kind]:
    """Return what each difference of a report amounts to, in its order."""
    return [kind_of(difference, facts) for difference in facts["differences"]]


OUTCOMES = ("faster", "slower", "little", "untold")
"""How a difference counts in the end; what is small, not clear or none at all makes little difference."""


@dataclass(frozen=True)
class Outcome:
    """How an option comes out over all measures, in words."""

    title: str
    lines: list[str]


@dataclass(frozen=True)
class Comparison:
    """The facts of a report, measure by measure."""

    facts: ComparisonFacts
    names: Names

    @property
    def options(self) -> list[str]:
        """Return the options, in the order of the report."""
        return list(self.facts["options"])

    @property
    def measures(self) -> list[str]:
        """Return the measures that any option has, in order."""
        return list(
            dict.fromkeys(name for entry in self.facts["options"].values() for name in entry["measures"])
        )

    @property
    def posts(self) -> list[str]:
        """Return the posts that work under any option, the busiest first."""
        found: dict[str, float] = {}
        for entry in self.facts["options"].values():
            for post, busy in entry["posts"].items():
                found[post] = max(found.get(post, 0.0), busy["utilisation"] or 0.0)
        return sorted(found, key=lambda post: (-found[post], post))

    @property
    def baseline(self) -> str:
        """Return the option that the others are compared with; '' where there is nothing to compare."""
        return next((entry["baseline"] for entry in self.facts["differences"]), "")

    def measured(self, measure: str) -> dict[str, MeasureFacts]:
        """Return what a measure is under each option that has it."""
        found = self.facts["options"].items()
        return {option: entry["measures"][measure] for option, entry in found if measure in entry["measures"]}

    def differences(self, measure: str) -> list[DifferenceFacts]:
        """Return the paired differences of a measure."""
        return [entry for entry in self.facts["differences"] if entry["measure"] == measure]

    def difference(self, measure: str, option: str) -> DifferenceFacts | None:
        """Return the paired difference of one option from the baseline."""
        return next((entry for entry in self.differences(measure) if entry["option"] == option), None)

    def unit(self, measure: str) -> Unit:
        """Return the unit in which a measure and its differences are told."""
        return unit_for(entry["p95"] for entry in self.measured(measure).values())

    def kind(self, difference: DifferenceFacts) -> Kind:
        """Return what a difference amounts to."""
        return kind_of(difference, self.facts)

    def sentence(self, difference: DifferenceFacts, words: Words) -> str:
        """Return a difference as one plain sentence."""
        unit, kind, mean = self.unit(difference["measure"]), self.kind(difference), difference["mean"]
        ends = sorted(map(abs, difference["ci95"])) if difference["ci95"] else None
        return words(
            f"compare.sentence.{kind}",
            option=difference["option"],
            baseline=difference["baseline"],
            amount=estimate(abs(mean or 0.0), ends, unit, words),
            shown=estimate(mean, difference["ci95"], unit, words, signed=True),
            towards=words("compare.kind.faster" if (mean or 0.0) < 0 else "compare.kind.slower"),
            part=self._part(difference, words),
        )

    def _part(self, difference: DifferenceFacts, words: Words) -> str:
        base = self.measured(difference["measure"])[difference["baseline"]]["mean"]
        return share(abs(difference["mean"] or 0.0) / base, words) if base else words("absent")

    def word(self, difference: DifferenceFacts, words: Words) -> str:
        """Return a difference as sign and word."""
        kind = self.kind(difference)
        return f"{SIGNS[kind]} {words(f'compare.kind.{kind}')}"

    def finished_share(self, measure: str, option: str) -> float:
        """Return the share of the cases of a measure that have a time."""
        entry = self.measured(measure)[option]
        return 1 - entry["censored"] / max(1, entry["cases"])

    def unfinished_share(self, measure: str, option: str) -> float:
        """Return the share of the cases of a measure that were still under way at the end."""
        entry = self.measured(measure)[option]
        return entry.get("unfinished", entry["censored"]) / max(1, entry["cases"])

    def too_many_unfinished(self, measure: str) -> list[str]:
        """Return the options under which many cases of a measure were not finished."""
        return [
            option
            for option in self.measured(measure)
            if self.unfinished_share(measure, option) > MANY_UNFINISHED
        ]

    def has_deadline(self, measure: str) -> bool:
        """Return whether it is known how many cases met a deadline."""
        return any(entry.get("within_deadline") is not None for entry in self.measured(measure).values())

    def warning(self, measure: str, words: Words) -> str:
        """Return where the times of a measure are too low, because many cases were not finished."""
        options = self.too_many_unfinished(measure)
        shares = [f"{option} {share(self.unfinished_share(measure, option), words)}" for option in options]
        return words("measure.warning", shares=words("compare.and").join(shares))

    def outcomes(self, words: Words) -> list[Outcome]:
        """Return, for each option, which measures it makes faster or slower, and which it leaves alone."""
        options = dict.fromkeys(entry["option"] for entry in self.facts["differences"])
        return [self._outcome(option, words) for option in options]

    def _outcome(self, option: str, words: Words) -> Outcome:
        sorted_in: dict[str, list[str]] = {}
        for entry in self.facts["differences"]:
            if entry["option"] == option:
                kind = self.kind(entry)
                name = self.names.of("measures", entry["measure"], words.language)
                sorted_in.setdefault(kind if kind in OUTCOMES else "little", []).append(name)
        every = words("compare.every", count=sum(map(len, sorted_in.values())))
        lines = [
            words(
                f"compare.outcome.{kind}",
                measures=words("compare.and").join(sorted_in[kind]) if len(sorted_in) > 1 else every,
            )
            for kind in OUTCOMES
            if kind in sorted_in
        ]
        title = self.names.titled("options", option, words.language)
        return Outcome(words("compare.outcome.title", option=title, baseline=self.baseline), lines)

    def cell(self, measure: str, option: str, words: Words) -> str:
        """Return the difference of an option as word and time, for a table of all measures."""
        difference = self.difference(measure, option)
        if difference is None:
            return words("absent")
        unit = self.unit(measure)
        return f"{self.word(difference, words)} {time(difference['mean'], unit, words, signed=True)}"


def order(options: Sequence[str], baseline: str) -> list[str]:
    """Return the options with the baseline first."""
    return [option for option in options if option == baseline] + [o for o in options if o != baseline]
