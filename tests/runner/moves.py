"""What somebody could sensibly, or hostilely, ask of a node in its present state."""

from __future__ import annotations

from random import Random
from typing import Any

from renkei.model.schema import Label
from renkei.runner import commands
from renkei.runner.commands import Command
from renkei.runner.release import label_of, release_posts
from renkei.runner.state import Actor
from tests.runner.world import Side, World, first_case

Move = tuple[Actor, Command]


def _by_id(entry: Any) -> str:
    """Return what entries of a state are sorted by: its maps have no order that would repeat."""
    return entry.id


def sensible(world: World, party: str) -> list[Move]:
    """Return what the posts of a party could do that the model asks of them."""
    side = world.sides[party]
    found: list[Move] = []
    for case in sorted(side.state.cases.values(), key=_by_id):
        if case.is_open:
            found += _steps(side, case.id)
            for place, tokens in zip(_places(side, case.id), case.marking, strict=True):
                if tokens and place.kind == "approval" and place.party == party:
                    for post in _posts(side):
                        found.append(
                            (side.person(post), commands.Withdraw(case=case.id, matter=place.element))
                        )
    for item in sorted(side.state.items.values(), key=_by_id):
        if (
            item.kind == "conference"
            and item.is_open
            and item.origin != party
            and not item.has("accepted", party)
        ):
            found += [(side.person(post), commands.Accept(item=item.id)) for post in _posts(side)]
    for held in sorted(side.state.held.values(), key=_by_id):
        book = side.books.book(side.state.digest, side.state.option)
        for post in release_posts(book, label_of(held), held.partner):
            found.append((side.person(post), commands.ReleaseItem(item=held.id)))
            found.append((side.person(post), commands.Withhold(item=held.id)))
    return found


def _posts(side: Side) -> tuple[str, ...]:
    return side.books.book(side.state.digest, side.state.option).posts


def _sheet(side: Side, name: str):
    case = side.state.cases[name]
    return side.books.book(case.digest, case.option).sheet(case.process)


def _places(side: Side, name: str):
    return _sheet(side, name).net.places


def _steps(side: Side, name: str) -> list[Move]:
    case, sheet = side.state.cases[name], _sheet(side, name)
    found: list[Move] = []
    for index in case.enabled:
        transition = sheet.net.transitions[index]
        element = transition.element
        outcome = {attribute: value for attribute, value in transition.outcome if attribute}
        again = any(value == "again" for attribute, value in transition.outcome if not attribute)
        if transition.members:
            found += _conference(side, name, element, outcome)
            continue
        if transition.step == "opens":
            ((attribute, value),) = transition.outcome
            found += [
                (side.person(post), commands.SetAttribute(case=name, attribute=attribute, value=value))
                for post in _posts(side)
            ]
        elif sheet.is_work(transition):
            post = sheet.task(element).post or _posts(side)[0]
            who = side.person(post)
            said = {"case": name, "task": element, "outcome": outcome}
            found.append((who, commands.Complete(**said, flows=transition.flows, again=again)))
            found.append((who, commands.Approve(**said)))
            found.append((who, commands.Deny(**said)))
            found.append((who, commands.Claim(case=name, task=element)))
        elif sheet.is_outside(transition):
            found.append((side.person(_posts(side)[0]), commands.Occur(case=name, event=element)))
        elif transition.timing == "now":
            for post in sheet.choosers(element):
                found.append(
                    (
                        side.person(post),
                        commands.Choose(case=name, gateway=element, flows=transition.flows, again=again),
                    )
                )
    return found


def _conference(side: Side, name: str, conference: str, outcome: dict[str, str]) -> list[Move]:
    """Return what can be done about a conference whose own part is due."""
    calls = [
        item
        for item in sorted(side.state.items.values(), key=_by_id)
        if item.kind == "conference" and item.case == name and item.is_open
    ]
    found: list[Move] = []
    sheet = _sheet(side, name)
    tasks = sheet.model.processes[sheet.process].conferences[conference].tasks
    bound = [sheet.task(task).post for task in tasks]
    for post in [post for post in bound if post in _posts(side)] or _posts(side):
        who = side.person(post)
        label = Label(classification="open", releasable_to=("ann", "bob", "cyd"))
        if side.state.party in {"jpn", "usa"}:
            label = Label(classification="unclassified", releasable_to=("jpn", "usa"))
        found.append((who, commands.Invite(case=name, conference=conference, subject="talk", label=label)))
        for item in calls:
            found.append((who, commands.Accept(item=item.id)))
            found.append((who, commands.Start(item=item.id)))
            found.append((who, commands.End(item=item.id, minutes="agreed", outcome=outcome)))
            found.append((who, commands.Decline(item=item.id)))
            found.append((who, commands.Withdraw(item=item.id)))
    return found


def hostile(world: World, party: str, random: Random) -> Move:
    """Return something that somebody without the right to it could try."""
    side = world.sides[party]
    posts = [post for other in world.sides.values() for post in _posts(other)]
    persons = [f"person of {post}" for post in posts] + ["nobody"]
    cases = [*sorted(side.state.cases), first_case("ann"), "none"]
    names = [
        *_elements(world),
        "ann_view",
        "dispatch",
        "site",
        "quake",
        "drawn",
        *sorted(side.state.held),
        *sorted(side.state.items),
    ]
    pick = random.choice
    actor = Actor(pick(persons), pick([*posts, ""]))
    known = sensible(world, party)
    if known and random.random() < 0.5:
        return actor, pick(known)[1]
    return actor, pick(
        [
            commands.Complete(case=pick(cases), task=pick(names), outcome={pick(names): pick(names)}),
            commands.Approve(case=pick(cases), task=pick(names)),
            commands.Choose(case=pick(cases), gateway=pick(names), flows=(pick(names),)),
            commands.SetAttribute(
                case=pick(cases), attribute=pick(names), value=pick(["yes", "no", "unset", "?"])
            ),
            commands.Delegate(case=pick(cases), task=pick(names), to=pick(posts)),
            commands.Occur(case=pick(cases), event=pick(names)),
            commands.Return(case=pick(cases), task=pick(names)),
            commands.ReleaseItem(
                item=pick(names), label=Label(classification="open", releasable_to=("ann", "bob"))
            ),
            commands.Withdraw(case=pick(cases), matter=pick(["dispatch", "site"])),
            commands.OpenCase(
                contingency=pick(["quake", "none"]), title="again", share=(pick(["ann", "bob", "zed"]),)
            ),
            commands.OpenCase(process="drawn", title="by hand", attributes={"ann_view": pick(["yes", "?"])}),
            commands.Assume(post=pick(posts)),
            commands.HandOver(to=pick(persons) or "x"),
            commands.MoveCase(case=pick(cases)),
            commands.Tick(),
            commands.Receive(partner="bob", number=1, body=b"{}", salt=b""),
            commands.Complete(case=pick(cases), task=pick(names), event_at=world.now + 10**12),
        ]
    )


def _elements(world: World) -> list[str]:
    return [node for graph in world.arrangement.collaborations.values() for node in graph.nodes]
