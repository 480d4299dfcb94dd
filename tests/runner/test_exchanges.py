"""Laws of exchanges: both sides agree, nothing goes astray, and strangers change only what is theirs.

The oracle below says once more, in its own words, what may become of an item; it shares nothing with the
source.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from renkei.model.schema import Label
from renkei.process.arrangement import load_arrangement
from renkei.runner import commands, events
from renkei.runner.lifecycle import status_of
from renkei.runner.refusal import Refusal
from renkei.runner.state import NODE, Change, Item, State
from tests.runner.chatter import CASE, MARK, Chatter
from tests.runner.moves import sensible
from tests.runner.triad import PARTIES, gathered
from tests.runner.world import World

OPEN = Label(classification="open", releasable_to=PARTIES)
CLOSED = Label(classification="closed", releasable_to=PARTIES)
SEALED = Label(classification="sealed", releasable_to=PARTIES)

# Kind -> change -> who, what it must have done, must not have done, and what anybody must have done.
ORACLE: dict[str, dict[str, tuple[str, set[str], set[str], set[str]]]] = {
    "message": {"acknowledged": ("other", set(), set(), set())},
    "report": {"acknowledged": ("other", set(), set(), set())},
    "order": {
        "acknowledged": ("other", set(), set(), set()),
        "withdrawn": ("maker", set(), {"withdrawn"}, set()),
    },
    "rfi": {
        "answered": ("other", set(), set(), set()),
        "closed": ("maker", set(), {"closed", "withdrawn"}, set()),
        "withdrawn": ("maker", set(), {"closed", "withdrawn"}, set()),
    },
    "support": {
        "closed": ("maker", set(), {"closed", "withdrawn"}, set()),
        "withdrawn": ("maker", set(), {"closed", "withdrawn"}, set()),
    },
    "offer": {
        "matched": ("other", set(), {"matched", "declined"}, set()),
        "accepted": ("maker", set(), {"accepted", "declined", "withdrawn"}, {"matched"}),
        "declined": ("any", set(), {"accepted", "declined", "withdrawn", "matched"}, set()),
        "withdrawn": ("maker", set(), {"accepted", "declined", "withdrawn"}, set()),
    },
    "conference": {
        "accepted": ("other", set(), {"accepted", "declined"}, set()),
        "declined": ("other", set(), {"declined", "started"}, set()),
        "withdrawn": ("maker", set(), {"started", "withdrawn"}, set()),
        "started": ("any", {"accepted"}, {"started", "declined", "withdrawn"}, set()),
        "ended": ("any", {"accepted", "started"}, set(), {"started"}),
        "minutes": ("any", {"accepted", "started", "ended"}, set(), set()),
        "closed": ("node", set(), {"closed"}, set()),
    },
}  # fmt: skip


def allowed(item: Item, change: str, party: str, internal: bool) -> bool:
    """Return whether the oracle lets a party do this to an item as it stood."""
    if change not in ORACLE[item.kind]:
        return False
    role, needs, never, anybody = ORACLE[item.kind][change]
    mine = {entry.change for entry in item.changes if entry.party == party}
    if role == "maker" and party != item.origin:
        return False
    if role == "other" and party == item.origin and not internal:
        return False
    if item.kind == "conference" and role != "node" and party not in item.terms["parties"]:
        return False
    if party == item.origin:
        needs = needs - {"accepted"}
    if internal:
        never = never - {"matched"} if change == "declined" else never
    return needs <= mine and not never & mine and anybody <= {entry.change for entry in item.changes}


def is_internal(item: Item) -> bool:
    return item.origin in item.to or any(name.startswith(f"{item.origin}_") for name in item.to)


def obeys_the_oracle(world: World) -> None:
    """Hold that every change in every log was one the oracle allows, at that moment, as known there."""
    kept: dict[str, dict[str, Item]] = {party: {} for party in PARTIES}
    for party, record in world.history:
        event = record.event
        if isinstance(event, events.ItemOpened):
            kept[party][event.item] = replace(world.sides[party].state.items[event.item], changes=())
        elif isinstance(event, events.ItemChanged):
            item = kept[party][event.item]
            who = event.party or party
            if event.change != "withheld":
                assert allowed(item, event.change, who, is_internal(item)), (item.id, event.change, who)
            done = next(
                c
                for c in world.sides[party].state.items[event.item].changes[len(item.changes) :]
                if c.change == event.change
            )
            kept[party][event.item] = replace(item, changes=(*item.changes, done))


def nothing_goes_astray(chatter: Chatter) -> None:
    """Hold that a text reached only whom it was written to, and never above what a channel may carry."""
    for side in chatter.world.sides.values():
        for partner, bodies in side.released.items():
            for body in bodies:
                for mark in MARK.findall(body.decode()):
                    parties, classification = chatter.meant[int(mark)]
                    assert partner in parties
                    assert classification != "sealed", "no channel carries that"


def sides_agree(world: World) -> None:
    """Hold that an item that reached a partner stands there as it stands with its maker."""
    for maker in world.sides.values():
        for item in maker.state.items.values():
            if item.origin == maker.party and not _is_kept_somewhere(world, item):
                for partner in _given(item) - {maker.party}:
                    _agree(item, maker.state, world.sides[partner].state)


def needs_are_not_exceeded(world: World) -> None:
    """Hold that no side knows of more matched support than was asked for."""
    for side in world.sides.values():
        items = side.state.items.values()
        for need in (item for item in items if item.kind == "support"):
            standing = [
                offer.terms["quantity"]
                for offer in items
                if offer.parent == need.id
                and offer.has("matched")
                and not offer.has("withdrawn")
                and not offer.has("declined")
            ]
            assert sum(standing) <= need.terms["quantity"]


def _is_kept_somewhere(world: World, item: Item) -> bool:
    """Return whether parties that confer have not all been told the same."""
    copies = ((side.state, side.state.items.get(item.id)) for side in world.sides.values())
    return item.kind == "conference" and any(copy and _undelivered(copy, state) for state, copy in copies)


def _given(item: Item) -> set[str]:
    return set(item.terms.get("parties", ())) or {name.split("_")[0] for name in item.to}


def _agree(item: Item, here: State, there: State) -> None:
    held = any(h.body.get("item") == item.id and h.partner == there.party for h in here.held.values())
    lost = [c for c in item.changes if c.change == "withheld" and c.terms.get("partner") == there.party]
    whole = any("change" not in c.terms for c in lost)
    copy = there.items.get(item.id)
    if held or copy is None:
        assert copy is None or held or not whole
        assert copy is not None or held or whole, f"{item.id} never reached {there.party}"
        return
    assert (copy.kind, copy.text, copy.case, copy.due, copy.origin) == (
        item.kind, item.text, item.case, item.due, item.origin,
    )  # fmt: skip
    if _undelivered(item, here) or _undelivered(copy, there):
        return
    pair = {here.party, there.party} if item.kind != "conference" else set(item.terms["parties"])
    facts = [
        {(c.change, c.party) for c in one.changes if c.party in pair and _is_told(item, c)}
        for one in (item, copy)
    ]
    assert facts[0] == facts[1], item.id
    if _given(item) == {there.party} or item.kind == "conference":
        assert status_of(item) == status_of(copy), item.id


def _is_told(item: Item, change: Change) -> bool:
    """Return whether a change concerns the partner: not what the maker's own posts answer one another."""
    among_own = change.party == item.origin and change.change in {"answered", "acknowledged"}
    by_itself = change.change == "withheld" or (item.kind == "conference" and change.change == "closed")
    return not among_own and not by_itself


