"""What a node thinks of the case as a whole: never wrong about itself, and never what cannot be."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.process.arrangement import Arrangement
from renkei.runner.estimate import Estimator
from tests.net_strategies import plain
from tests.oracle import reachable, state_of
from tests.runner.random_models import arrangements
from tests.runner.test_laws import library, opened, walk
from tests.runner.world import World

MOST = 3_000


def held(world: World, party: str, graphs: dict[str, object]) -> None:
    """Hold what must hold of the estimates of one party."""
    side = world.sides[party]
    for case in side.state.cases.values():
        if not case.is_open or case.reserved or any(p.endswith("rejected/1") for p in kinds(world)):
            continue
        book = side.books.book(case.digest, case.option)
        sheet = book.sheet(case.process)
        try:
            found = Estimator(book, sheet).estimate(case)
        except InputError:
            continue  # a partner could not play its share, and has refused the case
        own = [
            i
            for i, place in enumerate(sheet.net.places)
            if place.party == party and place.kind != "attribute"
        ]
        assert [found.marking[i] for i in own] == [case.marking[i] for i in own]
        if case.process not in graphs:
            graphs[case.process] = reachable(plain(sheet.whole), MOST)
        if graphs[case.process] is not None and found.certain:
            tokens = {place.name: n for place, n in zip(sheet.whole.places, found.marking, strict=True)}
            assert is_possible(tokens, graphs[case.process], sheet)


def kinds(world: World) -> set[str]:
    return {record.kind for _, record in world.history}


def is_possible(tokens: dict[str, int], graph: object, sheet: object) -> bool:
    """Return whether the whole net can come there; messages that are not here yet may be on their way."""
    messages = {place.name for place in sheet.whole.places if place.kind == "message"}
    wanted = state_of({name: n for name, n in tokens.items() if name not in messages})
    return any(wanted == frozenset((n, c) for n, c in state if n not in messages) for state in graph)


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(arrangements(1), st.randoms(use_true_random=False))
def test_of_random_models(arrangement: Arrangement, random: Random) -> None:
    world = opened(arrangement, "quake")
    graphs: dict[str, object] = {}
    for _ in range(4):
        walk(world, random, 10, malice=0)
        world.settle()
        for party in world.sides:
            held(world, party, graphs)


@settings(deadline=None, max_examples=10)
@given(st.sampled_from(["", "O3"]), st.integers(0, 5), st.randoms(use_true_random=False))
def test_of_the_library(option: str, which: int, random: Random) -> None:
    arrangement = library(option)
    contingencies = list(arrangement.model.contingencies)
    world = opened(arrangement, contingencies[which % len(contingencies)])
    for _ in range(4):
        walk(world, random, 15, malice=0)
        for party in world.sides:
            held(world, party, dict.fromkeys(arrangement.collaborations))
