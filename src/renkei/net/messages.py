"""Message flows between pools: what sending gives and receiving takes.

Layer: net. A message flow is a place; one that carries attributes is a place for each of their values.
A message that no flow of the drawing brings comes from outside, and may come at any time.
"""

from __future__ import annotations

from renkei.net.draft import NOTHING, Part, products
from renkei.net.knowledge import Values
from renkei.net.scope import Compilation, Scope
from renkei.process.graph import MessageFlow, Node

Outcome = tuple[tuple[str, str], ...]


def sends(work: Compilation, node: Node, scope: Scope, settled: Outcome = ()) -> list[Part]:
    """Return the alternatives of sending on every message flow that leaves ``node``.

    What the same step has ``settled`` is sent as settled; anything else as the sender knows it.
    """
    decided = dict(settled)
    return products(*(_sendings(work, flow, scope.party, decided) for flow in work.leaving(node)))


def receives(work: Compilation, node: Node, scope: Scope) -> list[Part]:
    """Return the alternatives of receiving on one of the message flows that reach ``node``."""
    reaching = work.arriving(node)
    parts = [part for flow in reaching if flow.source for part in _receipts(work, flow, scope.party)]
    return parts if parts and all(flow.source for flow in reaching) else [*parts, NOTHING]


def comes_from_outside(work: Compilation, node: Node) -> bool:
    """Return whether no message flow of the drawing brings what ``node`` waits for."""
    return not any(flow.source for flow in work.arriving(node))


def _carried(work: Compilation, flow: MessageFlow) -> tuple[str, ...]:
    bound = work.binding.messages.get(flow.id) if work.binding else None
    return bound.carries if bound else ()


def _place(work: Compilation, flow: MessageFlow, values: Values) -> int:
    receiver = work.graph.process_of(flow.target)
    party = work.party(receiver)
    carried = ",".join(f"{attribute}={value}" for attribute, value in sorted(values.items()))
    key = f"{flow.id}{{{carried}}}" if carried else flow.id
    return work.draft.place("message", key, flow.id, party=party, process=receiver.id)


def _sendings(work: Compilation, flow: MessageFlow, sender: str, decided: dict[str, str]) -> list[Part]:
    carried = _carried(work, flow)
    read = [attribute for attribute in carried if attribute not in decided]
    sent = {attribute: decided[attribute] for attribute in carried if attribute in decided}
    return [
        reading + Part(give=(_place(work, flow, {**values, **sent}),))
        for values, reading in work.knowledge.readings(sender, read)
    ]


def _receipts(work: Compilation, flow: MessageFlow, receiver: str) -> list[Part]:
    sender = work.party(work.graph.process_of(flow.source))
    parts = []
    for values, _ in work.knowledge.readings(sender, _carried(work, flow)):
        learned = [
            work.knowledge.setting(receiver, attribute, str(value))
            for attribute, value in values.items()
            if work.knowledge.owner(attribute) != receiver
        ]
        parts.append(sum(learned, Part(take=(_place(work, flow, values),))))
    return parts
