"""Where somebody stands: the posts that are held, how high they may release, and everybody's clocks.

Layer: runner (views).
"""

from __future__ import annotations

from renkei.labels.lattice import marking
from renkei.model.schema import Label
from renkei.runner.book import Book, Books
from renkei.runner.naming import naming_of
from renkei.runner.release import against, ceiling_of, lowest_label, release_posts
from renkei.runner.state import State
from renkei.runner.views.naming import View, book_in_use
from renkei.runner.views.people import posts_held


def standing(state: State, books: Books, person: str, now: int) -> View:
    """Return what a page shows of a person at all times: clocks, posts, and how high each may release."""
    book = book_in_use(state, books)
    return {
        "now": now,
        "clocks": [_clock(book, party) for party in book.model.parties],
        "ceiling": ceiling_of(book.model, None),
        "seats": [_seat(book, post) for post in posts_held(state, person) if post in book.posts],
    }


def _clock(book: Book, party: str) -> View:
    zones = [hq.timezone for hq in book.model.headquarters.values() if hq.party == party]
    return {
        **naming_of(book).named(party),
        "own": party == book.party,
        "timezones": sorted(dict.fromkeys(zones), key=lambda zone: (-zones.count(zone), zone)),
    }


def _seat(book: Book, post: str) -> View:
    entry, names = book.model.posts[post], naming_of(book)
    partners = [party for party in book.model.parties if party != book.party]
    return {
        **names.named(post),
        "headquarters": entry.headquarters,
        "headquarters_name": names.of(entry.headquarters),
        "timezone": book.model.headquarters[entry.headquarters].timezone,
        "releases": [_highest(book, post, partner) for partner in partners],
    }


def _highest(book: Book, post: str, partner: str) -> View:
    """Return the highest label under which something leaves for a partner by a post's own authority."""
    model = book.model
    found = None
    for name in model.classifications or ("unclassified",):
        label = Label(classification=name, releasable_to=(book.party, partner))
        lowest = name == lowest_label(model).classification
        if against(model, label, partner, None) is None and (
            lowest or post in release_posts(book, label, partner)
        ):
            found = label
    return {
        "partner": partner,
        "classification": found.classification if found else None,
        "marking": marking(found) if found else "",
    }
