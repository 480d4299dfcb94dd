"""All that all parties did, replayed on the whole net by the oracle's token game: the law of the runner.

Shares no code with the runner: it reads what was recorded, in the order in which it happened, and plays the
whole net on dictionaries. What is fixed when a case opens is fixed first, as the whole net has it; since
nobody can read another party's attribute before a message has carried it, that changes nothing. A conference
starts, or ends, when the first side's own part does: by then all sides have asserted it.
"""

from __future__ import annotations

from collections import Counter

from renkei.net.compile import compile_net
from renkei.process.arrangement import Arrangement
from renkei.runner import events
from renkei.runner.events import Record
from tests.net_strategies import plain
from tests.oracle import after, may_fire

OWN_KINDS = {"flow", "active", "end", "ready", "attribute", "obligation"}


class Whole:
    """One case, as somebody would see it who saw everything."""

    def __init__(self, arrangement: Arrangement, process: str, fixed: dict[str, str]) -> None:
        """Open the case with the attributes that are fixed at its opening."""
        self.net = compile_net(arrangement, process)
        self.game = plain(self.net)
        self.tokens = dict(self.game["initial"])
        self.joint: dict[tuple[str, str], Counter[str]] = {}
        self.fired: list[str] = []
        while stage := [t for t in self.net.transitions if t.step == "opens" and self._may(t.name)]:
            wanted = [t for t in stage if fixed.get(t.outcome[0][0]) == t.outcome[0][1]]
            self._fire((wanted or stage)[0].name)

    def _may(self, name: str) -> bool:
        return may_fire(self.game["transitions"][name], self.tokens)

    def _fire(self, name: str) -> None:
        assert self._may(name), f"{name} may not fire on the whole net after {self.fired}"
        self.tokens = after(self.game["transitions"][name], self.tokens)
        self.fired.append(name)

    def step(self, party: str, event: events.StepFired, outcomes: dict[str, dict[str, str]]) -> None:
        """Play a recorded firing. ``outcomes``: what each party has asserted of a conference that ends."""
        if ".opens[" in event.transition:
            return
        if event.transition in self.game["transitions"]:
            members = next(t for t in self.net.transitions if t.name == event.transition).members
            if not members:
                self._fire(event.transition)
                return
        element, _, step = event.transition.partition("[")[0].rpartition(".")
        seen = self.joint.setdefault((element, step), Counter())
        seen[party] += 1
        if seen[party] == max(seen.values()) and list(seen.values()).count(seen[party]) == 1:
            decided = (
                {a: v for said in outcomes.values() for a, v in said.items()} if step == "completes" else {}
            )
            fitting = [
                t.name
                for t in self.net.transitions
                if t.element == element and t.step == step and dict(p for p in t.outcome if p[0]) == decided
            ]
            self._fire(next(name for name in fitting if self._may(name)))

    def own(self, party: str) -> dict[str, int]:
        """Return the tokens in the places that only ``party`` reads and marks."""
        return {
            place.name: self.tokens[place.name]
            for place in self.net.places
            if place.party == party and place.kind in OWN_KINDS and self.tokens[place.name]
        }


def fixed_at_opening(history: list[tuple[str, Record]], case: str) -> dict[str, str]:
    """Return the attributes that were fixed when a case opened, by whichever party."""
    found = {}
    for _, record in history:
        event = record.event
        if isinstance(event, events.StepFired) and event.case == case and ".opens[" in event.transition:
            attribute, _, value = event.transition.partition("[")[2].rstrip("]'").partition("=")
            found[attribute] = value
    return found
