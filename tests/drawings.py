"""Random collaborations: blocks nested in blocks, messages between pools, then a few mutations.

Blocks alone are sound; messages placed at random and mutations of gateways, flows and events mostly are
not. Drawn as graphs, not as files; files are what ``tests/process`` is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from renkei.process.graph import Collaboration, Flow, MessageFlow, Node, Pool, Process

BLOCKS = ["task", "task", "sequence", "exclusive", "parallel", "inclusive", "loop", "race", "subprocess"]


@dataclass
class Sketch:
    """Nodes and flows so far."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    messages: dict[str, MessageFlow] = field(default_factory=dict)

    def node(self, kind: str, type_: str, scope: str, **more: object) -> str:
        name = f"{type_}{len(self.nodes)}"
        self.nodes[name] = Node(name, kind, type_, name, scope, len(self.nodes) + 1, **more)  # type: ignore[arg-type]
        return name

    def flow(self, source: str, target: str) -> str:
        name = f"f{len(self.flows)}"
        self.flows[name] = Flow(name, "", source, target)
        return name

    def finish(self, pools: dict[str, Pool]) -> Collaboration:
        nodes = {
            name: replace(
                node,
                incoming=tuple(f.id for f in self.flows.values() if f.target == name),
                outgoing=tuple(f.id for f in self.flows.values() if f.source == name),
            )
            for name, node in self.nodes.items()
        }
        processes = {pool.process: Process(pool.process, pool.name, pool.id) for pool in pools.values()}
        return Collaboration(
            "drawn", "drawn", "drawn.bpmn", processes, nodes, dict(self.flows), dict(self.messages), pools
        )


def _block(draw: DrawFn, sketch: Sketch, scope: str, depth: int) -> tuple[str, str]:
    """Draw a block and return its first and last node."""
    kind = draw(st.sampled_from(BLOCKS if depth else ["task"]))
    if kind == "task":
        task = sketch.node("task", "task", scope)
        if draw(st.integers(0, 5)) == 0:
            _boundary(draw, sketch, scope, task, depth)
        return task, task
    if kind == "sequence":
        first, last = _block(draw, sketch, scope, depth - 1), _block(draw, sketch, scope, depth - 1)
        sketch.flow(first[1], last[0])
        return first[0], last[1]
    if kind == "loop":
        enter, leave = (sketch.node("gateway", "exclusive", scope) for _ in range(2))
        first, last = _block(draw, sketch, scope, depth - 1)
        for source, target in ((enter, first), (last, leave), (leave, enter)):
            sketch.flow(source, target)
        return enter, leave
    if kind == "subprocess":
        host = sketch.node("subprocess", "embedded", scope)
        _body(draw, sketch, host, depth - 1)
        if draw(st.booleans()):
            _boundary(draw, sketch, scope, host, depth)
        return host, host
    if kind == "race":
        return _race(draw, sketch, scope, depth)
    split, join = (sketch.node("gateway", kind, scope) for _ in range(2))
    for _ in range(2):
        first, last = _block(draw, sketch, scope, depth - 1)
        sketch.flow(split, first)
        sketch.flow(last, join)
    return split, join


def _race(draw: DrawFn, sketch: Sketch, scope: str, depth: int) -> tuple[str, str]:
    split = sketch.node("gateway", "event", scope)
    join = sketch.node("gateway", "exclusive", scope)
    for trigger in ("message", draw(st.sampled_from(["message", "timer"]))):
        caught = sketch.node("event", "catch", scope, trigger=trigger)
        first, last = _block(draw, sketch, scope, depth - 1)
        for source, target in ((split, caught), (caught, first), (last, join)):
            sketch.flow(source, target)
    return split, join


