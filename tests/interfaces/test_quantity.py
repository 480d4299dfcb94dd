"""Times, shares and intervals: one unit a table, real minus signs, ends that can be told apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.interfaces.render.quantity import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    bracket,
    estimate,
    number,
    share,
    time,
    unit_for,
)
from renkei.interfaces.text import words_in

EN, JA = words_in("en"), words_in("ja")


@pytest.mark.parametrize(
    ("longest", "unit"),
    [
        (0, SECOND),
        (90, SECOND),
        (91, MINUTE),
        (5400, MINUTE),
        (5401, HOUR),
        (92 * 3600, HOUR),
        (11 * 86400, DAY),
    ],
)
def test_unit_is_easy_to_read(longest: float, unit: object) -> None:
    assert unit_for([None, longest, 0.0]) == unit


def test_interval_looks_as_the_calendar_table_of_the_domain() -> None:
    assert time(14.5 * 3600, HOUR, EN) == "14.5 h"
    assert estimate(28.8 * 3600, [27.9 * 3600, 29.7 * 3600], HOUR, EN) == "28.8 h (27.9–29.7)"


def test_signed_interval_says_to_in_words_and_has_real_minus_signs() -> None:
    assert estimate(-4500, [-7200, 1800], HOUR, EN, signed=True) == "−1.2 h (−2.0 to +0.5)"
    assert bracket(-7200, 1800, HOUR, JA, signed=True) == "−2.0~+0.5"


def test_narrow_interval_shows_one_place_more() -> None:
    assert bracket(36000, 36180, HOUR, EN) == "10.00–10.05"
    assert time(6300, HOUR, EN) == "1.75 h"


def test_what_is_absent_is_a_dash() -> None:
    assert (time(None, HOUR, EN), share(None, EN), estimate(None, None, HOUR, EN)) == ("–", "–", "–")


def test_small_share_is_not_rounded_to_nothing() -> None:
    assert (share(0.004, EN), share(0.0, EN), share(0.68, EN)) == ("0.4 %", "0 %", "68 %")


@given(st.floats(-1e7, 1e7), st.integers(0, 3))
def test_number_reads_back_and_never_shows_minus_zero(value: float, decimals: int) -> None:
    shown = number(value, decimals, signed=True)
    assert re.fullmatch(r"[+−]?[\d,]+(\.\d+)?", shown)
    back = float(shown.replace(",", "").replace("−", "-"))
    assert abs(back - value) <= 0.5 * 10**-decimals + 1e-9 * abs(value)
    assert not (shown.startswith("−") and back == 0)
