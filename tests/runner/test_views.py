"""Views: they never fail, name everything in both languages, and promise nothing that is then refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.log.memory import MemoryLog
from renkei.log.port import Row
from renkei.model.schema import Label
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.runner import commands, views
from renkei.runner.events import decode
from renkei.runner.state import NODE
from renkei.runner.views.labels import files_named
from renkei.runner.views.reading import VIEWS
from tests.runner.chatter import Chatter
from tests.runner.moves import sensible
from tests.runner.random_models import arrangements
from tests.runner.triad import PARTIES, gathered
from tests.runner.world import MINUTE, Side, World, first_case

CASE = first_case("ann")


def log_of(side: Side) -> MemoryLog:
    """Return what a side recorded as a log, from which a timeline is read."""
    log = MemoryLog()
    rows = []
    for number, body in enumerate(side.log, 1):
        record = decode(body)
        rows.append(Row(number, record.kind, record.subject, record.at, body, b"s" * 16))
    log.append(rows)
    return log


def everything(world: World, party: str) -> Iterator[tuple[str, Any]]:
    """Yield every view of a side, with all arguments that name something."""
    side = world.sides[party]
    desk = views.Desk(side.state, side.books, log_of(side), world.now)
    posts = side.books.book(side.state.digest, side.state.option).posts
    arguments = {
        "inbox": [{"post": post} for post in posts],
        "waiting-for": [{}, *({"post": post} for post in posts)],
        "posts-held": [{"person": f"person of {posts[0]}"}],
        "case": [{"case": name} for name in side.state.cases],
        "timeline": [{"case": name} for name in side.state.cases],
        "history": [{"case": name} for name in side.state.cases],
        "item": [{"item": name} for name in (*side.state.items, *side.state.held)],
        "label": [{"item": name} for name in (*side.state.items, *side.state.held)],
        "file-label": [{"digest": digest} for digest in files_named(side.state)],
    }
    for name in VIEWS:
        for given_arguments in arguments.get(name, [{}]):
            yield name, views.look(desk, name, given_arguments)


def names_in(data: Any) -> Iterator[dict[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if (key == "name" or key.endswith("_name")) and isinstance(value, dict):
                yield value
            yield from names_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from names_in(value)


def hold_up(world: World) -> None:
    """Hold what every view promises."""
    for party in world.sides:
        for name, data in everything(world, party):
            assert json.loads(json.dumps(data)) == data, f"{name} is not plain"
            for named in names_in(data):
                assert named.keys() == {"en", "ja"}, name
                assert named["en"], name
                assert named["ja"], name
            if isinstance(data, list) and name not in {"posts-held", "timeline"}:
                keys = [entry["id"] for entry in data]
                assert len(set(keys)) == len(keys), f"{name} has two entries of one id"


@cache
def us_japan() -> Arrangement:
    return load_arrangement("us-japan")


def stroll(world: World, random: Random, steps: int) -> None:
    """Do work of cases, as the model asks."""
    parties = list(world.sides)
    for _ in range(steps):
        party = random.choice(parties)
        dice = random.random()
        moves = sensible(world, party) if dice < 0.6 else []
        if moves:
            actor, command = random.choice(moves)
            world.ask(party, actor, command)
        elif dice < 0.9:
            world.deliver(random.choice([p for p in parties if p != party]), party)
        else:
            world.now += random.choice([MINUTE, 600 * MINUTE])
            world.ask(party, NODE, commands.Tick())


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_views_of_the_library_model(seed: int) -> None:
    world, random = World(us_japan()), Random(seed)
    world.man()
    for contingency in us_japan().model.contingencies:
        opening = commands.OpenCase(contingency=contingency, title="it has happened", exercise=True)
        assert world.by("jpn", "jpn_operations_watch", opening).refusal is None
    stroll(world, random, 60)
    hold_up(world)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(arrangements(), st.integers(0, 2**32))
def test_views_of_random_models(arrangement: Arrangement, seed: int) -> None:
    world = World(arrangement)
    world.man()
    post = world.sides["ann"].books.book(arrangement.digest, "").posts[0]
    world.by("ann", post, commands.OpenCase(contingency="quake", title="a case"))
    stroll(world, Random(seed), 25)
    hold_up(world)


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_views_of_exchanges(seed: int) -> None:
    chatter = Chatter(gathered("bob", "cyd"), Random(seed))
    # Every step that follows an inbox holds that what it promised is not refused.
    chatter.walk(100)
    hold_up(chatter.world)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_what_an_item_says_is_possible_is_what_is_done(seed: int) -> None:
    """For each own post: a command about an item is refused exactly where the view does not list the post."""
    chatter = Chatter(gathered("bob", "cyd"), Random(seed))
    chatter.walk(80)
    world = chatter.world
    label = Label(classification="open", releasable_to=PARTIES)
    makers = {
        "answer": lambda item: commands.Answer(item=item["id"], text="words", label=label),
        "offer": lambda item: commands.Offer(item=item["id"], text="words", label=label),
        "match": lambda item: commands.Match(item=item["parent"], offer=item["id"]),
        "acknowledge": lambda item: commands.Acknowledge(item=item["id"]),
        "accept": lambda item: commands.Accept(item=item["id"]),
        "decline": lambda item: commands.Decline(item=item["id"]),
        "close-item": lambda item: commands.CloseItem(item=item["id"]),
        "withdraw": lambda item: commands.Withdraw(item=item["id"]),
        "start": lambda item: commands.Start(item=item["id"]),
    }
    from renkei.runner.decide import decide

    for side in world.sides.values():
        posts = side.books.book(side.state.digest, "").posts
        for name in side.state.items:
            shown = views.item(side.state, side.books, name, world.now)
            for action in shown["actions"]:
                if action["command"] not in makers:
                    continue
                command = makers[action["command"]](shown)
                done = [
                    post
                    for post in posts
                    if decide(side.state, command, side.person(post), world.now, side.books).refusal is None
                ]
                assert sorted(action["posts"]) == sorted(done), (name, action)
                assert bool(action["posts"]) != bool(action["refusal"])


def test_the_inbox_puts_the_nearest_deadline_first() -> None:
    world = gathered("bob", "cyd")
    label = Label(classification="open", releasable_to=PARTIES)
    for number, need_by in enumerate((world.now + 9 * MINUTE, None, world.now + 2 * MINUTE)):
        ask = commands.Ask(to=("bob_desk",), text=f"question {number}", need_by=need_by, label=label)
        assert world.by("ann", "ann_chief", ask).refusal is None
        world.now += MINUTE
    world.settle()
    side = world.sides["bob"]
    found = views.inbox(side.state, side.books, "bob_desk", world.now)
    assert [entry["text"] for entry in found] == ["question 2", "question 0", "question 1"]
    assert [entry["asks"] for entry in found] == ["answer"] * 3
    due = views.deadlines(side.state, side.books, world.now + 5 * MINUTE)
    assert [(entry["name"]["en"], entry["missed"]) for entry in due] == [
        ("question 2", True),
        ("question 0", False),
    ]


def test_what_is_not_known_is_told_by_its_name() -> None:
    world = gathered("bob", "cyd")
    side = world.sides["ann"]
    desk = views.Desk(side.state, side.books, log_of(side), world.now)
    asked = [("case", "case"), ("timeline", "case"), ("item", "item"), ("inbox", "post"), ("nothing", "at")]
    for name, key in asked:
        with pytest.raises(KeyError):
            views.look(desk, name, {key: "nobody"})


def test_the_case_tells_who_may_decide_and_by_which_rule() -> None:
    world = World(us_japan())
    world.man()
    opening = commands.OpenCase(contingency="earthquake", title="great earthquake")
    world.by("jpn", "jpn_operations_watch", opening)
    side = world.sides["jpn"]
    case = views.case(side.state, side.books, first_case("jpn"), world.now)
    rules = {rule["rule"] for entry in case["decisions"]["open"] for rule in entry["authorities"]}
    assert "authorities.jpn-relief-minister" in rules
    assert all(entry["matter"]["name"]["ja"] for entry in case["decisions"]["open"])
    assert {entry["measure"] for entry in case["measures"]} >= {"relief-decision", "relief-order"}
    order = next(entry for entry in case["measures"] if entry["measure"] == "relief-order")
    assert order["deadline"] == world.now + 120 * MINUTE
    assert order["remaining"] == 120 * MINUTE
    (act,) = [entry for entry in case["measures"] if entry["measure"] == "relief-act"]
    assert not act["seen_here"], "what the partner's forces do is not seen in the own share"


def test_the_timeline_tells_four_times_and_who_asserts_each() -> None:
    world = gathered("bob", "cyd")
    label = Label(classification="open", releasable_to=PARTIES)
    happened = world.now - 30 * MINUTE
    send = commands.Send(to=("bob",), text="news", label=label, case=CASE, event_at=happened)
    assert world.by("ann", "ann_chief", send).refusal is None
    said = world.now
    world.now += 5 * MINUTE
    world.settle()
    side = world.sides["bob"]
    desk = views.Desk(side.state, side.books, log_of(side), world.now)
    (row,) = [row for row in views.look(desk, "timeline", {"case": CASE}) if row["event"] == "item.opened/1"]
    assert (row["party"], row["happened"], row["said_at"], row["received"]) == (
        "ann",
        happened,
        said,
        world.now,
    )
    mine = world.sides["ann"]
    seal = commands.Acknowledged(partner="bob", size=2, signed="note")
    world.now += MINUTE
    assert world.ask("ann", NODE, seal).refusal is None
    desk = views.Desk(mine.state, mine.books, log_of(mine), world.now)
    rows = views.look(desk, "timeline", {"case": CASE})
    released = [row["released"] for row in rows if row["released"] and row["released"]["partner"] == "bob"]
    assert [(entry["number"], entry["acknowledged"]) for entry in released] == [
        (1, world.now),
        (2, world.now),
    ]
    (own,) = [row for row in rows if row["event"] == "item.opened/1"]
    assert (own["late"], own["recorded"], own["received"]) == (True, said, None)
