"""Attempts to sign in: a stranger is slowed down, a person is never kept out for ever."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.clock import ManualClock
from renkei.interfaces.http.passwords import Passwords
from renkei.interfaces.http.settings import Hashing
from renkei.interfaces.http.throttle import ACCOUNT, ADDRESS, MOST_BUCKETS, PAIR, Throttle, network
from tests.http.test_shape import assert_error, assert_success
from tests.http.world import PASSWORD, Desk

ATTACKERS = st.lists(
    st.tuples(st.integers(0, 300), st.floats(0.0, 5.0)),
    min_size=50,
    max_size=200,
)


@given(ATTACKERS)
@settings(deadline=None, max_examples=30)
def test_strangers_cannot_keep_a_person_out_who_has_been_there_before(
    attempts: list[tuple[int, float]],
) -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    for stranger, pause in attempts:
        throttle.take(f"198.51.{stranger // 250}.{stranger % 250}", "sato", known=False)
        now += pause
        assert throttle.take("192.0.2.1", "sato", known=True) == 0
        throttle.give_back("192.0.2.1", "sato", known=True)


@given(st.integers(1, 60), st.floats(0.0, 2.0))
@settings(deadline=None, max_examples=30)
def test_guesses_are_bounded_from_one_place_and_from_everywhere(places: int, pause: float) -> None:
    now, through = 0.0, 0
    throttle = Throttle(lambda: now)
    for attempt in range(600):
        through += throttle.take(f"192.0.2.{attempt % places}", "sato", known=False) == 0
        now += pause
    assert through <= ACCOUNT.attempts + now / ACCOUNT.seconds + 1
    assert through <= places * (PAIR.attempts + now / PAIR.seconds + 1)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.floats(0.0, 40.0)), max_size=60))
@settings(deadline=None, max_examples=50)
def test_whoever_waits_as_long_as_told_may_try_again(steps: list[tuple[int, bool, float]]) -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    for place, succeeds, pause in steps:
        address = f"192.0.2.{place}"
        wait = throttle.take(address, "sato", known=False)
        if wait:
            now += wait
            assert throttle.take(address, "sato", known=False) == 0
        if succeeds:
            throttle.give_back(address, "sato", known=False)
        now += pause


def test_what_is_remembered_is_bounded() -> None:
    throttle = Throttle(lambda: 0.0)
    for number in range(MOST_BUCKETS):
        throttle.take(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", str(number), known=True)
    assert len(throttle._buckets) <= MOST_BUCKETS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::2:3", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_one_subscriber_is_one_place(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same


def test_guessing_is_stopped_and_the_person_gets_in_from_where_they_have_been(
    desk: Desk, clock: ManualClock
) -> None:
    guess = {"name": "admin", "password": "wrong wrong wrong"}
    with desk.client("192.0.2.1") as person:
        person.token()
        for number in range(ACCOUNT.attempts + 5):
            with desk.client(f"198.51.100.{number % 50}") as stranger:
                answer = stranger.post("/tokens", json=guess)
        error = assert_error(answer, 429)
        assert error["code"] == "RK710"
        assert int(answer.headers["Retry-After"]) > 0
        right = {"name": "admin", "password": PASSWORD}
        with desk.client("198.51.100.77") as new_place:
            assert_error(new_place.post("/tokens", json=right), 429)
            assert_success(person.post("/tokens", json=right))
            clock.advance(ACCOUNT.seconds + 1)
            assert_success(new_place.post("/tokens", json=right))


def test_one_address_cannot_try_all_names(desk: Desk) -> None:
    with desk.client("192.0.2.9") as stranger:
        answers = [
            stranger.post("/tokens", json={"name": f"name{n}", "password": "wrong wrong"}).status_code
            for n in range(ADDRESS.attempts + 1)
        ]
    assert answers == [401] * ADDRESS.attempts + [429]


def test_hashing_is_bounded_and_says_so(desk: Desk) -> None:
    desk.interface.access.passwords.close()
    desk.interface.access.passwords = Passwords(Hashing(memory_kib=4096, rounds=2, at_once=1, waiting=2))
    with desk.client("192.0.2.3") as crowd:
        body = {"name": "admin", "password": PASSWORD}
        answers = crowd.together(*[("POST", "/tokens", body, None)] * 8)
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [201] * 3 + [503] * 5
        assert_success(crowd.post("/tokens", json=body))
