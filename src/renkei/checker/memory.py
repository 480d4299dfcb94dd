"""What earlier checks have found out, by the game that was checked: names and places in files do not count.

Layer: checker. For those who check the same model again and again while it is edited: what plays the same
game has the same verdicts. Judgements are kept, not the markings that they were read from.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from renkei.checker.judge import Judgement
from renkei.checker.report import Property
from renkei.net.tables import Net

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts on one net."""

    states: int
    verdicts: tuple[tuple[Property, str, Judgement, float], ...]
    """Property, scope, verdict, and the seconds that it took."""


class Memory:
    """The verdicts of earlier checks; those that were not asked for the longest are forgotten."""

    def __init__(self, most: int = 256) -> None:
        """Keep the verdicts on at most so many nets."""
        self._most = most
        self._judged: OrderedDict[Key, Judged] = OrderedDict()

    def find(self, net: Net, wanted: Sequence[Property], max_states: int) -> Judged | None:
        """Return the verdicts on a net that plays the same game, told of ``net`` itself; None if unknown."""
        key = _key(net, wanted, max_states)
        found = self._judged.get(key)
        if found is None:
            return None
        self._judged.move_to_end(key)
        return replace(
            found, verdicts=tuple((*entry[:2], _of(net, entry[2]), entry[3]) for entry in found.verdicts)
        )

    def note(self, net: Net, wanted: Sequence[Property], max_states: int, judged: Judged) -> None:
        """Keep the verdicts on a net."""
        self._judged[_key(net, wanted, max_states)] = judged
        while len(self._judged) > self._most:
            self._judged.popitem(last=False)


def _key(net: Net, wanted: Sequence[Property], max_states: int) -> Key:
    final = None if net.final is None else tuple(sorted(net.final.items()))
    return (net.id, net.places, net.transitions, final, tuple(wanted), max_states)


def _of(net: Net, judgement: Judgement) -> Judgement:
    path = judgement.path
    return judgement if path is None else replace(judgement, path=replace(path, net=net))
