"""From a state and one entry of the own log to the next state. Pure; the only thing that makes states.

Layer: runner. An entry that is in the log has been decided upon: nothing here refuses. What the entry does to
a case is a firing on the net, by ``net/game.py`` like everywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from renkei.net.tables import Transition
from renkei.runner import events
from renkei.runner.book import Books, Sheet, Step
from renkei.runner.events import Record
from renkei.runner.state import Actor, Case, Change, Claim, Held, Item, Partner, State, command_key


def evolve(state: State, record: Record, books: Books) -> State:
    """Return the state after one more entry of the log."""
    after = _HANDLERS[type(record.event)](state, record, record.event, books)
    at = max(state.at, record.at)
    if not record.command:
        return replace(after, seq=record.seq, at=at)
    key = command_key(record.person, record.command)
    first = after.commands.get(key, (record.seq, 0))[0]
    return replace(after, seq=record.seq, at=at, commands=after.commands.insert(key, (first, record.seq)))


def replay(records: Iterable[Record], books: Books, state: State | None = None) -> State:
    """Return the state after ``records``, from ``state`` or from nothing."""
    state = state or State()
    for record in records:
        state = evolve(state, record, books)
    return state


def sheet_of(case: Case, books: Books) -> Sheet:
    """Return the process that a case follows."""
    return books.sheet(case.digest, case.option, case.process)


# The node


def _created(state: State, record: Record, event: events.NodeCreated, books: Books) -> State:
    return replace(state, party=event.party, log=event.log)


def _adopted(state: State, record: Record, event: events.ModelAdopted, books: Books) -> State:
    return replace(state, digest=event.digest, option=event.option)


def _declared(state: State, record: Record, event: events.ExerciseDeclared, books: Books) -> State:
    return replace(state, exercise=event.active)


def _unchanged(state: State, record: Record, event: events.Event, books: Books) -> State:
    return state


# Posts


def _assumed(state: State, record: Record, event: events.PostAssumed, books: Books) -> State:
    held = state.seats.get(event.post, ())
    return replace(state, seats=state.seats.insert(event.post, (*held, record.person)))


def _handed_over(state: State, record: Record, event: events.PostHandedOver, books: Books) -> State:
    held = tuple(event.to if p == record.person else p for p in state.seats.get(event.post, ()))
    return replace(state, seats=state.seats.insert(event.post, held))


def _left(state: State, record: Record, event: events.PostLeft, books: Books) -> State:
    held = tuple(person for person in state.seats.get(event.post, ()) if person != record.person)
    return replace(state, seats=state.seats.insert(event.post, held))


# Cases


def _opened(state: State, record: Record, event: events.CaseOpened, books: Books) -> State:
    sheet = books.sheet(event.digest, event.option, event.process)
    case = Case(
        id=event.case,
        process=event.process,
        title=event.title,
        digest=event.digest,
        option=event.option,
        contingency=event.contingency,
        origin=event.origin or state.party,
        parties=event.parties,
        exercise=event.exercise,
        opened=record.happened or record.at,
        marking=sheet.net.initial,
        enabled=dict.fromkeys(sheet.play.at(sheet.net.initial).enabled, record.at),
    )
    made = state.made + (not event.origin)
    deferred = state.deferred.remove(case.id) if case.id in state.deferred else state.deferred
    index, cases = state.index.with_case(case), state.cases.insert(case.id, case)
    return replace(state, cases=cases, index=index, made=made, deferred=deferred)


def with_case(state: State, case: Case) -> State:
    """Return the state with another value of a case."""
    return replace(state, cases=state.cases.insert(case.id, case))


def _fired(state: State, record: Record, event: events.StepFired, books: Books) -> State:
    case = state.cases[event.case]
    sheet = books.sheet(case.digest, case.option, case.process)
    index = sheet.play.by_name[event.transition]
    step, there = sheet.steps[index], sheet.play.fire(case.marking, index)
    renewed, since, at = step.alternatives, case.enabled, record.at
    case = replace(
        case,
        marking=there.marking,
        enabled={i: at if i in renewed else since.get(i, at) for i in there.enabled},
        firings=(*case.firings, (index, record.happened or at)),
    )
    if case.withdrawn or case.reserved:
        case = _freed(case, step.transition)
    if step.is_work:
        case = _worked(case, step, record.person, event.behalf or record.post)
    return with_case(state, case)


def _freed(case: Case, transition: Transition) -> Case:
    """Return the case after a firing that may have renewed consents, or ended a step of a conference."""
    return replace(
        case,
        withdrawn=case.withdrawn - _renewed(transition),
        reserved=case.reserved - _places(transition) if transition.members else case.reserved,
    )


def _renewed(transition: Transition) -> frozenset[int]:
    return frozenset((*(place for place, _ in transition.give), *transition.clear))


def _places(transition: Transition) -> frozenset[int]:
    return frozenset(place for place, _ in transition.take)


def _worked(case: Case, step: Step, person: str, post: str) -> Case:
    """Return the case after a post completed a task."""
    task, bound = step.transition.element, step.bound
    told = task in case.claims or task in case.delegated or task in case.denied
    if not (told or bound.proposes or bound.releases):
        return case
    proposers = dict(case.proposers)
    if bound.proposes:
        proposers[bound.proposes] = (*proposers.get(bound.proposes, ()), Actor(person, post))
    return replace(
        case,
        claims=_without(case.claims, task),
        delegated=_without(case.delegated, task),
        proposers=proposers,
        releases=case.releases | {task} if bound.releases else case.releases,
        denied=case.denied - {task},
    )


def _without(entries: Any, key: str) -> Any:
    return {name: value for name, value in entries.items() if name != key} if key in entries else entries


def _arrived(state: State, record: Record, event: events.MessageArrived, books: Books) -> State:
    case = state.cases[event.case]
    sheet = sheet_of(case, books)
    place = sheet.play.place_by_name[event.place]
    return with_case(state, marked(case, sheet, {place: case.marking[place] + 1}, record.at))


def marked(case: Case, sheet: Sheet, tokens: dict[int, int], at: int) -> Case:
    """Return a case with other numbers of tokens in some places."""
    there, since = sheet.play.put(case.marking, tokens), case.enabled
    return replace(case, marking=there.marking, enabled={i: since.get(i, at) for i in there.enabled})


def _consent_known(state: State, record: Record, event: events.ConsentKnown, books: Books) -> State:
    case = state.cases[event.case]
    sheet = sheet_of(case, books)
    theirs = [i for i, p in enumerate(sheet.net.places) if p.kind == "approval" and p.party == event.party]
    told = {sheet.play.place_by_name[name] for name in event.places}
    return with_case(state, marked(case, sheet, {i: int(i in told) for i in theirs}, record.at))


def _denied(state: State, record: Record, event: events.ConsentDenied, books: Books) -> State:
    case = state.cases[event.case]
    return with_case(state, replace(case, denied=case.denied | {event.task}))


def _withdrawn(state: State, record: Record, event: events.ConsentWithdrawn, books: Books) -> State:
    case = state.cases[event.case]
    place = sheet_of(case, books).play.place_by_name[event.place]
    return with_case(state, replace(case, withdrawn=case.withdrawn | {place}))


def _claimed(state: State, record: Record, event: events.WorkClaimed, books: Books) -> State:
    case = state.cases[event.case]
    claim = Claim(record.person, record.post, record.at)
    return with_case(state, replace(case, claims={**case.claims, event.task: claim}))


def _returned(state: State, record: Record, event: events.WorkReturned, books: Books) -> State:
    case = state.cases[event.case]
    return with_case(state, replace(case, claims=_without(case.claims, event.task)))


def _delegated(state: State, record: Record, event: events.WorkDelegated, books: Books) -> State:
    case = state.cases[event.case]
    posts = (*case.delegated.get(event.task, ()), event.to)
    return with_case(state, replace(case, delegated={**case.delegated, event.task: posts}))


def _moved(state: State, record: Record, event: events.CaseMoved, books: Books) -> State:
    case = state.cases[event.case]
    old = sheet_of(case, books)
    new = books.sheet(event.digest, event.option, case.process)
    tokens = {old.net.places[i].name: count for i, count in enumerate(case.marking) if count}
    marking = tuple(tokens.get(place.name, 0) for place in new.net.places)
    since = {old.net.transitions[i].name: at for i, at in case.enabled.items()}
    enabled = {i: since.get(new.net.transitions[i].name, record.at) for i in new.play.at(marking).enabled}
    kept = {
        new.play.by_name[n] for i, _ in case.firings if (n := old.net.transitions[i].name) in new.play.by_name
    }
    firings = (
        tuple(
            (new.play.by_name[name], at)
            for i, at in case.firings
            if (name := old.net.transitions[i].name) in new.play.by_name
        )
        if kept
        else ()
    )
    withdrawn = frozenset(new.play.place_by_name[old.net.places[p].name] for p in case.withdrawn)
    return with_case(
        state,
        replace(
            case, digest=event.digest, option=event.option, marking=marking, enabled=enabled, firings=firings,
            withdrawn=withdrawn, reserved=frozenset(),
        ),
    )  # fmt: skip


def _closed(state: State, record: Record, event: events.CaseClosed, books: Books) -> State:
    case = state.cases[event.case]
    case = replace(case, closed=record.at, early=event.early)
    return replace(with_case(state, case), index=state.index.with_case(case))


# Items


def _item_opened(state: State, record: Record, event: events.ItemOpened, books: Books) -> State:
    item = Item(
        id=event.item,
        kind=event.kind,
        text=event.text,
        case=event.case,
        parent=event.parent,
        to=event.to,
        label=event.label,
        due=event.due,
        origin=event.origin or state.party,
        post=event.post or record.post,
        person=record.person,
        at=record.at,
        terms=event.terms,
        happened=record.happened,
    )
    made = state.made + (not event.origin)
    deferred = state.deferred.remove(item.id) if item.id in state.deferred else state.deferred
    state = replace(state, made=made, deferred=deferred)
    return _with_item(state, item)


def _with_item(state: State, item: Item) -> State:
    return replace(state, items=state.items.insert(item.id, item), index=state.index.with_item(item))


def _item_changed(state: State, record: Record, event: events.ItemChanged, books: Books) -> State:
    item = state.items[event.item]
    change = Change(
        change=event.change,
        at=record.at,
        party=event.party or state.party,
        post=event.post or record.post,
        person=record.person,
        text=event.text,
        terms=event.terms,
        happened=record.happened,
    )
    state = _with_item(state, replace(item, changes=(*item.changes, change)))
    return _conferred(state, item, event, books)


def _conferred(state: State, item: Item, event: events.ItemChanged, books: Books) -> State:
    """Reserve the tokens of the own side while the sides assert that a conference starts or ends."""
    over = item.kind == "conference" and event.change in {"closed", "withdrawn", "declined"}
    earlier = [name for change in item.changes for name in change.terms.get("reserves", ())] if over else []
    reserves = event.terms.get("reserves", ())
    if not (reserves or earlier) or item.case not in state.cases:
        return state
    case = state.cases[item.case]
    places = sheet_of(case, books).play.place_by_name
    freed = {places[name] for name in earlier if name in places}
    return with_case(
        state, replace(case, reserved=(case.reserved - freed) | {places[name] for name in reserves})
    )


# Release and link


def _held(state: State, record: Record, event: events.ReleaseHeld, books: Books) -> State:
    held = Held(
        id=event.held,
        partner=event.partner,
        body=event.body,
        case=event.case,
        classification=event.classification,
        releasable_to=event.releasable_to,
        category=event.category,
        channel=event.channel,
        post=record.post,
        person=record.person,
        at=record.at,
    )
    return replace(state, held=state.held.insert(held.id, held), made=state.made + 1)


def _decided(state: State, record: Record, event: events.ReleaseDecided, books: Books) -> State:
    return replace(state, held=state.held.remove(event.held))


def _with_partner(state: State, partner: str, **fields: Any) -> State:
    known = state.partners.get(partner) or Partner()
    return replace(state, partners=state.partners.insert(partner, replace(known, **fields)))


def _released(state: State, record: Record, event: events.Released, books: Books) -> State:
    return _with_partner(state, event.partner, released=event.number)


def _received(state: State, record: Record, event: events.PartnerReceived, books: Books) -> State:
    return _with_partner(state, event.partner, received=event.number, received_at=record.at)


def _deferred(state: State, record: Record, event: events.PartnerDeferred, books: Books) -> State:
    waiting = (*state.deferred.get(event.case, ()), (event.partner, event.body))
    return replace(state, deferred=state.deferred.insert(event.case, waiting))


def _sealed(state: State, record: Record, event: events.LinkSealed, books: Books) -> State:
    return _with_partner(state, event.partner, sealed=event.note)


def _acknowledged(state: State, record: Record, event: events.LinkAcknowledged, books: Books) -> State:
    return _with_partner(
        state, event.partner, acknowledged=event.size, acknowledged_at=record.at, cosigned=event.note
    )


def _forked(state: State, record: Record, event: events.LinkForked, books: Books) -> State:
    known = state.partners.get(event.partner) or Partner()
    # All reasons stay: each says who has signed what, and stops something else.
    reasons = dict.fromkeys([*known.forked.split(), *(event.reason or "fork").split()])
    return _with_partner(state, event.partner, forked=" ".join(reasons))


def _resumed(state: State, record: Record, event: events.LinkResumed, books: Books) -> State:
    known = state.partners.get(event.partner) or Partner()
    over = set(event.forked.split())
    left = " ".join(reason for reason in known.forked.split() if reason not in over)
    if over == {events.DISOWNED}:
        # The partner knows ids that this log has lost, and would take new ones for them: draw from elsewhere.
        skip = 1_000_000 * (1 + int.from_bytes(sha256(event.checkpoint.encode()).digest()[:4]))
        return replace(_with_partner(state, event.partner, forked=left), made=state.made + skip)
    names = tuple(dict.fromkeys([*known.given_up, *event.given_up]))
    fields = {"received": event.size, "sealed": event.sealed, "given_up": names}
    return _with_partner(state, event.partner, forked=left, **fields)


_HANDLERS: dict[type, Callable[[State, Record, Any, Books], State]] = {
    events.NodeCreated: _created,
    events.ModelAdopted: _adopted,
    events.ExerciseDeclared: _declared,
    events.AccountChanged: _unchanged,
    events.EntryCorrected: _unchanged,
    events.PostAssumed: _assumed,
    events.PostHandedOver: _handed_over,
    events.PostLeft: _left,
    events.CaseOpened: _opened,
    events.StepFired: _fired,
    events.MessageArrived: _arrived,
    events.ConsentKnown: _consent_known,
    events.ConsentDenied: _denied,
    events.ConsentWithdrawn: _withdrawn,
    events.WorkClaimed: _claimed,
    events.WorkReturned: _returned,
    events.WorkDelegated: _delegated,
    events.CaseMoved: _moved,
    events.CaseClosed: _closed,
    events.ItemOpened: _item_opened,
    events.ItemChanged: _item_changed,
    events.ReleaseHeld: _held,
    events.ReleaseDecided: _decided,
    events.Released: _released,
    events.PartnerReceived: _received,
    events.PartnerRejected: _unchanged,
    events.PartnerDeferred: _deferred,
    events.LinkSealed: _sealed,
    events.LinkAcknowledged: _acknowledged,
    events.LinkForked: _forked,
    events.LinkResumed: _resumed,
}
