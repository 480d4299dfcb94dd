"""The picture: safe to put into a page, complete, and readable where the file brings no drawing."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from renkei.interfaces.diagram import diagram_svg, is_drawn
from renkei.interfaces.label import fitted, width_of, wrapped
from renkei.interfaces.layout import lay_out
from renkei.process.bpmn import read_bpmn
from renkei.process.graph import Collaboration, Flow, Node, Process, Shape
from tests.process.write_bpmn import Drawing, drawings, write_bpmn

CASES = Path(__file__).resolve().parents[2] / ".." / "shared" / "cases"
SVG = "{http://www.w3.org/2000/svg}"
relaxed = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def graph_of(drawing: Drawing, folder: Path) -> Collaboration:
    path = folder / "drawing.bpmn"
    path.write_text(write_bpmn(drawing)[0], encoding="utf-8")
    return read_bpmn(path)


def undrawn(drawing: Drawing, folder: Path) -> Collaboration:
    return replace(graph_of(drawing, folder), shapes={}, edges={})


def parsed(svg: str) -> etree._Element:
    return etree.fromstring(svg, etree.XMLParser(resolve_entities=False))


def shown(root: etree._Element) -> list[str]:
    return [group.get("data-element") for group in root.iter(f"{SVG}g") if group.get("data-element")]


@relaxed
@given(drawing=drawings(), language=st.sampled_from(["en", "ja"]))
def test_every_element_is_shown_once_where_nothing_is_drawn(
    drawing: Drawing, language: str, tmp_path: Path
) -> None:
    graph = undrawn(drawing, tmp_path)
    elements = shown(parsed(diagram_svg(graph, language=language)))
    assert sorted(elements) == sorted({*graph.nodes, *graph.flows, *graph.pools, *graph.messages})


@relaxed
@given(drawing=drawings(loose=True, max_depth=3))
def test_laid_out_nodes_do_not_overlap_and_stand_in_their_scope(drawing: Drawing, tmp_path: Path) -> None:
    graph = undrawn(drawing, tmp_path)
    shapes, edges = lay_out(graph)
    for node in graph.nodes.values():
        around = shapes.get(node.scope) or shapes[graph.processes[node.scope].pool]
        assert contains(around, shapes[node.id])
    for scope in {node.scope for node in graph.nodes.values()}:
        beside = [shapes[node.id] for node in graph.children(scope) if node.type != "boundary"]
        assert not [pair for pair in combinations(beside, 2) if overlap(*pair)]
    for flow in graph.flows.values():
        points = edges[flow.id].points
        assert touches(shapes[flow.source], points[0])
        assert touches(shapes[flow.target], points[-1])


def contains(outer: Shape, inner: Shape) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def overlap(one: Shape, other: Shape) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def touches(shape: Shape, point: tuple[float, float]) -> bool:
    x, y = point
    level = min(abs(y - shape.y), abs(y - shape.y - shape.height), abs(y - shape.y - shape.height / 2))
    upright = min(abs(x - shape.x), abs(x - shape.x - shape.width), abs(x - shape.x - shape.width / 2))
    return level < 1e-6 and upright < 1e-6


@relaxed
@given(
    drawing=drawings(),
    text=st.sampled_from(
        ["</title><script>alert(1)</script>", '" onload="alert(1)', "]]>", "&amp;", "a\u0301"]
    ),
)
def test_text_of_the_file_stays_text(drawing: Drawing, text: str, tmp_path: Path) -> None:
    graph = undrawn(drawing, tmp_path)
    graph = replace(
        graph,
        name=text,
        nodes={node.id: replace(node, name=text) for node in graph.nodes.values()},
        flows={flow.id: replace(flow, name=text, condition=text) for flow in graph.flows.values()},
        pools={pool.id: replace(pool, name=text) for pool in graph.pools.values()},
        messages={flow.id: replace(flow, name=text) for flow in graph.messages.values()},
    )
    marks = dict.fromkeys(graph.nodes, 'x" onload="y')
    root = parsed(diagram_svg(graph, language=text, marks=marks))
    allowed = {"svg", "title", "desc", "style", "g", "rect", "circle", "polygon", "path", "text", "tspan"}
    assert {etree.QName(element).localname for element in root.iter()} <= allowed
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert root.findtext(f"{SVG}title") == text


def test_same_drawing_gives_the_same_bytes_without_the_world_outside() -> None:
    graph = one_task(name="承認")
    svg = diagram_svg(graph)
    assert svg == diagram_svg(graph)
    assert not re.search(r"url\(|@import|href|<image|<script", svg)
    assert set(re.findall(r"https?://[^\"' ]+", svg)) == {"http://www.w3.org/2000/svg"}
    assert all(
        name.startswith("rk-") for group in re.findall(r'class="([^"]*)"', svg) for name in group.split()
    )


def one_task(name: str = "", **more: object) -> Collaboration:
    nodes = {
        "s": Node("s", "event", "start", "", "P", outgoing=("f",)),
        "t": Node("t", "task", "user", name, "P", incoming=("f",), **more),
    }
    flows = {"f": Flow("f", "", "s", "t")}
    return Collaboration("C", "case", "", {"P": Process("P", "")}, nodes, flows, {})


def group(svg: str, element: str, kind: str = "") -> etree._Element:
    found = [
        entry
        for entry in parsed(svg).iter(f"{SVG}g")
        if entry.get("data-element") == element and kind in entry.get("class")
    ]
    assert len(found) == 1
    return found[0]


def test_marks_become_classes_of_their_elements() -> None:
    svg = diagram_svg(one_task(), marks={"t": "fail", "f": "Path"})
    assert {"rk-mark", "rk-mark-fail"} <= set(group(svg, "t").get("class").split())
    assert {"rk-mark", "rk-mark-path"} <= set(group(svg, "f").get("class").split())
    assert "rk-mark" not in group(svg, "s").get("class")


def brightness(share: float) -> float:
    svg = diagram_svg(one_task(), heat={"t": share})
    style = group(svg, "t").find(f"{SVG}rect").get("style")
    red, green, blue = bytes.fromhex(style.partition("#")[2])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(shares=st.lists(st.floats(-1, 2), min_size=2, max_size=5))
@settings(deadline=None, max_examples=20)
def test_more_heat_is_darker_for_every_eye(shares: list[float]) -> None:
    light = [brightness(share) for share in sorted(shares)]
    assert light == sorted(light, reverse=True)
    assert min(light) > 140  # dark text stays readable on it


def test_heat_is_told_in_words_too() -> None:
    svg = diagram_svg(one_task("Approve"), heat={"t": 0.456})
    assert group(svg, "t").findtext(f"{SVG}title") == "user task: Approve (46%)"


def test_tokens_are_dots_and_numbers() -> None:
    svg = diagram_svg(one_task(), tokens={"f": 3, "t": 1, "s": 0, "gone": 5})
    assert group(svg, "f", "rk-tokens").findtext(f".//{SVG}tspan") == "3"
    assert group(svg, "t", "rk-tokens").find(f"{SVG}text") is None
    assert svg.count('rk-token"') == 2


def test_symbols_are_named_in_the_language_asked_for() -> None:
    svg = diagram_svg(one_task("承認"), language="ja")
    assert group(svg, "t").findtext(f"{SVG}title") == "ユーザータスク「承認」"
    assert "業務プロセス図" in parsed(svg).findtext(f"{SVG}desc")


@given(text=st.text(st.sampled_from("あ、。」漢字abc wWi-/ "), max_size=60), width=st.integers(30, 120))
@settings(deadline=None)
def test_wrapped_text_keeps_its_letters_and_its_width(text: str, width: int) -> None:
    lines = wrapped(text, width, 12, 1000)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        hanging = len(re.search(r"[、。」]*$", line)[0])
        assert width_of(line[: len(line) - hanging].strip(), 12) <= width
    assert not [line for line in lines[1:] if line[:1] in set("、。」")]


@given(text=st.text(st.sampled_from("あ漢 abc"), max_size=200), height=st.integers(12, 90))
@settings(deadline=None)
def test_fitted_text_fits(text: str, height: int) -> None:
    lines, size = fitted(text, 90, height, (12.0, 11.0, 10.0, 9.0))
    assert len(lines) * size * 1.2 <= height or len(lines) == 1


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are absent: ../shared/cases")
@pytest.mark.parametrize("name", ["miwg/B.1.0", "miwg/C.5.0", "fbpmn/e041MBE"])
def test_own_drawing_is_shown_whole_inside_the_view(name: str) -> None:
    graph = read_bpmn(CASES / f"{name}.bpmn")
    assert is_drawn(graph)
    root = parsed(diagram_svg(graph))
    left, top, width, height = map(float, root.get("viewBox").split())
    for shape in graph.shapes.values():
        if shape.element in graph.nodes:
            assert contains(Shape("", left, top, width, height), shape)
    assert set(shown(root)) == {
        *(node for node in graph.nodes if node in graph.shapes),
        *(flow.id for flow in graph.flows.values() if flow.source in graph.shapes),
        *graph.messages,
        *graph.pools,
        *graph.lanes,
    }


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are absent: ../shared/cases")
@pytest.mark.parametrize("name", ["miwg/C.4.0", "miwg/C.5.0"])
def test_several_diagrams_of_a_file_stand_apart(name: str) -> None:
    graph = read_bpmn(CASES / f"{name}.bpmn")
    tops = [process.id for process in (*graph.processes.values(), *graph.called.values())]
    areas = [[graph.shapes[node.id] for node in graph.children(scope)] for scope in tops]
    assert len(areas) > 1
    for one, other in combinations(areas, 2):
        assert not [pair for pair in ((a, b) for a in one for b in other) if overlap(*pair)]
