"""Items as they are documented: messages, requests, offers, orders, reports, files, conferences.

Layer: interfaces. ``what`` tells them apart, and says which terms an item has. Terms that say nothing are
left out.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.words import Moment, NamedShown, RefusalShown, Shown, left_out

Status = Literal[
    "open", "kept", "withdrawn", "closed", "answered", "acknowledged", "matched", "accepted", "declined",
    "invited", "started", "ended",
]  # fmt: skip
What = Literal["message", "rfi", "support", "offer", "order", "report", "file", "conference"]


class AttachmentShown(Shown):
    """A file that goes with an item, by its digest."""

    digest: str
    name: str
    size: int
    media: str


class Terms(Shown):
    """What all kinds may have."""

    exercise: bool = left_out()
    """A partner marked it as an exercise."""


class MessageTerms(Terms):
    """What else a message says."""

    attachments: list[AttachmentShown] = left_out()


class SupportTerms(Terms):
    """What else a request for support says."""

    quantity: int = left_out()
    unit: str = left_out()


class OfferTerms(Terms):
    """What else an offer says."""

    quantity: int = left_out()


class OrderTerms(Terms):
    """What else an order says."""

    matter: str = left_out()
    task: str = left_out()
    """Task that gave it."""


class ReportTerms(MessageTerms):
    """What else a situation report says."""

    actions: str = left_out()
    needs: str = left_out()


class FileTerms(Terms):
    """Which file it is."""

    digest: str
    name: str
    size: int
    media: str


class ConferenceTerms(Terms):
    """Who meets, when, and as which conference of the model."""

    parties: list[str] = left_out()
    conference: str = left_out()
    begins: Moment = left_out()


class AnyTerms(MessageTerms):
    """The terms of any kind of item."""

    quantity: int = left_out()
    unit: str = left_out()
    matter: str = left_out()
    task: str = left_out()
    actions: str = left_out()
    needs: str = left_out()
    digest: str = left_out()
    name: str = left_out()
    size: int = left_out()
    media: str = left_out()
    parties: list[str] = left_out()
    conference: str = left_out()
    begins: Moment = left_out()


class Line(Shown):
    """What is said of every item."""

    id: str
    item: str
    """The same as ``id``."""
    what_name: Both
    text: str
    case: str
    """'' for one that is about no case."""
    parent: str
    """Item it belongs to: the request that an offer answers."""
    origin: str
    """Party that made it."""
    own: bool
    post: str
    post_name: Both | None
    person: str
    """'' for one that a partner made."""
    to: list[NamedShown]
    label: str
    """Marking; '' where it has none."""
    due: Moment | None
    at: Moment
    """When this node recorded it."""
    happened: Moment | None
    status: Status
    status_name: Both
    is_open: bool


class MessageLine(Line):
    """A message."""

    what: Literal["message"]
    terms: MessageTerms


class RequestLine(Line):
    """A request for information."""

    what: Literal["rfi"]
    terms: Terms


class SupportLine(Line):
    """A request for support."""

    what: Literal["support"]
    terms: SupportTerms


class OfferLine(Line):
    """An offer of support."""

    what: Literal["offer"]
    terms: OfferTerms


class OrderLine(Line):
    """An order."""

    what: Literal["order"]
    terms: OrderTerms


class ReportLine(Line):
    """A situation report."""

    what: Literal["report"]
    terms: ReportTerms


class FileLine(Line):
    """A file that was attached to a case."""

    what: Literal["file"]
    terms: FileTerms


class ConferenceLine(Line):
    """An invitation to a conference, and the conference itself."""

    what: Literal["conference"]
    terms: ConferenceTerms


AnyLine = (
    MessageLine | RequestLine | SupportLine | OfferLine | OrderLine | ReportLine | FileLine | ConferenceLine
)


class ItemLine(RootModel[Annotated[AnyLine, Field(discriminator="what")]]):
    """An item in brief."""


class ChangeTerms(Shown):
    """What else is said of a change."""

    attachments: list[AttachmentShown] = left_out()
    partner: str = left_out()
    """Partner from whom it, or a change of it, was withheld."""
    change: str = left_out()
    """Change that was withheld."""
    post: str = left_out()
    outcome: dict[str, str] = left_out()
    """What a conference decided."""
    reserves: list[str] = left_out()
    """What a conference holds until all sides have said that it began, or ended."""


class ItemChange(Shown):
    """Something that happened to an item."""

    id: str
    change: Literal[
        "answered", "matched", "accepted", "declined", "closed", "acknowledged", "withdrawn", "started",
        "ended", "minutes", "withheld",
    ]  # fmt: skip
    text: str
    party: str
    """Party that did it."""
    post: str
    person: str
    at: Moment
    """When this node recorded it."""
    said_at: Moment
    """When the party that did it recorded it, as that party says."""
    happened: Moment | None
    terms: ChangeTerms


class ItemAction(Shown):
    """What may be done about an item."""

    id: str
    command: str
    """Type of the command."""
    item: str
    posts: list[str]
    """Own posts that may do it now."""
    refusal: RefusalShown | None
    """Why none of them may; None where one may."""


class Whole(Shown):
    """What is told of an item beyond its line."""

    said_at: Moment
    """When the party that made it recorded it, as that party says."""
    parties: list[NamedShown]
    """Parties it is addressed to."""
    changes: list[ItemChange]
    held: list[str]
    """Partners for whom it, or a change of it, waits for a release decision."""
    withheld: list[str]
    """Partners from whom it, or a change of it, was withheld."""
    actions: list[ItemAction]


class Side(Shown):
    """Where a conference stands on one side."""

    party: str
    called: bool
    accepted: bool
    declined: bool
    started: bool
    ended: bool
    minutes: str | None
    """As this side has them."""
    digest: str | None
    """SHA-256 of the minutes."""


class ConferenceState(Shown):
    """Where a conference stands on each side, and whether the minutes agree."""

    conference: str | None
    """Conference of the model; None for one on another subject."""
    status: Status
    sides: list[Side]
    minutes_agree: bool | None
    """None until all sides have given theirs."""


class Message(MessageLine, Whole):
    """A message, with all that became of it."""


class Request(RequestLine, Whole):
    """A request for information, with all that became of it."""


class Support(SupportLine, Whole):
    """A request for support, with all that became of it."""

    offers: list[OfferLine]
    matched: int
    """Quantity that was matched."""


class OfferOfSupport(OfferLine, Whole):
    """An offer of support, with all that became of it."""


class OrderGiven(OrderLine, Whole):
    """An order, with all that became of it."""


class SituationReport(ReportLine, Whole):
    """A situation report, with all that became of it."""


class AttachedFile(FileLine, Whole):
    """A file, with all that became of it."""


class Meeting(ConferenceLine, Whole):
    """A conference, with all that became of it."""

    conference: ConferenceState


AnyItem = Message | Request | Support | OfferOfSupport | OrderGiven | SituationReport | AttachedFile | Meeting
