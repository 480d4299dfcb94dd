"""Random collaborations and their BPMN files, for every test that needs processes nobody drew by hand.

``drawings()`` is a Hypothesis strategy of ``Drawing``: pools with processes made of blocks (tasks of all
types with boundary events, splits and joins, races, repetitions, sub-processes, events, links) and message
flows between them. Every drawing obeys BPMN's rules of structure; whether it is sound is left to chance.
With ``loose=True`` some more sequence flows are drawn anywhere inside a scope.

``write_bpmn(drawing)`` returns the XML text and the line of every element. It is written by hand, letter
by letter, and shares nothing with the reader: what the reader returns is compared with the ``Drawing``.

Example:
    @given(drawings(max_pools=2))
    def test_something(drawing: Drawing) -> None:
        text, lines = write_bpmn(drawing)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

TASK_TAGS = {
    "task": "task",
    "userTask": "user",
    "manualTask": "manual",
    "sendTask": "send",
    "receiveTask": "receive",
    "serviceTask": "service",
    "scriptTask": "script",
    "businessRuleTask": "rule",
    "callActivity": "call",
}
SPLITS = {"exclusiveGateway": "exclusive", "parallelGateway": "parallel", "inclusiveGateway": "inclusive"}
EVENT_TAGS = {
    "start": "startEvent",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "end": "endEvent",
    "boundary": "boundaryEvent",
}
NAMES = [
    "",
    "Approve",
    "承認する",
    "A & B < C > \"D\" 'E'",
    "two words",
    "日米 共同調整所",
    "x" * 90,
    "Ärger",
]
DELAYS = ["", "PT30M", "P1DT2H", "PT0.5S"]
Draw = Callable[[st.SearchStrategy], object]


@dataclass
class DrawnNode:
    """A flow node, in the words of the result that is expected."""

    id: str
    tag: str
    kind: str
    type: str
    name: str
    scope: str
    trigger: str = "none"
    reference: str = ""
    interrupting: bool = True
    attached_to: str = ""
    default: str = ""
    loop: str = ""
    instances: int = 0
    delay: str = ""


@dataclass
class DrawnFlow:
    """A sequence flow; ``scope`` is where it is written."""

    id: str
    name: str
    source: str
    target: str
    scope: str
    condition: str = ""


@dataclass
class DrawnMessage:
    """A message flow; an end that is a closed pool is the id of the pool."""

    id: str
    name: str
    source: str
    target: str


@dataclass
class Drawing:
    """A collaboration, and how its file is written."""

    pools: dict[str, str] = field(default_factory=dict)
    """Pool id -> process id, '' for a closed pool."""
    processes: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Names of pools and processes."""
    nodes: dict[str, DrawnNode] = field(default_factory=dict)
    flows: dict[str, DrawnFlow] = field(default_factory=dict)
    messages: dict[str, DrawnMessage] = field(default_factory=dict)
    prefix: str = "bpmn:"
    with_ends: bool = True
    """Whether ``incoming`` and ``outgoing`` are written, which repeat the sequence flows."""
    with_passive: bool = False
    """Whether elements without a meaning are written in between."""
    flows_first: bool = False

    def children(self, scope: str) -> list[DrawnNode]:
        """Return the nodes that stand directly in ``scope``."""
        return [node for node in self.nodes.values() if node.scope == scope]

    def incoming(self, node: str) -> list[str]:
        """Return the ids of the flows that end at ``node``, in the order in which they are written."""
        return [flow for flow in written_flows(self) if self.flows[flow].target == node]

    def outgoing(self, node: str) -> list[str]:
        """Return the ids of the flows that begin at ``node``, in the order in which they are written."""
        return [flow for flow in written_flows(self) if self.flows[flow].source == node]

    def process_of(self, node: str) -> str:
        """Return the process in which ``node`` stands, however deep."""
        scope = self.nodes[node].scope
        while scope in self.nodes:
            scope = self.nodes[scope].scope
        return scope

    def can_send(self, node: DrawnNode) -> bool:
        """Return whether a message flow may begin at ``node``."""
        if node.kind == "task":
            return node.type != "receive"
        return node.kind == "event" and node.type in {"throw", "end"} and node.trigger == "message"

    def can_receive(self, node: DrawnNode) -> bool:
        """Return whether a message flow may end at ``node``."""
        if node.kind == "task":
            return node.type != "send"
        return (
            node.kind == "event" and node.type in {"start", "catch", "boundary"} and node.trigger == "message"
        )


