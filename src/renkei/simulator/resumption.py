"""Cases that are under way when a run begins: their markings, what goes on in them, and since when.

Layer: simulator (kernels). What has lasted for a while is drawn on condition that it has lasted that long:
with S the probability to last longer than that, the duration is the quantile at 1 - S (1 - u). Work that has
lasted longer than its law allows ends at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.agenda import new_item, new_slot, schedule
from renkei.simulator.causes import note_arising
from renkei.simulator.channels import arrival_of_message, duration, next_visit
from renkei.simulator.desks import resting_end
from renkei.simulator.draws import EXPONENTIAL, LOGNORMAL, case_key, draw, kernel, normal_quantile, quantile
from renkei.simulator.occurrences import new_occurrence

_U = np.uint64
TRIES = 64
"""Draws of delay and translation together until they outlast what has elapsed; then it is as if sent anew."""


@kernel
def resume_cases(tables: Any, space: Any, given: Any, key: Any) -> None:
    """Put the given cases into the first slots, and what is under way in them on the agenda."""
    count = given.case.shape[0]
    if count == 0:
        return
    for number in range(count):
        _resume_case(tables, space, given, number, key)
    space.opened[:] = count
    space.register[at.LIVE] = count
    space.register[at.GIVEN_LEFT] = count
    space.register[at.MOST_LIVE] = count
    schedule(space, 0.0, -1 - tables.contingency.shape[0])  # before what ends at 0, since it comes first
    for position in range(given.item.shape[0]):
        row, reals = given.item[_U(position)], given.item_real[_U(position)]
        if row[at.B_STATE] == at.TRANSIT:
            _resume_message(tables, space, row[at.B_SLOT], row[at.B_WHAT], reals, key)
        else:
            _resume_work(tables, space, row, reals)


@kernel
def _resume_case(tables: Any, space: Any, given: Any, number: Any, key: Any) -> None:
    slot = new_slot(space)
    row, reals = space.case[_U(slot)], space.case_real[_U(slot)]
    for i in range(row.size):
        row[_U(i)] = given.case[_U(number), _U(i)]
    for i in range(reals.size):
        reals[_U(i)] = given.case_real[_U(number), _U(i)]
    space.case_key[_U(slot)] = case_key(key, given.case_key[_U(number), 0], given.case_key[_U(number), 1])
    space.case_past[_U(slot)] = -1
    space.reached[_U(number), :] = np.nan
    contingency = tables.contingency[_U(space.case[_U(slot), at.CONTINGENCY])]
    first = contingency[at.A_SAMPLE]
    for measure in range(first, contingency[at.A_SAMPLE_END]):
        time = reals[_U(2 * (measure - first) + 1)] - reals[_U(2 * (measure - first))]
        space.sample[_U(measure), _U(number)] = time
        if not np.isnan(time):
            space.reached[_U(number), _U(measure - first)] = 0.0


@kernel
def put_entries(space: Any, given: Any) -> None:
    """Put on the stack what may happen at once in the given cases."""
    for position in range(given.entry.size):
        space.stack[_U(position)] = given.entry[_U(position)]
    space.register[at.TOP] = given.entry.size


@kernel
def _resume_message(tables: Any, space: Any, slot: Any, link: Any, reals: Any, key: Any) -> None:
    item = new_item(space, slot, link, 0, at.TRANSIT)
    space.case[_U(slot), at.ALIVE] += 1
    note_arising(space, item, slot, 0.0)
    schedule(space, _rest_of_message(tables, space, slot, link, reals, key), item)


@kernel
def _rest_of_message(tables: Any, space: Any, slot: Any, link: Any, reals: Any, key: Any) -> Any:
    """Return when a message arrives that left some time ago, or has not been able to leave."""
    delay, translation = tables.link[_U(link), at.L_DELAY], tables.link[_U(link), at.L_TRANSLATION]
    elapsed = reals[at.E_ELAPSED]
    if elapsed <= 0.0:
        return arrival_of_message(tables, space, slot, link, 0.0, key)
    if delay < 0 or translation < 0:
        g = max(delay, translation)
        return 0.0 if g < 0 else _rest(tables, space, slot, g, next_visit(tables, space, slot, g), reals)
    whole = 0.0
    for _ in range(TRIES):
        whole = duration(tables, space, slot, delay, next_visit(tables, space, slot, delay))
        whole += duration(tables, space, slot, translation, next_visit(tables, space, slot, translation))
        if whole > elapsed:
            return whole - elapsed
    return whole


@kernel
def _resume_work(tables: Any, space: Any, given: Any, reals: Any) -> None:
    slot, g, desk = given[at.B_SLOT], given[at.B_WHAT], given[at.B_DESK]
    item = new_occurrence(tables, space, slot, g, 0.0)
    row = space.item[_U(item)]
    row[at.I_POST] = desk
    space.item_time[_U(item)] = reals[at.E_BEGAN]
    end = _rest(tables, space, slot, g, row[at.I_VISIT], reals)
    if desk >= 0:
        space.desk[_U(desk), at.D_BUSY] += 1
        if tables.post[_U(desk), at.P_PAUSES]:
            end = resting_end(tables, space, desk, 0.0, end)
    elif tables.group[_U(g), at.G_KIND] == at.HELD:
        _sit_down(tables, space, slot, g)
    schedule(space, end, item)


@kernel
def _sit_down(tables: Any, space: Any, slot: Any, g: Any) -> None:
    """Take the seats of a conference that is being held, on duty or not."""
    first, last = tables.group[_U(g), at.G_MEMBERS], tables.group[_U(g), at.G_MEMBERS_END]
    for i in range(first, last):
        post = tables.lists[_U(i)]
        desk = post if space.desk[_U(post), at.D_ACTING] < 0 else space.desk[_U(post), at.D_ACTING]
        space.desk[_U(desk), at.D_BUSY] += 1
        space.case[_U(slot), _U(tables.group[_U(g), at.G_SEATS] + i - first)] = desk


@kernel
def _rest(tables: Any, space: Any, slot: Any, g: Any, visit: Any, reals: Any) -> Any:
    """Return how much longer something takes that has lasted for a while."""
    row, shape = tables.group[_U(g)], tables.group_shape[_U(g)]
    elapsed, left = reals[at.E_ELAPSED], reals[at.E_LEFT]
    u = draw(space.case_key[_U(slot)], tables.group_key[_U(g), 0], visit)
    if row[at.G_LAW] == EXPONENTIAL:
        return -np.log(1.0 - u) * shape[0]
    if left <= 0.0:
        return 0.0
    if row[at.G_LAW] == LOGNORMAL and left < 1.0:
        return max(0.0, np.exp(shape[0] - shape[1] * normal_quantile(left * (1.0 - u))) - elapsed)
    if left < 1.0:
        u = 1.0 - left * (1.0 - u)
    return max(0.0, quantile(row[at.G_LAW], shape, row[at.G_TABLE], tables.quantiles, u) - elapsed)
