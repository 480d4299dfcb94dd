"""What the documented answers are made of: names in both languages, labels, reasons against something.

Layer: interfaces. These classes describe what views send, for the document of the interface; nothing is
validated by them when a view is read. Tests hold every answer against them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from renkei.interfaces.http.shapes import Both, PossibleNow

Moment = Annotated[int, Field(description="Microseconds since 1970 (UTC).", ge=0)]
Span = Annotated[int, Field(description="Microseconds; below 0 for what has passed.")]
Role = Literal["own", "delegated", "deputy", "any"]
"""As what a post sees a piece of work: its own, delegated to it, standing in for a post; or anybody's."""
EVENT = "x-renkei-event"
RECORD = "x-renkei-record"
"""Stand for the shapes of what the log holds, which the document takes from the classes of the events."""
AnyEvent = Annotated[dict[str, Any], WithJsonSchema({EVENT: True})]
AnyRecord = Annotated[dict[str, Any], WithJsonSchema({RECORD: True})]


class Shown(BaseModel):
    """Base of all that views send: every field is there, and no other."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, serialize_by_alias=True)


def left_out() -> Any:
    """Return the default of a key that is left out where there is nothing to say."""
    return Field(default_factory=lambda: None)


class NamedShown(Shown):
    """An id with its name."""

    id: str
    name: Both


class LabelShown(Shown):
    """A confidentiality label."""

    classification: str
    releasable_to: list[str]
    """Parties; none means national only."""
    category: str | None


class LabelBrief(Shown):
    """A label as it travels: what is empty is left out."""

    classification: str = left_out()
    releasable_to: list[str] = left_out()
    category: str | None = left_out()


class RefusalShown(Shown):
    """Why something would be refused now, by which rule, who could, and what is possible."""

    code: str
    message: str
    """In English and with ids: for programs and logs."""
    facts: Both
    """The same for people, with the names that the model has."""
    rule: str
    """The rule in the model or in the node, for example ``authorities.jpn-site-use``; '' for none."""
    rule_name: Both | None
    """What the rule says; None where only its code is known."""
    could: list[str]
    """Posts that could do it."""
    possible: list[PossibleNow]


class ReasonShown(Shown):
    """Why something may not be done with a label."""

    code: str
    rule: str
    """Part of the label that stands against it, for example ``releasable_to``."""
    message: str
    """In English and with ids: for programs and logs."""
    facts: Both
    """The same for people, with the names that the model has."""
    allowed: list[str]
    """Values of that part that would be allowed."""


class Finding(Shown):
    """One thing that makes an input unusable, or doubtful, and what to do about it."""

    code: str
    message: str
    hint: str
    file: str
    line: int
    """Line, counted from 1; 0 where it has none."""
    column: int


class OfCase(Shown):
    """What is said of a case wherever it is mentioned."""

    case: str
    title: str
    process: str
    process_name: Both
    exercise: bool
