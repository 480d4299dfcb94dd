"""Items: what was written, asked, offered, ordered or called, where it stands, and what can be done about it.

Layer: runner (views). What a post could do is asked of the functions that carry commands out, on a decision
that is then dropped; so what is shown as possible is what would be carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from renkei.facts import LANGUAGES, word
from renkei.model.schema import Label
from renkei.runner import commands, conferences, exchanges, support
from renkei.runner.addressing import addressed_parties, held_for, posts_among
from renkei.runner.authority import deputies_of
from renkei.runner.book import Book, Books
from renkei.runner.conferences import agreed, minutes_of, seats_in
from renkei.runner.decision import Decision
from renkei.runner.lifecycle import COMMANDS, matched_quantity, offers_for, status_of
from renkei.runner.naming import naming_of
from renkei.runner.refusal import Refusal, RefusedError
from renkei.runner.release import lowest_label
from renkei.runner.state import Change, Item, State
from renkei.runner.views.naming import View, book_of, process_of
from renkei.runner.views.work import asked_as

NAMES = {
    "message": {"en": "message", "ja": "電報・文書"},
    "rfi": {"en": "request for information", "ja": "情報要求"},
    "support": {"en": "request for support", "ja": "支援要請"},
    "offer": {"en": "offer of support", "ja": "支援の申出"},
    "order": {"en": "order", "ja": "命令"},
    "report": {"en": "situation report", "ja": "状況報告"},
    "file": {"en": "file", "ja": "ファイル"},
    "conference": {"en": "conference", "ja": "会議"},
}


def items(state: State, books: Books, kind: str = "", case: str = "", status: str = "") -> list[View]:
    """Return items, the newest last: of one kind, about one case, of one status, where given."""
    found = [
        entry
        for entry in state.items.values()
        if kind in {"", entry.kind} and case in {"", entry.case} and status in {"", status_of(entry)}
    ]
    return [item_line(state, books, entry) for entry in sorted(found, key=lambda e: (e.at, e.id))]


def item_line(state: State, books: Books, entry: Item) -> View:
    """Return an item in brief."""
    names = naming_of(book_of(state, books, entry.case), process_of(state, entry.case))
    status = status_of(entry)
    return {
        "id": entry.id,
        "item": entry.id,
        "what": entry.kind,
        "what_name": NAMES.get(entry.kind, names.of(entry.kind)),
        "text": entry.text,
        "case": entry.case,
        "parent": entry.parent,
        "origin": entry.origin,
        "own": entry.origin == state.party,
        "post": entry.post,
        "post_name": names.of(entry.post) if entry.post else None,
        "person": entry.person,
        "to": [names.named(name) for name in entry.to],
        "label": entry.label,
        "due": entry.due or None,
        "at": entry.at,
        "happened": entry.happened or entry.terms.get("told", {}).get("happened") or None,
        "status": status,
        "status_name": {language: word("status", status, language) for language in LANGUAGES},
        "is_open": entry.is_open,
        "terms": {key: value for key, value in entry.terms.items() if key not in {"label", "told"}},
    }


def item(state: State, books: Books, name: str, now: int) -> View:
    """Return an item with all that became of it, and what each own post can do about it.

    Raises:
        KeyError: There is no such item.
    """
    entry = state.items[name]
    book = book_of(state, books, entry.case)
    names = naming_of(book, process_of(state, entry.case))
    work = asked_as(state, books, "", now)
    found = {
        **item_line(state, books, entry),
        "said_at": entry.terms.get("told", {}).get("at") or entry.at,
        "parties": [names.named(party) for party in sorted(addressed_parties(work, entry))],
        "changes": [_change(entry, number, change) for number, change in enumerate(entry.changes, 1)],
        "held": list(_held_for(state, entry)),
        "withheld": [c.terms.get("partner") for c in entry.changes if c.change == "withheld"],
        "actions": list(actions_on(state, books, entry, now)),
    }
    if entry.kind == "support":
        found["offers"] = [item_line(state, books, offer) for offer in offers_for(state, entry.id)]
        found["matched"] = matched_quantity(state, entry.id)
    if entry.kind == "conference":
        found["conference"] = conference_view(entry)
    return found


def _held_for(state: State, entry: Item) -> Iterator[str]:
    """Yield the partners for whom an item, or a change of it, is held."""
    for kind in ("item", "change"):
        yield from (state.held[name].partner for name in held_for(state, entry, kind=kind))


def _change(entry: Item, number: int, change: Change) -> View:
    told = change.terms.get("told", {})
    return {
        "id": f"{entry.id}/{number}",
        "change": change.change,
        "text": change.text,
        "party": change.party,
        "post": change.post,
        "person": change.person,
        "at": change.at,
        "said_at": told.get("at") or change.at,
        "happened": change.happened or told.get("happened") or None,
        "terms": {key: value for key, value in change.terms.items() if key != "told"},
    }


def conference_view(entry: Item) -> View:
    """Return where a conference stands on each side, and whether the minutes agree."""
    parties = entry.terms.get("parties", ())
    texts = minutes_of(entry)
    return {
        "conference": entry.terms.get("conference"),
        "status": status_of(entry),
        "sides": [
            {
                "party": party,
                "called": party == entry.origin,
                "accepted": party == entry.origin or entry.has("accepted", party),
                "declined": entry.has("declined", party),
                "started": entry.has("started", party),
                "ended": entry.has("ended", party),
                "minutes": texts.get(party),
                "digest": sha256(texts[party].encode()).hexdigest() if party in texts else None,
            }
            for party in parties
        ],
        "minutes_agree": agreed(entry) if len(texts) == len(parties) else None,
    }


# What can be done


@dataclass(frozen=True, slots=True)
class Way:
    """A command that may be given about an item."""

    command: str
    make: Callable[[Item, Label | None], commands.Command]
    carry_out: Callable[[Decision, Any], None]


def _answer(entry: Item, label: Label | None) -> commands.Command:
    return commands.Answer(item=entry.id, text="?", label=label)


def _offer(entry: Item, label: Label | None) -> commands.Command:
    return commands.Offer(item=entry.id, text="?", label=label)


def _match(entry: Item, _: Label | None) -> commands.Command:
    return commands.Match(item=entry.parent, offer=entry.id)


def _end(entry: Item, _: Label | None) -> commands.Command:
    return commands.End(item=entry.id, minutes="?")


def _plain(kind: Callable[..., commands.Command]) -> Callable[[Item, Label | None], commands.Command]:
    return lambda entry, _: kind(item=entry.id)


_ACKNOWLEDGE = Way(COMMANDS["acknowledged"], _plain(commands.Acknowledge), exchanges.acknowledge)
_WITHDRAW = Way(COMMANDS["withdrawn"], _plain(commands.Withdraw), exchanges.withdraw_item)
_CLOSE = Way(COMMANDS["closed"], _plain(commands.CloseItem), exchanges.close_item)
_ACCEPT = Way(COMMANDS["accepted"], _plain(commands.Accept), conferences.accept)
_DECLINE = Way(COMMANDS["declined"], _plain(commands.Decline), conferences.decline)
_START = Way(COMMANDS["started"], _plain(commands.Start), conferences.start)
WAYS: dict[str, tuple[Way, ...]] = {
    "message": (_ACKNOWLEDGE,),
    "report": (_ACKNOWLEDGE,),
    "order": (_ACKNOWLEDGE, _WITHDRAW),
    "rfi": (Way("answer", _answer, exchanges.answer), _CLOSE, _WITHDRAW),
    "support": (Way("offer", _offer, support.offer_support), _CLOSE, _WITHDRAW),
    "offer": (Way("match", _match, support.match), _ACCEPT, _DECLINE, _WITHDRAW),
    "conference": (_ACCEPT, _START, Way("end", _end, conferences.end), _DECLINE, _WITHDRAW),
    "file": (),
}
"""Kind of item -> what may be done about it; what is expected first."""


def actions_on(state: State, books: Books, entry: Item, now: int) -> Iterator[View]:
    """Yield what may be done about an item: by which own posts now, and otherwise why not and who could."""
    for way in WAYS.get(entry.kind, ()):
        able, refusal = [], None
        for post in concerned(state, books, entry):
            why = refusal_of(state, books, entry, way, post, now)
            if why is None:
                able.append(post)
            refusal = refusal or why
        yield {
            "id": f"{entry.id}/{way.command}",
            "command": way.command,
            "item": entry.id,
            "posts": able,
            "refusal": refusal.to_dict() if refusal and not able else None,
        }


def refusal_of(state: State, books: Books, entry: Item, way: Way, post: str, now: int) -> Refusal | None:
    """Return why a post would be refused something about an item now, None where it would not."""
    work = asked_as(state, books, post, now)
    book = book_of(state, books, entry.case)
    away = entry.origin not in {"", state.party}
    label = lowest_label(book.model, state.party, entry.origin) if away else None
    work.command = way.make(entry, label)
    try:
        way.carry_out(work, work.command)
    except RefusedError as refused:
        # What a conference decides is told when it is ended; here is asked only whether it can be.
        return None if refused.refusal.code == "RK553" else refused.refusal
    return None


def concerned(state: State, books: Books, entry: Item) -> list[str]:
    """Return the own posts that an item may concern: who made it, whom it addresses, and their deputies."""
    need, case = state.items.get(entry.parent), state.cases.get(entry.case)
    makers = (entry.post, need.post) if need else (entry.post,)
    conference = entry.terms.get("conference") if entry.kind == "conference" and case else None
    seats = (case.process, conference) if case and conference else None
    return list(_concerned(book_of(state, books, entry.case), makers, entry.to, seats))


def addressed(state: State, books: Books, entry: Item) -> tuple[str, ...]:
    """Return the own posts to which an item goes, and their deputies."""
    return _addressed(book_of(state, books, entry.case), entry.to)


@lru_cache(4096)
def _addressed(book: Book, to: tuple[str, ...]) -> tuple[str, ...]:
    posts = posts_among(book, to)
    return tuple(dict.fromkeys((*posts, *(name for post in posts for name in deputies_of(book.model, post)))))


@lru_cache(4096)
def _concerned(
    book: Book, makers: tuple[str, ...], to: tuple[str, ...], seats: tuple[str, str] | None
) -> tuple[str, ...]:
    near = (makers[0], *posts_among(book, to), *makers[1:], *(seats_in(book, *seats) if seats else ()))
    posts = [post for post in dict.fromkeys(near) if book.party_of(post) == book.party]
    stand_ins = [deputy for post in posts for deputy in deputies_of(book.model, post)]
    return tuple(dict.fromkeys((*posts, *stand_ins))) or book.posts
