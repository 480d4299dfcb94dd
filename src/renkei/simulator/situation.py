"""The present, as a forecast begins with it: the running cases, what goes on in them, and since when.

Layer: simulator (pure data). Moments are whole microseconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Priority = Literal["high", "normal", "low"]


@dataclass(frozen=True, slots=True)
class Since:
    """Something that is so since a moment."""

    element: str
    """BPMN id: a task or conference being worked on, a timer that is armed, a message flow in transit."""
    moment: int
    post: str | None = None
    """Post that is at work, where it is a deputy; the task's own where absent."""


@dataclass(frozen=True, slots=True)
class RunningCase:
    """A case that is under way, as far as it is known here."""

    id: str
    """Its random numbers depend on it alone: a forecast of the same case again faces the same luck."""
    process: str
    marking: tuple[int, ...]
    """Tokens by place of the net of its process. What a partner has not told is the caller's estimate."""
    opened: int
    contingency: str | None = None
    """What opened it; None where it was opened by hand. Weighs the attributes that are still open."""
    priority: Priority = "normal"
    under_way: tuple[Since, ...] = ()
    """Work that has begun, armed timers, messages in transit. A timer that is not named is armed now, a
    message that is not named has arrived, and work that is not named waits for its post."""
    waiting: tuple[Since, ...] = ()
    """Work in line, where it is known since when: the older is begun first."""
    completed: Mapping[str, int] = field(default_factory=dict)
    """Element -> when it was first completed, see ``moments.completed_elements``; those of measures do."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The present moment and all that is running."""

    moment: int
    cases: tuple[RunningCase, ...]
