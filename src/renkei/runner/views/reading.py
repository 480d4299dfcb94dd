"""Views by their names, as an interface asks for them: each with its arguments as plain strings.

Layer: runner (views).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from renkei.log.port import Log, Row
from renkei.runner.book import Books
from renkei.runner.events import Record, decode
from renkei.runner.state import State
from renkei.runner.views.casework import case, cases
from renkei.runner.views.catalogue import model
from renkei.runner.views.inbox import held, held_line, inbox, waiting_for
from renkei.runner.views.naming import View, book_in_use
from renkei.runner.views.people import posts, posts_held
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


def _timeline(desk: Desk, given: Mapping[str, str]) -> list[View]:
    name = given["case"]
    if name not in desk.state.cases:
        raise KeyError(name)
    return timeline(desk.state, records_of(desk, name), name)


def records_of(desk: Desk, name: str) -> list[Record]:
    """Return the entries of the log about a case and its items, and those that tell of acknowledgements."""
    subjects = [name, *(entry.id for entry in desk.state.items.values() if entry.case == name)]
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
    "items": _items,
    "item": _item,
    "releases": lambda desk, _: held(desk.state, desk.books),
    "deadlines": lambda desk, _: deadlines(desk.state, desk.books, desk.now),
    "links": lambda desk, _: links(desk.state),
    "model": lambda desk, _: model(book_in_use(desk.state, desk.books)),
}
"""Name -> what reads it."""
