"""Deadlines: of requests and orders, of the model's measures, of approvals owed afterwards, and timers.

Layer: runner (views). A measure is told as far as the own share of the net knows its elements: what another
party completes is not seen here until a message says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from renkei.model.guards import Guard
from renkei.model.schema import Authority, Measure, Moment
from renkei.net.knowledge import holds
from renkei.net.tables import Net, Transition
from renkei.runner.book import SECOND, Book, Books, Sheet
from renkei.runner.evolve import sheet_of
from renkei.runner.lifecycle import status_of
from renkei.runner.naming import both, naming_of
from renkei.runner.state import Case, State
from renkei.runner.timers import running_timers
from renkei.runner.views.naming import View, case_line

_SILENT = frozenset({"activates", "enters", "opens", "meets"})
"""Steps that do not complete their element."""


@lru_cache(maxsize=64)
def completing(book: Book, process: str) -> dict[str, frozenset[int]]:
    """Return for each element of the own share of a process the firings that complete it."""
    net = book.sheet(process).net
    whole = {t.element for t in net.transitions if t.step == "leaves"}
    found: dict[str, set[int]] = {}
    for index, transition in enumerate(net.transitions):
        for element in _completed(transition, whole):
            found.setdefault(element, set()).add(index)
    return {element: frozenset(indices) for element, indices in found.items()}


def _completed(transition: Transition, whole: set[str]) -> Iterable[str]:
    if transition.step in _SILENT or ("", "again") in transition.outcome:
        return ()
    if transition.element in whole and transition.step != "leaves":
        return ()
    return (transition.element, *(transition.members if transition.step == "completes" else ()))


def completed_at(book: Book, case: Case) -> dict[str, int]:
    """Return the elements of the own share that were completed, with the moment of the first time."""
    first: dict[int, int] = {}
    for index, at in case.firings:
        first.setdefault(index, at)
    found = {}
    for element, indices in completing(book, case.process).items():
        moments = [first[index] for index in indices if index in first]
        if moments:
            found[element] = min(moments)
    return found


def reached(moment: Moment, case: Case, done: dict[str, int]) -> int | None:
    """Return when a moment of a measure was reached, None where it has not been, as far as is known here."""
    moments = [case.opened] if moment.opened else []
    if moment.all:
        if any(element not in done for element in moment.all):
            return None
        moments.append(max(done[element] for element in moment.all))
    if moment.any:
        one_of = [done[element] for element in moment.any if element in done]
        if not one_of:
            return None
        moments.append(min(one_of))
    return max(moments, default=None)


def measures_of(case: Case, books: Books, now: int) -> Iterator[View]:
    """Yield where a case stands in the measures of its model that have a deadline."""
    book = books.book(case.digest, case.option)
    done, known = completed_at(book, case), completing(book, case.process)
    for name, measure in book.model.measures.items():
        if measure.process != case.process or measure.deadline is None:
            continue
        begun, ended = reached(measure.begins, case, done), reached(measure.ends, case, done)
        due = begun + round(measure.deadline * SECOND) if begun is not None else None
        yield {
            "id": f"{case.id}/{name}",
            "kind": "measure",
            "measure": name,
            "name": both(measure.name),
            **case_line(case, books),
            "seen_here": _is_seen(measure, known),
            "begun": begun,
            "ended": ended,
            "deadline": due,
            "within": round(measure.deadline * SECOND),
            "remaining": due - now if due is not None and ended is None else None,
            "missed": due is not None and (ended if ended is not None else now) > due,
        }


def _is_seen(measure: Measure, known: dict[str, frozenset[int]]) -> bool:
    """Return whether the own share can tell when the measure ends."""
    every = all(element in known for element in measure.ends.all)
    return every and (not measure.ends.any or any(element in known for element in measure.ends.any))


def attribute_values(sheet: Sheet, case: Case) -> dict[str, str | None]:
    """Return what the own party knows of the attributes of a case."""
    party = sheet.share.party
    found: dict[str, str | None] = {}
    for place, tokens in zip(sheet.net.places, case.marking, strict=True):
        if place.kind == "attribute" and place.party == party:
            value = place.name.partition("=")[2]
            found[place.element] = value if tokens else found.get(place.element)
    return found


def obligations_of(case: Case, books: Books, now: int) -> Iterator[View]:
    """Yield the approvals that the own party owes afterwards, with the posts that can give them."""
    sheet = sheet_of(case, books)
    values = attribute_values(sheet, case)
    for index, place in enumerate(sheet.net.places):
        if place.kind != "obligation" or place.party != sheet.share.party or not case.marking[index]:
            continue
        owed = [(n, a) for n, a in sheet.model.authorities.items() if _applies(a, place.element, values)]
        since = _since(sheet.net, case, index)
        limits = [entry.within for _, entry in owed if entry.within is not None]
        due = since + round(min(limits) * SECOND) if limits else None
        yield {
            "id": f"{case.id}/{place.element}",
            "kind": "obligation",
            "matter": place.element,
            "name": naming_of(books.book(case.digest, case.option), case.process).of(place.element),
            **case_line(case, books),
            "rules": [f"authorities.{name}" for name, _ in owed],
            "posts": list(dict.fromkeys(entry.post for _, entry in owed)),
            "begun": since,
            "deadline": due,
            "remaining": due - now if due is not None else None,
            "missed": due is not None and now > due,
        }


def _applies(authority: Authority, matter: str, values: dict[str, str | None]) -> bool:
    late = authority.matter == matter and authority.timing == "afterwards"
    return late and holds(Guard(authority.when) if authority.when else None, values)


def _since(net: Net, case: Case, place: int) -> int:
    given = [at for index, at in case.firings if any(p == place for p, _ in net.transitions[index].give)]
    return given[-1] if given else case.opened


def timers_of(case: Case, books: Books, now: int) -> Iterator[View]:
    """Yield the timers of a case that run."""
    names = naming_of(books.book(case.digest, case.option), case.process)
    for element, at in running_timers(case, books):
        yield {
            "id": f"{case.id}/{element}",
            "kind": "timer",
            "element": element,
            "name": names.of(element),
            **case_line(case, books),
            "deadline": at,
            "remaining": at - now,
            "missed": False,
        }


DUE_KINDS = {"rfi": "need-by", "support": "need-by", "order": "acknowledge-by", "conference": "begins"}
_DONE = frozenset(
    {"answered", "closed", "withdrawn", "acknowledged", "declined", "accepted", "started", "ended"}
)


def due_items(state: State, now: int) -> Iterator[View]:
    """Yield the requests, orders and invitations that still wait for something by a moment."""
    for item in state.open_items():
        if item.due and item.kind in DUE_KINDS and status_of(item) not in _DONE:
            yield {
                "id": item.id,
                "kind": DUE_KINDS[item.kind],
                "item": item.id,
                "what": item.kind,
                "name": {"en": item.text, "ja": item.text},
                "case": item.case,
                "origin": item.origin,
                "post": item.post,
                "to": list(item.to),
                "begun": item.at,
                "deadline": item.due,
                "remaining": item.due - now,
                "missed": now > item.due,
            }


def deadlines(state: State, books: Books, now: int) -> list[View]:
    """Return every deadline of what runs, the nearest first; those without a moment yet come last."""
    found = list(due_items(state, now))
    for case in state.cases.values():
        if case.is_open:
            found += [entry for entry in measures_of(case, books, now) if entry["ended"] is None]
            found += timers_of(case, books, now)
        found += obligations_of(case, books, now)
    return sorted(found, key=lambda entry: (entry["deadline"] is None, entry["deadline"] or 0, entry["id"]))


def deadline_of_task(case: Case, books: Books, task: str, now: int) -> int | None:
    """Return the nearest deadline that completing a task would meet: of a measure that it ends, or owed."""
    sheet = sheet_of(case, books)
    approves = sheet.task(task).approves
    found = [
        entry["deadline"]
        for entry in measures_of(case, books, now)
        if entry["ended"] is None and task in _ends(sheet.model.measures[entry["measure"]])
    ]
    if approves is not None:
        found += [e["deadline"] for e in obligations_of(case, books, now) if e["matter"] == approves.matter]
    return min((moment for moment in found if moment is not None), default=None)


def _ends(measure: Measure) -> tuple[str, ...]:
    return (*measure.ends.all, *measure.ends.any)
