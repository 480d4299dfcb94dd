"""Cases: opening, classifying, ending, and what model they follow.

Layer: runner. The work inside a case is in ``tasks.py``; what follows by itself in ``settling.py``.
"""

from __future__ import annotations

from renkei.errors import InputError
from renkei.facts import Fact
from renkei.runner import commands, events
from renkei.runner.authority import posts_with_authority
from renkei.runner.book import Sheet
from renkei.runner.decision import Decision
from renkei.runner.reception import take_over_deferred
from renkei.runner.refusal import Possible
from renkei.runner.release import offer
from renkei.runner.settling import consents_for, fire, settle, settle_case, touches
from renkei.runner.state import Case


def open_case(work: Decision, command: commands.OpenCase) -> None:
    """Open a case, tell the partners that take part, and let its process begin."""
    book, model = work.book, work.book.model
    process = _process(work, command)
    if command.attributes.keys() - model.attributes.keys():
        unknown = sorted(command.attributes.keys() - model.attributes.keys())
        work.refuse(Fact("RK510.attribute", attributes=unknown), rule="attributes")
    others = tuple(party for party in book.parties_of(process) if party != work.state.party)
    share = others if command.share is None else command.share
    if strangers := sorted(set(share) - set(others)):
        parties = book.parties_of(process)
        what = Fact("RK507.strangers", others=strangers, process=process, parties=tuple(parties))
        work.refuse(what, rule=f"processes.{process}.pools")
    name = work.new_id("case")
    work.add(
        events.CaseOpened(
            case=name,
            process=process,
            title=command.title,
            digest=book.digest,
            option=book.option,
            contingency=command.contingency or "",
            parties=share,
            exercise=command.exercise or work.state.exercise,
        )
    )
    case = work.state.cases[name]
    content = {
        "kind": "case", "case": name, "process": process, "title": command.title, "digest": book.digest,
        "option": book.option, "contingency": command.contingency or "",
        "parties": [work.state.party, *share],
        "exercise": case.exercise, "opened": case.opened,
    }  # fmt: skip
    for partner in share:
        offer(work, partner, content, label=command.label, case=case)
    for attribute, value in command.attributes.items():
        _fix(work, name, attribute, value)
    settle(work, name)


def _process(work: Decision, command: commands.OpenCase) -> str:
    model, party = work.book.model, work.state.party
    contingency = model.contingencies.get(command.contingency or "")
    if command.contingency and contingency is None:
        known = [Possible("open", name) for name in model.contingencies]
        work.refuse(Fact("RK508.contingency", contingency=command.contingency), possible=known)
    process = contingency.process if contingency else (command.process or "")
    if command.process and process != command.process:
        asked = {"contingency": command.contingency, "process": process, "asked": command.process}
        work.refuse(Fact("RK508.other", **asked))
    if process not in model.processes or party not in work.book.parties_of(process):
        known = [Possible("open", name) for name in model.processes if party in work.book.parties_of(name)]
        work.refuse(Fact("RK508.process", party=party, process=process), possible=known)
    try:
        work.book.sheet(process)
    except InputError as error:
        work.refuse(Fact("RK509.process", process=process, problem=error.problems[0]))
    return process


def set_attribute(work: Decision, command: commands.SetAttribute) -> None:
    """Fix an attribute that the own party decides when a case opens: a decision with authority."""
    case = work.case(command.case)
    setters = _setters(work, case, command.attribute)
    if setters and work.actor.post not in setters:
        what = Fact("RK511.post", post=work.actor.post, attribute=command.attribute)
        work.refuse(what, rule=f"attributes.{command.attribute}", could=setters)
    _fix(work, case.id, command.attribute, command.value)
    settle(work, case.id)


def _setters(work: Decision, case: Case, attribute: str) -> tuple[str, ...]:
    """Return the posts that decide an attribute: those whose tasks set it; none means any own post."""
    book = work.book_of(case)
    tasks = [task for entry in book.model.processes.values() for task in entry.tasks.values()]
    posts = (task.post for task in tasks if attribute in task.sets and task.post)
    return tuple(dict.fromkeys(post for post in posts if book.party_of(post) == book.party))


def _fix(work: Decision, name: str, attribute: str, value: str) -> None:
    case = work.state.cases[name]
    sheet = work.sheet(case)
    net = sheet.net
    open_now = [i for i in case.enabled if net.transitions[i].step == "opens"]
    chosen = [i for i in open_now if net.transitions[i].outcome == ((attribute, value),)]
    if not chosen:
        choices = [net.transitions[i].outcome[0] for i in open_now]
        possible = [Possible("set", f"{a}={v}", name) for a, v in choices]
        what = Fact("RK510.value", attribute=attribute, value=value, case=name)
        work.refuse(what, rule="attributes", possible=possible)
    fire(work, sheet, case, chosen[0])


