"""Who may do what, by the model: posts and their deputies, duty, authority, the chain of command, separation.

Layer: runner. Pure; each function answers one question that ``decide`` asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from renkei.model.command import COMMAND, TRANSFERABLE, is_transferred
from renkei.model.schema import Model, Relationship
from renkei.runner.state import Case, State

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(at: int) -> datetime:
    """Return a moment of the log as a date and time in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def on_duty(model: Model, post: str, at: int) -> bool:
    """Return whether the calendar of a post has a shift with seats at a moment."""
    entry = model.posts[post]
    calendar = model.calendars.get(entry.calendar or "")
    if calendar is None or not calendar.shifts:
        return entry.seats > 0
    local = moment_of(at).astimezone(_zone(model.headquarters[entry.headquarters].timezone))
    free = model.holidays[calendar.holidays].dates if calendar.holidays in model.holidays else {}
    for begun in (local.date(), local.date() - timedelta(days=1)):
        for shift in calendar.shifts.values():
            seats = entry.seats if shift.seats is None else shift.seats
            if seats and _DAYS[begun.weekday()] in shift.days and begun not in free:
                begins = _minutes(shift.begins)
                ends = _minutes(shift.ends)
                ends += 1440 if ends <= begins else 0
                passed = (local.date() - begun).days * 1440 + local.hour * 60 + local.minute
                if begins <= passed < ends:
                    return True
    return False


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def is_manned(model: Model, state: State, post: str, at: int) -> bool:
    """Return whether somebody holds a seat of a post and its hours include the moment."""
    return bool(state.seats.get(post)) and on_duty(model, post, at)


def deputies_of(model: Model, post: str) -> tuple[str, ...]:
    """Return the posts that may stand in for a post, the nearest first, their own deputies after them."""
    found: dict[str, None] = {}
    waiting = list(model.posts[post].deputies)
    while waiting:
        name = waiting.pop(0)
        if name != post and name not in found and name in model.posts:
            found[name] = None
            waiting.extend(model.posts[name].deputies)
    return tuple(found)


def may_work(model: Model, state: State, case: Case, task: str, post: str, *, actor: str, at: int) -> bool:
    """Return whether ``actor`` may do the work of ``post`` in a case: as the post, or as its deputy.

    A deputy may where the work was delegated to it, or where the post is vacant or off duty.
    """
    if actor == post:
        return True
    if actor in case.delegated.get(task, ()):
        return True
    return actor in deputies_of(model, post) and not is_manned(model, state, post, at)


def posts_with_authority(model: Model, party: str, matter: str) -> tuple[str, ...]:
    """Return the posts of a party that may decide a matter in some situation."""
    return tuple(
        dict.fromkeys(
            entry.post
            for entry in model.authorities.values()
            if entry.matter == matter
            and model.headquarters[model.posts[entry.post].headquarters].party == party
        )
    )


def rules_of_authority(model: Model, post: str, matter: str) -> tuple[str, ...]:
    """Return the entries of the model that give a post authority in a matter."""
    return tuple(
        f"authorities.{name}"
        for name, entry in model.authorities.items()
        if entry.post == post and entry.matter == matter
    )


def commanded(model: Model, headquarters: str, at: int) -> Iterator[str]:
    """Yield the headquarters that orders of ``headquarters`` may go to, itself first, by chains in force."""
    day = moment_of(at).date()
    found = {headquarters: None}
    waiting = [headquarters]
    while waiting:
        here = waiting.pop()
        yield here
        for entry in model.relationships.values():
            below = entry.subordinate
            if (
                entry.superior == here
                and entry.kind in COMMAND
                and below not in found
                and _in_force(entry, day)
            ):
                same = model.headquarters[here].party == model.headquarters[below].party
                if same or _transferred(model, entry, at):
                    found[below] = None
                    waiting.append(below)


def _in_force(entry: Relationship, day: date) -> bool:
    return (entry.begins is None or entry.begins <= day) and (entry.ends is None or day <= entry.ends)


def _transferred(model: Model, entry: Relationship, at: int) -> bool:
    """Return whether the owner of the forces has transferred authority over them, and it is in force."""
    transfer, moment = entry.transfer, moment_of(at)
    owner = model.headquarters[entry.subordinate].party
    if transfer is None or entry.kind not in TRANSFERABLE or not is_transferred(entry, owner):
        return False
    return (transfer.begins is None or transfer.begins <= moment) and (
        transfer.ends is None or moment <= transfer.ends
    )
