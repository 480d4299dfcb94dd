"""Posts, who holds them, and who is on duty now.

Layer: runner (views).
"""

from __future__ import annotations

from renkei.runner.authority import deputies_of, is_manned, on_duty
from renkei.runner.book import Books
from renkei.runner.naming import naming_of
from renkei.runner.state import State
from renkei.runner.views.naming import View, book_in_use


def posts(state: State, books: Books, now: int) -> list[View]:
    """Return the own posts: seats, who holds them, whether they are on duty, who stands in."""
    book = book_in_use(state, books)
    model, names = book.model, naming_of(book)
    found = []
    for post in book.posts:
        entry = model.posts[post]
        home = model.headquarters[entry.headquarters]
        holders = state.seats.get(post, ())
        found.append(
            {
                "id": post,
                "post": post,
                "name": names.of(post),
                "headquarters": entry.headquarters,
                "headquarters_name": names.of(entry.headquarters),
                "party": book.party,
                "timezone": home.timezone,
                "seats": entry.seats,
                "holders": list(holders),
                "free": max(entry.seats - len(holders), 0),
                "calendar": entry.calendar,
                "on_duty": on_duty(model, post, now),
                "manned": is_manned(model, state, post, now),
                "deputies": [names.named(deputy) for deputy in deputies_of(model, post)],
                "languages": list(entry.languages),
            }
        )
    return found


def posts_held(state: State, person: str) -> list[str]:
    """Return the posts of which a person holds a seat."""
    return sorted(post for post, persons in state.seats.items() if person in persons)