def _undelivered(item: Item, state: State) -> bool:
    """Return whether a change of an item is held, or was not let go."""
    waits = any(held.body.get("item") == item.id for held in state.held.values())
    return waits or item.has("withheld")


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.sampled_from([("bob", "cyd"), ("bob",)]))
def test_what_people_say_arrives_and_is_agreed(seed: int, share: tuple[str, ...]) -> None:
    chatter = Chatter(gathered(*share), Random(seed))
    chatter.walk(160)
    nothing_goes_astray(chatter)
    chatter.world.settle()
    chatter.release_all()
    chatter.world.settle()
    rejected = [r.event for _, r in chatter.world.history if isinstance(r.event, events.PartnerRejected)]
    assert rejected == [], "an honest partner is never rejected"
    nothing_goes_astray(chatter)
    obeys_the_oracle(chatter.world)
    sides_agree(chatter.world)
    needs_are_not_exceeded(chatter.world)
    for _, command, outcome in chatter.outcomes:
        if outcome.refusal is not None:
            assert outcome.refusal.message, command
            assert outcome.refusal.code[:3] == "RK5", command


# A hostile partner


def stage(seed: int) -> Chatter:
    """Return a world with something of everything between ann and bob, and with a life of its own."""
    chatter = Chatter(gathered("bob", "cyd"), Random(seed))
    chatter.walk(160)
    chatter.world.settle()
    return chatter


