"""How a case came to where it stands: every step on the net, in words, and where everything stood after it.

Layer: runner (views). The entries of the case are folded by ``evolve`` alone, as the node itself does: what
is played is what the log says.
"""

from __future__ import annotations

from collections.abc import Iterable

from renkei.facts import LANGUAGES
from renkei.model.names import posts_of
from renkei.net.words import step_words
from renkei.runner.book import Books
from renkei.runner.events import CaseMoved, CaseOpened, ConsentKnown, MessageArrived, Record, StepFired
from renkei.runner.evolve import evolve, sheet_of
from renkei.runner.naming import Naming, naming_of
from renkei.runner.state import Case, State
from renkei.runner.views.naming import View

DRAWN = frozenset({"flow", "active", "end", "message", "ready"})
"""Kinds of places that stand for something of the drawing."""
_MOVING = (CaseOpened, StepFired, MessageArrived, ConsentKnown, CaseMoved)
"""What changes where a case stands on its net."""
_SAID = {
    CaseOpened: ("The case is opened.", "事案を開始する。"),
    MessageArrived: ("A message arrives: “{what}”.", "電報・文書が届く:「{what}」。"),
    ConsentKnown: ("{what} tells which of its consents are in force.", "{what}の同意の状況が伝わる。"),
    CaseMoved: ("The case goes on under another model.", "事案を別のモデルに移す。"),
}


def history(state: State, books: Books, records: Iterable[Record], case: str) -> list[View]:
    """Return the steps of a case in the order of the log, the opening first.

    Args:
        state: What the node knows.
        books: The models.
        records: Entries of the log that include those of the case, in order.
        case: The case.
    """
    steps: list[View] = []
    then = State(party=state.party)
    for record in records:
        event = record.event
        if not isinstance(event, _MOVING) or event.case != case:
            continue
        then = evolve(then, record, books)
        steps.append(_step(record, then.cases[case], books))
    return steps


def _step(record: Record, known: Case, books: Books) -> View:
    sheet = sheet_of(known, books)
    names = naming_of(books.book(known.digest, known.option), known.process)
    fired = [name for name in dict.fromkeys(_fired(record, known, books)) if name]
    return {
        "id": str(record.seq),
        "seq": record.seq,
        "at": record.happened or record.at,
        "late": record.late,
        "person": record.person,
        "post": record.post,
        "fired": fired,
        "text": _text(record, known, books, names),
        "tokens": [
            {"element": place.element, "kind": place.kind, "party": place.party, "count": count}
            for place, count in zip(sheet.net.places, known.marking, strict=True)
            if count and place.kind in DRAWN
        ],
    }


def _fired(record: Record, known: Case, books: Books) -> list[str]:
    event, sheet = record.event, sheet_of(known, books)
    if isinstance(event, StepFired):
        transition = sheet.net.transitions[sheet.play.by_name[event.transition]]
        return [transition.element, *transition.members, *transition.flows]
    return [_told_of(record, known, books)] if isinstance(event, MessageArrived) else []


def _text(record: Record, known: Case, books: Books, names: Naming) -> dict[str, str]:
    event, sheet = record.event, sheet_of(known, books)
    if isinstance(event, StepFired):
        transition = sheet.net.transitions[sheet.play.by_name[event.transition]]
        posts = dict(posts_of(sheet.model, known.process))
        if record.post and transition.step == "completes" and transition.element in posts:
            # A deputy is told as who did it.
            posts[transition.element] = record.post
        return {
            language: step_words(sheet.net, transition, names.known, posts, language)
            for language in LANGUAGES
        }
    what = names.of(_told_of(record, known, books))
    said = zip(LANGUAGES, _SAID[type(event)], strict=True)
    return {language: words.format(what=what[language]) for language, words in said}


def _told_of(record: Record, known: Case, books: Books) -> str:
    event = record.event
    if isinstance(event, MessageArrived):
        sheet = sheet_of(known, books)
        return sheet.net.places[sheet.play.place_by_name[event.place]].element
    return event.party if isinstance(event, ConsentKnown) else known.process
