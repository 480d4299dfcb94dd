"""From the running cases of a situation to the rows that the kernels begin with.

Layer: simulator. What is under way is taken out of the marking that is followed up at once: it has its token.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from renkei.clock import SECOND
from renkei.errors import UsageError
from renkei.net.tables import Transition
from renkei.simulator import layout as at
from renkei.simulator.draws import stable_hash
from renkei.simulator.laws import survivor
from renkei.simulator.netplan import NetRows, PlannedGroup
from renkei.simulator.plan import SimulationPlan
from renkei.simulator.present import PastHours
from renkei.simulator.situation import RunningCase, Since, Situation

PRIORITIES = {"high": 0, "normal": 1, "low": 2}
MANY = 1 << 30
MAX_TOKENS = 10_000
Entry = tuple[int, int, int]
"""What may happen at once: priority, moment since which it waits, entry of the stack."""


@dataclass
class GivenRows:
    """The rows of the running cases."""

    plan: SimulationPlan
    situation: Situation
    hours: PastHours
    overdue: list[list[str]] = field(default_factory=list)
    """Of each case, what has lasted longer than the model allows."""
    _cases: list[at.Ints] = field(default_factory=list)
    _reals: list[at.Reals] = field(default_factory=list)
    _keys: list[tuple[int, int]] = field(default_factory=list)
    _items: list[tuple[int, int, int, int]] = field(default_factory=list)
    _item_reals: list[tuple[float, float, float]] = field(default_factory=list)
    _entries: list[Entry] = field(default_factory=list)

    def build(self) -> at.Given:
        """Return the rows.

        Raises:
            UsageError: A case does not fit its net, or its marking not what is under way in it.
        """
        for number, case in enumerate(self.situation.cases):
            self._add(number, case)
        count = len(self.situation.cases)
        entries = sorted(self._entries, key=lambda entry: entry[:2])[::-1]
        return at.Given(
            case=np.array(self._cases, np.int32).reshape(count, self.plan.width),
            case_real=np.array(self._reals, np.float64).reshape(count, self.plan.moments),
            case_key=np.array(self._keys, np.uint64).reshape(count, 2),
            item=np.array(self._items, np.int32).reshape(-1, at.GIVEN_COLUMNS),
            item_real=np.array(self._item_reals, np.float64).reshape(-1, at.GIVEN_REALS),
            entry=np.array([entry for _, _, entry in entries], np.int64),
        )

    def _add(self, number: int, case: RunningCase) -> None:
        contingency = self.plan.contingencies.index(contingency_of(case))
        net = self.plan.nets[contingency]
        self._check(case, net)
        marking = list(case.marking)
        row = self.plan.tables.blank[contingency].copy()
        row[at.NUMBER], row[at.PRIORITY] = number, PRIORITIES[case.priority]
        self.overdue.append([])
        self._add_messages(number, case, net, marking)
        self._add_work(number, case, net, marking)
        for place, column in net.column.items():
            row[column] = marking[place]
        self._cases.append(row)
        self._reals.append(self._moments(case, net, row))
        self._keys.append((stable_hash(f"{case.id}/case"), 0))
        self._add_entries(number, case, net, marking)

    def _check(self, case: RunningCase, net: NetRows) -> None:
        places = len(net.source.net.places)
        if len(case.marking) != places or min(case.marking, default=0) < 0:
            raise UsageError(
                f"case {case.id!r} has a marking of {len(case.marking)} places, its net {case.process!r} has "
                f"{places}; give the tokens of every place, none of them negative"
            )
        if sum(case.marking) > MAX_TOKENS:
            raise UsageError(f"case {case.id!r} has more than {MAX_TOKENS} tokens")
        moments = [since.moment for since in (*case.under_way, *case.waiting)]
        if max([case.opened, *moments, *case.completed.values()]) > self.situation.moment:
            raise UsageError(f"case {case.id!r} tells of something after the present moment")

    def _seconds(self, moment: int) -> float:
        """Return a moment in seconds after the present."""
        return (moment - self.situation.moment) / SECOND

    # What is under way.

    def _add_messages(self, number: int, case: RunningCase, net: NetRows, marking: list[int]) -> None:
        links: dict[str, list[tuple[int, int]]] = {}
        for place, link in net.links.items():
            links.setdefault(net.source.net.places[place].element, []).append((place, link))
        for since in case.under_way:
            for place, link in links.get(since.element, ()):
                if marking[place] > 0:
                    marking[place] -= 1
                    self._add_message(number, since, link)
                    break

    def _add_message(self, number: int, since: Since, link: int) -> None:
        row = self.plan.tables.link[link]
        left = self.hours.left(int(row[at.L_CHANNEL]), since.moment)
        elapsed = -self._seconds(left) if left is not None else 0.0
        parts = [int(row[column]) for column in (at.L_DELAY, at.L_TRANSLATION) if row[column] >= 0]
        outlasts = self._survivor(parts[0], elapsed) if len(parts) == 1 else 1.0
        self._note(number, since, link, at.TRANSIT, -1, elapsed, outlasts)

    def _add_work(self, number: int, case: RunningCase, net: NetRows, marking: list[int]) -> None:
        room: dict[int, int] = {}
        for since in case.under_way:
            found = [group for group in net.groups if _is_of(group, since.element)]
            if not found and not self._is_known(net, since.element):
                raise UsageError(f"case {case.id!r}: {since.element!r} is no element of {case.process!r}")
            chosen = [group for group in found if room.setdefault(group.index, _degree(group, marking)) > 0]
            if chosen:
                room[chosen[0].index] -= 1
                self._begin(number, since, chosen[0], marking)
            elif any(group.kind != at.HELD or _degree(group, marking) == 0 for group in found):
                raise UsageError(
                    f"case {case.id!r}: {since.element!r} cannot be under way in its marking; "
                    "the marking and what is under way belong to the same moment"
                )

    def _is_known(self, net: NetRows, element: str) -> bool:
        known = net.source.net
        return any(element == place.element for place in known.places) or any(
            element == t.element or element in t.members for t in known.transitions
        )

    def _begin(self, number: int, since: Since, group: PlannedGroup, marking: list[int]) -> None:
        desk = group.post
        if since.post is not None and desk >= 0:
            if since.post not in self.plan.posts:
                raise UsageError(f"{since.post!r} is no post of the model")
            desk = self.plan.posts.index(since.post)
        rests = desk >= 0 and bool(self.plan.tables.post[desk, at.P_PAUSES])
        elapsed = self.hours.on_duty(desk, since.moment) if rests else -self._seconds(since.moment)
        if group.simple:
            marking[group.transitions[0][1].take[0][0]] -= 1
        self._note(
            number, since, group.index, at.RUNNING, desk, elapsed, self._survivor(group.index, elapsed)
        )

    def _survivor(self, group: int, elapsed: float) -> float:
        tables = self.plan.tables
        row = tables.group[group]
        table = tables.quantiles[row[at.G_TABLE]]
        return survivor(int(row[at.G_LAW]), tables.group_shape[group], table, elapsed)

    def _note(
        self, number: int, since: Since, what: int, state: int, desk: int, elapsed: float, outlasts: float
    ) -> None:
        if outlasts == 0.0:
            self.overdue[number].append(since.element)
        self._items.append((number, what, state, desk))
        self._item_reals.append((self._seconds(since.moment), elapsed, outlasts))

    # What is known, and what may happen.

    def _moments(self, case: RunningCase, net: NetRows, row: at.Ints) -> at.Reals:
        """Return the moments of measures that are reached, and count the parts of the others in ``row``."""
        reals = np.full(self.plan.moments, np.nan)
        reals[net.opened] = self._seconds(case.opened)
        for element, moment in sorted(case.completed.items(), key=lambda entry: (entry[1], entry[0])):
            marks = net.moments.marks.get(element, [])
            for seen, left, place in zip(marks[::6], marks[1::6], marks[2::6], strict=True):
                if row[seen] == 0:
                    row[seen] = 1
                    row[left] -= 1
                    if row[left] == 0:
                        reals[place] = self._seconds(moment)
        return reals

    def _add_entries(self, number: int, case: RunningCase, net: NetRows, marking: list[int]) -> None:
        since = {entry.element: entry.moment for entry in case.waiting}
        elements = {group.index: group.head.element for group in net.groups}
        for entry in reversed(net.entries(marking)):
            moment = since.get(elements[entry >> 2], self.situation.moment)
            self._entries.append((PRIORITIES[case.priority], moment, (number << 34) | entry))


def contingency_of(case: RunningCase) -> str:
    """Return the contingency of the plan that a case belongs to."""
    return case.contingency if case.contingency is not None else by_hand(case.process)


def by_hand(process: str) -> str:
    """Return the contingency of the plan for cases of a process that were opened by hand."""
    return f"={process}"


def _is_of(group: PlannedGroup, element: str) -> bool:
    """Return whether work on an element, or the arming of it, is an occurrence of a group."""
    if group.kind == at.HELD and element in group.head.members:
        return True
    return group.kind in {at.WORK, at.DELAY, at.HELD} and group.head.element == element


def _degree(group: PlannedGroup, marking: list[int]) -> int:
    """Return how often at once a group may happen: as ``firing.group_degree``."""
    if group.simple:
        return marking[group.transitions[0][1].take[0][0]]
    return max(_degree_of(t, marking) for _, t in group.transitions)


def _degree_of(t: Transition, marking: list[int]) -> int:
    given, most = dict(t.give), MANY
    for place, weight in t.take:
        if marking[place] < weight:
            return 0
        if given.get(place, 0) < weight or place in t.clear:
            most = min(most, marking[place] // weight)
    barred = any(marking[place] for place in t.inhibit)
    missing = bool(t.any_of) and not any(marking[place] for place in t.any_of)
    return 0 if barred or missing else (1 if most == MANY else most)
