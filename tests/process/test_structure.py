"""Every rule of structure, on a small drawing that breaks it where a comment says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from renkei.errors import InputError
from renkei.process.bpmn import read_bpmn
from renkei.process.graph import Collaboration

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="D">\n'
)
COMMENT = re.compile(r"<!--(RK\d{3})-->")
ID = re.compile(r'\bid="([^"]*)"')


def read(folder: Path, content: str) -> Collaboration:
    path = folder / "drawing.bpmn"
    path.write_text(HEAD + content + "\n</definitions>\n", encoding="utf-8")
    return read_bpmn(path)


def refusals(folder: Path, content: str) -> set[tuple[str, int]]:
    with pytest.raises(InputError) as caught:
        read(folder, content)
    lines = (HEAD + content).split("\n")
    for problem in caught.value.problems:
        named = ID.search(lines[problem.line - 1])
        assert named is None or f"(id {named[1]})" in problem.message
    return {(problem.code, problem.line) for problem in caught.value.problems}


def expected(content: str) -> set[tuple[str, int]]:
    rows = (HEAD + content).split("\n")
    return {(code, number) for number, row in enumerate(rows, 1) for code in COMMENT.findall(row)}


def process(content: str, name: str = "P") -> str:
    return f'<process id="{name}">\n{content}\n</process>'


BROKEN = {
    "flow without ends": process("""<task id="A"/>
<sequenceFlow id="F" sourceRef="A"/><!--RK219-->
<sequenceFlow id="G" targetRef="A"/><!--RK219-->
<sequenceFlow id="H" sourceRef="A" targetRef="gone"/><!--RK219-->
<dataObject id="O"/>
<sequenceFlow id="I" sourceRef="O" targetRef="A"/><!--RK219-->"""),
    "flow across borders": process("""<task id="A"/>
<subProcess id="S"><task id="B"/></subProcess>
<sequenceFlow id="F" sourceRef="A" targetRef="B"/><!--RK220-->
<sequenceFlow id="G" sourceRef="A" targetRef="C"/><!--RK220-->""")
    + process('<task id="C"/>', "Q"),
    "flows at ends of the way": process("""<startEvent id="A"/>
<endEvent id="Z"/>
<task id="B"/>
<boundaryEvent id="T" attachedToRef="B"><timerEventDefinition/></boundaryEvent>
<sequenceFlow id="F" sourceRef="B" targetRef="A"/><!--RK221-->
<sequenceFlow id="G" sourceRef="Z" targetRef="B"/><!--RK221-->
<sequenceFlow id="H" sourceRef="B" targetRef="T"/><!--RK221-->"""),
    "flow at an event sub-process": process("""<task id="B"/>
<subProcess id="E" triggeredByEvent="true">
<startEvent id="A"><messageEventDefinition/></startEvent>
</subProcess>
<sequenceFlow id="F" sourceRef="B" targetRef="E"/><!--RK221-->"""),
    "boundary events": process("""<task id="B"/>
<exclusiveGateway id="X"/>
<subProcess id="S"><task id="C"/></subProcess>
<boundaryEvent id="T"><timerEventDefinition/></boundaryEvent><!--RK222-->
<boundaryEvent id="U" attachedToRef="no"><timerEventDefinition/></boundaryEvent><!--RK222-->
<boundaryEvent id="V" attachedToRef="X"><timerEventDefinition/></boundaryEvent><!--RK222-->
<boundaryEvent id="W" attachedToRef="C"><timerEventDefinition/></boundaryEvent><!--RK222-->
<boundaryEvent id="Y" attachedToRef="B"/><!--RK213-->
<boundaryEvent id="Z" attachedToRef="B" cancelActivity="false"><!--RK213-->
<errorEventDefinition/></boundaryEvent>"""),
    "triggers out of place": process("""<startEvent id="A"><errorEventDefinition/></startEvent><!--RK213-->
<intermediateCatchEvent id="B"/><!--RK213-->
<intermediateCatchEvent id="C"><errorEventDefinition/></intermediateCatchEvent><!--RK213-->
<intermediateThrowEvent id="E"><timerEventDefinition/></intermediateThrowEvent><!--RK213-->
<endEvent id="F"><timerEventDefinition/></endEvent><!--RK213-->
<startEvent id="G"><terminateEventDefinition/></startEvent><!--RK213-->"""),
    "several definitions": process("""<intermediateCatchEvent id="B"><!--RK214-->
