"""Cases: the list, and one case as the own party knows it, with all that can be done about it.

Layer: runner (views).
"""

from __future__ import annotations

from collections.abc import Iterator

from renkei.net.tables import Transition
from renkei.runner.authority import posts_with_authority
from renkei.runner.book import Book, Books, Sheet
from renkei.runner.evolve import sheet_of
from renkei.runner.lifecycle import status_of
from renkei.runner.naming import Naming, both, naming_of
from renkei.runner.settling import meeting_of
from renkei.runner.state import Case, State
from renkei.runner.views.inbox import held_line
from renkei.runner.views.naming import View, case_line
from renkei.runner.views.times import (
    attribute_values,
    completed_at,
    due_items,
    measures_of,
    obligations_of,
    timers_of,
)
from renkei.runner.views.work import asked_as, subject_of, work_in
from renkei.runner.views.writing import actions_on, conference_view, item_line

_ON_DRAWING = frozenset({"flow", "active", "end", "message", "ready"})


def cases(state: State, books: Books) -> list[View]:
    """Return the cases, the newest last."""
    found = [_line(known, books) for known in state.cases.values()]
    return sorted(found, key=lambda entry: (entry["opened"], entry["id"]))


def _line(known: Case, books: Books) -> View:
    names = naming_of(books.book(known.digest, known.option), known.process)
    return {
        "id": known.id,
        **case_line(known, books),
        "contingency": known.contingency,
        "contingency_name": names.of(known.contingency) if known.contingency else None,
        "origin": known.origin,
        "parties": list(known.parties),
        "opened": known.opened,
        "closed": known.closed or None,
        "early": known.early,
        "is_open": known.is_open,
        "digest": known.digest,
        "option": known.option,
    }


def case(state: State, books: Books, name: str, now: int) -> View:
    """Return a case: where it stands, what was decided, what is open, and what each own post can do.

    Raises:
        KeyError: There is no such case.
    """
    known = state.cases[name]
    sheet, book = sheet_of(known, books), books.book(known.digest, known.option)
    names = naming_of(book, known.process)
    work = list(work_in(state, books, known, now))
    about = state.items_about(name)
    return {
        **_line(known, books),
        "tokens": _tokens(sheet, names, known),
        "done": _done(book, names, known),
        "decisions": {"taken": _taken(sheet, names, known), "open": _undecided(book, names, known, work)},
        "consents": _consents(sheet, names, known),
        "attributes": _attributes(sheet, names, known),
        "work": work,
        "conferences": list(_conferences(state, books, known, now)),
        "items": [item_line(state, books, entry) for entry in sorted(about, key=lambda e: (e.at, e.id))],
        "held": [held_line(state, books, held) for held in state.held.values() if held.case == name],
        "timers": list(timers_of(known, books, now)),
        "measures": list(measures_of(known, books, now)),
        "obligations": list(obligations_of(known, books, now)),
        "due": [entry for entry in due_items(state, now) if entry["case"] == name],
        "actions": [*_step_actions(work), *_item_actions(state, books, name, now)],
    }


def _tokens(sheet: Sheet, names: Naming, known: Case) -> list[View]:
    """Return the tokens on the drawing; a flow may stand for a start event that waits."""
    return [
        {
            "id": place.name,
            "place": place.name,
            "kind": place.kind,
            "element": place.element,
            "name": names.of(place.element),
            "count": tokens,
            "party": place.party,
            "reserved": index in known.reserved,
        }
        for index, (place, tokens) in enumerate(zip(sheet.net.places, known.marking, strict=True))
        if tokens and place.kind in _ON_DRAWING
    ]


def _done(book: Book, names: Naming, known: Case) -> list[View]:
    found = [
        {"element": element, "name": names.of(element), "at": at}
        for element, at in completed_at(book, known).items()
    ]
    return sorted(found, key=lambda entry: (entry["at"], entry["element"]))


def _taken(sheet: Sheet, names: Naming, known: Case) -> list[View]:
    """Return the steps that decided something, in their order."""
    found = []
    for number, (index, at) in enumerate(known.firings, 1):
        transition = sheet.net.transitions[index]
        decided = {attribute: value for attribute, value in transition.outcome if attribute}
        bound = sheet.task(transition.element)
        weighty = (
            bound.approves or bound.acts or bound.orders or bound.releases or bound.proposes or bound.ceases
        )
        if not decided and not transition.flows and not (weighty and sheet.is_work(transition)):
            continue
        matter = bound.approves.matter if bound.approves else None
        found.append(
            {
                "id": str(number),
                "element": transition.element,
                "name": names.of(subject_of(transition)),
                "at": at,
                "post": bound.post,
                "outcome": decided,
                "flows": [names.named(flow) for flow in transition.flows],
                "matter": names.named(matter) if matter else None,
                "consents": _gives_consent(sheet, transition, matter) if matter else None,
                "rules": [rule["rule"] for rule in _authorities(sheet, names, matter, bound.post)]
                if matter
                else [],
            }
        )
    return found


def _gives_consent(sheet: Sheet, transition: Transition, matter: str) -> bool:
    given = (sheet.net.places[place] for place, _ in transition.give)
    return any(place.kind == "approval" and place.element == matter for place in given)


