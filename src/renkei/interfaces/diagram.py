"""The user's own drawing as SVG, with what a verb found out laid over it.

Layer: interfaces. What comes from a file is escaped, the picture needs no font, style sheet or script
from elsewhere, and all its class names begin with ``rk-``, so it can stand inside any page. The drawing of
the file is used where it shows every node of the processes; else a simple one is made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from renkei.interfaces.canvas import Canvas, arrow, middle_of, path_of
from renkei.interfaces.label import LINE_HEIGHT, fitted, longest_word, text_at, width_of, wrapped
from renkei.interfaces.layout import lay_out
from renkei.interfaces.symbol import describe, icon
from renkei.process.graph import Collaboration, Edge, Flow, Node, Shape

TEXT_SIZES = (12.0, 11.0, 10.0, 9.0)
LABEL_SIZE = 11.0
HEADER = 30.0
SIGN = 16.0
"""Height of the sign of a task's type, at its upper left."""
HEAT = ((255, 255, 255), (254, 232, 200), (253, 187, 132), (239, 138, 74))
"""From none to all: light to dark in one hue, so that it reads without colour sight, under dark text."""
STYLE = """
.rk-diagram{font-family:system-ui,"Noto Sans","Noto Sans CJK JP",sans-serif;max-width:100%;height:auto}
.rk-diagram .rk-pool,.rk-diagram .rk-lane,.rk-diagram .rk-shape{fill:#fff;stroke:#334155;stroke-width:1.3}
.rk-diagram .rk-pool{fill:#fbfcfe}
.rk-diagram .rk-lane{fill:none;stroke:#94a3b8;stroke-width:1}
.rk-diagram .rk-header{fill:#eef2f7;stroke:#334155;stroke-width:1.3}
.rk-diagram .rk-scope{fill:#fff}.rk-diagram .rk-dotted{stroke-dasharray:2 3}
.rk-diagram .rk-dashed{stroke-dasharray:5 3}.rk-diagram .rk-thick{stroke-width:3}
.rk-diagram .rk-icon{fill:none;stroke:#334155;stroke-width:1.2;stroke-linejoin:round}
.rk-diagram .rk-filled{fill:#334155;stroke:#fff;stroke-width:.8}
.rk-diagram .rk-heavy .rk-icon{stroke-width:2.6}
.rk-diagram .rk-flow{fill:none;stroke:#334155;stroke-width:1.3;stroke-linejoin:round}
.rk-diagram .rk-message{stroke:#52606d;stroke-dasharray:6 4}
.rk-diagram .rk-head{fill:#334155;stroke:#334155;stroke-linejoin:round}
.rk-diagram .rk-open{fill:#fff;stroke:#52606d;stroke-width:1.2}
.rk-diagram text{fill:#1f2933;text-anchor:middle}.rk-diagram .rk-title{font-weight:600}
.rk-diagram .rk-halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.rk-diagram .rk-token{fill:#1d4ed8;stroke:#fff;stroke-width:1.5}
.rk-diagram .rk-count{fill:#fff;font-weight:700}
.rk-diagram .rk-mark .rk-shape,.rk-diagram .rk-mark .rk-flow{stroke:#1d4ed8;stroke-width:3}
.rk-diagram .rk-mark .rk-head{fill:#1d4ed8;stroke:#1d4ed8}
.rk-diagram .rk-mark-fail .rk-shape,.rk-diagram .rk-mark-fail .rk-flow{stroke:#b42318;stroke-width:4}
.rk-diagram .rk-mark-fail .rk-head{fill:#b42318;stroke:#b42318}
@media print{.rk-diagram{max-width:none}}
"""


def diagram_svg(
    collaboration: Collaboration,
    *,
    language: str = "en",
    marks: Mapping[str, str] | None = None,
    heat: Mapping[str, float] | None = None,
    tokens: Mapping[str, int] | None = None,
) -> str:
    """Return the drawing as one ``<svg>`` element that can stand alone or inside HTML.

    Args:
        collaboration: What to draw.
        language: ``en`` or ``ja``, for what the picture is called and for the names of the symbols.
        marks: Element id -> kind of mark; ``fail`` is red, any other kind blue, and each kind is the class
            ``rk-mark-KIND``.
        heat: Task id -> share from 0 to 1, which colours the task.
        tokens: Flow or node id -> number of tokens shown on it.
    """
    return _Picture(collaboration, language, marks or {}, heat or {}, tokens or {}).svg()


def is_drawn(collaboration: Collaboration) -> bool:
    """Return whether the file's own drawing shows every node that stands directly in a process."""
    return all(
        node.id in collaboration.shapes
        for node in collaboration.nodes.values()
        if node.scope in collaboration.processes
    )


