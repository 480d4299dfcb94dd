"""Law 1: kernel = plain game = an oracle that shares no code with either."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from renkei.checker.explore import Graph, explore_net
from renkei.checker.judge import judge
from renkei.net.game import enabled, fire
from renkei.net.kernels import EDGES, STATES
from renkei.net.marking import Layout
from renkei.net.tables import Net
from tests import oracle
from tests.net_strategies import grown_nets, mutated_nets, nets, plain

LIMIT = 3000
many = settings(
    max_examples=1500,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


def _named(net: Net, marking: tuple[int, ...]) -> oracle.State:
    return oracle.state_of(dict(zip((p.name for p in net.places), marking, strict=True)))


def _edges(graph: Graph, state: int) -> list[int]:
    offset = graph.store.offset
    return [int(target) for target in graph.store.edges[offset[state] : offset[state + 1]]]


@many
@given(nets())
def test_kernel_game_and_oracle_reach_the_same_markings_by_the_same_firings(net: Net) -> None:
    described = plain(net)
    expected = oracle.reachable(described, LIMIT)
    assume(expected is not None)
    assert expected is not None
    graph = explore_net(net, max_states=LIMIT + 10)
    assert graph.complete
    markings = [graph.marking(state) for state in range(graph.states)]
    named = [_named(net, marking) for marking in markings]
    assert set(named) == set(expected)
    assert len(set(named)) == graph.states == int(graph.store.counters[STATES])
    assert graph.edges == sum(map(len, expected.values())) == int(graph.store.counters[EDGES])
    for state, marking in enumerate(markings):
        fired = [fire(marking, net.transitions[t]) for t in enabled(net, marking)]
        assert [_named(net, after) for after in fired] == [named[t] for t in _edges(graph, state)]
        assert {net.transitions[t].name for t in enabled(net, marking)} == set(expected[named[state]])


@many
@given(st.one_of(grown_nets(), mutated_nets()))
def test_soundness_agrees_with_the_oracle(net: Net) -> None:
    expected = oracle.reachable(plain(net), LIMIT)
    assume(expected is not None)
    assert expected is not None
    graph = explore_net(net, max_states=LIMIT + 10)
    final = oracle.state_of({"o": 1})
    everywhere = oracle.can_reach(expected, {final} & set(expected)) == set(expected)
    proper = all(state == final for state in expected if dict(state).get("o"))
    fired = {name for leads in expected.values() for name in leads}
    alive = fired == {t.name for t in net.transitions}
    verdict = judge(graph, "sound")
    assert (verdict.verdict == "holds") == (everywhere and proper and alive)
    safe = all(count < 2 for state in expected for _, count in state)
    assert (judge(graph, "safe").verdict == "holds") == safe


@many
@given(grown_nets())
def test_nets_grown_by_sound_rules_are_sound_and_safe(net: Net) -> None:
    graph = explore_net(net)
    assert [judge(graph, name).verdict for name in ("safe", "sound", "sound-relaxed")] == ["holds"] * 3


@many
@given(mutated_nets())
def test_a_counter_example_replays_and_shows_what_it_says(net: Net) -> None:
    graph = explore_net(net, max_states=LIMIT)
    for name in ("safe", "sound"):
        judgement = judge(graph, name)  # type: ignore[arg-type]
        if judgement.path is None:
            continue
        marking = judgement.path.marking()
        if name == "safe":
            assert max(marking) > 1
        elif judgement.code == "RK301":
            assert not list(enabled(net, marking))
            assert marking[1] == 0
        elif judgement.code == "RK302":
            assert marking[1] > 0
            assert sum(marking) > 1
        elif judgement.code == "RK304":
            later = explore_net(_from(net, marking), max_states=LIMIT * 2)
            assert not later.complete or not later.final(messages=True).any()


def _from(net: Net, marking: tuple[int, ...]) -> Net:
    places = tuple(
        type(place)(place.name, place.kind, place.element, initial=count)
        for place, count in zip(net.places, marking, strict=True)
    )
    return Net(net.id, net.name, places, net.transitions, final=net.final)


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 70), st.integers(2, 9), st.data())
def test_packing_loses_nothing(places: int, bits: int, data: st.DataObject) -> None:
    layout = Layout(places, bits)
    most = st.integers(0, layout.most)
    tokens = data.draw(st.lists(most, min_size=places, max_size=places))
    words = layout.pack(enumerate(tokens))
    assert layout.unpack(words) == tuple(tokens)
    assert not np.any(words & layout.guards())


def test_a_net_that_grows_without_end_is_recognised() -> None:
    net = _growing()
    graph = explore_net(net)
    assert graph.unbounded is not None
    verdict = judge(graph, "sound")
    assert (verdict.verdict, verdict.code) == ("fails", "RK311")


def _growing() -> Net:
    from renkei.net.tables import Place, Transition

    places = (Place("i", "plain", "i", initial=1), Place("p", "plain", "p"), Place("o", "plain", "o"))
    loop = Transition("loop", "loop", "fires", "now", 0, ((0, 1),), ((0, 1), (1, 1)))
    leave = Transition("leave", "leave", "fires", "now", 1, ((0, 1),), ((2, 1),))
    return Net("growing", "", places, (loop, leave), final={2: 1})
