"""Who was first, where a command is refused because somebody else has done it already.

Layer: runner (views). Read from the log, not from the state: it is asked only when something was refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from renkei.log.port import Log
from renkei.runner import commands
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.events import ItemChanged, Record, ReleaseDecided, StepFired, WorkClaimed, decode
from renkei.runner.lifecycle import COMMANDS
from renkei.runner.naming import naming_of
from renkei.runner.state import State
from renkei.runner.views.naming import View, book_in_use, book_of, process_of

CODES = frozenset({"RK506", "RK510", "RK512", "RK514", "RK527", "RK544"})
"""Refusals that somebody else may have brought about by being first."""
PAGE = 5_000
"""Entries read at once."""


def overtaken(state: State, books: Books, log: Log, command: Command, person: str) -> View | None:
    """Return who did last what a command asks for, with post and moment; None where nobody else did."""
    found = None
    for record in _candidates(state, log, command):
        if _is_it(state, books, record, command) and record.person:
            found = record
    if found is None or found.person == person:
        return None
    case = str(getattr(command, "case", "") or "")
    names = naming_of(book_of(state, books, case), process_of(state, case))
    post = names.of(found.post) if found.post else None
    return {
        "seq": found.seq,
        "did": _did(found),
        "person": found.person,
        "post": found.post,
        "post_name": post,
        "at": found.at,
        "happened": found.happened or None,
    }


def _candidates(state: State, log: Log, command: Command) -> Iterator[Record]:
    about: tuple[tuple[str, str], ...]
    match command:
        case commands.Claim() | commands.Complete() | commands.Approve() | commands.Deny():
            about = (("step.fired/", command.case), ("work.claimed/", command.case))
        case commands.Return() | commands.Delegate():
            about = (("work.claimed/", command.case),)
        case commands.Choose() | commands.SetAttribute() | commands.Occur():
            about = (("step.fired/", command.case),)
        case commands.ReleaseItem() | commands.Withhold():
            about = (("release.decided/", ""),)
        case _:
            item = str(getattr(command, "item", "") or "")
            about = (("item.changed/", item),) if item in state.items else ()
    for kind, subject in about:
        yield from _found(state, log, kind, subject)


def _found(state: State, log: Log, kind: str, subject: str) -> Iterator[Record]:
    after = 0
    while rows := log.find(kind=kind, subject=subject, after=after, before=state.seq + 1, limit=PAGE):
        yield from (decode(row.body) for row in rows)
        after = rows[-1].seq


def _is_it(state: State, books: Books, record: Record, command: Command) -> bool:
    event = record.event
    match event:
        case StepFired():
            return _fired(state, books, event) == _step(command)
        case WorkClaimed():
            claim = state.cases[event.case].claims.get(event.task) if event.case in state.cases else None
            return event.task == getattr(command, "task", "") and claim is not None
        case ReleaseDecided():
            return event.held == getattr(command, "item", "")
        case ItemChanged():
            return COMMANDS.get(event.change) == getattr(command, "type", "") or event.change in _ENDS
    return False


_ENDS = frozenset({"withdrawn", "closed", "declined"})


def _step(command: Command) -> str:
    names = (str(getattr(command, key, "")) for key in ("task", "gateway", "attribute", "event"))
    return next((name for name in names if name), "")


def _fired(state: State, books: Books, event: StepFired) -> str:
    """Return what a firing was about: an element, or the attribute that it fixed."""
    case = state.cases.get(event.case)
    book = books.book(case.digest, case.option) if case else book_in_use(state, books)
    if case is None:
        return ""
    for transition in book.sheet(case.process).net.transitions:
        if transition.name == event.transition:
            return transition.outcome[0][0] if transition.step == "opens" else transition.element
    return ""


def _did(record: Record) -> str:
    match record.event:
        case WorkClaimed():
            return "claimed"
        case ReleaseDecided(granted=granted):
            return "released" if granted else "withheld"
        case ItemChanged(change=change):
            return change
    return "done"
