"""The report of a check, as tests of a model use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from renkei.checker import check
from renkei.errors import LimitError, UsageError
from renkei.process.arrangement import load_arrangement

NET = """<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml">
<net id="n" type="http://www.pnml.org/version-2009/grammar/ptnet"><page id="p">
<place id="i"/><place id="a"/><place id="b"/><place id="o"/>
<transition id="t"/><transition id="u"/>
<arc id="1" source="i" target="t"/><arc id="2" source="t" target="a"/>{more}
<arc id="4" source="a" target="u"/>{last}<arc id="6" source="u" target="o"/>
</page></net></pnml>"""
SOUND = NET.format(more='<arc id="3" source="t" target="b"/>', last='<arc id="5" source="b" target="u"/>')
STUCK = NET.format(
    more="", last='<arc id="5" source="b" target="u"/><arc id="7" source="u" target="b"/>'
).replace('<place id="i"/>', '<place id="i"><initialMarking><text>1</text></initialMarking></place>')


def _net(folder: Path, text: str) -> Path:
    file = folder / "net.pnml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_sound_net_holds_with_as_many_states_as_it_has(tmp_path: Path) -> None:
    report = check(load_arrangement(_net(tmp_path, SOUND)), exhaustive=True)
    report.assert_holds()
    assert {result.states for result in report.properties} == {3}
    assert [result.property for result in report.properties] == ["safe", "sound", "sound-relaxed"]


def test_a_net_that_waits_for_ever_fails_with_a_path(tmp_path: Path) -> None:
    report = check(load_arrangement(_net(tmp_path, STUCK)))
    sound = next(result for result in report.properties if result.property == "sound")
    assert (sound.verdict, sound.code) == ("fails", "RK301")
    told = json.loads(json.dumps(sound.to_dict()))["counterexample"]
    assert [step["element"] for step in told["steps"]] == ["t"]
    assert told["tokens"] == [{"place": "a", "kind": "plain", "element": "a", "count": 1}]
    with pytest.raises(AssertionError, match="sound of n fails"):
        report.assert_holds()


def test_what_was_cut_short_does_not_pass_for_a_proof(tmp_path: Path) -> None:
    report = check(load_arrangement(_net(tmp_path, SOUND)), max_states=1)
    assert not report.complete
    with pytest.raises(LimitError, match="cut short"):
        report.assert_holds()


def test_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    arrangement = load_arrangement(_net(tmp_path, SOUND))
    with pytest.raises(UsageError, match="no property"):
        check(arrangement, properties=["fast"])
    with pytest.raises(UsageError, match="no option"):
        check(arrangement, options=["O9"])
