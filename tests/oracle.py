"""The token game again, on dictionaries of names: slow, obvious, and sharing no code with ``renkei.net``.

A net is ``{"initial": {place: tokens}, "transitions": {name: arcs}}`` with arcs ``{"take": {place: weight},
"give": {place: weight}, "inhibit": [place], "any_of": [place], "clear": [place]}``.
"""

from __future__ import annotations

from collections import deque
from typing import Any

Plain = dict[str, Any]
State = frozenset[tuple[str, int]]


def state_of(tokens: dict[str, int]) -> State:
    """Return a marking that can be compared, empty places left out."""
    return frozenset((place, count) for place, count in tokens.items() if count)


def may_fire(arcs: Plain, tokens: dict[str, int]) -> bool:
    """Return whether a transition with ``arcs`` may fire."""
    for place, weight in arcs["take"].items():
        if tokens.get(place, 0) < weight:
            return False
    for place in arcs["inhibit"]:
        if tokens.get(place, 0) > 0:
            return False
    wanted = arcs["any_of"]
    return not wanted or sum(tokens.get(place, 0) for place in wanted) > 0


def after(arcs: Plain, tokens: dict[str, int]) -> dict[str, int]:
    """Return the tokens after firing."""
    result = dict(tokens)
    for place, weight in arcs["take"].items():
        result[place] = result.get(place, 0) - weight
    for place in arcs["clear"]:
        result[place] = 0
    for place, weight in arcs["give"].items():
        result[place] = result.get(place, 0) + weight
    return result


def successors(net: Plain, state: State) -> dict[str, State]:
    """Return the states that each enabled transition leads to."""
    tokens = dict(state)
    return {
        name: state_of(after(arcs, tokens))
        for name, arcs in net["transitions"].items()
        if may_fire(arcs, tokens)
    }


def reachable(net: Plain, limit: int) -> dict[State, dict[str, State]] | None:
    """Return every reachable state with its successors, or None where there are more than ``limit``."""
    first = state_of(net["initial"])
    graph: dict[State, dict[str, State]] = {}
    queue, known = deque([first]), {first}
    while queue:
        state = queue.popleft()
        graph[state] = successors(net, state)
        for target in graph[state].values():
            if target not in known:
                known.add(target)
                queue.append(target)
                if len(known) > limit:
                    return None
    return graph


def can_reach(graph: dict[State, dict[str, State]], goals: set[State]) -> set[State]:
    """Return the states from which one of ``goals`` can be reached."""
    before: dict[State, set[State]] = {state: set() for state in graph}
    for state, leads in graph.items():
        for target in leads.values():
            before[target].add(state)
    found, stack = set(goals), list(goals)
    while stack:
        for state in before[stack.pop()]:
            if state not in found:
                found.add(state)
                stack.append(state)
    return found
