"""Where a net stands from firing to firing: what a live case asks after each step.

Layer: net. Whether a transition is enabled, and what firing it does, is asked of ``game`` alone. This module
knows which transitions a change can concern, so that a step costs what it touches and not what the net holds;
and it remembers what it found, since the cases of one process pass through the same markings again and again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from renkei.net.game import Marking, fire, is_enabled
from renkei.net.tables import Net, Transition

MOST_REMEMBERED = 10_000
"""Positions of a net that are remembered; beyond, all are forgotten and found anew."""


@dataclass(frozen=True, slots=True)
class Position:
    """A marking, what may fire in it, and where that leads as far as it was asked."""

    marking: Marking
    enabled: tuple[int, ...]
    """Transitions, in order."""
    led: dict[int, Position] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Play:
    """A net, and for each place the transitions that look at it."""

    net: Net
    by_name: Mapping[str, int] = field(init=False)
    by_group: Mapping[int, tuple[int, ...]] = field(init=False)
    place_by_name: Mapping[str, int] = field(init=False)
    _watching: tuple[tuple[int, ...], ...] = field(init=False)
    """Place -> transitions that look at it."""
    _concerned: tuple[frozenset[int], ...] = field(init=False)
    """Transition -> those that its firing may enable or disable."""
    _known: dict[Marking, Position] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Index the net."""
        watching: list[dict[int, None]] = [{} for _ in self.net.places]
        groups: dict[int, list[int]] = {}
        for index, transition in enumerate(self.net.transitions):
            groups.setdefault(transition.group, []).append(index)
            for place in (*(p for p, _ in transition.take), *transition.inhibit, *transition.any_of):
                watching[place][index] = None
        fields: dict[str, object] = {
            "by_name": {t.name: i for i, t in enumerate(self.net.transitions)},
            "by_group": {group: tuple(members) for group, members in groups.items()},
            "place_by_name": {place.name: i for i, place in enumerate(self.net.places)},
            "_watching": tuple(tuple(found) for found in watching),
            "_concerned": tuple(
                frozenset(index for place in _touched(transition) for index in watching[place])
                for transition in self.net.transitions
            ),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def at(self, marking: Marking) -> Position:
        """Return a marking with what may fire in it, looking at all transitions if it is new."""
        known = self._known.get(marking)
        if known is None:
            transitions = enumerate(self.net.transitions)
            known = self._keep(Position(marking, tuple(i for i, t in transitions if is_enabled(marking, t))))
        return known

    def fire(self, marking: Marking, index: int) -> Position:
        """Return where firing an enabled transition leads."""
        # FAST: same as game.fire() and game.enabled(); held by tests/net/test_play.py.
        here = self._known.get(marking) or self.at(marking)
        found = here.led.get(index)
        if found is None:
            after = fire(marking, self.net.transitions[index])
            found = here.led[index] = self._found(here, after, self._concerned[index])
        return found

    def put(self, marking: Marking, tokens: Mapping[int, int]) -> Position:
        """Return where other numbers of tokens in some places lead."""
        after = tuple(tokens.get(place, count) for place, count in enumerate(marking))
        concerned = {index for place in tokens for index in self._watching[place]}
        return self._found(self.at(marking), after, concerned)

    def _found(self, before: Position, marking: Marking, concerned: Collection[int]) -> Position:
        """Return a marking with what may fire in it; only ``concerned`` may differ from ``before``."""
        known = self._known.get(marking)
        if known is None:
            transitions = self.net.transitions
            now = [index for index in concerned if is_enabled(marking, transitions[index])]
            still = [index for index in before.enabled if index not in concerned]
            known = self._keep(Position(marking, tuple(sorted((*still, *now)))))
        return known

    def _keep(self, found: Position) -> Position:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[found.marking] = found
        return found


def _touched(transition: Transition) -> tuple[int, ...]:
    arcs = (*transition.take, *transition.give)
    return (*(place for place, _ in arcs), *transition.clear)
