"""The rules that a step must keep at run time: who may act, consent, separation, command.

Layer: runner. ``release`` is in ``release.py``, where data leaves. Each refusal names its rule and who could.
"""

from __future__ import annotations

from renkei.facts import Fact
from renkei.net.tables import Transition
from renkei.runner.authority import commanded, deputies_of, may_work, posts_with_authority
from renkei.runner.book import Sheet, Step
from renkei.runner.decision import Decision
from renkei.runner.refusal import Possible
from renkei.runner.settling import touches
from renkei.runner.state import Case


def permit(work: Decision, case: Case, sheet: Sheet, step: Step) -> None:
    """Refuse a step that would break consent, separation or command, or a conference that is on."""
    transition, bound = step.transition, step.bound
    _permit_consent(work, case, sheet, step)
    if bound.approves is not None and grants(sheet, transition, bound.approves.matter):
        _permit_separation(work, case, bound.approves.matter)
    if bound.orders is not None and bound.post:
        _permit_order(work, sheet, bound.post, bound.orders.to)
    if touches(transition, case.reserved):
        what = Fact("RK523.conference", case=case.id, element=transition.element)
        work.refuse(what, rule="conference")


def _permit_consent(work: Decision, case: Case, sheet: Sheet, step: Step) -> None:
    """Hold the rule *consent*: an act needs every consent that it names, in force and known here."""
    for place in step.read:
        if not case.marking[place] or place in case.withdrawn:
            missing = sheet.net.places[place]
            could = posts_with_authority(sheet.model, missing.party, missing.element)
            needed = {"party": missing.party, "matter": missing.element, "case": case.id}
            what = Fact("RK524.consent", element=step.transition.element, **needed)
            work.refuse(what, rule="consent", could=could)


def _permit_separation(work: Decision, case: Case, matter: str) -> None:
    """Hold the rule *separation*: who proposed a matter does not approve it, as a person or as a post."""
    for proposer in case.proposers.get(matter, ()):
        if work.actor.post == proposer.post or (work.actor.person and work.actor.person == proposer.person):
            could = posts_with_authority(work.book_of(case).model, work.state.party, matter)
            what = Fact("RK529.proposer", person=proposer.person, post=proposer.post, matter=matter)
            others = [post for post in could if post != work.actor.post]
            work.refuse(what, rule="separation", could=others)


def _permit_order(work: Decision, sheet: Sheet, post: str, to: str) -> None:
    """Hold the rule *command*: an order goes only along a chain of command in force."""
    headquarters = sheet.model.posts[post].headquarters
    below = tuple(commanded(sheet.model, headquarters, work.now))
    if to not in below:
        what = Fact("RK530.command", post=post, headquarters=headquarters, others=below[1:], whom=to)
        work.refuse(what, rule="command")


def grants(sheet: Sheet, transition: Transition, matter: str) -> bool:
    """Return whether firing would put the own consent on ``matter`` in force."""
    places = (sheet.net.places[p] for p, _ in transition.give)
    return any(p.kind == "approval" and p.element == matter and p.party == sheet.share.party for p in places)


def permit_post(work: Decision, case: Case, sheet: Sheet, task: str) -> None:
    """Refuse an actor whose post does not do this work, and may not stand in for the one that does."""
    post = sheet.task(task).post
    if post is None or post == work.actor.post or work.is_node:
        return
    if not may_work(sheet.model, work.state, case, task, post, actor=work.actor.post, at=work.now):
        could = (post, *deputies_of(sheet.model, post))
        work.refuse(
            Fact("RK513.task", task=task, post=post, asker=work.actor.post, case=case.id),
            rule=f"processes.{case.process}.tasks.{task}.post",
            could=could,
            possible=possible_in(work, case),
        )


def _may_do(work: Decision, case: Case, sheet: Sheet, task: str) -> bool:
    post, asker = sheet.task(task).post, work.actor.post
    return not post or may_work(sheet.model, work.state, case, task, post, actor=asker, at=work.now)


def possible_in(work: Decision, case: Case) -> list[Possible]:
    """Return what the actor can do in a case now."""
    sheet = work.sheet(case)
    found: dict[Possible, None] = {}
    for index in case.enabled:
        transition = sheet.net.transitions[index]
        if sheet.is_work(transition) and _may_do(work, case, sheet, transition.element):
            found[Possible("complete", transition.element, case.id)] = None
        elif transition.step == "opens":
            found[Possible("set", transition.outcome[0][0], case.id)] = None
        elif sheet.is_outside(transition):
            found[Possible("occur", transition.element, case.id)] = None
    return list(found)
