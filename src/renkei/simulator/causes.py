"""What running cases wait for: when something arose, what brought it about, and how long it waited.

Layer: simulator (kernels). Kept for forecasts alone. What ends in a case leaves a record that names the one
before it, so that a way leads back from the end of a measure. Only waiting on this way is counted, since what
goes on beside it does not hold the case up. A seat that falls free in another case is no such step; the wait
for it is the post's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.desks import on_duty
from renkei.simulator.draws import kernel

_U = np.uint64


@kernel
def note_arising(space: Any, item: Any, slot: Any, now: Any) -> None:
    """Note when something arises, and what has brought it about."""
    row = space.item_past[_U(item)]
    row[at.Z_AROSE] = now
    row[at.Z_CAUSE] = space.case_past[_U(slot)]


@kernel
def _record(space: Any, item: Any, source: Any, wait: Any) -> None:
    before = space.item_past[_U(item), at.Z_CAUSE]
    slot = space.item[_U(item), at.I_SLOT]
    if source < 0 or wait <= 0.0:
        space.case_past[_U(slot)] = int(before)
        return
    position = space.register[at.RECORDS]
    row = space.record[_U(position)]
    row[at.Q_BEFORE], row[at.Q_SOURCE], row[at.Q_WAIT] = before, source, wait
    space.case_past[_U(slot)] = position
    space.register[at.RECORDS] = position + 1


@kernel
def _waited(tables: Any, space: Any, item: Any, g: Any, now: Any) -> Any:
    """Return for how long the occurrence of a group has waited, time in which its work rests included."""
    arose = space.item_past[_U(item), at.Z_AROSE]
    state, kind = space.item[_U(item), at.I_STATE], tables.group[_U(g), at.G_KIND]
    if state != at.RUNNING or kind == at.DELAY:
        return now - arose
    began = max(space.item_time[_U(item)], arose)
    desk = space.item[_U(item), at.I_POST]
    rested = 0.0
    if desk >= 0 and tables.post[_U(desk), at.P_PAUSES]:
        rested = now - began - on_duty(tables, space, desk, began, now)
    return began - arose + rested


@kernel
def note_end(tables: Any, space: Any, item: Any, g: Any, now: Any) -> None:
    """Record that an occurrence of a group ends, or that its conference begins."""
    _record(space, item, tables.group[_U(g), at.G_SOURCE], _waited(tables, space, item, g, now))


@kernel
def note_arrival(tables: Any, space: Any, item: Any, link: Any, now: Any) -> None:
    """Record that a message arrives."""
    _record(space, item, tables.link[_U(link), at.L_SOURCE], now - space.item_past[_U(item), at.Z_AROSE])


@kernel
def _count_back(space: Any, position: Any, row: Any) -> None:
    """Count the waiting on the way that has led here."""
    while position >= 0:
        past = space.record[_U(position)]
        space.waiting[_U(row), _U(past[at.Q_SOURCE])] += past[at.Q_WAIT]
        position = int(past[at.Q_BEFORE])


@kernel
def _reach(space: Any, slot: Any, place: Any, now: Any) -> None:
    number = space.case[_U(slot), at.NUMBER]
    if number < space.reached.shape[0]:
        space.reached[_U(number), _U(place)] = now
        _count_back(space, int(space.case_past[_U(slot)]), number * space.reached.shape[1] + place)


@kernel
def note_reached(tables: Any, space: Any, slot: Any, measure: Any, now: Any) -> None:
    """Note that a running case has reached the end of a measure (a row of the samples)."""
    contingency = space.case[_U(slot), at.CONTINGENCY]
    _reach(space, slot, measure - tables.contingency[_U(contingency), at.A_SAMPLE], now)


@kernel
def note_over(space: Any, slot: Any, now: Any) -> None:
    """Note that a running case is over."""
    if space.case[_U(slot), at.NUMBER] < space.reached.shape[0]:
        space.register[at.GIVEN_LEFT] -= 1
    _reach(space, slot, space.reached.shape[1] - 1, now)


@kernel
def note_unfinished(tables: Any, space: Any, now: Any) -> None:
    """Where a run is cut, count what is still waiting for each measure without its end."""
    if space.reached.size == 0:
        return
    places = space.reached.shape[1]
    for item in range(space.register[at.USED_ITEMS]):
        row = space.item[_U(item)]
        if row[at.I_STATE] == at.FREE or row[at.I_STATE] == at.CANCELLED:
            continue
        number, what = space.case[_U(row[at.I_SLOT]), at.NUMBER], row[at.I_GROUP]
        if number >= space.reached.shape[0]:
            continue
        if row[at.I_STATE] == at.TRANSIT:
            source, wait = tables.link[_U(what), at.L_SOURCE], now - space.item_past[_U(item), at.Z_AROSE]
        else:
            source, wait = tables.group[_U(what), at.G_SOURCE], _waited(tables, space, item, what, now)
        for place in range(places):
            if source >= 0 and np.isnan(space.reached[_U(number), _U(place)]):
                space.waiting[_U(number * places + place), _U(source)] += wait
