"""A link that goes on after two histories were signed, and what the two sides no longer tell each other.

Layer: runner. People decide that it goes on, and from where; the link has proven that both hold the same up
to there. What arrived after that stays in the log, with all its effects. But the partner has no such entries
any more, so whatever they were about, the two sides may know different things of it: nothing about it is
taken from the partner or given to it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from renkei.facts import Fact
from renkei.runner import commands, events
from renkei.runner.decision import Decision
from renkei.runner.state import Partner, State

_NAMES = ("case", "item", "parent")
"""Fields of an entry that say what it is about."""


def names_in(content: Mapping[str, Any]) -> frozenset[str]:
    """Return the cases and items that an entry is about.

    >>> sorted(names_in({"kind": "item", "item": "jpn-rfi-22222", "case": "", "parent": 3}))
    ['jpn-rfi-22222']
    """
    found = (content.get(name) for name in _NAMES)
    return frozenset(name for name in found if isinstance(name, str) and name)


def given_up(state: State, partner: str, content: Mapping[str, Any]) -> str:
    """Return what an entry is about that the partner has given up; '' for nothing."""
    known = state.partners.get(partner)
    lost = names_in(content).intersection(known.given_up) if known is not None and known.given_up else ()
    return min(lost, default="")


def resume(work: Decision, command: commands.Resume) -> None:
    """Let a link go on; refused where nothing stopped it, or where less has arrived than both should hold."""
    known = work.state.partners.get(command.partner) or Partner()
    stopped = set(command.forked.split())
    if not stopped or not stopped <= set(known.forked.split()):
        work.refuse(Fact("RK561.stopped", party=command.partner), rule="forked")
    last = known.released if stopped == {events.DISOWNED} else known.received
    if not 0 <= command.size <= last:
        beyond = Fact("RK561.beyond", party=command.partner, number=command.size, last=last)
        work.refuse(beyond, rule="cursor")
    work.add(
        events.LinkResumed(
            partner=command.partner,
            forked=command.forked,
            size=command.size,
            sealed=command.sealed,
            checkpoint=command.checkpoint,
            key=command.key,
            given_up=command.given_up,
            by=command.by,
            reason=command.reason,
        )
    )
