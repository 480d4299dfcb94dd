"""What people ask of a node: one class a command, valid before it is decided upon.

Layer: runner (pure data). The HTTP interface, the command line and the tests build the same objects; the
field ``type`` tells them apart. Ids of cases and items carry the party that made them, for example
``jpn-case-7k3mq``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from renkei.model.schema import Label

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An id: of a post, a case, an item, an element."""
Words = Annotated[
    str, Field(min_length=1, max_length=20_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
"""A text that people write."""
Reason = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[int, Field(ge=0, lt=253_402_300_800_000_000)]
"""Microseconds since 1970 (UTC)."""


class Command(BaseModel):
    """Base of all commands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")] = ""
    """Given by the client: the same id is carried out once, and answered the same way when it comes again."""
    event_at: Moment | None = None
    """When it happened, where that is not now: the entry is then marked late."""
    note: Reason = ""
    """Why, in the words of whoever gives the command."""


# People and posts


class Assume(Command):
    """Take a free seat of a post."""

    type: Literal["assume"] = "assume"
    post: Name


class HandOver(Command):
    """Give one's seat of a post to another person, in one step: no gap, no overlap."""

    type: Literal["hand-over"] = "hand-over"
    to: Name
    """Person who takes the seat."""


class Leave(Command):
    """Leave one's seat of a post vacant."""

    type: Literal["leave"] = "leave"


# Cases and work


class OpenCase(Command):
    """Open a case, from a contingency of the model or of a process by hand."""

    type: Literal["open"] = "open"
    contingency: Name | None = None
    process: Name | None = None
    title: Words
    attributes: dict[Name, Name] = {}
    """Values of the own party's attributes that are known at the opening; the others are set later."""
    share: tuple[Name, ...] | None = None
    """Partners that are told of the case; all parties of the process where absent."""
    label: Label | None = None
    """Label of the title and of what is said of the opening; the lowest classification where absent."""
    exercise: bool = False


class SetAttribute(Command):
    """Classify: fix a value of an attribute that the own party decides when a case opens."""

    type: Literal["set"] = "set"
    case: Name
    attribute: Name
    value: Name


class Claim(Command):
    """Take a piece of work on, so that others see who does it."""

    type: Literal["claim"] = "claim"
    case: Name
    task: Name


class Return(Command):
    """Give a piece of work back to the inbox of its post."""

    type: Literal["return"] = "return"
    case: Name
    task: Name


class Delegate(Command):
    """Let a deputy of the post do a piece of work."""

    type: Literal["delegate"] = "delegate"
    case: Name
    task: Name
    to: Name
    """Post of a deputy."""


class Complete(Command):
    """Complete a piece of work, with what it decides."""

    type: Literal["complete"] = "complete"
    case: Name
    task: Name
    outcome: dict[Name, Name] = {}
    """Attribute -> value, where the task sets attributes."""
    flows: tuple[Name, ...] = ()
    """Sequence flows to take, where the step leaves a choice."""
    again: bool | None = None
    """Whether a loop activity runs once more."""


class Approve(Command):
    """Complete an approving task with consent."""

    type: Literal["approve"] = "approve"
    case: Name
    task: Name
    outcome: dict[Name, Name] = {}


class Deny(Command):
    """Refuse consent: completes the task where it has an outcome for that; otherwise the task stays open."""

    type: Literal["deny"] = "deny"
    case: Name
    task: Name
    outcome: dict[Name, Name] = {}


class Choose(Command):
    """Decide at a gateway that leaves a choice."""

    type: Literal["choose"] = "choose"
    case: Name
    gateway: Name
    flows: tuple[Name, ...] = ()
    again: bool | None = None
    """For a sub-process that may run once more."""


class Occur(Command):
    """State that something has happened that the case waits for and nothing in the model brings."""

    type: Literal["occur"] = "occur"
    case: Name
    event: Name
    """BPMN id: a message from outside, a signal, an escalation."""


class Withdraw(Command):
    """Take back one's own item (request, offer, order, invitation, held release), or a consent in force."""

    type: Literal["withdraw"] = "withdraw"
    item: Name | None = None
    case: Name | None = None
    matter: Name | None = None


class MoveCase(Command):
    """Let a running case go on under the model now in use; refused where its marking has no place there."""

    type: Literal["move"] = "move"
    case: Name


class CloseCase(Command):
    """Close a case before its process is over (an exercise ends, the case was opened by mistake)."""

    type: Literal["close"] = "close"
    case: Name


# Exchanges


class Addressed(Command):
    """Base of what is written to somebody: own posts, partners, or both."""

    to: tuple[Name, ...] = Field(min_length=1, max_length=32)
    """Own posts and partner parties (or posts of partners)."""
    text: Words
    label: Label | None = None
    """Needed where it leaves the party."""
    case: Name | None = None
    channel: Name | None = None


class Send(Addressed):
    """Send a labelled message."""

    type: Literal["send"] = "send"
    attachments: tuple[Digest, ...] = ()


class Ask(Addressed):
    """Ask for information (RFI), with the moment it is needed by."""

    type: Literal["ask"] = "ask"
    need_by: Moment | None = None


class Answer(Command):
    """Answer a request for information."""

    type: Literal["answer"] = "answer"
    item: Name
    text: Words
    label: Label | None = None
    attachments: tuple[Digest, ...] = ()


class RequestSupport(Addressed):
    """Say what is needed (request for support)."""

    type: Literal["request-support"] = "request-support"
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    unit: Annotated[str, Field(max_length=100)] = ""
    need_by: Moment | None = None


class Offer(Command):
    """Offer support for a need."""

    type: Literal["offer"] = "offer"
    item: Name
    text: Words
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    label: Label | None = None


class Match(Command):
    """Match an offer to the need: the requester says which offers it wants."""

    type: Literal["match"] = "match"
    item: Name
    offer: Name


class Accept(Command):
    """Accept: a matched offer (the offerer confirms), or an invitation to a conference."""

    type: Literal["accept"] = "accept"
    item: Name


class Decline(Command):
    """Decline an offer, a match or an invitation."""

    type: Literal["decline"] = "decline"
    item: Name


class CloseItem(Command):
    """Close a request once it is met or no longer needed."""

    type: Literal["close-item"] = "close-item"
    item: Name


class Order(Command):
    """Give an order along the own chain of command."""

    type: Literal["order"] = "order"
    to: Name
    """Headquarters or post of the own party, below the own headquarters."""
    text: Words
    case: Name | None = None
    matter: Name | None = None
    acknowledge_by: Moment | None = None


class Acknowledge(Command):
    """Acknowledge an order, a message or a report: it was read and understood."""

    type: Literal["acknowledge"] = "acknowledge"
    item: Name


class Report(Command):
    """Write a situation report: what is known, what was done, what is needed."""

    type: Literal["report"] = "report"
    case: Name
    situation: Words
    actions: Reason = ""
    needs: Reason = ""
    to: tuple[Name, ...] = ()
    label: Label | None = None
    attachments: tuple[Digest, ...] = ()


class Attach(Command):
    """Attach an uploaded file to a case."""

    type: Literal["attach"] = "attach"
    case: Name
    digest: Digest
    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f/\\]+$")]
    media: Annotated[str, Field(max_length=100)] = "application/octet-stream"
    size: Annotated[int, Field(ge=0)]
    label: Label | None = None


class Correct(Command):
    """Correct an entry of the log by a new one that names it; the old one stays."""

    type: Literal["correct"] = "correct"
    entry: Annotated[int, Field(ge=1)]
    text: Words


# Conferences


class Invite(Command):
    """Call a conference: of the model (``conference``), or on any subject."""

    type: Literal["invite"] = "invite"
    case: Name
    conference: Name | None = None
    to: tuple[Name, ...] = ()
    subject: Words
    begins: Moment | None = None
    label: Label | None = None


class Start(Command):
    """State that a conference has started on the own side."""

    type: Literal["start"] = "start"
    item: Name


class End(Command):
    """State that a conference has ended on the own side, with the minutes as this side has them."""

    type: Literal["end"] = "end"
    item: Name
    minutes: Words
    outcome: dict[Name, Name] = {}
    """Attributes that the own side's task sets."""


# Release


class ReleaseItem(Command):
    """Decide that something held may leave, under this label."""

    type: Literal["release"] = "release"
    item: Name
    label: Label | None = None
    """A lower or narrower label than the proposed one; absent: as proposed."""


class Withhold(Command):
    """Decide that something held does not leave."""

    type: Literal["withhold"] = "withhold"
    item: Name


# The node itself


class AdoptModel(Command):
    """Use another model (already stored by its digest) for the cases opened from now on."""

    type: Literal["adopt"] = "adopt"
    digest: Digest
    option: Name | None = None


# What the node asks of itself


class Tick(Command):
    """Let the timers go off whose moment has come."""

    type: Literal["tick"] = "tick"


class Receive(Command):
    """Take over an entry of a partner's released log that the link has verified."""

    type: Literal["receive"] = "receive"
    partner: Name
    number: int
    body: bytes
    salt: bytes


class Seal(Command):
    """Keep a partner's checkpoint that holds for what was received."""

    type: Literal["seal"] = "seal"
    partner: Name
    size: int
    signed: str


class Acknowledged(Command):
    """Keep a partner's co-signature over the log released to it."""

    type: Literal["acknowledged"] = "acknowledged"
    partner: Name
    size: int
    signed: str


class Fork(Command):
    """Keep the proof that a partner signed two histories."""

    type: Literal["fork"] = "fork"
    partner: Name
    first: str
    second: str
    reason: str
    proof: str = ""
    """All that somebody else needs to see it, with the partner's public key alone."""


class Resume(Command):
    """Let a link go on that had stopped, from what both sides hold; people confirmed it at the node."""

    type: Literal["resume"] = "resume"
    partner: Name
    forked: str
    size: int
    sealed: str
    checkpoint: str
    key: str
    given_up: tuple[str, ...] = ()
    by: Name
    reason: str


class DeclareExercise(Command):
    """Mark everything as an exercise from now on, or no longer."""

    type: Literal["declare-exercise"] = "declare-exercise"
    active: bool


class ChangeAccount(Command):
    """Record that an account was created, disabled, or given another password."""

    type: Literal["account"] = "account"
    name: Name
    change: Name


AnyCommand = Annotated[
    Assume | HandOver | Leave | OpenCase | SetAttribute | Claim | Return | Delegate | Complete
    | Approve | Deny | Choose | Occur | Withdraw | MoveCase | CloseCase | Send | Ask | Answer
    | RequestSupport | Offer | Match | Accept | Decline | CloseItem | Order | Acknowledge | Report
    | Attach | Correct | Invite | Start | End | ReleaseItem | Withhold | AdoptModel,
    Field(discriminator="type"),
]  # fmt: skip
"""Any command, told apart by ``type``."""

COMMANDS: TypeAdapter[Command] = TypeAdapter(AnyCommand)
"""Reads a command from plain data."""