NAMES = ["ann", "bob", "cyd", "ann_chief", "bob_chief", "cyd_chief", "nobody", "", "x" * 300, "a\nb", "\0"]
ODD = [None, True, -1, 2**70, 0.5, "", "x" * 30_000, [], {}, ["ann"] * 40, {"a": "b"}, [[[]]], "\ud800"]
CHANGES = sorted({change for changes in ORACLE.values() for change in changes} | {"withheld", "reopened"})


def lie(state: State, partner: str, random: Random) -> dict[str, Any]:
    """Return what a partner may say of items: sometimes right, often almost right."""
    items = [item for _, item in sorted(state.items.items())]
    label = {"classification": "open", "releasable_to": [*PARTIES]}
    item = random.choice(items)
    if random.random() < 0.5:
        kind = random.choice([*ORACLE, "file"])
        needs = [one for one in items if one.kind == "support"] or items
        parent = random.choice(needs) if kind == "offer" else None
        terms: dict[str, Any] = {"quantity": random.randint(1, 3)} if kind in {"offer", "support"} else {}
        if kind == "conference":
            terms = random.choice(
                [
                    {"parties": ["ann", partner]},
                    {"parties": [*PARTIES], "conference": "summit"},
                    {"parties": ["ann"]},
                ]
            )
        content: dict[str, Any] = {
            "kind": "item", "item": f"{partner}-{kind}-{random.randint(1, 60)}", "what": kind,
            "text": "words",
            "to": ["ann"], "post": random.choice([f"{partner}_desk", ""]), "terms": terms, "label": label,
            "case": parent.case if parent else random.choice(["", CASE]),
            "parent": parent.id if parent else "",
        }  # fmt: skip
    else:
        change = random.choice(
            [*ORACLE[item.kind], random.choice(CHANGES)] if item.kind in ORACLE else CHANGES
        )
        post = random.choice(
            [name for name in item.to if name.startswith(partner)] or [f"{partner}_chief", ""]
        )
        text = "words" if (change in {"answered", "minutes"}) == (random.random() < 0.9) else ""
        content = {
            "kind": "change", "item": item.id, "change": change, "post": post, "text": text,
            "case": item.case, "label": label,
        }  # fmt: skip
    if random.random() < 0.4:
        key = random.choice([*content, "terms", "origin", "party", "number", "happened"])
        content[key] = random.choice(
            [*ODD, *NAMES, [random.choice(NAMES)], random.choice(items).id, {"reserves": ["flow:f0"]}]
        )
    return content


def told(world: World, partner: str, body: bytes) -> None:
    """Bring ann something that the link has verified to come from a partner."""
    known = world.sides["ann"].state.partners.get(partner)
    number = (known.received if known else 0) + 1
    command = commands.Receive(partner=partner, number=number, body=body, salt=b"salt")
    assert world.ask("ann", NODE, command).refusal is None


