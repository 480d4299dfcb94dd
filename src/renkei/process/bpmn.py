"""BPMN 2.0 in: one file to one ``Collaboration``.

Layer: process. Everything is read before anything is refused, so all problems of a file are told at once,
each with the element's name or type, its id and its line. ``elements.py`` lists what has a meaning, what
is read over and what is refused; ``structure.py`` holds the rules between elements.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from renkei.errors import InputError
from renkei.facts import Fact, problem_of
from renkei.process.drawing import read_drawing
from renkei.process.elements import BPMN, GLOBAL_TASKS, NODES, TRIGGERS
from renkei.process.graph import Collaboration, Flow, Lane, MessageFlow, Pool, Process
from renkei.process.node import parts_of, read_node
from renkei.process.reading import Reading, cleaned
from renkei.process.structure import check_structure
from renkei.process.xml import Element, read_xml

_NAMED = {"message", "signal", "error", "escalation"}
_CONTENT = {*NODES, "sequenceFlow", "laneSet"}
_ROOT = {*_NAMED, *GLOBAL_TASKS, *TRIGGERS, "process", "collaboration"}


def read_bpmn(path: Path) -> Collaboration:
    """Return the collaboration drawn in a BPMN 2.0 file.

    A process that is only called stands in ``called``, not in ``processes``; its nodes stand among the
    others. Several collaborations in one file are taken together, and so are several diagrams, one below
    the other.

    Limits: what design.md names under process semantics; anything else that has a meaning is refused.

    Raises:
        InputError: The file cannot be read (``RK20x``), or holds what has no meaning here or no structure
            (``RK21x`` to ``RK23x``); all problems at once.
    """
    root = read_xml(path)
    if (root.namespace, root.name) != (BPMN, "definitions"):
        fact = Fact("RK210.root", tag=root.name[:60], namespace=root.namespace[:100])
        hint = f"The outermost element has to be definitions of {BPMN}; export the file as BPMN 2.0."
        raise InputError([problem_of(fact, hint, str(path), root.line)])
    reading = Reading(str(path), root)
    _read_root(reading)
    graph = _collaboration(reading, path)
    check_structure(graph, reading)
    if reading.problems:
        raise InputError(reading.problems)
    return graph


def _read_root(reading: Reading) -> None:
    reading.keep_ids()
    for element in reading.inside(reading.root, _ROOT):
        if element.name == "collaboration":
            _read_collaboration(reading, element)
        elif element.name == "process":
            _read_process(reading, element)


def _read_collaboration(reading: Reading, element: Element) -> None:
    for child in reading.inside(element, {"participant", "messageFlow"}):
        if not reading.is_known(child):
            continue
        if child.name == "participant":
            process = reading.local(child.get("processRef"))
            reading.pools[child.get("id")] = Pool(
                child.get("id"), cleaned(child.get("name")), process, child.line
            )
            for part in reading.inside(child, {"participantMultiplicity"}):
                if part.get("maximum") not in {"", "0", "1"}:
                    reading.refuse_element(part, within=child)
        else:
            ends = (reading.local(child.get("sourceRef")), reading.local(child.get("targetRef")))
            flow = MessageFlow(child.get("id"), cleaned(child.get("name")), *ends, line=child.line)
            reading.messages[flow.id] = flow


def _read_process(reading: Reading, element: Element) -> None:
    process = Process(element.get("id"), cleaned(element.get("name")), line=element.line)
    if reading.is_known(element):
        reading.drawn[process.id] = process
        for child in reading.inside(element, _CONTENT):
            _read_content(reading, child, process.id, process.id)


def _read_content(reading: Reading, element: Element, scope: str, process: str) -> None:
    """Read what stands in a process or sub-process."""
    if element.name == "sequenceFlow":
        _read_flow(reading, element)
    elif element.name == "laneSet":
        _read_lanes(reading, element, process)
    elif element.name in NODES and reading.is_known(element):
        inner = _CONTENT if element.name == "subProcess" else set()
        parts = list(reading.inside(element, {*parts_of(element), *inner}))
        node = read_node(reading, element, scope, parts)
        reading.nodes[node.id] = node
        for child in parts:
            if child.name in inner:
                _read_content(reading, child, node.id, process)


def _read_flow(reading: Reading, element: Element) -> None:
    condition = ""
    for child in reading.inside(element, {"conditionExpression"}):
        # A condition that is drawn and not worded is a condition all the same.
        condition = cleaned(child.text) or cleaned(element.get("name")) or "?"
    if reading.is_known(element):
        ends = (reading.local(element.get("sourceRef")), reading.local(element.get("targetRef")))
        flow = Flow(element.get("id"), cleaned(element.get("name")), *ends, condition, element.line)
        reading.flows[flow.id] = flow


def _read_lanes(reading: Reading, element: Element, process: str) -> None:
    for lane in reading.inside(element, {"lane"}):
        name = cleaned(lane.get("name"))
        if reading.is_known(lane):
            reading.lanes[lane.get("id")] = Lane(lane.get("id"), name, process)
        for child in reading.inside(lane, {"flowNodeRef", "childLaneSet", "partitionElement"}):
            if child.name == "flowNodeRef":
                reading.lane_of[reading.local(child.text)] = name
            elif child.name == "childLaneSet":
                _read_lanes(reading, child, process)


def _collaboration(reading: Reading, path: Path) -> Collaboration:
    """Put together what was read: flows to nodes, lanes to nodes, processes to pools."""
    heads = [element for element in reading.root.named("collaboration") if element.get("id")]
    head = next((element for element in heads if any(element.named("participant"))), reading.root)
    incoming, outgoing = _ends(reading)
    nodes = {
        node.id: replace(
            node,
            incoming=tuple(incoming.get(node.id, ())),
            outgoing=tuple(outgoing.get(node.id, ())),
            lane=reading.lane_of.get(node.id, ""),
        )
        for node in reading.nodes.values()
    }
    inhabited = {node.scope for node in nodes.values()}
    processes, called = _processes(reading, inhabited)
    shapes, edges = read_drawing(reading.root)
    return Collaboration(
        id=head.get("id") or path.stem,
        name=cleaned(head.get("name")) or cleaned(reading.root.get("name")),
        file=str(path),
        processes=processes,
        nodes=nodes,
        flows=reading.flows,
        messages={flow.id: _without_pools(reading, flow, inhabited) for flow in reading.messages.values()},
        pools={
            pool.id: pool if pool.process in inhabited else replace(pool, process="")
            for pool in reading.pools.values()
        },
        lanes=reading.lanes,
        shapes=shapes,
        edges=edges,
        called=called,
    )


def _ends(reading: Reading) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in reading.flows.values():
        incoming.setdefault(flow.target, []).append(flow.id)
        outgoing.setdefault(flow.source, []).append(flow.id)
    return incoming, outgoing


def _processes(reading: Reading, inhabited: set[str]) -> tuple[dict[str, Process], dict[str, Process]]:
    """Return the processes that start by themselves, and those that are only called."""
    pool_of = {pool.process: pool.id for pool in reading.pools.values()}
    bodies = {node.reference for node in reading.nodes.values() if node.type == "call"}
    processes = {
        process.id: replace(process, pool=pool_of.get(process.id, ""))
        for process in reading.drawn.values()
        if process.id in inhabited and (process.id in pool_of or process.id not in bodies)
    }
    called = {
        process.id: process
        for process in reading.drawn.values()
        if process.id in bodies and process.id not in processes
    }
    return processes, called


def _without_pools(reading: Reading, flow: MessageFlow, inhabited: set[str]) -> MessageFlow:
    """Return the flow with '' where it ends at a pool that is drawn empty."""

    def end(element: str) -> str:
        pool = reading.pools.get(element)
        return "" if pool is not None and pool.process not in inhabited else element

    return replace(flow, source=end(flow.source), target=end(flow.target))
