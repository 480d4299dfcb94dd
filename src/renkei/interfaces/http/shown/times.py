"""Deadlines as they are documented, told apart by ``kind``.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.words import Moment, OfCase, Shown, Span


class Timer(OfCase):
    """A timer of a case that runs."""

    id: str
    kind: Literal["timer"]
    element: str
    name: Both
    deadline: Moment
    """When it goes off."""
    remaining: Span
    missed: bool


class MeasureDeadline(OfCase):
    """Where a case stands in a measure of its model that has a deadline."""

    id: str
    kind: Literal["measure"]
    measure: str
    name: Both
    seen_here: bool
    """Whether the own share of the process can tell when the measure ends."""
    begun: Moment | None
    ended: Moment | None
    deadline: Moment | None
    """None before it has begun."""
    within: Span
    remaining: Span | None
    """None before it has begun, and after it has ended."""
    missed: bool


class Obligation(OfCase):
    """An approval that the own party owes afterwards."""

    id: str
    kind: Literal["obligation"]
    matter: str
    name: Both
    rules: list[str]
    posts: list[str]
    """Posts that can give it."""
    begun: Moment
    deadline: Moment | None
    remaining: Span | None
    missed: bool


class DueItem(Shown):
    """A request, an order or an invitation that still waits for something by a moment."""

    id: str
    kind: Literal["need-by", "acknowledge-by", "begins"]
    item: str
    what: Literal["rfi", "support", "order", "conference"]
    name: Both
    case: str
    """'' for one that is about no case."""
    origin: str
    post: str
    to: list[str]
    begun: Moment
    deadline: Moment
    remaining: Span
    missed: bool


class Deadline(
    RootModel[Annotated[Timer | MeasureDeadline | Obligation | DueItem, Field(discriminator="kind")]]
):
    """Something that is due."""