<timerEventDefinition/><messageEventDefinition/></intermediateCatchEvent>"""),
    "ids": process("""<task/><!--RK215-->
<task id="1"/><!--RK215-->
<task id="a b"/><!--RK215-->
<task id="P"/><!--RK216-->
<task id="A"/>
<subProcess id="A"><!--RK216-->
<subProcess id="A"/><!--RK216-->
</subProcess>
<sequenceFlow sourceRef="A" targetRef="A"/><!--RK215-->"""),
    "default flow": process("""<exclusiveGateway id="X" default="G"/><!--RK223-->
<exclusiveGateway id="Y" default="no"/><!--RK223-->
<task id="A" default="G"/>
<sequenceFlow id="G" sourceRef="A" targetRef="X"/>"""),
    "race": process("""<eventBasedGateway id="X"/>
<task id="A"/>
<receiveTask id="R"/>
<intermediateThrowEvent id="T"/>
<intermediateCatchEvent id="C"><timerEventDefinition/></intermediateCatchEvent>
<sequenceFlow id="F" sourceRef="X" targetRef="A"/><!--RK224-->
<sequenceFlow id="G" sourceRef="X" targetRef="R"/>
<sequenceFlow id="H" sourceRef="X" targetRef="T"/><!--RK224-->
<sequenceFlow id="I" sourceRef="X" targetRef="C"/>"""),
    "links": process("""
<intermediateThrowEvent id="A"><linkEventDefinition name="l"/></intermediateThrowEvent>
<intermediateCatchEvent id="B"><linkEventDefinition name="l"/></intermediateCatchEvent>
<intermediateCatchEvent id="C"><linkEventDefinition name="l"/></intermediateCatchEvent><!--RK225-->
<intermediateThrowEvent id="E"><linkEventDefinition name="m"/></intermediateThrowEvent><!--RK225-->
<intermediateCatchEvent id="F"><linkEventDefinition name="n"/></intermediateCatchEvent><!--RK225-->
<intermediateThrowEvent id="G"><linkEventDefinition/></intermediateThrowEvent><!--RK225-->
<sequenceFlow id="H" sourceRef="A" targetRef="B"/><!--RK221-->"""),
    "sub-process starts": process("""<subProcess id="S">
<startEvent id="A"><messageEventDefinition/></startEvent><!--RK229-->
</subProcess>
<subProcess id="E" triggeredByEvent="true"><startEvent id="B"/></subProcess><!--RK229-->
<subProcess id="G" triggeredByEvent="true"><task id="T"/></subProcess><!--RK229-->
<subProcess id="H" triggeredByEvent="true"><!--RK229-->
<startEvent id="I"><messageEventDefinition/></startEvent>
<startEvent id="J"><messageEventDefinition/></startEvent>
</subProcess>"""),
    "conditions": process("""<parallelGateway id="X"/>
<task id="A"/>
<startEvent id="S"/>
<sequenceFlow id="F" sourceRef="X" targetRef="A"><!--RK231-->
<conditionExpression>x</conditionExpression></sequenceFlow>
<sequenceFlow id="G" sourceRef="S" targetRef="A"><!--RK231-->
<conditionExpression/></sequenceFlow>"""),
    "calls": process("""<callActivity id="A" calledElement="elsewhere"/><!--RK217-->
<callActivity id="B" calledElement="P"/><!--RK218-->
<callActivity id="C" calledElement="Q"/>
<callActivity id="E" calledElement="A"/><!--RK217-->""")
    + process(
        """<startEvent id="S"><timerEventDefinition/></startEvent><!--RK229-->
<callActivity id="F" calledElement="R"/>""",
        "Q",
    )
    + process('\n<callActivity id="G" calledElement="Q"/><!--RK218-->', "R"),
    "pools": """<collaboration id="C">
<participant id="A" processRef="P"/>
<participant id="B" processRef="P"/><!--RK226-->
<participant id="G" processRef="gone"/><!--RK226-->
</collaboration>"""
    + process('<task id="T"/>'),
    "message flows": """<collaboration id="C">
