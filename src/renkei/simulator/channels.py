"""When a message that is sent now arrives: hours and outages of its channel, delay, translation.

Layer: simulator (kernels). A message leaves at the first moment at which its channel is both open and up;
from then on it takes its delay, and the translation where the two ends share no language.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.draws import draw, inlined, kernel, quantile

_U = np.uint64


@inlined
def next_visit(tables: Any, space: Any, slot: Any, g: Any) -> Any:
    """Count a visit of a case to the element of a group, and return how many there were before."""
    counter = _U(tables.group[_U(g), at.G_VISITS])
    visit = space.case[_U(slot), counter]
    space.case[_U(slot), counter] = visit + 1
    return visit


@inlined
def duration(tables: Any, space: Any, slot: Any, g: Any, visit: Any) -> Any:
    """Return how long the occurrence of a group takes at this visit."""
    row = tables.group[_U(g)]
    u = draw(space.case_key[_U(slot)], tables.group_key[_U(g), 0], visit)
    return quantile(row[at.G_LAW], tables.group_shape[_U(g)], row[at.G_TABLE], tables.quantiles, u)


@inlined
def _opens(tables: Any, channel: Any, time: Any) -> Any:
    """Return the first moment from ``time`` on at which a channel takes messages."""
    low, end = tables.channel[_U(channel), at.H_HOURS], tables.channel[_U(channel), at.H_HOURS_END]
    if low < 0:
        return time
    high = end
    while low < high:
        middle = (low + high) // 2
        if tables.hours[_U(2 * middle + 1)] <= time:
            low = middle + 1
        else:
            high = middle
    return max(time, tables.hours[_U(2 * low)]) if low < end else np.inf


@kernel
def _up(tables: Any, space: Any, channel: Any, now: Any, time: Any, key: Any) -> Any:
    """Return the first moment from ``time`` on at which a channel is not out of order."""
    state = space.link_state[_U(channel)]
    stream = tables.channel_key[_U(channel)]
    mean_up, mean_down = tables.channel_real[_U(channel), 0], tables.channel_real[_U(channel), 1]
    cycle, begin = state[0], state[1]
    while True:
        number = int(cycle)
        fails = begin - np.log(1.0 - draw(key, stream, 2 * number)) * mean_up
        repaired = fails - np.log(1.0 - draw(key, stream, 2 * number + 1)) * mean_down
        if repaired > time:
            return time if time < fails else repaired
        cycle, begin = cycle + 1.0, repaired
        if begin <= now:
            state[0], state[1] = cycle, begin


@kernel
def _departure(tables: Any, space: Any, channel: Any, now: Any, key: Any) -> Any:
    time = now
    while time < np.inf:
        opens = _opens(tables, channel, time)
        if tables.channel[_U(channel), at.H_OUTAGE] == 0 or opens == np.inf:
            return opens
        time = _up(tables, space, channel, now, opens, key)
        if time == opens:
            break
    return time


@kernel
def arrival_of_message(tables: Any, space: Any, slot: Any, link: Any, now: Any, key: Any) -> Any:
    """Return when the message that a case sends now on ``link`` can be received."""
    row = tables.link[_U(link)]
    time = now if row[at.L_CHANNEL] < 0 else _departure(tables, space, row[at.L_CHANNEL], now, key)
    for g in (row[at.L_DELAY], row[at.L_TRANSLATION]):
        if g >= 0:
            time += duration(tables, space, slot, g, next_visit(tables, space, slot, g))
    return time
