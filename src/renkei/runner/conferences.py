"""Conferences: called by one side, accepted by the others, started and ended by an assertion of every side.

Layer: runner. No node can wait for another one's clock, so a shared start is asserted side by side: whoever
has asserted it cannot go back, and the tokens that it takes are reserved, until all sides have. Hence two
rules. A side can decline or withdraw until it has started, never after. And a side holds to at most one
conference of a name in a case (called or accepted, and still open), so that all sides speak of the same one.
"""

from __future__ import annotations

from dataclasses import replace

from renkei.facts import Fact
from renkei.model.schema import Label
from renkei.runner import commands, events
from renkei.runner.addressing import (
    Addressees,
    Draft,
    Said,
    acting_name,
    book_for,
    change_item,
    drop_held,
    end_item,
    find_item,
    held_for,
    members,
    open_item,
    permit_change,
    permit_maker,
    resolve,
    stands_for,
)
from renkei.runner.book import Book, Sheet
from renkei.runner.decision import Decision
from renkei.runner.refusal import Possible
from renkei.runner.settling import settle
from renkei.runner.state import NODE, Case, Item
from renkei.runner.support import accept_match, decline_offer


def invite(work: Decision, command: commands.Invite) -> None:
    """Call a conference: one of the model, or on any subject."""
    case = work.case(command.case)
    own = work.state.party
    whom = _invited(work, case, command)
    terms = {
        "parties": [own, *whom.partners],
        "conference": command.conference or "",
        "begins": command.begins or 0,
    }
    draft = Draft("conference", command.subject, whom, case, command.label)
    open_item(work, replace(draft, due=command.begins or 0, terms=terms))


def _invited(work: Decision, case: Case, command: commands.Invite) -> Addressees:
    sheet = work.sheet(case)
    if command.conference is None:
        if not command.to:
            known = [
                Possible("invite", party, case.id) for party in members(case) if party != work.state.party
            ]
            work.refuse(Fact("RK550.nobody"), rule="to", possible=known)
        return resolve(work, command.to, case)
    parties = sheet.conference_parties(command.conference)
    if work.state.party not in parties:
        held = work.book_of(case).model.processes[case.process].conferences
        known = [
            Possible("invite", name, case.id)
            for name in held
            if work.state.party in sheet.conference_parties(name)
        ]
        asked = {"party": work.state.party, "conference": command.conference, "process": case.process}
        rule = f"processes.{case.process}.conferences"
        work.refuse(Fact("RK550.none", **asked), rule=rule, possible=known)
    refuse_second(work, case.id, command.conference)
    others = tuple(party for party in parties if party != work.state.party)
    if command.to and set(resolve(work, command.to, case).partners) != set(others):
        what = Fact("RK550.parties", conference=command.conference, parties=tuple(parties))
        work.refuse(what, rule=f"processes.{case.process}.conferences.{command.conference}")
    return resolve(work, others, case)


def refuse_second(work: Decision, case: str, conference: str, besides: str = "") -> None:
    """Refuse to take part in a second conference of the same name in one case."""
    for item in work.state.items_about(case):
        same = item.kind == "conference" and item.terms.get("conference") == conference
        if same and item.id != besides and item.is_open and _is_bound(work, item):
            ours = item.origin == work.state.party
            way = "withdraw" if ours else "decline"
            what = Fact("RK551.second", item=item.id, conference=conference, party=work.state.party)
            work.refuse(what, rule="conference", possible=[Possible(way, item.id, case)])


def _is_bound(work: Decision, item: Item) -> bool:
    return item.origin == work.state.party or item.has("accepted", work.state.party)


def accept(work: Decision, command: commands.Accept) -> None:
    """Accept an invitation, or the match of an own offer."""
    item = find_item(work, command.item, "conference", "offer")
    if item.kind == "offer":
        accept_match(work, item)
        return
    _permit_seat(work, item)
    permit_change(work, item, "accepted")
    if conference := item.terms.get("conference"):
        _yield_own(work, item, conference)
        refuse_second(work, item.case, conference, besides=item.id)
    change_item(work, item, "accepted", _others(work, item))


