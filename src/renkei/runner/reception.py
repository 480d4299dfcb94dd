"""What a partner released, taken over: every entry as evidence, its effect only where it fits.

Layer: runner. The link has verified who signed it and that nothing is missing; what it *says* is still a
stranger's. What does not fit is recorded as rejected, with the reason, and changes nothing.
"""

from __future__ import annotations

from typing import Any

import msgspec

from renkei.errors import InputError
from renkei.facts import Fact
from renkei.runner import commands, events
from renkei.runner.arrivals import Unfit, receive_change, receive_item
from renkei.runner.decision import Decision
from renkei.runner.refusal import RefusedError
from renkei.runner.resumption import given_up
from renkei.runner.settling import settle
from renkei.runner.state import NODE, Case, Partner

MOST_TOKENS = 16
"""Messages of one kind that may wait in one case."""
MOST_DEFERRED = 10_000
"""Entries that may wait for a case that is not here yet."""
MOST_BYTES = 1_000_000
"""Size of one entry."""


class CaseContent(msgspec.Struct, frozen=True):
    """A partner tells of a case."""

    case: str
    process: str
    title: str
    digest: str
    parties: tuple[str, ...]
    option: str = ""
    contingency: str = ""
    exercise: bool = False
    opened: int = 0


class MessageContent(msgspec.Struct, frozen=True):
    """A message of the process."""

    case: str
    place: str
    consents: tuple[str, ...] = ()


class ConsentsContent(msgspec.Struct, frozen=True):
    """Which consents of the partner are in force."""

    case: str
    places: tuple[str, ...] = ()


def receive(work: Decision, command: commands.Receive) -> None:
    """Take over the next entry of a partner's released log."""
    known = work.state.partners.get(command.partner) or Partner()
    if command.number != known.received + 1:
        what = Fact("RK533.cursor", party=command.partner, number=command.number, received=known.received)
        work.refuse(what, rule="cursor")
    text = command.body.decode("utf-8", errors="backslashreplace")
    work.add(events.PartnerReceived(command.partner, command.number, text, command.salt.hex()))
    _take_over(work, command.partner, command.number, text)


def _take_over(work: Decision, partner: str, number: int, text: str) -> None:
    """Let an entry have its effect; where it does not fit, nothing of it has."""
    state, count = work.state, len(work.recorded)
    try:
        content = _parsed(text)
        _permit_subject(work, partner, content)
        if _must_wait(work, content):
            work.add(events.PartnerDeferred(partner, str(content["case"]), text))
        else:
            _EFFECTS[content["kind"]](work, partner, content)
    except (Unfit, RefusedError) as found:
        # What was added for it is undone: the working state is a value.
        work.state = state
        del work.recorded[count:]
        code, reason = (
            (found.code, found.reason)
            if isinstance(found, Unfit)
            else (found.refusal.code, found.refusal.message)
        )
        work.add(events.PartnerRejected(partner, number, code, reason))


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > MOST_BYTES:
        raise Unfit("RK534", f"{len(text)} characters are more than {MOST_BYTES}")
    try:
        content = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unfit("RK534", "it is no JSON object") from error
    if not isinstance(content, dict):
        raise Unfit("RK534", "it is no JSON object")
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in _EFFECTS:
        raise Unfit("RK534", "its kind is not known here")
    return content


def _permit_subject(work: Decision, partner: str, content: dict[str, Any]) -> None:
    if lost := given_up(work.state, partner, content):
        raise Unfit("RK560", Fact("RK560.given_up", party=partner, name=lost).message)


def _must_wait(work: Decision, content: dict[str, Any]) -> bool:
    """Return whether it is about a case that is not here yet, or whose model is not."""
    case = content.get("case")
    if (
        not isinstance(case, str)
        or not case
        or case in work.state.cases
        or content["kind"] in {"item", "change"}
    ):
        return False
    if sum(len(waiting) for waiting in work.state.deferred.values()) >= MOST_DEFERRED:
        raise Unfit("RK535", f"more than {MOST_DEFERRED} entries wait for cases that are not here")
    if content["kind"] == "case":
        told = _converted(content, CaseContent)
        return not work.books.has(told.digest, told.option)
    return True


def _converted(content: dict[str, Any], shape: type[Any]) -> Any:
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as error:
        raise Unfit("RK534", str(error)) from error


