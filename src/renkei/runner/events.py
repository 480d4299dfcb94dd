"""What is recorded: one class an event, with an explicit name and version, and numbered upgrades.

Layer: runner (pure data). The log holds records: who asserted an event, when it happened, when the node
recorded it. An event that has been released to a user keeps its name, version and fields for ever; a new
shape gets a new version, and ``UPGRADES`` reads the old one. ``tests/recorded`` holds logs of every version.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from renkei.errors import InputError, Problem


class Event(
    msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", forbid_unknown_fields=True, gc=False
):
    """Base of all events."""


# The node


class NodeCreated(Event, frozen=True, tag="node.created/1"):
    """The first entry: whose log this is."""

    party: str
    log: str
    """Random identifier of this log."""


class ModelAdopted(Event, frozen=True, tag="model.adopted/1"):
    """Cases opened from now on follow this model."""

    digest: str
    option: str = ""


class AccountChanged(Event, frozen=True, tag="account.changed/1"):
    """An account was created, disabled, given another password or made administrator; never holds secrets."""

    name: str
    change: str


class ExerciseDeclared(Event, frozen=True, tag="exercise.declared/1"):
    """From here on everything is an exercise, and says so where it leaves; or it is no longer."""

    active: bool


class EntryCorrected(Event, frozen=True, tag="entry.corrected/1"):
    """What an earlier entry says is wrong, and this is right."""

    entry: int
    text: str


# Posts


class PostAssumed(Event, frozen=True, tag="post.assumed/1"):
    """A person took a free seat."""

    post: str


class PostHandedOver(Event, frozen=True, tag="post.handed-over/1"):
    """A seat went from the person who recorded this to another one."""

    post: str
    to: str


class PostLeft(Event, frozen=True, tag="post.left/1"):
    """A person left a seat vacant."""

    post: str


# Cases


class CaseOpened(Event, frozen=True, tag="case.opened/1"):
    """A case began here, or a partner told of one that it began."""

    case: str
    process: str
    title: str
    digest: str
    option: str = ""
    contingency: str = ""
    origin: str = ""
    """Party that opened it; '' for the own one."""
    parties: tuple[str, ...] = ()
    """Partners that take part, and are told what is addressed to them."""
    exercise: bool = False


class StepFired(Event, frozen=True, tag="step.fired/1"):
    """A transition of the own share of the net fired."""

    case: str
    transition: str
    behalf: str = ""
    """Post whose work it was, where a deputy did it."""


class MessageArrived(Event, frozen=True, tag="message.arrived/1"):
    """A message of the process reached this party."""

    case: str
    place: str
    sender: str


class ConsentKnown(Event, frozen=True, tag="consent.known/1"):
    """A partner told which of its consents that the own acts need are in force."""

    case: str
    party: str
    places: tuple[str, ...] = ()


class ConsentDenied(Event, frozen=True, tag="consent.denied/1"):
    """A post refused its consent; the work stays open."""

    case: str
    task: str


class ConsentWithdrawn(Event, frozen=True, tag="consent.withdrawn/1"):
    """A consent that was given no longer counts."""

    case: str
    place: str


class WorkClaimed(Event, frozen=True, tag="work.claimed/1"):
    """A person took a piece of work on."""

    case: str
    task: str


class WorkReturned(Event, frozen=True, tag="work.returned/1"):
    """A piece of work went back to its post."""

    case: str
    task: str


class WorkDelegated(Event, frozen=True, tag="work.delegated/1"):
    """A deputy may do a piece of work."""

    case: str
    task: str
    to: str


class CaseMoved(Event, frozen=True, tag="case.moved/1"):
    """A case goes on under another version of its model."""

    case: str
    digest: str
    option: str = ""


class CaseClosed(Event, frozen=True, tag="case.closed/1"):
    """A case is over: its process ended here, or a post closed it."""

    case: str
    early: bool = False


# Items: what is written, asked, offered, ordered, called


class ItemOpened(Event, frozen=True, tag="item.opened/1"):
    """Something was written: a message, request, offer, order, report, file or invitation."""

    item: str
    kind: str
    """message, rfi, support, offer, order, report, file, conference."""
    text: str = ""
    case: str = ""
    parent: str = ""
    """Item it belongs to: the request an offer answers."""
    to: tuple[str, ...] = ()
    label: str = ""
    """Marking, for example ``SECRET//REL TO JPN, USA``; structured in ``terms``."""
    due: int = 0
    origin: str = ""
    """Party that made it; '' for the own one."""
    post: str = ""
    """Post that made it, as its party tells."""
    terms: dict[str, Any] = {}
    """What else its kind needs: quantity, unit, digests, matter, label."""


class ItemChanged(Event, frozen=True, tag="item.changed/1"):
    """Something happened to an item."""

    item: str
    change: str
    """answered, matched, accepted, declined, closed, acknowledged, withdrawn, started, ended, minutes;
    withheld where it, or a change of it, was not let go to a partner."""
    text: str = ""
    party: str = ""
    """Party that did it; '' for the own one."""
    post: str = ""
    terms: dict[str, Any] = {}


# Release


class ReleaseHeld(Event, frozen=True, tag="release.held/1"):
    """Something waits for the decision to let it go to a partner."""

    held: str
    partner: str
    body: dict[str, Any]
    case: str = ""
    classification: str = ""
    releasable_to: tuple[str, ...] = ()
    category: str = ""
    channel: str = ""


