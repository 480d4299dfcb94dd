"""Work that waits in cases: tasks, choices, attributes to set, outside events, and who may do each.

Layer: runner (views). Whether a step may be taken is asked of the same functions that decide upon commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from renkei.net.tables import Transition
from renkei.runner import commands
from renkei.runner.authority import deputies_of, is_manned, may_work, posts_with_authority, rules_of_authority
from renkei.runner.book import Book, Books, Sheet, Step
from renkei.runner.decision import Decision
from renkei.runner.evolve import sheet_of
from renkei.runner.naming import Naming, naming_of
from renkei.runner.refusal import Refusal, RefusedError
from renkei.runner.rules import permit
from renkei.runner.settling import touches
from renkei.runner.state import Actor, Case, State
from renkei.runner.views.naming import View, case_line
from renkei.runner.views.times import deadline_of_task


def asked_as(state: State, books: Books, post: str, now: int) -> Decision:
    """Return a decision in which a post would ask something; nothing of it is recorded."""
    return Decision(state, commands.Tick(), Actor("", post), now, books)


def work_in(state: State, books: Books, case: Case, now: int) -> Iterator[View]:
    """Yield everything in a case that waits for the own party."""
    if case.is_open:
        yield from _work_of(state, books, case, case.enabled, now)


def work_near(state: State, books: Books, case: Case, post: str, now: int) -> Iterator[View]:
    """Yield what of that may concern a post: much less where many cases run and few wait for it."""
    near = _near(books.book(case.digest, case.option), case.process, post)
    steps = sheet_of(case, books).steps
    mine = [
        index
        for index in case.enabled
        if index in near or post in case.delegated.get(steps[index].transition.element, ())
    ]
    if mine and case.is_open:
        yield from _work_of(state, books, case, mine, now)


@lru_cache(1024)
def _near(book: Book, process: str, post: str) -> frozenset[int]:
    """Return the transitions that may concern a post: its work, that of others it stands in for, choices."""
    sheet = book.sheet(process)
    return frozenset(i for i, step in enumerate(sheet.steps) if _is_near(book, sheet, step, post))


def _is_near(book: Book, sheet: Sheet, step: Step, post: str) -> bool:
    bound = step.bound.post
    if not step.is_work or bound is None:
        return True
    return post == bound or (bound in book.model.posts and post in deputies_of(book.model, bound))


def _work_of(state: State, books: Books, case: Case, steps: Iterable[int], now: int) -> Iterator[View]:
    """Yield what some of the steps that may be taken in a case come to, those of one task together."""
    sheet = sheet_of(case, books)
    book = books.book(case.digest, case.option)
    names = naming_of(book, case.process)
    groups: dict[tuple[str, str], list[int]] = {}
    for index in sorted(steps):
        transition = sheet.net.transitions[index]
        if kind := _kind(sheet, case, transition):
            groups.setdefault((kind, subject_of(transition)), []).append(index)
    for (kind, key), indices in groups.items():
        common = {
            "id": f"{case.id}/{key}",
            "kind": kind,
            **case_line(case, books),
            "name": names.of(key),
            "since": min(case.enabled[index] for index in indices),
        }
        if kind == "task":
            yield {**common, **_task(state, books, case, key, indices, now)}
        elif kind == "choice":
            choosers = list(sheet.choosers(key))
            alternatives = [_alternative(names, sheet.net.transitions[i]) for i in indices]
            yield {
                **common,
                "gateway": key,
                "posts": choosers,
                "alternatives": alternatives,
                "deadline": None,
            }
        elif kind == "attribute":
            values = [sheet.net.transitions[i].outcome[0][1] for i in indices]
            deciders = list(setters(book, key) or book.posts)
            yield {**common, "attribute": key, "posts": deciders, "values": values, "deadline": None}
        else:
            yield {**common, "event": key, "posts": list(book.posts), "deadline": None}


def _kind(sheet: Sheet, case: Case, transition: Transition) -> str:
    if transition.members:
        return ""
    if sheet.is_work(transition):
        return "task"
    if transition.step == "opens":
        return "attribute"
    if sheet.is_outside(transition):
        return "event"
    return "choice" if transition.timing == "now" and not touches(transition, case.reserved) else ""


def subject_of(transition: Transition) -> str:
    """Return what a step is about: an element, or the attribute that it fixes when a case opens."""
    return transition.outcome[0][0] if transition.step == "opens" else transition.element


def setters(book: Book, attribute: str) -> tuple[str, ...]:
    """Return the own posts whose tasks set an attribute."""
    tasks = (task for entry in book.model.processes.values() for task in entry.tasks.values())
    posts = (task.post for task in tasks if attribute in task.sets and task.post)
    return tuple(dict.fromkeys(post for post in posts if book.party_of(post) == book.party))


def _task(state: State, books: Books, case: Case, task: str, indices: list[int], now: int) -> View:
    sheet = sheet_of(case, books)
    book = books.book(case.digest, case.option)
    names, bound = naming_of(book, case.process), sheet.task(task)
    claim = case.claims.get(task)
    work = asked_as(state, books, bound.post or "", now)
    alternatives = []
    for index in indices:
        transition = sheet.net.transitions[index]
        said = _alternative(names, transition)
        if bound.approves is not None:
            said["consents"] = _consents(sheet, transition, bound.approves.matter)
        refusal = refusal_of_step(work, case, sheet, sheet.steps[index])
        alternatives.append({**said, "refusal": refusal.to_dict() if refusal else None})
    return {
        "task": task,
        "post": bound.post,
        "post_name": names.of(bound.post) if bound.post else None,
        "posts": able_posts(state, book, case, task, bound.post, now),
        "claimed": {"person": claim.person, "post": claim.post, "since": claim.since} if claim else None,
        "delegated": list(case.delegated.get(task, ())),
        "alternatives": alternatives,
        "deadline": deadline_of_task(case, books, task, now),
        "decides": _decides(book, names, task, sheet),
        "needs": _needs(names, case, sheet, indices),
        "denied": task in case.denied,
        "held_by_conference": any(touches(sheet.net.transitions[i], case.reserved) for i in indices),
    }


def able_posts(state: State, book: Book, case: Case, task: str, post: str | None, now: int) -> list[str]:
    """Return the own posts that may do a piece of work now: its own, those it was delegated to, stand-ins."""
    if post is None:
        return list(book.posts)
    deputies = deputies_of(book.model, post) if post in book.model.posts else ()
    near = (post, *case.delegated.get(task, ()), *deputies)
    return [p for p in dict.fromkeys(near) if may_work(book.model, state, case, task, post, actor=p, at=now)]


def _alternative(names: Naming, transition: Transition) -> View:
    rounds = [value for attribute, value in transition.outcome if not attribute]
    return {
        "outcome": {attribute: value for attribute, value in transition.outcome if attribute},
        "flows": [names.named(flow) for flow in transition.flows],
        "again": rounds[0] == "again" if rounds else None,
    }


def _consents(sheet: Sheet, transition: Transition, matter: str) -> bool:
    given = (sheet.net.places[place] for place, _ in transition.give)
    return any(p.kind == "approval" and p.element == matter and p.party == sheet.share.party for p in given)


def refusal_of_step(work: Decision, case: Case, sheet: Sheet, step: Step) -> Refusal | None:
    """Return why a step would be refused now, None where nothing stands against it."""
    try:
        permit(work, case, sheet, step)
    except RefusedError as refused:
        return refused.refusal
    return None


def _decides(book: Book, names: Naming, task: str, sheet: Sheet) -> View:
    """Return what completing a task decides, by which authority."""
    bound, found = sheet.task(task), View()
    if bound.approves is not None:
        matter = bound.approves.matter
        rules = rules_of_authority(book.model, bound.post or "", matter)
        found["approves"] = {
            **names.named(matter),
            "rules": list(rules),
            "posts": list(posts_with_authority(book.model, book.party, matter)),
        }
    if bound.sets:
        found["sets"] = {attribute: list(values) for attribute, values in bound.sets.items()}
    if bound.proposes is not None:
        found["proposes"] = names.named(bound.proposes)
    if bound.acts is not None:
        found["acts"] = {**names.named(bound.acts.matter), "needs": list(bound.acts.needs or (book.party,))}
    if bound.ceases is not None:
        found["ceases"] = names.named(bound.ceases)
    if bound.orders is not None:
        found["orders"] = {**names.named(bound.orders.matter), "to": names.named(bound.orders.to)}
    if bound.releases is not None:
        label = bound.releases.label
        found["releases"] = {
            "to": list(bound.releases.to),
            "label": label.model_dump(mode="json") if label is not None else None,
        }
    return found


def _needs(names: Naming, case: Case, sheet: Sheet, indices: list[int]) -> list[View]:
    """Return the consents that a step reads, and whether they are in force as far as is known here."""
    places: dict[int, None] = {}
    for index in indices:
        transition = sheet.net.transitions[index]
        read = (p for p, _ in transition.take if sheet.net.places[p].kind == "approval")
        places.update(dict.fromkeys((*transition.needs, *read)))
    return [
        {
            "matter": names.named(sheet.net.places[p].element),
            "party": sheet.net.places[p].party,
            "in_force": bool(case.marking[p]) and p not in case.withdrawn,
        }
        for p in places
    ]


def role_in(state: State, books: Books, entry: View, post: str, now: int) -> str:
    """Return as what a post sees a piece of work: own, delegated, deputy, any; '' where it does not."""
    if entry["kind"] != "task":
        return "own" if post in entry["posts"] else ""
    bound = entry["post"]
    if bound is None:
        return "any"
    if bound == post:
        return "own"
    if post in entry["delegated"]:
        return "delegated"
    case = state.cases[entry["case"]]
    model = books.book(case.digest, case.option).model
    stands_in = post in entry["posts"] and not is_manned(model, state, bound, now)
    return "deputy" if stands_in else ""