def changed_only_as_allowed(before: State, after: State, partner: str) -> None:
    """Hold that a partner's entry opened at most one item of its own, or changed one as the oracle allows."""
    opened = [after.items[name] for name in set(after.items) - set(before.items)]
    assert len(opened) <= 1
    for item in opened:
        assert item.origin == partner
        assert item.kind not in {"order", "file"}
        assert item.id.startswith(f"{partner}-")
        assert {"ann" if name == "ann" else name.split("_")[0] for name in item.to} == {"ann"}
    changed = [name for name, item in before.items.items() if after.items[name] != item]
    assert not (opened and changed)
    for name in changed:
        old, new = before.items[name], after.items[name]
        assert replace(new, changes=()) == replace(old, changes=())
        assert new.changes[: len(old.changes)] == old.changes
        first, *more = new.changes[len(old.changes) :]
        assert first.party == partner
        assert allowed(old, first.change, partner, internal=False)
        assert first.change != "closed" or old.kind != "conference"
        assert [entry.change for entry in more] in ([], ["closed"])
        involved = {old.origin, *_given(old)}
        assert partner in involved


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.sampled_from(["bob", "cyd"]))
def test_a_stranger_changes_only_what_is_its_own(seed: int, partner: str) -> None:
    random, world = Random(seed), stage(seed % 40).world
    for _ in range(80):
        side = world.sides["ann"]
        before, released = side.state, {p: len(bodies) for p, bodies in side.released.items()}
        told(world, partner, json.dumps(lie(before, partner, random)).encode())
        changed_only_as_allowed(before, side.state, partner)
        assert released == {p: len(bodies) for p, bodies in side.released.items()}, (
            "nothing is answered by itself"
        )


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 40), st.sampled_from(["bob", "cyd"]))
def test_what_was_said_once_is_not_taken_over_again(seed: int, partner: str) -> None:
    chatter = stage(seed)
    side = chatter.world.sides["ann"]
    for body in chatter.world.sides[partner].released.get("ann", []):
        content = msgspec.json.decode(body)
        if content["kind"] in {"item", "change"} and content.get("change") != "minutes":
            before = side.state.items
            told(chatter.world, partner, body)
            assert side.state.items == before


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 40), st.sampled_from(["bob", "cyd"]))
def test_nobody_speaks_for_another_party(seed: int, partner: str) -> None:
    chatter = stage(seed)
    side, other = chatter.world.sides["ann"], "cyd" if partner == "bob" else "bob"
    for sender in (other, "ann"):
        for body in chatter.world.sides[sender].released.get("ann" if sender == other else partner, []):
            content = msgspec.json.decode(body)
            if content["kind"] == "item":
                before = side.state.items
                told(chatter.world, partner, body)
                assert side.state.items == before


# Single rules


def refused(world: World, party: str, post: str, command: commands.Command) -> Refusal:
    before = world.sides[party].state
    refusal = world.by(party, post, command).refusal
    assert refusal is not None, command
    assert world.sides[party].state is before
    return refusal


def made(world: World, party: str, post: str, command: commands.Command) -> Item:
    """Return the item that a command makes."""
    before = set(world.sides[party].state.items)
    assert world.by(party, post, command).refusal is None, command
    (name,) = set(world.sides[party].state.items) - before
    return world.sides[party].state.items[name]


def test_what_leaves_needs_a_label_and_the_refusal_tells_which() -> None:
    world = gathered("bob")
    refusal = refused(world, "ann", "ann_chief", commands.Send(to=("bob",), text="words"))
    assert refusal.code == "RK541"
    assert [way.target for way in refusal.possible] == ["OPEN//REL TO ANN, BOB", "CLOSED//REL TO ANN, BOB"]
    send = commands.Send(to=("bob",), text="words", channel="radio")
    assert [way.target for way in refused(world, "ann", "ann_chief", send).possible] == [
        "OPEN//REL TO ANN, BOB"
    ]
    sealed = commands.Send(to=("bob",), text="words", label=SEALED)
    assert refused(world, "ann", "ann_chief", sealed).code == "RK525"
    assert made(world, "ann", "ann_chief", commands.Send(to=("ann_staff",), text="words")).label == ""


