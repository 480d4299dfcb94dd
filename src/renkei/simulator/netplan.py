"""One contingency's net as rows of the tables: groups, transitions, links, and the row of its cases.

Layer: simulator. A place that is only ever taken from by one group, one token at a time, and that nothing
else looks at, needs no field in the row of a case: a token there is an occurrence of that group. Alternatives
that can never fire (a delay without end) are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from renkei.model.schema import Contingency, EventBinding, Measure, ProcessBinding, TaskBinding
from renkei.model.values import Duration, parse_duration
from renkei.net.game import is_enabled
from renkei.net.tables import Net, Transition
from renkei.process.graph import Collaboration
from renkei.simulator import layout as at
from renkei.simulator.draws import NEVER, stable_hash
from renkei.simulator.laws import FOREVER, INSTANT, Law, Laws
from renkei.simulator.moments import Moments
from renkei.simulator.weights import weights_of


@dataclass
class Rows:
    """The rows of the tables so far, of all contingencies."""

    groups: list[list[int]] = field(default_factory=list)
    shapes: list[tuple[float, ...]] = field(default_factory=list)
    keys: list[tuple[int, int]] = field(default_factory=list)
    transitions: list[list[int]] = field(default_factory=list)
    conditions: list[list[int]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    links: list[list[int]] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    laws: Laws = field(default_factory=Laws)
    sources: dict[tuple[str, str], int] = field(default_factory=dict)
    """What is waited for, as (kind, id) -> number: every post, and channels, conferences and timers."""
    margin: int = 0
    """Most entries that one step puts on the stack."""

    def span(self, values: Iterable[int]) -> tuple[int, int]:
        """Add values to the lists and return where they begin and end."""
        first = len(self.lists)
        self.lists.extend(values)
        return first, len(self.lists)

    def source(self, kind: str, name: str) -> int:
        """Return the number of something that is waited for."""
        return self.sources.setdefault((kind, name), len(self.sources))


@dataclass(frozen=True, slots=True)
class Lag:
    """What makes a message take time: its channel, and the laws of delay and translation."""

    name: str
    """The channel."""
    channel: int
    """Its row, -1 where it is always open and up."""
    delay: Law
    translation: Law


@dataclass(frozen=True)
class NetSource:
    """All that the plan of one contingency's cases is made from."""

    net: Net
    contingency: Contingency
    binding: ProcessBinding
    graph: Collaboration | None
    posts: dict[str, int]
    lags: dict[str, Lag]
    """Message flow -> lag, for those that take time."""
    measures: Sequence[Measure]


@dataclass
class PlannedGroup:
    """A group of alternatives."""

    kind: int
    law: Law
    post: int
    transitions: list[tuple[int, Transition]]
    index: int = -1
    """Its row."""
    simple: bool = False
    members: tuple[int, ...] = ()

    @property
    def head(self) -> Transition:
        """Return the first alternative."""
        return self.transitions[0][1]

    @property
    def label(self) -> str:
        """Return what the draws of this group are keyed by: the same in every net that has the element."""
        head = self.head
        return f"{head.element or head.outcome[0][0]}/{head.step}"


