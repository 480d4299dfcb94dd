"""The work of a case: taking it on, doing it, approving, denying, choosing. Every step is a firing.

Layer: runner. The rules that a step must keep are in ``rules.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from renkei.clock import to_text
from renkei.facts import Fact
from renkei.runner import commands, events
from renkei.runner.authority import deputies_of, posts_with_authority, rules_of_authority
from renkei.runner.book import Sheet, Step
from renkei.runner.decision import Decision
from renkei.runner.refusal import Possible
from renkei.runner.rules import grants, permit, permit_post, possible_in
from renkei.runner.settling import fire, settle_case
from renkei.runner.state import Case


class Said(Struct, frozen=True, gc=False):
    """What somebody said about which way a step goes."""

    outcome: dict[str, str] = field(default_factory=dict)
    flows: tuple[str, ...] = ()
    again: bool | None = None


def claim(work: Decision, command: commands.Claim) -> None:
    """Take a piece of work on."""
    case, _, _ = _work_of(work, command.case, command.task)
    _unclaimed(work, case, command.task)
    work.add(events.WorkClaimed(case.id, command.task))


def _unclaimed(work: Decision, case: Case, task: str) -> None:
    held = case.claims.get(task)
    if held is not None and held.person != work.actor.person:
        work.refuse(
            Fact(
                "RK514.claim",
                person=held.person,
                post=held.post,
                task=task,
                since=to_text(held.since),
                case=case.id,
            ),
            rule="claim",
            could=(held.post,),
        )


def give_back(work: Decision, command: commands.Return) -> None:
    """Give a piece of work back to its post."""
    case, _, _ = _work_of(work, command.case, command.task)
    held = case.claims.get(command.task)
    if held is None:
        work.refuse(
            Fact("RK515.claim", task=command.task),
            possible=[Possible("claim", command.task, case.id)],
        )
    _unclaimed(work, case, command.task)
    work.add(events.WorkReturned(case.id, command.task))


def delegate(work: Decision, command: commands.Delegate) -> None:
    """Let a deputy of the post do a piece of work."""
    case, sheet, _ = _work_of(work, command.case, command.task)
    post = sheet.task(command.task).post or ""
    deputies = deputies_of(sheet.model, post) if post in sheet.model.posts else ()
    if work.actor.post != post:
        work.refuse(Fact("RK516.post", post=post), rule=f"posts.{post}", could=(post,))
    if command.to not in deputies:
        what = Fact("RK516.deputy", whom=command.to, post=post, posts=tuple(deputies))
        work.refuse(what, rule=f"posts.{post}.deputies", could=deputies)
    work.add(events.WorkDelegated(case.id, command.task, command.to))


def complete(work: Decision, command: commands.Complete) -> None:
    """Complete a piece of work, with what it decides."""
    case, sheet, candidates = _work_of(work, command.case, command.task)
    _unclaimed(work, case, command.task)
    index = _alternative(work, sheet, candidates, Said(command.outcome, command.flows, command.again))
    _carry_out(work, case, sheet, index)


def approve(work: Decision, command: commands.Approve) -> None:
    """Complete an approving task with consent."""
    case, sheet, candidates, matter = _consent_of(work, command.case, command.task)
    granting = [i for i in candidates if grants(sheet, sheet.net.transitions[i], matter)]
    if not granting:
        could = posts_with_authority(sheet.model, work.state.party, matter)
        post = sheet.task(command.task).post or ""
        rules = ", ".join(rules_of_authority(sheet.model, post, matter)) or "authorities"
        what = Fact("RK522.situation", post=post, matter=matter, case=case.id)
        work.refuse(what, rule=rules, could=could)
    index = _alternative(work, sheet, granting, Said(command.outcome))
    _carry_out(work, case, sheet, index)


def deny(work: Decision, command: commands.Deny) -> None:
    """Refuse consent: by an outcome that means it, or by leaving the work open and saying so."""
    case, sheet, candidates, matter = _consent_of(work, command.case, command.task)
    refusing = [i for i in candidates if not grants(sheet, sheet.net.transitions[i], matter)]
    if refusing:
        _carry_out(work, case, sheet, _alternative(work, sheet, refusing, Said(command.outcome)))
    else:
        work.add(events.ConsentDenied(case.id, command.task))


def _consent_of(work: Decision, name: str, task: str) -> tuple[Case, Sheet, list[int], str]:
    """Return the case, the ways to complete a task that waits in it, and the matter on which it consents."""
    case, sheet, candidates = _work_of(work, name, task)
    _unclaimed(work, case, task)
    bound = sheet.task(task).approves
    if bound is None:
        work.refuse(Fact("RK517.task", task=task), possible=[Possible("complete", task, case.id)])
    return case, sheet, candidates, bound.matter


def choose(work: Decision, command: commands.Choose) -> None:
    """Decide at a gateway, or a repeated sub-process, that leaves a choice."""
    case = work.case(command.case)
    sheet = work.sheet(case)
    transitions = sheet.net.transitions
    here = [
        i
        for i in case.enabled
        if transitions[i].element == command.gateway and transitions[i].timing == "now"
    ]
    if not here:
        what = Fact("RK512.choice", gateway=command.gateway, case=case.id)
        work.refuse(what, possible=possible_in(work, case))
    if work.actor.post not in sheet.choosers(command.gateway):
        what = Fact("RK513.choice", asker=work.actor.post, gateway=command.gateway)
        work.refuse(what, could=sheet.choosers(command.gateway))
    index = _alternative(work, sheet, here, Said({}, command.flows, command.again))
    settle_case(work, sheet, fire(work, sheet, case, index))


def occur(work: Decision, command: commands.Occur) -> None:
    """State that something outside the model has happened."""
    case = work.case(command.case)
    sheet = work.sheet(case)
    transitions = sheet.net.transitions
    here = [
        i
        for i in case.enabled
        if transitions[i].element == command.event and sheet.is_outside(transitions[i])
    ]
    if not here:
        what = Fact("RK512.event", case=case.id, event=command.event)
        work.refuse(what, possible=possible_in(work, case))
    settle_case(work, sheet, fire(work, sheet, case, here[0]))


def _work_of(work: Decision, name: str, task: str) -> tuple[Case, Sheet, list[int]]:
    """Return the case and the ways to complete a task that waits in it, for an actor who may do it."""
    case = work.case(name)
    sheet = work.sheet(case)
    candidates = [index for index in sheet.works.get(task, ()) if index in case.enabled]
    if not candidates:
        work.refuse(Fact("RK512.task", task=task, case=case.id), possible=possible_in(work, case))
    permit_post(work, case, sheet, task)
    return case, sheet, candidates


def _alternative(
    work: Decision,
    sheet: Sheet,
    candidates: Sequence[int],
    said: Said,
) -> int:
    """Return the one alternative that what was said picks out, or refuse and tell what can be said."""
    fitting = [i for i in candidates if _fits(sheet.steps[i], said)]
    if len(fitting) == 1:
        return fitting[0]
    ways = {(sheet.steps[i].decided, sheet.net.transitions[i].flows) for i in fitting}
    if len(ways) != 1:
        transitions = [sheet.net.transitions[i] for i in candidates]
        choices = dict.fromkeys(
            ",".join([*(f"{a}={v}" for a, v in t.outcome if a), *t.flows]) for t in transitions
        )
        possible = [Possible("complete", choice) for choice in choices if choice]
        asked = [*(f"{a}={v}" for a, v in said.outcome.items()), *said.flows]
        work.refuse(Fact("RK521.way", element=transitions[0].element, asked=asked), possible=possible)
    return fitting[0]


def _fits(step: Step, said: Said) -> bool:
    if any(pair not in step.decided for pair in said.outcome.items()):
        return False
    if said.flows and set(said.flows) != set(step.transition.flows):
        return False
    return not step.rounds or step.rounds[0] == ("again" if said.again else "enough")


def _carry_out(work: Decision, case: Case, sheet: Sheet, index: int) -> None:
    step = sheet.steps[index]
    permit(work, case, sheet, step)
    post = step.bound.post or ""
    behalf = post if post != work.actor.post else ""
    settle_case(work, sheet, fire(work, sheet, case, index, behalf))
