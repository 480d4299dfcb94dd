"""PNML: what a generated net holds is what is read, and what is no place/transition net is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renkei.errors import InputError, Problem
from renkei.process.graph import PetriArc, PetriNet, PetriPlace, PetriTransition
from renkei.process.pnml import MAX_NUMBER, read_pnml
from tests.process.test_structure import COMMENT

NAMESPACE = 'xmlns="http://www.pnml.org/version-2009/grammar/pnml"'
relaxed = settings(
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def read(folder: Path, content: str) -> PetriNet:
    path = folder / "net.pnml"
    path.write_text(content, encoding="utf-8")
    return read_pnml(path)


NAMES = st.sampled_from(["", "a", "A & <B>", "開始"])
Entry = PetriPlace | PetriTransition | PetriArc | None
Drawn = tuple[str, Entry]
"""The text of an element, and what is expected to be read from it."""


@st.composite
def drawn_places(draw: st.DrawFn, own: str) -> Drawn:
    entry = PetriPlace(own, draw(NAMES), draw(st.integers(0, 3)))
    marking = f"<initialMarking><text> {entry.initial} </text></initialMarking>" if entry.initial else ""
    label = f"<name><text>{escape(entry.name)}</text></name><graphics/>"
    return f'<place id="{own}">{label}{marking}<toolspecific><x/></toolspecific></place>', entry


@st.composite
def drawn_transitions(draw: st.DrawFn, own: str) -> Drawn:
    entry = PetriTransition(own, draw(NAMES))
    label = f"<name><graphics/><text>{escape(entry.name)}</text></name>"
    return f'<transition id="{own}">{label}</transition>', entry


@st.composite
def drawn_arcs(draw: st.DrawFn, number: int, places: list[str], transitions: list[str]) -> list[Drawn]:
    """Draw an arc, and the references through which it begins."""
    ends = [draw(st.sampled_from(places)), draw(st.sampled_from(transitions))]
    if draw(st.booleans()):
        ends.reverse()
    entry = PetriArc(f"a{number}", ends[0], ends[1], draw(st.integers(1, 4)))
    source, made = ends[0], []
    for chain in range(draw(st.integers(0, 2))):
        kind = "referencePlace" if ends[0] in places else "referenceTransition"
        made.append((f'<{kind} id="r{number}_{chain}" ref="{source}"/>', None))
        source = f"r{number}_{chain}"
    said = entry.weight > 1 or draw(st.booleans())
    weight = f"<inscription><text>{entry.weight}</text></inscription>" if said else ""
    text = f'<arc id="{entry.id}" source="{source}" target="{ends[1]}">{weight}</arc>'
    return [*made, (text, entry)]


@st.composite
def nets(draw: st.DrawFn) -> tuple[str, PetriNet]:
    """Draw a net, and its file: on nested pages, with references, in any order."""
    places = [f"p{n}" for n in range(draw(st.integers(1, 5)))]
    transitions = [f"t{n}" for n in range(draw(st.integers(1, 5)))]
    elements = [draw(drawn_places(place)) for place in places]
    elements += [draw(drawn_transitions(transition)) for transition in transitions]
    for number in range(draw(st.integers(0, 8))):
        elements += draw(drawn_arcs(number, places, transitions))
    name, space = draw(NAMES), draw(st.sampled_from([NAMESPACE, ""]))
    rows = [f"<pnml {space}>", '<net id="net" type="http://www.pnml.org/version-2009/grammar/ptnet">']
    rows += [f"<name><text>{escape(name)}</text></name>", '<page id="page">']
    entries = []
    for text, entry in draw(st.permutations(elements)):
        rows.append(text)
        if entry is not None:
            entries.append(replace(entry, line=len(rows)))
        if draw(st.integers(0, 9)) == 0:
            rows.append("</page><page>")
    net = PetriNet(
        "net",
        name,
        "",
        {entry.id: entry for entry in entries if isinstance(entry, PetriPlace)},
        {entry.id: entry for entry in entries if isinstance(entry, PetriTransition)},
        tuple(entry for entry in entries if isinstance(entry, PetriArc)),
    )
    return "\n".join([*rows, "</page></net></pnml>"]), net


@relaxed
@given(drawn=nets())
def test_reader_returns_what_was_drawn(drawn: tuple[str, PetriNet], tmp_path: Path) -> None:
    text, net = drawn
    found = read(tmp_path, text)
    assert (found.id, found.name) == (net.id, net.name)
    assert (found.places, found.transitions, found.arcs) == (net.places, net.transitions, net.arcs)


@relaxed
@given(drawn=nets(), data=st.data())
def test_damaged_bytes_end_in_an_error_or_load(
    drawn: tuple[str, PetriNet], data: st.DataObject, tmp_path: Path
) -> None:
    content = bytearray(drawn[0].encode())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(32, 126))
    path = tmp_path / "net.pnml"
    path.write_bytes(bytes(content))
    problems: tuple[Problem, ...] = ()
    try:
        read_pnml(path)
    except InputError as error:
        problems = error.problems
    assert all(problem.hint and problem.code.startswith("RK2") for problem in problems)


def net_of(content: str) -> str:
    nodes = '<place id="p"/><place id="q"/><transition id="t"/><transition id="u"/>'
    return f'<pnml {NAMESPACE}><net id="N">\n{nodes}\n{content}\n</net></pnml>'


BROKEN = {
    "arcs": net_of("""<arc id="a" source="p" target="q"/><!--RK243-->
