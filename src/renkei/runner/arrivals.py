"""What partners say of items, taken over: validated strictly, and only as far as that partner may say it.

Layer: runner. A partner speaks for itself alone: it opens items of its own, and changes items as the life
cycle lets its side. What does not fit raises ``Unfit`` and changes nothing; the caller keeps it as evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from renkei.labels.lattice import marking
from renkei.model.schema import Label
from renkei.runner import events
from renkei.runner.addressing import addressed_parties, book_for, is_given, members
from renkei.runner.book import Book
from renkei.runner.conferences import go_on
from renkei.runner.decision import Decision
from renkei.runner.lifecycle import against, matched_quantity
from renkei.runner.state import NODE, Item

MOST_CHANGES = 500
"""Changes of one item that are taken over."""
MOST_WAITING = 64
"""Changes that may wait for one item that a third party has yet to tell of."""
MOST_WAITED_FOR = 1_000
"""Items and cases that may be waited for."""
KINDS = frozenset({"message", "rfi", "support", "offer", "report", "conference"})
"""What comes from a partner; orders do not, and files come as attachments."""
WITH_TEXT = frozenset({"answered", "minutes"})

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Short = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
_Words = Annotated[str, msgspec.Meta(max_length=20_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
_Moment = Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800_000_000)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
_Names = Annotated[tuple[_Name, ...], msgspec.Meta(max_length=32)]


class Unfit(Exception):  # noqa: N818  # a finding about a stranger's entry, not a failure
    """What a partner said has no place here."""

    def __init__(self, code: str, reason: str) -> None:
        """Keep the code and the reason."""
        self.code, self.reason = code, reason[:2_000]
        super().__init__(self.reason)


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what is read."""


class LabelContent(Strict, frozen=True):
    """The label under which it was released."""

    classification: _Name = ""
    releasable_to: _Names = ()
    category: _Name | None = None


class Attachment(Strict, frozen=True):
    """A file, by its digest."""

    digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f/\\]+$")]
    size: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    media: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[ -~]*$")] = "application/octet-stream"


class Terms(Strict, frozen=True, omit_defaults=True):
    """What else an item, or a change, says."""

    quantity: _Count | None = None
    unit: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    attachments: Annotated[tuple[Attachment, ...], msgspec.Meta(max_length=64)] = ()
    actions: _Words = ""
    needs: _Words = ""
    conference: _Short = ""
    parties: _Names = ()
    begins: _Moment = 0


class ItemContent(Strict, frozen=True):
    """A partner gives an item."""

    item: _Name
    what: _Name
    kind: str = "item"
    text: _Words = ""
    to: _Names = ()
    post: _Short = ""
    case: _Short = ""
    parent: _Short = ""
    due: _Moment = 0
    happened: _Moment = 0
    exercise: bool = False
    terms: Terms = Terms()
    number: int = 0
    at: _Moment = 0
    label: LabelContent = LabelContent()


class ChangeContent(Strict, frozen=True):
    """A partner tells what became of an item."""

    item: _Name
    change: _Name
    kind: str = "change"
    text: _Words = ""
    post: _Short = ""
    case: _Short = ""
    happened: _Moment = 0
    exercise: bool = False
    terms: Terms = Terms()
    number: int = 0
    at: _Moment = 0
    label: LabelContent = LabelContent()


# What belongs to each kind; anything else a partner adds has no meaning and is refused.
_TERMS: Mapping[str, frozenset[str]] = {
    "message": frozenset({"attachments"}),
    "rfi": frozenset(),
    "support": frozenset({"quantity", "unit"}),
    "offer": frozenset({"quantity"}),
    "report": frozenset({"attachments", "actions", "needs"}),
    "conference": frozenset({"conference", "parties", "begins"}),
    "answered": frozenset({"attachments"}),
}


_Shape = TypeVar("_Shape", bound=Strict)