def test_a_case_is_not_mentioned_to_whom_it_was_not_told() -> None:
    world = gathered("bob")
    send = commands.Send(to=("cyd",), text="words", label=OPEN, case=CASE)
    assert refused(world, "ann", "ann_chief", send).code == "RK542"


def test_an_item_reaches_a_partner_with_its_own_addressees_only() -> None:
    world = gathered("bob", "cyd")
    send = commands.Send(to=("ann_field", "bob", "cyd_desk"), text="words", label=OPEN)
    item = made(world, "ann", "ann_chief", send)
    world.settle()
    assert world.sides["bob"].state.items[item.id].to == ("bob",)
    assert world.sides["cyd"].state.items[item.id].to == ("cyd_desk",)
    for partner in ("bob", "cyd"):
        others = {"ann_field", "bob", "cyd_desk"} - {"bob" if partner == "bob" else "cyd_desk"}
        last = world.sides["ann"].released[partner][-1].decode()
        assert not any(
            f'"{name}"' in last.replace('"releasable_to":["ann","bob","cyd"]', "") for name in others
        )


@pytest.mark.parametrize(
    ("post", "to", "reaches"),
    [
        ("ann_chief", "ann_field", ("ann_field",)),
        ("ann_chief", "ann_staff", ("ann_staff",)),
        ("ann_chief", "ann_chief", None),
        ("ann_field", "ann_hq", None),
        ("ann_field", "ann_chief", None),
        ("ann_chief", "bob_field", None),
        ("ann_chief", "bob_chief", None),
        ("ann_chief", "nobody", None),
    ],
)
def test_orders_go_down_the_own_chain(post: str, to: str, reaches: tuple[str, ...] | None) -> None:
    world = gathered("bob")
    order = commands.Order(to=to, text="go", acknowledge_by=world.now + 60_000_000)
    if reaches is None:
        refusal = refused(world, "ann", post, order)
        assert (refusal.code, refusal.rule) == ("RK548", "command")
        assert all(way.target.startswith("ann_") for way in refusal.possible if way.command == "order")
        return
    item = made(world, "ann", post, order)
    assert (item.to, item.due) == (reaches, world.now + 60_000_000)
    assert refused(world, "ann", "ann_desk", commands.Acknowledge(item=item.id)).could == reaches
    assert world.by("ann", reaches[0], commands.Acknowledge(item=item.id)).refusal is None
    assert refused(world, "ann", reaches[0], commands.Acknowledge(item=item.id)).code == "RK544"
    assert not any(world.sides["ann"].released.get(p, [])[1:] for p in ("bob", "cyd")), "no order leaves"


def test_support_from_need_to_closure() -> None:
    world = gathered("bob", "cyd")
    asked = commands.RequestSupport(
        to=("bob", "cyd"), text="helicopters", quantity=3, unit="each", label=OPEN
    )
    need = made(world, "ann", "ann_field", asked)
    world.settle()
    offers = {
        party: made(
            world, party, f"{party}_desk", commands.Offer(item=need.id, text="ours", quantity=2, label=OPEN)
        )
        for party in ("bob", "cyd")
    }
    world.settle()
    assert offers["bob"].id not in world.sides["cyd"].state.items
    take = {party: commands.Match(item=need.id, offer=offer.id) for party, offer in offers.items()}
    assert refused(world, "ann", "ann_chief", take["bob"]).could == ("ann_field",)
    assert world.by("ann", "ann_field", take["bob"]).refusal is None
    assert refused(world, "ann", "ann_field", take["cyd"]).code == "RK547"
    assert refused(world, "bob", "bob_desk", commands.Accept(item=offers["bob"].id)).code == "RK544"
    world.settle()
    assert refused(world, "bob", "bob_chief", commands.Accept(item=offers["bob"].id)).could == ("bob_desk",)
    assert world.by("bob", "bob_desk", commands.Decline(item=offers["bob"].id)).refusal is None
    world.settle()
    assert world.by("ann", "ann_field", take["cyd"]).refusal is None
    world.settle()
    assert world.by("cyd", "cyd_desk", commands.Accept(item=offers["cyd"].id)).refusal is None
    assert world.by("ann", "ann_field", commands.CloseItem(item=need.id)).refusal is None
    world.settle()
    for party in ("ann", "cyd"):
        items = world.sides[party].state.items
        assert [status_of(items[name]) for name in (need.id, offers["cyd"].id)] == ["closed", "accepted"]
    late = commands.Offer(item=need.id, text="too late", label=OPEN)
    assert refused(world, "bob", "bob_desk", late).code == "RK544"


