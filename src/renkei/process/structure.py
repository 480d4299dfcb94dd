"""The rules between the elements of a BPMN file: what may lead where.

Layer: process. Invariant: a collaboration that passes has flows that end at nodes of their own scope,
message flows that a sender sends and a receiver receives, and calls that come to an end.
"""

from __future__ import annotations

from collections import defaultdict

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
        reading.refuse("RK230", reading.root.line, "nothing is drawn: no process has a flow node", hint)


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
        ends = [self._end(flow, flow.source, "sourceRef"), self._end(flow, flow.target, "targetRef")]
        source, target = ends
        if source is None or target is None:
            return
        if source.scope != target.scope:
            message = f"{self.label(flow.id)} leads from {self.label(source.id)} to {self.label(target.id)}"
            hint = "Between pools use a message flow; into a sub-process lead the flow to its border."
            self.refuse("RK220", flow.line, f"{message}, across the border of a process or sub-process", hint)
        self._check_ends(flow, source, target)
        decided = source.kind in {"task", "subprocess"} or source.type in {"exclusive", "inclusive"}
        if flow.condition and not decided:
            message = f"{self.label(flow.id)} has a condition, but {self.label(source.id)} decides nothing"
            hint = "Put the condition behind an exclusive or inclusive gateway, or behind a task."
            self.refuse("RK231", flow.line, message, hint)

    def _end(self, flow: Flow, end: str, attribute: str) -> Node | None:
        node = self.graph.nodes.get(end)
        if node is None and end not in self.reading.refused:
            what = f"{attribute} {end[:60]} is no flow node of this file" if end else f"it has no {attribute}"
            hint = "Join both ends of the flow to an element and save again."
            self.refuse("RK219", flow.line, f"{self.label(flow.id)} leads nowhere: {what}", hint)
        return node

    def _check_ends(self, flow: Flow, source: Node, target: Node) -> None:
        where = self.label(flow.id)
        if source.type == "end" or (source.trigger == "link" and source.type == "throw"):
            hint = "Nothing comes after an end event or a link that leads elsewhere."
            self.refuse(
                "RK221", flow.line, f"{where} leaves {self.label(source.id)}, which ends the way", hint
            )
        if target.type in {"start", "boundary"} or (target.trigger == "link" and target.type == "catch"):
            hint = "An event that starts a way has no incoming flow; lead it to the element behind."
            self.refuse(
                "RK221", flow.line, f"{where} enters {self.label(target.id)}, which begins a way", hint
            )
        for end in (source, target):
            if end.kind == "subprocess" and end.type == "event":
                hint = "An event sub-process is started by its start event only."
                self.refuse(
                    "RK221", flow.line, f"{where} touches the event sub-process {self.label(end.id)}", hint
                )

    # -- nodes --------------------------------------------------------------------------------------------

    def check_node(self, node: Node) -> None:
        """Check a node by its kind, and that its default flow is its own."""
        if node.default and node.default not in node.outgoing and node.default not in self.reading.refused:
            message = f"the default flow {node.default[:60]} of {self.label(node.id)} does not leave it"
            self.refuse(
                "RK223", node.line, message, "Mark one of its outgoing flows as the default, or none."
            )
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
            found = f"the trigger {node.trigger}" if node.trigger != "none" else "no trigger"
            allowed = ", ".join(sorted(ALLOWED_TRIGGERS[place]))
            message = f"{self.label(node.id)} has {found}, which has no meaning at this place"
            self.refuse("RK213", node.line, message, f"Possible here: {allowed}.")
        if node.trigger == "error" and not node.interrupting:
            message = f"{self.label(node.id)} catches an error without interrupting"
            hint = "An error always ends what it happens in; use an escalation to go on beside it."
            self.refuse("RK213", node.line, message, hint)

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
            what = (
                f"{node.attached_to[:60]}, which is no activity beside it" if node.attached_to else "nothing"
            )
            message = f"{self.label(node.id)} is attached to {what}"
            self.refuse("RK222", node.line, message, "Place it on the border of a task or sub-process.")

    def _check_followers(self, node: Node) -> None:
        for flow in node.outgoing:
            follower = self.graph.nodes.get(self.graph.flows[flow].target)
            if follower is None or follower.id in self.reading.refused:
                continue
            is_event = follower.type == "catch" and follower.trigger in _AFTER_EVENT_GATEWAY
            if not is_event and (follower.kind, follower.type) != ("task", "receive"):
                ends = f"from {self.label(node.id)} to {self.label(follower.id)}"
                message = f"{self.label(flow)} leads {ends}, which waits for no event"
                hint = (
                    "Behind an event-based gateway stand message, timer or signal events and receive tasks."
                )
                self.refuse("RK224", self.graph.flows[flow].line, message, hint)

    def _check_starts(self, node: Node, body: str) -> None:
        starts = self.starts[body]
        if any(start.id in self.reading.refused for start in starts):
            return
        if node.type == "event":
            if len(starts) != 1 or starts[0].trigger not in ALLOWED_TRIGGERS["event start"]:
                message = (
                    f"event sub-process {self.label(node.id)} has not exactly one start event with a trigger"
                )
                hint = "Give it one start event: message, timer, signal, error or escalation."
                self.refuse("RK229", node.line, message, hint)
            if node.loop:
                hint = "An event sub-process starts as often as its event happens."
                self.refuse("RK212", node.line, f"event sub-process {self.label(node.id)} is repeated", hint)
            return
        for start in starts:
            if start.trigger != "none":
                inside = "the process called by" if node.type == "call" else "the embedded"
                message = f"{self.label(start.id)} waits for the trigger {start.trigger} inside {inside}"
                hint = "It begins when a token arrives; put the waiting event behind a plain start event."
                self.refuse("RK229", start.line, f"{message} {self.label(node.id)}", hint)

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
                problem = "has no partner for" if alone else "is a second end of"
                message = f"{self.label(node.id)} {problem} the link {name[:60]!r}"
                self.refuse("RK225", node.line, message, hint)
