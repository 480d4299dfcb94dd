"""What waits for a release decision, and what is released, as it is documented.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.items import AnyItem, AnyLine, AnyTerms, AttachmentShown, Terms
from renkei.interfaces.http.shown.words import (
    LabelShown,
    Moment,
    ReasonShown,
    Shown,
    left_out,
)


class CaseContent(Shown):
    """A case, as a partner is told of it."""

    kind: Literal["case"]
    case: str
    process: str
    title: str
    digest: str
    option: str
    contingency: str
    parties: list[str]
    exercise: bool
    opened: Moment


class MessageContent(Shown):
    """A message of the process."""

    kind: Literal["message"]
    case: str
    place: str
    """Place of the message in the net, for example ``message:Flow_1``."""
    consents: list[str]
    """Own consents in force that the partner's steps need."""
    post: str
    happened: int
    """0 for at the moment of release."""
    exercise: bool


class ConsentsContent(Shown):
    """Which consents are in force."""

    kind: Literal["consents"]
    case: str
    places: list[str]


class ItemContent(Shown):
    """An item; what says nothing is left out."""

    kind: Literal["item"]
    item: str
    what: str
    text: str = left_out()
    to: list[str] = left_out()
    due: Moment = left_out()
    parent: str = left_out()
    terms: AnyTerms = left_out()
    case: str = left_out()
    post: str = left_out()
    happened: Moment = left_out()
    exercise: bool = left_out()


class ChangeTold(Terms):
    """What else a change says to a partner."""

    attachments: list[AttachmentShown] = left_out()


class ChangeContent(Shown):
    """What became of an item; what says nothing is left out."""

    kind: Literal["change"]
    item: str
    change: str
    text: str = left_out()
    terms: ChangeTold = left_out()
    case: str = left_out()
    post: str = left_out()
    happened: Moment = left_out()
    exercise: bool = left_out()


AnyContent = CaseContent | MessageContent | ConsentsContent | ItemContent | ChangeContent


class Content(RootModel[Annotated[AnyContent, Field(discriminator="kind")]]):
    """What a partner would be told."""


class HeldBase(Shown):
    """What is held for a release decision, and who can decide it."""

    id: str
    kind: Literal["release"]
    item: str
    """The same as ``id``."""
    what: Literal["release"]
    name: Both
    case: str
    """'' for what is about no case."""
    partner: str
    partner_name: Both
    label: str
    """Marking of the proposed label."""
    label_terms: LabelShown
    channel: str
    """'' where none was chosen."""
    post: str
    person: str
    since: Moment
    deadline: Moment | None
    content: Content
    """What would be released, as it would be, before number, moment and label are added."""
    posts: list[str]
    """Own posts that may decide."""
    against: ReasonShown | None
    """Why it may not leave under the proposed label, whoever decides; None where it may."""


class HeldRelease(HeldBase):
    """Something that waits for the decision to let it go to a partner."""


class ItemOrHeld(RootModel[Annotated[AnyLine | HeldRelease, Field(discriminator="what")]]):
    """An item in brief, or something that waits for a release decision."""


class ItemView(RootModel[Annotated[AnyItem | HeldRelease, Field(discriminator="what")]]):
    """An item with all that became of it, or something that waits for a release decision."""
