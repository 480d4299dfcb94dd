"""Working hours on one clock: minute by minute what the calendars say; overlaps are in all of them."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.process.arrangement import load_arrangement
from renkei.runner.authority import on_duty
from renkei.runner.book import Book, Books
from renkei.runner.views.hours import MINUTE, hours

ZONES = ("UTC", "Asia/Tokyo", "America/New_York", "Pacific/Honolulu")


@cache
def book() -> Book:
    arrangement = load_arrangement("us-japan")
    return Books("jpn", arrangement).book(arrangement.digest, arrangement.option)


@cache
def seen(day: date, zone: str) -> dict[str, Any]:
    return hours(book(), day, zone)


def covers(spans: list[dict[str, int]], at: int) -> bool:
    return any(span["begins"] <= at < span["ends"] for span in spans)


def moment(year: int, month: int, day: int, hour: int = 0, *, zone: str = "UTC") -> int:
    return round(datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000


DAYS = st.sampled_from(
    # Ordinary days, holidays of both sides, and the days on which clocks in the United States change.
    [
        date(2025, 6, 2),
        date(2025, 6, 7),
        date(2025, 7, 4),
        date(2025, 3, 9),
        date(2025, 11, 2),
        date(2025, 1, 1),
    ]
)


@settings(deadline=None, max_examples=60)
@given(DAYS, st.sampled_from(ZONES), st.integers(0, 86_400 - 1))
def test_every_minute_is_what_the_calendars_say(day: date, zone: str, second: int) -> None:
    found = seen(day, zone)
    at = min(found["begins"] + second * 1_000_000, found["ends"] - 1)
    model = book().model
    duty = {post: on_duty(model, post, at) for post in model.posts}
    assert {entry["id"]: covers(entry["on_duty"], at) for entry in found["posts"]} == duty
    for entry in found["headquarters"]:
        there = [duty[key] for key, post in model.posts.items() if post.headquarters == entry["id"]]
        assert covers(entry["on_duty"], at) == any(there)
    for entry in found["counterparts"]:
        assert covers(entry["overlap"], at) == all(duty[post] for post in entry["posts"].values())
    sides = [
        any(duty[post] for post in duty if book().party_of(post) == party["id"]) for party in found["parties"]
    ]
    assert covers(found["overlap"], at) == all(sides)


@pytest.mark.parametrize("zone", ZONES)
def test_day_is_as_long_as_it_is_where_it_is_asked_for(zone: str) -> None:
    for day, length in ((date(2025, 6, 2), 24), (date(2025, 3, 9), 23), (date(2025, 11, 2), 25)):
        found = seen(day, zone)
        expected = length if zone == "America/New_York" else 24
        assert (found["ends"] - found["begins"]) // (60 * MINUTE) == expected
        assert found["begins"] == moment(day.year, day.month, day.day, zone=zone)


def test_office_in_japan_has_its_known_hours() -> None:
    found = seen(date(2025, 6, 2), "Asia/Tokyo")
    offices = {key for key, post in book().model.posts.items() if post.calendar == "office-japan"}
    assert offices
    nine_hours = [
        {"begins": moment(2025, 6, 1, 23), "ends": moment(2025, 6, 2, 8)},
    ]
    for entry in found["posts"]:
        if entry["id"] in offices:
            assert entry["on_duty"] == nine_hours, entry["id"]


def test_spans_are_apart_and_in_order() -> None:
    for zone in ZONES:
        found = seen(date(2025, 6, 2), zone)
        lists = [entry["on_duty"] for key in ("parties", "headquarters", "posts") for entry in found[key]]
        lists += [entry["overlap"] for entry in found["counterparts"]]
        for spans in lists:
            edges = [edge for span in spans for edge in (span["begins"], span["ends"])]
            assert edges == sorted(set(edges))
            assert all(found["begins"] <= edge <= found["ends"] for edge in edges)
