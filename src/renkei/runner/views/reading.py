"""Views by their names, as an interface asks for them: each with its arguments as plain strings.

Layer: runner (views).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from renkei.log.port import Log, Row
from renkei.runner.authority import moment_of
from renkei.runner.book import Books
from renkei.runner.events import ItemOpened, Record, ReleaseHeld, decode
from renkei.runner.state import State
from renkei.runner.views.casework import case, cases
from renkei.runner.views.catalogue import model
from renkei.runner.views.choices import label_choices
from renkei.runner.views.history import history
from renkei.runner.views.hours import hours
from renkei.runner.views.inbox import held, held_line, inbox, waiting_for
from renkei.runner.views.labels import file_label, item_label, label_names
from renkei.runner.views.naming import View, book_in_use
from renkei.runner.views.people import posts, posts_held
from renkei.runner.views.standing import standing
from renkei.runner.views.times import deadlines
from renkei.runner.views.trail import links, timeline
from renkei.runner.views.writing import item, items

PAGE = 5_000
"""Entries read at once."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What views are read from."""

    state: State
    books: Books
    log: Log
    now: int


Reader = Callable[[Desk, Mapping[str, str]], Any]


def look(desk: Desk, name: str, arguments: Mapping[str, str]) -> Any:
    """Return the view of this name.

    Raises:
        KeyError: There is no such view, or an argument names nothing.
    """
    return VIEWS[name](desk, arguments)


def _items(desk: Desk, given: Mapping[str, str]) -> list[View]:
    kind, about = given.get("kind", ""), given.get("case", "")
    waiting = [entry for entry in held(desk.state, desk.books) if about in {"", entry["case"]}]
    if kind == "release":
        return waiting
    written = items(desk.state, desk.books, kind, about, given.get("status", ""))
    return [*written, *waiting] if not kind and not given.get("status") else written


def _item(desk: Desk, given: Mapping[str, str]) -> View:
    name = given["item"]
    if name in desk.state.held:
        return held_line(desk.state, desk.books, desk.state.held[name])
    return item(desk.state, desk.books, name, desk.now)


def _label(desk: Desk, given: Mapping[str, str]) -> View:
    name = given["item"]
    return item_label(desk.state, desk.books, name) | {"entry": entry_of(desk, name)}


def entry_of(desk: Desk, name: str) -> int:
    """Return the number of the log's entry that made an item, or that held something.

    Raises:
        KeyError: There is no such item.
    """
    held = desk.state.held.get(name)
    if held is not None:
        subject, kind = held.case or held.partner, "release.held/"
    else:
        item = desk.state.items[name]
        subject, kind = item.case or name, "item.opened/"
    for row in _found(desk, kind=kind, subject=subject):
        event = decode(row.body).event
        made = event.item if isinstance(event, ItemOpened) else ""
        if name in {made, event.held if isinstance(event, ReleaseHeld) else made}:
            return row.seq
    raise KeyError(name)


def _hours(desk: Desk, given: Mapping[str, str]) -> View:
    zone = given.get("zone") or "UTC"
    day = given.get("day") or str(moment_of(desk.now).astimezone(ZoneInfo(zone)).date())
    return hours(book_in_use(desk.state, desk.books), date.fromisoformat(day), zone)


def _label_choices(desk: Desk, given: Mapping[str, str]) -> list[View]:
    to = [name for name in given.get("to", "").split(",") if name]
    about = {key: given.get(key, "") for key in ("case", "channel", "held")}
    return label_choices(desk.state, desk.books, to, **about)


def _timeline(desk: Desk, given: Mapping[str, str]) -> list[View]:
    name = given["case"]
    if name not in desk.state.cases:
        raise KeyError(name)
    return timeline(desk.state, desk.books, records_of(desk, name), name)


def _history(desk: Desk, given: Mapping[str, str]) -> list[View]:
    name = given["case"]
    return history(desk.state, desk.books, map(_decoded, _found(desk, subject=name)), name)


def _decoded(row: Row) -> Record:
    return decode(row.body)


def records_of(desk: Desk, name: str) -> list[Record]:
    """Return the entries of the log about a case and its items, and those that tell of acknowledgements."""
    subjects = [name, *desk.state.index.about.get(name, ())]
    rows: dict[int, Row] = {}
    for subject in subjects:
        rows.update((row.seq, row) for row in _found(desk, subject=subject))
    for kind in ("link.acknowledged/", "entry.corrected/"):
        rows.update((row.seq, row) for row in _found(desk, kind=kind))
    return [decode(rows[seq].body) for seq in sorted(rows)]


def _found(desk: Desk, **about: str) -> Iterator[Row]:
    after = 0
    # The log may be ahead of the state, which is what all other views tell of.
    while rows := desk.log.find(**about, after=after, before=desk.state.seq + 1, limit=PAGE):
        yield from rows
        after = rows[-1].seq


VIEWS: Mapping[str, Reader] = {
    "posts": lambda desk, _: posts(desk.state, desk.books, desk.now),
    "posts-held": lambda desk, given: posts_held(desk.state, given["person"]),
    "inbox": lambda desk, given: inbox(desk.state, desk.books, given["post"], desk.now),
    "waiting-for": lambda desk, given: waiting_for(desk.state, desk.books, given.get("post", "")),
    "cases": lambda desk, _: cases(desk.state, desk.books),
    "case": lambda desk, given: case(desk.state, desk.books, given["case"], desk.now),
    "timeline": _timeline,
    "history": _history,
    "items": _items,
    "item": _item,
    "releases": lambda desk, _: held(desk.state, desk.books),
    "label": _label,
    "file-label": lambda desk, given: file_label(desk.state, desk.books, given["digest"]),
    "label-names": lambda desk, _: label_names(desk.state, desk.books),
    "deadlines": lambda desk, _: deadlines(desk.state, desk.books, desk.now),
    "links": lambda desk, _: links(desk.state),
    "hours": _hours,
    "standing": lambda desk, given: standing(desk.state, desk.books, given.get("person", ""), desk.now),
    "label-choices": _label_choices,
    "model": lambda desk, _: model(book_in_use(desk.state, desk.books)),
}
"""Name -> what reads it."""
