"""Which transitions may fire, kept up to date from firing to firing: what a live case asks after each step.

Layer: net. Whether a transition is enabled is asked of ``game.is_enabled`` alone; this module only knows
which transitions a change can concern, so that a step costs what it touches and not what the net holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from renkei.net.game import Marking, fire, is_enabled
from renkei.net.tables import Net, Transition


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

    def enabled(self, marking: Sequence[int]) -> frozenset[int]:
        """Return the transitions that may fire in ``marking``, looking at all of them."""
        return frozenset(i for i, t in enumerate(self.net.transitions) if is_enabled(marking, t))

    def fire(self, marking: Marking, before: frozenset[int], index: int) -> tuple[Marking, frozenset[int]]:
        """Return the marking after firing, and what may fire then, given what might ``before``."""
        after = fire(marking, self.net.transitions[index])
        return after, self._looked_at(after, before, self._concerned[index])

    def put(
        self, marking: Marking, before: frozenset[int], place: int, tokens: int
    ) -> tuple[Marking, frozenset[int]]:
        """Return the marking with ``tokens`` in ``place``, and what may fire then."""
        after = (*marking[:place], tokens, *marking[place + 1 :])
        return after, self._looked_at(after, before, self._watching[place])

    def _looked_at(
        self, marking: Sequence[int], before: frozenset[int], concerned: Iterable[int]
    ) -> frozenset[int]:
        """Return what may fire in ``marking`` when only ``concerned`` may differ from ``before``."""
        transitions = self.net.transitions
        now = [index for index in concerned if is_enabled(marking, transitions[index])]
        return before.difference(concerned).union(now)


def _touched(transition: Transition) -> tuple[int, ...]:
    arcs = (*transition.take, *transition.give)
    return (*(place for place, _ in arcs), *transition.clear)
