"""What views share: names, the models of cases, and plain data.

Layer: runner (views).
"""

from __future__ import annotations

from typing import Any

import msgspec

from renkei.runner.book import Book, Books
from renkei.runner.naming import naming_of
from renkei.runner.state import Case, State

View = dict[str, Any]
"""Plain data, ready for JSON. Moments are microseconds since 1970 (UTC)."""


def book_in_use(state: State, books: Books) -> Book:
    """Return the model that new cases follow."""
    return books.book(state.digest, state.option)


def book_of(state: State, books: Books, case: str) -> Book:
    """Return the model that a case follows; the one in use where there is no such case."""
    known = state.cases.get(case)
    return books.book(known.digest, known.option) if known else book_in_use(state, books)


def process_of(state: State, case: str) -> str:
    """Return the process of a case, '' where there is no such case."""
    known = state.cases.get(case)
    return known.process if known else ""


def plain(data: object) -> Any:
    """Return data as JSON gives them back: lists for tuples, and only what JSON has."""
    return msgspec.json.decode(msgspec.json.encode(data))


def case_line(case: Case, books: Books) -> View:
    """Return what is said of a case wherever it is mentioned."""
    names = naming_of(books.book(case.digest, case.option), case.process)
    return {
        "case": case.id,
        "title": case.title,
        "process": case.process,
        "process_name": names.of(case.process),
        "exercise": case.exercise,
    }
