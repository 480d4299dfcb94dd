"""The rules between pools: what a pool shows, and which message flows can be sent and received.

Layer: process.
"""

from __future__ import annotations

from renkei.facts import Fact
from renkei.process.graph import Collaboration, MessageFlow, Node
from renkei.process.reading import Reading

_SENDERS = {"throw", "end"}
_RECEIVERS = {"start", "catch", "boundary"}


def check_pools(graph: Collaboration, reading: Reading) -> None:
    """Check that every pool has a process of its own or none, and every message flow two ends."""
    owner: dict[str, str] = {}
    for pool in reading.pools.values():
        if pool.process and pool.process not in reading.drawn:
            fact = Fact("RK226.missing", element=reading.label(pool.id), process=pool.process[:60])
            hint = "Add the process, or take processRef away to draw a closed pool."
            reading.refuse(fact, pool.line, hint)
        if pool.process and owner.setdefault(pool.process, pool.id) != pool.id:
            own, first = reading.label(pool.id), reading.label(owner[pool.process])
            fact = Fact("RK226.shared", element=own, process=pool.process[:60], other=first)
            hint = "One process stands in one pool; copy the process for the second pool."
            reading.refuse(fact, pool.line, hint)
    for flow in graph.messages.values():
        _check_message(graph, reading, flow)


def _check_message(graph: Collaboration, reading: Reading, flow: MessageFlow) -> None:
    drawn = reading.messages[flow.id]
    if {drawn.source, drawn.target} & reading.refused:
        return
    _check_end(graph, reading, flow, sends=True)
    _check_end(graph, reading, flow, sends=False)
    source, target = graph.nodes.get(flow.source), graph.nodes.get(flow.target)
    inside = source and target and graph.process_of(source.id) == graph.process_of(target.id)
    if inside or (drawn.source and drawn.source == drawn.target):
        hint = "Inside a pool use a sequence flow or a signal; messages go to other pools."
        reading.refuse(Fact("RK227.inside", element=reading.label(flow.id)), flow.line, hint)


def _check_end(graph: Collaboration, reading: Reading, flow: MessageFlow, *, sends: bool) -> None:
    drawn = reading.messages[flow.id]
    end, shown = (flow.source, drawn.source) if sends else (flow.target, drawn.target)
    if shown in reading.pools and not end:
        return
    refused = _refused_end(graph, reading, flow.id, end, sends=sends)
    if refused is not None:
        fact, hint = refused
        reading.refuse(fact, flow.line, hint)


def _refused_end(
    graph: Collaboration, reading: Reading, flow: str, end: str, *, sends: bool
) -> tuple[Fact, str] | None:
    """Return what is wrong with an end of a message flow, and a hint; None where nothing is."""
    node = graph.nodes.get(end)
    if node is None and end not in reading.pools:
        attribute = "sourceRef" if sends else "targetRef"
        fact = Fact("RK219.none", element=reading.label(flow), attribute=attribute)
        if end:
            fact = Fact("RK219.pool", element=reading.label(flow), attribute=attribute, id=end[:60])
        return fact, "Join both ends of the flow to an element and save again."
    if node is None:
        fact = Fact("RK228.border", element=reading.label(flow), other=reading.label(end))
        return fact, "Join the flow to the task or event inside the pool that it concerns."
    if not (_can_send(node) if sends else _can_receive(node)):
        fact = Fact("RK228.receive", element=reading.label(flow), other=reading.label(end))
        if sends:
            fact = Fact("RK228.send", element=reading.label(flow), other=reading.label(end))
        verb = "send" if sends else "receive"
        return fact, f"Join it to another kind of task, or to a message event that can {verb}."
    if graph.process_of(end).id in graph.called:
        fact = Fact("RK228.called", element=reading.label(flow), other=reading.label(end))
        return fact, "Let the pool that calls the process send and receive."
    return None


def _can_send(node: Node) -> bool:
    if node.kind == "task":
        return node.type != "receive"
    return node.kind == "event" and node.type in _SENDERS and node.trigger == "message"


def _can_receive(node: Node) -> bool:
    if node.kind == "task":
        return node.type != "send"
    return node.kind == "event" and node.type in _RECEIVERS and node.trigger == "message"