def written_flows(drawing: Drawing) -> list[str]:
    """Return the sequence flows in the order in which they stand in the file."""

    def inside(scope: str) -> list[str]:
        own = [flow.id for flow in drawing.flows.values() if flow.scope == scope]
        deeper = [flow for node in drawing.children(scope) for flow in inside(node.id)]
        return own + deeper if drawing.flows_first else deeper + own

    return [flow for process in drawing.processes for flow in inside(process)]


# -- drawing ------------------------------------------------------------------------------------------------


@st.composite
def drawings(
    draw: Draw,
    *,
    max_pools: int = 3,
    max_steps: int = 4,
    max_depth: int = 2,
    max_messages: int = 4,
    loose: bool = False,
    plain: bool = False,
) -> Drawing:
    """Draw a collaboration.

    Args:
        draw: Given by Hypothesis.
        max_pools: Most pools with a process.
        max_steps: Most steps of a block.
        max_depth: How deep blocks stand in blocks.
        max_messages: Most message flows.
        loose: Whether sequence flows are added without regard to blocks.
        plain: Whether the process is drawn with tasks, exclusive and parallel gateways only.
    """
    pen = _Pen(draw, max_steps=max_steps, plain=plain)
    for number in range(draw(st.integers(1, max_pools))):
        process = f"Process_{number}"
        pen.drawing.processes.append(process)
        pen.drawing.names[process] = pen.name()
        pen.drawing.pools[f"Pool_{number}"] = process
        pen.drawing.names[f"Pool_{number}"] = pen.name()
        pen.scope(process, max_depth)
    if loose:
        pen.add_flows()
    if draw(st.booleans()):
        pen.drawing.pools["Pool_closed"] = ""
        pen.drawing.names["Pool_closed"] = pen.name()
    pen.add_messages(max_messages)
    drawing = pen.drawing
    drawing.prefix = draw(st.sampled_from(["bpmn:", "", "semantic:"]))
    drawing.with_ends, drawing.with_passive = draw(st.booleans()), draw(st.booleans())
    drawing.flows_first = draw(st.booleans())
    return drawing


