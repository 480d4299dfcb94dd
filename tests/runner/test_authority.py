"""Who may do what by the model, beside oracles that walk the calendar by minutes and the chain by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.model.schema import Model
from renkei.runner.authority import commanded, deputies_of, may_work, on_duty
from renkei.runner.state import Case, State
from tests.runner.world import BEGIN

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "UTC",
    "Asia/Tokyo",
    "America/New_York",
    "Europe/Berlin",
    "Pacific/Honolulu",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)
"""Among them clocks that go forward and back, one by half an hour, and offsets of quarter hours."""
CHANGES = [
    datetime(2025, 3, 9, 7, 0, tzinfo=UTC),  # New York goes forward
    datetime(2025, 11, 2, 6, 0, tzinfo=UTC),  # and back
    datetime(2025, 3, 30, 1, 0, tzinfo=UTC),  # Berlin
    datetime(2025, 10, 26, 1, 0, tzinfo=UTC),
    datetime(2025, 4, 5, 15, 0, tzinfo=UTC),  # Lord Howe, half an hour
    datetime(2025, 12, 31, 15, 0, tzinfo=UTC),  # a new year in Tokyo
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def model(**parts: Any) -> Model:
    """Return a model without processes."""
    plain = {
        "renkei": 1,
        "name": "authority",
        "parties": {"ann": {"name": "ann"}, "bob": {"name": "bob"}},
        "headquarters": {},
        "posts": {},
        "processes": {},
        "contingencies": {},
    }
    return Model.model_validate({**plain, **parts})


# Duty

TIMES = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
SHIFTS = st.fixed_dictionaries(
    {
        "days": st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
        "begins": TIMES,
        "ends": TIMES | st.just("24:00"),
    },
    optional={"seats": st.integers(0, 2)},
)


def at_a_desk(plain: dict[str, Any], holidays: set[date], seats: int, moment: datetime) -> bool:
    """Say whether somebody sits there: walk by minutes from the begin of each shift, by the local clock."""
    hour, minute = moment.hour, moment.minute
    for shift in plain.values():
        if not shift.get("seats", seats):
            continue
        begins, ends = shift["begins"], shift["ends"].replace("24:00", "00:00")
        for days_ago in (0, 1):
            begun = moment.date() - timedelta(days=days_ago)
            if DAYS[begun.weekday()] not in shift["days"] or begun in holidays:
                continue
            # Minutes of the wall clock from the begin on; those after midnight belong to the day before.
            clock = [int(begins[:2]), int(begins[3:])]
            day = 0
            while True:
                if day == days_ago and clock == [hour, minute]:
                    return True
                clock[1] += 1
                if clock[1] == 60:
                    clock = [clock[0] + 1, 0]
                if clock[0] == 24:
                    clock, day = [0, 0], day + 1
                if f"{clock[0]:02}:{clock[1]:02}" == ends or day > 1:
                    break
    return False


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(ZONES),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), SHIFTS, min_size=1),
    st.integers(0, 2),
    st.sampled_from(CHANGES),
    st.sets(st.integers(-2, 2)),
    st.lists(st.integers(-2_880, 2_880), min_size=1, max_size=8),
)
def test_duty_is_what_a_walk_over_the_minutes_says(
    zone: str,
    shifts: dict[str, Any],
    seats: int,
    change: datetime,
    free: set[int],
    minutes: list[int],
) -> None:
    free_days = {change.date() + timedelta(days=offset) for offset in free}
    seats = max(seats, 1)
    made = model(
        headquarters={"hq": {"party": "ann", "name": "hq", "place": "hq", "timezone": zone}},
        posts={"desk": {"headquarters": "hq", "name": "desk", "seats": seats, "calendar": "hours"}},
        holidays={"days": {"dates": {str(day): "off" for day in free_days}}},
        calendars={"hours": {"shifts": shifts, "holidays": "days"}},
    )
    for offset in minutes:
        moment = change + timedelta(minutes=offset, seconds=offset % 60)
        wanted = at_a_desk(shifts, free_days, seats, moment.astimezone(ZoneInfo(zone)))
        assert on_duty(made, "desk", micros(moment)) == wanted, (zone, moment, shifts, free_days)


def test_a_shift_over_midnight_belongs_to_the_day_it_begins() -> None:
    shifts = {"night": {"days": ["fri"], "begins": "22:00", "ends": "06:00"}}
    made = model(
        headquarters={"hq": {"party": "ann", "name": "hq", "place": "hq", "timezone": "Asia/Tokyo"}},
        posts={"desk": {"headquarters": "hq", "name": "desk", "calendar": "hours"}},
        calendars={"hours": {"shifts": shifts}},
    )
    tokyo = timezone(timedelta(hours=9))
    for day, hour, minute, wanted in [
        (6, 21, 59, False),  # Friday, 6 June 2025
        (6, 22, 0, True),
        (7, 5, 59, True),
        (7, 6, 0, False),
        (6, 5, 0, False),
        (7, 22, 30, False),
    ]:
        assert on_duty(made, "desk", micros(datetime(2025, 6, day, hour, minute, tzinfo=tokyo))) is wanted


def test_a_post_without_hours_is_always_on_duty() -> None:
    made = model(
        headquarters={"hq": {"party": "ann", "name": "hq", "place": "hq", "timezone": "UTC"}},
        posts={"desk": {"headquarters": "hq", "name": "desk"}},
    )
    assert on_duty(made, "desk", BEGIN)


# Deputies

POSTS = [f"p{number}" for number in range(6)]


@st.composite
def offices(draw: st.DrawFn) -> dict[str, list[str]]:
    return {
        post: draw(st.lists(st.sampled_from([p for p in POSTS if p != post]), max_size=2, unique=True))
        for post in POSTS
    }


def office(deputies: dict[str, list[str]]) -> Model:
    # As it is after validation, which holds what a drawing of deputies alone does not: built past it.
    made = model(
        headquarters={"hq": {"party": "ann", "name": "hq", "place": "hq", "timezone": "UTC"}},
        posts={post: {"headquarters": "hq", "name": post} for post in POSTS},
    )
    posts = {
        name: entry.model_copy(update={"deputies": tuple(deputies[name])})
        for name, entry in made.posts.items()
    }
    return made.model_copy(update={"posts": posts})


@settings(deadline=None, max_examples=150)
@given(offices())
def test_deputies_are_who_can_be_reached_the_nearest_first(deputies: dict[str, list[str]]) -> None:
    made = office(deputies)
    for post in POSTS:
        steps = {post: 0}
        for step in range(1, len(POSTS) + 1):
            for name in [name for name, at in steps.items() if at == step - 1]:
                for deputy in deputies[name]:
                    steps.setdefault(deputy, step)
        found = deputies_of(made, post)
        assert set(found) == steps.keys() - {post}
        assert [steps[name] for name in found] == sorted(steps[name] for name in found)
        assert len(found) == len(set(found))


@settings(deadline=None, max_examples=150)
@given(
    offices(),
    st.sampled_from(POSTS),
    st.sampled_from(POSTS),
    st.sets(st.sampled_from(POSTS)),
    st.sets(st.sampled_from(POSTS)),
)
def test_a_deputy_works_where_it_was_told_to_or_nobody_is_there(
    deputies: dict[str, list[str]], post: str, actor: str, manned: set[str], told: set[str]
) -> None:
    made = office(deputies)
    state = State()
    state = State(seats=state.seats.update(dict.fromkeys(manned, ("Mori",)) | {"left": ()}))
    case = Case(
        "c", "p", "t", "", "", "", "ann", (), False, 0, (), {}, delegated={"look": tuple(sorted(told))}
    )
    stands_in = actor in deputies_of(made, post) and post not in manned
    wanted = actor == post or actor in told or stands_in
    assert may_work(made, state, case, "look", post, actor=actor, at=BEGIN) == wanted
    # What was told about one task is not told about another.
    wanted = actor == post or stands_in
    assert may_work(made, state, case, "tell", post, actor=actor, at=BEGIN) == wanted


# Command

HQS = [f"h{number}" for number in range(5)]
OWNERS = {name: "ann" if number < 3 else "bob" for number, name in enumerate(HQS)}
TODAY = datetime(2025, 6, 1, 12, tzinfo=UTC)
KINDS = ("cocom", "opcon", "tacon", "adcon", "support", "liaison")
COMMAND = {"cocom", "opcon", "tacon"}


@st.composite
def relationships(draw: st.DrawFn) -> dict[str, Any]:
    found = {}
    for number in range(draw(st.integers(0, 8))):
        above, below = draw(st.permutations(HQS))[:2]
        entry: dict[str, Any] = {
            "kind": draw(st.sampled_from(KINDS)),
            "superior": above,
            "subordinate": below,
        }
        for side, days in (("begins", draw(st.integers(-2, 2))), ("ends", draw(st.integers(-2, 2)))):
            if draw(st.booleans()):
                entry[side] = TODAY.date() + timedelta(days=days)
        if draw(st.booleans()):
            entry["transfer"] = {
                "by": draw(st.sampled_from(["ann", "bob"])),
                "begins": draw(
                    st.sampled_from([None, TODAY - timedelta(hours=1), TODAY + timedelta(hours=1)])
                ),
                "ends": draw(
                    st.sampled_from([None, TODAY - timedelta(minutes=1), TODAY + timedelta(hours=2)])
                ),
            }
        found[f"r{number}"] = entry
    return found


def hold(entry: dict[str, Any]) -> bool:
    """Say whether orders go along a relationship at noon of the day."""
    day = TODAY.date()
    if entry["kind"] not in COMMAND:
        return False
    if not entry.get("begins", day) <= day <= entry.get("ends", day):
        return False
    if OWNERS[entry["superior"]] == OWNERS[entry["subordinate"]]:
        return True
    transfer = entry.get("transfer")
    # Combatant command stays with its holder, whatever was signed.
    if entry["kind"] == "cocom" or transfer is None or transfer["by"] != OWNERS[entry["subordinate"]]:
        return False
    return (transfer["begins"] or TODAY) <= TODAY <= (transfer["ends"] or TODAY)


@settings(deadline=None, max_examples=300)
@given(relationships())
def test_orders_go_down_chains_in_force_and_across_parties_only_by_transfer(entries: dict[str, Any]) -> None:
    made = _commanding(entries)
    for above in HQS:
        wanted = {above}
        for _ in HQS:
            wanted |= {e["subordinate"] for e in entries.values() if e["superior"] in wanted and hold(e)}
        found = list(commanded(made, above, micros(TODAY)))
        assert found[0] == above
        assert len(found) == len(set(found))
        assert set(found) == wanted


def _commanding(entries: dict[str, Any]) -> Model:
    hqs = {n: {"party": p, "name": n, "place": n, "timezone": "UTC"} for n, p in OWNERS.items()}
    return model(headquarters=hqs, relationships=entries)
