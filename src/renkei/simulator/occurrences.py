"""What is under way of a case: how it ends, is cancelled, and leaves its seats to others.

Layer: simulator (kernels). An item is in the chain of its case and group where its token can be taken away.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.agenda import new_item
from renkei.simulator.causes import note_arising
from renkei.simulator.channels import next_visit
from renkei.simulator.conferences import adjourn
from renkei.simulator.desks import count_queue, leave_seat
from renkei.simulator.draws import inlined, kernel

_U = np.uint64


@inlined
def push(space: Any, slot: Any, value: Any, kind: Any) -> None:
    """Put something to be done in this moment on the stack."""
    top = space.register[at.TOP]
    space.stack[_U(top)] = (slot << 34) | (value << 2) | kind
    space.register[at.TOP] = top + 1


@inlined
def new_occurrence(tables: Any, space: Any, slot: Any, g: Any, now: Any) -> Any:
    """Return an item for an occurrence of a group that takes time."""
    row = space.case[_U(slot)]
    visit = next_visit(tables, space, slot, g)
    item = new_item(space, slot, g, visit, at.RUNNING)
    space.item[_U(item), at.I_PRIORITY] = row[at.PRIORITY]
    row[at.ALIVE] += 1
    if tables.group[_U(g), at.G_SIMPLE] == 0:
        chain = _U(tables.group[_U(g), at.G_CHAIN])
        row[_U(tables.group[_U(g), at.G_COUNT])] += 1
        space.item[_U(item), at.I_CHAIN] = row[chain]
        row[chain] = item
    if space.item_past.size > 0:
        note_arising(space, item, slot, now)
    return item


@kernel
def _unlink(space: Any, slot: Any, chain: Any, item: Any) -> None:
    """Take an item out of the chain of those of its case and group."""
    here = space.case[_U(slot), _U(chain)]
    if here == item:
        space.case[_U(slot), _U(chain)] = space.item[_U(item), at.I_CHAIN]
        return
    while space.item[_U(here), at.I_CHAIN] != item:
        here = space.item[_U(here), at.I_CHAIN]
    space.item[_U(here), at.I_CHAIN] = space.item[_U(item), at.I_CHAIN]


@inlined
def retire(tables: Any, space: Any, item: Any) -> None:
    """Count an item out of its case."""
    slot, g = space.item[_U(item), at.I_SLOT], space.item[_U(item), at.I_GROUP]
    space.case[_U(slot), at.ALIVE] -= 1
    if tables.group[_U(g), at.G_SIMPLE] == 0:
        space.case[_U(slot), _U(tables.group[_U(g), at.G_COUNT])] -= 1
        _unlink(space, slot, tables.group[_U(g), at.G_CHAIN], item)


@inlined
def after_seat(tables: Any, space: Any, desk: Any) -> None:
    """See to it that a seat that has fallen free is used."""
    if not tables.post[_U(desk), at.P_ALONE] or space.desk[_U(desk), at.D_QUEUED] > 0:
        push(space, 0, int(desk), at.DISPATCH)
    if space.register[at.WAITING] > 0:
        push(space, 0, 0, at.CONVENE)


@kernel
def after_meeting(tables: Any, space: Any, slot: Any, g: Any) -> None:
    """See to it that the seats of a conference that has ended are used."""
    seats = tables.group[_U(g), at.G_SEATS]
    for i in range(tables.group[_U(g), at.G_MEMBERS_END] - tables.group[_U(g), at.G_MEMBERS]):
        after_seat(tables, space, space.case[_U(slot), _U(seats + i)])


@kernel
def cancel(tables: Any, space: Any, limits: Any, item: Any, now: Any) -> None:
    """Drop an item whose token has been taken away; its agenda or queue entry is freed when it comes up."""
    row = space.item[_U(item)]
    slot, g = int(row[at.I_SLOT]), int(row[at.I_GROUP])
    retire(tables, space, item)
    if row[at.I_STATE] == at.QUEUED:
        count_queue(space, limits, int(row[at.I_POST]), -1, now)
    elif row[at.I_STATE] == at.MEETING:
        space.register[at.WAITING] -= 1
    elif tables.group[_U(g), at.G_KIND] == at.HELD:
        adjourn(tables, space, limits, slot, g, space.item_time[_U(item)], now)
        after_meeting(tables, space, slot, g)
    elif row[at.I_POST] >= 0:
        desk = int(row[at.I_POST])
        leave_seat(tables, space, limits, desk, space.item_time[_U(item)], now)
        after_seat(tables, space, desk)
    row[at.I_STATE] = at.CANCELLED
