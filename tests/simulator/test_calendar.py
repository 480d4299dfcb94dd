"""Shift calendars against a clock that is read minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.model.schema import Calendar
from renkei.simulator.calendar import DAYS, open_hours, seat_steps

MINUTE = 60.0
ZONES = ("Asia/Tokyo", "Pacific/Honolulu", "America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC")
WORKDAYS = list(DAYS[:5])


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return 60 * int(hour) + int(minute)


def seats_at(
    moment: datetime, shifts: dict[str, dict[str, object]], seats: int, zone: str, free: set[date]
) -> int:
    """Read the wall clock: which shifts are on, those that began yesterday included."""
    local = moment.astimezone(ZoneInfo(zone))
    now, total = 60 * local.hour + local.minute, 0
    for shift in shifts.values():
        begin, end = minutes(str(shift["begins"])), minutes(str(shift["ends"]))
        length = end - begin if end > begin else end - begin + 1440
        for day in (local.date(), local.date() - timedelta(days=1)):
            since = now - begin + 1440 * (local.date() - day).days
            if DAYS[day.weekday()] in shift["days"] and day not in free and 0 <= since < length:  # type: ignore[operator]
                total += int(shift.get("seats", seats))  # type: ignore[call-overload]
    return total


def steps_at(steps: tuple[tuple[float, int], ...], second: float) -> int:
    return next(seats for moment, seats in reversed(steps) if moment <= second)


quarters = (
    st.integers(0, 95)
    .map(lambda n: f"{n // 4:02d}:{15 * (n % 4):02d}")
    .filter(
        lambda clock: not "01:00" <= clock < "03:15"  # the hours that clocks skip or repeat
    )
)
shifts = st.fixed_dictionaries(
    {
        "days": st.sets(st.sampled_from(DAYS), min_size=1).map(sorted),
        "begins": quarters,
        "ends": quarters | st.just("24:00"),
    }
)


@settings(max_examples=150)
@given(
    shifts,
    st.sampled_from(ZONES),
    st.sampled_from(["2025-03-07", "2025-03-28", "2025-04-04", "2025-10-31", "2025-10-24", "2025-07-14"]),
    st.integers(0, 23),
    st.sets(st.integers(0, 5), max_size=2),
)
def test_a_calendar_is_what_the_clock_on_the_wall_says(
    shift: dict[str, object], zone: str, day: str, hour: int, holidays: set[int]
) -> None:
    begins = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
    free = {begins.date() + timedelta(days=n) for n in holidays}
    calendar = Calendar.model_validate({"shifts": {"s": shift}})
    steps = seat_steps(calendar, 2, zone, frozenset(free), begins, 5 * 86400.0)
    for quarter in range(5 * 96):
        second = quarter * 15 * MINUTE
        wanted = seats_at(begins + timedelta(seconds=second), {"s": shift}, 2, zone, free)
        assert steps_at(steps, second) == wanted, (begins, second / 3600)


def test_the_clocks_change_but_the_shift_keeps_its_hours() -> None:
    shift = {"days": WORKDAYS, "begins": "08:00", "ends": "17:00"}
    calendar = Calendar.model_validate({"shifts": {"s": shift}})
    begins = datetime(2025, 3, 7, tzinfo=UTC)
    steps = seat_steps(calendar, 1, "America/New_York", frozenset(), begins, 4 * 86400.0)
    hours = [(moment / 3600, seats) for moment, seats in steps[1:]]
    assert hours == [(13.0, 1), (22.0, 0), (24 * 3 + 12.0, 1), (24 * 3 + 21.0, 0)]


def test_a_night_shift_that_began_before_the_holiday_goes_on() -> None:
    shift = {"days": list(DAYS), "begins": "22:00", "ends": "06:00"}
    calendar = Calendar.model_validate({"shifts": {"n": shift}})
    begins = datetime(2025, 1, 6, 12, tzinfo=UTC)
    steps = seat_steps(calendar, 1, "UTC", frozenset({date(2025, 1, 7)}), begins, 2 * 86400.0)
    assert [(moment / 3600, seats) for moment, seats in steps] == [(0, 0), (10, 1), (18, 0)]


@pytest.mark.parametrize(("own", "expected"), [((None, None), 2), ((1, 1), 2), ((3, 1), 3), ((1, None), 2)])
def test_overlapping_shifts_fill_no_more_seats_than_there_are(own: tuple[int, int], expected: int) -> None:
    shifts = {
        f"s{n}": {"days": list(DAYS), "begins": f"{8 + n:02d}:00", "ends": f"{12 + n:02d}:00", "seats": seats}
        for n, seats in enumerate(own)
    }
    calendar = Calendar.model_validate({"shifts": shifts})
    steps = seat_steps(calendar, 2, "UTC", frozenset(), datetime(2025, 1, 6, tzinfo=UTC), 86400.0)
    assert steps_at(steps, 10 * 3600.0) == expected


def test_no_shifts_is_round_the_clock() -> None:
    begins = datetime(2025, 1, 6, tzinfo=UTC)
    for calendar in (None, Calendar()):
        assert seat_steps(calendar, 3, "Asia/Tokyo", frozenset(), begins, 1e6) == ((0.0, 3),)


def test_open_hours_are_joined_where_only_the_seats_change() -> None:
    assert open_hours(((0.0, 0), (10.0, 2), (20.0, 1), (30.0, 0), (40.0, 1))) == [
        (10.0, 30.0),
        (40.0, float("inf")),
    ]
