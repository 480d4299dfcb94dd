"""The rules between pools: what a pool shows, and which message flows can be sent and received.

Layer: process.
"""

from __future__ import annotations

from renkei.process.graph import Collaboration, MessageFlow, Node
from renkei.process.reading import Reading

_SENDERS = {"throw", "end"}
_RECEIVERS = {"start", "catch", "boundary"}


def check_pools(graph: Collaboration, reading: Reading) -> None:
    """Check that every pool has a process of its own or none, and every message flow two ends."""
    owner: dict[str, str] = {}
    for pool in reading.pools.values():
        if pool.process and pool.process not in reading.drawn:
            shown = f"{reading.label(pool.id)} shows the process {pool.process[:60]}"
            hint = "Add the process, or take processRef away to draw a closed pool."
            reading.refuse("RK226", pool.line, f"{shown}, which is not in this file", hint)
        if pool.process and owner.setdefault(pool.process, pool.id) != pool.id:
            first = reading.label(owner[pool.process])
            message = f"{reading.label(pool.id)} shows the process {pool.process[:60]} that {first} shows"
            hint = "One process stands in one pool; copy the process for the second pool."
            reading.refuse("RK226", pool.line, message, hint)
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
        message = f"{reading.label(flow.id)} stays inside one pool"
        hint = "Inside a pool use a sequence flow or a signal; messages go to other pools."
        reading.refuse("RK227", flow.line, message, hint)


def _check_end(graph: Collaboration, reading: Reading, flow: MessageFlow, *, sends: bool) -> None:
    drawn = reading.messages[flow.id]
    end, shown = (flow.source, drawn.source) if sends else (flow.target, drawn.target)
    if shown in reading.pools and not end:
        return
    node = graph.nodes.get(end)
    where, verb = reading.label(flow.id), "send" if sends else "receive"
    if node is None and end not in reading.pools:
        attribute = "sourceRef" if sends else "targetRef"
        what = f"{attribute} {end[:60]} is no flow node or pool" if end else f"it has no {attribute}"
        hint = "Join both ends of the flow to an element and save again."
        reading.refuse("RK219", flow.line, f"{where} leads nowhere: {what}", hint)
    elif node is None:
        message = f"{where} ends at the border of {reading.label(end)}, whose content is drawn"
        hint = "Join the flow to the task or event inside the pool that it concerns."
        reading.refuse("RK228", flow.line, message, hint)
    elif not (_can_send(node) if sends else _can_receive(node)):
        message = f"{where} ends at {reading.label(end)}, which cannot {verb} a message"
        hint = f"Join it to another kind of task, or to a message event that can {verb}."
        reading.refuse("RK228", flow.line, message, hint)
    elif graph.process_of(end).id in graph.called:
        message = f"{where} ends at {reading.label(end)}, which stands in no pool but in a called process"
        hint = "Let the pool that calls the process send and receive."
        reading.refuse("RK228", flow.line, message, hint)


def _can_send(node: Node) -> bool:
    if node.kind == "task":
        return node.type != "receive"
    return node.kind == "event" and node.type in _SENDERS and node.trigger == "message"


def _can_receive(node: Node) -> bool:
    if node.kind == "task":
        return node.type != "send"
    return node.kind == "event" and node.type in _RECEIVERS and node.trigger == "message"