def test_an_answer_that_was_not_let_go_may_be_given_again() -> None:
    world = gathered("bob")
    asked = made(world, "ann", "ann_chief", commands.Ask(to=("bob_chief",), text="where?", label=OPEN))
    world.settle()
    exact = commands.Answer(item=asked.id, text="exactly here", label=CLOSED)
    assert refused(world, "bob", "bob_desk", exact).could == ("bob_chief",)
    assert world.by("bob", "bob_chief", exact).refusal is None
    (held,) = world.sides["bob"].state.held
    assert refused(world, "bob", "bob_chief", exact).code == "RK544"
    assert refused(world, "bob", "bob_staff", commands.Withdraw(item=held)).could == ("bob_chief",)
    assert world.by("bob", "bob_desk", commands.Withhold(item=held)).refusal is None
    vague = commands.Answer(item=asked.id, text="north", label=OPEN)
    assert world.by("bob", "bob_chief", vague).refusal is None
    assert refused(world, "bob", "bob_chief", vague).code == "RK544"
    world.settle()
    assert [change.text for change in world.sides["ann"].state.items[asked.id].changes] == ["north"]


def test_files_leave_only_under_a_label_that_protects_them() -> None:
    world = gathered("bob")
    digest, other = "a" * 64, "b" * 64
    named = {"case": CASE, "name": "map.png", "media": "image/png", "size": 7}
    made(world, "ann", "ann_desk", commands.Attach(**named, digest=digest, label=CLOSED))
    made(world, "ann", "ann_desk", commands.Attach(**named, digest=other))
    for files, label in (((digest,), OPEN), ((other,), CLOSED), (("c" * 64,), CLOSED)):
        send = commands.Send(to=("bob",), text="see", label=label, attachments=files)
        assert refused(world, "ann", "ann_desk", send).code == "RK546"
    made(
        world, "ann", "ann_desk", commands.Send(to=("bob",), text="see", label=CLOSED, attachments=(digest,))
    )
    made(world, "ann", "ann_desk", commands.Send(to=("ann_chief",), text="see", attachments=(other,)))
    world.settle()
    (message,) = [item for item in world.sides["bob"].state.items.values() if item.kind == "message"]
    assert message.terms["attachments"] == [
        {"digest": digest, "name": "map.png", "size": 7, "media": "image/png"},
    ]


def test_a_correction_names_an_entry_that_exists() -> None:
    world = gathered("bob")
    seq = world.sides["ann"].state.seq
    assert refused(world, "ann", "ann_chief", commands.Correct(entry=seq + 1, text="no")).code == "RK549"
    assert world.by("ann", "ann_chief", commands.Correct(entry=seq, text="it was so")).refusal is None


def test_withdrawing_what_is_held_tells_the_partner_nothing() -> None:
    world = gathered("bob")
    asked = made(world, "ann", "ann_chief", commands.Ask(to=("bob",), text="where?", label=CLOSED))
    count = len(world.sides["ann"].released["bob"])
    assert world.by("ann", "ann_chief", commands.Withdraw(item=asked.id)).refusal is None
    assert not world.sides["ann"].state.held
    assert len(world.sides["ann"].released["bob"]) == count


