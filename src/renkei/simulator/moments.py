"""Moments of measures: which firings are the last part of one, and where a case notes it.

Layer: simulator. An element is completed by any of its firings but those that only start it; one that goes
round in a loop by its last round, one with several instances when all are done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from renkei.model.schema import Measure, Moment
from renkei.net.tables import Net, Transition

SILENT_STEPS = frozenset({"activates", "enters", "opens", "meets"})
"""Steps that do not complete their element."""


@dataclass
class Moments:
    """The moments of all measures of one net. The begin of measure n is moment 2n, its end 2n + 1."""

    net: Net
    new_column: Callable[[int], int]
    """Gives the row of a case another column, with its value at the opening."""
    first_measure: int
    """Row of the samples of the first measure."""
    marks: dict[str, list[int]] = field(default_factory=dict)
    """Element -> of every moment that waits for it: columns (seen, left), this moment, the other, row, 0."""
    _leaving: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the elements that are left as a whole."""
        self._leaving = _left_as_a_whole(self.net)

    def watch(self, measures: Sequence[Measure]) -> list[int]:
        """Set up the columns for measures; return the moments that are reached when a case opens."""
        opened = []
        for number, measure in enumerate(measures):
            begin, end = 2 * number, 2 * number + 1
            for moment, other, what in ((begin, end, measure.begins), (end, begin, measure.ends)):
                if not self._watch_one(moment, other, self.first_measure + number, what):
                    opened.append(moment)
        return opened

    def _watch_one(self, moment: int, other: int, row: int, what: Moment) -> bool:
        """Watch what a moment waits for: each of ``all``, and one of ``any``; return whether it waits."""
        awaited: list[tuple[str, ...]] = [(element,) for element in dict.fromkeys(what.all)]
        awaited += [what.any] if what.any else []
        if not awaited:
            return False
        left = self.new_column(len(awaited))
        for elements in awaited:
            seen = self.new_column(0)
            for element in dict.fromkeys(elements):
                self.marks.setdefault(element, []).extend((seen, left, moment, other, row, 0))
        return True

    def marks_of(self, t: Transition) -> list[int]:
        """Return what a firing notes: columns (seen, left), this moment, the other, row of the samples."""
        elements = _completed_by(t, self._leaving)
        return [value for element in elements for value in self.marks.get(element, ())]


def completed_elements(net: Net) -> tuple[tuple[str, ...], ...]:
    """Return for each transition of a net the elements that its firing completes."""
    leaving = _left_as_a_whole(net)
    return tuple(_completed_by(t, leaving) for t in net.transitions)


def _left_as_a_whole(net: Net) -> dict[str, bool]:
    """Return the elements that are left as a whole, and whether leaving one gives tokens."""
    found: dict[str, bool] = defaultdict(bool)
    for t in net.transitions:
        if t.step == "leaves":
            found[t.element] |= bool(t.give)
    return dict(found)


def _completed_by(t: Transition, leaving: Mapping[str, bool]) -> tuple[str, ...]:
    if t.step in SILENT_STEPS or ("", "again") in t.outcome:
        return ()
    if t.element in leaving and not (t.step == "leaves" and bool(t.give) == leaving[t.element]):
        return ()
    return (t.element, *(t.members if t.step == "completes" else ()))