class ReleaseDecided(Event, frozen=True, tag="release.decided/1"):
    """A post decided about what is held."""

    held: str
    granted: bool


class Released(Event, frozen=True, tag="released/1"):
    """Something became part of the log released to a partner."""

    partner: str
    number: int
    digest: str
    """SHA-256 of the released bytes, which stand beside this entry in the store."""
    classification: str = ""
    case: str = ""
    held: str = ""
    rule: str = ""
    """Why it may leave: the release task, the post's authority, or the standing label of the model."""


# The link


class PartnerReceived(Event, frozen=True, tag="partner.received/1"):
    """An entry of a partner's released log arrived: its bytes, as they came."""

    partner: str
    number: int
    body: str
    salt: str
    """Hexadecimal."""


class PartnerRejected(Event, frozen=True, tag="partner.rejected/1"):
    """An entry that arrived has no place here; it is kept as evidence and changes nothing."""

    partner: str
    number: int
    code: str
    reason: str


class PartnerDeferred(Event, frozen=True, tag="partner.deferred/1"):
    """An entry that arrived is about a case, or a model, that is not here yet; it takes effect when it is."""

    partner: str
    case: str
    body: str


class LinkSealed(Event, frozen=True, tag="link.sealed/1"):
    """A checkpoint of a partner's released log, signed by the partner, that holds for what was received."""

    partner: str
    size: int
    note: str


class LinkAcknowledged(Event, frozen=True, tag="link.acknowledged/1"):
    """A partner co-signed the log released to it up to a size."""

    partner: str
    size: int
    note: str


class LinkForked(Event, frozen=True, tag="link.forked/1"):
    """A partner signed two histories; both notes are kept."""

    partner: str
    first: str
    second: str
    reason: str = ""
    proof: str = ""
    """All that somebody else needs to see it, with the partner's public key alone."""


DISOWNED = "disowned"
"""Among the ways in which two histories were signed: not the partner, this party itself did."""


class LinkResumed(Event, frozen=True, tag="link.resumed/1"):
    """People let a link go on that had stopped since two histories were signed; the evidence stays."""

    partner: str
    forked: str
    """In what ways two histories were signed; ``disowned`` alone where this party did."""
    size: int
    """Entries of the released log that both sides hold alike."""
    sealed: str
    """Latest checkpoint of not more entries that both sides have signed; '' for none."""
    checkpoint: str
    """What the partner signed of the history that goes on; the note disowned, where this party did."""
    key: str
    """Public key under which that was verified."""
    given_up: tuple[str, ...] = ()
    """Cases and items that entries after ``size`` were about."""
    by: str = ""
    """Administrator who confirmed it."""
    reason: str = ""


AnyEvent = (
    NodeCreated | ModelAdopted | AccountChanged | ExerciseDeclared | EntryCorrected | PostAssumed
    | PostHandedOver | PostLeft | CaseOpened | StepFired | MessageArrived | ConsentKnown
    | ConsentDenied | ConsentWithdrawn | WorkClaimed | WorkReturned | WorkDelegated | CaseMoved
    | CaseClosed | ItemOpened | ItemChanged | ReleaseHeld | ReleaseDecided | Released | PartnerReceived
    | PartnerRejected | PartnerDeferred | LinkSealed | LinkAcknowledged | LinkForked | LinkResumed
)  # fmt: skip
"""Every event of this version."""


class Record(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """One entry of the log: an event, and who asserts what about it."""

    seq: int
    at: int
    """When the node recorded it, microseconds since 1970 (UTC), as the node asserts."""
    event: AnyEvent
    happened: int = 0
    """When it happened, as whoever recorded it asserts; 0 for at the same moment."""
    late: bool = False
    """It was recorded so long after it happened that the log says so."""
    person: str = ""
    post: str = ""
    command: str = ""
    """Id that the client gave to the command."""
    note: str = ""

    @property
    def kind(self) -> str:
        """Return the name and version of the event."""
        return str(type(self.event).__struct_config__.tag)

    @property
    def subject(self) -> str:
        """Return the case or item that it is about, '' where none."""
        event = self.event
        return str(getattr(event, "case", "") or getattr(event, "item", "") or getattr(event, "partner", ""))


UPGRADES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Name and version of an old event -> what makes the next version of its fields (``type`` included)."""

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def encode(record: Record) -> bytes:
    """Return a record as the bytes that the log keeps: JSON with the fields in the order of the class."""
    return _ENCODER.encode(record)


def decode(body: bytes) -> Record:
    """Return the record that bytes of any released version hold.

    Raises:
        InputError: They are no record that this version knows (RK501).
    """
    try:
        return _DECODER.decode(body)
    except _UNREADABLE as error:
        return _decode_old(body, error)


def _decode_old(body: bytes, reason: Exception) -> Record:
    try:
        plain = msgspec.json.decode(body)
        event = plain["event"]
        while event["type"] in UPGRADES:
            event = UPGRADES[event["type"]](event)
        return msgspec.convert({**plain, "event": event}, Record)
    except (*_UNREADABLE, TypeError, KeyError) as error:
        message = f"an entry of the log cannot be read: {reason}"
        hint = "It was written by a newer version, or is damaged; `renkei log verify` tells which."
        raise InputError([Problem("RK501", message, hint)]) from error
