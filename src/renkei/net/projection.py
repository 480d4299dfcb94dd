"""One party's share of a net: what its node can play alone, knowing only what has reached it.

Layer: net. The share has the places and the numbering of the whole net, so that markings can be compared and
joined. It holds the party's own transitions, without the arcs to places that another party holds: giving to a
message place of another party is *sending*, which the node does through its link, and a message that arrives
puts the token there on the other side. A shared start or end of a conference becomes one transition for each
side, which fires when all sides have asserted it. Consents of other parties stay readable: a node marks them
when their owner has told it.

Law (tests/runner): if every party plays its share, and messages arrive at most as often as they were sent,
then what all of them did, in an order that respects sending before receiving, is a path of the whole net.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from renkei.errors import InputError, Problem
from renkei.facts import Fact, problem_of
from renkei.net.tables import Net, Place, Transition
from renkei.process.graph import Collaboration

OWN_KINDS = frozenset({"flow", "active", "end", "ready", "attribute", "obligation"})
"""Kinds of places that only the party they belong to reads or marks."""


@dataclass(frozen=True)
class Share:
    """What one party plays of a net."""

    party: str
    net: Net
    sends: tuple[tuple[int, ...], ...]
    """For each transition of ``net``: message places of other parties that firing it sends to."""
    joint: frozenset[int]
    """Transitions that are the own side of a conference."""
    needed_by: Mapping[str, tuple[int, ...]]
    """Other party -> places of the own consents that its acts read."""


def share_of(net: Net, graph: Collaboration, party: str, owners: Mapping[str, str]) -> Share:
    """Return what ``party`` plays of ``net``.

    Args:
        net: The whole net, compiled from ``graph``.
        graph: The collaboration.
        party: The party.
        owners: Attribute -> the party that decides it.

    Raises:
        InputError: An element reads or changes what only another party can know (RK500).
    """
    cutter = _Cutter(net, graph, party, owners)
    cutter.cut()
    if cutter.problems:
        raise InputError(cutter.problems)
    initial, opening = cutter.opening()
    places = tuple(replace(place, initial=initial.get(i, 0)) for i, place in enumerate(net.places))
    kept = [*opening, *cutter.kept]
    local = Net(
        net.id, net.name, places, tuple(t for t, _ in kept), net.final, net.file, net.lines, net.names
    )
    joint = frozenset(i for i, (t, _) in enumerate(kept) if t.members)
    return Share(party, local, tuple(sent for _, sent in kept), joint, _needed_by(net, party))


def _needed_by(net: Net, party: str) -> dict[str, tuple[int, ...]]:
    found: dict[str, dict[int, None]] = {}
    for transition in net.transitions:
        for reader in transition.party.split("+"):
            if reader == party:
                continue
            read = [*transition.needs, *(p for p, _ in transition.take), *transition.inhibit]
            for place in read:
                if net.places[place].kind == "approval" and net.places[place].party == party:
                    found.setdefault(reader, {})[place] = None
    return {reader: tuple(places) for reader, places in found.items()}


@dataclass
class _Cutter:
    net: Net
    graph: Collaboration
    party: str
    owners: Mapping[str, str]

    def __post_init__(self) -> None:
        self.kept: list[tuple[Transition, tuple[int, ...]]] = []
        self.problems: list[Problem] = []
        self._told: set[str] = set()

    def cut(self) -> None:
        seen: set[tuple[object, ...]] = set()
        names: set[str] = set()
        for transition in self.net.transitions:
            if self.party not in transition.party.split("+") or transition.step == "opens":
                continue
            self._refuse_foreign(transition)
            local, sent = self._restricted(transition)
            key = (
                local.group,
                local.take,
                local.give,
                local.inhibit,
                local.any_of,
                local.clear,
                local.outcome,
                sent,
            )
            if transition.members and key in seen:
                continue
            seen.add(key)
            while local.name in names:
                local = replace(local, name=f"{local.name}'")
            names.add(local.name)
            self.kept.append((local, sent))

    def _restricted(self, transition: Transition) -> tuple[Transition, tuple[int, ...]]:
        shared = bool(transition.members)
        outcome = tuple(
            (attribute, value)
            for attribute, value in transition.outcome
            if not shared or not attribute or self.owners.get(attribute) == self.party
        )
        local = replace(
            transition,
            party=self.party,
            take=tuple(arc for arc in transition.take if self._holds(arc[0])),
            give=tuple(arc for arc in transition.give if self._holds(arc[0])),
            inhibit=tuple(p for p in transition.inhibit if self._holds(p)),
            any_of=tuple(p for p in transition.any_of if self._holds(p)),
            clear=tuple(p for p in transition.clear if self._holds(p)),
            needs=tuple(p for p in transition.needs),
            outcome=outcome,
        )
        sent = tuple(place for place, _ in transition.give if self._is_sent(place))
        return (replace(local, name=_own_name(transition, outcome)) if shared else local), sent

    def _holds(self, index: int) -> bool:
        place = self.net.places[index]
        return place.party == self.party or place.kind == "approval"

    def _is_sent(self, index: int) -> bool:
        place = self.net.places[index]
        return place.kind == "message" and place.party != self.party and self._sender(place) == self.party

    def _sender(self, place: Place) -> str:
        flow = self.graph.messages[place.element]
        if not flow.source:
            return ""
        pool = self.graph.process_of(flow.source).id
        return next((p.party for p in self.net.places if p.process == pool and p.party), "")

    def _refuse_foreign(self, transition: Transition) -> None:
        """Refuse an own transition that reads or changes what another party holds."""
        if transition.members:
            return
        touched = [
            *(p for p, _ in transition.take),
            *transition.inhibit,
            *transition.any_of,
            *transition.clear,
        ]
        given = [p for p, _ in transition.give if self.net.places[p].kind != "message"]
        for index in (*touched, *given):
            place = self.net.places[index]
            if place.party != self.party and place.kind in OWN_KINDS | {"message"}:
                self._problem(transition, place)

    def _problem(self, transition: Transition, place: Place) -> None:
        if transition.element in self._told:
            return
        self._told.add(transition.element)
        fact = Fact(
            "RK500.foreign",
            element=transition.element,
            party=self.party,
            place=place.kind,
            name=place.name.partition(":")[2],
            who=place.party,
        )
        hint = "What crosses between parties must be a message or a conference."
        line = self.net.lines.get(transition.element, 0)
        self.problems.append(problem_of(fact, hint, self.net.file, line))

    def opening(self) -> tuple[dict[int, int], list[tuple[Transition, tuple[int, ...]]]]:
        """Return the own initial marking, and the transitions that fix the own attributes, in any order.

        The whole net fixes attributes one after the other, which loses nothing, since nothing else happens
        meanwhile. Here people do it when they can, and no own process starts before it is done.
        """
        stages = self._stages()
        own = {stage: choices for stage, choices in stages if choices[0].party == self.party}
        initial = {
            i: 1
            for i, place in enumerate(self.net.places)
            if place.initial and place.kind == "attribute" and place.party == self.party
        }
        ready = [p for p in self._ready(stages) if self.net.places[p].party == self.party]
        initial.update(dict.fromkeys([*own, *ready], 1))
        self.kept = [(_after(transition, ready, tuple(own)), sent) for transition, sent in self.kept]
        fixing: list[tuple[Transition, tuple[int, ...]]] = [
            (replace(choice, give=tuple(self._value(choice))), ())
            for choices in own.values()
            for choice in choices
        ]
        return initial, fixing

    def _value(self, choice: Transition) -> Iterable[tuple[int, int]]:
        return [arc for arc in choice.give if self.net.places[arc[0]].kind == "attribute"]

    def _stages(self) -> list[tuple[int, list[Transition]]]:
        found: dict[int, list[Transition]] = {}
        for transition in self.net.transitions:
            if transition.step == "opens":
                found.setdefault(transition.take[0][0], []).append(transition)
        return list(found.items())

    def _ready(self, stages: list[tuple[int, list[Transition]]]) -> list[int]:
        if stages:
            given = stages[-1][1][0].give
            return [place for place, _ in given if self.net.places[place].kind != "attribute"]
        return [i for i, place in enumerate(self.net.places) if place.initial and place.kind != "attribute"]


def _after(transition: Transition, ready: list[int], stages: tuple[int, ...]) -> Transition:
    """Let what starts a process wait until the own attributes are fixed."""
    if not any(place in ready for place, _ in transition.take):
        return transition
    return replace(transition, inhibit=tuple(sorted({*transition.inhibit, *stages})))


def _own_name(transition: Transition, outcome: tuple[tuple[str, str], ...]) -> str:
    decided = ",".join(f"{attribute}={value}" for attribute, value in outcome if attribute)
    return f"{transition.element}.{transition.step}" + (f"[{decided}]" if decided else "")
