"""Posts: assuming, handing over and leaving a seat. At most as many persons as seats, no gap, no overlap.

Layer: runner.
"""

from __future__ import annotations

from renkei.facts import Fact
from renkei.runner import commands, events
from renkei.runner.decision import Decision
from renkei.runner.refusal import Possible


def assume(work: Decision, command: commands.Assume) -> None:
    """Take a free seat of a post of the own party."""
    post = _own_post(work, command.post)
    held = work.state.seats.get(post, ())
    if work.actor.person in held:
        work.refuse(Fact("RK539.own", person=work.actor.person, post=post))
    seats = work.book.model.posts[post].seats
    if len(held) >= seats:
        work.refuse(
            Fact("RK539.full", post=post, seats=seats, persons=held),
            rule=f"posts.{post}.seats",
            could=(post,),
            possible=[Possible("hand-over", work.actor.person, post=post)],
        )
    work.add(events.PostAssumed(post))


def hand_over(work: Decision, command: commands.HandOver) -> None:
    """Give one's seat to another person in one step."""
    post = _own_post(work, work.actor.post)
    if command.to in work.state.seats.get(post, ()):
        work.refuse(Fact("RK539.other", person=command.to, post=post), rule=f"posts.{post}.seats")
    work.add(events.PostHandedOver(post, command.to))


def leave(work: Decision, command: commands.Leave) -> None:
    """Leave one's seat vacant."""
    work.add(events.PostLeft(_own_post(work, work.actor.post)))


def _own_post(work: Decision, post: str) -> str:
    if post not in work.book.posts:
        known = [Possible("assume", name) for name in work.book.posts]
        work.refuse(Fact("RK538.post", party=work.state.party, post=post), rule="posts", possible=known[:50])
    return post


def declare_exercise(work: Decision, command: commands.DeclareExercise) -> None:
    """Mark everything as an exercise from now on, or no longer."""
    if command.active != work.state.exercise:
        work.add(events.ExerciseDeclared(command.active))


def change_account(work: Decision, command: commands.ChangeAccount) -> None:
    """Record that an account changed."""
    work.add(events.AccountChanged(command.name, command.change))
