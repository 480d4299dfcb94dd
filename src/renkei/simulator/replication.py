"""Workspaces, and one replication run on one of them.

Layer: simulator. A workspace belongs to one thread at a time and only ever grows; its arrays are padded, so
that two threads never write to one cache line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renkei.errors import LimitError
from renkei.simulator import layout as at
from renkei.simulator.draws import replication_key
from renkei.simulator.kernels import ROOM, run_replication
from renkei.simulator.plan import SimulationPlan

PADDING = 256
"""Bytes between what two threads write."""
MAX_ITEMS = 8_000_000
"""Most things under way at once, waiting ones included."""
MAX_TRACE = 20_000_000


@dataclass(frozen=True)
class Replication:
    """What one replication gave."""

    samples: tuple[at.Reals, ...]
    """For each row of the plan's samples, seconds by number of the case; see ``report.Samples``."""
    skipped: tuple[int, ...]
    """For each contingency: cases of the warm-up, which are not counted."""
    opened: tuple[int, ...]
    statistic: at.Reals
    """For each post: see ``layout``."""
    events: int
    firings: int
    closed: int
    unfinished: int
    most_live: int
    path: tuple[at.Reals, at.Ints] | None = None
    """Times of the firings, and contingency, number of the case, transition of each."""
    trace: Trace | None = None
    """The firings with the arrivals of messages among them."""


@dataclass(frozen=True)
class Trace:
    """What happened in one replication, in order."""

    time: at.Reals
    began: at.Reals
    """When that was begun which a firing ends, NaN where nothing that takes time ends."""
    rows: at.Ints
    """Contingency, number of the case, transition of the net; -1 - link where a message arrives."""


@dataclass
class Sizes:
    """How much a workspace holds."""

    items: int
    slots: int
    stack: int
    samples: int
    trace: int = 0
    records: int = 0


class Simulation:
    """One plan and one workspace: runs one replication after the other."""

    def __init__(self, plan: SimulationPlan, *, paths: bool = False) -> None:
        """Allocate a workspace that will do for most plans."""
        most = max(plan.expected_cases)
        self.plan = plan
        self._given = plan.given or nothing_given(plan)
        cases, room = len(self._given.case), 1024 + 2 * ROOM * plan.margin
        self.sizes = Sizes(
            items=room + len(self._given.item),
            slots=256 + cases,
            stack=room + len(self._given.entry),
            samples=int(most + 6 * most**0.5) + 64 + cases,
            trace=65536 if paths else 0,
            records=room + 64 * cases if cases else 0,
        )
        self.space = allocate(plan, self.sizes)

    def run(self, seed: int, replication: int) -> Replication:
        """Return what a replication gives; the workspace grows until it fits.

        Raises:
            LimitError: More is under way at once than fits, or a case runs in a circle.
        """
        while not self.play(seed, replication):
            pass
        return self._result()

    def play(self, seed: int, replication: int) -> bool:
        """Run a replication; return False where the workspace was too small, and has grown.

        Raises:
            LimitError: As ``run``.
        """
        plan, given = self.plan, self._given
        key = replication_key(seed, replication)
        status = run_replication(plan.tables, self.space, plan.limits, key, ROOM * plan.margin, given)
        if status != at.DONE:
            self._grow(status)
        return bool(status == at.DONE)

    def _grow(self, status: int) -> None:
        sizes = self.sizes
        if status == at.CIRCLE:
            raise LimitError("RK412 a case runs in a circle in which no time passes: a loop needs a duration")
        if status == at.FULL_ITEMS:
            sizes.items *= 4
        elif status == at.FULL_SLOTS:
            sizes.slots *= 4
        elif status == at.FULL_STACK:
            sizes.stack *= 4
        elif status == at.FULL_SAMPLES:
            sizes.samples *= 2
        elif status == at.FULL_TRACE:
            sizes.trace *= 4
        elif status == at.FULL_RECORDS:
            sizes.records *= 4
        if max(sizes.items, sizes.slots, sizes.stack) > MAX_ITEMS or sizes.trace > MAX_TRACE:
            raise LimitError(f"RK413 more than {MAX_ITEMS} things wait at once: the posts cannot keep up")
        self.space = allocate(self.plan, sizes)

    def _result(self) -> Replication:
        space, plan = self.space, self.plan
        opened = [int(count) for count in space.opened[: len(plan.contingencies)]]
        rows = zip(space.sample, plan.samples, strict=False)
        places = {name: number for number, name in enumerate(plan.contingencies)}
        trace, path = self._trace(), None
        if trace is not None:
            fired = trace.rows[:, 2] >= 0
            path = (trace.time[fired], trace.rows[fired])
        return Replication(
            samples=tuple(row[: opened[places[name]]].copy() for row, (name, _) in rows),
            skipped=tuple(int(count) for count in space.skipped[: len(plan.contingencies)]),
            opened=tuple(opened),
            statistic=space.statistic[: len(plan.posts)].copy(),
            events=int(space.register[at.EVENTS]),
            firings=int(space.register[at.FIRINGS]),
            closed=int(space.register[at.CLOSED]),
            unfinished=int(space.register[at.LIVE]),
            most_live=int(space.register[at.MOST_LIVE]),
            path=path,
            trace=trace,
        )

    def _trace(self) -> Trace | None:
        space = self.space
        if not space.trace_time.size:
            return None
        count = int(space.register[at.TRACED])
        return Trace(
            space.trace_time[:count].copy(), space.trace_began[:count].copy(), space.trace[:count].copy()
        )


