"""Conferences: every order of assertions leads all sides through the joint step once, or none of them."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.model.schema import Label
from renkei.runner import commands, events
from renkei.runner.commands import Command
from renkei.runner.conferences import agreed, minutes_of
from renkei.runner.lifecycle import status_of
from renkei.runner.refusal import Refusal
from renkei.runner.state import Item
from tests.runner.triad import PARTIES, gathered
from tests.runner.world import World, first_case

OPEN = Label(classification="open", releasable_to=PARTIES)
CLOSED = Label(classification="closed", releasable_to=PARTIES)
CASE = first_case("ann")


def ask(world: World, party: str, command: Command) -> Refusal | None:
    return world.by(party, f"{party}_chief", command).refusal


def do(world: World, party: str, command: Command) -> None:
    refusal = ask(world, party, command)
    assert refusal is None, refusal


def called(world: World, party: str = "ann", label: Label = OPEN) -> str:
    """Call the summit, and return its id."""
    before = set(world.sides[party].state.items)
    do(world, party, commands.Invite(case=CASE, conference="summit", subject="talk", label=label))
    (name,) = set(world.sides[party].state.items) - before
    return name


def accepted(world: World) -> str:
    """Return the summit that all have accepted."""
    name = called(world)
    world.settle()
    for party in ("bob", "cyd"):
        do(world, party, commands.Accept(item=name))
    world.settle()
    return name


def item(world: World, party: str, name: str) -> Item:
    return world.sides[party].state.items[name]


def fired(world: World) -> dict[str, list[str]]:
    """Return the joint steps that each party took."""
    return {
        party: [
            record.event.transition
            for owner, record in world.history
            if owner == party
            and isinstance(record.event, events.StepFired)
            and record.event.transition.startswith("summit.")
        ]
        for party in PARTIES
    }


def outcome(party: str, plan: str = "east") -> dict[str, str]:
    return {"plan": plan} if party == "ann" else {}


def ended(world: World, party: str, name: str, minutes: str = "agreed", plan: str = "east") -> None:
    do(world, party, commands.End(item=name, minutes=minutes, outcome=outcome(party, plan)))


STEPS = ["summit.meets", "summit.completes"]


@pytest.mark.parametrize("first", list(permutations(PARTIES)))
@pytest.mark.parametrize("second", [PARTIES, PARTIES[::-1]])
def test_all_sides_go_through_together(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    world = gathered("bob", "cyd")
    name = accepted(world)
    for party in first:
        assert fired(world)[party] == []
        do(world, party, commands.Start(item=name))
        assert world.sides[party].state.cases[CASE].reserved
    world.settle()
    assert all(steps == STEPS[:1] for steps in fired(world).values())
    for party in second:
        ended(world, party, name)
    world.settle()
    assert [len(steps) for steps in fired(world).values()] == [2, 2, 2]
    assert fired(world)["ann"][1] == "summit.completes[plan=east]"
    for party in PARTIES:
        assert not world.sides[party].state.cases[CASE].reserved
        assert status_of(item(world, party, name)) == "closed"
        assert agreed(item(world, party, name))
        do_rest = commands.Complete(case=CASE, task=f"rest_{party}")
        assert world.by(party, f"{party}_field", do_rest).refusal is None
        assert not world.sides[party].state.cases[CASE].is_open


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 2**32))
def test_whatever_the_order_none_is_left_alone(seed: int) -> None:
    """Sides act at random while entries are on their way; the joint step fires everywhere or nowhere."""
    world, random = gathered("bob", "cyd"), Random(seed)
    name = called(world)
    usual: list[Command] = [commands.Accept(item=name), commands.Start(item=name)]
    rare: list[Command] = [commands.Decline(item=name), commands.Withdraw(item=name)]
    for _ in range(60):
        party = random.choice(PARTIES)
        if random.random() < 0.5:
            world.deliver(random.choice([p for p in PARTIES if p != party]), party)
        else:
            end = commands.End(item=name, minutes=random.choice("ab"), outcome=outcome(party))
            ask(world, party, random.choice(rare if random.random() < 0.02 else [*usual, end]))
    world.settle()
    counts = [len(steps) for steps in fired(world).values()]
    assert len(set(counts)) == 1, counts
    assert len({status_of(item(world, party, name)) for party in PARTIES}) == 1
    assert [r for _, r in world.history if isinstance(r.event, events.PartnerRejected)] == []
    dead = status_of(item(world, "ann", name)) in {"withdrawn", "declined"}
    assert not dead or counts == [0, 0, 0]
    for party in PARTIES:
        case = world.sides[party].state.cases[CASE]
        assert not (dead and case.reserved), "tokens are held for a conference that is off"


def test_nobody_starts_before_all_have_accepted() -> None:
    world = gathered("bob", "cyd")
    name = called(world)
    world.settle()
    do(world, "bob", commands.Accept(item=name))
    world.settle()
    for party in ("ann", "bob"):
        refusal = ask(world, party, commands.Start(item=name))
        assert refusal is not None
        assert refusal.code == "RK552"
        assert "cyd" in refusal.message
        assert {way.command for way in refusal.possible} <= {"withdraw", "decline"}


def test_who_has_started_cannot_go_back_and_who_has_not_can() -> None:
    world = gathered("bob", "cyd")
    name = accepted(world)
    do(world, "ann", commands.Start(item=name))
    refusal = ask(world, "ann", commands.Withdraw(item=name))
    assert refusal is not None
    assert refusal.code == "RK544"
    do(world, "cyd", commands.Decline(item=name))
    world.settle()
    for party in PARTIES:
        assert status_of(item(world, party, name)) == "declined"
        assert not world.sides[party].state.cases[CASE].reserved
    again = accepted(world)
    assert again != name


def test_crossed_invitations_come_to_one() -> None:
    world = gathered("bob", "cyd")
    names = {party: called(world, party) for party in PARTIES}
    world.settle()
    for party in ("bob", "cyd"):
        do(world, party, commands.Accept(item=names["ann"]))
    world.settle()
    refusal = ask(world, "ann", commands.Accept(item=names["bob"]))
    assert refusal is not None
    for party in PARTIES:
        do(world, party, commands.Start(item=names["ann"]))
    world.settle()
    assert all(steps == STEPS[:1] for steps in fired(world).values())
    assert status_of(item(world, "cyd", names["bob"])) == "withdrawn"


def test_minutes_differ_until_a_side_writes_them_anew() -> None:
    world = gathered("bob", "cyd")
    name = accepted(world)
    for party in PARTIES:
        do(world, party, commands.Start(item=name))
    world.settle()
    for party, text in zip(PARTIES, ("we agreed", "we agreed", "we did not"), strict=True):
        ended(world, party, name, text)
    world.settle()
    for party in PARTIES:
        assert not agreed(item(world, party, name))
        assert minutes_of(item(world, party, name))["cyd"] == "we did not"
        assert status_of(item(world, party, name)) == "closed", "the step is over, agreed or not"
    do(world, "cyd", commands.End(item=name, minutes="we agreed"))
    world.settle()
    assert all(agreed(item(world, party, name)) for party in PARTIES)
    assert [len(steps) for steps in fired(world).values()] == [2, 2, 2]
    refusal = ask(world, "bob", commands.End(item=name, minutes="I think not"))
    assert refusal is not None
    assert refusal.code == "RK544"


def test_the_end_says_what_the_own_side_decided() -> None:
    world = gathered("bob", "cyd")
    name = accepted(world)
    for party in PARTIES:
        do(world, party, commands.Start(item=name))
    world.settle()
    for wrong in ({}, {"plan": "north"}, {"plan": "east", "more": "x"}):
        refusal = ask(world, "ann", commands.End(item=name, minutes="m", outcome=wrong))
        assert refusal is not None
        assert refusal.code == "RK553"
        assert {way.target for way in refusal.possible} == {"plan=east", "plan=west"}
    refusal = ask(world, "bob", commands.End(item=name, minutes="m", outcome={"plan": "east"}))
    assert refusal is not None
    ended(world, "ann", name, plan="west")
    ended(world, "bob", name)
    # What ann decides stays with ann: neither its end nor its minutes tell it.
    assert not any(b"west" in body for body in world.sides["ann"].released["bob"])
    ended(world, "ann", name, plan="east")
    ended(world, "cyd", name)
    world.settle()
    assert fired(world)["ann"][1] == "summit.completes[plan=east]"


def test_minutes_wait_for_a_release_and_the_step_does_not() -> None:
    world = gathered("bob", "cyd")
    do(world, "ann", commands.Invite(case=CASE, conference="summit", subject="talk", label=CLOSED))
    side = world.sides["ann"]
    name = next(iter(side.state.items))
    for held in list(side.state.held):
        assert world.by("ann", "ann_desk", commands.ReleaseItem(item=held)).refusal is None
    world.settle()
    for party in ("bob", "cyd"):
        do(world, party, commands.Accept(item=name))
    world.settle()
    for party in PARTIES:
        do(world, party, commands.Start(item=name))
    world.settle()
    for party in PARTIES:
        ended(world, party, name, "what was said")
    world.settle()
    assert [len(steps) for steps in fired(world).values()] == [2, 2, 2]
    assert minutes_of(item(world, "bob", name)) == {"bob": "what was said"}
    assert all(b"what was said" not in body for body in side.released["bob"])
    do(world, "ann", commands.End(item=name, minutes="other words"))
    waiting = [held for held in side.state.held.values() if held.partner == "bob"]
    assert [held.body["text"] for held in waiting] == ["other words"], "what was superseded never leaves"


def test_only_the_posts_whose_tasks_are_held_speak() -> None:
    world = gathered("bob", "cyd")
    name = called(world)
    world.settle()
    refusal = world.by("bob", "bob_field", commands.Accept(item=name)).refusal
    assert refusal is not None
    assert (refusal.code, refusal.could) == ("RK545", ("bob_chief",))
    assert world.by("bob", "bob_staff", commands.Accept(item=name)).refusal is not None, "the chief is there"
    do(world, "bob", commands.Leave())
    assert world.by("bob", "bob_staff", commands.Accept(item=name)).refusal is None, "a deputy stands in"


def test_an_acceptance_may_come_before_the_invitation() -> None:
    world = gathered("bob", "cyd")
    name = called(world)
    while world.deliver("ann", "bob"):
        pass
    do(world, "bob", commands.Accept(item=name))
    while world.deliver("bob", "cyd"):
        pass
    assert name not in world.sides["cyd"].state.items
    assert name in world.sides["cyd"].state.deferred
    world.settle()
    assert item(world, "cyd", name).has("accepted", "bob")
    assert name not in world.sides["cyd"].state.deferred


def test_on_any_subject_two_may_confer_and_nothing_of_the_net_moves() -> None:
    world = gathered("bob")
    invitation = commands.Invite(case=CASE, to=("bob_desk",), subject="lunch", label=OPEN)
    do(world, "ann", invitation)
    world.settle()
    name = next(iter(world.sides["bob"].state.items))
    assert ask(world, "bob", commands.Accept(item=name)) is not None
    assert world.by("bob", "bob_desk", commands.Accept(item=name)).refusal is None
    world.settle()
    for party, post in (("ann", "ann_chief"), ("bob", "bob_desk")):
        assert world.by(party, post, commands.Start(item=name)).refusal is None
    world.settle()
    for party, post in (("ann", "ann_chief"), ("bob", "bob_desk")):
        assert world.by(party, post, commands.End(item=name, minutes="fine")).refusal is None
    world.settle()
    assert [status_of(item(world, party, name)) for party in ("ann", "bob")] == ["closed", "closed"]
    assert fired(world) == {party: [] for party in PARTIES}


def test_who_holds_to_one_invitation_accepts_no_other() -> None:
    world = gathered("bob", "cyd")
    names = {party: called(world, party) for party in ("bob", "cyd")}
    world.settle()
    do(world, "ann", commands.Accept(item=names["cyd"]))
    refusal = ask(world, "ann", commands.Accept(item=names["bob"]))
    assert refusal is not None
    assert refusal.code == "RK551"
    assert [(way.command, way.target) for way in refusal.possible] == [("decline", names["cyd"])]
    do(world, "ann", commands.Decline(item=names["cyd"]))
    do(world, "ann", commands.Accept(item=names["bob"]))


def test_nothing_ends_before_all_have_started() -> None:
    world = gathered("bob")
    do(world, "ann", commands.Invite(case=CASE, to=("bob",), subject="lunch", label=OPEN))
    world.settle()
    name = next(iter(world.sides["bob"].state.items))
    do(world, "bob", commands.Accept(item=name))
    do(world, "bob", commands.Start(item=name))
    refusal = ask(world, "bob", commands.End(item=name, minutes="m"))
    assert refusal is not None
    assert refusal.code == "RK552"