<participant id="A" processRef="P"/>
<participant id="B" processRef="Q"/>
<participant id="N"/>
<messageFlow id="m0" sourceRef="T" targetRef="V"/>
<messageFlow id="m1" sourceRef="N" targetRef="V"/>
<messageFlow id="m2" sourceRef="T" targetRef="U"/><!--RK227-->
<messageFlow id="m3" sourceRef="T" targetRef="B"/><!--RK228-->
<messageFlow id="m4" sourceRef="T" targetRef="Z"/><!--RK228-->
<messageFlow id="m5" sourceRef="X" targetRef="V"/><!--RK228-->
<messageFlow id="m6" sourceRef="R" targetRef="V"/><!--RK228-->
<messageFlow id="m7" sourceRef="T" targetRef="S"/><!--RK228-->
<messageFlow id="m8" sourceRef="T"/><!--RK219-->
<messageFlow id="m9" sourceRef="gone" targetRef="V"/><!--RK219-->
<messageFlow id="ma" sourceRef="N" targetRef="N"/><!--RK227-->
<messageFlow id="mb" sourceRef="T" targetRef="K"/><!--RK228-->
<messageFlow id="mc" sourceRef="F" targetRef="V"/><!--RK219-->
</collaboration>"""
    + process("""<task id="T"/><task id="U"/><receiveTask id="R"/><exclusiveGateway id="X"/>
<sequenceFlow id="F" sourceRef="T" targetRef="U"/>""")
    + process(
        """<userTask id="V"/><endEvent id="Z"/><sendTask id="S"/>
<callActivity id="Y" calledElement="L"/>""",
        "Q",
    )
    + process('<task id="K"/>', "L"),
    "what has a meaning and no support": process("""<complexGateway id="A" name="any two"/><!--RK211-->
<transaction id="B"><task id="T"/></transaction><!--RK211-->
<adHocSubProcess id="C"/><!--RK211-->
<sequenceFlow id="F" sourceRef="A" targetRef="B"/>
<endEvent id="E">
<cancelEventDefinition id="x1"/></endEvent><!--RK211-->
<boundaryEvent id="G" attachedToRef="B">
<compensateEventDefinition id="x2"/></boundaryEvent><!--RK211-->
<startEvent id="H">
<conditionalEventDefinition id="x3"/></startEvent><!--RK211-->
<task id="I" isForCompensation="true"/><!--RK212-->
<task id="J" startQuantity="2"/><!--RK212-->
<receiveTask id="K" instantiate="true"/><!--RK212-->
<eventBasedGateway id="L" instantiate="true"/><!--RK212-->
<eventBasedGateway id="M" eventGatewayType="Parallel"/><!--RK212-->
<task id="N"><multiInstanceLoopCharacteristics isSequential="true"/></task><!--RK212-->
<task id="O"><standardLoopCharacteristics testBefore="true"/></task><!--RK212-->
<task id="Q"><standardLoopCharacteristics loopMaximum="3"/></task><!--RK212-->
<task id="R"><multiInstanceLoopCharacteristics>
<completionCondition id="x4">x</completionCondition><!--RK211-->
</multiInstanceLoopCharacteristics></task>
<task id="S">
<timerEventDefinition id="x5"/></task><!--RK211-->
<task id="V"><multiInstanceLoopCharacteristics>
<loopCardinality>900</loopCardinality></multiInstanceLoopCharacteristics></task>
<somethingNew id="U"/><!--RK211-->""").replace('<task id="V"><multi', '<task id="V"><!--RK212--><multi'),
    "conversations and choreographies": """<choreography id="A"/><!--RK211-->
