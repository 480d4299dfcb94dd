"""The door: folders, drawings, Petri nets and library names; and everything that is wrong at once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from renkei.errors import InputError, UsageError
from renkei.process import bpmn
from renkei.process.arrangement import library_names, load_arrangement
from tests.languages import is_told_in_both
from tests.model.broken import GOOD

DRAWING = GOOD / "processes" / "relief.bpmn"
NET = """<?xml version="1.0"?>
<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml">
  <net id="n" type="http://www.pnml.org/version-2009/grammar/ptnet"><page id="page">
    <place id="i"><initialMarking><text>1</text></initialMarking></place><place id="o"/><transition id="t"/>
    <arc id="a" source="i" target="t"/><arc id="b" source="t" target="o"/>
  </page></net>
</pnml>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path / "relief"))


def codes(where: str | Path) -> list[str]:
    """Return the codes of everything that is told about ``where``."""
    with pytest.raises(InputError) as raised:
        load_arrangement(where)
    of_model = [problem for problem in raised.value.problems if "RK110" <= problem.code < "RK200"]
    assert all(map(is_told_in_both, of_model))
    return [problem.code for problem in raised.value.problems]


def rewrite(path: Path, old: str, new: str) -> None:
    """Replace the one ``old`` in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_folder_is_loaded(folder: Path) -> None:
    arrangement = load_arrangement(str(folder))
    assert arrangement.name == "relief"
    assert arrangement.origin == str(folder)
    assert arrangement.options == ("as_is", "watch_only")
    assert arrangement.option == ""
    assert arrangement.findings == ()
    assert arrangement.petri is None
    assert arrangement.model is not None
    assert set(arrangement.collaborations) == set(arrangement.model.processes) == {"relief"}
    assert "Dispatch" in arrangement.collaborations["relief"].nodes


def test_file_of_the_model_stands_for_its_folder(folder: Path) -> None:
    assert load_arrangement(folder / "model.yaml").digest == load_arrangement(folder).digest


def test_drawing_alone_is_loaded() -> None:
    arrangement = load_arrangement(DRAWING)
    assert (arrangement.name, arrangement.model, arrangement.petri, arrangement.options) == (
        "relief",
        None,
        None,
        (),
    )
    assert set(arrangement.collaborations) == {"relief"}
    assert arrangement.digest == hashlib.sha256(DRAWING.read_bytes()).hexdigest()


def test_petri_net_alone_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "one.PNML").write_text(NET, encoding="utf-8")
    arrangement = load_arrangement(tmp_path / "one.PNML")
    assert arrangement.petri is not None
    assert set(arrangement.petri.transitions) == {"t"}
    assert arrangement.collaborations == {}


def test_digest_is_stable_and_tells_every_change(folder: Path) -> None:
    first = load_arrangement(folder).digest
    assert load_arrangement(folder).digest == first
    assert load_arrangement(GOOD).digest == first
    rewrite(folder / "processes" / "relief.bpmn", "Send the teams", "Send the team")
    second = load_arrangement(folder).digest
    rewrite(folder / "model.yaml", "made-up", "invented")
    assert len({first, second, load_arrangement(folder).digest}) == 3


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_digest_can_be_had_without_renkei() -> None:
    names = ["model.yaml", "processes/relief.bpmn"]
    listing = subprocess.run(["sha256sum", *names], cwd=GOOD, capture_output=True, check=True).stdout
    assert load_arrangement(GOOD).digest == hashlib.sha256(listing).hexdigest()


# Options.


def test_option_is_applied_without_reading_again(folder: Path) -> None:
    arrangement = load_arrangement(folder)
    shutil.rmtree(folder)
    changed = arrangement.with_option("watch_only")
    assert arrangement.model is not None
    assert changed.model is not None
    assert changed.model.posts["chief"].calendar is None
    assert arrangement.model.posts["chief"].calendar == "office"
    assert (changed.option, changed.digest, changed.options) == (
        "watch_only",
        arrangement.digest,
        arrangement.options,
    )
    # The same drawing, not a second reading of it.
    assert changed.collaborations["relief"] is arrangement.collaborations["relief"]
    assert changed.with_option("as_is").model == arrangement.model


def test_unknown_option_is_refused() -> None:
    with pytest.raises(UsageError, match="Did you mean watch_only"):
        load_arrangement(GOOD).with_option("watch-only")


def test_option_may_have_a_drawing_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(folder / "processes" / "relief.bpmn", folder / "processes" / "quick.bpmn")
    rewrite(folder / "processes" / "quick.bpmn", "Send the teams", "Send them at once")
    rewrite(
        folder / "model.yaml",
        "      posts:\n        chief: {c",
        "      processes: {relief: {file: processes/quick.bpmn}}\n      posts:\n        chief: {c",
    )
    read: list[str] = []
    monkeypatch.setattr(
        bpmn, "read_bpmn", lambda path, read_bpmn=bpmn.read_bpmn: (read.append(path.name), read_bpmn(path))[1]
    )
    arrangement = load_arrangement(folder)
    assert read == ["relief.bpmn", "quick.bpmn"]
    assert arrangement.collaborations["relief"].nodes["Dispatch"].name == "Send the teams"
    assert (
        arrangement.with_option("watch_only").collaborations["relief"].nodes["Dispatch"].name
        == "Send them at once"
    )
    assert (
        arrangement.with_option("as_is").collaborations["relief"].nodes["Dispatch"].name == "Send the teams"
    )
    before = arrangement.digest
    rewrite(folder / "processes" / "quick.bpmn", "Send them at once", "Send them now")
    assert load_arrangement(folder).digest != before


def test_drawing_of_an_option_is_held_against_the_model(folder: Path) -> None:
    shutil.copy(folder / "processes" / "relief.bpmn", folder / "processes" / "quick.bpmn")
    text = (folder / "processes" / "quick.bpmn").read_text(encoding="utf-8").replace('"Reply"', '"Response"')
    (folder / "processes" / "quick.bpmn").write_text(text, encoding="utf-8")
    rewrite(
        folder / "model.yaml",
        "      posts:\n        chief: {c",
        "      processes: {relief: {file: processes/quick.bpmn}}\n      posts:\n        chief: {c",
    )
    with pytest.raises(InputError) as raised:
        load_arrangement(folder)
    (problem,) = raised.value.problems
    assert problem.code == "RK122"
    assert problem.message.startswith("under option watch_only: ")
    assert "quick.bpmn" in problem.message


# What cannot be used.


def test_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    rewrite(folder / "model.yaml", "timezone: Asia/Tokyo, latitude", "timezone: Asia/Kyoto, latitude")
    rewrite(folder / "model.yaml", "      Assess:\n", "      Asess:\n")
    rewrite(folder / "model.yaml", "    seats: 1\n", "    seats: one\n")
    (folder / "processes" / "second.bpmn").write_text("<definitions", encoding="utf-8")
    more = (
        "processes:\n"
        "  second: {file: processes/second.bpmn, name: Second}\n"
        "  third: {file: processes/none.bpmn, name: Third}\n"
    )
    rewrite(folder / "model.yaml", "processes:\n", more)
    with pytest.raises(InputError) as raised:
        load_arrangement(folder)
    files = {Path(problem.file).name for problem in raised.value.problems}
    assert files == {"model.yaml", "second.bpmn"}
    assert {"RK112", "RK126"} <= {problem.code for problem in raised.value.problems}


def test_rules_and_drawings_are_told_at_once(folder: Path) -> None:
    rewrite(folder / "model.yaml", "timezone: Asia/Tokyo, latitude", "timezone: Asia/Kyoto, latitude")
    rewrite(folder / "model.yaml", "      Assess:\n", "      Asess:\n")
    assert sorted(codes(folder)) == ["RK122", "RK130"]


@pytest.mark.parametrize(
    "where",
    ["", ".", "no-such-model", "us-japam", "/nowhere/at/all", "nul\0byte", "x" * 5000, "model.yml", "~"],
)
def test_what_is_nothing_is_refused(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert codes(where) == ["RK109"]


def test_refusal_lists_the_library() -> None:
    with pytest.raises(InputError) as raised:
        load_arrangement("no-such-model")
    assert all(name in raised.value.problems[0].hint for name in library_names())


@pytest.mark.parametrize("name", ["missing.bpmn", "missing.pnml"])
def test_missing_drawing_is_refused(tmp_path: Path, name: str) -> None:
    assert len(codes(tmp_path / name)) == 1


@pytest.mark.parametrize("name", ["folder.bpmn", "folder.pnml", "model.yaml"])
def test_folder_with_the_name_of_a_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    where = tmp_path if name == "model.yaml" else tmp_path / name
    assert len(codes(where)) == 1


@pytest.mark.parametrize("name", ["pipe.bpmn", "pipe.pnml", "model.yaml"])
def test_named_pipe_is_refused_without_waiting(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    where = tmp_path if name == "model.yaml" else tmp_path / name
    assert len(codes(where)) == 1


def test_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "processes" / "relief.bpmn", tmp_path / "relief.bpmn")
    (folder / "processes" / "relief.bpmn").symlink_to(tmp_path / "relief.bpmn")
    assert codes(folder) == ["RK125"]


def test_link_inside_the_folder_is_followed(folder: Path) -> None:
    (folder / "processes" / "relief.bpmn").rename(folder / "real.bpmn")
    (folder / "processes" / "relief.bpmn").symlink_to(folder / "real.bpmn")
    assert load_arrangement(folder).collaborations


def test_linked_folder_is_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert load_arrangement(tmp_path / "link").name == "relief"


# The library.


@pytest.mark.parametrize("name", library_names())
def test_model_of_the_library_is_loaded_by_its_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arrangement = load_arrangement(name)
    assert arrangement.name == name
    assert all(arrangement.with_option(option).model for option in arrangement.options)


def test_path_goes_before_a_library_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    for name in library_names() or ("relief",):
        if name != folder.name:
            shutil.copytree(folder, folder.parent / name)
        assert load_arrangement(name).digest == load_arrangement(folder).digest


# Drawings and models that do not fit each other in ways that the table of broken models does not show.


def test_drawing_without_pools_belongs_to_nobody(folder: Path) -> None:
    path = folder / "processes" / "relief.bpmn"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text[: text.index("  <collaboration")] + text[text.index("  <process ") :], encoding="utf-8"
    )
    assert "RK124" in codes(folder)


def test_probabilities_of_a_choice_sum_to_one(folder: Path) -> None:
    guarded = "      s2: {when: severity == 'high'}\n"
    share = "{{probability: {{value: {}, source: law}}}}\n"
    even = f"      s2: {share}      s3: {share}"
    rewrite(folder / "model.yaml", guarded, even.format(0.25, 0.5))
    assert codes(folder) == ["RK135"]
    rewrite(folder / "model.yaml", even.format(0.25, 0.5), even.format(0.25, 0.75))
    assert load_arrangement(folder).findings == ()
    rewrite(folder / "model.yaml", even.format(0.25, 0.75), even.format(0.25, 0.75).split("\n")[0] + "\n")
    assert load_arrangement(folder).findings == ()


def test_task_of_two_conferences_is_refused(folder: Path) -> None:
    second = (
        "    conferences:\n      other: {tasks: [Meet_north, Reply], duration: {fixed: PT1H, source: law}}\n"
    )
    rewrite(folder / "model.yaml", "    conferences:\n", second)
    assert "RK161" in codes(folder)


INSIDE = """<subProcess id="Dispatch" name="Send the teams">
  <startEvent id="B"/><userTask id="Send"/><endEvent id="E"/>
  <sequenceFlow id="b" sourceRef="B" targetRef="Send"/><sequenceFlow id="e" sourceRef="Send" targetRef="E"/>
</subProcess>"""


def test_work_inside_a_subprocess_is_bound_to_its_tasks(folder: Path) -> None:
    rewrite(folder / "processes" / "relief.bpmn", '<userTask id="Dispatch" name="Send the teams"/>', INSIDE)
    assert codes(folder) == ["RK123"] * 4
    rewrite(folder / "model.yaml", "      Dispatch:\n", "      Send:\n")
    assert load_arrangement(folder).findings == ()


def test_authority_that_reads_what_its_party_is_never_told_is_a_finding(folder: Path) -> None:
    rewrite(folder / "model.yaml", "      s2: {when: severity == 'high'}\n", "      s2: {name: Severe}\n")
    assert load_arrangement(folder).findings == ()
    rewrite(folder / "model.yaml", "carries: [severity],", "carries: [],")
    findings = load_arrangement(folder).findings
    # teams_decide_late reads it too, but no task of the teams approves.
    assert [finding.code for finding in findings] == ["RK181"]
    assert findings[0].message.startswith("authorities.governor_decides.when reads severity")
