"""The token game of a case under the clock: which alternative of a group fires, and what firing does.

Layer: simulator (kernels).
FAST: same as net.game, on the places that more than one group looks at; a place that only one group takes
from, one token at a time, has no field: its token goes to that group at once. Held by
tests/simulator/test_paths.py, which replays recorded runs on a token game of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.agenda import new_item, schedule
from renkei.simulator.causes import note_arising, note_reached
from renkei.simulator.channels import arrival_of_message
from renkei.simulator.draws import draw, inlined, kernel
from renkei.simulator.occurrences import cancel, push

_U = np.uint64
MANY = 1 << 30


@inlined
def degree(tables: Any, space: Any, slot: Any, t: Any) -> Any:
    """Return how often at once a transition is enabled; 0 where it is not."""
    row, lists = space.case[_U(slot)], tables.lists
    most = MANY
    for i in range(tables.transition[_U(t), at.T_TAKE], tables.transition[_U(t), at.T_TAKE_END], 3):
        tokens, weight = row[_U(lists[_U(i)])], lists[_U(i + 1)]
        if tokens < weight:
            return 0
        if lists[_U(i + 2)] > 0:
            most = min(most, tokens // weight)
    for i in range(tables.condition[_U(t), at.C_INHIBIT], tables.condition[_U(t), at.C_INHIBIT_END]):
        if row[_U(lists[_U(i)])] > 0:
            return 0
    first, last = tables.condition[_U(t), at.C_ANY], tables.condition[_U(t), at.C_ANY_END]
    found = first == last
    for i in range(first, last):
        found = found or row[_U(lists[_U(i)])] > 0
    if not found:
        return 0
    return 1 if most == MANY else most


@kernel
def group_degree(tables: Any, space: Any, slot: Any, g: Any) -> Any:
    """Return how often at once a group may happen."""
    most = 0
    for t in range(tables.group[_U(g), at.G_FIRST], tables.group[_U(g), at.G_LAST]):
        most = max(most, degree(tables, space, slot, t))
    return most


@kernel
def _drop_lost(tables: Any, space: Any, limits: Any, slot: Any, first: Any, last: Any, now: Any) -> None:
    """Cancel what is under way and has lost its token: at once, for another token may come in this moment."""
    for i in range(first, last):
        g = tables.lists[_U(i)]
        wanted = group_degree(tables, space, slot, g)
        count, chain = _U(tables.group[_U(g), at.G_COUNT]), _U(tables.group[_U(g), at.G_CHAIN])
        while space.case[_U(slot), count] > wanted:
            cancel(tables, space, limits, int(space.case[_U(slot), chain]), now)


@kernel
def _enabled_choice(tables: Any, space: Any, slot: Any, g: Any, u: Any) -> Any:
    """Choose among the enabled alternatives by weight; equally where none of them has a weight."""
    first, last = tables.group[_U(g), at.G_FIRST], tables.group[_U(g), at.G_LAST]
    total, count, only = 0.0, 0, -1
    for t in range(first, last):
        if degree(tables, space, slot, t) > 0:
            total += tables.weight[_U(t)]
            count += 1
            only = t
    if count == 1:
        return only
    left = u * (total if total > 0.0 else float(count))
    chosen = -1
    for t in range(first, last):
        weight = tables.weight[_U(t)] if total > 0.0 else 1.0
        if weight > 0.0 and degree(tables, space, slot, t) > 0:
            chosen = t
            left -= weight
            if left < 0.0:
                break
    return chosen


@inlined
def choose(tables: Any, space: Any, slot: Any, g: Any, visit: Any) -> Any:
    """Return the alternative of a group that fires."""
    row = tables.group[_U(g)]
    first, last = row[at.G_FIRST], row[at.G_LAST]
    if last - first == 1:
        return int(first)
    u = draw(space.case_key[_U(slot)], tables.group_key[_U(g), 1], visit)
    if row[at.G_SIMPLE] == 0:
        return int(_enabled_choice(tables, space, slot, g, u))
    t = int(first)
    while t < last - 1 and u >= tables.weight[_U(t)]:
        t += 1
    return t


@kernel
def _mark(tables: Any, space: Any, slot: Any, first: Any, last: Any, now: Any) -> None:
    """Note the moments of measures that this firing is the last part of."""
    row, reals, lists = space.case[_U(slot)], space.case_real[_U(slot)], tables.lists
    for i in range(first, last, 6):
        seen, left = _U(lists[_U(i)]), _U(lists[_U(i + 1)])
        if row[seen] != 0:
            continue
        row[seen] = 1
        row[left] -= 1
        if row[left] != 0:
            continue
        moment, other = lists[_U(i + 2)], lists[_U(i + 3)]
        reals[_U(moment)] = now
        if not np.isnan(reals[_U(other)]):
            begin, end = (moment, other) if moment < other else (other, moment)
            number = space.case[_U(slot), at.NUMBER]
            space.sample[_U(lists[_U(i + 4)]), _U(number)] = reals[_U(end)] - reals[_U(begin)]
            if space.reached.size > 0:
                note_reached(tables, space, slot, lists[_U(i + 4)], now)


@kernel
def _send(tables: Any, space: Any, slot: Any, first: Any, last: Any, now: Any, key: Any) -> None:
    for i in range(first, last):
        link = tables.lists[_U(i)]
        time = arrival_of_message(tables, space, slot, link, now, key)
        space.case[_U(slot), at.ALIVE] += 1
        item = new_item(space, slot, link, 0, at.TRANSIT)
        schedule(space, time, item)
        if space.item_past.size > 0:
            note_arising(space, item, slot, now)


@kernel
def record(space: Any, slot: Any, what: Any, now: Any) -> None:
    """Add a firing, or the arrival of a message, to the trace."""
    position = space.register[at.TRACED]
    space.trace_time[_U(position)] = now
    space.trace[_U(position), 0] = space.case[_U(slot), at.CONTINGENCY]
    space.trace[_U(position), 1] = space.case[_U(slot), at.NUMBER]
    space.trace[_U(position), 2] = what
    space.trace_began[_U(position + 1)] = np.nan
    space.register[at.TRACED] = position + 1


@inlined
def fire(tables: Any, space: Any, limits: Any, slot: Any, t: Any, now: Any, key: Any) -> Any:
    """Take, clear, give; then put on the stack what the firing may have enabled, but for one token.

    Returns the group that this token goes to, or -1.
    """
    arcs, lists = tables.transition[_U(t)], tables.lists
    row = space.case[_U(slot)]
    space.register[at.FIRINGS] += 1
    if space.trace_time.size > 0:
        record(space, slot, tables.transition[_U(t), at.T_SOURCE], now)
    for i in range(arcs[at.T_TAKE], arcs[at.T_TAKE_END], 3):
        row[_U(lists[_U(i)])] -= lists[_U(i + 1)]
    for i in range(arcs[at.T_CLEAR], arcs[at.T_CLEAR_END]):
        row[_U(lists[_U(i)])] = 0
    for i in range(arcs[at.T_GIVE], arcs[at.T_GIVE_END], 2):
        row[_U(lists[_U(i)])] += lists[_U(i + 1)]
    if arcs[at.T_MARK] < arcs[at.T_MARK_END]:
        _mark(tables, space, slot, arcs[at.T_MARK], arcs[at.T_MARK_END], now)
    if arcs[at.T_SEND] < arcs[at.T_SEND_END]:
        _send(tables, space, slot, arcs[at.T_SEND], arcs[at.T_SEND_END], now, key)
    if arcs[at.T_WAKE] < arcs[at.T_LOSS_END]:
        _drop_lost(tables, space, limits, slot, arcs[at.T_WAKE], arcs[at.T_LOSS_END], now)
    for i in range(arcs[at.T_WAKE], arcs[at.T_WAKE_END]):
        push(space, slot, int(lists[_U(i)]), at.EVALUATE)
    first, last = arcs[at.T_TOKEN], arcs[at.T_TOKEN_END] - 1
    for i in range(first, last):
        push(space, slot, int(lists[_U(i)]), at.TOKEN)
    return int(lists[_U(last)]) if last >= first else -1
