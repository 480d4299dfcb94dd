"""From a model under one option, and its nets, to the tables that the kernels read.

Layer: simulator. Invariant: what two options have in common gets the same random numbers, since streams are
keyed by ids and never by positions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from renkei.errors import Problem
from renkei.facts import Fact, problem_of
from renkei.model.schema import Channel, Contingency, Measure, Model, ProcessBinding
from renkei.net.tables import Net
from renkei.process.graph import Collaboration
from renkei.simulator import layout as at
from renkei.simulator.calendar import Steps, open_hours, seat_steps
from renkei.simulator.draws import stable_hash
from renkei.simulator.laws import INSTANT
from renkei.simulator.netplan import Lag, NetRows, NetSource, Rows

DRAIN = 1.0
"""A run is cut this many horizons after the horizon; arrivals stop at the horizon."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is simulated."""

    begins: datetime
    warmup: float
    horizon: float
    drain: float = DRAIN

    @property
    def end(self) -> float:
        """Return when a run is cut, in seconds after its begin."""
        return self.horizon * (1.0 + self.drain)


@dataclass(frozen=True)
class SimulationPlan:
    """Everything about one option that does not change between replications."""

    tables: at.Tables
    limits: at.Reals
    margin: int
    width: int
    """Columns of the row of a case."""
    moments: int
    """Most moments of a case."""
    samples: tuple[tuple[str, str], ...]
    """Rows of the samples: (contingency, measure)."""
    contingencies: tuple[str, ...]
    posts: tuple[str, ...]
    seat_seconds: tuple[float, ...]
    """Of each post, seats on duty times seconds from the warm-up to the horizon."""
    expected_cases: tuple[float, ...]
    deadlines: Mapping[str, float]
    """Measure -> deadline, for those that have one."""
    findings: tuple[Problem, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    """What is waited for, as (kind, id); see ``netplan.Rows``."""
    nets: tuple[NetRows, ...] = ()
    """Of each contingency."""
    begins: datetime | None = None
    given: at.Given | None = None
    """Cases that are under way at the begin."""


def build_plan(
    model: Model, nets: Mapping[str, Net], collaborations: Mapping[str, Collaboration], window: Window
) -> SimulationPlan:
    """Return the plan of one option.

    Args:
        model: The model, with the option applied.
        nets: Process id -> net, for every process that a contingency opens.
        collaborations: Process id -> drawing, where there is one: it knows the ends of message flows, and
            delays of timers.
        window: The time that is simulated.
    """
    return _Planner(model, nets, collaborations, window).plan()


@dataclass
class _Planner:
    model: Model
    nets: Mapping[str, Net]
    graphs: Mapping[str, Collaboration]
    window: Window
    rows: Rows = field(default_factory=Rows)
    _known_steps: dict[tuple[str | None, int, str | None], Steps] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.post_index = {post: number for number, post in enumerate(self.model.posts)}
        self.channel_index = {channel: number for number, channel in enumerate(self.model.channels)}

    def plan(self) -> SimulationPlan:
        """Return the plan."""
        for post in self.model.posts:
            self.rows.source("post", post)
        built = [self._contingency(entry) for entry in self.model.contingencies.values()]
        samples = tuple(
            (name, measure)
            for name, entry in self.model.contingencies.items()
            for measure in self._measures(entry)
        )
        steps = {post: self._post_steps(post) for post in self.model.posts}
        tables = self._tables(built, steps)
        window = self.window
        return SimulationPlan(
            tables=tables,
            limits=np.array([window.warmup, window.horizon, window.end]),
            margin=self.rows.margin + len(self.model.posts) + 8,
            width=max(net.width for net in built),
            moments=max([2 * len(self._measures(entry)) for entry in self.model.contingencies.values()]),
            samples=samples,
            contingencies=tuple(self.model.contingencies),
            posts=tuple(self.model.posts),
            seat_seconds=tuple(_seat_seconds(steps[post], window) for post in self.model.posts),
            expected_cases=tuple(self._expected(entry) for entry in self.model.contingencies.values()),
            deadlines={name: m.deadline for name, m in self.model.measures.items() if m.deadline is not None},
            findings=tuple(self._findings(built)),
            sources=tuple(self.rows.sources),
            nets=tuple(built),
            begins=window.begins,
        )

    # Cases.

    def _measures(self, contingency: Contingency) -> dict[str, Measure]:
        return {
            name: entry for name, entry in self.model.measures.items() if entry.process == contingency.process
        }

    def _contingency(self, contingency: Contingency) -> NetRows:
        process = contingency.process
        binding = self.model.processes[process]
        graph = self.graphs.get(process)
        measures = tuple(self._measures(contingency).values())
        lags = self._lags(binding, graph)
        source = NetSource(self.nets[process], contingency, binding, graph, self.post_index, lags, measures)
        first = self._sample_rows
        self._sample_rows += len(measures)
        return NetRows(source, self.rows, first).build()

    _sample_rows: int = 0

    def _lags(self, binding: ProcessBinding, graph: Collaboration | None) -> dict[str, Lag]:
        lags = {}
        for flow, bound in binding.messages.items():
            if bound.channel is None:
                continue
            channel = self.model.channels[bound.channel]
            delay = self.rows.laws.law(channel.delay)
            translation = INSTANT
            if graph is not None and self._needs_translation(binding, graph, flow, channel):
                translation = self.rows.laws.law(channel.translation)
            limited = channel.outage is not None or channel.calendar is not None
            if limited or not (delay.is_instant and translation.is_instant):
                number = self.channel_index[bound.channel] if limited else -1
                lags[flow] = Lag(bound.channel, number, delay, translation)
        return lags

    def _needs_translation(
        self, binding: ProcessBinding, graph: Collaboration, flow: str, channel: Channel
    ) -> bool:
        """Return whether the posts at the two ends of a message flow share no language of the channel."""
        message = graph.messages.get(flow)
        if channel.translation is None or message is None or not (message.source and message.target):
            return False
        sender = self._languages(_nearest_post(binding, graph, message.source, forward=False))
        receiver = self._languages(_nearest_post(binding, graph, message.target, forward=True))
        shared = sender & receiver
        if channel.languages:
            shared &= set(channel.languages)
        return bool(sender) and bool(receiver) and not shared

    def _languages(self, post: str | None) -> set[str]:
        return set(self.model.posts[post].languages) if post in self.model.posts else set()

    def _expected(self, contingency: Contingency) -> float:
        arrivals = contingency.arrivals
        if arrivals.at is not None:
            return float(len(arrivals.at))
        interval = arrivals.poisson or (arrivals.every.interval if arrivals.every else 0.0)
        return self.window.horizon / interval if interval else 0.0

    def _findings(self, built: list[NetRows]) -> list[Problem]:
        silent = {
            (net.source.net.file, element, net.source.net.lines.get(element, 0))
            for net in built
            for element in net.silent
        }
        return [
            problem_of(
                Fact("RK411.never", event=element),
                f"Bind a delay to it: events: {{{element}: {{delay: ...}}}}.",
                file,
                line,
            )
            for file, element, line in sorted(silent)
        ]

    # Posts and channels.

    def _post_steps(self, name: str) -> Steps:
        post = self.model.posts[name]
        return self._steps(post.calendar, post.seats, post.headquarters)

    def _steps(self, calendar: str | None, seats: int, headquarters: str | None) -> Steps:
        key = (calendar, seats, headquarters)
        if key not in self._known_steps:
            self._known_steps[key] = self._new_steps(*key)
        return self._known_steps[key]

    def _new_steps(self, calendar: str | None, seats: int, headquarters: str | None) -> Steps:
        return steps_of(self.model, calendar, seats, headquarters, self.window.begins, self.window.end)

    def _deputies(self, name: str) -> list[int]:
        return [self.post_index[deputy] for deputy in self.model.posts[name].deputies]

    def _post_rows(self, steps: Mapping[str, Steps]) -> list[list[int]]:
        helped: dict[int, list[int]] = {number: [number] for number in self.post_index.values()}
        for name, number in self.post_index.items():
            for deputy in self._deputies(name):
                helped[deputy].append(number)
        rows, first = [], 0
        for name, number in self.post_index.items():
            row = [0] * at.POST_COLUMNS
            row[at.P_ALONE] = int(helped[number] == [number])
            row[at.P_PAUSES] = int(self.model.posts[name].off_duty == "pause")
            row[at.P_DEPUTIES], row[at.P_DEPUTIES_END] = self.rows.span(self._deputies(name))
            row[at.P_SERVES], row[at.P_SERVES_END] = self.rows.span(helped[number])
            row[at.P_STEPS], row[at.P_STEPS_END] = first, first + len(steps[name])
            row[at.P_SEATS] = steps[name][0][1]
            first += len(steps[name])
            rows.append(row)
        return rows

    def _channel_rows(self) -> tuple[list[list[int]], list[tuple[float, float]], list[float]]:
        rows: list[list[int]] = []
        means: list[tuple[float, float]] = []
        hours: list[float] = []
        for channel in self.model.channels.values():
            span = (-1, -1)
            if channel.calendar:
                steps = self._steps(channel.calendar, 1, channel.headquarters)
                first = len(hours) // 2
                hours.extend(moment for pair in open_hours(steps) for moment in pair)
                span = (first, len(hours) // 2)
            rows.append([*span, int(channel.outage is not None)])
            means.append((channel.outage.every, channel.outage.lasts) if channel.outage else (1.0, 1.0))
        return rows, means, hours

    # Tables.

    def _arrival_row(
        self, net: NetRows, first_sample: int, times: list[float]
    ) -> tuple[list[int], list[float]]:
        contingency = net.source.contingency
        arrivals, begin = contingency.arrivals, len(times)
        kind, interval, first = at.LISTED, 0.0, 0.0
        if arrivals.poisson is not None:
            kind, interval = at.POISSON, arrivals.poisson
        elif arrivals.every is not None:
            kind, interval = at.EVERY, arrivals.every.interval
            first = self._since_begin(arrivals.every.first) if arrivals.every.first else interval
            first = first if first >= 0 else first % interval
        else:
            times.extend(t for t in sorted(map(self._since_begin, arrivals.at or ())) if t >= 0)
        start, opened = self.rows.span(net.start), self.rows.span(net.opened)
        sampled = (first_sample, first_sample + len(net.source.measures))
        high, normal = _priority_bounds(contingency)
        return [kind, begin, len(times), *start, *opened, *sampled], [interval, first, high, normal]

    def _since_begin(self, moment: datetime) -> float:
        return (moment - self.window.begins).total_seconds()

    def _tables(self, built: list[NetRows], steps: Mapping[str, Steps]) -> at.Tables:
        rows, times = self.rows, list[float]()
        arrivals = [self._arrival_row(net, net.first_measure, times) for net in built]
        posts = self._post_rows(steps)
        channels, means, hours = self._channel_rows()
        width = max(net.width for net in built)
        blank = np.zeros((len(built), width), np.int32)
        for number, net in enumerate(built):
            blank[number, at.CONTINGENCY], blank[number, at.PRIORITY] = number, 1
            for column, value in net.blank.items():
                blank[number, column] = value
        changes = sorted(
            (moment, self.post_index[post], seats) for post in steps for moment, seats in steps[post][1:]
        )
        flat = [step for post in steps for step in steps[post]]
        keys = [
            [stable_hash(f"{name}/{what}") for what in ("arrivals", "cases", "priority")]
            for name in self.model.contingencies
        ]
        return at.Tables(
            group=_table(rows.groups, at.GROUP_COLUMNS),
            group_shape=np.array(rows.shapes, np.float64).reshape(-1, 3),
            group_key=np.array(rows.keys, np.uint64).reshape(-1, 2),
            transition=_table(rows.transitions, at.TRANSITION_COLUMNS),
            condition=_table(rows.conditions, at.CONDITION_COLUMNS),
            weight=np.array(rows.weights, np.float64),
            lists=np.array([*rows.lists, 0], np.int32),
            quantiles=rows.laws.array(),
            link=_table(rows.links, at.LINK_COLUMNS),
            contingency=_table([row for row, _ in arrivals], at.CONTINGENCY_COLUMNS),
            contingency_real=np.array([reals for _, reals in arrivals], np.float64),
            contingency_key=np.array(keys, np.uint64).reshape(-1, 3),
            times=np.array([*times, np.inf], np.float64),
            blank=blank,
            post=_table(posts, at.POST_COLUMNS),
            step_time=np.array([moment for moment, _ in flat], np.float64),
            step_capacity=np.array([seats for _, seats in flat], np.int32),
            calendar_time=np.array([moment for moment, _, _ in changes], np.float64),
            calendar_post=np.array([post for _, post, _ in changes], np.int32),
            calendar_capacity=np.array([seats for _, _, seats in changes], np.int32),
            channel=_table(channels, at.CHANNEL_COLUMNS),
            channel_real=np.array(means, np.float64).reshape(-1, 2),
            channel_key=np.array([stable_hash(f"{name}/outage") for name in self.model.channels], np.uint64),
            hours=np.array(hours, np.float64),
        )


def steps_of(
    model: Model, calendar: str | None, seats: int, headquarters: str | None, begins: datetime, length: float
) -> Steps:
    """Return how many seats are filled by a calendar of the model, from ``begins`` for ``length`` seconds."""
    chosen = model.calendars[calendar] if calendar else None
    zone = model.headquarters[headquarters].timezone if headquarters else "UTC"
    free: frozenset[date] = frozenset()
    if chosen is not None and chosen.holidays:
        free = frozenset(model.holidays[chosen.holidays].dates)
    return seat_steps(chosen, seats, zone, free, begins, length)


def _table(rows: list[list[int]], columns: int) -> at.Ints:
    return np.array(rows, np.int32).reshape(len(rows), columns)


def _seat_seconds(steps: Steps, window: Window) -> float:
    ends = [moment for moment, _ in steps[1:]] + [float("inf")]
    spans = (
        (min(end, window.horizon) - max(begin, window.warmup), seats)
        for (begin, seats), end in zip(steps, ends, strict=True)
    )
    return sum(span * seats for span, seats in spans if span > 0)


def _priority_bounds(contingency: Contingency) -> tuple[float, float]:
    """Return below which number a case is of high, and below which of high or normal priority."""
    if not contingency.priority:
        return 0.0, 1.0
    shares = {name: amount.value for name, amount in contingency.priority.items()}
    total = sum(shares.values()) or 1.0
    high = shares.get("high", 0.0) / total
    low = shares.get("low", 0.0) / total
    return high, 1.0 - low


def _nearest_post(binding: ProcessBinding, graph: Collaboration, node: str, *, forward: bool) -> str | None:
    """Return the post of a node, or of the nearest task before it (after it) in the drawing."""
    seen, queue = {node}, deque([node])
    while queue:
        here = queue.popleft()
        task = binding.tasks.get(here)
        if task is not None and task.post:
            return task.post
        flows = graph.nodes[here].outgoing if forward else graph.nodes[here].incoming
        for flow in flows:
            following = graph.flows[flow].target if forward else graph.flows[flow].source
            if following not in seen:
                seen.add(following)
                queue.append(following)
    return None
