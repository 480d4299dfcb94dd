"""The token game in plain Python: the reading copy, and the one that small work uses.

Layer: net. ``kernels.py`` plays the same game on packed markings; ``tests/net/test_agreement.py`` holds the
two, and an oracle that shares no code with either, together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from renkei.net.tables import Net, Transition

Marking = tuple[int, ...]
"""Tokens by place."""


def is_enabled(marking: Sequence[int], transition: Transition) -> bool:
    """Return whether ``transition`` may fire in ``marking``."""
    for place, weight in transition.take:
        if marking[place] < weight:
            return False
    for place in transition.inhibit:
        if marking[place]:
            return False
    return not transition.any_of or any(marking[place] for place in transition.any_of)


def fire(marking: Sequence[int], transition: Transition) -> Marking:
    """Return the marking after firing ``transition``, which must be enabled: take, clear, give."""
    after = list(marking)
    for place, weight in transition.take:
        after[place] -= weight
    for place in transition.clear:
        after[place] = 0
    for place, weight in transition.give:
        after[place] += weight
    return tuple(after)


def enabled(net: Net, marking: Sequence[int]) -> Iterator[int]:
    """Yield the indices of the transitions that may fire in ``marking``, in order."""
    return (index for index, transition in enumerate(net.transitions) if is_enabled(marking, transition))


def missing_consents(marking: Sequence[int], transition: Transition) -> tuple[int, ...]:
    """Return the approval places that ``transition`` needs and that are not marked."""
    return tuple(place for place in transition.needs if not marking[place])