def _yield_own(work: Decision, item: Item, conference: str) -> None:
    """Take the own invitation back where two have crossed and the other one goes before it.

    Which one goes before is the same on all sides (the smaller id), so that not both are taken back.
    """
    for own in work.state.items_about(item.case):
        same = own.kind == item.kind and own.terms.get("conference") == conference
        crossed = same and own.origin == work.state.party and own.is_open and item.id < own.id
        if crossed and not (own.has("accepted") or own.has("started")):
            end_item(work, own, "withdrawn")


def decline(work: Decision, command: commands.Decline) -> None:
    """Decline an invitation, an offer, or the match of an own offer."""
    item = find_item(work, command.item, "conference", "offer")
    if item.kind == "offer":
        decline_offer(work, item)
        return
    _permit_seat(work, item)
    permit_change(work, item, "declined")
    change_item(work, item, "declined", _others(work, item))


def _others(work: Decision, item: Item) -> tuple[str, ...]:
    return tuple(party for party in item.terms.get("parties", ()) if party != work.state.party)


def _permit_seat(work: Decision, item: Item) -> None:
    """Refuse a post that does not speak for its side in a conference."""
    posts = seats_of(work, item)
    if posts and not stands_for(work, posts, item.case):
        named = {"posts": tuple(posts), "party": work.state.party, "post": work.actor.post}
        work.refuse(Fact("RK545.speaker", item=item.id, **named), rule="conference", could=posts)
    if not posts and item.origin == work.state.party:
        permit_maker(work, item)
    elif not posts:
        acting_name(work, item)


def seats_of(work: Decision, item: Item) -> tuple[str, ...]:
    """Return the own posts whose tasks are held in a conference of the model; none for any other."""
    case = work.state.cases.get(item.case)
    conference = item.terms.get("conference")
    if case is None or conference is None:
        return ()
    return seats_in(book_for(work, item.case), case.process, conference)


def seats_in(book: Book, process: str, conference: str) -> tuple[str, ...]:
    """Return the own posts whose tasks are held in a conference of a process."""
    entry = book.model.processes[process]
    held = entry.conferences[conference].tasks if conference in entry.conferences else ()
    posts = (entry.tasks[task].post or "" for task in held if task in entry.tasks)
    return tuple(post for post in posts if book.party_of(post) == book.party)


def start(work: Decision, command: commands.Start) -> None:
    """State that a conference has started on the own side."""
    item = find_item(work, command.item, "conference")
    _permit_seat(work, item)
    permit_change(work, item, "started")
    missing = [p for p in _others(work, item) if p != item.origin and not item.has("accepted", p)]
    if missing:
        what = Fact("RK552.accepted", parties=missing, item=item.id)
        work.refuse(what, rule="conference", possible=_ways_out(work, item))
    reserves = _taken(work, item, "meets") if item.terms.get("conference") else []
    change_item(
        work, item, "started", _others(work, item), Said(kept={"reserves": reserves} if reserves else {})
    )
    go_on(work, item.id)


def _ways_out(work: Decision, item: Item) -> list[Possible]:
    way = "withdraw" if item.origin == work.state.party else "decline"
    return [Possible(way, item.id, item.case)]


def _taken(work: Decision, item: Item, step: str) -> list[str]:
    """Return the places from which the own side of a joint step will take, or refuse one not due."""
    case = work.case(item.case)
    sheet = work.sheet(case)
    for index in sorted(case.enabled):
        transition = sheet.net.transitions[index]
        if transition.members and transition.element == item.terms["conference"] and transition.step == step:
            return [sheet.net.places[place].name for place, _ in transition.take]
    what = Fact("RK552.own", case=case.id, conference=item.terms["conference"])
    return work.refuse(what, rule="conference", possible=_ways_out(work, item))


