"""What differences are called: nothing that chance could have made, and nothing small, is called faster."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.interfaces.render.comparison import SIGNS, Comparison, facts_of, order
from renkei.interfaces.render.names import Names
from renkei.interfaces.text import words_in
from renkei.process.arrangement import Arrangement
from tests.interfaces.conftest import FakeSimulation

EN, JA = words_in("en"), words_in("ja")
hours = st.floats(0.01, 500)


def compared(base: float, other: float, **settings: object) -> Comparison:
    return Comparison(facts_of(FakeSimulation({"far": base, "near": other}, **settings)), Names())  # type: ignore[arg-type]


@given(hours, hours, st.floats(0.0, 50))
def test_a_difference_is_called_one_only_where_it_is_clear_and_not_small(
    base: float, other: float, half: float
) -> None:
    comparison = compared(base, other, half_width=half)
    difference = comparison.facts["differences"][0]
    kind = comparison.kind(difference)
    assert difference["ci95"] is not None
    low, high = difference["ci95"]
    if kind == "faster":
        assert high < 0
        assert other <= 0.95 * base
    elif kind == "slower":
        assert low > 0
        assert other >= 1.05 * base
    else:
        assert low <= 0 <= high or abs(other - base) <= 0.05 * base


@pytest.mark.parametrize(
    ("base", "other", "half", "kind", "told"),
    [
        (28.8, 14.5, 0.3, "faster", "near is faster than far by 14.3 h (14.0–14.6), 50 % of its mean."),
        (20.0, 30.0, 0.5, "slower", "near is slower than far by 10.0 h (9.5–10.5), 50 % of its mean."),
        (20.0, 19.5, 0.2, "slightly",
         "near makes little difference: faster than far by 0.5 h (0.3–0.7), only 2 % of its mean."),
        (20.0, 19.5, 2.0, "unclear",
         ("near makes little difference, none that could be told from chance: "
          "−0.5 h (−2.5 to +1.5) holds zero.")),
        (20.0, 20.0, 0.0, "same", "near changes nothing here: every case takes as long as under far."),
    ],
)  # fmt: skip
def test_difference_in_one_sentence(base: float, other: float, half: float, kind: str, told: str) -> None:
    comparison = compared(base, other, half_width=half)
    difference = comparison.facts["differences"][0]
    assert comparison.kind(difference) == kind
    assert re.sub(r"(\d\.\d)0\b", r"\1", comparison.sentence(difference, EN)) == told
    assert "near" in comparison.sentence(difference, JA)


def test_difference_without_cases_is_not_told() -> None:
    comparison = compared(20, 10)
    difference = {**comparison.facts["differences"][0], "mean": None, "ci95": None}
    assert comparison.kind(difference) == "untold"  # type: ignore[arg-type]
    assert "cannot be compared" in comparison.sentence(difference, EN)  # type: ignore[arg-type]


def test_every_kind_has_a_sign_and_its_words() -> None:
    for kind in SIGNS:
        for words in (EN, JA):
            assert f"compare.kind.{kind}" in words
            assert f"compare.sentence.{kind}" in words


def test_outcome_sorts_the_measures_of_an_option(arrangement: Arrangement) -> None:
    report = FakeSimulation({"far": 20.0, "near": 10.0, "watch": 19.8})
    outcomes = Comparison(facts_of(report), Names.from_arrangement(arrangement)).outcomes(EN)
    assert [(outcome.title, outcome.lines) for outcome in outcomes] == [
        ("Near, compared with far", ["▼ faster: all measures (1)"]),
        ("watch, compared with far", ["≈ makes little difference: all measures (1)"]),
    ]


def test_names_are_those_of_the_model(arrangement: Arrangement) -> None:
    names = Names.from_arrangement(arrangement)
    assert names.of("measures", "sent", "ja") == "水害から出動まで"
    assert names.titled("options", "far", "ja") == "far 遠方"
    assert names.titled("options", "unheard-of", "en") == "unheard-of"


def test_many_unfinished_cases_are_warned_of() -> None:
    few, many = compared(20, 10, censored=4), compared(20, 10, censored=100)
    assert few.too_many_unfinished("sent") == []
    assert many.warning("sent", EN).count("25 %") == 2


def test_baseline_comes_first() -> None:
    assert order(["a", "b", "c"], "b") == ["b", "a", "c"]