def withdraw_consent(work: Decision, command: commands.Withdraw) -> None:
    """Take a consent back that is in force: acts that need it are refused from now on."""
    case = work.case(command.case or "")
    sheet = work.sheet(case)
    held = [
        i
        for i, place in enumerate(sheet.net.places)
        if place.kind == "approval" and place.element == command.matter and place.party == work.state.party
    ]
    if not any(case.marking[i] and i not in case.withdrawn for i in held):
        work.refuse(Fact("RK518.consent", party=work.state.party, matter=command.matter, case=case.id))
    could = posts_with_authority(sheet.model, work.state.party, command.matter or "")
    if work.actor.post not in could:
        what = Fact("RK522.matter", post=work.actor.post, matter=command.matter)
        work.refuse(what, rule="authorities", could=could)
    for place in held:
        work.add(events.ConsentWithdrawn(case.id, sheet.net.places[place].name))
    for partner in case.parties:
        if set(sheet.share.needed_by.get(partner, ())) & set(held):
            content = {
                "kind": "consents",
                "case": case.id,
                "places": consents_for(sheet, work.state.cases[case.id], partner),
            }
            offer(work, partner, content, label=None, case=case)


def move(work: Decision, command: commands.MoveCase) -> None:
    """Let a case go on under the model in use, where its marking has a place and nobody is left behind."""
    case = work.case(command.case)
    if (case.digest, case.option) == (work.state.digest, work.state.option):
        work.refuse(Fact("RK519.same", case=case.id))
    if case.process not in work.book.model.processes:
        work.refuse(Fact("RK519.process", process=case.process))
    old, new = work.sheet(case), work.book.sheet(case.process)
    lost = [
        old.net.places[i].name
        for i, n in enumerate(case.marking)
        if n and old.net.places[i].name not in new.play.place_by_name
    ]
    if case.reserved:
        work.refuse(Fact("RK519.conference", case=case.id))
    if lost:
        work.refuse(Fact("RK519.place", places=lost, case=case.id), rule="move")
    if case.parties:
        work.refuse(Fact("RK519.shared", case=case.id, parties=case.parties), rule="move")
    work.add(events.CaseMoved(case.id, work.state.digest, work.state.option))
    settle(work, case.id)


def close(work: Decision, command: commands.CloseCase) -> None:
    """Close a case before its process is over."""
    case = work.case(command.case)
    work.add(events.CaseClosed(case.id, early=True))
    for partner in dict.fromkeys((*case.parties, case.origin)):
        if partner != work.state.party:
            tell_closed(work, case, partner)


def tell_closed(work: Decision, case: Case, partner: str) -> None:
    """Tell a partner that the own part of a case was closed before its end."""
    item = work.new_id("notice")
    text = f"{work.state.party} closed its part of {case.id}. {work.command.note}".strip()
    work.add(events.ItemOpened(item, "message", text, case.id, to=(partner,)))
    content = {
        "kind": "item",
        "item": item,
        "what": "message",
        "text": text,
        "case": case.id,
        "to": [partner],
    }
    offer(work, partner, content, label=None, case=case)


def adopt(work: Decision, command: commands.AdoptModel) -> None:
    """Use another model for the cases opened from now on."""
    option = command.option or ""
    if not work.books.has(command.digest, option):
        work.refuse(Fact("RK502.model", digest=command.digest[:12], option=option))
    try:
        book = work.books.book(command.digest, option)
        for process in book.model.processes:
            if book.party in book.parties_of(process):
                book.sheet(process)
    except InputError as error:
        work.refuse(Fact("RK509.model", problem=error.problems[0]))
    work.add(events.ModelAdopted(command.digest, option))
    take_over_deferred(work)


def tick(work: Decision, command: commands.Tick) -> None:
    """Fire the timers whose moment has come, each at most once: one that starts again waits anew."""
    for name in sorted(work.state.index.running):
        fired: set[int] = set()
        while (due := _first_due(work, name, fired)) is not None:
            fired.add(due)
            case = work.state.cases[name]
            sheet = work.sheet(case)
            settle_case(work, sheet, fire(work, sheet, case, due))


def _first_due(work: Decision, name: str, fired: set[int]) -> int | None:
    case = work.state.cases[name]
    if not case.is_open:
        return None
    sheet = work.sheet(case)
    timers = (
        i for i, since in case.enabled.items() if i not in fired and _is_due(work, sheet, case, i, since)
    )
    return next(timers, None)


def _is_due(work: Decision, sheet: Sheet, case: Case, index: int, since: int) -> bool:
    transition = sheet.net.transitions[index]
    delay = sheet.delay(transition)
    return delay is not None and since + delay <= work.now and not touches(transition, case.reserved)