def _case(work: Decision, partner: str, content: dict[str, Any]) -> None:
    told: CaseContent = _converted(content, CaseContent)
    own = work.state.party
    if not told.case.startswith(f"{partner}-case-") or told.case in work.state.cases:
        raise Unfit("RK536", f"{partner} cannot open {told.case}")
    book = work.books.book(told.digest, told.option)
    if told.process not in book.model.processes:
        raise Unfit("RK536", f"the model has no process {told.process}")
    sharers = book.parties_of(told.process)
    if own not in sharers or partner not in sharers or set(told.parties) - set(sharers):
        raise Unfit("RK536", f"{told.process} is no process of {', '.join((partner, own, *told.parties))}")
    try:
        book.sheet(told.process)
    except InputError as error:
        raise Unfit("RK536", f"{told.process} cannot be run here: {error.problems[0].message}") from error
    waiting = work.state.deferred.get(told.case, ())
    work.add(
        events.CaseOpened(
            case=told.case,
            process=told.process,
            title=told.title[:20_000],
            digest=told.digest,
            option=told.option,
            contingency=told.contingency,
            origin=partner,
            parties=tuple(party for party in dict.fromkeys(told.parties) if party != own),
            exercise=told.exercise,
        ),
        actor=NODE,
    )
    settle(work, told.case)
    for sender, body in waiting:
        _take_over(work, sender, 0, body)


def _shared_case(work: Decision, partner: str, name: str) -> Case:
    case = work.state.cases.get(name)
    if case is None or partner not in (*case.parties, case.origin):
        raise Unfit("RK536", f"{partner} takes no part in {name}")
    if not case.is_open:
        raise Unfit("RK537", f"{name} is over here")
    return case


def _message(work: Decision, partner: str, content: dict[str, Any]) -> None:
    told: MessageContent = _converted(content, MessageContent)
    case = _shared_case(work, partner, told.case)
    sheet = work.sheet(case)
    index = sheet.play.place_by_name.get(told.place)
    place = sheet.net.places[index] if index is not None else None
    if index is None or place is None or place.kind != "message" or place.party != work.state.party:
        raise Unfit("RK536", f"{told.place} is no message to {work.state.party}")
    if sheet.sender_of(place) != partner:
        raise Unfit("RK536", f"{told.place} does not come from {partner}")
    if case.marking[index] >= MOST_TOKENS:
        raise Unfit("RK535", f"{MOST_TOKENS} of {told.place} wait already")
    _consents_known(work, partner, case, told.consents)
    work.add(events.MessageArrived(case.id, told.place, partner), actor=NODE)
    settle(work, case.id)


def _consents(work: Decision, partner: str, content: dict[str, Any]) -> None:
    told: ConsentsContent = _converted(content, ConsentsContent)
    case = _shared_case(work, partner, told.case)
    _consents_known(work, partner, case, told.places)
    settle(work, case.id)


def _consents_known(work: Decision, partner: str, case: Case, told: tuple[str, ...]) -> None:
    sheet = work.sheet(case)
    theirs = {
        p.name: i for i, p in enumerate(sheet.net.places) if p.kind == "approval" and p.party == partner
    }
    if not theirs:
        return
    if set(told) - theirs.keys():
        raise Unfit("RK536", f"{', '.join(sorted(set(told) - theirs.keys()))} is no consent of {partner}")
    if {name for name, index in theirs.items() if case.marking[index]} != set(told):
        work.add(events.ConsentKnown(case.id, partner, tuple(sorted(set(told)))), actor=NODE)


_EFFECTS = {
    "case": _case,
    "message": _message,
    "consents": _consents,
    "item": receive_item,
    "change": receive_change,
}


def take_over_deferred(work: Decision) -> None:
    """Let what waited for a model that is now here have its effect."""
    for name, waiting in sorted(work.state.deferred.items(), key=lambda entry: entry[0]):
        if name not in work.state.cases:
            for partner, body in waiting:
                content = _parsed(body)
                if content["kind"] == "case" and not _must_wait(work, content):
                    _take_over(work, partner, 0, body)


def seal(work: Decision, command: commands.Seal) -> None:
    """Keep a partner's checkpoint over what was received."""
    work.add(events.LinkSealed(command.partner, command.size, command.signed))


def acknowledged(work: Decision, command: commands.Acknowledged) -> None:
    """Keep a partner's co-signature over what was released to it."""
    known = work.state.partners.get(command.partner) or Partner()
    if known.acknowledged < command.size <= known.released:
        work.add(events.LinkAcknowledged(command.partner, command.size, command.signed))


def fork(work: Decision, command: commands.Fork) -> None:
    """Keep the proof that a partner signed two histories; people decide what follows."""
    work.add(events.LinkForked(command.partner, command.first, command.second, command.reason, command.proof))
