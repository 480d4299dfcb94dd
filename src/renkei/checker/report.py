"""What a check returns: one result for each property, scope and option.

Layer: checker (pure data).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from renkei.errors import LimitError, Problem
from renkei.net.path import Path

Verdict = Literal["holds", "fails", "unknown"]
Property = Literal["safe", "sound", "sound-relaxed", "consent"]
PROPERTIES: tuple[Property, ...] = ("safe", "sound", "sound-relaxed", "consent")


@dataclass(frozen=True, slots=True)
class PropertyResult:
    """What was found out about one property."""

    property: Property
    scope: str
    """The process it was checked on; for ``consent`` the party whose consent is meant."""
    process: str
    option: str
    """'' where the model has no options."""
    verdict: Verdict
    code: str
    """Rule code of the finding; '' where the property holds."""
    states: int
    """Distinct markings that were explored for it."""
    seconds: float
    counterexample: Path | None = None
    dead: tuple[str, ...] = ()
    """Elements that can never happen, where that is why the property fails."""

    def to_dict(self) -> dict[str, object]:
        """Return the result as the object that ``--json`` prints."""
        shown = self.counterexample.to_dict() if self.counterexample else None
        return {
            "property": self.property,
            "scope": self.scope,
            "process": self.process,
            "option": self.option,
            "verdict": self.verdict,
            "code": self.code,
            "states": self.states,
            "seconds": round(self.seconds, 6),
            "dead": list(self.dead),
            "counterexample": shown,
        }


@dataclass(frozen=True)
class CheckReport:
    """What a check found out."""

    model: str
    digest: str
    properties: tuple[PropertyResult, ...]
    findings: tuple[Problem, ...] = ()

    @property
    def complete(self) -> bool:
        """Return whether every property was decided."""
        return all(result.verdict != "unknown" for result in self.properties)

    @property
    def holds(self) -> bool:
        """Return whether every property holds."""
        return all(result.verdict == "holds" for result in self.properties)

    def assert_holds(self) -> None:
        """Raise unless every property was decided and holds; for tests of a model.

        Raises:
            AssertionError: A property fails.
            LimitError: A property is unknown.
        """
        for result in self.properties:
            where = f"{result.property} of {result.scope} {result.option}".strip()
            if result.verdict == "fails":
                told = result.counterexample.told() if result.counterexample else list(result.dead)
                raise AssertionError("\n".join([f"{where} fails ({result.code})", *told]))
            if result.verdict == "unknown":
                raise LimitError(f"{where} is unknown: the search was cut short ({result.code})")

    def to_dict(self) -> dict[str, object]:
        """Return the report as the object that ``--json`` prints."""
        return {
            "model": self.model,
            "digest": self.digest,
            "complete": self.complete,
            "properties": [result.to_dict() for result in self.properties],
            "findings": [problem.to_dict() for problem in self.findings],
        }