def _boundary(draw: DrawFn, sketch: Sketch, scope: str, host: str, depth: int) -> None:
    trigger = draw(st.sampled_from(["message", "timer"]))
    interrupting = draw(st.booleans())
    event = sketch.node(
        "event", "boundary", scope, trigger=trigger, interrupting=interrupting, attached_to=host
    )
    if draw(st.booleans()) and depth:
        first, last = _block(draw, sketch, scope, 0)
        sketch.flow(event, first)
        event = last
    sketch.flow(event, sketch.node("event", "end", scope))


def _body(draw: DrawFn, sketch: Sketch, scope: str, depth: int) -> None:
    triggers = ["none"] if scope in sketch.nodes else ["none", "none", "message"]
    start = sketch.node("event", "start", scope, trigger=draw(st.sampled_from(triggers)))
    first, last = _block(draw, sketch, scope, depth)
    end = sketch.node("event", "end", scope, trigger=draw(st.sampled_from(["none", "none", "terminate"])))
    sketch.flow(start, first)
    sketch.flow(last, end)


def _may_send(node: Node) -> bool:
    return node.kind == "task" or (node.kind == "event" and node.type == "throw")


def _may_receive(node: Node) -> bool:
    waits = node.type in {"start", "catch", "boundary"} and node.trigger == "message"
    return (node.kind == "task") or (node.kind == "event" and waits)


def _connect(draw: DrawFn, sketch: Sketch, homes: dict[str, str]) -> None:
    """Draw message flows between the pools; each node is an end of at most one."""
    senders = [n.id for n in sketch.nodes.values() if _may_send(n)]
    used: set[str] = set()
    must = [n.id for n in sketch.nodes.values() if n.type != "task" and _may_receive(n)]
    may = [n.id for n in sketch.nodes.values() if n.kind == "task"]
    wanted = must + draw(st.lists(st.sampled_from(may), max_size=2, unique=True))
    for target in wanted:
        pairs = [s for s in senders if homes[s] != homes[target] and s not in used and target not in used]
        if pairs:
            source = draw(st.sampled_from(pairs))
            used |= {source, target}
            name = f"m{len(sketch.messages)}"
            sketch.messages[name] = MessageFlow(name, name, source, target)


def _mutate(draw: DrawFn, sketch: Sketch) -> None:
    kind = draw(st.sampled_from(["gateway", "retarget", "end"]))
    gateways = [n for n in sketch.nodes.values() if n.kind == "gateway" and n.type != "event"]
    ends = [n for n in sketch.nodes.values() if n.type == "end"]
    if kind == "gateway" and gateways:
        node = draw(st.sampled_from(gateways))
        other = draw(st.sampled_from(["exclusive", "parallel", "inclusive"]))
        sketch.nodes[node.id] = replace(node, type=other)
    elif kind == "end":
        node = draw(st.sampled_from(ends))
        sketch.nodes[node.id] = replace(node, trigger="terminate" if node.trigger == "none" else "none")
    elif kind == "retarget":
        flow = draw(st.sampled_from(list(sketch.flows.values())))
        scope = sketch.nodes[flow.source].scope
        source = sketch.nodes[flow.source]
        targets = [
            n.id
            for n in sketch.nodes.values()
            if n.scope == scope and n.type not in {"start", "boundary"} and n.id != flow.source
        ]
        if source.type != "event" and targets:
            sketch.flows[flow.id] = replace(flow, target=draw(st.sampled_from(targets)))


@st.composite
def collaborations(draw: DrawFn, depth: int = 2, least: int = 1, most: int = 2) -> Collaboration:
    """Draw a collaboration of ``least`` to ``most`` pools, with up to two mutations."""
    sketch = Sketch()
    pools, homes = {}, {}
    for number in range(draw(st.integers(least, most))):
        process = f"process{number}"
        pools[f"pool{number}"] = Pool(f"pool{number}", f"Pool {number}", process)
        before = set(sketch.nodes)
        _body(draw, sketch, process, depth)
        homes.update(dict.fromkeys(set(sketch.nodes) - before, process))
    _connect(draw, sketch, homes)
    for _ in range(draw(st.integers(0, 2))):
        _mutate(draw, sketch)
    return sketch.finish(pools)
