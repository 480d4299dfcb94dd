"""What was drawn is what is read: round trips over generated collaborations, and damage that does no harm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.errors import InputError, Problem
from renkei.process.bpmn import read_bpmn
from renkei.process.graph import Collaboration, Edge, Flow, MessageFlow, Node, Pool, Process, Shape
from tests.process.write_bpmn import Drawing, box_of, drawings, write_bpmn

pytestmark = pytest.mark.filterwarnings("error")
relaxed = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def read(folder: Path, content: bytes) -> Collaboration:
    path = folder / "drawing.bpmn"
    path.write_bytes(content)
    return read_bpmn(path)


def expected_nodes(drawing: Drawing, lines: dict[str, int]) -> dict[str, Node]:
    return {
        node.id: Node(
            node.id,
            node.kind,
            node.type,
            node.name,
            node.scope,
            lines[node.id],
            incoming=tuple(drawing.incoming(node.id)),
            outgoing=tuple(drawing.outgoing(node.id)),
            trigger=node.trigger,
            reference=node.reference,
            interrupting=node.interrupting,
            attached_to=node.attached_to,
            default=node.default,
            loop=node.loop,
            instances=node.instances,
            delay=node.delay,
        )
        for node in drawing.nodes.values()
    }


@relaxed
@given(drawing=drawings())
def test_reader_returns_what_was_drawn(drawing: Drawing, tmp_path: Path) -> None:
    text, lines = write_bpmn(drawing)
    graph = read(tmp_path, text.encode())
    assert graph.nodes == expected_nodes(drawing, lines)
    assert graph.flows == {
        flow.id: Flow(flow.id, flow.name, flow.source, flow.target, flow.condition, lines[flow.id])
        for flow in drawing.flows.values()
    }
    assert list(graph.flows) == [flow for flow in graph.flows if flow in drawing.flows]
    assert graph.messages == {
        flow.id: MessageFlow(
            flow.id,
            flow.name,
            "" if flow.source == "Pool_closed" else flow.source,
            "" if flow.target == "Pool_closed" else flow.target,
            lines[flow.id],
        )
        for flow in drawing.messages.values()
    }
    pool_of = {process: pool for pool, process in drawing.pools.items()}
    assert graph.processes == {
        process: Process(process, drawing.names[process], pool_of[process], lines[process])
        for process in drawing.processes
    }
    assert graph.pools == {
        pool: Pool(pool, drawing.names[pool], process, lines[pool]) for pool, process in drawing.pools.items()
    }
    assert graph.shapes == {node: Shape(node, *box_of(drawing, node)) for node in drawing.nodes}
    assert set(graph.edges) == {*drawing.flows, *drawing.messages}
    assert all(edge == Edge(edge.element, ((1.0, 2.0), (3.5, -4.0))) for edge in graph.edges.values())
    assert all(graph.process_of(node).id == drawing.process_of(node) for node in drawing.nodes)


@relaxed
@given(
    drawing=drawings(max_pools=1, max_messages=0), encoding=st.sampled_from(["utf-16", "shift_jis", "euc_jp"])
)
def test_declared_encodings_change_nothing(drawing: Drawing, encoding: str, tmp_path: Path) -> None:
    text, _ = write_bpmn(drawing)
    text = text.replace("Ä", "A")  # the Japanese encodings have no umlauts
    other = text.replace("UTF-8", encoding.replace("_", "-").upper().replace("SHIFT-JIS", "Shift_JIS"))
    plain, same = read(tmp_path, text.encode()), read(tmp_path, other.encode(encoding))
    assert same == plain


@relaxed
@given(drawing=drawings(loose=True))
def test_more_flows_inside_a_scope_are_read_too(drawing: Drawing, tmp_path: Path) -> None:
    text, lines = write_bpmn(drawing)
    assert read(tmp_path, text.encode()).nodes == expected_nodes(drawing, lines)


def problems_of(folder: Path, content: bytes) -> tuple[Problem, ...]:
    """Return why a file is refused, () where it is read; any other exception is a failure."""
    try:
        read(folder, content)
    except InputError as error:
        return error.problems or (Problem("none", ""),)
    return ()


def survives(folder: Path, content: bytes) -> None:
    """Hold that a damaged file is read or refused with a place in it, and nothing else."""
    for problem in problems_of(folder, content):
        assert re.fullmatch(r"RK2\d\d", problem.code)
        assert problem.message
        assert problem.hint
        assert problem.file == str(folder / "drawing.bpmn")


ATTRIBUTE = re.compile(r' [\w:]+="[^"]*"')
TAG = re.compile(r"(?<=[<:/])(task|subProcess|startEvent|endEvent|boundaryEvent|process|participant)\b")
WORDS = st.sampled_from(
    ["", "x", "Process_0", "Pool_0", "Flow_3", "true", "0", "-1", "\n", "あ", "&lt;", "x" * 300]
)


@relaxed
@given(drawing=drawings(), data=st.data())
def test_damaged_attributes_end_in_an_error_or_load(
    drawing: Drawing, data: st.DataObject, tmp_path: Path
) -> None:
    text, _ = write_bpmn(drawing)
    for _ in range(data.draw(st.integers(1, 4))):
        found = list(ATTRIBUTE.finditer(text))
        match = found[data.draw(st.integers(0, len(found) - 1))]
        name = match[0].split("=")[0]
        other = f'{name}="{data.draw(WORDS)}"' if data.draw(st.booleans()) else ""
        text = text[: match.start()] + other + text[match.end() :]
    survives(tmp_path, text.encode())


@relaxed
@given(drawing=drawings(), data=st.data())
def test_renamed_elements_end_in_an_error_or_load(
    drawing: Drawing, data: st.DataObject, tmp_path: Path
) -> None:
    text, _ = write_bpmn(drawing)
    names = st.sampled_from(
        ["subProcess", "endEvent", "boundaryEvent", "transaction", "lane", "x", "process", "task"]
    )
    other = {match[0]: data.draw(names) for match in TAG.finditer(text)}
    survives(tmp_path, TAG.sub(lambda match: other[match[0]], text).encode())


@relaxed
@given(drawing=drawings(max_pools=1), data=st.data())
def test_damaged_bytes_end_in_an_error_or_load(drawing: Drawing, data: st.DataObject, tmp_path: Path) -> None:
    content = bytearray(write_bpmn(drawing)[0].encode())
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    survives(tmp_path, bytes(content[: data.draw(st.integers(0, len(content)))]))
    survives(tmp_path, bytes(content))


@relaxed
@given(drawing=drawings(), data=st.data())
def test_ids_used_twice_are_told(drawing: Drawing, data: st.DataObject, tmp_path: Path) -> None:
    text, lines = write_bpmn(drawing)
    elements = sorted({*drawing.nodes, *drawing.flows, *drawing.messages, *drawing.pools, *drawing.processes})
    first, second = data.draw(st.lists(st.sampled_from(elements), min_size=2, max_size=2, unique=True))
    with pytest.raises(InputError) as caught:
        read(tmp_path, text.replace(f'id="{second}"', f'id="{first}"').encode())
    told = [(problem.code, problem.line) for problem in caught.value.problems]
    assert ("RK216", max(lines[first], lines[second])) in told
