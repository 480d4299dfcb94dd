"""A simple drawing from left to right, for collaborations that bring none.

Layer: interfaces. Each scope is layered by the longest path from where it begins; flows that skip layers
keep a row of their own, and flows that lead back run below. Pools are stacked. Readable, not beautiful.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise

from renkei.process.graph import Collaboration, Edge, Flow, Node, Shape

COLUMN_GAP, ROW_GAP, PADDING, HEADER = 50.0, 34.0, 26.0, 30.0
TASK, EVENT, GATEWAY, CLOSED_POOL = (110.0, 70.0), (36.0, 36.0), (46.0, 46.0), 60.0
GUEST = 84.0
"""Width that a boundary event and its name take of the border."""
LABEL = 14.0
"""Space for the name below an event or gateway, and the same above, so that middles stay level."""
MAX_HOLDERS = 2_000
"""Most place holders of a scope; beyond it flows that skip layers run straight."""
NAMED_GAP = 120.0
"""Space between columns where a flow with a name runs."""

Drawing = tuple[dict[str, Shape], dict[str, Edge]]
Point = tuple[float, float]


@dataclass
class _Block:
    """The drawing of one scope, from (0, 0)."""

    width: float = 0.0
    height: float = 0.0
    shapes: dict[str, Shape] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)

    def place(self, inner: _Block, x: float, y: float) -> None:
        """Draw ``inner`` inside this block at a point."""
        for shape in inner.shapes.values():
            self.shapes[shape.element] = replace(shape, x=shape.x + x, y=shape.y + y)
        for edge in inner.edges.values():
            points = tuple((left + x, top + y) for left, top in edge.points)
            label = edge.label and (edge.label[0] + x, edge.label[1] + y, *edge.label[2:])
            self.edges[edge.element] = Edge(edge.element, points, label)


def lay_out(graph: Collaboration) -> Drawing:
    """Return shapes and edges for all that is in ``graph``, whatever its own drawing holds."""
    layout = _Layout(graph)
    page = _Block()
    frames = [(pool.id, pool.process) for pool in graph.pools.values()]
    frames += [("", process.id) for process in graph.processes.values() if not process.pool]
    frames += [(process.id, process.id) for process in graph.called.values()]
    blocks = [(frame, layout.block(process) if process else _Block()) for frame, process in frames]
    width = max((block.width for _, block in blocks), default=0.0) + HEADER + 2 * PADDING
    top, bands = 0.0, []
    for frame, block in blocks:
        height = block.height + 2 * PADDING if block.shapes else CLOSED_POOL
        page.place(block, HEADER + PADDING, top + PADDING)
        if frame:
            page.shapes[frame] = Shape(frame, 0.0, top, width, height)
        bands.append((top, top + height))
        top += height + ROW_GAP
    for message in graph.messages.values():
        ends = (_message_end(graph, page, end) for end in (message.source, message.target))
        source, target = ends
        if source and target:
            page.edges[message.id] = Edge(message.id, _between_pools(source, target, bands))
    return page.shapes, page.edges


def _message_end(graph: Collaboration, page: _Block, end: str) -> Shape | None:
    if end:
        return page.shapes.get(end)
    closed = [pool.id for pool in graph.pools.values() if not pool.process]
    return page.shapes.get(closed[0]) if closed else None


def _between_pools(source: Shape, target: Shape, bands: list[tuple[float, float]]) -> tuple[Point, ...]:
    down = source.y < target.y
    start = (source.x + source.width / 2, source.y + source.height if down else source.y)
    end = (target.x + target.width / 2, target.y if down else target.y + target.height)
    if source.height == CLOSED_POOL:
        start = (end[0], start[1])
    elif target.height == CLOSED_POOL:
        end = (start[0], end[1])
    band = next(band for band in bands if band[0] <= target.y <= band[1])
    between = band[0] - ROW_GAP / 2 if down else band[1] + ROW_GAP / 2
    return (start, end) if start[0] == end[0] else (start, (start[0], between), (end[0], between), end)


class _Layout:
    """The layout of the scopes of one collaboration."""

    def __init__(self, graph: Collaboration) -> None:
        self.graph = graph
        self.inside: dict[str, list[Node]] = defaultdict(list)
        for node in graph.nodes.values():
            self.inside[node.scope].append(node)

    def block(self, scope: str) -> _Block:
        """Return the drawing of what stands in ``scope``."""
        nodes = [node for node in self.inside[scope] if node.type != "boundary"]
        inner = {node.id: self.block(node.id) for node in nodes if node.kind == "subprocess"}
        return _Scope(self.graph, nodes, self.inside[scope], inner).draw()


class _Scope:
    """The layout of one scope: columns by longest path, rows by where the flows come from."""

    def __init__(
        self, graph: Collaboration, nodes: list[Node], everything: list[Node], inner: dict[str, _Block]
    ) -> None:
        self.graph, self.nodes, self.inner = graph, nodes, inner
        self.boundaries = [node for node in everything if node.type == "boundary"]
        self.host = {node.id: node.attached_to for node in self.boundaries}
        self.guests: dict[str, list[str]] = defaultdict(list)
        for node in self.boundaries:
            self.guests[node.attached_to].append(node.id)
        known = {node.id for node in everything}
        self.flows = [
            flow
            for node in everything
            for flow in map(graph.flows.__getitem__, node.outgoing)
            if flow.target in known
        ]
        self.named = {flow.target for flow in self.flows if flow.name}
        self.size = {node.id: self._size(node) for node in nodes}
        self.drawn = _Block()
        self.column: dict[str, float] = {}
        """Element -> left edge of its column."""

    def _size(self, node: Node) -> tuple[float, float]:
        block = self.inner.get(node.id)
        width, height = TASK
        if block is not None and block.shapes:
            width, height = block.width + 2 * PADDING, block.height + 2 * PADDING
        if node.kind in {"task", "subprocess"}:
            return max(width, GUEST * len(self.guests[node.id])), height
        return EVENT if node.kind == "event" else GATEWAY

    def draw(self) -> _Block:
        back = self._back_flows()
        layer = self._layers(back)
        ways = self._ways(layer, back)
        self._place(self._columns(layer, ways))
        for host, guests in self.guests.items():
            self._place_guests(self.drawn.shapes[host], guests)
        lowest = self.drawn.height
        for flow in self.flows:
            if flow.id in back:
                lowest += 14.0
                self._route_back(flow, lowest)
            else:
                self._route(flow, ways.get(flow.id, []))
        self.drawn.height = lowest + (6.0 if lowest > self.drawn.height else 0.0)
        for dummies in ways.values():
            for dummy in dummies:
                del self.drawn.shapes[dummy]
        return self.drawn

    def _from(self, flow: Flow) -> str:
        return self.host.get(flow.source, flow.source)

    def _back_flows(self) -> set[str]:
        """Return the flows that close a circle, seen from where the scope begins."""
        out: dict[str, list[Flow]] = defaultdict(list)
        for flow in self.flows:
            out[self._from(flow)].append(flow)
        state: dict[str, str] = {}
        back: set[str] = set()
        entered = {flow.target for flow in self.flows}
        roots = [node.id for node in self.nodes if node.id not in entered]
        for root in [*roots, *(node.id for node in self.nodes)]:
            if root in state:
                continue
            state[root] = "open"
            stack = [(root, iter(out[root]))]
            while stack:
                here, ahead = stack[-1]
                following = next(ahead, None)
                if following is None:
                    state[here] = "done"
                    stack.pop()
                elif state.get(following.target) == "open":
                    back.add(following.id)
                elif following.target not in state:
                    state[following.target] = "open"
                    stack.append((following.target, iter(out[following.target])))
        return back

    def _layers(self, back: set[str]) -> dict[str, int]:
        layer = {node.id: 0 for node in self.nodes}
        waiting = dict.fromkeys(layer, 0)
        out: dict[str, list[str]] = defaultdict(list)
        for flow in self.flows:
            if flow.id not in back:
                out[self._from(flow)].append(flow.target)
                waiting[flow.target] += 1
        free = [node for node, count in waiting.items() if not count]
        while free:
            node = free.pop()
            for target in out[node]:
                layer[target] = max(layer[target], layer[node] + 1)
                waiting[target] -= 1
                if not waiting[target]:
                    free.append(target)
        return layer

    def _ways(self, layer: dict[str, int], back: set[str]) -> dict[str, list[str]]:
        """Return for flows that skip layers a place holder in each layer between."""
        ways: dict[str, list[str]] = {}
        most = len(self.size) + MAX_HOLDERS
        for flow in self.flows:
            first, last = layer[self._from(flow)] + 1, layer[flow.target]
            if flow.id in back or first >= last or len(self.size) + last - first > most:
                continue
            ways[flow.id] = [f"{flow.id}|{number}" for number in range(first, last)]
            for number, dummy in enumerate(ways[flow.id], first):
                layer[dummy] = number
                self.size[dummy] = (1.0, 16.0)
        return ways

    def _columns(self, layer: dict[str, int], ways: dict[str, list[str]]) -> list[list[str]]:
        """Return the elements of each layer from top to bottom, near to where their flows come from."""
        before: dict[str, list[str]] = defaultdict(list)
        for flow in self.flows:
            chain = [self._from(flow), *ways.get(flow.id, []), flow.target]
            for source, target in pairwise(chain):
                before[target].append(source)
        columns: list[list[str]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
        for element, number in layer.items():
            columns[number].append(element)
        row: dict[str, float] = {}
        for column in columns:
            known = {
                element: [row[source] for source in before[element] if source in row] for element in column
            }
            column.sort(
                key=lambda element: sum(known[element]) / len(known[element]) if known[element] else 0.0
            )
            row.update({element: number - (len(column) - 1) / 2 for number, element in enumerate(column)})
        return columns

    def _place(self, columns: list[list[str]]) -> None:
        labelled = {node.id for node in self.nodes if node.kind in {"event", "gateway"} and node.name}
        spare = {element: LABEL if element in labelled | self.guests.keys() else 0.0 for element in self.size}
        heights = [
            sum(self.size[element][1] + 2 * spare[element] for element in column)
            + ROW_GAP * (len(column) - 1)
            for column in columns
        ]
        middle, self.drawn.height = max(heights, default=0.0) / 2, max(heights, default=0.0)
        for column, height in zip(columns, heights, strict=True):
            x = self.drawn.width + (self._gap(column) if self.drawn.width else 0.0)
            width = max(self.size[element][0] for element in column)
            y = middle - height / 2
            for element in column:
                own = self.size[element]
                left, top = x + (width - own[0]) / 2, y + spare[element]
                self.drawn.shapes[element] = Shape(element, left, top, *own)
                if element in self.inner:
                    self.drawn.place(self.inner[element], left + PADDING, top + PADDING)
                y += own[1] + 2 * spare[element] + ROW_GAP
            self.drawn.width = x + width
            self.column.update(dict.fromkeys(column, x))

    def _gap(self, column: list[str]) -> float:
        """Return the space before a column: more where a flow with a name comes in."""
        return NAMED_GAP if self.named.intersection(column) else COLUMN_GAP

    def _place_guests(self, host: Shape, guests: list[str]) -> None:
        for number, guest in enumerate(guests, 1):
            x = host.x + host.width * (number - 0.5) / len(guests) - EVENT[0] / 2
            self.drawn.shapes[guest] = Shape(guest, x, host.y + host.height - EVENT[1] / 2, *EVENT)

    def _route(self, flow: Flow, way: list[str]) -> None:
        stops = [self.drawn.shapes[element] for element in (flow.source, *way, flow.target)]
        source, target = stops[0], stops[-1]
        points: list[Point] = [(source.x + source.width, source.y + source.height / 2)]
        if flow.source in self.host:
            points = [(source.x + source.width / 2, source.y + source.height)]
            points.append((points[0][0], points[0][1] + 14.0))
        for stop in stops[1:]:
            end, last = (stop.x, stop.y + stop.height / 2), points[-1]
            if abs(last[1] - end[1]) > 0.5:
                # Turn in the gap before the column, close to where the flow comes from.
                turn = max(self.column[stop.element] - COLUMN_GAP / 2, last[0])
                if flow.name and stop is target:
                    turn = max(self.column[stop.element] - NAMED_GAP + COLUMN_GAP / 2, last[0])
                points += [(turn, last[1]), (turn, end[1])]
            points.append(end)
        label = self._name_box(flow, points[-1])
        self.drawn.edges[flow.id] = Edge(flow.id, tuple(points), label)

    def _name_box(self, flow: Flow, end: Point) -> tuple[float, float, float, float] | None:
        """Return where the name of a flow stands: over its last, level part."""
        if not flow.name:
            return None
        lines = min(3, 1 + len(flow.name) // 13)
        left = self.column[flow.target] - NAMED_GAP + COLUMN_GAP / 2 + 4
        return left, end[1] - 4 - 13.0 * lines, NAMED_GAP - COLUMN_GAP / 2 - 14, 13.0 * lines

    def _route_back(self, flow: Flow, y: float) -> None:
        source, target = self.drawn.shapes[flow.source], self.drawn.shapes[flow.target]
        left, right = target.x + target.width / 2, source.x + source.width / 2
        points = ((right, source.y + source.height), (right, y), (left, y), (left, target.y + target.height))
        self.drawn.edges[flow.id] = Edge(flow.id, points)
