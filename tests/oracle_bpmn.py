"""A BPMN collaboration interpreted directly on the drawing: no net, no compiler, no shared code.

Follows the formal semantics of Houhou, Baarir, Poizat, Quéinnec and Kahloul (A first-order logic semantics
for communication-parametric BPMN collaborations, BPM 2019; Information and Software Technology, 2022), in
which every activity takes two steps: it starts, then it completes. Differences: an event-based gateway and
what follows it are one step apart here too, timers on the border of an activity that do not interrupt it
go off once.

A state is a pair (tokens by sequence or message flow, tokens by node), both as frozen sets of pairs.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from renkei.process.graph import Collaboration, Node

State = tuple[frozenset[tuple[str, int]], frozenset[tuple[str, int]]]


class Oracle:
    """Interprets one collaboration."""

    def __init__(self, graph: Collaboration) -> None:
        self.graph = graph
        self.tops = [p for p in graph.processes if any(n.scope == p for n in graph.nodes.values())]

    # ---- structure

    def inside(self, scope: str) -> set[str]:
        found = {n.id for n in self.graph.nodes.values() if n.scope == scope}
        for node in list(found):
            if self.graph.nodes[node].kind == "subprocess":
                found |= self.inside(node)
        return found

    def flows_inside(self, scope: str) -> set[str]:
        nodes = self.inside(scope)
        return {f.id for f in self.graph.flows.values() if f.source in nodes and f.target in nodes}

    def messages_to(self, node: Node) -> list[str]:
        return [m.id for m in self.graph.messages.values() if m.target == node.id]

    def messages_from(self, node: Node) -> list[str]:
        return [m.id for m in self.graph.messages.values() if m.source == node.id]

    def ways_to(self, gateway: str, flow: str) -> tuple[set[str], set[str]]:
        """Return the flows and nodes from which a token may come to ``flow`` without passing ``gateway``."""
        flows, nodes = {flow}, set()
        stack = [self.graph.flows[flow].source]
        while stack:
            name = stack.pop()
            if name == gateway or name in nodes:
                continue
            nodes.add(name)
            node = self.graph.nodes[name]
            if node.type == "boundary":
                stack.append(node.attached_to)
            for incoming in node.incoming:
                flows.add(incoming)
                stack.append(self.graph.flows[incoming].source)
            if node.kind == "subprocess":
                nodes |= self.inside(name)
                flows |= self.flows_inside(name)
        return flows, nodes

    # ---- the game

    def initial(self) -> State:
        return _freeze(Counter(), Counter({f"ready {p}": 1 for p in self.tops}))

    def steps(self, state: State) -> Iterator[State]:
        flows, nodes = Counter(dict(state[0])), Counter(dict(state[1]))
        for node in self.graph.nodes.values():
            for after_flows, after_nodes in self._node_steps(node, flows, nodes):
                yield _freeze(after_flows, after_nodes)

    def _node_steps(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        kind = node.type if node.kind in {"event", "gateway"} else node.kind
        yield from getattr(self, f"_{kind}")(node, flows, nodes)

    def _received(self, node: Node, flows: Counter[str]) -> Iterator[Counter[str]]:
        reaching = self.messages_to(node)
        if not reaching:
            yield flows
        for message in reaching:
            if flows[message]:
                yield _minus(flows, [message])

    def _sent(self, node: Node) -> list[str]:
        return self.messages_from(node)

    def _start(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        ready = f"ready {node.scope}"
        if node.scope in self.tops and nodes[ready]:
            for after in self._received(node, flows) if node.trigger == "message" else [flows]:
                yield _plus(after, node.outgoing), _minus(nodes, [ready])

    def _end(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        for flow in node.incoming:
            if not flows[flow]:
                continue
            if node.trigger == "terminate":
                gone, rest = self.flows_inside(node.scope), self.inside(node.scope)
                timers = {f"armed {name}" for name in rest}
                yield _without(flows, gone), _plus(_without(nodes, rest | timers), [node.id])
            else:
                sent = self._sent(node) if node.trigger == "message" else []
                yield _plus(_minus(flows, [flow]), sent), _plus(nodes, [node.id])

    def _throw(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        for flow in node.incoming:
            if flows[flow]:
                sent = self._sent(node) if node.trigger == "message" else []
                yield _plus(_minus(flows, [flow]), [*node.outgoing, *sent]), nodes

    def _catch(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        for flow in node.incoming:
            if flows[flow]:
                taken = _minus(flows, [flow])
                for after in self._received(node, taken) if node.trigger == "message" else [taken]:
                    yield _plus(after, node.outgoing), nodes

    def _exclusive(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        for flow in node.incoming:
            for out in node.outgoing:
                if flows[flow]:
                    yield _plus(_minus(flows, [flow]), [out]), nodes

    def _parallel(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        if all(flows[flow] for flow in node.incoming):
            yield _plus(_minus(flows, node.incoming), node.outgoing), nodes

    def _inclusive(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        marked = [flow for flow in node.incoming if flows[flow]]
        if not marked:
            return
        free_flows: set[str] = set()
        free_nodes: set[str] = set()
        for flow in marked:
            seen = self.ways_to(node.id, flow)
            free_flows |= seen[0]
            free_nodes |= seen[1]
        for flow in node.incoming:
            if flow not in marked:
                seen = self.ways_to(node.id, flow)
                if any(flows[f] for f in seen[0] - free_flows) or any(nodes[n] for n in seen[1] - free_nodes):
                    return
        plain = [flow for flow in node.outgoing if flow != node.default]
        sets = [[f for i, f in enumerate(plain) if bits >> i & 1] for bits in range(1, 1 << len(plain))]
        if node.default:
            sets.append([node.default])
        for out in sets:
            yield _plus(_minus(flows, marked), out), nodes

    def _event(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        for flow in node.incoming:
            for out in node.outgoing:
                follower = self.graph.nodes[self.graph.flows[out].target]
                awaited = self.messages_to(follower)
                if flows[flow] and (not awaited or any(flows[m] for m in awaited)):
                    yield _plus(_minus(flows, [flow]), [out]), nodes

    def _timers(self, node: Node) -> list[str]:
        return [
            f"armed {b.id}"
            for b in self.graph.nodes.values()
            if b.attached_to == node.id and b.trigger == "timer" and not b.interrupting
        ]

    def _task(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        for flow in node.incoming:
            if flows[flow] and not nodes[node.id]:
                yield _minus(flows, [flow]), _plus(nodes, [node.id, *self._timers(node)])
        if nodes[node.id]:
            rest = _without(_minus(nodes, [node.id]), set(self._timers(node)))
            for after in self._received(node, flows):
                yield _plus(after, [*node.outgoing, *self._sent(node)]), rest

    def _subprocess(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        starts = [n for n in self.graph.nodes.values() if n.scope == node.id and n.type == "start"]
        for flow in node.incoming:
            if flows[flow] and not nodes[node.id]:
                begun = [out for start in starts for out in start.outgoing]
                yield _plus(_minus(flows, [flow]), begun), _plus(nodes, [node.id, *self._timers(node)])
        if nodes[node.id] and self._is_done(node, flows, nodes):
            ends = {n.id for n in self.graph.nodes.values() if n.scope == node.id and n.type == "end"}
            rest = _without(nodes, ends | {node.id} | set(self._timers(node)))
            yield _plus(flows, node.outgoing), rest

    def _is_done(self, node: Node, flows: Counter[str], nodes: Counter[str]) -> bool:
        if any(flows[flow] for flow in self.flows_inside(node.id)):
            return False
        inner = self.inside(node.id)
        return all(self.graph.nodes[name].type == "end" or not nodes[name] for name in inner)

    def _boundary(self, node: Node, flows: Counter[str], nodes: Counter[str]):
        host = self.graph.nodes[node.attached_to]
        if not nodes[host.id]:
            return
        for after in self._received(node, flows) if node.trigger == "message" else [flows]:
            if not node.interrupting:
                armed = [f"armed {node.id}"] if node.trigger == "timer" else []
                if all(nodes[name] for name in armed):
                    yield _plus(after, node.outgoing), _minus(nodes, armed)
            elif host.kind != "subprocess":
                rest = _without(_minus(nodes, [host.id]), set(self._timers(host)))
                yield _plus(after, node.outgoing), rest
            elif not self._is_done(host, flows, nodes):
                inner = self.inside(host.id)
                gone = inner | {host.id} | set(self._timers(host)) | {f"armed {name}" for name in inner}
                left = _without(after, self.flows_inside(host.id))
                yield _plus(left, node.outgoing), _without(nodes, gone)

    # ---- verdicts

    def explore(self, limit: int) -> dict[State, set[State]] | None:
        graph: dict[State, set[State]] = {}
        queue = deque([self.initial()])
        known = {self.initial()}
        while queue:
            state = queue.popleft()
            graph[state] = set(self.steps(state))
            for target in graph[state] - known:
                known.add(target)
                queue.append(target)
            if len(known) > limit:
                return None
        return graph

    def is_over(self, state: State, *, messages: bool) -> bool:
        """Return whether no token is left but one at some ends, and no message where that is asked."""
        for flow, count in state[0]:
            if count and (flow in self.graph.flows or messages):
                return False
        for name, count in state[1]:
            if name.startswith("ready "):
                continue
            if self.graph.nodes.get(name) is None or self.graph.nodes[name].type != "end" or count > 1:
                return False
        return True

    def verdicts(self, limit: int = 20_000) -> dict[str, bool] | None:
        """Return safe, sound and sound-relaxed (without dead elements), or None where it grows too large."""
        graph = self.explore(limit)
        if graph is None:
            return None
        safe = all(count < 2 for flows, _ in graph for flow, count in flows if flow in self.graph.flows)
        result = {"safe": safe}
        for name, messages in (("sound", True), ("sound-relaxed", False)):
            goals = {s for s, leads in graph.items() if not leads and self.is_over(s, messages=messages)}
            result[name] = len(_able(graph, goals)) == len(graph)
        return result


def _able(graph: dict[State, set[State]], goals: set[State]) -> set[State]:
    before: dict[State, set[State]] = {}
    for state, leads in graph.items():
        for target in leads:
            before.setdefault(target, set()).add(state)
    found, stack = set(goals), list(goals)
    while stack:
        for state in before.get(stack.pop(), ()):
            if state not in found:
                found.add(state)
                stack.append(state)
    return found


def _freeze(flows: Counter[str], nodes: Counter[str]) -> State:
    return (
        frozenset((name, count) for name, count in flows.items() if count),
        frozenset((name, count) for name, count in nodes.items() if count),
    )


def _plus(tokens: Counter[str], names: Iterable[str]) -> Counter[str]:
    result = Counter(tokens)
    result.update(names)
    return result


def _minus(tokens: Counter[str], names: Iterable[str]) -> Counter[str]:
    result = Counter(tokens)
    for name in names:
        result[name] -= 1
    return result


def _without(tokens: Counter[str], names: set[str]) -> Counter[str]:
    return Counter({name: count for name, count in tokens.items() if name not in names})
