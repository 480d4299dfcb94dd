"""Where the time of simulated cases goes: each case is followed through its firings, element by element.

Layer: simulator. A firing has waited for what came last of all that it takes, tests, or needs to be gone; so
a way leads back from every moment of a case to its opening without a gap, and the times on it add up to what
a measure says. What a trace tells is replayed in plain Python: a few replications are enough to see where
time goes, and they are the first of those that the report counts.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan

from renkei.model.schema import Measure, Moment
from renkei.process.arrangement import Arrangement
from renkei.simulator.moments import completed_elements
from renkei.simulator.netplan import NetRows
from renkei.simulator.plan import SimulationPlan
from renkei.simulator.replication import Simulation, Trace
from renkei.simulator.simulate import plan_of, window_of

Progress = Callable[[int, int], None]
Key = tuple[str, str]
"""Element and kind: task, conference, timer, message, event, gateway."""
Times = Mapping[Key, tuple[float, float]]
"""By element: seconds of waiting, and of work."""


@dataclass(slots=True)
class Spent:
    """What the cases of one process spend on one element, all together."""

    visits: int = 0
    wait: float = 0.0
    work: float = 0.0


@dataclass
class Journeys:
    """Where the time of the cases of one option goes."""

    cases: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By process."""
    spent: dict[str, dict[Key, Spent]] = field(default_factory=lambda: defaultdict(dict))
    """By process."""
    ways: dict[str, list[dict[tuple[str, int], Times]]] = field(default_factory=dict)
    """By measure, for each replication: contingency and number of the case -> the way to its end."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One firing, or the arrival of a message: what it waited for, and how long it took."""

    time: float
    ready: float
    """When the last of what it waited for was there."""
    begun: float
    cause: int
    """The leg that brought that about; -1 for the opening of the case."""
    key: Key
    completes: bool
    """It is more than the beginning of something."""


def follow(
    arrangement: Arrangement,
    *,
    options: Sequence[str],
    seed: int,
    replications: int,
    horizon: float | None = None,
    progress: Progress | None = None,
) -> dict[str, Journeys]:
    """Return where the time goes under each option, over the first replications of a simulation.

    Args:
        arrangement: What ``load_arrangement`` returned.
        options: Ids of options; '' for the model as it stands.
        seed: As of the simulation.
        replications: How many runs to follow.
        horizon: As of the simulation.
        progress: Called with replications done and in all.

    Raises:
        InputError: The arrangement has no model, or the model nothing to simulate.
        LimitError: Too much waits at once.

    Limits: work that is broken off counts with none of its time, though the way to a measure goes on through
    what broke it off. Of several tokens in one place the oldest is taken to go first.
    """
    found: dict[str, Journeys] = {}
    length = window_of(arrangement, horizon)
    for number, option in enumerate(options):
        plan = plan_of(arrangement.with_option(option) if option else arrangement, length)
        simulation, journeys = Simulation(plan, paths=True), Journeys()
        follower = Follower(plan, journeys)
        for replication in range(replications):
            run = simulation.run(seed, replication)
            assert run.trace is not None
            follower.add(run.trace, run.skipped)
            if progress is not None:
                progress(number * replications + replication + 1, len(options) * replications)
        found[option] = journeys
    return found