def _authorities(sheet: Sheet, names: Naming, matter: str, post: str | None = None) -> list[View]:
    return [
        {
            "rule": f"authorities.{name}",
            "post": entry.post,
            "post_name": names.of(entry.post),
            "when": entry.when,
            "timing": entry.timing,
            "within": entry.within,
            "form": both(entry.form) if entry.form else None,
            "source": entry.source,
        }
        for name, entry in sheet.model.authorities.items()
        if entry.matter == matter and post in {None, entry.post}
    ]


def _undecided(book: Book, names: Naming, known: Case, work: list[View]) -> list[View]:
    """Return the matters that own tasks of the process decide and that are not consented to."""
    sheet = book.sheet(known.process)
    waiting = {entry["task"] for entry in work if entry["kind"] == "task"}
    in_force = {
        place.element
        for index, place in enumerate(sheet.net.places)
        if place.kind == "approval"
        and place.party == book.party
        and known.marking[index]
        and index not in known.withdrawn
    }
    found = []
    for task, bound in sheet.model.processes[known.process].tasks.items():
        if bound.approves is None or not bound.post or book.party_of(bound.post) != book.party:
            continue
        matter = bound.approves.matter
        if known.is_open and matter not in in_force:
            found.append(
                {
                    "id": task,
                    "task": task,
                    "name": names.of(task),
                    "post": bound.post,
                    "matter": names.named(matter),
                    "waits": task in waiting,
                    "denied": task in known.denied,
                    "authorities": _authorities(sheet, names, matter),
                    "posts": list(posts_with_authority(book.model, book.party, matter)),
                }
            )
    return found


def _consents(sheet: Sheet, names: Naming, known: Case) -> list[View]:
    return [
        {
            "id": place.name,
            "matter": place.element,
            "name": names.of(place.element),
            "party": place.party,
            "own": place.party == sheet.share.party,
            "in_force": bool(known.marking[index]) and index not in known.withdrawn,
            "withdrawn": index in known.withdrawn,
        }
        for index, place in enumerate(sheet.net.places)
        if place.kind == "approval"
    ]


def _attributes(sheet: Sheet, names: Naming, known: Case) -> list[View]:
    return [
        {
            "id": attribute,
            "attribute": attribute,
            "name": names.of(attribute),
            "owner": sheet.model.attributes[attribute].party,
            "value": value,
            "values": list(sheet.model.attributes[attribute].values),
        }
        for attribute, value in attribute_values(sheet, known).items()
    ]


def _conferences(state: State, books: Books, known: Case, now: int) -> Iterator[View]:
    """Yield the conferences of the model in a case, and those called on other subjects."""
    sheet, book = sheet_of(known, books), books.book(known.digest, known.option)
    names = naming_of(book, known.process)
    for name, bound in sheet.model.processes[known.process].conferences.items():
        parties = sheet.conference_parties(name)
        if book.party not in parties:
            continue
        meeting = meeting_of(asked_as(state, books, "", now), known, name)
        due = [
            sheet.net.transitions[i].step for i in known.enabled if sheet.net.transitions[i].element == name
        ]
        posts = (sheet.task(task).post or "" for task in bound.tasks)
        yield {
            "id": name,
            "name": names.of(name),
            "parties": [names.named(party) for party in parties],
            "posts": [post for post in posts if book.party_of(post) == book.party],
            "own_side_ready": "meets" in due,
            "held_now": "completes" in due,
            "item": meeting.id if meeting else None,
            "state": conference_view(meeting) if meeting else None,
        }
    for entry in state.items_about(known.id):
        if entry.kind == "conference" and not entry.terms.get("conference"):
            parties = entry.terms.get("parties", ())
            yield {
                "id": entry.id,
                "name": {"en": entry.text, "ja": entry.text},
                "parties": [names.named(party) for party in parties],
                "posts": [],
                "own_side_ready": status_of(entry) in {"accepted", "started"},
                "held_now": status_of(entry) == "started",
                "item": entry.id,
                "state": conference_view(entry),
            }


_COMMANDS = {"task": "complete", "choice": "choose", "attribute": "set", "event": "occur"}


def _step_actions(work: list[View]) -> Iterator[View]:
    """Yield the steps of the case: which own posts can take each, else why not and who could."""
    for entry in work:
        refusals = [
            alternative["refusal"]
            for alternative in entry.get("alternatives", ())
            if "refusal" in alternative
        ]
        refused = next((refusal for refusal in refusals if refusal), None)
        blocked = bool(refusals) and all(refusals)
        key = entry["id"].partition("/")[2]
        yield {
            "id": f"{entry['id']}/{_COMMANDS[entry['kind']]}",
            "command": _COMMANDS[entry["kind"]],
            "target": key,
            "name": entry["name"],
            "posts": [] if blocked else entry["posts"],
            "refusal": refused if blocked else None,
            "could": list(refused["could"]) if blocked and refused else entry["posts"],
        }


def _item_actions(state: State, books: Books, name: str, now: int) -> Iterator[View]:
    for entry in state.items_about(name):
        if entry.is_open:
            for action in actions_on(state, books, entry, now):
                could = list(action["refusal"]["could"]) if action["refusal"] else action["posts"]
                yield {
                    **action,
                    "target": entry.id,
                    "name": {"en": entry.text, "ja": entry.text},
                    "could": could,
                }
