"""A snapshot is the state again, or is not used: whatever the bytes."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.process.arrangement import Arrangement
from renkei.runner import commands
from renkei.runner.events import decode
from renkei.runner.evolve import replay
from renkei.runner.snapshot import freeze, thaw
from renkei.runner.state import Case, Held, Item, Partner, State, index_of
from tests.runner.random_models import arrangements
from tests.runner.test_laws import library, opened, walk
from tests.runner.world import World


def holds(world: World, random: Random) -> None:
    """Hold that the state goes through bytes, at the end and on the way there, and that the rest follows."""
    for side in world.sides.values():
        again = thaw(freeze(side.state))
        assert again == side.state
        # What comes next depends on the order in which transitions are looked at; equality does not see it.
        for name, case in side.state.cases.items():
            assert list(again.cases[name].enabled.items()) == list(case.enabled.items())
            assert type(again.cases[name].withdrawn) is frozenset
        records = [decode(body) for body in side.log]
        place = random.randint(0, len(records))
        before = replay(records[:place], side.books)
        thawed = thaw(freeze(before))
        assert thawed == before
        assert replay(records[place:], side.books, thawed) == side.state


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(arrangements(), st.randoms(use_true_random=False))
def test_the_states_of_random_models(arrangement: Arrangement, random: Random) -> None:
    world = opened(arrangement, "quake")
    walk(world, random, 40)
    holds(world, random)


@pytest.mark.parametrize("seed", range(4))
def test_the_states_of_the_library(seed: int) -> None:
    random = Random(seed)
    world = opened(library(""), ["earthquake", "crisis", "access-request"][seed % 3])
    party, post = "jpn", "jpn_operations_watch"
    world.by(party, post, commands.Send(to=("jpn_mod_policy",), text="言葉", id="once"))
    walk(world, random, 60)
    holds(world, random)


def test_an_empty_state() -> None:
    assert thaw(freeze(State())) == State()


def test_every_field_of_every_value_is_in_it() -> None:
    """A field that is added to a value and not to the snapshot would be forgotten on the next start."""
    case = Case(
        "c", "p", "t", "d", "o", "x", "ann", ("bob",), True, 3, (1, 0), {1: 5},
        ((0, 4),), {}, {"a": ("b",)}, {"m": ()}, frozenset({"r"}), frozenset({1}), frozenset({"n"}),
        frozenset({0}), 9, True,
    )  # fmt: skip
    item = Item(
        "i", "k", "t", "c", "p", ("to",), "l", 1, "ann", "post", "Mori", 2, {"a": [1, {"b": None}]}, (), 3
    )
    held = Held("h", "bob", {"a": 1}, "c", "open", ("bob",), "cat", "wire", "post", "Mori", 4)
    partner = Partner(1, 2, 3, 4, 5, "s", "c", "f", ("i",))
    empty = State()
    state = State(
        party="ann", log="log", seq=7, at=8, digest="d", option="o", exercise=True, made=9,
        seats=empty.seats.insert("post", ("Mori",)),
        cases=empty.cases.insert("c", case),
        items=empty.items.insert("i", item),
        held=empty.held.insert("h", held),
        partners=empty.partners.insert("bob", partner),
        commands=empty.commands.insert("id", (1, 2)),
        deferred=empty.deferred.insert("c", (("bob", "{}"),)),
        index=index_of([case], [item]),
    )  # fmt: skip
    for value in (case, item, held, partner, state):
        for name in value.__struct_fields__:
            default = dict(
                zip(reversed(value.__struct_fields__), reversed(value.__struct_defaults__), strict=False)
            )
            if name not in {"changes", "claims"}:
                assert getattr(value, name) != default.get(name), f"{name} is not told apart from nothing"
    assert thaw(freeze(state)) == state


BODY = freeze(State(party="ann", log="log", seq=3))


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_damaged_bytes_are_a_state_or_nothing(data: st.DataObject) -> None:
    body = bytearray(BODY)
    place = data.draw(st.integers(0, len(body) - 1))
    match data.draw(st.sampled_from(["cut", "change", "insert"])):
        case "cut":
            del body[place:]
        case "change":
            body[place] ^= data.draw(st.integers(1, 255))
        case "insert":
            body[place:place] = data.draw(st.binary(min_size=1, max_size=5))
    found = thaw(bytes(body))
    assert found is None or isinstance(found, State)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=100))
def test_any_bytes_are_a_state_or_nothing(body: bytes) -> None:
    found = thaw(body)
    assert found is None or isinstance(found, State)


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"party": 1},
        {"party": "ann", "log": "l", "seq": "3"},
        [],
        None,
        {
            "party": "ann",
            "log": "l",
            "seq": 3,
            "at": 0,
            "digest": "",
            "option": "",
            "made": 0,
            "cases": {"c": {}},
        },
    ],
)
def test_what_is_no_state_is_nothing(plain: object) -> None:
    assert thaw(msgspec.msgpack.encode(plain)) is None


def test_deep_nesting_is_nothing() -> None:
    assert thaw(b"\x91" * 100_000) is None
    deep = b"\x81\xa4held" + b"\x81\xa1a" * 100_000
    assert thaw(deep) is None