class _Pen:
    """Draws blocks one behind the other."""

    def __init__(self, draw: Draw, *, max_steps: int, plain: bool) -> None:
        self.draw, self.max_steps, self.plain = draw, max_steps, plain
        self.drawing = Drawing()
        self.count = 0

    def pick(self, *values: object) -> object:
        return self.draw(st.sampled_from(values))

    def name(self) -> str:
        return self.pick(*NAMES)

    def node(self, scope: str, tag: str, kind: str, kind_type: str, **more: object) -> DrawnNode:
        self.count += 1
        node = DrawnNode(f"{tag}_{self.count}", tag, kind, kind_type, self.name(), scope, **more)
        self.drawing.nodes[node.id] = node
        return node

    def flow(self, source: DrawnNode, target: DrawnNode, condition: str = "") -> DrawnFlow:
        self.count += 1
        name = self.name()
        flow = DrawnFlow(f"Flow_{self.count}", name, source.id, target.id, source.scope, condition)
        self.drawing.flows[flow.id] = flow
        return flow

    def event(self, scope: str, place: str, *triggers: str, **more: object) -> DrawnNode:
        trigger = self.pick(*triggers)
        reference = delay = ""
        if trigger in {"message", "signal", "error", "escalation"}:
            reference = self.pick("", f"{trigger} one", f"{trigger} 二")
        if trigger == "timer":
            delay = self.pick(*DELAYS)
        more = {"trigger": trigger, "reference": reference, "delay": delay, **more}
        return self.node(scope, EVENT_TAGS[place], "event", place, **more)

    # -- scopes and blocks

    def scope(self, scope: str, depth: int) -> None:
        """Draw a whole process or the inside of a sub-process, from start to end."""
        is_process = scope in self.drawing.processes
        triggers = ("none", "message", "timer", "signal") if is_process and not self.plain else ("none",)
        last = self.block(self.event(scope, "start", *triggers), depth)
        ends = (
            ("none",)
            if self.plain
            else ("none", "none", "message", "signal", "error", "escalation", "terminate")
        )
        self.flow(last, self.event(scope, "end", *ends))
        if depth and not self.plain and self.draw(st.integers(0, 5)) == 0:
            self.event_subprocess(scope, depth - 1)

    def event_subprocess(self, scope: str, depth: int) -> None:
        body = self.node(scope, "subProcess", "subprocess", "event")
        start = self.event(body.id, "start", "message", "timer", "signal", "error", "escalation")
        start.interrupting = start.trigger == "error" or self.draw(st.booleans())
        self.flow(self.block(start, depth), self.event(body.id, "end", "none"))

    def block(self, at: DrawnNode, depth: int) -> DrawnNode:
        """Draw steps behind ``at``; return the last of them."""
        for _ in range(self.draw(st.integers(0, self.max_steps))):
            steps = [self.task, self.task]
            if depth:
                steps += [self.split, self.repeat]
            if not self.plain:
                steps += [self.intermediate, self.link]
                steps += [self.race, self.subprocess] if depth else []
            at = self.pick(*steps)(at, depth - 1)
        return at

    def task(self, at: DrawnNode, depth: int) -> DrawnNode:
        tags = ("task", "userTask") if self.plain else tuple(TASK_TAGS)
        tag = self.pick(*tags)
        task = self.node(at.scope, tag, "task", TASK_TAGS[tag])
        if not self.plain:
            self.repetition(task)
            if task.type in {"send", "receive"}:
                task.reference = self.pick("", "message one")
            self.boundary(task, depth)
        self.flow(at, task)
        return task

    def repetition(self, node: DrawnNode) -> None:
        node.loop = self.pick("", "", "", "standard", "parallel")
        if node.loop == "parallel":
            node.instances = self.pick(0, 1, 2, 3)

    def boundary(self, host: DrawnNode, depth: int) -> None:
        if self.draw(st.integers(0, 3)):
            return
        event = self.event(host.scope, "boundary", "message", "timer", "signal", "error", "escalation")
        event.attached_to = host.id
        event.interrupting = event.trigger == "error" or self.draw(st.booleans())
        self.flow(self.block(event, min(depth, 0) + 0), self.event(host.scope, "end", "none", "terminate"))

    def split(self, at: DrawnNode, depth: int) -> DrawnNode:
        tags = ("exclusiveGateway", "parallelGateway") if self.plain else tuple(SPLITS)
        tag = self.pick(*tags)
        fork = self.node(at.scope, tag, "gateway", SPLITS[tag])
        join = self.node(at.scope, tag, "gateway", SPLITS[tag])
        self.flow(at, fork)
        for number in range(self.draw(st.integers(2, 3))):
            first = len(self.drawing.flows)
            last = self.block(fork, depth)
            self.flow(last, join)
            out = [flow for flow in list(self.drawing.flows.values())[first:] if flow.source == fork.id]
            if tag != "parallelGateway":
                out[0].condition = self.pick("", f"x > {number}", "金額 ＞ 1 & y < 2")
                if not fork.default and self.draw(st.integers(0, 3)) == 0:
                    fork.default, out[0].condition = out[0].id, ""
        return join

    def repeat(self, at: DrawnNode, depth: int) -> DrawnNode:
        join = self.node(at.scope, "exclusiveGateway", "gateway", "exclusive")
        self.flow(at, join)
        fork = self.node(at.scope, "exclusiveGateway", "gateway", "exclusive")
        self.flow(self.block(join, depth), fork)
        self.flow(fork, join, "again")
        return fork

    def race(self, at: DrawnNode, depth: int) -> DrawnNode:
        gateway = self.node(at.scope, "eventBasedGateway", "gateway", "event")
        self.flow(at, gateway)
        join = self.node(at.scope, "exclusiveGateway", "gateway", "exclusive")
        for _ in range(self.draw(st.integers(2, 3))):
            if self.draw(st.integers(0, 3)):
                wait = self.event(at.scope, "catch", "message", "timer", "signal")
            else:
                wait = self.node(at.scope, "receiveTask", "task", "receive")
            self.flow(gateway, wait)
            self.flow(self.block(wait, depth), join)
        return join

    def subprocess(self, at: DrawnNode, depth: int) -> DrawnNode:
        body = self.node(at.scope, "subProcess", "subprocess", "embedded")
        self.flow(at, body)
        self.scope(body.id, depth)
        self.repetition(body)
        self.boundary(body, depth)
        return body

    def intermediate(self, at: DrawnNode, depth: int) -> DrawnNode:
        del depth
        if self.draw(st.booleans()):
            event = self.event(at.scope, "catch", "message", "timer", "signal")
        else:
            event = self.event(at.scope, "throw", "none", "message", "signal", "escalation")
        self.flow(at, event)
        return event

    def link(self, at: DrawnNode, depth: int) -> DrawnNode:
        del depth
        self.count += 1
        name = f"link {self.count}"
        throw = self.node(at.scope, EVENT_TAGS["throw"], "event", "throw", trigger="link", reference=name)
        self.flow(at, throw)
        return self.node(at.scope, EVENT_TAGS["catch"], "event", "catch", trigger="link", reference=name)

    # -- between blocks

    def add_flows(self) -> None:
        """Draw some more sequence flows between any two nodes of a scope that may have them."""
        nodes = self.drawing.nodes.values()
        free = [node for node in nodes if node.trigger != "link" and node.type != "event"]
        races = {flow.target for flow in self.drawing.flows.values() if flow.source.startswith("eventBased")}
        begin = [node for node in free if node.type != "end"]
        finish = [node for node in free if node.type not in {"start", "boundary"} and node.id not in races]
        for _ in range(self.draw(st.integers(0, 3))):
            source = self.pick(*begin)
            here = [node for node in finish if node.scope == source.scope]
            if here:
                self.flow(source, self.pick(*here))

    def add_messages(self, most: int) -> None:
        """Draw message flows between nodes of different pools, or to and from closed pools."""
        drawing = self.drawing
        closed = [pool for pool, process in drawing.pools.items() if not process]
        senders = [node.id for node in drawing.nodes.values() if drawing.can_send(node)]
        receivers = [node.id for node in drawing.nodes.values() if drawing.can_receive(node)]
        for number in range(self.draw(st.integers(0, most))):
            if not senders + closed:
                return
            source = self.pick(*senders, *closed)
            others = [
                node
                for node in receivers
                if source in closed or drawing.process_of(node) != drawing.process_of(source)
            ]
            ends = others + (closed if source not in closed else [])
            if ends:
                flow = DrawnMessage(f"Message_flow_{number}", self.name(), source, self.pick(*ends))
                drawing.messages[flow.id] = flow


