"""From the reachable markings of a net to verdicts: safe, sound, sound-relaxed, consent.

Layer: checker. A finding that has a path is a fact even where the search was cut short; that something
never happens is only said of a complete search.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renkei.checker.explore import Graph
from renkei.checker.report import Property, Verdict
from renkei.net.game import missing_consents
from renkei.net.marking import left_over
from renkei.net.path import Path
from renkei.net.tables import Place

STUCK, UNCLEAN, LEFT_OVER, LIVELOCK, DEAD = "RK301", "RK302", "RK303", "RK304", "RK305"
UNSAFE, UNBOUNDED, NO_CONSENT, OWED, CUT_SHORT = "RK310", "RK311", "RK320", "RK321", "RK330"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on one property of one net."""

    verdict: Verdict
    code: str = ""
    path: Path | None = None
    dead: tuple[str, ...] = ()


HOLDS = Judgement("holds")
UNKNOWN = Judgement("unknown", CUT_SHORT)


def judge(graph: Graph, name: Property, party: str = "") -> Judgement:
    """Return the verdict on property ``name`` of the net whose reachable markings are ``graph``.

    Args:
        graph: The reachable markings.
        name: The property.
        party: For ``consent``, the party whose consent is meant.
    """
    if name == "safe":
        return _safe(graph)
    if name == "consent":
        return _consent(graph, party)
    return _sound(graph, messages=name == "sound")


def _safe(graph: Graph) -> Judgement:
    firings = graph.first_unsafe()
    if firings is not None:
        path = Path(graph.net, firings)
        crowded = _crowded(path)
        return Judgement("fails", UNSAFE, Path(graph.net, firings, UNSAFE, crowded))
    return HOLDS if graph.complete else UNKNOWN


def _crowded(path: Path) -> tuple[tuple[Place, int], ...]:
    counted = zip(path.net.places, path.marking(), strict=True)
    return tuple((place, count) for place, count in counted if count > 1 and place.kind in {"flow", "plain"})


def _sound(graph: Graph, *, messages: bool) -> Judgement:
    if graph.unbounded is not None:
        path = Path(graph.net, graph.unbounded, UNBOUNDED)
        return Judgement("fails", UNBOUNDED, Path(graph.net, path.firings, UNBOUNDED, _growing(path)))
    final = graph.final(messages=messages)
    if graph.expanded == 0:
        return UNKNOWN
    stuck = _improper(graph, final)
    stuck = stuck if stuck >= 0 else graph.first_stuck(final)
    if stuck >= 0:
        return _stuck_at(graph, stuck)
    if not graph.complete:
        return UNKNOWN
    endless = np.flatnonzero(~graph.can_finish(final))
    if len(endless):
        path = Path.from_firings(graph.net, graph.path_to(int(endless[0])), LIVELOCK)
        return Judgement("fails", LIVELOCK, path)
    dead = dead_elements(graph)
    return Judgement("fails", DEAD, None, dead) if dead else HOLDS


def _growing(path: Path) -> tuple[tuple[Place, int], ...]:
    counted = zip(path.net.places, path.marking(), strict=True)
    return tuple((place, count) for place, count in counted if count > 1)


def _improper(graph: Graph, final: NDArray[np.bool_]) -> int:
    """Return the first marking of a workflow net that has reached its end with tokens left, or -1."""
    if graph.net.final is None:
        return -1
    sink = next(iter(graph.net.final))
    word, low = graph.layout.shift(sink)
    column = graph.store.words.reshape(-1, graph.layout.words)[: graph.expanded, word]
    reached = column & np.uint64(graph.layout.most << low) != 0
    improper = np.flatnonzero(reached & ~final)
    return int(improper[0]) if len(improper) else -1


def _stuck_at(graph: Graph, state: int) -> Judgement:
    kinds = {place.kind for place, _ in left_over(graph.net, graph.marking(state))}
    code = STUCK
    if graph.net.final is not None:
        sink = next(iter(graph.net.final))
        code = UNCLEAN if graph.marking(state)[sink] else STUCK
    elif kinds <= {"message"}:
        code = LEFT_OVER
    elif kinds <= {"message", "end"}:
        code = UNCLEAN
    return Judgement("fails", code, Path.from_firings(graph.net, graph.path_to(state), code))


def dead_elements(graph: Graph) -> tuple[str, ...]:
    """Return the elements none of whose transitions can ever fire, in the order of the net."""
    lively = {t.element for t, count in zip(graph.net.transitions, graph.store.fired, strict=True) if count}
    return tuple(
        dict.fromkeys(t.element for t in graph.net.transitions if t.element and t.element not in lively)
    )


def _consent(graph: Graph, party: str) -> Judgement:
    net = graph.net
    watched = {i for i, place in enumerate(net.places) if place.kind == "approval" and place.party == party}
    firings = graph.first_breach(watched)
    if firings is not None:
        before = Path(net, firings[:-1]).marking()
        missing = missing_consents(before, net.transitions[firings[-1]])
        tokens = tuple((net.places[place], 0) for place in missing if place in watched)
        return Judgement("fails", NO_CONSENT, Path(net, firings, NO_CONSENT, tokens))
    owed = _owed(graph, party)
    if owed >= 0:
        marking = graph.marking(owed)
        tokens = tuple(
            (place, 1)
            for place, count in zip(net.places, marking, strict=True)
            if place.kind == "obligation" and place.party == party and count
        )
        return Judgement("fails", OWED, Path(net, graph.path_to(owed), OWED, tokens))
    return HOLDS if graph.complete else UNKNOWN


def _owed(graph: Graph, party: str) -> int:
    """Return the first final state in which ``party`` still owes an approval, or -1."""
    owing = [
        i for i, place in enumerate(graph.net.places) if place.kind == "obligation" and place.party == party
    ]
    if not owing or graph.expanded == 0:
        return -1
    for state in np.flatnonzero(graph.final(messages=False)):
        marking = graph.marking(int(state))
        if any(marking[place] for place in owing):
            return int(state)
    return -1
