"""What a label may be: for whom it can leave, at once or by whose decision; and what a partner would see.

Layer: runner (views). Nothing is decided here: what may leave is asked of the rules that decide, and what a
partner would see is taken from a decision that is then dropped, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations

import msgspec

from renkei.facts import rule_name
from renkei.labels.lattice import marking, why_not_narrowed
from renkei.model.schema import Label
from renkei.runner import commands
from renkei.runner.book import Book, Books
from renkei.runner.decide import Outcome, decide
from renkei.runner.decision import Decision, Recorded
from renkei.runner.events import Released, ReleaseHeld
from renkei.runner.naming import naming_of
from renkei.runner.refusal import Refusal, RefusedError
from renkei.runner.release import against, decide_release, label_of, release_posts
from renkei.runner.state import Actor, Held, State
from renkei.runner.views.naming import View, book_of, process_of

MOST_PARTIES = 6
"""Sets of more partners than this are not told one by one."""


def label_choices(
    state: State, books: Books, to: Iterable[str] = (), case: str = "", channel: str = "", held: str = ""
) -> list[View]:
    """Return every label, without a category, that could leave for all of ``to``, the lowest first.

    Args:
        state: What the node knows.
        books: The models.
        to: Partners, or posts of them; own names count for nothing.
        case: Case that it is about.
        channel: Channel that it would take.
        held: Something that is held, whose label could be narrowed to it; its partner, case and channel hold.
    """
    entry = state.held.get(held) if held else None
    if entry is not None:
        to, case, channel = (entry.partner,), entry.case, entry.channel
    book = book_of(state, books, case)
    parties = (name if name in book.model.parties else book.party_of(name) for name in to)
    partners = [party for party in dict.fromkeys(parties) if party and party != book.party]
    found = []
    known = [party for party in book.model.parties if entry is None or party in entry.releasable_to]
    for label in _labels(book, partners, known):
        if any(against(book.model, label, partner, channel or None) for partner in partners):
            continue
        if entry is not None and _is_wider(book, entry, label):
            continue
        found.append(_choice(book, label, partners, entry))
    return found


def _labels(book: Book, partners: list[str], known: list[str]) -> Iterable[Label]:
    """Yield labels for all of ``partners`` and for every choice among the other parties that are known."""
    own = tuple(party for party in known if party == book.party)
    others = [party for party in known if party != book.party and party not in partners][:MOST_PARTIES]
    wider = chain.from_iterable(combinations(others, count) for count in range(len(others) + 1))
    sets = [(*own, *partners, *more) if partners or more else () for more in wider]
    for name in book.model.classifications or ("unclassified",):
        for parties in sets:
            yield Label(classification=name, releasable_to=parties)


def _is_wider(book: Book, held: Held, label: Label) -> bool:
    proposed = label_of(held)
    label = label.model_copy(update={"category": proposed.category})
    names = book.model.classifications or ("unclassified",)
    return why_not_narrowed(proposed, label, classifications=names) is not None


def _choice(book: Book, label: Label, partners: list[str], held: Held | None) -> View:
    names = book.model.classifications or ("unclassified",)
    kept = label.model_copy(update={"category": held.category or None}) if held is not None else label
    proposed = label_of(held) if held is not None else label
    deciding = [list(dict.fromkeys(release_posts(book, proposed, partner))) for partner in partners]
    return {
        "id": marking(kept),
        "marking": marking(kept),
        "marking_name": {"en": marking(kept), "ja": marking(kept, language="ja")},
        "label": kept.model_dump(mode="json"),
        "at_once": held is None and label.classification == names[0],
        "posts": [post for post in deciding[0] if all(post in each for each in deciding)] if deciding else [],
    }


def preview(state: State, books: Books, command: commands.Command, actor: Actor, now: int) -> View | Refusal:
    """Return what partners would be given if a command were given now; its refusal where it would be.

    Nothing is recorded. Number and moment of what would be released are those of now.
    """
    return _told(state, books, decide(state, command, actor, now, books))


def preview_release(
    state: State, books: Books, held: str, label: Label | None, post: str, now: int
) -> View | Refusal:
    """Return what a partner would be given if something held were released under a label now.

    Without a post, as one that may decide it: whoever asks only looks.

    Raises:
        KeyError: Nothing of this name is held.
    """
    entry = state.held[held]
    book = book_of(state, books, entry.case)
    able = [*release_posts(book, label_of(entry), entry.partner)]
    command = commands.ReleaseItem(item=held, label=label)
    work = Decision(state, command, Actor("", post or next(iter(able), "")), now, books)
    try:
        decide_release(work, command)
    except RefusedError as refused:
        return refused.refusal
    return _told(state, books, Outcome(work.state, tuple(work.recorded)))


def _told(state: State, books: Books, outcome: Outcome) -> View | Refusal:
    if outcome.refusal is not None:
        return outcome.refusal
    return {
        "released": [_released(state, books, entry) for entry in outcome.recorded if entry.partner],
        "held": [
            _held(state, books, entry.record.event)
            for entry in outcome.recorded
            if isinstance(entry.record.event, ReleaseHeld)
        ],
        "entries": len(outcome.recorded),
    }


def _released(state: State, books: Books, entry: Recorded) -> View:
    event = entry.record.event
    assert isinstance(event, Released)
    names = naming_of(book_of(state, books, event.case), process_of(state, event.case))
    return {
        "partner": event.partner,
        "partner_name": names.of(event.partner),
        "rule": event.rule,
        "rule_name": rule_name(event.rule, names.known),
        **opened(entry.body),
    }


def opened(body: bytes) -> View:
    """Return what is in the bytes that a partner gets: the label apart from the rest, and the text itself."""
    told = msgspec.json.decode(body)
    label = Label(**told["label"]) if told.get("label") else None
    marked = marking(label, exercise=bool(told.get("exercise"))) if label is not None else ""
    return {"number": told["number"], "label": marked, "content": told, "text": body.decode()}


def _held(state: State, books: Books, event: ReleaseHeld) -> View:
    book = book_of(state, books, event.case)
    names = naming_of(book, process_of(state, event.case))
    label = Label(
        classification=event.classification,
        releasable_to=event.releasable_to,
        category=event.category or None,
    )
    reason = against(book.model, label, event.partner, event.channel or None)
    return {
        "partner": event.partner,
        "partner_name": names.of(event.partner),
        "label": marking(label),
        "label_terms": label.model_dump(mode="json"),
        "content": dict(event.body),
        "posts": list(dict.fromkeys(release_posts(book, label, event.partner))),
        "against": reason.to_dict(names.known) if reason is not None else None,
    }
