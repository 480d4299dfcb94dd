"""What the index and the inbox find is what going through the whole state finds."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.net.game import enabled
from renkei.process.arrangement import Arrangement
from renkei.runner import commands
from renkei.runner.addressing import own_addressees
from renkei.runner.authority import deputies_of
from renkei.runner.conferences import seats_of
from renkei.runner.evolve import sheet_of
from renkei.runner.lifecycle import offers_for
from renkei.runner.state import Item, State, index_of
from renkei.runner.views import inbox
from renkei.runner.views.inbox import _asked, _may_wait
from renkei.runner.views.naming import View, book_of
from renkei.runner.views.work import asked_as, role_in, work_in
from renkei.runner.views.writing import concerned
from tests.runner.random_models import arrangements
from tests.runner.test_laws import library, opened, walk
from tests.runner.world import Side, World


def holds(world: World) -> None:
    """Hold what is found quickly against what is found by going through everything."""
    for side in world.sides.values():
        index_holds(side.state)
        enabled_holds(side)
        for post in side.books.book(side.state.digest, side.state.option).posts:
            work = [entry for entry in inbox(side.state, side.books, post, world.now) if "title" in entry]
            assert sorted(work, key=_key) == sorted(slow_work(world, side, post), key=_key)
            asked = [entry for entry in inbox(side.state, side.books, post, world.now) if "asks" in entry]
            assert {entry["id"]: entry["asks"] for entry in asked} == slow_asked(world, side, post)
        for item in side.state.items.values():
            assert concerned(side.state, side.books, item) == slow_concerned(world, side, item)


def _key(entry: View) -> str:
    return f"{entry['kind']} {entry['id']}"


def index_holds(state: State) -> None:
    cases, items = list(state.cases.values()), list(state.items.values())
    assert state.index == index_of(cases, items) == index_of(reversed(cases), reversed(items))
    assert {case.id for case in state.running_cases()} == {case.id for case in cases if case.is_open}
    assert {item.id for item in state.open_items()} == {item.id for item in items if item.is_open}
    for case in cases:
        about = sorted(item.id for item in items if item.case == case.id)
        assert [item.id for item in state.items_about(case.id)] == about
    for item in items:
        below = [other for other in items if other.parent == item.id]
        assert [other.id for other in state.items_below(item.id)] == sorted(other.id for other in below)
        offers = {other.id for other in below if other.kind == "offer"}
        assert {offer.id for offer in offers_for(state, item.id)} == offers


def enabled_holds(side: Side) -> None:
    for case in side.state.cases.values():
        assert list(case.enabled) == list(enabled(sheet_of(case, side.books).net, case.marking))


def slow_work(world: World, side: Side, post: str) -> list[View]:
    state, books, now = side.state, side.books, world.now
    entries = [entry for case in state.cases.values() for entry in work_in(state, books, case, now)]
    roles = [role_in(state, books, entry, post, now) for entry in entries]
    return [{**entry, "as": role} for entry, role in zip(entries, roles, strict=True) if role]


def slow_asked(world: World, side: Side, post: str) -> dict[str, str]:
    state, books, now = side.state, side.books, world.now
    asked = {
        item.id: _asked(state, books, item, post, now)
        for item in state.items.values()
        if item.is_open and _may_wait(state, item) and post in slow_concerned(world, side, item)
    }
    return {name: asks for name, asks in asked.items() if asks}


def slow_concerned(world: World, side: Side, item: Item) -> list[str]:
    book = book_of(side.state, side.books, item.case)
    work = asked_as(side.state, side.books, "", world.now)
    need = side.state.items.get(item.parent)
    near = [item.post, *own_addressees(work, item), *([need.post] if need else [])]
    if item.kind == "conference":
        near += seats_of(work, item)
    posts = [post for post in dict.fromkeys(near) if book.party_of(post) == side.state.party]
    stand_ins = [deputy for post in posts for deputy in deputies_of(book.model, post)]
    return list(dict.fromkeys((*posts, *stand_ins))) or list(book.posts)


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(arrangements(), st.randoms(use_true_random=False))
def test_in_random_models(arrangement: Arrangement, random: Random) -> None:
    world = opened(arrangement, "quake")
    for _ in range(4):
        walk(world, random, 10)
        holds(world)


@pytest.mark.parametrize("seed", range(3))
def test_in_the_library(seed: int) -> None:
    random = Random(seed)
    world = opened(library(""), ["earthquake", "crisis", "access-request"][seed])
    world.by("jpn", "jpn_operations_watch", commands.Send(to=("jpn_mod_policy",), text="言葉", id="once"))
    for _ in range(3):
        walk(world, random, 30)
        holds(world)