class Follower:
    """Follows the cases of one option."""

    def __init__(self, plan: SimulationPlan, journeys: Journeys) -> None:
        """Prepare the nets."""
        self._plan, self._journeys = plan, journeys
        names = [measure for _, measure in plan.samples]
        self._nets = [
            FollowedNet(rows, names[rows.first_measure :][: len(rows.source.measures)]) for rows in plan.nets
        ]

    def add(self, trace: Trace, skipped: Sequence[int]) -> None:
        """Follow the cases of one replication, but for those of the warm-up."""
        by_case: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
        rows = zip(trace.time.tolist(), trace.began.tolist(), trace.rows.tolist(), strict=True)
        for time, began, (contingency, number, what) in rows:
            by_case[contingency, number].append((time, began, what))
        ways: dict[str, dict[tuple[str, int], Times]] = defaultdict(dict)
        for (contingency, number), events in by_case.items():
            if number >= skipped[contingency]:
                self._add_case(contingency, number, events, ways)
        for measure in dict.fromkeys(name for _, name in self._plan.samples):
            self._journeys.ways.setdefault(measure, []).append(ways[measure])

    def _add_case(
        self,
        contingency: int,
        number: int,
        events: Sequence[tuple[float, float, int]],
        ways: dict[str, dict[tuple[str, int], Times]],
    ) -> None:
        net, name = self._nets[contingency], self._plan.contingencies[contingency]
        process, legs = net.process, net.legs(events)
        self._journeys.cases[process] += 1
        spent = self._journeys.spent[process]
        for leg in legs:
            entry = spent.setdefault(leg.key, Spent())
            entry.visits += leg.completes
            entry.wait += max(0.0, leg.begun - leg.ready)
            entry.work += leg.time - max(leg.begun, leg.ready)
        for flow, count in net.passed(events).items():
            spent.setdefault((flow, "flow"), Spent()).visits += count
        reached = net.reached(events)
        for measure, terms in net.measures.items():
            way = _way(legs, reached, terms)
            if way is not None:
                ways[measure][name, number] = way


def _way(legs: Sequence[Leg], reached: Mapping[str, int], measure: Measure) -> Times | None:
    """Return the times on the way from the begin of a measure to its end; None where it has no end."""
    begin, end = _moment(reached, measure.begins), _moment(reached, measure.ends)
    if begin is None or end is None:
        return None
    here, since = end, legs[begin].time if begin >= 0 else -inf
    found: dict[Key, tuple[float, float]] = {}
    while here >= 0 and legs[here].time > since:
        leg = legs[here]
        ready, begun = max(leg.ready, since), max(leg.begun, leg.ready, since)
        wait, work = found.get(leg.key, (0.0, 0.0))
        if leg.time > ready:
            found[leg.key] = (wait + begun - ready, work + leg.time - begun)
        here = leg.cause
    return found


def _moment(reached: Mapping[str, int], moment: Moment) -> int | None:
    """Return the leg at which a moment is reached; -1 for the opening, None where it is not reached."""
    parts = [reached.get(element) for element in moment.all]
    if moment.any:
        parts.append(min((reached[name] for name in moment.any if name in reached), default=None))
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return max(known, default=-1)


class FollowedNet:
    """One net, prepared for following its cases."""

    def __init__(self, rows: NetRows, measures: Sequence[str]) -> None:
        """Sort the arcs: what is taken and given back is only looked at."""
        net = self.net = rows.source.net
        self.process = rows.source.contingency.process
        self.measures = dict(zip(measures, rows.source.measures, strict=True))
        self.lagged = frozenset(rows.links)
        self.place_of_link = {link: place for place, link in rows.links.items()}
        self.arcs = [Arcs.of(t.take, t.give) for t in net.transitions]
        self.keys = [_key(rows, index) for index in range(len(net.transitions))]
        self.completed = completed_elements(net)

    def legs(self, events: Sequence[tuple[float, float, int]]) -> list[Leg]:
        """Return the legs of one case, one for each event."""
        return _Case(self, events).legs

    def reached(self, events: Sequence[tuple[float, float, int]]) -> dict[str, int]:
        """Return for each element that was completed the first event that did it."""
        found: dict[str, int] = {}
        for index, (_, _, what) in enumerate(events):
            for element in self.completed[what] if what >= 0 else ():
                found.setdefault(element, index)
        return found

    def passed(self, events: Sequence[tuple[float, float, int]]) -> dict[str, int]:
        """Return how often tokens have gone on to each sequence flow."""
        found: dict[str, int] = defaultdict(int)
        for _, _, what in events:
            for place, count in self.net.transitions[what].give if what >= 0 else ():
                if self.net.places[place].kind == "flow":
                    found[self.net.places[place].element] += count
        return found


