"""Diagram interchange: where the elements of a BPMN file stand in the user's own drawing.

Layer: process. The drawing has no meaning for any verb, so what is missing or unusable in it is left out
and never refused. Several diagrams of a file are placed one below the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from renkei.process.graph import Edge, Shape
from renkei.process.xml import Element

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
GAP = 60.0
"""Space between two diagrams of one file."""
FARTHEST = 1e6
"""A coordinate beyond this is taken for damage."""

Box = tuple[float, float, float, float]


def read_drawing(root: Element) -> tuple[dict[str, Shape], dict[str, Edge]]:
    """Return the shapes and edges of a file by the id of the element that they draw.

    An element that is drawn twice keeps its first shape.
    """
    shapes: dict[str, Shape] = {}
    edges: dict[str, Edge] = {}
    bottom: float | None = None
    for diagram in (
        child for child in root.children if child.namespace == DI and child.name == "BPMNDiagram"
    ):
        inside = [element for element in diagram.walk() if element.namespace == DI]
        drawn = [shape for element in inside if (shape := _shape(element)) is not None]
        lines = [edge for element in inside if (edge := _edge(element)) is not None]
        heights = _heights(drawn, lines)
        down = 0.0 if bottom is None or not heights else bottom + GAP - min(heights)
        for shape in drawn:
            shapes.setdefault(shape.element, _moved_shape(shape, down))
        for edge in lines:
            edges.setdefault(edge.element, _moved_edge(edge, down))
        bottom = max([bottom or 0.0, *(height + down for height in heights)]) if heights else bottom
    return shapes, edges


def _heights(shapes: Iterable[Shape], edges: Iterable[Edge]) -> list[float]:
    boxes = [(shape.y, shape.y + shape.height) for shape in shapes]
    return [y for box in boxes for y in box] + [y for edge in edges for _, y in edge.points]


def _shape(element: Element) -> Shape | None:
    if element.name != "BPMNShape":
        return None
    box = _bounds(element)
    target = _target(element)
    if box is None or not target:
        return None
    horizontal = element.get("isHorizontal") not in {"false", "0"}
    expanded = element.get("isExpanded") not in {"false", "0"}
    return Shape(target, *box, horizontal=horizontal, expanded=expanded, label=_label(element))


def _edge(element: Element) -> Edge | None:
    if element.name != "BPMNEdge":
        return None
    ways = [child for child in element.children if child.name == "waypoint"]
    points = [point for child in ways if (point := _numbers(child, "x", "y")) is not None]
    if len(points) < 2 or len(points) < len(ways) or not _target(element):
        return None
    return Edge(_target(element), tuple((x, y) for x, y in points), _label(element))


def _target(element: Element) -> str:
    return element.get("bpmnElement").rpartition(":")[2]


def _label(element: Element) -> Box | None:
    for child in element.children:
        if child.name == "BPMNLabel":
            return _bounds(child)
    return None


def _bounds(element: Element) -> Box | None:
    for child in element.children:
        if child.name == "Bounds":
            numbers = _numbers(child, "x", "y", "width", "height")
            if numbers is not None and min(numbers[2:]) > 0:
                x, y, width, height = numbers
                return x, y, width, height
    return None


def _numbers(element: Element, *names: str) -> tuple[float, ...] | None:
    try:
        numbers = tuple(float(element.get(name)) for name in names)
    except ValueError:
        return None
    return numbers if all(math.isfinite(number) and abs(number) <= FARTHEST for number in numbers) else None


def _moved(box: Box | None, down: float) -> Box | None:
    return None if box is None else (box[0], box[1] + down, box[2], box[3])


def _moved_shape(shape: Shape, down: float) -> Shape:
    return replace(shape, y=shape.y + down, label=_moved(shape.label, down))


def _moved_edge(edge: Edge, down: float) -> Edge:
    points = tuple((x, y + down) for x, y in edge.points)
    return replace(edge, points=points, label=_moved(edge.label, down))
