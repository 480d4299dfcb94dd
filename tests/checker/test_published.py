"""Verdicts that others published: fbpmn's collaborations (BPMN's message semantics) and MIWG's models."""

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
    file = FBPMN / f"{model}.bpmn"
    if model in REFUSED:
        with pytest.raises(InputError) as caught:
            check(load_arrangement(file))
        assert {problem.code for problem in caught.value.problems} == {REFUSED[model]}
        assert all(problem.line > 0 and problem.file == str(file) for problem in caught.value.problems)
        return
    report = check(load_arrangement(file))
    assert report.complete
    ours = {NAMES[result.property]: result.verdict for result in report.properties}
    assert ours == {name: _published()[model][name] for name in ours}
    assert set(ours) == set(NAMES.values())


@needs_cases
def test_every_published_model_is_there() -> None:
    assert set(_models(FBPMN)) == set(_published())
    assert len(_models(MIWG)) == 21


MIWG_REFUSED = {
    "B.2.0": {"RK211", "RK212"},
    "C.3.0": {"RK212"},
    "C.6.0": {"RK211", "RK212"},
    "C.7.0": {"RK254"},
    "C.9.0": {"RK217"},
    "C.9.2": {"RK217"},
}
"""Interchange models with elements outside the process semantics, and the codes of the refusals."""


@needs_cases
@pytest.mark.parametrize("model", _models(MIWG))
def test_every_interchange_model_is_checked_or_refused_by_name(model: str) -> None:
    file = MIWG / f"{model}.bpmn"
    if model in MIWG_REFUSED:
        with pytest.raises(InputError) as caught:
            check(load_arrangement(file))
        lines = len(file.read_text(encoding="utf-8").splitlines())
        assert all(1 <= problem.line <= lines for problem in caught.value.problems)
        assert {problem.code for problem in caught.value.problems} == MIWG_REFUSED[model]
        return
    report = check(load_arrangement(file), max_states=200_000)
    assert report.complete
    for result in report.properties:
        if result.counterexample:
            assert result.counterexample.told("en")