def _read(content: Mapping[str, Any], shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.convert(dict(content), shape)
    except msgspec.ValidationError as error:
        raise Unfit("RK555", str(error)) from error


def _terms(terms: Terms, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(terms)
    if strange := sorted(found.keys() - _TERMS.get(kind, frozenset())):
        raise Unfit("RK555", f"{', '.join(strange)} is no part of {kind}")
    return found


def receive_item(work: Decision, partner: str, content: Mapping[str, Any]) -> None:
    """Take over an item that a partner made.

    Raises:
        Unfit: The partner cannot have made it, or cannot give it to this party.
    """
    told = _read(content, ItemContent)
    _permit_id(work, partner, told)
    _permit_case(work, partner, told.case)
    book = book_for(work, told.case)
    _permit_post(book, partner, told.post)
    _permit_addressees(work, book, told)
    if told.what == "offer":
        _permit_offer(work, partner, told)
    elif told.parent:
        raise Unfit("RK556", f"a {told.what} belongs to no other item")
    if told.what == "conference":
        _permit_parties(work, partner, told)
    terms = _terms(told.terms, told.what)
    terms["told"] = {"at": told.at, "happened": told.happened}
    if told.label.classification:
        terms["label"] = msgspec.to_builtins(told.label)
    if told.exercise:
        terms["exercise"] = True
    opened = events.ItemOpened(
        item=told.item,
        kind=told.what,
        text=told.text,
        case=told.case,
        parent=told.parent,
        to=told.to,
        label=_marking(told.label, told.exercise),
        due=told.due,
        origin=partner,
        post=told.post,
        terms=terms,
    )
    waiting = work.state.deferred.get(told.item, ())
    work.add(opened, actor=NODE)
    for sender, body in waiting:
        _take_over_waiting(work, sender, body)


def _permit_id(work: Decision, partner: str, told: ItemContent) -> None:
    if told.what not in KINDS:
        raise Unfit("RK556", f"a {told.what} does not come from a partner")
    # The middle has no hyphen, so that no party speaks in the name of one whose id begins like its own.
    if not re.fullmatch(rf"{re.escape(partner)}-[a-z]+-[0-9a-z]{{1,32}}", told.item):
        raise Unfit("RK556", f"{partner} cannot have made {told.item}")
    if told.item in work.state.items:
        raise Unfit("RK557", f"{told.item} is here already")
    if not told.text:
        raise Unfit("RK555", f"{told.item} says nothing")


def _permit_case(work: Decision, partner: str, name: str) -> None:
    case = work.state.cases.get(name)
    if case is None:
        if name.startswith(f"{work.state.party}-"):
            raise Unfit("RK558", f"there is no case {name} here")
    elif partner not in members(case):
        raise Unfit("RK556", f"{partner} takes no part in {name}")


def _permit_post(book: Book, partner: str, post: str) -> None:
    if book.party_of(post) not in {"", partner}:
        raise Unfit("RK556", f"{post} is no post of {partner}")


def _permit_addressees(work: Decision, book: Book, told: ItemContent) -> None:
    own = work.state.party
    strange = [name for name in told.to if name != own and book.party_of(name) != own]
    if strange or not told.to:
        raise Unfit("RK556", f"{told.item} is addressed to {', '.join(strange) or 'nobody'}, not to {own}")


def _permit_offer(work: Decision, partner: str, told: ItemContent) -> None:
    need = work.state.items.get(told.parent)
    if need is None or need.kind != "support" or need.origin != work.state.party:
        raise Unfit("RK558", f"{told.parent or 'nothing'} is no need of {work.state.party}")
    if partner not in addressed_parties(work, need) or not is_given(work.state, need, partner):
        raise Unfit("RK556", f"{need.id} was not put to {partner}")
    if told.case != need.case:
        raise Unfit("RK556", f"{need.id} is not about {told.case or 'nothing'}")


def _permit_parties(work: Decision, partner: str, told: ItemContent) -> None:
    parties, case = told.terms.parties, work.state.cases.get(told.case)
    if not told.label.classification:
        raise Unfit("RK555", f"{told.item} has no label, under which its minutes would leave")
    if len(set(parties)) != len(parties) or not {partner, work.state.party} <= set(parties):
        raise Unfit("RK556", f"{told.item} is no conference of {partner} and {work.state.party}")
    if case is not None and not set(parties) <= {*members(case), work.state.party}:
        raise Unfit("RK556", f"not all of {', '.join(parties)} take part in {told.case}")
    if case is not None and told.terms.conference:
        held = work.sheet(case).conference_parties(told.terms.conference)
        if set(held) != set(parties):
            raise Unfit("RK556", f"{told.terms.conference} is held by {', '.join(held) or 'nobody'}")


def _marking(label: LabelContent, practice: bool) -> str:  # noqa: FBT001  # read from what arrived
    if not label.classification:
        return ""
    plain = Label(
        classification=label.classification, releasable_to=label.releasable_to, category=label.category
    )
    return marking(plain, exercise=practice)


def receive_change(work: Decision, partner: str, content: Mapping[str, Any]) -> None:
    """Take over what became of an item through a partner.

    Raises:
        Unfit: The partner may not let this happen to it.
    """
    told = _read(content, ChangeContent)
    item = work.state.items.get(told.item)
    if item is None:
        _wait_for_item(work, partner, told, content)
        return
    _permit_post(book_for(work, item.case), partner, told.post)
    _permit_change(work, partner, item, told)
    work.add(
        events.ItemChanged(
            item=item.id,
            change=told.change,
            text=told.text,
            party=partner,
            post=told.post,
            terms={**_terms(told.terms, told.change), "told": {"at": told.at, "happened": told.happened}},
        ),
        actor=NODE,
    )
    if item.kind == "conference":
        go_on(work, item.id)


def _permit_change(work: Decision, partner: str, item: Item, told: ChangeContent) -> None:
    addressed = addressed_parties(work, item)
    involved = {item.origin, *addressed}
    if partner not in involved or not is_given(work.state, item, partner):
        raise Unfit("RK556", f"{item.id} is nothing to {partner}")
    if told.case != item.case:
        raise Unfit("RK556", f"{item.id} is not about {told.case or 'nothing'}")
    if bool(told.text) != (told.change in WITH_TEXT):
        raise Unfit("RK555", f"{told.change} {'says nothing' if not told.text else 'has no text'}")
    if len(item.changes) >= MOST_CHANGES:
        raise Unfit("RK559", f"{item.id} has changed {MOST_CHANGES} times")
    reason = against(item, told.change, partner, addressed, _name(partner, item, told))
    if reason is not None:
        raise Unfit("RK557", reason.message)
    if told.change == "matched":
        _permit_match(work, item)


def _name(partner: str, item: Item, told: ChangeContent) -> str:
    """Return for whom of the addressed a partner speaks."""
    if told.change not in {"answered", "acknowledged"}:
        return ""
    if told.post in item.to:
        return told.post
    if partner not in item.to:
        raise Unfit("RK556", f"{item.id} is addressed to {', '.join(item.to)}, not to {told.post or partner}")
    return partner


def _permit_match(work: Decision, item: Item) -> None:
    need = work.state.items.get(item.parent)
    wanted = int(need.terms.get("quantity", 1)) if need is not None else 0
    if matched_quantity(work.state, item.parent) + int(item.terms.get("quantity", 1)) > wanted:
        raise Unfit("RK557", f"{item.parent} needs no more than {wanted}")


def _wait_for_item(work: Decision, partner: str, told: ChangeContent, content: Mapping[str, Any]) -> None:
    """Keep a change of a conference that a third party calls, until that party's invitation is here.

    Parties that confer tell each other directly, and links are pairwise, so an acceptance may come first.
    """
    parties = set(work.book.model.parties) - {partner, work.state.party}
    makers = [
        party for party in parties if re.fullmatch(rf"{re.escape(party)}-conference-[0-9a-z]+", told.item)
    ]
    if not makers:
        raise Unfit("RK558", f"there is no item {told.item} here")
    waiting = work.state.deferred.get(told.item, ())
    if len(waiting) >= MOST_WAITING or (not waiting and len(work.state.deferred) >= MOST_WAITED_FOR):
        raise Unfit("RK559", "too much waits for items that are not here")
    work.add(events.PartnerDeferred(partner, told.item, msgspec.json.encode(content).decode()), actor=NODE)


def _take_over_waiting(work: Decision, sender: str, body: str) -> None:
    state, count = work.state, len(work.recorded)
    try:
        receive_change(work, sender, msgspec.json.decode(body))
    except Unfit as unfit:
        work.state = state
        del work.recorded[count:]
        work.add(events.PartnerRejected(sender, 0, unfit.code, unfit.reason), actor=NODE)