class _Picture:
    """One picture while it is being drawn, from back to front."""

    def __init__(
        self,
        graph: Collaboration,
        language: str,
        marks: Mapping[str, str],
        heat: Mapping[str, float],
        tokens: Mapping[str, int],
    ) -> None:
        self.graph, self.language = graph, language
        self.marks, self.heat, self.tokens = marks, heat, tokens
        self.shapes, self.edges = (graph.shapes, graph.edges) if is_drawn(graph) else lay_out(graph)
        self.inside: dict[str, list[Node]] = defaultdict(list)
        for node in graph.nodes.values():
            self.inside[node.scope].append(node)
        self.canvas = Canvas()

    def svg(self) -> str:
        """Return the whole picture."""
        self._draw_frames()
        nodes = [node for node in self.graph.nodes.values() if node.id in self.shapes]
        scopes = [node for node in nodes if self._is_open(node)]
        for node in sorted(scopes, key=lambda node: -self._area(node)):
            self._draw_scope(node)
        for flow in self.graph.flows.values():
            self._draw_flow(flow)
        for message in self.graph.messages.values():
            if message.id in self.edges:
                self._draw_message(message.id, message.name, self.edges[message.id])
        for node in sorted(nodes, key=lambda node: node.type == "boundary"):
            if not self._is_open(node):
                self._draw_node(node)
        self._draw_tokens()
        return self.canvas.svg(self._title(), self._description(), self.language, STYLE)

    # -- what is told in words ----------------------------------------------------------------------------

    def _title(self) -> str:
        return self.graph.name or self.graph.id

    def _description(self) -> str:
        tasks = sum(node.kind == "task" for node in self.graph.nodes.values())
        counts = len(self.graph.pools), tasks, len(self.graph.messages)
        if self.language == "ja":
            return "業務プロセス図：プール{}、タスク{}、メッセージフロー{}。".format(*counts)
        return "Process diagram with {} pools, {} tasks and {} message flows.".format(*counts)

    def _group(self, element: str, kinds: Iterable[str], title: str, content: str) -> None:
        mark = self.marks.get(element)
        classes = [f"rk-{kind}" for kind in kinds]
        if mark is not None:
            classes += ["rk-mark", f"rk-mark-{re.sub(r'[^a-z0-9]+', '-', mark.lower())[:40]}"]
        names = " ".join(classes)
        self.canvas.add(
            f'<g class="{names}" data-element={quoteattr(element)}>'
            f"<title>{escape(title)}</title>{content}</g>"
        )

    # -- pools, lanes, open sub-processes -----------------------------------------------------------------

    def _draw_frames(self) -> None:
        for pool in self.graph.pools.values():
            if pool.id in self.shapes:
                self._draw_pool(pool.id, pool.name, closed=not pool.process)
        for process in self.graph.called.values():
            if process.id in self.shapes:
                self._draw_pool(process.id, process.name or process.id, closed=False)
        for lane in self.graph.lanes.values():
            if lane.id in self.shapes:
                shape = self.shapes[lane.id]
                label = self._header(shape, lane.name, box=False)
                self._group(lane.id, ["part"], lane.name, self.canvas.rectangle(shape, "rk-lane") + label)

    def _draw_pool(self, element: str, name: str, *, closed: bool) -> None:
        shape = self.shapes[element]
        frame = self.canvas.rectangle(shape, "rk-pool rk-shape")
        if closed:
            lines, size = fitted(name, shape.width - 10, shape.height, TEXT_SIZES)
            middle = shape.x + shape.width / 2, shape.y + shape.height / 2
            content = frame + text_at(lines, *middle, size, css="rk-label rk-title")
        else:
            content = frame + self._header(shape, name, box=True)
        self._group(element, ["part"], name, content)

    def _header(self, shape: Shape, name: str, *, box: bool) -> str:
        """Return the name along the left edge, or along the top of what is drawn upright."""
        long, across = (shape.height, shape.width) if shape.horizontal else (shape.width, shape.height)
        band = min(HEADER, across)
        lines, size = fitted(name, long - 8, band, TEXT_SIZES)
        css = "rk-label rk-title" if box else "rk-label"
        if shape.horizontal:
            area = Shape("", shape.x, shape.y, band, shape.height)
            text = text_at(lines, shape.x + band / 2, shape.y + shape.height / 2, size, css=css, turned=True)
        else:
            area = Shape("", shape.x, shape.y, shape.width, band)
            text = text_at(lines, shape.x + shape.width / 2, shape.y + band / 2, size, css=css)
        return (self.canvas.rectangle(area, "rk-header") if box else "") + text

    def _is_open(self, node: Node) -> bool:
        """Return whether the content of a sub-process is drawn inside it."""
        shape = self.shapes.get(node.id)
        if node.kind != "subprocess" or shape is None or not shape.expanded:
            return False
        body = node.reference if node.type == "call" else node.id
        return any(
            child.id in self.shapes and _contains(shape, self.shapes[child.id]) for child in self.inside[body]
        )

    def _area(self, node: Node) -> float:
        return self.shapes[node.id].width * self.shapes[node.id].height

    def _draw_scope(self, node: Node) -> None:
        shape = self.shapes[node.id]
        kinds = "rk-shape rk-scope" + (" rk-dotted" if node.type == "event" else "")
        kinds += " rk-thick" if node.type == "call" else ""
        lines = wrapped(node.name, shape.width - 16, LABEL_SIZE, 2)
        y = shape.y + 6 + LABEL_SIZE * 0.6 * len(lines)
        label = text_at(lines, shape.x + shape.width / 2, y, LABEL_SIZE, css="rk-label rk-title")
        content = self.canvas.rectangle(shape, kinds, round_by=10) + label + self._activity_marks(node, shape)
        self._group(node.id, ["node", "subprocess"], describe(node, self.language), content)

    # -- flows --------------------------------------------------------------------------------------------

    def _draw_flow(self, flow: Flow) -> None:
        edge = self.edges.get(flow.id)
        source, target = self.shapes.get(flow.source), self.shapes.get(flow.target)
        if edge is None:
            if source is None or target is None:
                return
            edge = Edge(flow.id, _straight(source, target))
        node = self.graph.nodes[flow.source]
        content = path_of(edge.points, "rk-flow") + arrow(edge.points, "rk-head")
        if node.default == flow.id:
            content += self.canvas.slash(edge.points)
        elif flow.condition and node.kind != "gateway":
            content += self.canvas.diamond(edge.points)
        content += self._edge_label(flow.name, edge)
        title = f"{flow.name or flow.id}{f' [{flow.condition[:200]}]' if flow.condition else ''}"
        self._group(flow.id, ["edge"], title, content)
        self.canvas.cover(edge.points)

    def _draw_message(self, element: str, name: str, edge: Edge) -> None:
        content = path_of(edge.points, "rk-flow rk-message") + arrow(edge.points, "rk-open")
        content += self.canvas.ring(edge.points)
        self._group(element, ["edge"], name or element, content + self._edge_label(name, edge))
        self.canvas.cover(edge.points)

    def _edge_label(self, name: str, edge: Edge) -> str:
        if not name:
            return ""
        if edge.label is not None:
            return self._label_in(name, edge.label)
        x, y, level = middle_of(edge.points)
        lines = wrapped(name, 110, LABEL_SIZE, 3)
        if level:
            return self._label(lines, x, y - 4 - LABEL_SIZE * 0.6 * len(lines))
        widest = max(width_of(line, LABEL_SIZE) for line in lines)
        return self._label(lines, x + 5 + widest / 2, y)

    def _label_in(self, name: str, box: tuple[float, float, float, float]) -> str:
        """Return a name where the drawing has its label: what is given is its middle, not its size."""
        x, y, width, height = box
        least = min(longest_word(name, LABEL_SIZE), 120.0)
        lines = wrapped(name, max(width + 6, 50, least), LABEL_SIZE, 5)
        block = LABEL_SIZE * 1.2 * len(lines)
        return self._label(lines, x + width / 2, y + max(height, block) / 2)

    def _label(self, lines: list[str], x: float, y: float) -> str:
        widest = max(width_of(line, LABEL_SIZE) for line in lines) / 2
        half = LABEL_SIZE * 0.6 * len(lines)
        self.canvas.cover([(x - widest, y - half), (x + widest, y + half)])
        return text_at(lines, x, y, LABEL_SIZE, css="rk-label rk-halo")

    # -- nodes --------------------------------------------------------------------------------------------

    def _draw_node(self, node: Node) -> None:
        shape = self.shapes[node.id]
        draw = {"event": self._event, "gateway": self._gateway}.get(node.kind, self._activity)
        self._group(
            node.id, ["node", node.kind], describe(node, self.language) + self._share(node), draw(node, shape)
        )

    def _share(self, node: Node) -> str:
        return f" ({self.heat[node.id]:.0%})" if node.id in self.heat else ""

    def _below(self, node: Node, shape: Shape) -> str:
        if not node.name:
            return ""
        if shape.label is not None:
            return self._label_in(node.name, shape.label)
        lines = wrapped(node.name, 76 if node.type == "boundary" else 96, LABEL_SIZE, 4)
        half = LABEL_SIZE * 0.6 * len(lines)
        return self._label(lines, shape.x + shape.width / 2, shape.y + shape.height + 4 + half)

    def _event(self, node: Node, shape: Shape) -> str:
        x, y = shape.x + shape.width / 2, shape.y + shape.height / 2
        radius = min(shape.width, shape.height) / 2
        kinds = "rk-shape" + ("" if node.interrupting else " rk-dashed")
        kinds += " rk-thick" if node.type == "end" else ""
        rings = self.canvas.circle(x, y, radius, kinds)
        if node.type in {"catch", "throw", "boundary"}:
            rings += self.canvas.circle(x, y, radius * 0.8, kinds)
        sign = ""
        if node.trigger != "none":
            filled = node.type in {"throw", "end"}
            size = radius * (0.58 if node.trigger in {"timer", "terminate"} else 0.48)
            sign = icon(node.trigger, x, y, size, filled=filled)
        return rings + sign + self._below(node, shape)

    def _gateway(self, node: Node, shape: Shape) -> str:
        x, y = shape.x + shape.width / 2, shape.y + shape.height / 2
        corners = ((x, shape.y), (shape.x + shape.width, y), (x, shape.y + shape.height), (shape.x, y))
        diamond = self.canvas.polygon(corners, "rk-shape")
        size = min(shape.width, shape.height) / 2
        sign = icon(node.type, x, y, size * (0.6 if node.type == "event" else 0.45))
        heavy = "" if node.type == "event" else ' class="rk-heavy"'
        return f"{diamond}<g{heavy}>{sign}</g>{self._below(node, shape)}"

    def _activity(self, node: Node, shape: Shape) -> str:
        kinds = "rk-shape" + (" rk-thick" if node.type == "call" else "")
        kinds += " rk-dotted" if node.kind == "subprocess" and node.type == "event" else ""
        box = self.canvas.rectangle(shape, kinds, round_by=8, fill=self._heat_colour(node.id))
        sign = self._type_sign(node, shape)
        marks = self._activity_marks(node, shape)
        below = 14.0 if marks else 0.0
        room = shape.height - below - 6
        lines, size = fitted(node.name, shape.width - 10, room, TEXT_SIZES)
        # Beside the sign there is no room for the first line of a long name.
        above = SIGN if sign and size * LINE_HEIGHT * len(lines) > room - 2 * SIGN else 0.0
        if above:
            lines, size = fitted(node.name, shape.width - 10, room - above, TEXT_SIZES)
        y = shape.y + (shape.height + above - below) / 2
        return box + sign + text_at(lines, shape.x + shape.width / 2, y, size) + marks

    def _type_sign(self, node: Node, shape: Shape) -> str:
        if node.kind != "task" or node.type in {"task", "call"}:
            return ""
        return icon(node.type, shape.x + 13, shape.y + 12, 7, filled=node.type == "send")

    def _activity_marks(self, node: Node, shape: Shape) -> str:
        names = {"standard": ["loop"], "parallel": ["instances"]}.get(node.loop, [])
        if node.kind == "subprocess" and not self._is_open(node):
            names = [*names, "collapsed"]
        left = shape.x + shape.width / 2 - 8.0 * (len(names) - 1)
        return "".join(
            icon(name, left + 16.0 * number, shape.y + shape.height - 9, 6)
            for number, name in enumerate(names)
        )

    def _heat_colour(self, element: str) -> str:
        if element not in self.heat:
            return ""
        at = min(max(self.heat[element], 0.0), 1.0) * (len(HEAT) - 1)
        low = min(int(at), len(HEAT) - 2)
        mixed = (a + (b - a) * (at - low) for a, b in zip(HEAT[low], HEAT[low + 1], strict=True))
        return "#" + "".join(f"{round(value):02x}" for value in mixed)

    # -- tokens -------------------------------------------------------------------------------------------

    def _draw_tokens(self) -> None:
        for element, count in self.tokens.items():
            if count <= 0:
                continue
            if element in self.edges:
                x, y, _ = middle_of(self.edges[element].points)
            elif element in self.shapes:
                x, y = self.shapes[element].x + 3, self.shapes[element].y + 3
            else:
                continue
            dot = f'<circle class="rk-token" cx="{x:.1f}" cy="{y:.1f}" r="{7 if count == 1 else 9}"/>'
            number = text_at([str(count)], x, y, 10, css="rk-count") if count > 1 else ""
            self._group(element, ["tokens"], str(count), dot + number)


def _contains(outer: Shape, inner: Shape) -> bool:
    x, y = inner.x + inner.width / 2, inner.y + inner.height / 2
    return outer.x < x < outer.x + outer.width and outer.y < y < outer.y + outer.height


def _straight(source: Shape, target: Shape) -> tuple[tuple[float, float], ...]:
    """Return a line between two shapes whose flow the drawing leaves out."""
    start = source.x + source.width / 2, source.y + source.height / 2
    end = target.x + target.width / 2, target.y + target.height / 2
    if end[0] >= start[0]:
        return (source.x + source.width, start[1]), (target.x, end[1])
    return (source.x, start[1]), (target.x + target.width, end[1])
