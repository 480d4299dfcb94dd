"""From a PNML net to a net: a workflow net with one source, one sink and its own initial marking if given.

Layer: net.
"""

from __future__ import annotations

from collections import Counter

from renkei.errors import InputError, Problem
from renkei.facts import Fact, problem_of
from renkei.net.tables import Net, Place, Transition
from renkei.process.graph import PetriNet, PetriPlace, PetriTransition

Arcs = dict[str, Counter[int]]
"""Transition -> place -> weight."""


def compile_petri(petri: PetriNet) -> Net:
    """Return the net of a PNML file, as a workflow net.

    Raises:
        InputError: It is no workflow net: not exactly one sink, or, without an initial marking of its own,
            not exactly one source; or a transition has no input.
    """
    index = {place: number for number, place in enumerate(petri.places)}
    sources, sinks = _ends(petri)
    marked = any(place.initial for place in petri.places.values())
    problems = _problems(petri, sources, sinks, marked=marked)
    if problems:
        raise InputError(problems)
    start = {} if marked else {sources[0]: 1}
    places = tuple(
        Place(place.id, "plain", place.id, process=petri.id, initial=start.get(place.id, place.initial))
        for place in petri.places.values()
    )
    take, give = _arcs(petri, index)
    transitions = tuple(
        Transition(
            name=transition.id,
            element=transition.id,
            step="fires",
            timing="now",
            group=number,
            take=tuple(sorted(take[transition.id].items())),
            give=tuple(sorted(give[transition.id].items())),
            process=petri.id,
        )
        for number, transition in enumerate(petri.transitions.values())
    )
    elements: list[PetriPlace | PetriTransition] = [*petri.places.values(), *petri.transitions.values()]
    return Net(
        id=petri.id,
        name=petri.name or petri.id,
        places=places,
        transitions=transitions,
        final={index[sinks[0]]: 1},
        file=petri.file,
        lines={element.id: element.line for element in elements},
        names={element.id: element.name for element in elements if element.name},
    )


def _ends(petri: PetriNet) -> tuple[list[str], list[str]]:
    targets = {arc.target for arc in petri.arcs}
    origins = {arc.source for arc in petri.arcs}
    return (
        [place for place in petri.places if place not in targets],
        [place for place in petri.places if place not in origins],
    )


def _arcs(petri: PetriNet, index: dict[str, int]) -> tuple[Arcs, Arcs]:
    """Return what each transition takes and gives; several arcs between the same two add up."""
    take: Arcs = {transition: Counter() for transition in petri.transitions}
    give: Arcs = {transition: Counter() for transition in petri.transitions}
    for arc in petri.arcs:
        if arc.target in take:
            take[arc.target][index[arc.source]] += arc.weight
        else:
            give[arc.source][index[arc.target]] += arc.weight
    return take, give


def _problems(petri: PetriNet, sources: list[str], sinks: list[str], *, marked: bool) -> list[Problem]:
    fed = {arc.target for arc in petri.arcs}
    found = []
    if len(sinks) != 1:
        found.append(_no_workflow_net(petri, "sink", sinks))
    if not marked and len(sources) != 1:
        found.append(_no_workflow_net(petri, "source", sources))
    for transition in petri.transitions.values():
        if transition.id not in fed:
            fact = Fact("RK256.input", id=transition.id)
            found.append(problem_of(fact, "Give it an input place.", petri.file, transition.line))
    return found


def _no_workflow_net(petri: PetriNet, end: str, places: list[str]) -> Problem:
    names = [*places[:5], "..."] if len(places) > 5 else places
    fact = Fact("RK255.sink", id=petri.id, count=len(places), names=names)
    if end == "source":
        fact = Fact("RK255.source", id=petri.id, count=len(places), names=names)
    arcs = "incoming" if end == "source" else "outgoing"
    return problem_of(fact, f"A {end} is a place without {arcs} arcs; join them into one.", petri.file)
