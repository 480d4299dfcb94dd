"""Plain SVG shapes, and the sheet that grows with what is drawn on it.

Layer: interfaces. Numbers are written with one decimal, so pictures of one drawing are the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from renkei.process.graph import Shape

MARGIN = 12.0
HEAD_LENGTH, HEAD_WIDTH = 9.0, 3.8

Point = tuple[float, float]


class Canvas:
    """What was drawn so far, and how far it reaches."""

    def __init__(self) -> None:
        """Begin with an empty sheet."""
        self.content: list[str] = []
        self.low: list[float] = [math.inf, math.inf]
        self.high: list[float] = [-math.inf, -math.inf]

    def add(self, content: str) -> None:
        """Draw ``content`` over what is there."""
        self.content.append(content)

    def cover(self, points: Iterable[Point]) -> None:
        """Let the sheet reach ``points``."""
        for point in points:
            for axis in (0, 1):
                self.low[axis] = min(self.low[axis], point[axis])
                self.high[axis] = max(self.high[axis], point[axis])

    def rectangle(self, shape: Shape, css: str, *, round_by: float = 0, fill: str = "") -> str:
        """Return a rectangle."""
        self.cover([(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)])
        corner = f' rx="{round_by:g}"' if round_by else ""
        # An attribute would yield to the style sheet.
        colour = f' style="fill:{fill}"' if fill else ""
        box = f'x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"'
        return f'<rect class="{css}" {box}{corner}{colour}/>'

    def circle(self, x: float, y: float, radius: float, css: str) -> str:
        """Return a circle."""
        self.cover([(x - radius, y - radius), (x + radius, y + radius)])
        return f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'

    def polygon(self, points: Sequence[Point], css: str) -> str:
        """Return a closed figure."""
        self.cover(points)
        return polygon(points, css)

    def slash(self, points: Sequence[Point]) -> str:
        """Return the stroke that marks a default flow near its beginning."""
        (x, y), (along_x, along_y) = points[0], _unit(points[0], points[1])
        x, y = x + 11 * along_x, y + 11 * along_y
        across_x, across_y = along_x * 0.5 - along_y, along_y * 0.5 + along_x
        ends = ((x - 5 * across_x, y - 5 * across_y), (x + 5 * across_x, y + 5 * across_y))
        return path_of(ends, "rk-flow")

    def ring(self, points: Sequence[Point]) -> str:
        """Return the small circle that marks the beginning of a message flow."""
        (x, y), (along_x, along_y) = points[0], _unit(points[0], points[1])
        return self.circle(x + 3.5 * along_x, y + 3.5 * along_y, 3.5, "rk-open")

    def diamond(self, points: Sequence[Point]) -> str:
        """Return the diamond that marks a conditional flow at its beginning."""
        (x, y), (along_x, along_y) = points[0], _unit(points[0], points[1])
        corners = (
            (x, y),
            (x + 7 * along_x - 4 * along_y, y + 7 * along_y + 4 * along_x),
            (x + 14 * along_x, y + 14 * along_y),
            (x + 7 * along_x + 4 * along_y, y + 7 * along_y - 4 * along_x),
        )
        return self.polygon(corners, "rk-open")

    def svg(self, title: str, description: str, language: str, style: str) -> str:
        """Return the sheet as an ``<svg>`` element, cut to what is on it."""
        low = [value - MARGIN if math.isfinite(value) else 0.0 for value in self.low]
        high = [value + MARGIN if math.isfinite(value) else 2 * MARGIN for value in self.high]
        width, height = high[0] - low[0], high[1] - low[1]
        view = f"{low[0]:.1f} {low[1]:.1f} {width:.1f} {height:.1f}"
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" class="rk-diagram" role="img" '
            f'lang={quoteattr(language)} viewBox="{view}" width="{width:.0f}" height="{height:.0f}">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc><style>{style}</style>"
            f"{''.join(self.content)}</svg>"
        )


def polygon(points: Sequence[Point], css: str) -> str:
    """Return a closed figure."""
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="{css}" points="{corners}"/>'


def path_of(points: Sequence[Point], css: str) -> str:
    """Return a line through ``points``."""
    return f'<path class="{css}" d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>'


def _unit(start: Point, end: Point) -> Point:
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    return ((end[0] - start[0]) / length, (end[1] - start[1]) / length) if length else (1.0, 0.0)


def arrow(points: Sequence[Point], css: str) -> str:
    """Return the head of an arrow at the end of a line."""
    start = next((point for point in reversed(points) if point != points[-1]), points[0])
    (x, y), (along_x, along_y) = points[-1], _unit(start, points[-1])
    back_x, back_y = x - HEAD_LENGTH * along_x, y - HEAD_LENGTH * along_y
    across_x, across_y = -along_y * HEAD_WIDTH, along_x * HEAD_WIDTH
    return polygon(
        ((x, y), (back_x + across_x, back_y + across_y), (back_x - across_x, back_y - across_y)), css
    )


def middle_of(points: Sequence[Point]) -> tuple[float, float, bool]:
    """Return the middle of a line, and whether the line runs level there."""
    lengths = [math.dist(start, end) for start, end in pairwise(points)]
    left = sum(lengths) / 2
    for (start, end), length in zip(pairwise(points), lengths, strict=True):
        if left <= length and length:
            share = left / length
            x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
            return x, y, abs(end[0] - start[0]) >= abs(end[1] - start[1])
        left -= length
    return (*points[0], True)
