"""Random nets: grown by rules that keep them sound, then mutated; and arbitrary ones.

Growing starts from one task between source and sink and replaces tasks by a sequence, a choice, a parallel
block or a loop. Mutating drops, moves or adds single arcs of every kind, which mostly breaks soundness.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from renkei.net.tables import Net, Place, Transition


def _net(places: list[str], arcs: list[tuple[list[str], list[str]]], sink: str) -> Net:
    index = {name: number for number, name in enumerate(places)}
    return Net(
        "random",
        "",
        tuple(Place(name, "plain", name, initial=int(name == places[0])) for name in places),
        tuple(
            Transition(
                f"t{number}",
                f"t{number}",
                "fires",
                "now",
                number,
                tuple(sorted((index[p], take.count(p)) for p in set(take))),
                tuple(sorted((index[p], give.count(p)) for p in set(give))),
            )
            for number, (take, give) in enumerate(arcs)
        ),
        final={index[sink]: 1},
    )


@st.composite
def grown_nets(draw: DrawFn, max_steps: int = 6) -> Net:
    """Draw a sound, safe workflow net."""
    places = ["i", "o"]
    arcs: list[tuple[list[str], list[str]]] = [(["i"], ["o"])]

    def fresh() -> str:
        places.append(f"p{len(places)}")
        return places[-1]

    for _ in range(draw(st.integers(0, max_steps))):
        at = draw(st.integers(0, len(arcs) - 1))
        take, give = arcs.pop(at)
        kind = draw(st.sampled_from(["sequence", "choice", "parallel", "loop"]))
        if kind == "sequence":
            middle = fresh()
            arcs += [(take, [middle]), ([middle], give)]
        elif kind == "choice":
            arcs += [(take, give), (list(take), list(give))]
        elif kind == "parallel":
            begun, ended = [fresh() for _ in range(2)], [fresh() for _ in range(2)]
            arcs += [(take, begun), (ended, give)]
            arcs += [([a], [b]) for a, b in zip(begun, ended, strict=True)]
        else:
            before, behind = fresh(), fresh()
            arcs += [(take, [before]), ([before], [behind]), ([behind], [before]), ([behind], give)]
    return _net(places, arcs, "o")


@st.composite
def mutated_nets(draw: DrawFn) -> Net:
    """Draw a sound net with up to four single arcs changed."""
    net = draw(grown_nets())
    last = len(net.places) - 1
    rows = list(net.transitions)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(rows) - 1))
        place = draw(st.integers(0, last))
        kind = draw(st.sampled_from(["take", "give", "inhibit", "any_of", "clear", "drop"]))
        row = rows[at]
        if kind in {"take", "give"}:
            arcs = dict(getattr(row, kind))
            arcs[place] = arcs.get(place, 0) + 1
            rows[at] = replace(row, **{kind: tuple(sorted(arcs.items()))})
        elif kind == "drop":
            side = draw(st.sampled_from(["take", "give"]))
            if len(getattr(row, side)) > 1:
                rows[at] = replace(row, **{side: getattr(row, side)[1:]})
        else:
            rows[at] = replace(row, **{kind: tuple(sorted({*getattr(row, kind), place}))})
    return replace(net, transitions=tuple(rows))


@st.composite
def arbitrary_nets(draw: DrawFn) -> Net:
    """Draw a net with any arcs, weights up to two, and any initial marking."""
    count = draw(st.integers(1, 6))
    place = st.integers(0, count - 1)
    arcs = st.dictionaries(place, st.integers(1, 2), max_size=2).map(lambda d: tuple(sorted(d.items())))
    some = st.sets(place, max_size=2).map(lambda s: tuple(sorted(s)))
    transitions = [
        Transition(
            f"t{number}",
            f"t{number}",
            "fires",
            "now",
            number,
            *draw(st.tuples(arcs, arcs)),
            *draw(st.tuples(some, some, some)),
        )
        for number in range(draw(st.integers(1, 6)))
    ]
    places = [Place(f"p{i}", "plain", f"p{i}", initial=draw(st.integers(0, 2))) for i in range(count)]
    return Net("random", "", tuple(places), tuple(transitions), final={count - 1: 1})


def nets() -> SearchStrategy[Net]:
    """Return a strategy for nets of every kind."""
    return st.one_of(grown_nets(), mutated_nets(), arbitrary_nets())


def plain(net: Net) -> dict[str, object]:
    """Return ``net`` in the words of the oracle."""
    names = [place.name for place in net.places]
    return {
        "initial": {place.name: place.initial for place in net.places},
        "transitions": {
            t.name: {
                "take": {names[p]: w for p, w in t.take},
                "give": {names[p]: w for p, w in t.give},
                "inhibit": [names[p] for p in t.inhibit],
                "any_of": [names[p] for p in t.any_of],
                "clear": [names[p] for p in t.clear],
            }
            for t in net.transitions
        },
    }
