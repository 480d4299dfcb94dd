"""Where a case stands as a whole, as far as one party can tell: the partners no further than they must be.

Layer: runner. A node sees its own share, and of the others what they released. Whatever a partner must have
done for its messages to arrive is taken to have been done by the shortest way there; nothing more is. The
forecast begins from this marking. It is an estimate and never enters a decision.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from renkei.net.game import Marking, fire, is_enabled
from renkei.net.projection import share_of
from renkei.net.tables import Transition
from renkei.runner.book import Book, Sheet
from renkei.runner.state import Case

MOST_MARKINGS = 5_000
"""Markings of the partners that are looked at for what they must have done."""
Goal = Callable[[Marking], bool]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A marking of the whole net."""

    marking: Marking
    certain: bool
    """False where no way was found by which the partners can have come to what arrived and was told; the way
    is the shortest for each message, so a longer one may exist."""


class Estimator:
    """Estimates for the cases of one process."""

    def __init__(self, book: Book, sheet: Sheet) -> None:
        """Prepare the shares of all parties.

        Raises:
            InputError: The process cannot be played by its parties (RK500).
        """
        owners = {name: entry.party for name, entry in book.model.attributes.items()}
        parties = book.parties_of(sheet.process)
        shares = [share_of(sheet.whole, sheet.graph, party, owners) for party in parties]
        self._sheet, self._own = sheet, book.party
        self._initial: Marking = tuple(map(sum, zip(*(share.net.initial for share in shares), strict=True)))
        self._opens = [t for share in shares for t in share.net.transitions if t.step == "opens"]
        # What starts a process waits, in a share, until its party's attributes are fixed.
        waits = {t.name: t.inhibit for share in shares for t in share.net.transitions if not t.members}
        whole = [
            replace(t, inhibit=waits.get(t.name, t.inhibit))
            for t in sheet.whole.transitions
            if t.step != "opens"
        ]
        self._by_name = {t.name: t for t in (*whole, *self._opens)}
        self._joint = [t for t in whole if t.members]
        mine = {book.party}
        self._theirs = [t for t in (*whole, *self._opens) if not mine & set(t.party.split("+"))]

    def estimate(self, case: Case) -> Estimate:
        """Return where a case of this process stands as a whole."""
        marking: Marking | None = self._initial
        for index, _ in case.firings:
            marking = self._followed(marking, self._sheet.net.transitions[index])
            if marking is None:
                return Estimate(self._finished(case, self._initial), certain=False)
        assert marking is not None
        reached = self._reached(marking, lambda found: self._tells(found, case))
        return Estimate(self._finished(case, reached or marking), certain=reached is not None)

    def _followed(self, marking: Marking | None, own: Transition) -> Marking | None:
        """Return the marking after an own firing, and after what others must have done before it."""
        assert marking is not None
        if own.members:
            decided = {pair for pair in own.outcome if pair[0]}
            ways = [
                t
                for t in self._joint
                if t.element == own.element and t.step == own.step and decided <= set(t.outcome)
            ]
        else:
            ways = [self._by_name[own.name]]
        before = self._reached(marking, lambda found: any(is_enabled(found, way) for way in ways))
        if before is None:
            return None
        return fire(before, next(way for way in ways if is_enabled(before, way)))

    def _tells(self, marking: Marking, case: Case) -> bool:
        """Return whether the partners have done what is known here: sent what arrived, consented as told."""
        places = self._sheet.net.places
        for index, tokens in enumerate(case.marking):
            if not tokens:
                continue
            arrived = places[index].kind == "message" and places[index].party == self._own
            told = places[index].kind == "approval" and places[index].party != self._own
            if (arrived or told) and marking[index] < tokens:
                return False
        return True

    def _reached(self, marking: Marking, goal: Goal) -> Marking | None:
        """Return the nearest marking in which ``goal`` holds, by firings of the partners alone."""
        seen, waiting = {marking}, deque([marking])
        while waiting and len(seen) <= MOST_MARKINGS:
            here = waiting.popleft()
            if goal(here):
                return here
            for transition in self._theirs:
                if is_enabled(here, transition):
                    after = fire(here, transition)
                    if after not in seen:
                        seen.add(after)
                        waiting.append(after)
        return None

    def _finished(self, case: Case, marking: Marking) -> Marking:
        """Return the marking with the own places as they are, and every attribute fixed."""
        places = self._sheet.net.places
        own = (place.party == self._own or place.kind == "opening" for place in places)
        stages = {place for t in self._opens if t.party != self._own for place, _ in t.take}
        mixed = tuple(
            mine if is_own and index not in stages else there
            for index, (is_own, mine, there) in enumerate(zip(own, case.marking, marking, strict=True))
        )
        return _fixed(mixed, self._opens)


def _fixed(marking: Marking, opens: Sequence[Transition]) -> Marking:
    """Return the marking with every attribute that is still open at its first value."""
    for transition in opens:
        if is_enabled(marking, transition):
            marking = fire(marking, transition)
    return marking
