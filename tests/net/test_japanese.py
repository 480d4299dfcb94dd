"""Why a drawing or a net cannot be played, in both languages: one whole text of each rule."""

from __future__ import annotations

import pytest

from renkei.errors import InputError
from renkei.net.petri import compile_petri
from renkei.net.projection import share_of
from renkei.net.tables import Net, Place, Transition
from renkei.process.graph import Collaboration, PetriArc, PetriNet, PetriPlace, PetriTransition
from tests.net.test_elements import Drawing

PLACES = {name: PetriPlace(name, "") for name in "abcdefg"}
TRANSITIONS = {"t": PetriTransition("t", "")}


def told(caught: pytest.ExceptionInfo[InputError]) -> list[tuple[str, str, str]]:
    """Return code, English and Japanese of every problem."""
    problems = caught.value.problems
    return [(problem.code, problem.message, (problem.facts or {})["ja"]) for problem in problems]


def test_a_net_that_is_no_workflow_net() -> None:
    net = PetriNet("N", "", "n.pnml", PLACES, TRANSITIONS, (PetriArc("", "t", "a"),))
    with pytest.raises(InputError) as caught:
        compile_petri(net)
    text = "ワークフローネットの{}のプレースは一つですが、ネット N には {} 個あります（{}、...）。"
    assert told(caught) == [
        (
            "RK255",
            "a workflow net has exactly one sink place; net N has 7 (a, b, c, d, e, ...)",
            text.format("出口", 7, "a、b、c、d、e"),
        ),
        (
            "RK255",
            "a workflow net has exactly one source place; net N has 6 (b, c, d, e, f, ...)",
            text.format("入口", 6, "b、c、d、e、f"),
        ),
        (
            "RK256",
            "transition t takes no token, so it could fire without end",
            "トランジション t はトークンを取らないため、際限なく発火できます。",
        ),
    ]


def test_a_net_without_a_sink() -> None:
    arcs = (PetriArc("", "a", "t"), PetriArc("", "t", "a"))
    net = PetriNet("N", "", "n.pnml", {"a": PetriPlace("a", "", 1)}, TRANSITIONS, arcs)
    with pytest.raises(InputError) as caught:
        compile_petri(net)
    ((code, english, japanese),) = told(caught)
    assert (code, english) == ("RK255", "a workflow net has exactly one sink place; net N has 0 (none)")
    assert japanese == "ワークフローネットの出口のプレースは一つですが、ネット N には 0 個あります（なし）。"


def test_a_timer_without_a_fixed_length() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("wait", "event", "catch", trigger="timer", delay="P1M"), d.end())
    with pytest.raises(InputError) as caught:
        d.net()
    assert told(caught) == [
        (
            "RK252",
            "timer wait (wait) has the duration P1M, which has no fixed length",
            "タイマー「wait」（wait）の期間 P1M は、長さが定まりません。",
        )
    ]


def test_a_signal_that_too_many_wait_for() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("go", "event", "throw", trigger="signal", reference="x"), d.end())
    d.chain("s", d.add("and", "gateway", "parallel"))
    for number in range(7):
        d.chain("and", d.add(f"c{number}", "event", "catch", trigger="signal", reference="x"))
    with pytest.raises(InputError) as caught:
        d.net()
    assert told(caught) == [
        (
            "RK253",
            "the signal of go reaches more than 6 waiting places",
            "go のシグナルを待つ箇所が、6 か所を超えています。",
        )
    ]


@pytest.mark.parametrize(
    ("owner", "english", "japanese"), [("usa", "usa", "usa"), ("", "nobody", "所有者なし")]
)
def test_an_element_that_reads_what_its_node_cannot_know(owner: str, english: str, japanese: str) -> None:
    place = Place("attribute:site=granted", "attribute", "site", owner)
    reads = Transition("Task_1.completes", "Task_1", "completes", "now", 0, ((0, 1),), (), party="jpn")
    graph = Collaboration("c", "", "x.bpmn", {}, {}, {}, {})
    with pytest.raises(InputError) as caught:
        share_of(Net("n", "n", (place,), (reads,), None, "x.bpmn"), graph, "jpn", {})
    text = "jpnの Task_1 が扱う属性 site=granted（{}）は、jpnのノードが知り得ないものです。"
    assert told(caught) == [
        (
            "RK500",
            f"Task_1 of jpn reads or changes attribute site=granted of {english}, which its node cannot know",
            text.format(japanese),
        )
    ]