def nothing_given(plan: SimulationPlan) -> at.Given:
    """Return no cases under way."""
    return at.Given(
        case=np.zeros((0, plan.width), np.int32),
        case_real=np.zeros((0, plan.moments), np.float64),
        case_key=np.zeros((0, 2), np.uint64),
        item=np.zeros((0, at.GIVEN_COLUMNS), np.int32),
        item_real=np.zeros((0, at.GIVEN_REALS), np.float64),
        entry=np.zeros(0, np.int64),
    )


def allocate(plan: SimulationPlan, sizes: Sizes) -> at.Workspace:
    """Return a workspace of the given sizes."""
    contingencies, posts = len(plan.contingencies), max(1, len(plan.posts))
    asked = sizes.records > 0
    cases = len(plan.given.case) if asked and plan.given else 0
    places = plan.moments // 2 + 1
    return at.Workspace(
        register=_padded(np.zeros, (at.REGISTERS,), np.int64),
        stack=_padded(np.zeros, (sizes.stack,), np.int64),
        when=_padded(np.zeros, (sizes.items + contingencies + 1,), np.float64),
        what=_padded(np.zeros, (sizes.items + contingencies + 1,), np.int32),
        case=_padded(np.zeros, (sizes.slots, plan.width), np.int32),
        case_real=_padded(np.zeros, (sizes.slots, plan.moments), np.float64),
        case_key=_padded(np.zeros, (sizes.slots,), np.uint64),
        item=_padded(np.zeros, (sizes.items, at.ITEM_COLUMNS), np.int32),
        item_time=_padded(np.zeros, (sizes.items,), np.float64),
        desk=_padded(np.zeros, (posts, at.DESK_COLUMNS), np.int32),
        statistic=_padded(np.zeros, (posts, at.STATISTIC_COLUMNS), np.float64),
        link_state=_padded(np.zeros, (max(1, len(plan.tables.channel)), 2), np.float64),
        opened=_padded(np.zeros, (contingencies,), np.int64),
        skipped=_padded(np.zeros, (contingencies,), np.int64),
        sample=_padded(np.empty, (len(plan.samples), sizes.samples), np.float64),
        trace_time=_padded(np.zeros, (sizes.trace,), np.float64),
        trace_began=_padded(np.zeros, (sizes.trace,), np.float64),
        trace=_padded(np.zeros, (sizes.trace, 3), np.int32),
        item_past=_padded(np.zeros, (sizes.items * asked, at.PAST_COLUMNS), np.float64),
        case_past=_padded(np.zeros, (sizes.slots * asked,), np.int32),
        record=_padded(np.zeros, (sizes.records, at.RECORD_COLUMNS), np.float64),
        reached=_padded(np.zeros, (cases, places), np.float64),
        waiting=_padded(np.zeros, (cases * places, len(plan.sources)), np.float64),
    )


def _padded(make: Callable[..., NDArray[Any]], shape: tuple[int, ...], kind: type) -> NDArray[Any]:
    """Return an array with unused memory before and behind it."""
    count, extra = int(np.prod(shape)), PADDING // np.dtype(kind).itemsize
    whole = make(count + 2 * extra, kind)
    return whole[extra : extra + count].reshape(shape)