def end(work: Decision, command: commands.End) -> None:
    """State that a conference has ended on the own side, with this side's minutes."""
    item = find_item(work, command.item, "conference")
    _permit_seat(work, item)
    again = item.has("ended", work.state.party)
    permit_change(work, item, "minutes" if again else "ended")
    if again and agreed(item):
        work.refuse(Fact("RK544.minutes", item=item.id), rule="minutes")
    if again and not item.is_open and command.outcome:
        work.refuse(Fact("RK553.over", item=item.id), rule="outcome")
    if missing := [p for p in _others(work, item) if not item.has("started", p)]:
        work.refuse(Fact("RK552.started", parties=missing, item=item.id), rule="conference")
    if item.is_open:
        _assert_end(work, item, command.outcome, again=again)
    label = _label_of_minutes(item)
    drop_held(work, [name for name in held_for(work.state, item, kind="change") if _is_minutes(work, name)])
    item = work.state.items[item.id]
    change_item(work, item, "minutes", _others(work, item), Said(command.minutes, label=label))
    go_on(work, item.id)


def _label_of_minutes(item: Item) -> Label | None:
    """Return the label of the invitation for all who confer; it need not have named its sender."""
    plain = item.terms.get("label")
    return Label(**{**plain, "releasable_to": tuple(item.terms["parties"])}) if plain else None


def _is_minutes(work: Decision, held: str) -> bool:
    return work.state.held[held].body.get("change") == "minutes"


def _assert_end(work: Decision, item: Item, outcome: dict[str, str], *, again: bool) -> None:
    terms: dict[str, object] = {"outcome": outcome} if outcome else {}
    if item.terms.get("conference"):
        terms["reserves"] = _reserved_by_end(work, item, outcome)
    elif outcome:
        work.refuse(Fact("RK553.none", item=item.id), rule="outcome")
    # What the own side decides stays with it until a message says it; ending again tells nothing new.
    change_item(work, item, "ended", () if again else _others(work, item), Said(kept=terms))


def _reserved_by_end(work: Decision, item: Item, outcome: dict[str, str]) -> list[str]:
    case = work.case(item.case)
    sheet = work.sheet(case)
    reserves = _taken(work, item, "completes")
    ways = _outcomes(sheet, case, item.terms["conference"])
    if outcome not in ways:
        known = [
            Possible("end", ",".join(f"{a}={v}" for a, v in way.items()), case.id) for way in ways if way
        ]
        asked = [f"{a}={v}" for a, v in outcome.items()]
        work.refuse(Fact("RK553.outcome", item=item.id, asked=asked), rule="outcome", possible=known)
    return reserves


def _outcomes(sheet: Sheet, case: Case, conference: str) -> list[dict[str, str]]:
    found: dict[tuple[tuple[str, str], ...], None] = {}
    for index in sorted(case.enabled):
        transition = sheet.net.transitions[index]
        if transition.members and transition.element == conference and transition.step == "completes":
            found[tuple(pair for pair in transition.outcome if pair[0])] = None
    return [dict(outcome) for outcome in found]


def go_on(work: Decision, name: str) -> None:
    """Let follow what all sides have asserted."""
    item = work.state.items[name]
    if item.terms.get("conference"):
        if item.case in work.state.cases:
            settle(work, item.case)
    elif item.is_open and all(item.has("ended", party) for party in item.terms.get("parties", ())):
        work.add(events.ItemChanged(name, "closed"), actor=NODE)


def minutes_of(item: Item) -> dict[str, str]:
    """Return the latest minutes of each party that has written some, as far as they are here."""
    return {entry.party: entry.text for entry in item.changes if entry.change == "minutes"}


def agreed(item: Item) -> bool:
    """Return whether the minutes of all sides are here, and are the same."""
    texts = minutes_of(item)
    parties = item.terms.get("parties", ())
    return len(texts) == len(parties) and len(set(texts.values())) == 1
