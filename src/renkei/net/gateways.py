"""Gateways as transitions: exclusive, parallel and inclusive.

Layer: net. An event-based gateway has no transitions of its own, see ``Compilation.inputs``. An inclusive
join waits until no token can still reach an incoming flow that is empty, unless that token could as well
reach one that is marked (BPMN 2.0.2, section 13.4.3). Whether it can is read off the drawing once, so the
join is plain transitions with inhibitor arcs, one for each set of marked flows.
"""

from __future__ import annotations

from itertools import chain, combinations

from renkei.facts import Fact
from renkei.net.draft import Part, check_alternatives
from renkei.net.knowledge import Choice, choices
from renkei.net.scope import Compilation, Scope
from renkei.process.graph import Node

MAX_INCLUSIVE_FLOWS = 8
"""Most incoming or outgoing flows of an inclusive gateway: their subsets are unfolded."""


def compile_gateway(work: Compilation, node: Node, scope: Scope) -> None:
    """Add the transitions of a gateway."""
    if node.type == "exclusive":
        _exclusive(work, node, scope)
    elif node.type == "parallel":
        step = "forks" if len(node.outgoing) > 1 else "joins"
        part = Part(take=tuple(work.inputs(node, scope))) + work.outputs(node, scope)
        work.draft.group(work.occasion(node, scope, step), [part])
    elif node.type == "inclusive":
        _inclusive(work, node, scope)


def departures(work: Compilation, node: Node, scope: Scope) -> list[Part]:
    """Return the alternatives of leaving ``node`` on exactly one outgoing flow."""
    if len(node.outgoing) < 2:
        return [work.outputs(node, scope)]
    parts: list[Part] = []
    for choice in _choices(work, node, scope):
        parts.extend(
            choice.reading + Part(give=(work.flow(flow, scope),), flows=(flow,))
            for flow in _exclusive_flows(choice)
        )
    return parts


def inclusive_departures(work: Compilation, node: Node, scope: Scope) -> list[Part]:
    """Return the alternatives of leaving ``node`` on one or more outgoing flows."""
    if len(node.outgoing) < 2:
        return [work.outputs(node, scope)]
    parts = []
    for choice in _choices(work, node, scope):
        for flows in _inclusive_flows(choice):
            give = tuple(work.flow(flow, scope) for flow in flows)
            parts.append(choice.reading + Part(give=give, flows=flows))
    return parts


def _choices(work: Compilation, node: Node, scope: Scope) -> list[Choice]:
    whens = work.whens(node.outgoing)
    return choices(work.knowledge, scope.party, node.outgoing, whens, node.default)


def _exclusive_flows(choice: Choice) -> tuple[str, ...]:
    """Return the flows of which one is taken: the default stands beside the others if nothing is known."""
    if choice.default and (not choice.must or not choice.guarded):
        return (*choice.must, choice.default)
    return choice.must


def _inclusive_flows(choice: Choice) -> list[tuple[str, ...]]:
    """Return the sets of flows that may be taken: what must be, or any where nothing is known."""
    default: list[tuple[str, ...]] = [(choice.default,)] if choice.default else []
    if choice.guarded:
        return [choice.must] if choice.must else default
    sizes = range(1, len(choice.must) + 1)
    return list(chain.from_iterable(combinations(choice.must, size) for size in sizes)) + default


def _exclusive(work: Compilation, node: Node, scope: Scope) -> None:
    step = "chooses" if len(node.outgoing) > 1 else "merges"
    leaving = departures(work, node, scope)
    for place in work.inputs(node, scope):
        parts = [Part(take=(place,)) + part for part in leaving]
        work.draft.group(work.occasion(node, scope, step), parts)


def _inclusive(work: Compilation, node: Node, scope: Scope) -> None:
    if max(len(node.incoming), len(node.outgoing)) > MAX_INCLUSIVE_FLOWS:
        fact = Fact("RK251.flows", gateway=node.id, most=MAX_INCLUSIVE_FLOWS)
        work.refuse(fact, node, "Split it into several gateways.")
        return
    step = "forks" if len(node.outgoing) > 1 else "joins"
    leaving = inclusive_departures(work, node, scope)
    places = work.inputs(node, scope)
    check_alternatives((2 ** len(places) - 1) * len(leaving))
    upstream = {place: _upstream(work, place, node.id) for place in places}
    parts: list[Part] = []
    for size in range(1, len(places) + 1):
        for marked in combinations(places, size):
            waiting = _blocking(places, marked, upstream)
            parts.extend(Part(take=marked, inhibit=waiting) + part for part in leaving)
    work.draft.group(work.occasion(node, scope, step), parts)


def _blocking(
    places: list[int], marked: tuple[int, ...], upstream: dict[int, frozenset[int]]
) -> tuple[int, ...]:
    """Return the places that must be empty for the join to go on with the tokens of ``marked``."""
    empty = [place for place in places if place not in marked]
    still = frozenset().union(*(upstream[place] for place in empty)) if empty else frozenset()
    harmless = frozenset().union(*(upstream[place] for place in marked))
    return (*empty, *sorted(still - harmless - frozenset(marked)))


def _upstream(work: Compilation, place: int, gateway: str) -> frozenset[int]:
    """Return the places from which a token may come to ``place`` without passing the gateway."""
    found, stack = {place}, [place]
    while stack:
        for element, sources in work.moves.get(stack.pop(), ()):
            if element != gateway:
                stack.extend(source for source in sources if source not in found)
                found.update(sources)
    return frozenset(found)
