"""The rules between the elements of a BPMN file: what may lead where.

Layer: process. Invariant: a collaboration that passes has flows that end at nodes of their own scope,
message flows that a sender sends and a receiver receives, and calls that come to an end.
"""

from __future__ import annotations

from collections import defaultdict

from renkei.facts import Fact
from renkei.process.call import check_calls
from renkei.process.elements import ALLOWED_TRIGGERS
from renkei.process.graph import Collaboration, Flow, Node
from renkei.process.pool import check_pools
from renkei.process.reading import Reading

_AFTER_EVENT_GATEWAY = {"message", "timer", "signal"}


def check_structure(graph: Collaboration, reading: Reading) -> None:
    """Note every rule that ``graph`` breaks among the problems of ``reading``."""
    rules = _Rules(graph, reading)
    for flow in graph.flows.values():
        rules.check_flow(flow)
    for node in graph.nodes.values():
        if node.id not in reading.refused:
            rules.check_node(node)
    rules.check_links()
    check_pools(graph, reading)
    check_calls(graph, reading)
    if not graph.nodes and not reading.problems:
        hint = "Draw at least one process with a task, event or gateway."
        reading.refuse(Fact("RK230.nothing"), reading.root.line, hint)


class _Rules:
    """The rules, over one graph."""

    def __init__(self, graph: Collaboration, reading: Reading) -> None:
        self.graph, self.reading = graph, reading
        self.refuse, self.label = reading.refuse, reading.label
        self.starts: dict[str, list[Node]] = defaultdict(list)
        for node in graph.nodes.values():
            if node.kind == "event" and node.type == "start":
                self.starts[node.scope].append(node)

    # -- sequence flows -----------------------------------------------------------------------------------

    def check_flow(self, flow: Flow) -> None:
        """Check that a sequence flow joins two nodes of one scope, at ends that may have it."""
        source = self._end(flow, flow.source, "sourceRef")
        target = self._end(flow, flow.target, "targetRef")
        if source is None or target is None:
            return
        if source.scope != target.scope:
            ends = {"source": self.label(source.id), "target": self.label(target.id)}
            hint = "Between pools use a message flow; into a sub-process lead the flow to its border."
            self.refuse(Fact("RK220.border", element=self.label(flow.id), **ends), flow.line, hint)
        self._check_ends(flow, source, target)
        decided = source.kind in {"task", "subprocess"} or source.type in {"exclusive", "inclusive"}
        if flow.condition and not decided:
            hint = "Put the condition behind an exclusive or inclusive gateway, or behind a task."
            where, other = self.label(flow.id), self.label(source.id)
            self.refuse(Fact("RK231.condition", element=where, other=other), flow.line, hint)

    def _end(self, flow: Flow, end: str, attribute: str) -> Node | None:
        node = self.graph.nodes.get(end)
        if node is None and end not in self.reading.refused:
            fact = Fact("RK219.none", element=self.label(flow.id), attribute=attribute)
            if end:
                fact = Fact("RK219.node", element=self.label(flow.id), attribute=attribute, id=end[:60])
            self.refuse(fact, flow.line, "Join both ends of the flow to an element and save again.")
        return node

    def _check_ends(self, flow: Flow, source: Node, target: Node) -> None:
        if source.type == "end" or (source.trigger == "link" and source.type == "throw"):
            fact = Fact("RK221.leaves", element=self.label(flow.id), source=self.label(source.id))
            hint = "Nothing comes after an end event or a link that leads elsewhere."
            self.refuse(fact, flow.line, hint)
        if target.type in {"start", "boundary"} or (target.trigger == "link" and target.type == "catch"):
            fact = Fact("RK221.enters", element=self.label(flow.id), target=self.label(target.id))
            hint = "An event that starts a way has no incoming flow; lead it to the element behind."
            self.refuse(fact, flow.line, hint)
        for end in (source, target):
            if end.kind == "subprocess" and end.type == "event":
                fact = Fact("RK221.touches", element=self.label(flow.id), other=self.label(end.id))
                self.refuse(fact, flow.line, "An event sub-process is started by its start event only.")

    # -- nodes --------------------------------------------------------------------------------------------

    def check_node(self, node: Node) -> None:
        """Check a node by its kind, and that its default flow is its own."""
        if node.default and node.default not in node.outgoing and node.default not in self.reading.refused:
            fact = Fact("RK223.default", id=node.default[:60], element=self.label(node.id))
            self.refuse(fact, node.line, "Mark one of its outgoing flows as the default, or none.")
        if node.kind == "event":
            self._check_event(node)
        elif node.kind == "gateway" and node.type == "event":
            self._check_followers(node)
        elif node.kind == "subprocess":
            self._check_starts(node, node.reference if node.type == "call" else node.id)

    def _check_event(self, node: Node) -> None:
        if node.type == "boundary":
            self._check_attachment(node)
        around = self.graph.nodes.get(node.scope)
        place = "event start" if node.type == "start" and around and around.type == "event" else node.type
        # Starts of sub-processes and of called processes are told once, with their sub-process.
        is_own = node.type == "start" and around is not None
        if not is_own and node.trigger not in ALLOWED_TRIGGERS[place]:
            fact = Fact("RK213.none", element=self.label(node.id))
            if node.trigger != "none":
                fact = Fact("RK213.trigger", element=self.label(node.id), trigger=node.trigger)
            allowed = ", ".join(sorted(ALLOWED_TRIGGERS[place]))
            self.refuse(fact, node.line, f"Possible here: {allowed}.")
        if node.trigger == "error" and not node.interrupting:
            hint = "An error always ends what it happens in; use an escalation to go on beside it."
            self.refuse(Fact("RK213.error", element=self.label(node.id)), node.line, hint)

    def _check_attachment(self, node: Node) -> None:
        host = self.graph.nodes.get(node.attached_to)
        if host is None and node.attached_to in self.reading.refused:
            return
        is_activity = host is not None and (
            host.kind == "task" or (host.kind, host.type) != ("subprocess", "event")
        )
        if (
            host is None
            or host.kind not in {"task", "subprocess"}
            or not is_activity
            or host.scope != node.scope
        ):
            fact = Fact("RK222.nothing", element=self.label(node.id))
            if node.attached_to:
                fact = Fact("RK222.activity", element=self.label(node.id), id=node.attached_to[:60])
            self.refuse(fact, node.line, "Place it on the border of a task or sub-process.")

    def _check_followers(self, node: Node) -> None:
        for flow in node.outgoing:
            follower = self.graph.nodes.get(self.graph.flows[flow].target)
            if follower is None or follower.id in self.reading.refused:
                continue
            is_event = follower.type == "catch" and follower.trigger in _AFTER_EVENT_GATEWAY
            if not is_event and (follower.kind, follower.type) != ("task", "receive"):
                ends = {"source": self.label(node.id), "target": self.label(follower.id)}
                fact = Fact("RK224.follower", element=self.label(flow), **ends)
                hint = (
                    "Behind an event-based gateway stand message, timer or signal events and receive tasks."
                )
                self.refuse(fact, self.graph.flows[flow].line, hint)

    def _check_starts(self, node: Node, body: str) -> None:
        starts = self.starts[body]
        if any(start.id in self.reading.refused for start in starts):
            return
        if node.type == "event":
            if len(starts) != 1 or starts[0].trigger not in ALLOWED_TRIGGERS["event start"]:
                hint = "Give it one start event: message, timer, signal, error or escalation."
                self.refuse(Fact("RK229.start", element=self.label(node.id)), node.line, hint)
            if node.loop:
                hint = "An event sub-process starts as often as its event happens."
                self.refuse(Fact("RK212.repeated", element=self.label(node.id)), node.line, hint)
            return
        for start in starts:
            if start.trigger != "none":
                where, other = self.label(start.id), self.label(node.id)
                fact = Fact("RK229.embedded", element=where, trigger=start.trigger, other=other)
                if node.type == "call":
                    fact = Fact("RK229.called", element=where, trigger=start.trigger, other=other)
                hint = "It begins when a token arrives; put the waiting event behind a plain start event."
                self.refuse(fact, start.line, hint)

    # -- between nodes ------------------------------------------------------------------------------------

    def check_links(self) -> None:
        """Check that every link that leads away arrives at exactly one event of its scope."""
        links: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for node in self.graph.nodes.values():
            if node.trigger == "link" and node.type in {"catch", "throw"}:
                links[node.scope, node.reference].append(node)
        hint = "Give one throwing and one catching link event of the same process the same link name."
        for (_, name), ends in links.items():
            alone = not name or len({node.type for node in ends}) < 2
            for node in ends if alone else [node for node in ends if node.type == "catch"][1:]:
                fact = Fact("RK225.second", element=self.label(node.id), name=name[:60])
                if alone:
                    fact = Fact("RK225.alone", element=self.label(node.id), name=name[:60])
                self.refuse(fact, node.line, hint)
