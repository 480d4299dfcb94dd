"""Work that waits in a case as it is documented, told apart by ``kind``.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.words import (
    LabelShown,
    Moment,
    NamedShown,
    OfCase,
    RefusalShown,
    Shown,
    left_out,
)


class Claimed(Shown):
    """Who does a piece of work."""

    person: str
    post: str
    since: Moment


class Alternative(Shown):
    """One way to go on at a gateway."""

    outcome: dict[str, str]
    """Attribute -> value."""
    flows: list[NamedShown]
    """Sequence flows that are taken."""
    again: bool | None
    """Whether a loop runs once more; None where it is no loop."""


class TaskAlternative(Alternative):
    """One way to complete a task."""

    consents: bool = left_out()
    """Whether it gives consent; left out where the task approves nothing."""
    refusal: RefusalShown | None
    """Why it would be refused now; None where nothing stands against it."""


class Approves(NamedShown):
    """The matter that a task decides."""

    rules: list[str]
    posts: list[str]
    """Own posts with authority over it."""


class Acts(NamedShown):
    """The matter in which a task moves forces or uses what belongs to a party."""

    needs: list[str]
    """Parties whose consent it needs."""


class Orders(NamedShown):
    """The matter on which a task gives an order."""

    to: NamedShown


class Releases(Shown):
    """What a task lets go."""

    to: list[str]
    label: LabelShown | None


class Decides(Shown):
    """What completing a task decides, and by which authority; what it does not is left out."""

    approves: Approves = left_out()
    sets: dict[str, list[str]] = left_out()
    """Attribute -> values that are possible."""
    proposes: NamedShown = left_out()
    acts: Acts = left_out()
    ceases: NamedShown = left_out()
    orders: Orders = left_out()
    releases: Releases = left_out()


class NeededConsent(Shown):
    """A consent that a step reads, as far as is known here."""

    matter: NamedShown
    party: str
    in_force: bool


class Waits(OfCase):
    """What all work has."""

    id: str
    name: Both
    since: Moment
    posts: list[str]
    """Own posts that may do it now."""
    deadline: Moment | None


class TaskWork(Waits):
    """A task of the own party."""

    kind: Literal["task"]
    task: str
    post: str | None
    """None where the model gives it to no post: any post may do it."""
    post_name: Both | None
    claimed: Claimed | None
    delegated: list[str]
    alternatives: list[TaskAlternative]
    decides: Decides
    needs: list[NeededConsent]
    denied: bool
    """A post has refused its consent; the task stays open."""
    held_by_conference: bool


class ChoiceWork(Waits):
    """A gateway that leaves a choice."""

    kind: Literal["choice"]
    gateway: str
    alternatives: list[Alternative]


class AttributeWork(Waits):
    """An attribute that the own party fixes when a case opens."""

    kind: Literal["attribute"]
    attribute: str
    values: list[str]


class EventWork(Waits):
    """Something outside that the case waits for and nothing in the model brings."""

    kind: Literal["event"]
    event: str


class Work(
    RootModel[Annotated[TaskWork | ChoiceWork | AttributeWork | EventWork, Field(discriminator="kind")]]
):
    """Something in a case that waits for the own party."""
