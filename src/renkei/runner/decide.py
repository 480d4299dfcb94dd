"""From a state and a command to events, or to a refusal. Pure: the moment and the actor are arguments.

Layer: runner. This is the door to all deciding; what each command means stands in the module it is sent to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from msgspec import Struct

from renkei.facts import Fact
from renkei.runner import (
    cases,
    commands,
    conferences,
    exchanges,
    orders,
    posts,
    reception,
    release,
    reports,
    resumption,
    support,
    tasks,
)
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.decision import AHEAD, Decision, Recorded
from renkei.runner.refusal import Possible, Refusal, RefusedError
from renkei.runner.rules import possible_in
from renkei.runner.state import Actor, State, command_key


class Outcome(Struct, frozen=True, gc=False):
    """What a command came to."""

    state: State
    """After it; the state before it where it was refused or had been carried out already."""
    recorded: tuple[Recorded, ...] = ()
    refusal: Refusal | None = None
    first: int = 0
    """Number of its first entry in the log; of the earlier ones where it had been carried out already."""
    last: int = 0
    repeated: bool = False
    """It had been carried out already, under the same id."""


def decide(state: State, command: Command, actor: Actor, now: int, books: Books) -> Outcome:
    """Decide on a command.

    Args:
        state: What the node knows.
        command: What is asked.
        actor: Who asks, in which post; ``NODE`` for the node itself.
        now: The moment, microseconds since 1970 (UTC).
        books: The models that the node has.
    """
    work = Decision(state, command, actor, now, books)
    try:
        if command.id and command_key(actor.person, command.id) in state.commands:
            return _again(state, command, actor)
        _permit(work)
        _HANDLERS[type(command)](work, command)
    except RefusedError as refused:
        return Outcome(state, refusal=_with_ways(work, refused.refusal))
    return Outcome(work.state, tuple(work.recorded), None, state.seq + 1, work.state.seq)


def _with_ways(work: Decision, refusal: Refusal) -> Refusal:
    """Return a refusal that names a rule, and says what can be done now where the rule itself does not."""
    possible = refusal.possible
    case = work.state.cases.get(str(getattr(work.command, "case", "") or ""))
    if not possible and case is not None and case.is_open and not work.is_node:
        possible = tuple(possible_in(work, case))
    if not possible and not work.is_node:
        running = work.state.index.running.discard(case.id if case else "")
        possible = (*(Possible("show", name) for name in sorted(running)[:10]), Possible("open"))
    return replace(refusal, rule=refusal.rule or refusal.code, possible=possible)


def _again(state: State, command: Command, actor: Actor) -> Outcome:
    first, last = state.commands[command_key(actor.person, command.id)]
    return Outcome(state, first=first, last=last, repeated=True)


def _permit(work: Decision) -> None:
    """Refuse whoever does not hold the post in whose name they ask, and what has not happened yet."""
    command, actor = work.command, work.actor
    if (type(command) in _OF_THE_NODE) != work.is_node:
        work.refuse(Fact("RK503.command", command=command.type, asker=actor.person))  # type: ignore[attr-defined]
    if command.event_at is not None and command.event_at > work.now + AHEAD:
        work.refuse(Fact("RK507.ahead"), rule="event time")
    if work.is_node or type(command) is commands.Assume:
        return
    if actor.person not in work.state.seats.get(actor.post, ()):
        held = sorted(post for post, persons in work.state.seats.items() if actor.person in persons)
        what = Fact("RK504.seat", person=actor.person, post=actor.post, posts=held)
        possible = [Possible("assume", actor.post)] if actor.post in work.book.posts else []
        work.refuse(what, rule="seats", possible=possible)


def _withdraw(work: Decision, command: commands.Withdraw) -> None:
    if command.item is not None:
        exchanges.withdraw_item(work, command)
    elif command.case is not None and command.matter is not None:
        cases.withdraw_consent(work, command)
    else:
        work.refuse(Fact("RK518.what"), possible=[Possible("withdraw")])


_OF_THE_NODE = {
    commands.Tick,
    commands.Receive,
    commands.Seal,
    commands.Acknowledged,
    commands.Fork,
    commands.Resume,
    commands.ChangeAccount,
    commands.DeclareExercise,
}
_HANDLERS: dict[type[Command], Callable[[Decision, Any], None]] = {
    commands.Assume: posts.assume,
    commands.HandOver: posts.hand_over,
    commands.Leave: posts.leave,
    commands.OpenCase: cases.open_case,
    commands.SetAttribute: cases.set_attribute,
    commands.Claim: tasks.claim,
    commands.Return: tasks.give_back,
    commands.Delegate: tasks.delegate,
    commands.Complete: tasks.complete,
    commands.Approve: tasks.approve,
    commands.Deny: tasks.deny,
    commands.Choose: tasks.choose,
    commands.Occur: tasks.occur,
    commands.Withdraw: _withdraw,
    commands.MoveCase: cases.move,
    commands.CloseCase: cases.close,
    commands.Send: exchanges.send,
    commands.Ask: exchanges.ask,
    commands.Answer: exchanges.answer,
    commands.RequestSupport: support.request_support,
    commands.Offer: support.offer_support,
    commands.Match: support.match,
    commands.Accept: conferences.accept,
    commands.Decline: conferences.decline,
    commands.CloseItem: exchanges.close_item,
    commands.Order: orders.order,
    commands.Acknowledge: exchanges.acknowledge,
    commands.Report: reports.report,
    commands.Attach: reports.attach,
    commands.Correct: reports.correct,
    commands.Invite: conferences.invite,
    commands.Start: conferences.start,
    commands.End: conferences.end,
    commands.ReleaseItem: release.decide_release,
    commands.Withhold: release.decide_withholding,
    commands.AdoptModel: cases.adopt,
    commands.Tick: cases.tick,
    commands.Receive: reception.receive,
    commands.Seal: reception.seal,
    commands.Acknowledged: reception.acknowledged,
    commands.Fork: reception.fork,
    commands.Resume: resumption.resume,
    commands.ChangeAccount: posts.change_account,
    commands.DeclareExercise: posts.declare_exercise,
}
