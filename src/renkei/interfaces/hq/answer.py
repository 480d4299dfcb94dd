"""What a node answers: data, an event of its stream, or an error.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from renkei.errors import Problem, RenkeiError

TOO_MANY_REQUESTS, SERVER_ERROR = 429, 500


@dataclass(frozen=True)
class Reply:
    """What a node answered."""

    data: Any
    next: str | None = None
    """Where the next page begins; None at the end."""
    seq: int = 0
    """Number of the last entry of the node's log when it answered."""
    whole: Mapping[str, Any] = field(default_factory=dict)
    """The answer as it came."""


@dataclass(frozen=True)
class Heard:
    """One event of the stream."""

    seq: int
    kind: str
    data: Any


class NodeError(RenkeiError):
    """A node refused, failed, or could not be reached."""

    def __init__(self, problem: Problem, status: int = 0, details: Mapping[str, Any] | None = None) -> None:
        """Keep what the node said; ``status`` is 0 where it did not answer."""
        self.problem = problem
        self.status = status
        self.details: Mapping[str, Any] = details or {}
        """``facts``, ``rule``, ``could`` and ``possible`` of a refusal."""
        super().__init__(str(problem))

    @property
    def refused(self) -> bool:
        """Whether the node understood, and will not do it."""
        return "RK5" <= self.problem.code < "RK6"

    @property
    def out_of_reach(self) -> bool:
        """Whether the same call may succeed later."""
        return self.status in {0, TOO_MANY_REQUESTS} or self.status >= SERVER_ERROR

    def to_dict(self) -> dict[str, Any]:
        """Return the error as the object that ``--json`` prints."""
        told = {"facts", "rule", "rule_name", "could", "possible"}
        found = {key: value for key, value in self.details.items() if key in told}
        return self.problem.to_dict() | found