@dataclass
class NetRows:
    """The rows of one net, and the row of a case of it."""

    source: NetSource
    rows: Rows
    first_measure: int
    """Row of the samples of the first measure."""
    width: int = at.CASE_COLUMNS
    blank: dict[int, int] = field(default_factory=dict)
    """Column -> value when a case opens, where not 0."""
    opened: list[int] = field(default_factory=list)
    """Moments that are reached when a case opens."""
    start: list[int] = field(default_factory=list)
    """Entries of the stack when a case opens."""
    silent: list[str] = field(default_factory=list)
    """Elements that never happen, since nothing says when."""
    groups: list[PlannedGroup] = field(default_factory=list)
    token_group: dict[int, PlannedGroup] = field(default_factory=dict)
    """Place without a column -> the group that its tokens go to."""
    column: dict[int, int] = field(default_factory=dict)
    links: dict[int, int] = field(default_factory=dict)
    """Message place -> row of the links, where messages take time."""
    moments: Moments = field(init=False)
    seats: dict[str, tuple[int, tuple[int, int]]] = field(default_factory=dict)
    """Conference -> column where a case keeps its desks, and the span of its posts."""
    _counters: dict[str, int] = field(default_factory=dict)
    _watchers: dict[int, list[PlannedGroup]] = field(default_factory=dict)
    _takers: dict[int, list[PlannedGroup]] = field(default_factory=dict)
    """Place -> the groups that are not simple and first take from it; -1 for those that take nothing."""

    def build(self) -> NetRows:
        """Make all rows."""
        groups = self.groups = self._groups()
        self._classify(groups)
        self._note_takers()
        base = len(self.rows.groups)
        for number, group in enumerate(groups):
            group.index = base + number
        self.seats = self._seats(groups)
        self.moments = Moments(self.source.net, self._new_column, self.first_measure)
        self.opened = self.moments.watch(self.source.measures)
        for group in groups:
            self._add_group(group)
        self._add_links()
        for group in groups:
            self._add_transitions(group)
        self.start = self.entries(self.source.net.initial)
        self.rows.margin = max(self.rows.margin, len(self.start))
        return self

    # Groups and what they do.

    def _groups(self) -> list[PlannedGroup]:
        alternatives: dict[int, list[tuple[int, Transition]]] = defaultdict(list)
        for index, transition in enumerate(self.source.net.transitions):
            alternatives[transition.group].append((index, transition))
        made = [self._group(members) for members in alternatives.values()]
        return [group for group in made if group.law.kind != NEVER]

    def _group(self, alternatives: list[tuple[int, Transition]]) -> PlannedGroup:
        head = alternatives[0][1]
        if head.timing == "meet":
            members = tuple(self.source.posts[post] for post in map(self._post, head.members) if post)
            return PlannedGroup(at.MEET, INSTANT, -1, alternatives, members=members)
        if head.timing == "work" and head.members:
            conference = self.source.binding.conferences.get(head.element)
            law = self.rows.laws.law(conference.duration if conference else None)
            return PlannedGroup(at.HELD, law, -1, alternatives)
        if head.timing == "work":
            law = self.rows.laws.law(self._task(head.element).duration)
            post = self._post(head.element)
            kind = at.WORK if post or not law.is_instant else at.NOW
            return PlannedGroup(kind, law, self.source.posts[post] if post else -1, alternatives)
        if head.timing == "delay":
            law = self._delay(head)
            return PlannedGroup(at.NOW if law.is_instant else at.DELAY, law, -1, alternatives)
        return PlannedGroup(at.NOW, INSTANT, -1, alternatives)

    def _task(self, element: str) -> TaskBinding:
        return self.source.binding.tasks.get(element) or TaskBinding()

    def _post(self, element: str) -> str | None:
        post = self._task(element).post
        return post if post in self.source.posts else None

    def _delay(self, head: Transition) -> Law:
        """Return the delay of a timer, or of what the drawing does not bring about."""
        bound = (self.source.binding.events.get(head.element) or EventBinding()).delay
        if bound is not None:
            return self.rows.laws.law(bound)
        node = self.source.graph.nodes.get(head.element) if self.source.graph else None
        if node is not None and node.delay:
            return self.rows.laws.law(Duration(fixed=parse_duration(node.delay)))
        if node is not None and node.trigger == "timer":
            return INSTANT
        if head.step == "starts":
            return INSTANT
        self.silent.append(head.element)
        return FOREVER

    # Places.

    def _classify(self, groups: list[PlannedGroup]) -> None:
        """Find the places whose tokens go to one group at once; give every other place a column."""
        takers: dict[int, list[PlannedGroup]] = defaultdict(list)
        watched: set[int] = set()
        for group in groups:
            for _, t in group.transitions:
                watched.update(t.inhibit, t.any_of, t.clear)
                for place, _ in t.take:
                    if group not in takers[place]:
                        takers[place].append(group)
        for place, found in takers.items():
            only = found[0]
            if len(found) == 1 and place not in watched and _takes_just(only, place):
                only.simple = True
                self.token_group[place] = only
        looked_at = {p for g in groups for _, t in g.transitions for p in _looks_at(t)}
        for place in sorted(looked_at - self.token_group.keys()):
            self.column[place] = self._new_column(self.source.net.places[place].initial)
        for group in groups:
            for place in dict.fromkeys(p for _, t in group.transitions for p in _looks_at(t)):
                self._watchers.setdefault(place, []).append(group)

    def _note_takers(self) -> None:
        for group in self.groups:
            if not group.simple:
                for place in dict.fromkeys(t.take[0][0] if t.take else -1 for _, t in group.transitions):
                    self._takers.setdefault(place, []).append(group)

    def _new_column(self, value: int = 0) -> int:
        column, self.width = self.width, self.width + 1
        if value:
            self.blank[column] = value
        return column

    def _counter(self, label: str) -> int:
        if label not in self._counters:
            self._counters[label] = self._new_column()
        return self._counters[label]

    def _seats(self, groups: list[PlannedGroup]) -> dict[str, tuple[int, tuple[int, int]]]:
        """Return for each conference where a case keeps its desks, and the span of its posts."""
        seats = {}
        for group in groups:
            if group.kind == at.MEET and group.head.element not in seats:
                first = self.width
                self.width += len(group.members)
                seats[group.head.element] = (first, self.rows.span(group.members))
        return seats

    # Rows.

    def _add_group(self, group: PlannedGroup) -> None:
        row = [0] * at.GROUP_COLUMNS
        row[at.G_KIND], row[at.G_SIMPLE], row[at.G_POST] = group.kind, int(group.simple), group.post
        row[at.G_FIRST] = len(self.rows.transitions) + self._transitions_before(group)
        row[at.G_LAST] = row[at.G_FIRST] + len(group.transitions)
        row[at.G_DRAWS] = int(len(group.transitions) > 1)
        row[at.G_VISITS] = self._counter(group.label)
        if not group.simple and group.kind != at.NOW:
            row[at.G_COUNT], row[at.G_CHAIN] = self._new_column(), self._new_column(-1)
        seats = self.seats
        if group.head.element in seats and group.kind in {at.MEET, at.HELD}:
            row[at.G_SEATS], (row[at.G_MEMBERS], row[at.G_MEMBERS_END]) = seats[group.head.element]
        row[at.G_SOURCE] = self._source(group)
        self._append_group(row, group.law, group.label)

    def _source(self, group: PlannedGroup) -> int:
        """Return what an occurrence of a group waits for, -1 where it is nothing."""
        if group.kind == at.WORK:
            return group.post
        kind = {at.MEET: "conference", at.DELAY: "timer"}.get(group.kind)
        return self.rows.source(kind, group.head.element) if kind else -1

    def _transitions_before(self, group: PlannedGroup) -> int:
        before = self._planned
        self._planned += len(group.transitions)
        return before

    _planned: int = 0

    def _append_group(self, row: list[int], law: Law, label: str) -> None:
        row[at.G_LAW], row[at.G_TABLE] = law.kind, law.table
        self.rows.groups.append(row)
        self.rows.shapes.append((*law.shape, 0.0, 0.0, 0.0)[:3])
        self.rows.keys.append((stable_hash(f"{label}/duration"), stable_hash(f"{label}/choice")))

    def _add_links(self) -> None:
        delays: dict[str, tuple[int, int]] = {}
        for index, place in enumerate(self.source.net.places):
            lag = self.source.lags.get(place.element) if place.kind == "message" else None
            if lag is None or (index not in self.column and index not in self.token_group):
                continue
            if place.element not in delays:
                pair = ((lag.delay, "delay"), (lag.translation, "translation"))
                delays[place.element] = tuple(  # type: ignore[assignment]
                    self._pseudo_group(law, f"{place.element}/{what}") for law, what in pair
                )
            simple = self.token_group.get(index)
            wakes = self.rows.span(g.index for g in self._watchers.get(index, ()))
            group = simple.index if simple else -1
            source = self.rows.source("channel", lag.name)
            row = [group, self.column.get(index, -1), *wakes, *delays[place.element], lag.channel, source]
            self.links[index] = len(self.rows.links)
            self.rows.links.append(row)

    def _pseudo_group(self, law: Law, label: str) -> int:
        """Add a row that only holds a law, for the delay of a message; -1 where there is none."""
        if law.is_instant:
            return -1
        row = [0] * at.GROUP_COLUMNS
        row[at.G_VISITS], row[at.G_SOURCE] = self._counter(label), -1
        self._append_group(row, law, label)
        return len(self.rows.groups) - 1

    def _add_transitions(self, group: PlannedGroup) -> None:
        alternatives = [t for _, t in group.transitions]
        weights = weights_of(alternatives, self.source.binding, self.source.contingency)
        self.rows.weights.extend(_cumulative(weights) if group.simple else weights)
        for source, t in group.transitions:
            self._add_transition(group, source, t)

    def _add_transition(self, group: PlannedGroup, source: int, t: Transition) -> None:
        column, span = self.column, self.rows.span
        given = dict(t.give)
        taken = [
            (column[place], weight, int(given.get(place, 0) < weight or place in t.clear))
            for place, weight in t.take
            if place in column
        ]
        spans = [
            span(value for triple in taken for value in triple),
            span(column[place] for place in t.clear if place in column),
            span(v for p, w in t.give if p in column and p not in self.links for v in (column[p], w)),
            span(self._tokens(t)),
            span(self.links[p] for p, weight in t.give if p in self.links for _ in range(weight)),
            span(self._wakes(group, t)),
            span(self.moments.marks_of(t)),
        ]
        lost = spans[5][0] + sum(1 for _ in self._lost(t))
        self.rows.transitions.append([*(end for pair in spans for end in pair), source, lost])
        inhibit = span(column[place] for place in t.inhibit)
        any_of = span(column[place] for place in t.any_of)
        self.rows.conditions.append([*inhibit, *any_of])
        self.rows.margin = max(self.rows.margin, sum(end - begin for begin, end in spans[3:6]))

    def _tokens(self, t: Transition) -> list[int]:
        """Return the groups that get a token at once, the first of them last: the stack turns them round."""
        groups = [
            self.token_group[place].index
            for place, weight in t.give
            if place in self.token_group and place not in self.links
            for _ in range(weight)
        ]
        return groups[::-1]

    def _wakes(self, group: PlannedGroup, t: Transition) -> list[int]:
        """Return the groups for which a firing may change something; first those that may lose something."""
        seen = [place for place in sorted(set().union(*self._change(t))) if place in self.column]
        woken = dict.fromkeys(group.index for place in seen for group in self._watchers[place])
        if not group.simple:
            woken[group.index] = None
        lost = self._lost(t)
        return [*lost, *(index for index in reversed(woken) if index not in lost)]

    def _change(self, t: Transition) -> tuple[set[int], set[int]]:
        """Return the places that may hold fewer tokens after a firing, and those that may hold more."""
        change: dict[int, int] = defaultdict(int)
        for place, weight in t.take:
            change[place] -= weight
        for place, weight in t.give:
            change[place] += 0 if place in self.links else weight
        given = {place for place, _ in t.give if place not in self.links}
        fewer = {place for place, count in change.items() if count < 0} | set(t.clear)
        more = {place for place, count in change.items() if count > 0} | (given & set(t.clear))
        return fewer, more

    def _lost(self, t: Transition) -> list[int]:
        """Return the groups that take time and may lose by a firing what they are at work on."""
        fewer, more = self._change(t)
        found: dict[int, None] = {}
        for place in sorted(fewer | more):
            for group in self._watchers.get(place, ()) if place in self.column else ():
                needed = any(place in {p for p, _ in o.take} | set(o.any_of) for _, o in group.transitions)
                barred = any(place in o.inhibit for _, o in group.transitions)
                if group.kind != at.NOW and ((place in fewer and needed) or (place in more and barred)):
                    found[group.index] = None
        return list(found)

    def entries(self, marking: Sequence[int]) -> list[int]:
        """Return the entries of the stack, last first, for what a marking allows and is not under way."""
        tokens = [
            (self.token_group[index].index << 2) | at.TOKEN
            for index, count in enumerate(marking)
            if index in self.token_group
            for _ in range(count)
        ]
        near = {group.index: group for group in self._takers.get(-1, ())}
        for place, count in enumerate(marking):
            if count:
                near.update((group.index, group) for group in self._takers.get(place, ()))
        evaluated = [
            (index << 2) | at.EVALUATE
            for index in sorted(near)
            if any(is_enabled(marking, t) for _, t in near[index].transitions)
        ]
        return (evaluated + tokens)[::-1]


def _takes_just(group: PlannedGroup, place: int) -> bool:
    """Return whether every alternative of a group takes one token of ``place`` and looks at nothing else."""
    if group.kind in {at.MEET, at.HELD}:
        return False
    return all(t.take == ((place, 1),) and not t.inhibit and not t.any_of for _, t in group.transitions)


def _looks_at(t: Transition) -> list[int]:
    return [*(place for place, _ in t.take), *t.inhibit, *t.any_of]


def _cumulative(weights: Sequence[float]) -> list[float]:
    total = sum(weights)
    shares = [weight / total for weight in weights] if total > 0 else [1 / len(weights)] * len(weights)
    sums, so_far = [], 0.0
    for share in shares:
        so_far += share
        sums.append(so_far)
    return sums
