"""A BPMN collaboration as a graph: what the readers produce and everything else reads.

Layer: process (pure data). Holds only what renkei gives a meaning to; whatever else was in the file has
been refused by name or is passive (see ``bpmn.py``). Ids are the file's own, and unique in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

NodeKind = Literal["task", "event", "gateway", "subprocess"]
TaskType = Literal["task", "user", "manual", "send", "receive", "service", "script", "rule", "call"]
EventType = Literal["start", "catch", "throw", "end", "boundary"]
GatewayType = Literal["exclusive", "parallel", "inclusive", "event"]
Trigger = Literal["none", "message", "timer", "signal", "error", "escalation", "terminate", "link"]


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow."""

    id: str
    name: str
    source: str
    target: str
    condition: str = ""
    """Text of the condition in the file; for people only, guards stand in the model."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node: task, event, gateway or sub-process."""

    id: str
    kind: NodeKind
    type: str
    """A ``TaskType``, ``EventType`` or ``GatewayType``; or ``embedded``, ``event`` or ``call``."""
    name: str
    scope: str
    """Id of the process or sub-process it stands in."""
    line: int = 0
    incoming: tuple[str, ...] = ()
    """Ids of the sequence flows that end here, in file order."""
    outgoing: tuple[str, ...] = ()
    trigger: Trigger = "none"
    reference: str = ""
    """What the trigger names: message, signal, error code, escalation code or link name; '' for any.
    For send and receive tasks the message; for a ``call`` the id of the called process."""
    interrupting: bool = True
    """For boundary events and start events of event sub-processes."""
    attached_to: str = ""
    default: str = ""
    """Id of the default flow."""
    loop: Literal["", "standard", "parallel"] = ""
    instances: int = 0
    """Number of a parallel multi-instance, where the file gives it as a plain number; else 0."""
    delay: str = ""
    """ISO 8601 duration of a timer, where the file holds one; else ''."""
    repeats: int = 1
    """How often a timer that does not interrupt goes off, while its activity runs."""
    lane: str = ""
    """Name of the lane, for people only."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process and the pool it is drawn in."""

    id: str
    name: str
    pool: str = ""
    """Id of the participant; '' where the file has no collaboration."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class MessageFlow:
    """A message flow between two pools. An end that is a pool without content has ``''`` as node."""

    id: str
    name: str
    source: str
    """Node id of the sender; '' where the sender is a pool drawn empty (a black box)."""
    target: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """Bounds of an element in the drawing."""

    element: str
    x: float
    y: float
    width: float
    height: float
    horizontal: bool = True
    expanded: bool = True
    label: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Way points of a flow in the drawing."""

    element: str
    points: tuple[tuple[float, float], ...]
    label: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """A participant as drawn; ``process`` is '' for a black box."""

    id: str
    name: str
    process: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane as drawn, for people only."""

    id: str
    name: str
    process: str


Named = TypeVar("Named", Node, Flow, MessageFlow, Pool, Lane)


@dataclass(frozen=True)
class Collaboration:
    """One BPMN file: its processes, message flows and drawing."""

    id: str
    name: str
    file: str
    processes: dict[str, Process]
    nodes: dict[str, Node]
    flows: dict[str, Flow]
    messages: dict[str, MessageFlow]
    pools: dict[str, Pool] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    called: dict[str, Process] = field(default_factory=dict)
    """Processes that start only when a call activity calls them; their nodes stand in ``nodes``."""

    def children(self, scope: str) -> Iterator[Node]:
        """Yield the nodes that stand directly in ``scope``, in file order."""
        return (node for node in self.nodes.values() if node.scope == scope)

    def renamed(self, names: Mapping[str, str]) -> Collaboration:
        """Return the same drawing with other names where ``names`` (id -> name) has one."""

        def with_names(entries: dict[str, Named]) -> dict[str, Named]:
            return {key: replace(entry, name=names.get(key) or entry.name) for key, entry in entries.items()}

        return replace(
            self,
            nodes=with_names(self.nodes),
            flows=with_names(self.flows),
            messages=with_names(self.messages),
            pools=with_names(self.pools),
            lanes=with_names(self.lanes),
        )

    def process_of(self, node: str) -> Process:
        """Return the process in which ``node`` stands, however deep; it may be one that is only called."""
        scope = self.nodes[node].scope
        while scope in self.nodes:
            scope = self.nodes[scope].scope
        return self.processes.get(scope) or self.called[scope]


@dataclass(frozen=True, slots=True)
class PetriPlace:
    """A place of a PNML net."""

    id: str
    name: str
    initial: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class PetriTransition:
    """A transition of a PNML net."""

    id: str
    name: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class PetriArc:
    """An arc of a PNML net."""

    id: str
    source: str
    target: str
    weight: int = 1
    line: int = 0


@dataclass(frozen=True)
class PetriNet:
    """A place/transition net read from PNML."""

    id: str
    name: str
    file: str
    places: dict[str, PetriPlace]
    transitions: dict[str, PetriTransition]
    arcs: tuple[PetriArc, ...]
