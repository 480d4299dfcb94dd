"""Verdicts that others published: fbpmn's collaborations under BPMN's own message semantics, MIWG's models."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from renkei.checker import check
from renkei.errors import InputError
from renkei.process.arrangement import load_arrangement

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases"
FBPMN, MIWG = CASES / "fbpmn", CASES / "miwg"

needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the published cases are not in ../shared/cases")

NAMES = {"safe": "Safe", "sound": "Sound", "sound-relaxed": "MsgSound"}

REFUSED = {
    "e005TravelAgency": "RK257",  # an agency that makes offers without end, bounded there by a constraint
    "e035SP": "RK229",  # a message start event in an embedded sub-process
    "e039TravelAgency": "RK257",  # as e005
    "e041MBE": "RK252",  # timers of ten and thirty months
}
"""Models of fbpmn that are refused by name; every other one must agree in every verdict."""


def _published() -> dict[str, dict[str, str]]:
    verdicts: dict[str, dict[str, str]] = {}
    with (FBPMN / "verdicts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["message_semantics"] == "Bag":
                verdicts.setdefault(row["model"], {})[row["property"]] = row["verdict"]
    return verdicts


def _models(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.bpmn"))


@needs_cases
@pytest.mark.parametrize("model", _models(FBPMN))
def test_verdicts_agree_with_fbpmn_or_the_model_is_refused_by_name(model: str) -> None:
    try:
        report = check(load_arrangement(FBPMN / f"{model}.bpmn"))
    except InputError as error:
        assert {problem.code for problem in error.problems} == {REFUSED[model]}
        assert all(problem.line > 0 and problem.file.endswith(".bpmn") for problem in error.problems)
        return
    assert model not in REFUSED
    assert report.complete
    ours = {NAMES[result.property]: result.verdict for result in report.properties}
    assert ours == {name: _published()[model][name] for name in ours}
    assert set(ours) == set(NAMES.values())


@needs_cases
def test_every_published_model_is_there() -> None:
    assert set(_models(FBPMN)) == set(_published())
    assert len(_models(MIWG)) == 21


@needs_cases
@pytest.mark.parametrize("model", _models(MIWG))
def test_every_interchange_model_is_checked_or_refused_by_name(model: str) -> None:
    file = MIWG / f"{model}.bpmn"
    try:
        report = check(load_arrangement(file), max_states=200_000)
    except InputError as error:
        lines = file.read_text(encoding="utf-8").splitlines()
        for problem in error.problems:
            assert problem.code.startswith("RK2")
            assert 1 <= problem.line <= len(lines)
        return
    assert report.complete
    for result in report.properties:
        if result.counterexample:
            assert result.counterexample.told("en")