# -- writing ------------------------------------------------------------------------------------------------

NAMESPACES = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:tool="urn:of-some-tool"'
)
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DEFINITIONS = {
    "message": ("messageEventDefinition", "messageRef", "message", "name"),
    "signal": ("signalEventDefinition", "signalRef", "signal", "name"),
    "error": ("errorEventDefinition", "errorRef", "error", "errorCode"),
    "escalation": ("escalationEventDefinition", "escalationRef", "escalation", "escalationCode"),
}


def write_bpmn(drawing: Drawing) -> tuple[str, dict[str, int]]:
    """Return the XML of a drawing, and the line on which each of its elements begins."""
    return _Writer(drawing).write()


def box_of(drawing: Drawing, element: str) -> tuple[float, float, float, float]:
    """Return where an element is drawn: the nodes stand in a row, each in a box of its own."""
    return 10.0 + 160.0 * list(drawing.nodes).index(element), 20.5, 100.0, 80.0


class _Writer:
    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.rows: list[str] = []
        self.lines: dict[str, int] = {}

    def write(self) -> tuple[str, dict[str, int]]:
        drawing, prefix = self.drawing, self.drawing.prefix
        declared = f'xmlns:{prefix[:-1]}="{MODEL}"' if prefix else f'xmlns="{MODEL}"'
        self.rows.append('<?xml version="1.0" encoding="UTF-8"?>')
        self.rows.append(
            f'<{prefix}definitions {declared} {NAMESPACES} id="Definitions" targetNamespace="urn:x">'
        )
        self.collaboration()
        self.referred()
        for process in drawing.processes:
            self.open("process", process, f"name={quoteattr(drawing.names[process])}")
            self.scope(process)
            self.close("process")
        self.diagram()
        self.close("definitions")
        return "\n".join(self.rows) + "\n", self.lines

    def open(self, tag: str, element: str, attributes: str = "", *, empty: bool = False) -> None:
        self.rows.append(f'<{self.drawing.prefix}{tag} id="{element}" {attributes}{"/" if empty else ""}>')
        self.lines[element] = len(self.rows)

    def close(self, tag: str) -> None:
        self.rows.append(f"</{self.drawing.prefix}{tag}>")

    def part(self, tag: str, text: str = "", attributes: str = "") -> None:
        name = f"{self.drawing.prefix}{tag}"
        self.rows.append(f"<{name} {attributes}>{escape(text)}</{name}>")

    def collaboration(self) -> None:
        drawing = self.drawing
        self.open("collaboration", "Collaboration")
        for pool, process in drawing.pools.items():
            shown = f'processRef="{process}"' if process else ""
            self.open("participant", pool, f"name={quoteattr(drawing.names[pool])} {shown}", empty=True)
        for flow in drawing.messages.values():
            ends = f'sourceRef="{flow.source}" targetRef="{flow.target}"'
            self.open("messageFlow", flow.id, f"name={quoteattr(flow.name)} {ends}", empty=True)
        self.close("collaboration")

    def referred(self) -> None:
        """Write the messages, signals, errors and escalations that events refer to."""
        for trigger, reference in sorted(self.references()):
            _, _, tag, key = DEFINITIONS[trigger]
            self.open(tag, self.reference_id(trigger, reference), f"{key}={quoteattr(reference)}", empty=True)

    def references(self) -> set[tuple[str, str]]:
        nodes = self.drawing.nodes.values()
        return {(self.trigger_of(node), node.reference) for node in nodes if self.refers(node)}

    def refers(self, node: DrawnNode) -> bool:
        return bool(node.reference) and node.trigger != "link"

    def trigger_of(self, node: DrawnNode) -> str:
        return "message" if node.kind == "task" else node.trigger

    def reference_id(self, trigger: str, reference: str) -> str:
        return f"{trigger}_{sorted(self.references()).index((trigger, reference))}"

    def scope(self, scope: str) -> None:
        flows = [flow for flow in self.drawing.flows.values() if flow.scope == scope]
        if self.drawing.flows_first:
            self.flows(flows)
        for node in self.drawing.children(scope):
            self.node(node)
        if not self.drawing.flows_first:
            self.flows(flows)
        if self.drawing.with_passive:
            self.part("textAnnotation")
            self.part("dataObjectReference")
            self.rows.append("<tool:anything><tool:task/></tool:anything>")

    def flows(self, flows: list[DrawnFlow]) -> None:
        for flow in flows:
            ends = f'sourceRef="{flow.source}" targetRef="{flow.target}"'
            self.open(
                "sequenceFlow", flow.id, f"name={quoteattr(flow.name)} {ends}", empty=not flow.condition
            )
            if flow.condition:
                self.part("conditionExpression", flow.condition)
                self.close("sequenceFlow")

    def node(self, node: DrawnNode) -> None:
        self.open(node.tag, node.id, self.attributes(node))
        if self.drawing.with_passive:
            prefix = self.drawing.prefix
            self.part("documentation", "<words>")
            inner = f"<tool:x/><{prefix}complexGateway/>"
            self.rows.append(f"<{prefix}extensionElements>{inner}</{prefix}extensionElements>")
        if self.drawing.with_ends:
            for tag, flows in (("incoming", self.drawing.incoming), ("outgoing", self.drawing.outgoing)):
                for flow in flows(node.id):
                    self.part(tag, flow)
        self.definition(node)
        self.loop(node)
        if node.kind == "subprocess":
            self.scope(node.id)
        self.close(node.tag)

    def attributes(self, node: DrawnNode) -> str:
        given = [f"name={quoteattr(node.name)}"]
        if node.type == "event" and node.kind == "subprocess":
            given.append('triggeredByEvent="true"')
        if node.default:
            given.append(f'default="{node.default}"')
        if node.kind == "task" and self.refers(node):
            given.append(f'messageRef="{self.reference_id("message", node.reference)}"')
        if node.attached_to:
            given.append(f'attachedToRef="{node.attached_to}"')
            given.append(f'cancelActivity="{str(node.interrupting).lower()}"')
        if node.type == "start" and not node.interrupting:
            given.append('isInterrupting="false"')
        return " ".join(given)

    def definition(self, node: DrawnNode) -> None:
        if node.kind != "event" or node.trigger == "none":
            return
        if node.trigger == "timer":
            inner = f"<{self.drawing.prefix}timeDuration>{node.delay}</{self.drawing.prefix}timeDuration>"
            tag = f"{self.drawing.prefix}timerEventDefinition"
            self.rows.append(f"<{tag}>{inner if node.delay else ''}</{tag}>")
        elif node.trigger == "terminate":
            self.part("terminateEventDefinition")
        elif node.trigger == "link":
            self.part("linkEventDefinition", attributes=f"name={quoteattr(node.reference)}")
        else:
            tag, attribute, _, _ = DEFINITIONS[node.trigger]
            known = (
                f'{attribute}="{self.reference_id(node.trigger, node.reference)}"' if node.reference else ""
            )
            self.part(tag, attributes=known)

    def loop(self, node: DrawnNode) -> None:
        if node.loop == "standard":
            self.part("standardLoopCharacteristics")
        elif node.loop == "parallel":
            tag = f"{self.drawing.prefix}multiInstanceLoopCharacteristics"
            count = f"{self.drawing.prefix}loopCardinality"
            inner = f"<{count}>{node.instances}</{count}>" if node.instances else ""
            self.rows.append(f'<{tag} isSequential="false">{inner}</{tag}>')

    def diagram(self) -> None:
        self.rows.append('<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="Collaboration">')
        for node in self.drawing.nodes:
            x, y, width, height = box_of(self.drawing, node)
            bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
            self.rows.append(f'<bpmndi:BPMNShape bpmnElement="{node}">{bounds}</bpmndi:BPMNShape>')
        for flow in (*self.drawing.flows, *self.drawing.messages):
            points = '<di:waypoint x="1" y="2"/><di:waypoint x="3.5" y="-4"/>'
            self.rows.append(f'<bpmndi:BPMNEdge bpmnElement="{flow}">{points}</bpmndi:BPMNEdge>')
        self.rows.append("</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>")
