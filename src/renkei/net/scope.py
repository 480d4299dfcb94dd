"""Where a transition stands while a collaboration is compiled: scopes, and what is known of the file.

Layer: net. A scope is a process or one occurrence of a sub-process. Occurrences of one drawing (called
twice, or several instances) are told apart by a suffix of the place names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from renkei.errors import Problem
from renkei.facts import Fact, problem_of
from renkei.model.schema import EventBinding, ProcessBinding, TaskBinding
from renkei.net.draft import Draft, Occasion, Part
from renkei.net.knowledge import Knowledge
from renkei.net.tables import Timing
from renkei.process.graph import Collaboration, MessageFlow, Node, Process

Kept = TypeVar("Kept")


@dataclass
class Scope:
    """A process or one occurrence of a sub-process."""

    id: str
    """Id of the process or sub-process that is drawn."""
    process: str
    """Id of the top-level process."""
    party: str
    suffix: str = ""
    parent: Scope | None = None
    node: Node | None = None
    """The activity that it is, None for a top-level process."""
    active: int | None = None
    """Place that is marked while a sub-process is under way."""
    inner: dict[int, None] = field(default_factory=dict)
    """Places of tokens inside, those of scopes within included, ends excluded; in the order found."""
    ends: dict[int, None] = field(default_factory=dict)
    """Places of ends inside, those of scopes within included."""

    def hold(self, place: int) -> int:
        """Count ``place`` among the inner places of this scope and of those around it."""
        if place not in self.inner:
            self.inner[place] = None
            if self.parent is not None:
                self.parent.hold(place)
        return place

    def hold_end(self, place: int) -> int:
        """Count ``place`` among the ends of this scope; those around it see an end of a scope inside."""
        if place not in self.ends:
            self.ends[place] = None
            if self.parent is not None:
                self.parent.hold_end(place)
        return place

    def emptied(self) -> Part:
        """Return the arcs that take every token out of this scope."""
        return Part(clear=(*self.inner, *self.ends))


@dataclass
class Compilation:
    """All that the compiling functions share: the drawing, what is bound to it, and the draft."""

    graph: Collaboration
    binding: ProcessBinding | None
    draft: Draft
    knowledge: Knowledge
    problems: list[Problem] = field(default_factory=list)
    scopes: dict[str, Scope] = field(default_factory=dict)
    """Scopes by id and suffix; they outlive the first of the two passes."""
    handled: set[str] = field(default_factory=set)
    """Boundary events and event sub-processes that something inside the drawing raises."""
    ready: list[int] = field(default_factory=list)
    """Places that are marked when the case has been opened."""
    moves: dict[int, list[tuple[str, tuple[int, ...]]]] = field(default_factory=dict)
    """Of the first pass: place -> the elements that give to it and the places they take from."""

    def __post_init__(self) -> None:
        """Index the drawing by what is asked for often."""
        nodes, messages = self.graph.nodes.values(), self.graph.messages.values()
        self._attached = _by((node.attached_to, node) for node in nodes if node.attached_to)
        self._children = _by((node.scope, node) for node in nodes)
        self._arriving = _by((flow.target, flow) for flow in messages)
        self._leaving = _by((flow.source, flow) for flow in messages)

    def scope(self, made: Scope) -> Scope:
        """Return the scope of that id and suffix: the one of the first pass where there is one."""
        return self.scopes.setdefault(f"{made.id}{made.suffix}", made)

    def task(self, node: str) -> TaskBinding:
        """Return what is bound to a task, or an empty binding."""
        return (self.binding.tasks.get(node) if self.binding else None) or TaskBinding()

    def event(self, node: str) -> EventBinding:
        """Return what is bound to an event, or an empty binding."""
        return (self.binding.events.get(node) if self.binding else None) or EventBinding()

    def whens(self, flows: tuple[str, ...]) -> dict[str, str | None]:
        """Return the guards bound to ``flows``."""
        bound = self.binding.flows if self.binding else {}
        return {flow: bound[flow].when for flow in flows if flow in bound}

    def refuse(self, fact: Fact, node: Node, hint: str) -> None:
        """Note that ``node`` cannot be given a meaning; raised with all others at the end."""
        self.problems.append(problem_of(fact, hint, self.graph.file, node.line))

    def party(self, process: Process) -> str:
        """Return the party that the pool of ``process`` is bound to; '' where there is none."""
        return self.binding.pools.get(process.pool, "") if self.binding else ""

    def flow(self, flow: str, scope: Scope) -> int:
        """Return the place of a sequence flow in ``scope``."""
        return scope.hold(
            self.draft.place("flow", flow + scope.suffix, flow, party=scope.party, process=scope.process)
        )

    def state(self, node: Node, scope: Scope, aspect: str = "") -> int:
        """Return the place that is marked while ``node`` is under way (or in one aspect of it)."""
        key = f"{node.id}{scope.suffix}{'.' + aspect if aspect else ''}"
        return scope.hold(self.draft.place("active", key, node.id, party=scope.party, process=scope.process))

    def end(self, node: Node, scope: Scope) -> int:
        """Return the place that collects the tokens that reached the end ``node``."""
        return scope.hold_end(
            self.draft.place("end", node.id + scope.suffix, node.id, party=scope.party, process=scope.process)
        )

    def boundaries(self, node: Node) -> list[Node]:
        """Return the boundary events attached to ``node``."""
        return self._attached.get(node.id, [])

    def children(self, scope: str) -> list[Node]:
        """Return the nodes that stand directly in ``scope``, in file order."""
        return self._children.get(scope, [])

    def arriving(self, node: Node) -> list[MessageFlow]:
        """Return the message flows that reach ``node``."""
        return self._arriving.get(node.id, [])

    def leaving(self, node: Node) -> list[MessageFlow]:
        """Return the message flows from ``node`` to a node of another pool."""
        return [flow for flow in self._leaving.get(node.id, []) if flow.target]

    def conference(self, node: Node) -> str | None:
        """Return the id of the conference that the task ``node`` is part of."""
        held = self.binding.conferences if self.binding else {}
        return next((name for name, entry in held.items() if node.id in entry.tasks), None)

    def inputs(self, node: Node, scope: Scope) -> list[int]:
        """Return the places from which a token enters ``node``.

        An event-based gateway is no place of its own: its followers take the token from before it. A node
        that nothing leads to has an entry of its own, marked when the scope starts.
        """
        places: list[int] = []
        for flow in node.incoming:
            source = self.graph.nodes[self.graph.flows[flow].source]
            if source.kind == "gateway" and source.type == "event":
                places.extend(self.inputs(source, scope))
            else:
                places.append(self.flow(flow, scope))
        return places or [self.entry(node, scope)]

    def entry(self, node: Node, scope: Scope) -> int:
        """Return the place through which a node without incoming flow is entered."""
        key = f">{node.id}{scope.suffix}"
        return scope.hold(self.draft.place("flow", key, node.id, party=scope.party, process=scope.process))

    def outputs(self, node: Node, scope: Scope) -> Part:
        """Return the arcs that put a token on every outgoing flow; a node that leads nowhere is an end."""
        if not node.outgoing:
            return Part(give=(self.end(node, scope),))
        return Part(give=tuple(self.flow(flow, scope) for flow in node.outgoing))

    def after_event_gateway(self, node: Node) -> bool:
        """Return whether ``node`` waits in a race with others behind an event-based gateway."""
        sources = (self.graph.nodes[self.graph.flows[flow].source] for flow in node.incoming)
        return any(source.kind == "gateway" and source.type == "event" for source in sources)

    def occasion(
        self, node: Node, scope: Scope, step: str, timing: Timing = "now", members: tuple[str, ...] = ()
    ) -> Occasion:
        """Return what the transitions of ``node`` share in one step."""
        return Occasion(node.id, step, timing, scope.party, scope.process, members)


def _by(pairs: Iterable[tuple[str, Kept]]) -> dict[str, list[Kept]]:
    found: dict[str, list[Kept]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
