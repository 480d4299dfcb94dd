"""The inbox and what is waited for, as they are documented.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.held import HeldBase
from renkei.interfaces.http.shown.items import AnyTerms, Line, What
from renkei.interfaces.http.shown.words import Moment, Role, Shown
from renkei.interfaces.http.shown.work import AttributeWork, ChoiceWork, EventWork, TaskWork


class InInbox(Shown):
    """What every entry of an inbox has beyond what it is about."""

    as_: Role = Field(alias="as")
    """As what the post sees it."""


class InboxTask(TaskWork, InInbox):
    """A task."""


class InboxChoice(ChoiceWork, InInbox):
    """A gateway that leaves a choice."""


class InboxAttribute(AttributeWork, InInbox):
    """An attribute to fix."""


class InboxEvent(EventWork, InInbox):
    """Something outside that is waited for."""


class InboxRelease(HeldBase, InInbox):
    """A release to decide."""


class InboxItem(Line, InInbox):
    """An item about which something is expected of the post."""

    kind: Literal["item"]
    what: What
    terms: AnyTerms
    name: Both
    asks: str
    """Type of the command that is expected: acknowledge, answer, offer, match, accept, start, end."""
    since: Moment
    deadline: Moment | None


AnyEntry = InboxTask | InboxChoice | InboxAttribute | InboxEvent | InboxRelease | InboxItem


class InboxEntry(RootModel[Annotated[AnyEntry, Field(discriminator="kind")]]):
    """Something that waits for a post."""


class FromWhom(Shown):
    """From whom something is waited for."""

    from_: list[str] = Field(alias="from")
    """Parties or posts; none where nobody is known."""


class AwaitedBase(FromWhom):
    """What steps of a case lack which could be taken otherwise."""

    id: str
    case: str
    element: str
    """Message, or task that needs the consent."""
    name: Both
    since: Moment
    deadline: Moment | None


class AwaitedMessage(AwaitedBase):
    """A message of the process that has not arrived."""

    waits: Literal["message"]


class AwaitedConsent(AwaitedBase):
    """A consent that is not in force, as far as is known here."""

    waits: Literal["consent"]


class AwaitedItem(Line, FromWhom):
    """A request, an offer, an order or a conference that others have to do something about."""

    waits: Literal["item"]
    what: What
    terms: AnyTerms
    name: Both
    since: Moment
    deadline: Moment | None


class AwaitedRelease(HeldBase, FromWhom):
    """Something that a post wrote and that waits for a release decision."""

    waits: Literal["release"]


AnyAwaited = AwaitedMessage | AwaitedConsent | AwaitedItem | AwaitedRelease


class WaitingEntry(RootModel[Annotated[AnyAwaited, Field(discriminator="waits")]]):
    """Something that the own party waits for."""
