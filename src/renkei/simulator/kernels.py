"""One replication: the event loop.

Layer: simulator (kernels). One call simulates one replication on a workspace that the caller has allocated;
nothing is allocated here. Where the workspace is too small the kernel stops and says which part was; the
caller enlarges it and starts the replication anew, with the same numbers.

An event (a case opens, work or a delay ends, a message arrives, shifts change) is followed through on a stack
until nothing more can happen in that moment.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from renkei.simulator import layout as at
from renkei.simulator.agenda import free_item, free_slot, new_slot, remove_first, schedule
from renkei.simulator.causes import note_arrival, note_end, note_over, note_unfinished
from renkei.simulator.channels import duration, next_visit
from renkei.simulator.conferences import adjourn, call_meeting, convene
from renkei.simulator.desks import (
    change_shifts,
    close_books,
    count_wait,
    dequeue,
    enqueue,
    has_seat,
    has_work,
    leave_seat,
    resting_end,
)
from renkei.simulator.draws import SETTINGS, case_key, draw, inlined, kernel
from renkei.simulator.firing import choose, fire, group_degree, record
from renkei.simulator.occurrences import after_meeting, after_seat, new_occurrence, push, retire
from renkei.simulator.resumption import put_entries, resume_cases

_U = np.uint64
SOURCES = "3dadc08fd00603ef"
"""Hash of the modules of kernels that are imported here. numba keeps compiled kernels beside the sources and
compiles anew when the source of this file changes, but does not look at others: this line changes with them
(tests/simulator/test_kernels.py says to what)."""
CIRCLE_LENGTH = 1_000_000
"""Steps in one moment after which a case is taken to run in a circle without time passing."""
CHECK_MASK = 15
"""Whether the workspace is full is looked at when an event begins, and after every 16 steps of it."""
ROOM = 20
"""Times the margin of a plan that there has to be room for: the steps between two checks, and a few more."""
WAITS = -2


@inlined
def _next_arrival(tables: Any, space: Any, limits: Any, c: Any, now: Any, key: Any) -> None:
    """Put the next arrival of a contingency on the agenda; none from the horizon on."""
    row, number = tables.contingency[_U(c)], space.opened[_U(c)]
    reals = tables.contingency_real[_U(c)]
    if row[at.A_KIND] == at.POISSON:
        stream = tables.contingency_key[_U(c), 0]
        time = now - np.log(1.0 - draw(key, stream, number)) * reals[at.R_INTERVAL]
    elif row[at.A_KIND] == at.EVERY:
        time = reals[at.R_FIRST] + number * reals[at.R_INTERVAL]
    else:
        position = row[at.A_TIMES] + number
        time = tables.times[_U(position)] if position < row[at.A_TIMES_END] else np.inf
    if time < limits[at.HORIZON]:
        schedule(space, time, -1 - c)
    else:
        space.register[at.COMING] -= 1


@inlined
def _open_case(tables: Any, space: Any, limits: Any, c: Any, now: Any, key: Any) -> Any:
    """Open a case of a contingency and return its slot."""
    slot, number = new_slot(space), space.opened[_U(c)]
    space.opened[_U(c)] = number + 1
    if now < limits[at.WARMUP]:
        space.skipped[_U(c)] += 1
    row, blank = space.case[_U(slot)], tables.blank[_U(c)]
    for i in range(blank.size):
        row[_U(i)] = blank[_U(i)]
    own = case_key(key, tables.contingency_key[_U(c), 1], number)
    space.case_key[_U(slot)] = own
    row[at.NUMBER] = number
    reals = tables.contingency_real[_U(c)]
    if reals[at.R_NORMAL] < 1.0 or reals[at.R_HIGH] > 0.0:
        u = draw(own, tables.contingency_key[_U(c), 2], 0)
        row[at.PRIORITY] = 0 if u < reals[at.R_HIGH] else (1 if u < reals[at.R_NORMAL] else 2)
    _begin_books(tables, space, slot, c, number, now)
    for i in range(tables.contingency[_U(c), at.A_START], tables.contingency[_U(c), at.A_START_END]):
        entry = tables.lists[_U(i)]
        push(space, slot, int(entry >> 2), int(entry & 3))
    register = space.register
    register[at.LIVE] += 1
    register[at.MOST_LIVE] = max(register[at.MOST_LIVE], register[at.LIVE])
    return slot


@inlined
def _close_case(space: Any, slot: Any, now: Any) -> None:
    """Close a case in which nothing is under way any more."""
    if space.reached.size > 0:
        note_over(space, slot, now)
    space.register[at.CLOSED] += 1
    space.register[at.LIVE] -= 1
    free_slot(space, slot)


@inlined
def _begin_books(tables: Any, space: Any, slot: Any, c: Any, number: Any, now: Any) -> None:
    row, reals = tables.contingency[_U(c)], space.case_real[_U(slot)]
    if space.item_past.size > 0:
        space.case_past[_U(slot)] = -1
    for i in range(reals.size):
        reals[_U(i)] = np.nan
    for i in range(row[at.A_OPENED], row[at.A_OPENED_END]):
        reals[_U(tables.lists[_U(i)])] = now
    for measure in range(row[at.A_SAMPLE], row[at.A_SAMPLE_END]):
        space.sample[_U(measure), _U(number)] = np.nan


@kernel
def _evaluate(tables: Any, space: Any, slot: Any, g: Any) -> Any:
    """Return whether a group may happen once more than is under way."""
    wanted = group_degree(tables, space, slot, g)
    if tables.group[_U(g), at.G_KIND] == at.NOW:
        return wanted > 0
    count = _U(tables.group[_U(g), at.G_COUNT])
    if wanted > space.case[_U(slot), count] + 1:
        push(space, slot, g, at.EVALUATE)
    return wanted > space.case[_U(slot), count]


@inlined
def _arise(tables: Any, space: Any, limits: Any, item: Any, g: Any, now: Any) -> Any:
    """Let something begin, or wait for its post; return the desk, -1 where none is needed, or WAITS."""
    kind = tables.group[_U(g), at.G_KIND]
    if kind == at.WORK:
        post = tables.group[_U(g), at.G_POST]
        if post < 0:
            return -1
        desk = int(space.desk[_U(post), at.D_ACTING])
        if has_seat(space, desk):
            count_wait(space, limits, int(post), now, now)
            return desk
        space.item[_U(item), at.I_POST] = post
        enqueue(space, limits, int(post), item, now)
        return WAITS
    if kind == at.MEET:
        call_meeting(space, item, now)
        push(space, 0, 0, at.CONVENE)
        return WAITS
    return -1


@inlined
def _begin(tables: Any, space: Any, item: Any, desk: Any, now: Any) -> None:
    """Begin an occurrence: its end goes on the agenda."""
    row = space.item[_U(item)]
    slot, g = row[at.I_SLOT], row[at.I_GROUP]
    time = duration(tables, space, slot, g, row[at.I_VISIT])
    end = now + time
    row[at.I_STATE] = at.RUNNING
    row[at.I_POST] = desk
    space.item_time[_U(item)] = now
    if desk >= 0:
        space.desk[_U(desk), at.D_BUSY] += 1
        if tables.post[_U(desk), at.P_PAUSES]:
            end = resting_end(tables, space, desk, now, time)
    schedule(space, end, item)


@inlined
def _end(tables: Any, space: Any, limits: Any, item: Any, now: Any) -> None:
    """End an occurrence that takes time: its seats fall free."""
    row = space.item[_U(item)]
    slot, g, desk = int(row[at.I_SLOT]), int(row[at.I_GROUP]), int(row[at.I_POST])
    began = space.item_time[_U(item)]
    if space.trace_began.size > 0:
        # The firing that follows is the next of the trace.
        space.trace_began[_U(space.register[at.TRACED])] = began
    if space.item_past.size > 0:
        note_end(tables, space, item, g, now)
    retire(tables, space, item)
    free_item(space, item)
    if desk >= 0:
        leave_seat(tables, space, limits, desk, began, now)
        after_seat(tables, space, desk)
    elif tables.group[_U(g), at.G_KIND] == at.HELD:
        adjourn(tables, space, limits, slot, g, began, now)
        after_meeting(tables, space, slot, g)


@inlined
def _deliver(tables: Any, space: Any, slot: Any, link: Any) -> None:
    """Let a message arrive."""
    row = tables.link[_U(link)]
    space.case[_U(slot), at.ALIVE] -= 1
    if row[at.L_GROUP] >= 0:
        push(space, slot, int(row[at.L_GROUP]), at.TOKEN)
    elif row[at.L_OFFSET] >= 0:
        space.case[_U(slot), _U(row[at.L_OFFSET])] += 1
        for i in range(row[at.L_WAKE], row[at.L_WAKE_END]):
            push(space, slot, int(tables.lists[_U(i)]), at.EVALUATE)


@kernel
def _shift(tables: Any, space: Any, now: Any) -> None:
    """Change the shifts, and let whoever has a free seat now begin."""
    change_shifts(tables, space, now)
    for desk in range(tables.post.shape[0] - 1, -1, -1):
        if has_seat(space, desk) and has_work(tables, space, desk):
            push(space, 0, desk, at.DISPATCH)
    if space.register[at.WAITING] > 0:
        push(space, 0, 0, at.CONVENE)


@kernel
def _reset(tables: Any, space: Any, limits: Any, key: Any, given: Any) -> None:
    register = space.register
    register[:] = 0
    register[at.FREE_ITEM] = -1
    register[at.FREE_SLOT] = -1
    register[at.MEETING_HEAD : at.MEETING_TAIL + 3] = -1
    space.statistic[:] = 0.0
    space.opened[:] = 0
    space.skipped[:] = 0
    space.link_state[:] = 0.0
    space.desk[:] = 0
    if space.trace_began.size > 0:
        space.trace_began[0] = np.nan
    for post in range(tables.post.shape[0]):
        desk = space.desk[post]
        desk[at.D_HEAD : at.D_TAIL + 3] = -1
        desk[at.D_CAPACITY] = tables.post[post, at.P_SEATS]
        desk[at.D_STEP] = tables.post[post, at.P_STEPS]
    change_shifts(tables, space, 0.0)
    resume_cases(tables, space, given, key)
    register[at.COMING] = tables.contingency.shape[0]
    for c in range(tables.contingency.shape[0]):
        _next_arrival(tables, space, limits, c, 0.0, key)


@kernel
def _mark_unfinished(tables: Any, space: Any) -> None:
    """Tell the cases that are still under way from those that ended without the event: infinite, not NaN."""
    for slot in range(space.register[at.USED_SLOTS]):
        row = space.case[_U(slot)]
        if row[at.ALIVE] < 0:
            continue
        contingency = tables.contingency[_U(row[at.CONTINGENCY])]
        for measure in range(contingency[at.A_SAMPLE], contingency[at.A_SAMPLE_END]):
            if np.isnan(space.sample[_U(measure), _U(row[at.NUMBER])]):
                space.sample[_U(measure), _U(row[at.NUMBER])] = np.inf


@kernel
def _is_full(space: Any, room: Any) -> Any:
    """Return which part of a workspace is too small to go on, or 0."""
    register = space.register
    if register[at.TOP] + room > space.stack.size:
        return at.FULL_STACK
    if register[at.USED_ITEMS] + room > space.item.shape[0]:
        return at.FULL_ITEMS
    if space.trace_time.size > 0 and register[at.TRACED] + room > space.trace_time.size:
        return at.FULL_TRACE
    if space.item_past.size > 0 and register[at.RECORDS] + room > space.record.shape[0]:
        return at.FULL_RECORDS
    return 0


@inlined
def _cases_full(space: Any, c: Any) -> Any:
    if space.register[at.USED_SLOTS] + 1 > space.case.shape[0]:
        return at.FULL_SLOTS
    return at.FULL_SAMPLES if space.opened[_U(c)] >= space.sample.shape[1] else 0


@inlined
def _follow(
    tables: Any, space: Any, limits: Any, slot: Any, ended: Any, visit: Any, now: Any, key: Any, room: Any
) -> Any:
    """Follow one event through until nothing more can happen in this moment.

    ``ended`` is the group whose occurrence has ended in the case ``slot``, or -1. Of the tokens that a firing
    gives, one goes on at once; the others wait on the stack. Returns what ``run_replication`` returns.
    """
    register, choosing, acting, token, steps = space.register, ended, slot, -1, 0
    while True:
        if choosing >= 0:
            firing = choose(tables, space, acting, choosing, visit)
            token = fire(tables, space, limits, acting, firing, now, key)
            choosing = -1
        if steps & CHECK_MASK == 0:
            full = _is_full(space, room)
            if full != 0 or steps > CIRCLE_LENGTH:
                return full if full != 0 else at.CIRCLE
        steps += 1
        kind, value = at.TOKEN, token
        if token < 0:
            if register[at.TOP] == 0:
                return at.DONE
            register[at.TOP] -= 1
            entry = space.stack[_U(register[at.TOP])]
            kind, value, acting = entry & 3, (entry >> 2) & 0xFFFFFFFF, entry >> 34
        token, starting, desk = -1, -1, -1
        if kind == at.TOKEN or (kind == at.EVALUATE and _evaluate(tables, space, acting, value)):
            if tables.group[_U(value), at.G_KIND] == at.NOW:
                choosing = value
                visit = next_visit(tables, space, acting, value) if tables.group[_U(value), at.G_DRAWS] else 0
            else:
                fresh = new_occurrence(tables, space, acting, value, now)
                desk = _arise(tables, space, limits, fresh, value, now)
                starting = fresh if desk != WAITS else -1
        elif kind == at.DISPATCH:
            if has_seat(space, value):
                starting, desk = dequeue(tables, space, limits, value, now), value
                if starting >= 0 and has_seat(space, value):
                    push(space, 0, value, at.DISPATCH)
        elif kind == at.CONVENE:
            item = convene(tables, space)
            if item >= 0:
                push(space, 0, 0, at.CONVENE)
                row = space.item[_U(item)]
                acting, choosing, visit = int(row[at.I_SLOT]), int(row[at.I_GROUP]), int(row[at.I_VISIT])
                if space.item_past.size > 0:
                    note_end(tables, space, item, choosing, now)
                retire(tables, space, item)
                free_item(space, item)
        if starting >= 0:
            _begin(tables, space, starting, desk, now)


@njit(cache=True, **SETTINGS)
def run_replication(tables: Any, space: Any, limits: Any, key: Any, room: Any, given: Any) -> Any:
    """Simulate one replication.

    Args:
        tables: The plan.
        space: The workspace; afterwards it holds the results.
        limits: Seconds after the begin: end of the warm-up, horizon, and when the run is cut.
        key: Key of the replication.
        room: Most entries that the steps between two checks add to the stack, the items or the trace.
        given: The cases that are under way at the begin.

    Returns:
        ``DONE``, ``CIRCLE``, or which part of the workspace was too small.
    """
    _reset(tables, space, limits, key, given)
    register, now = space.register, 0.0
    given_code = -1 - tables.contingency.shape[0]
    while register[at.LIVE] > 0 or register[at.COMING] > 0:
        slot, ended, visit, what = -1, -1, 0, 0
        event_time = space.when[0] if register[at.PENDING] > 0 else np.inf
        step = register[at.NEXT_STEP]
        shift_time = tables.calendar_time[_U(step)] if step < tables.calendar_time.size else np.inf
        time = min(event_time, shift_time)
        if time > limits[at.END] or time == np.inf:
            break
        now = time
        if shift_time <= event_time:
            _shift(tables, space, now)
        else:
            what = int(remove_first(space))
            if what == given_code:
                put_entries(space, given)
            elif what < 0:
                full = _cases_full(space, -1 - what)
                if full != 0:
                    return full
                slot = _open_case(tables, space, limits, -1 - what, now, key)
                _next_arrival(tables, space, limits, -1 - what, now, key)
            else:
                state = space.item[_U(what), at.I_STATE]
                if state == at.CANCELLED:
                    free_item(space, what)
                    continue
                slot, group = int(space.item[_U(what), at.I_SLOT]), int(space.item[_U(what), at.I_GROUP])
                if state == at.TRANSIT:
                    if space.item_past.size > 0:
                        note_arrival(tables, space, what, group, now)
                    if space.trace_time.size > 0:
                        record(space, slot, -1 - group, now)
                    free_item(space, what)
                    _deliver(tables, space, slot, group)
                else:
                    ended, visit = group, int(space.item[_U(what), at.I_VISIT])
                    _end(tables, space, limits, what, now)
            register[at.EVENTS] += 1
        status = _follow(tables, space, limits, slot, ended, visit, now, key, room)
        if status != at.DONE:
            return status
        if slot >= 0:
            if space.case[_U(slot), at.ALIVE] == 0:
                _close_case(space, slot, now)
                if given.case.size > 0 and register[at.GIVEN_LEFT] == 0:
                    break
        elif what == given_code:
            for number in range(given.case.shape[0]):
                if space.case[_U(number), at.ALIVE] == 0:
                    _close_case(space, number, now)
    if register[at.LIVE] > 0:
        now = limits[at.END]
        note_unfinished(tables, space, now)
        _mark_unfinished(tables, space)
    close_books(tables, space, limits, now)
    return at.DONE
