"""The inbox of a post: everything that waits for it, and what it waits for itself.

Layer: runner (views).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from renkei.labels.lattice import marking
from renkei.net.game import Marking, is_enabled
from renkei.runner.authority import deputies_of, is_manned
from renkei.runner.book import Book, Books
from renkei.runner.evolve import sheet_of
from renkei.runner.lifecycle import has_done, offers_for, status_of
from renkei.runner.naming import naming_of
from renkei.runner.release import against, label_of, release_posts
from renkei.runner.state import Case, Held, Item, State
from renkei.runner.views.naming import View, book_in_use, book_of, process_of
from renkei.runner.views.work import role_in, work_near
from renkei.runner.views.writing import NAMES, WAYS, addressed, concerned, item_line, refusal_of


def inbox(state: State, books: Books, post: str, now: int) -> list[View]:
    """Return what waits for a post, by deadline and then by age.

    Raises:
        KeyError: The own party has no such post.
    """
    if post not in book_in_use(state, books).posts:
        raise KeyError(post)
    found = [
        *_work(state, books, post, now),
        *_releases(state, books, post),
        *_items(state, books, post, now),
    ]
    return sorted(found, key=lambda e: (e["deadline"] is None, e["deadline"] or 0, e["since"], e["id"]))


def _work(state: State, books: Books, post: str, now: int) -> Iterator[View]:
    for case in state.running_cases():
        for entry in work_near(state, books, case, post, now):
            if role := role_in(state, books, entry, post, now):
                yield {**entry, "as": role}


def _releases(state: State, books: Books, post: str) -> Iterator[View]:
    for held in state.held.values():
        book = book_of(state, books, held.case)
        if post in release_posts(book, label_of(held), held.partner):
            yield {**held_line(state, books, held), "as": "own"}


def held_line(state: State, books: Books, held: Held) -> View:
    """Return what is held for a release decision, and who can decide it."""
    book = book_of(state, books, held.case)
    names = naming_of(book, process_of(state, held.case))
    label = label_of(held)
    reason = against(book.model, label, held.partner, held.channel or None)
    what = str(held.body.get("what") or held.body.get("change") or held.body.get("kind", ""))
    return {
        "id": held.id,
        "kind": "release",
        "item": held.id,
        "what": "release",
        "name": NAMES.get(what) or names.of(str(held.body.get("place", what)).partition(":")[2] or what),
        "case": held.case,
        "partner": held.partner,
        "partner_name": names.of(held.partner),
        "label": marking(label),
        "label_terms": label.model_dump(mode="json"),
        "channel": held.channel,
        "post": held.post,
        "person": held.person,
        "since": held.at,
        "deadline": None,
        "content": dict(held.body),
        "posts": list(dict.fromkeys(release_posts(book, label, held.partner))),
        # Something that stands against its label now can only be withheld, or released under a narrower one.
        "against": reason.to_dict(names.known) if reason is not None else None,
    }


def held(state: State, books: Books) -> list[View]:
    """Return everything that waits for a release decision, the oldest first."""
    found = [held_line(state, books, entry) for entry in state.held.values()]
    return sorted(found, key=lambda entry: (entry["since"], entry["id"]))


def _items(state: State, books: Books, post: str, now: int) -> Iterator[View]:
    for entry in state.open_items():
        if not _may_be_asked(state, books, entry, post) or not _may_wait(state, entry):
            continue
        if asks := _asked(state, books, entry, post, now):
            yield {
                **item_line(state, books, entry),
                "kind": "item",
                "name": NAMES[entry.kind],
                "asks": asks,
                "since": entry.at,
                "deadline": entry.due or None,
                "as": _role(state, books, entry, post, now),
            }


def _may_be_asked(state: State, books: Books, entry: Item, post: str) -> bool:
    """Return whether a closer look can find that a post is expected to do something about an item.

    FAST: leaves out only what ``_asked`` refuses; held by tests/runner/test_index.py.
    """
    change = _OF_THE_ADDRESSED.get(entry.kind)
    if change is None:
        return post in concerned(state, books, entry)
    if post in entry.to or entry.to == (state.party,):
        name = post if post in entry.to else state.party
        return post in concerned(state, books, entry) and not has_done(entry, change, state.party, name)
    return post in addressed(state, books, entry)


_OF_THE_ADDRESSED = {
    "message": "acknowledged",
    "report": "acknowledged",
    "order": "acknowledged",
    "rfi": "answered",
}
"""Kinds about which only those to whom they go are asked for something -> what that is, once each."""


def _asked(state: State, books: Books, entry: Item, post: str, now: int) -> str:
    """Return what a post is expected to do about an item and would not be refused; '' where nothing."""
    for way in WAYS[entry.kind]:
        done = way.command == "end" and entry.has("ended", state.party)
        expected = way.command in _EXPECTED[entry.kind] and not done
        if expected and refusal_of(state, books, entry, way, post, now) is None:
            return way.command
    return ""


_EXPECTED = {
    "message": {"acknowledge"},
    "report": {"acknowledge"},
    "order": {"acknowledge"},
    "rfi": {"answer"},
    "support": {"offer"},
    "offer": {"match", "accept"},
    "conference": {"accept", "start", "end"},
    "file": set[str](),
}


def _may_wait(state: State, entry: Item) -> bool:
    """Return whether somebody may still be expected to do something about an item."""
    if entry.kind == "support":
        return not any(offer.origin == state.party for offer in offers_for(state, entry.id))
    if entry.kind == "offer":
        need = state.items.get(entry.parent)
        return status_of(entry) in {"open", "matched"} and need is not None and need.is_open
    return True


def _role(state: State, books: Books, entry: Item, post: str, now: int) -> str:
    if post == entry.post or post in entry.to or state.party in entry.to:
        return "own"
    model = book_of(state, books, entry.case).model
    for other in (entry.post, *entry.to):
        if (
            other in model.posts
            and post in deputies_of(model, other)
            and not is_manned(model, state, other, now)
        ):
            return "deputy"
    return "own"


# What is waited for


def waiting_for(state: State, books: Books, post: str = "") -> list[View]:
    """Return what the own party waits for and from whom, as far as it knows; of one post, where given."""
    found = [entry for case in state.running_cases() for entry in _of_case(books, case, post)]
    found += [
        _awaited(state, books, entry) for entry in state.open_items() if _is_awaited(state, entry, post)
    ]
    found += [
        {**line, "waits": "release", "from": line["posts"]}
        for entry in state.held.values()
        if post in {"", entry.post} and (line := held_line(state, books, entry))
    ]
    return sorted(found, key=lambda entry: (entry["since"], entry["id"]))


def _of_case(books: Books, case: Case, post: str) -> Iterator[View]:
    """Yield the messages and consents that steps of a case lack which could be taken otherwise."""
    sheet, book = sheet_of(case, books), books.book(case.digest, case.option)
    if post and post not in sheet.own_posts:
        return
    names = naming_of(book, case.process)
    for key, (kind, element, whom) in _lacking(book, case.process, case.marking, case.withdrawn).items():
        yield {
            "id": f"{case.id}/{key}",
            "waits": kind,
            "case": case.id,
            "element": element,
            "name": names.of(key.partition(":")[2].partition("@")[0] if kind == "consent" else element),
            "from": list(whom),
            "since": case.opened,
            "deadline": None,
        }


@lru_cache(1024)
def _lacking(
    book: Book, process: str, marking: Marking, withdrawn: frozenset[int]
) -> Mapping[str, tuple[str, str, tuple[str, ...]]]:
    """Return what is lacking in a marking, as key -> (kind, element, from whom); many cases share one."""
    sheet = book.sheet(process)
    places, found = sheet.net.places, dict[str, tuple[str, str, tuple[str, ...]]]()
    for transition in sheet.net.transitions:
        lacking = [p for p, weight in transition.take if marking[p] < weight]
        messages = [p for p in lacking if places[p].kind == "message"]
        filled = list(marking)
        for place in messages:
            filled[place] += 1
        if messages and len(messages) == len(lacking) and is_enabled(filled, transition):
            for place in messages:
                sender = sheet.sender_of(places[place])
                element = places[place].element
                found[f"message:{element}"] = ("message", element, (sender,) if sender else ())
        elif not lacking and is_enabled(marking, transition):
            for place in transition.needs:
                if not marking[place] or place in withdrawn:
                    found[places[place].name] = ("consent", transition.element, (places[place].party,))
    return found


def _is_awaited(state: State, entry: Item, post: str) -> bool:
    if post not in {"", entry.post}:
        return False
    status = status_of(entry)
    if entry.origin == state.party:
        waits = {"rfi": {"open"}, "support": {"open"}, "offer": {"open"}, "order": {"open"}}
        return status in waits.get(entry.kind, set()) or (entry.kind == "conference" and status != "ended")
    return entry.kind == "conference" and entry.has("accepted", state.party) and status != "ended"


def _awaited(state: State, books: Books, entry: Item) -> View:
    return {
        **item_line(state, books, entry),
        "waits": "item",
        "name": NAMES[entry.kind],
        "from": _whom(state, entry),
        "since": entry.at,
        "deadline": entry.due or None,
    }


def _whom(state: State, entry: Item) -> list[str]:
    if entry.kind != "conference":
        return list(entry.to)
    order = ("ended", "started", "accepted")
    step = next((change for change in order if entry.has(change, state.party)), "accepted")
    parties = [party for party in entry.terms.get("parties", ()) if party != state.party]
    return [p for p in parties if not entry.has(step, p) and not (step == "accepted" and p == entry.origin)]
