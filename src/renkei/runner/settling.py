"""What follows by itself from a step: gateways, messages, ends, conferences that all sides asserted.

Layer: runner. People complete tasks and decide; everything of the net that is timed ``now`` and leaves no
choice fires here, one entry each, so that a log replays without anything implied.
"""

from __future__ import annotations

from renkei.facts import Fact
from renkei.net.tables import Transition
from renkei.runner import events
from renkei.runner.book import Sheet
from renkei.runner.decision import Decision
from renkei.runner.orders import order_from_task
from renkei.runner.release import offer
from renkei.runner.state import Case, Item

MOST_STEPS = 10_000
"""Steps that may follow from one; more means a circle without anybody's work in it."""


def touches(transition: Transition, places: frozenset[int]) -> bool:
    """Return whether firing would take a token out of one of ``places``."""
    if not places:
        return False
    return any(place in places for place, _ in transition.take) or any(p in places for p in transition.clear)


def consents_for(sheet: Sheet, case: Case, partner: str) -> list[str]:
    """Return the own consents in force that acts of ``partner`` need."""
    needed = sheet.share.needed_by.get(partner, ())
    return [sheet.net.places[p].name for p in needed if case.marking[p] and p not in case.withdrawn]


def fire(work: Decision, sheet: Sheet, case: Case, index: int, behalf: str = "") -> Case:
    """Fire a transition, send what it sends, open the order that it gives; return the case after it."""
    step = sheet.steps[index]
    work.add(events.StepFired(case.id, step.transition.name, behalf))
    case = work.state.cases[case.id]
    for place in sheet.share.sends[index]:
        _send(work, sheet, case, place)
    if step.is_work and step.bound.orders is not None:
        order_from_task(work, case, step.transition.element)
    # What is sent and ordered is beside the case, which stays as the firing left it.
    return case


def _send(work: Decision, sheet: Sheet, case: Case, place: int) -> None:
    message = sheet.net.places[place]
    partner = message.party
    if partner not in (*case.parties, case.origin):
        return
    bound = sheet.model.processes[sheet.process].messages.get(message.element)
    content = {
        "kind": "message",
        "case": case.id,
        "place": message.name,
        "consents": consents_for(sheet, case, partner),
        "post": work.actor.post,
        "happened": work.command.event_at or 0,
        "exercise": case.exercise,
    }
    label, channel = (bound.label, bound.channel) if bound else (None, None)
    offer(work, partner, content, label=label, channel=channel, case=case)


def settle(work: Decision, name: str) -> None:
    """Let everything follow that leaves no choice; close the own part of the case where it is over."""
    case = work.state.cases[name]
    settle_case(work, work.sheet(case), case)


def settle_case(work: Decision, sheet: Sheet, case: Case) -> None:
    """Settle a case as it stands now, for those who have it at hand with its process."""
    for _ in range(MOST_STEPS):
        if case.closed:
            return
        index = _following(work, sheet, case)
        if index is None:
            if sheet.turn(case.marking).is_over:
                work.add(events.CaseClosed(case.id))
            return
        transition = sheet.net.transitions[index]
        item = meeting_of(work, case, transition.element) if transition.members else None
        case = fire(work, sheet, case, index)
        if item is not None and transition.step == "completes":
            work.add(events.ItemChanged(item.id, "closed"))
            case = work.state.cases[case.id]
    work.refuse(Fact("RK532.circle", case=case.id))


def _following(work: Decision, sheet: Sheet, case: Case) -> int | None:
    for index in sheet.turn(case.marking).following:
        transition = sheet.net.transitions[index]
        if transition.members:
            if _is_asserted(work, sheet, case, index):
                return index
        elif not touches(transition, case.reserved):
            return index
    return None


def meeting_of(work: Decision, case: Case, conference: str) -> Item | None:
    """Return the conference of the model that is being called or held in a case, None where there is none."""
    found = [
        item
        for item in work.state.items_about(case.id)
        if item.kind == "conference" and item.terms.get("conference") == conference
    ]
    # Several sides may have called one; the own side holds to at most one, and starts no other.
    still = (item for item in found if item.is_open)
    return max(still, key=lambda item: (item.has("started", work.state.party), item.id), default=None)


def _is_asserted(work: Decision, sheet: Sheet, case: Case, index: int) -> bool:
    """Return whether every side has asserted the start or end that a joint transition stands for."""
    transition = sheet.net.transitions[index]
    item = meeting_of(work, case, transition.element)
    if item is None:
        return False
    assertion = "started" if transition.step == "meets" else "ended"
    if not all(item.has(assertion, party) for party in sheet.conference_parties(transition.element)):
        return False
    if any(not case.marking[p] or p in case.withdrawn for p in transition.needs):
        return False
    said = [
        c.terms.get("outcome", {})
        for c in item.changes
        if c.change == "ended" and c.party == work.state.party
    ]
    decided = {attribute: value for attribute, value in transition.outcome if attribute}
    return transition.step == "meets" or (bool(said) and dict(said[-1]) == decided)