def test_a_task_of_the_model_gives_an_order_to_the_posts_below() -> None:
    world = World(load_arrangement("us-japan"))
    world.man()
    model = world.arrangement.model
    assert model is not None
    case = commands.OpenCase(contingency="earthquake", title="quake")
    assert world.by("jpn", "jpn_operations_watch", case).refusal is None
    random = Random(3)
    for _ in range(400):
        party = random.choice(["jpn", "usa"])
        moves = sensible(world, party)
        if moves and random.random() < 0.8:
            actor, command = random.choice(moves)
            world.ask(party, actor, command)
        else:
            world.settle()
    orders = [i for s in world.sides.values() for i in s.state.items.values() if i.kind == "order"]
    assert orders
    for item in orders:
        bound = model.processes["disaster-relief"].tasks[item.terms["task"]].orders
        assert bound is not None
        assert item.terms["matter"] == bound.matter
        assert set(item.to) == {name for name, post in model.posts.items() if post.headquarters == bound.to}


def rejected(world: World, partner: str, **content: object) -> str:
    """Return the code with which ann rejects what a partner says; '' where it is taken over."""
    count = len(world.history)
    label = {"classification": "open", "releasable_to": ["ann"]}
    told(world, partner, json.dumps({"label": label, **content}).encode())
    codes = [r.event.code for _, r in world.history[count:] if isinstance(r.event, events.PartnerRejected)]
    return codes[0] if codes else ""


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({}, ""),
        ({"item": "cyd-message-7"}, "RK556"),
        ({"item": "ann-message-7"}, "RK556"),
        ({"item": "bob-x-message-7"}, "RK556"),
        ({"item": "bob-message-"}, "RK556"),
        ({"to": ["cyd"]}, "RK556"),
        ({"to": ["ann", "bob_chief"]}, "RK556"),
        ({"to": []}, "RK556"),
        ({"post": "cyd_chief"}, "RK556"),
        ({"post": "ann_chief"}, "RK556"),
        ({"what": "order"}, "RK556"),
        ({"what": "file"}, "RK556"),
        ({"case": "ann-case-9"}, "RK558"),
        ({"parent": "ann-support-1"}, "RK556"),
        ({"text": ""}, "RK555"),
        ({"text": "x" * 20_001}, "RK555"),
        ({"text": 7}, "RK555"),
        ({"terms": {"reserves": ["flow:f0"]}}, "RK555"),
        ({"terms": {"quantity": 1}}, "RK555"),
        ({"origin": "cyd"}, "RK555"),
        ({"due": -1}, "RK555"),
    ],
)
def test_a_partner_opens_items_of_its_own_alone(wrong: dict[str, object], code: str) -> None:
    world = gathered("bob", "cyd")
    content = {
        "kind": "item",
        "item": "bob-message-7",
        "what": "message",
        "text": "words",
        "to": ["ann"],
        **wrong,
    }
    assert rejected(world, "bob", **content) == code
    assert bool(world.sides["ann"].state.items) == (not code)


def test_a_partner_takes_no_part_in_what_it_was_not_given() -> None:
    world = gathered("bob")
    held = made(world, "ann", "ann_chief", commands.Ask(to=("bob",), text="where?", label=CLOSED))
    other = made(world, "ann", "ann_chief", commands.Ask(to=("cyd",), text="where?", label=OPEN))
    for item in (held, other):
        answer = {
            "kind": "change",
            "item": item.id,
            "change": "answered",
            "text": "here",
            "post": "bob_chief",
        }
        assert rejected(world, "bob", **answer) == "RK556"
    message = {"kind": "item", "item": "cyd-message-7", "what": "message", "text": "words", "to": ["ann"]}
    assert rejected(world, "cyd", **message, case=CASE) == "RK556"


def test_a_partner_matches_no_more_than_it_needs() -> None:
    world = gathered("bob")
    asked = commands.RequestSupport(to=("ann",), text="trucks", quantity=3, label=OPEN)
    need = made(world, "bob", "bob_chief", asked)
    world.settle()
    offer = commands.Offer(item=need.id, text="two", quantity=2, label=OPEN)
    offers = [made(world, "ann", post, offer) for post in ("ann_desk", "ann_field")]
    matches = [{"kind": "change", "item": one.id, "change": "matched", "post": "bob_chief"} for one in offers]
    assert [rejected(world, "bob", **one) for one in matches] == ["", "RK557"]
