"""Posts at work: who takes whose work, queues by priority, time at work, shifts.

Layer: simulator (kernels). Invariants: a desk never begins work beyond its capacity; a queue is served by
its own post while that is on duty, else by the first of its deputies that is; while a serving desk has a free
seat, the queues that it serves are empty.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.agenda import free_item
from renkei.simulator.draws import inlined, kernel

_U = np.uint64


@inlined
def count_queue(space: Any, limits: Any, post: Any, change: Any, now: Any) -> None:
    """Add the time since the last change to the area under the length of a queue."""
    desk, statistic = space.desk[_U(post)], space.statistic[_U(post)]
    span = min(now, limits[at.HORIZON]) - max(statistic[at.S_LAST], limits[at.WARMUP])
    if span > 0.0:
        statistic[at.S_AREA] += span * desk[at.D_QUEUED]
    statistic[at.S_LAST] = now
    desk[at.D_QUEUED] += change


@inlined
def enqueue(space: Any, limits: Any, post: Any, item: Any, now: Any) -> None:
    """Put an item at the end of the queue of its priority."""
    count_queue(space, limits, post, 1, now)
    priority = space.item[_U(item), at.I_PRIORITY]
    desk = space.desk[_U(post)]
    space.item[_U(item), at.I_STATE] = at.QUEUED
    space.item[_U(item), at.I_NEXT] = -1
    space.item_time[_U(item)] = now
    last = desk[_U(at.D_TAIL + priority)]
    if last < 0:
        desk[_U(at.D_HEAD + priority)] = item
    else:
        space.item[_U(last), at.I_NEXT] = item
    desk[_U(at.D_TAIL + priority)] = item


@inlined
def _front(space: Any, post: Any) -> Any:
    """Return the item that is first in a queue, -1 where it is empty; drop cancelled items on the way."""
    desk = space.desk[_U(post)]
    for priority in range(3):
        item = desk[_U(at.D_HEAD + priority)]
        while item >= 0 and space.item[_U(item), at.I_STATE] == at.CANCELLED:
            following = space.item[_U(item), at.I_NEXT]
            free_item(space, item)
            item = following
        desk[_U(at.D_HEAD + priority)] = item
        if item >= 0:
            return int(item)
        desk[_U(at.D_TAIL + priority)] = -1
    return -1


@kernel
def _served(tables: Any, space: Any, desk: Any) -> Any:
    """Return which of the queues that a desk serves now has the item that comes first, or -1."""
    best, best_item = -1, -1
    for i in range(tables.post[_U(desk), at.P_SERVES], tables.post[_U(desk), at.P_SERVES_END]):
        post = tables.lists[_U(i)]
        if space.desk[_U(post), at.D_ACTING] != desk or space.desk[_U(post), at.D_QUEUED] == 0:
            continue
        item = _front(space, post)
        if item < 0:
            continue
        if best_item >= 0:
            rank = space.item[_U(item), at.I_PRIORITY] - space.item[_U(best_item), at.I_PRIORITY]
            if rank > 0 or (rank == 0 and space.item_time[_U(item)] >= space.item_time[_U(best_item)]):
                continue
        best, best_item = int(post), item
    return best


@inlined
def dequeue(tables: Any, space: Any, limits: Any, desk: Any, now: Any) -> Any:
    """Take the item off its queue that a desk with a free seat does next; -1 where there is none."""
    post = desk if tables.post[_U(desk), at.P_ALONE] else _served(tables, space, desk)
    if post < 0 or space.desk[_U(post), at.D_QUEUED] == 0:
        return -1
    item = _front(space, post)
    priority = space.item[_U(item), at.I_PRIORITY]
    following = space.item[_U(item), at.I_NEXT]
    space.desk[_U(post), _U(at.D_HEAD + priority)] = following
    if following < 0:
        space.desk[_U(post), _U(at.D_TAIL + priority)] = -1
    count_queue(space, limits, post, -1, now)
    count_wait(space, limits, post, space.item_time[_U(item)], now)
    return item


@inlined
def count_wait(space: Any, limits: Any, post: Any, entered: Any, now: Any) -> None:
    """Count the wait of an item that is begun now, if it came in the time that counts."""
    if limits[at.WARMUP] <= entered <= limits[at.HORIZON]:
        space.statistic[_U(post), at.S_WAIT] += now - entered
        space.statistic[_U(post), at.S_STARTED] += 1.0


@inlined
def has_seat(space: Any, desk: Any) -> Any:
    """Return whether a desk could begin something now."""
    return desk >= 0 and space.desk[_U(desk), at.D_BUSY] < space.desk[_U(desk), at.D_CAPACITY]


@inlined
def has_work(tables: Any, space: Any, desk: Any) -> Any:
    """Return whether something may wait in a queue that a desk serves now."""
    for i in range(tables.post[_U(desk), at.P_SERVES], tables.post[_U(desk), at.P_SERVES_END]):
        post = tables.lists[_U(i)]
        if space.desk[_U(post), at.D_QUEUED] > 0 and space.desk[_U(post), at.D_ACTING] == desk:
            return True
    return False


@kernel
def on_duty(tables: Any, space: Any, post: Any, begin: Any, end: Any) -> Any:
    """Return for how long a post was on duty between two moments up to now."""
    step, total, until = space.desk[_U(post), at.D_STEP], 0.0, end
    while until > begin:
        since = max(begin, tables.step_time[_U(step)])
        if tables.step_capacity[_U(step)] > 0 and until > since:
            total += until - since
        until = min(until, since)
        step -= 1
    return total


@inlined
def leave_seat(tables: Any, space: Any, limits: Any, desk: Any, began: Any, now: Any) -> None:
    """Free a seat that has been taken since ``began``, and count the time at work."""
    space.desk[_U(desk), at.D_BUSY] -= 1
    count_work(tables, space, limits, desk, began, now)


@inlined
def count_work(tables: Any, space: Any, limits: Any, desk: Any, began: Any, now: Any) -> None:
    """Add the time at work of one seat."""
    begin, end = max(began, limits[at.WARMUP]), min(now, limits[at.HORIZON])
    if end > begin:
        paused = tables.post[_U(desk), at.P_PAUSES]
        worked = on_duty(tables, space, desk, begin, end) if paused else end - begin
        space.statistic[_U(desk), at.S_BUSY] += worked


@kernel
def resting_end(tables: Any, space: Any, desk: Any, now: Any, work: Any) -> Any:
    """Return when work that rests while its post is off duty will be done."""
    step, time, left = space.desk[_U(desk), at.D_STEP], now, work
    last = tables.post[_U(desk), at.P_STEPS_END] - 1
    while True:
        until = tables.step_time[_U(step + 1)] if step < last else np.inf
        if tables.step_capacity[_U(step)] > 0:
            if left <= until - time:
                return time + left
            left -= until - time
        if step == last:
            return np.inf
        time = until
        step += 1


@kernel
def change_shifts(tables: Any, space: Any, now: Any) -> None:
    """Apply every change of capacity up to now, and say anew who serves which queue."""
    position = space.register[at.NEXT_STEP]
    while position < tables.calendar_time.size and tables.calendar_time[_U(position)] <= now:
        desk = space.desk[_U(tables.calendar_post[_U(position)])]
        desk[at.D_CAPACITY] = tables.calendar_capacity[_U(position)]
        desk[at.D_STEP] += 1
        position += 1
    space.register[at.NEXT_STEP] = position
    for post in range(tables.post.shape[0]):
        acting = post if space.desk[_U(post), at.D_CAPACITY] > 0 else -1
        for i in range(tables.post[_U(post), at.P_DEPUTIES], tables.post[_U(post), at.P_DEPUTIES_END]):
            if acting < 0 and space.desk[_U(tables.lists[_U(i)]), at.D_CAPACITY] > 0:
                acting = int(tables.lists[_U(i)])
        space.desk[_U(post), at.D_ACTING] = acting


@kernel
def close_books(tables: Any, space: Any, limits: Any, now: Any) -> None:
    """Count what is under way or queued when a run ends."""
    for item in range(space.register[at.USED_ITEMS]):
        row = space.item[_U(item)]
        if row[at.I_STATE] == at.RUNNING and row[at.I_POST] >= 0:
            count_work(tables, space, limits, row[at.I_POST], space.item_time[_U(item)], now)
    for post in range(tables.post.shape[0]):
        count_queue(space, limits, post, 0, now)
        space.statistic[_U(post), at.S_LEFT] = space.desk[_U(post), at.D_QUEUED]
