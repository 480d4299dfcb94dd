"""The collaborations of others: each is read, or refused for what a plain search of its text finds."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from renkei.errors import InputError
from renkei.process.bpmn import read_bpmn

CASES = Path(__file__).resolve().parents[2] / ".." / "shared" / "cases"
MIWG = sorted((CASES / "miwg").glob("*.bpmn"))
FBPMN = sorted((CASES / "fbpmn").glob("*.bpmn"))
here = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are absent: ../shared/cases")

REFUSED_BY_NAME = re.compile(
    r"<(?:[\w.]+:)?(?:complexGateway|transaction|adHocSubProcess|compensateEventDefinition|cancelEventDefinition"
    r"|conditionalEventDefinition|conversation|choreography)\b"
)
REFUSED_BY_VALUE = re.compile(
    r'isForCompensation="true"|isSequential="true"|startQuantity="(?!1")|completionQuantity="(?!1")'
    r'|instantiate="true"|eventGatewayType="Parallel"'
)
CALLED = re.compile(r'calledElement="([^"]*)"')
REFUSALS = {
    "B.2.0": Counter(RK211=4, RK212=1),
    "C.3.0": Counter(RK212=2),
    "C.6.0": Counter(RK211=6, RK212=2),
    "C.9.0": Counter(RK217=1),
    "C.9.2": Counter(RK217=1),
    "e035SP": Counter(RK229=1),
}
"""The files that are refused, with how often each code is told."""
NODE = re.compile(
    r"<(?:[\w.]+:)?(?:task|userTask|manualTask|sendTask|receiveTask|serviceTask|scriptTask|businessRuleTask"
    r"|callActivity|subProcess|startEvent|endEvent|boundaryEvent|intermediateCatchEvent|intermediateThrowEvent"
    r"|exclusiveGateway|parallelGateway|inclusiveGateway|eventBasedGateway)[\s>/](?=[^>]*\bid=)"
)


def searched(text: str) -> Counter[tuple[str, int]]:
    """Return the refusals that a plain search of the text leads to, as code and line."""
    found: Counter[tuple[str, int]] = Counter()
    for number, row in enumerate(text.split("\n"), 1):
        found.update(("RK211", number) for _ in REFUSED_BY_NAME.finditer(row))
        found.update(("RK212", number) for _ in REFUSED_BY_VALUE.finditer(row))
        found.update(("RK217", number) for name in CALLED.findall(row) if f'id="{name}"' not in text)
    for match in re.finditer(r"<bpmn:subProcess.*?</bpmn:subProcess>", text, re.DOTALL):
        start = re.search(
            r"<bpmn:startEvent[^/]*?>(?:(?!</bpmn:startEvent).)*EventDefinition", match[0], re.DOTALL
        )
        if start:
            found["RK229", text.count("\n", 0, match.start() + start.start()) + 1] += 1
    return found


def told(path: Path) -> Counter[tuple[str, int]]:
    try:
        read_bpmn(path)
    except InputError as error:
        return Counter((problem.code, problem.line) for problem in error.problems)
    return Counter()


@here
@pytest.mark.parametrize("path", MIWG + FBPMN, ids=lambda path: path.stem)
def test_refusals_are_those_that_a_search_finds(path: Path) -> None:
    assert told(path) == searched(path.read_text(encoding="utf-8", errors="replace"))


@here
@pytest.mark.parametrize("path", MIWG + FBPMN, ids=lambda path: path.stem)
def test_refusals_are_the_listed_ones(path: Path) -> None:
    codes = Counter(code for code, _ in told(path).elements())
    assert codes == REFUSALS.get(path.stem, Counter())


@here
@pytest.mark.parametrize("path", MIWG + FBPMN, ids=lambda path: path.stem)
def test_refusals_name_element_id_and_what_to_do(path: Path) -> None:
    try:
        read_bpmn(path)
    except InputError as error:
        for problem in error.problems:
            assert re.search(r"\w+ .*\(id [\w.\-]+\)", problem.message)
            assert problem.hint
            assert problem.file == str(path)


@here
@pytest.mark.parametrize(
    "path", [path for path in MIWG + FBPMN if path.stem not in REFUSALS], ids=lambda path: path.stem
)
def test_everything_that_is_drawn_is_read(path: Path) -> None:
    graph, text = read_bpmn(path), path.read_text(encoding="utf-8", errors="replace")
    assert len(graph.nodes) == len(NODE.findall(text))
    assert len(graph.flows) == len(re.findall(r"<(?:[\w.]+:)?sequenceFlow\b", text))
    assert len(graph.messages) == len(re.findall(r"<(?:[\w.]+:)?messageFlow\b", text))
    assert len(graph.pools) == len(re.findall(r"<(?:[\w.]+:)?participant\b", text))
    assert len(graph.processes) + len(graph.called) == len(re.findall(r"<(?:[\w.]+:)?process\b", text))
    assert graph.nodes.keys() >= {node.attached_to for node in graph.nodes.values() if node.attached_to}
    drawn = set(re.findall(r"<[\w.]+:BPMNShape\b[^>]*bpmnElement=\"([^\"]*)\"", text))
    assert graph.shapes.keys() == drawn


def test_all_cases_are_there() -> None:
    if not CASES.is_dir():
        pytest.skip("the shared cases are absent: ../shared/cases")
    assert (len(MIWG), len(FBPMN)) == (21, 24)
