"""Working hours of both sides on one clock: who is on duty when, on one day, and where that overlaps.

Layer: runner (views). Asked of the same calendar that work is decided by, minute by minute; posts that share
a calendar and a zone are asked about once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, reduce
from zoneinfo import ZoneInfo

from renkei.runner.authority import on_duty
from renkei.runner.book import Book
from renkei.runner.naming import naming_of
from renkei.runner.views.naming import View

MINUTE = 60_000_000
"""Microseconds."""
Span = tuple[int, int]


def hours(book: Book, day: date, zone: str) -> View:
    """Return the hours of posts, headquarters and parties on a day, and where those of counterparts overlap.

    Args:
        book: The model in use.
        day: The day.
        zone: Time zone in which the day begins and ends, as IANA names it.
    """
    begins, ends = bounds(day, zone)
    names, model = naming_of(book), book.model
    spans = _spans_of_posts(book, begins, ends)
    by_place = {key: _either(spans[p] for p in _posts_at(book, key)) for key in model.headquarters}
    by_party = {
        key: _either(by_place[place] for place, hq in model.headquarters.items() if hq.party == key)
        for key in model.parties
    }
    return {
        "day": str(day),
        "timezone": zone,
        "begins": begins,
        "ends": ends,
        "parties": [{**names.named(key), "on_duty": _plain(by_party[key])} for key in model.parties],
        "headquarters": [
            {**names.named(key), "party": hq.party, "timezone": hq.timezone, "on_duty": _plain(by_place[key])}
            for key, hq in model.headquarters.items()
        ],
        "posts": [
            {
                **names.named(key),
                "party": book.party_of(key),
                "headquarters": post.headquarters,
                "timezone": model.headquarters[post.headquarters].timezone,
                "on_duty": _plain(spans[key]),
            }
            for key, post in model.posts.items()
        ],
        "overlap": _plain(_both(by_party.values())),
        "counterparts": [
            {
                "id": key,
                "matter": names.named(known.matter),
                "posts": dict(known.posts),
                "overlap": _plain(_both(spans[post] for post in known.posts.values())),
            }
            for key, known in model.counterparts.items()
        ],
    }


def bounds(day: date, zone: str) -> Span:
    """Return when a day begins and ends in a zone; on two days of the year it has not 24 hours."""
    place = ZoneInfo(zone)
    return _moment(day, place), _moment(day + timedelta(days=1), place)


def _moment(day: date, place: ZoneInfo) -> int:
    midnight = datetime.combine(day, time(), place).astimezone(UTC)
    return round(midnight.timestamp()) * 1_000_000


def _posts_at(book: Book, place: str) -> list[str]:
    return [key for key, post in book.model.posts.items() if post.headquarters == place]


@lru_cache(maxsize=32)
def _spans_of_posts(book: Book, begins: int, ends: int) -> dict[str, list[Span]]:
    known: dict[tuple[str | None, str, bool], list[Span]] = {}
    found = {}
    for key, post in book.model.posts.items():
        zone = book.model.headquarters[post.headquarters].timezone
        alike = (post.calendar, zone, post.seats > 0)
        if alike not in known:
            known[alike] = _spans(book, key, begins, ends)
        found[key] = known[alike]
    return found


def _spans(book: Book, post: str, begins: int, ends: int) -> list[Span]:
    spans, since = list[Span](), None
    for at in range(begins, ends, MINUTE):
        is_on = on_duty(book.model, post, at)
        if is_on and since is None:
            since = at
        elif not is_on and since is not None:
            spans.append((since, at))
            since = None
    return [*spans, (since, ends)] if since is not None else spans


def _either(spans: Iterable[list[Span]]) -> list[Span]:
    """Return the time in at least one of several lists of spans."""
    found: list[Span] = []
    for begins, ends in sorted(span for each in spans for span in each):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return found


def _both(spans: Iterable[list[Span]]) -> list[Span]:
    """Return the time in all of several lists of spans."""
    each = list(spans)
    return reduce(_common, each) if each else []


def _common(a: list[Span], b: list[Span]) -> list[Span]:
    pairs = ((max(x[0], y[0]), min(x[1], y[1])) for x in a for y in b)
    return sorted((begins, ends) for begins, ends in pairs if begins < ends)


def _plain(spans: list[Span]) -> list[View]:
    return [{"begins": begins, "ends": ends} for begins, ends in spans]
