"""One broken model for each code: the code is told, on the line where the offence stands."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from renkei.errors import InputError, Problem
from renkei.process.arrangement import load_arrangement
from tests.languages import is_told_in_both
from tests.model.broken import GOOD, TABLE, Broken

NAMES = [f"{broken.code}-{number}" for number, broken in enumerate(TABLE)]
FINDINGS = [broken for broken in TABLE if broken.finding]
CODES = GOOD.parents[2] / "src" / "renkei" / "codes.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(GOOD / "processes", tmp_path / "good" / "processes")
    return tmp_path / "good"


def told(folder: Path, text: str) -> tuple[Problem, ...]:
    """Return what is told about a model, whether it can be used or not."""
    (folder / "model.yaml").write_text(text, encoding="utf-8")
    try:
        return load_arrangement(folder).findings
    except InputError as error:
        return error.problems


def test_good_model_is_good(folder: Path) -> None:
    assert told(folder, (GOOD / "model.yaml").read_text(encoding="utf-8")) == ()


@pytest.mark.parametrize("broken", TABLE, ids=NAMES)
def test_offence_is_told_where_it_stands(folder: Path, broken: Broken) -> None:
    problems = told(folder, broken.text())
    assert (broken.code, broken.line()) in {(problem.code, problem.line) for problem in problems}, problems
    # One slip must not raise a cloud of complaints in which it is not seen.
    assert len(problems) <= 6


@pytest.mark.parametrize(
    "broken", FINDINGS, ids=[f"{broken.code}-{number}" for number, broken in enumerate(FINDINGS)]
)
def test_finding_does_not_stop_the_use(folder: Path, broken: Broken) -> None:
    (folder / "model.yaml").write_text(broken.text(), encoding="utf-8")
    assert load_arrangement(folder).model is not None


@pytest.mark.parametrize("broken", TABLE, ids=NAMES)
def test_what_is_told_is_for_people(folder: Path, broken: Broken) -> None:
    for problem in told(folder, broken.text()):
        assert problem.message
        assert problem.column > 0 or problem.line == 0
        assert problem.file.startswith(str(folder))
        assert "Input should" not in problem.message
        assert "pydantic" not in str(problem)


@pytest.mark.parametrize("broken", TABLE, ids=NAMES)
def test_what_is_told_is_told_in_japanese_too(folder: Path, broken: Broken) -> None:
    problems = told(folder, broken.text())
    assert [problem.facts or problem for problem in problems if not is_told_in_both(problem)] == []


def test_every_code_of_the_block_has_a_broken_model() -> None:
    registered = tomllib.loads(CODES.read_text(encoding="utf-8"))
    elsewhere = {"RK101", "RK102", "RK109"}  # files and names; see test_document.py and test_arrangement.py
    block = {code for code in registered if code.startswith("RK1")}
    assert block - elsewhere == {broken.code for broken in TABLE}


def test_everything_is_told_at_once(folder: Path) -> None:
    text = (GOOD / "model.yaml").read_text(encoding="utf-8")
    slips = [broken for broken in TABLE if broken.code in {"RK120", "RK130", "RK131", "RK138", "RK122"}]
    wanted = set()
    for slip in slips:
        if text.count(slip.old) == 1:
            text = text.replace(slip.old, slip.new)
            wanted.add(slip.code)
    assert len(wanted) >= 5
    assert wanted <= {problem.code for problem in told(folder, text)}


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("name: Watch", "nane: Watch", "Did you mean name?"),
        ("off_duty: pause", "off_duty: pauze", "Did you mean pause?"),
        ("timezone: Asia/Tokyo, latitude", "timezone: Asia/Tokio, latitude", "Did you mean Asia/Tokyo"),
        (
            "headquarters: north_office, name: Watch",
            "headquarters: north_offise, name: Watch",
            "north_office",
        ),
        ("      Assess:\n", "      Asess:\n", "Did you mean Assess?"),
        ("file: processes/relief.bpmn", "file: processes/releif.bpmn", "Did you mean processes/relief.bpmn?"),
    ],
)
def test_slip_of_the_pen_gets_the_word_that_was_meant(folder: Path, old: str, new: str, meant: str) -> None:
    problems = told(folder, Broken("", old, new).text())
    assert any(meant in problem.hint for problem in problems), problems