<collaboration id="C">
<conversation id="B"/><!--RK211-->
<conversationLink id="E"/><!--RK211-->
<participant id="G" processRef="P">
<participantMultiplicity maximum="5"/><!--RK211-->
</participant>
</collaboration>"""
    + process('<task id="T"/>'),
}


@pytest.mark.parametrize("case", BROKEN)
def test_rule_is_told_with_code_id_and_line(case: str, tmp_path: Path) -> None:
    content = BROKEN[case]
    assert expected(content)
    assert refusals(tmp_path, content) == expected(content)


def test_nothing_drawn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="RK230 nothing is drawn"):
        read(tmp_path, '<process id="P"/>')


@pytest.mark.parametrize(
    "root", ["<svg/>", '<definitions xmlns="http://www.omg.org/bpmn20"/>', "<definitions/>", "<pnml/>"]
)
def test_other_files_are_refused(root: str, tmp_path: Path) -> None:
    path = tmp_path / "other.bpmn"
    path.write_text(f"\n{root}", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_bpmn(path)
    assert [(problem.code, problem.line) for problem in caught.value.problems] == [("RK210", 2)]


def test_calls_within_calls_do_not_grow_without_bound(tmp_path: Path) -> None:
    calls = [
        process("".join(f'<callActivity id="C{n}_{m}" calledElement="P{n + 1}"/>' for m in range(9)), f"P{n}")
        for n in range(9)
    ]
    content = "\n".join([*calls, process('<task id="T"/>', "P9")])
    assert {code for code, _ in refusals(tmp_path, content)} == {"RK232"}


def test_long_chains_of_calls_are_refused_and_not_followed(tmp_path: Path) -> None:
    calls = [process(f'<callActivity id="C{n}" calledElement="P{n + 1}"/>', f"P{n}") for n in range(3000)]
    content = "\n".join([*calls, process('<task id="T"/>', "P3000")])
    assert {code for code, _ in refusals(tmp_path, content)} == {"RK232"}


def test_called_process_is_no_process_of_its_own(tmp_path: Path) -> None:
    graph = read(
        tmp_path,
        process('<callActivity id="A" calledElement="Q"/><callActivity id="B" calledElement="g"/>')
        + process('<task id="T"/>', "Q")
        + '<globalUserTask id="g"/>',
    )
    assert list(graph.processes) == ["P"]
    assert list(graph.called) == ["Q"]
    assert (graph.nodes["A"].kind, graph.nodes["A"].type, graph.nodes["A"].reference) == (
        "subprocess",
        "call",
        "Q",
    )
    assert (graph.nodes["B"].kind, graph.nodes["B"].type) == ("task", "call")
    assert graph.process_of("T") == graph.called["Q"]


def test_pool_whose_process_is_empty_is_closed(tmp_path: Path) -> None:
    graph = read(
        tmp_path,
        '<collaboration id="C"><participant id="A" processRef="E"/><participant id="B"/>'
        '<messageFlow id="m" sourceRef="A" targetRef="T"/></collaboration>'
        '<process id="E"/>' + process('<task id="T"/>'),
    )
    assert {pool.process for pool in graph.pools.values()} == {""}
    assert list(graph.processes) == ["P"]
    assert graph.messages["m"].source == ""


def test_definitions_may_stand_outside_their_event(tmp_path: Path) -> None:
    graph = read(
        tmp_path,
        '<message id="m" name="order"/><messageEventDefinition id="d" messageRef="m"/>'
        + process('<startEvent id="S"><eventDefinitionRef>d</eventDefinitionRef></startEvent>'),
    )
    assert (graph.nodes["S"].trigger, graph.nodes["S"].reference) == ("message", "order")


def test_innermost_lane_is_kept(tmp_path: Path) -> None:
    graph = read(
        tmp_path,
        process("""<laneSet><lane id="L" name="staff"><flowNodeRef>T</flowNodeRef>
<childLaneSet><lane id="M" name="J3"><flowNodeRef>T</flowNodeRef></lane>
</childLaneSet></lane></laneSet><task id="T"/>"""),
    )
    assert graph.nodes["T"].lane == "J3"
    assert list(graph.lanes) == ["L", "M"]


def test_text_of_strangers_is_kept_on_one_line_and_printable(tmp_path: Path) -> None:
    graph = read(tmp_path, process('<task id="T" name="a&#10;b &#x9b;31m&#x202e;c&#x3000;d"/>'))
    assert graph.nodes["T"].name == "a b 31mc d"


@pytest.mark.parametrize("text", ["PT5M", "P1Y", "P2W", "P1DT1.5H"])
def test_duration_of_a_timer_is_kept(text: str, tmp_path: Path) -> None:
    assert timer(tmp_path, f"<timeDuration>\n {text} </timeDuration>") == text


@pytest.mark.parametrize("text", ["P", "PT", "5 minutes", "${x}", "R3/PT5M", "PT5", "P1DT"])
def test_what_is_no_duration_is_left_to_the_model(text: str, tmp_path: Path) -> None:
    assert timer(tmp_path, f"<timeDuration>{text}</timeDuration>") == ""
    if not text.startswith("R"):  # cycles are in test_timers.py
        assert timer(tmp_path, f"<timeCycle>{text}</timeCycle>") == ""


def timer(folder: Path, content: str) -> str:
    event = f"<timerEventDefinition>{content}</timerEventDefinition>"
    graph = read(folder, process(f'<startEvent id="S">{event}</startEvent>'))
    return graph.nodes["S"].delay