<arc id="b" source="t" target="u"/><!--RK243-->
<arc id="c" source="p"/><!--RK243-->
<arc id="d" source="p" target="x"/><!--RK243-->
<arc id="e" source="t" target="q"/>"""),
    "references": net_of("""<referencePlace id="a" ref="b"/><!--RK243-->
<referencePlace id="b" ref="a"/><!--RK243-->
<referencePlace id="c" ref="t"/><!--RK243-->
<referenceTransition id="d"/><!--RK243-->
<arc id="e" source="a" target="t"/><!--RK243-->"""),
    "numbers": net_of(f"""<place id="a"><initialMarking><text>-1</text></initialMarking></place><!--RK244-->
<place id="b"><initialMarking><text>1.5</text></initialMarking></place><!--RK244-->
<place id="c"><initialMarking><text>{MAX_NUMBER + 1}</text></initialMarking></place><!--RK244-->
<place id="d"><initialMarking><text>{"9" * 5000}</text></initialMarking></place><!--RK244-->
<place id="e"><initialMarking><text>{MAX_NUMBER}</text></initialMarking></place>
<arc id="f" source="p" target="t"><inscription><text>0</text></inscription></arc><!--RK244-->
<arc id="g" source="p" target="t"><inscription><text>x</text></inscription></arc><!--RK244-->
<place id="h"><initialMarking><text>３</text></initialMarking></place><!--RK244-->"""),
    "other nets": net_of("""<arc id="a" source="p" target="t"><type value="inhibitor"/></arc><!--RK242-->
<arc id="b" source="p" target="t"><arctype><text>reset</text></arctype></arc><!--RK242-->
<arc id="c" source="p" target="t"><type value="normal"/></arc>
<place id="d"><capacity><text>3</text></capacity></place><!--RK242-->
<transition id="e"><condition/></transition><!--RK242-->
<place id="f"><hlinitialMarking/></place><!--RK242-->
<declaration/><!--RK242-->
<toolspecific tool="x"><place/></toolspecific>"""),
    "ids": net_of("""<place/><!--RK215-->
<place id="p"/><!--RK216-->
<transition id="p"/><!--RK216-->
<arc source="p" target="t"/>"""),
    "final marking of no workflow net": net_of("""<arc source="p" target="t"/><arc source="t" target="q"/>
<finalmarkings><marking>
<place idref="p"><text>1</text></place><!--RK242-->
<place idref="q"><text>1</text></place><!--RK242-->
</marking></finalmarkings>"""),
    "several nets": f"""<pnml {NAMESPACE}><net id="a"/>
<net id="b"/><!--RK241--></pnml>""",
    "no net": f"<pnml {NAMESPACE}/><!--RK241-->",
    "high-level net": f"""<pnml {NAMESPACE}>
<net id="a" type="http://www.pnml.org/version-2009/grammar/symmetricnet"/><!--RK241--></pnml>""",
    "empty net": f"""<pnml {NAMESPACE}>
<net id="a"/><!--RK240--></pnml>""",
    "other file": "<net/><!--RK240-->",
    "other namespace": '<pnml xmlns="urn:x"/><!--RK240-->',
}


@pytest.mark.parametrize("case", BROKEN)
def test_rule_is_told_with_code_and_line(case: str, tmp_path: Path) -> None:
    rows = BROKEN[case].split("\n")
    expected = {(code, number) for number, row in enumerate(rows, 1) for code in COMMENT.findall(row)}
    assert expected
    with pytest.raises(InputError) as caught:
        read(tmp_path, BROKEN[case])
    assert {(problem.code, problem.line) for problem in caught.value.problems} == expected
    assert all(problem.hint and len(problem.message) < 300 for problem in caught.value.problems)


def test_final_marking_of_a_workflow_net_is_read_over(tmp_path: Path) -> None:
    marked = '<place idref="q"><text>1</text></place><place idref="p"><text>0</text></place>'
    final = f"<finalmarkings><marking>{marked}</marking></finalmarkings>"
    net = read(tmp_path, net_of(f'<arc source="p" target="t"/><arc source="t" target="q"/>{final}'))
    assert [(arc.source, arc.target) for arc in net.arcs] == [("p", "t"), ("t", "q")]


def test_long_chain_of_references_is_followed_once(tmp_path: Path) -> None:
    chain = "".join(f'<referencePlace id="r{n}" ref="r{n + 1}"/>' for n in range(20_000))
    arcs = "".join(f'<arc source="r{n}" target="t"/>' for n in range(20_000))
    net = read(tmp_path, net_of(f'{chain}<referencePlace id="r20000" ref="p"/>{arcs}'))
    assert {arc.source for arc in net.arcs} == {"p"}
