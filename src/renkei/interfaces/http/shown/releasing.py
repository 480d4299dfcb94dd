"""Labels that can be chosen, previews, and what was released, as they are documented.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.held import (
    CaseContent,
    ChangeContent,
    ConsentsContent,
    Content,
    ItemContent,
    MessageContent,
)
from renkei.interfaces.http.shown.words import (
    LabelBrief,
    LabelShown,
    Moment,
    ReasonShown,
    Shown,
    left_out,
)


class LabelChoice(Shown):
    """A label with which something could leave."""

    id: str
    marking: str
    marking_name: Both
    label: LabelShown
    at_once: bool
    """Whether it leaves without a release decision, whoever writes it."""
    posts: list[str]
    """Own posts that may decide its release; what one of them writes leaves at once."""


class AsReleased(Shown):
    """What is added to everything that leaves."""

    number: int
    """In the log released to the partner."""
    at: Moment
    label: LabelBrief
    exercise: bool = left_out()


class CaseReleased(CaseContent, AsReleased):
    """A case, as a partner is told of it."""


class MessageReleased(MessageContent, AsReleased):
    """A message of the process, as a partner gets it."""


class ConsentsReleased(ConsentsContent, AsReleased):
    """Which consents are in force, as a partner is told."""


class ItemReleased(ItemContent, AsReleased):
    """An item, as a partner gets it."""


class ChangeReleased(ChangeContent, AsReleased):
    """What became of an item, as a partner is told."""


AnyReleased = CaseReleased | MessageReleased | ConsentsReleased | ItemReleased | ChangeReleased


class ReleasedContent(RootModel[Annotated[AnyReleased, Field(discriminator="kind")]]):
    """What a partner gets, field by field."""


class ToRelease(Shown):
    """What a partner would get at once."""

    partner: str
    partner_name: Both
    rule: str
    """Why it might leave."""
    rule_name: Both | None
    """The same in words; None where only its code is known."""
    number: int
    """It would have this number if it were released now."""
    label: str
    """Marking."""
    content: ReleasedContent
    text: str
    """The very bytes, as text; number and moment are those of now."""


class ToHold(Shown):
    """What would wait for a release decision."""

    partner: str
    partner_name: Both
    label: str
    """Marking."""
    label_terms: LabelShown
    content: Content
    posts: list[str]
    """Own posts that could decide."""
    against: ReasonShown | None
    """Why it could not leave under this label, whoever decides."""


class Preview(Shown):
    """What partners would be given if a command were given now; nothing is recorded by asking."""

    released: list[ToRelease]
    held: list[ToHold]
    entries: int
    """How many entries the own log would gain."""


class ReleasedLine(Shown):
    """Something that was released to a partner, and since when the partner is known to have it."""

    id: str
    number: int
    partner: str
    kind: Literal["case", "message", "consents", "item", "change"]
    what: str
    """Kind of item, or what became of it; else the same as ``kind``."""
    name: Both
    case: str
    """'' for what is about no case."""
    title: str | None
    """Of the case."""
    item: str
    """'' for what is about no item."""
    label: str
    """Marking."""
    label_terms: LabelBrief
    exercise: bool
    at: Moment
    """When it was released, as this node asserts."""
    acknowledged: Moment | None
    """When the partner's co-signature over it arrived here: by then the partner had it."""
    checkpoint: int | None
    """Size of the co-signed checkpoint that covers it first; None while there is none."""
    content: ReleasedContent
