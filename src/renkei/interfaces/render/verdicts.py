"""The verdicts of a check as a matrix: property by option, and each counter-example once.

Layer: interfaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from renkei.checker import CheckReport, PropertyResult
from renkei.interfaces.render.names import Names
from renkei.interfaces.text import Words

SIGNS = {"holds": "✓", "fails": "✗", "unknown": "?"}
"""A sign never stands without its word."""


@dataclass(frozen=True)
class Row:
    """One property of one process or party, and its result under each option."""

    process: str
    property: str
    scope: str
    results: dict[str, PropertyResult]

    def title(self, names: Names, words: Words) -> str:
        """Return what the row is about: ``consent: Japan``."""
        if self.scope == self.process:
            return self.property
        return words(
            "check.scope", property=self.property, scope=names.of("parties", self.scope, words.language)
        )


@dataclass(frozen=True)
class Failure:
    """What fails the same way for one or more properties, under one or more options."""

    result: PropertyResult
    properties: tuple[str, ...]
    options: tuple[str, ...]

    def title(self, names: Names, words: Words) -> str:
        """Return what fails, where, and under which options."""
        result, language = self.result, words.language
        scope = "" if result.scope == result.process else names.of("parties", result.scope, language)
        process = names.of("processes", result.process, language)
        parts = (", ".join(self.properties), scope, process, ", ".join(self.options))
        return " · ".join(part for part in parts if part)


def rows(report: CheckReport) -> list[Row]:
    """Return the matrix of verdicts, in the order of the report."""
    found: dict[tuple[str, str, str], dict[str, PropertyResult]] = {}
    for result in sorted(report.properties, key=lambda result: _place(report, result)):
        found.setdefault((result.process, result.property, result.scope), {})[result.option] = result
    return [Row(*key, results) for key, results in found.items()]


def _place(report: CheckReport, result: PropertyResult) -> int:
    return list(dict.fromkeys(other.process for other in report.properties)).index(result.process)


def options(report: CheckReport) -> list[str]:
    """Return the options that were checked, in order; [''] where the model has none."""
    return list(dict.fromkeys(result.option for result in report.properties))


def verdict(result: PropertyResult | None, words: Words) -> str:
    """Return a verdict as sign and word, with its code."""
    if result is None:
        return words("absent")
    code = f" {result.code}" if result.code else ""
    return f"{SIGNS[result.verdict]} {words(f'verdict.{result.verdict}')}{code}"


def failures(report: CheckReport) -> list[Failure]:
    """Return what does not hold; what fails alike is told once."""
    grouped: dict[tuple[object, ...], list[PropertyResult]] = {}
    for result in report.properties:
        if result.verdict != "holds":
            path = result.counterexample
            steps = tuple(step.transition.name for step in path.steps) if path else ()
            key = (result.process, result.scope, result.verdict, result.code, steps, result.dead)
            grouped.setdefault(key, []).append(result)
    return [
        Failure(
            found[0],
            tuple(dict.fromkeys(result.property for result in found)),
            tuple(dict.fromkeys(result.option for result in found if result.option)),
        )
        for found in grouped.values()
    ]


def tally(report: CheckReport) -> Counter[str]:
    """Return how many verdicts there are of each kind."""
    return Counter(result.verdict for result in report.properties)


def summary(report: CheckReport, words: Words) -> str:
    """Return the outcome of the whole check in one sentence."""
    count, total = tally(report), len(report.properties)
    if count["fails"]:
        unknown = words("check.and_unknown", count=count["unknown"]) if count["unknown"] else ""
        return words("check.some_fail", count=count["fails"], total=total) + unknown
    if count["unknown"]:
        return words("check.some_unknown", count=count["unknown"], total=total)
    return words("check.all_hold", total=total) if total else words("check.nothing")


def narrative(result: PropertyResult, language: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the steps of a counter-example and what they end in, as sentences."""
    path = result.counterexample
    if path is None:
        return (), ()
    told = path.told(language)
    return told[: len(path.steps)], told[len(path.steps) :]
