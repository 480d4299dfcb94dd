"""The rule of calls: they come to an end, and written out they stay within bounds.

Layer: process. Each call is one more occurrence of the called process, so calls within calls within calls
can grow without bound in a small file.
"""

from __future__ import annotations

from collections import defaultdict

from renkei.facts import Fact
from renkei.process.graph import Collaboration, Node
from renkei.process.reading import Reading

MAX_NODES = 20_000
"""Most nodes of a process when every call in it is written out."""
MAX_CALLS = 50
"""Deepest nesting of calls."""


def check_calls(graph: Collaboration, reading: Reading) -> None:
    """Note calls that lead back to where they stand, and processes that are too large written out."""
    calls: dict[str, list[Node]] = defaultdict(list)
    size: dict[str, int] = defaultdict(int)
    for node in graph.nodes.values():
        process = graph.process_of(node.id).id
        size[process] += 1
        if node.type == "call" and node.reference:
            calls[process].append(node)
    written = _Written(calls, size, reading)
    for drawn in [*graph.processes.values(), *graph.called.values()]:
        if written.nodes(drawn.id, ()) > MAX_NODES:
            fact = Fact("RK232.nodes", element=reading.label(drawn.id), most=f"{MAX_NODES:,}")
            reading.refuse(fact, drawn.line, "Call fewer processes from within called ones.")


class _Written:
    """Number of nodes of processes with their calls written out, each counted once."""

    def __init__(self, calls: dict[str, list[Node]], size: dict[str, int], reading: Reading) -> None:
        self.calls, self.size, self.reading = calls, size, reading
        self.known: dict[str, int] = {}

    def nodes(self, process: str, way: tuple[str, ...]) -> int:
        """Return the number of nodes of ``process``, which was called along ``way``."""
        if process in self.known:
            return self.known[process]
        total = self.size[process]
        for call in self.calls[process]:
            if call.reference in {process, *way}:
                where = self.reading.label(call.id)
                fact = Fact("RK218.circle", element=where, process=call.reference[:60])
                hint = (
                    "A process cannot call itself, not through others either; draw the repetition as a loop."
                )
                self.reading.refuse(fact, call.line, hint)
            elif len(way) >= MAX_CALLS:
                fact = Fact("RK232.depth", most=MAX_CALLS, element=self.reading.label(call.id))
                self.reading.refuse(fact, call.line, "Put called processes in place of some calls.")
            else:
                total += self.nodes(call.reference, (*way, process)) * max(call.instances, 1)
        self.known[process] = total
        return total