@dataclass(frozen=True, slots=True)
class Arcs:
    """The arcs of a transition: what is taken, what is only looked at, and what is given."""

    taken: tuple[tuple[int, int], ...]
    tested: tuple[int, ...]
    given: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, take: Sequence[tuple[int, int]], give: Sequence[tuple[int, int]]) -> Arcs:
        """Sort the arcs of a transition."""
        before, after = dict(take), dict(give)
        both = before.keys() & after.keys()
        taken = ((place, count - after.get(place, 0)) for place, count in before.items())
        given = ((place, count - before.get(place, 0)) for place, count in after.items())
        return cls(
            tuple((place, count) for place, count in taken if count > 0),
            tuple(sorted(both)),
            tuple((place, count) for place, count in given if count > 0),
        )


def _key(rows: NetRows, index: int) -> Key:
    t, source = rows.source.net.transitions[index], rows.source
    if t.element in source.binding.conferences:
        return t.element, "conference"
    node = source.graph.nodes.get(t.element) if source.graph else None
    if node is not None and node.kind == "event" and node.trigger == "timer":
        return t.element, "timer"
    return t.element, node.kind if node is not None else "event"


Origin = tuple[float, int]
"""Since when a token is where it is, and the event that put it there."""


class _Case:
    """One case, replayed."""

    def __init__(self, net: FollowedNet, events: Sequence[tuple[float, float, int]]) -> None:
        self._net = net
        time, began, _ = events[0]
        # What comes first happens at once, unless it takes time: then it was begun when the case opened.
        self._opened: Origin = (time if isnan(began) else began, -1)
        self._held: dict[int, deque[Origin]] = defaultdict(deque)
        self._sent: dict[int, deque[Origin]] = defaultdict(deque)
        self._gone: dict[int, Origin] = {}
        for place, count in enumerate(net.net.initial):
            self._held[place].extend([self._opened] * count)
        self.legs: list[Leg] = []
        for index, (now, since, what) in enumerate(events):
            self.legs.append(
                self._fired(index, now, since, what) if what >= 0 else self._arrived(index, now, -1 - what)
            )

    def _arrived(self, index: int, now: float, link: int) -> Leg:
        place = self._net.place_of_link[link]
        sent, cause = self._sent[place].popleft() if self._sent[place] else self._opened
        self._held[place].append((now, index))
        return Leg(now, sent, now, cause, (self._net.net.places[place].element, "message"), completes=True)

    def _fired(self, index: int, now: float, began: float, what: int) -> Leg:
        t, arcs = self._net.net.transitions[what], self._net.arcs[what]
        ready, cause = max(self._awaited(arcs, t.inhibit, t.any_of), default=self._opened)
        for place, count in arcs.taken:
            for _ in range(min(count, len(self._held[place]))):
                self._held[place].popleft()
        for place in (*(place for place, _ in arcs.taken), *t.clear):
            if place in t.clear:
                self._held[place].clear()
            if not self._held[place]:
                self._gone[place] = (now, index)
        for place, count in arcs.given:
            where = self._sent if place in self._net.lagged else self._held
            where[place].extend([(now, index)] * count)
        begun, completes = now if isnan(began) else began, bool(self._net.completed[what])
        return Leg(now, ready, begun, cause, self._net.keys[what], completes)

    def _awaited(self, arcs: Arcs, inhibit: Sequence[int], any_of: Sequence[int]) -> Iterator[Origin]:
        for place, count in arcs.taken:
            held = self._held[place]
            if held:
                yield held[min(count, len(held)) - 1]
        for place in arcs.tested:
            if self._held[place]:
                yield self._held[place][0]
        for place in inhibit:
            if place in self._gone:
                yield self._gone[place]
        some = [self._held[place][0] for place in any_of if self._held[place]]
        if some:
            yield min(some)
