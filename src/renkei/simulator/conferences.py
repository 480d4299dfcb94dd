"""Conferences: several posts that begin together, when each is on duty and has a free seat.

Layer: simulator (kernels). Waiting conferences stand in line by priority and age, and are tried whenever a
seat falls free or a shift changes, before the queues: else a busy post would never be free for one. None has
work pre-empted for it, and one that cannot begin holds no seat.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.agenda import free_item
from renkei.simulator.desks import has_seat, leave_seat
from renkei.simulator.draws import kernel

_U = np.uint64


@kernel
def call_meeting(space: Any, item: Any, now: Any) -> None:
    """Put a conference in line."""
    space.item[_U(item), at.I_STATE] = at.MEETING
    space.item[_U(item), at.I_NEXT] = -1
    space.item_time[_U(item)] = now
    priority = space.item[_U(item), at.I_PRIORITY]
    last = space.register[_U(at.MEETING_TAIL + priority)]
    if last < 0:
        space.register[_U(at.MEETING_HEAD + priority)] = item
    else:
        space.item[_U(last), at.I_NEXT] = item
    space.register[_U(at.MEETING_TAIL + priority)] = item
    space.register[at.WAITING] += 1


@kernel
def _take_seats(tables: Any, space: Any, slot: Any, g: Any) -> Any:
    """Take a seat of every post of a conference, or none; return whether they were taken."""
    first, last = tables.group[_U(g), at.G_MEMBERS], tables.group[_U(g), at.G_MEMBERS_END]
    seats = tables.group[_U(g), at.G_SEATS]
    for i in range(first, last):
        desk = space.desk[_U(tables.lists[_U(i)]), at.D_ACTING]
        if not has_seat(space, desk):
            for j in range(first, i):
                space.desk[_U(space.case[_U(slot), _U(seats + j - first)]), at.D_BUSY] -= 1
            return False
        space.desk[_U(desk), at.D_BUSY] += 1
        space.case[_U(slot), _U(seats + i - first)] = desk
    return True


@kernel
def convene(tables: Any, space: Any) -> Any:
    """Return the first conference in line whose seats are free, with the seats taken; -1 if there is none."""
    for priority in range(3):
        before = -1
        item = space.register[_U(at.MEETING_HEAD + priority)]
        while item >= 0:
            following = int(space.item[_U(item), at.I_NEXT])
            row = space.item[_U(item)]
            gone = row[at.I_STATE] == at.CANCELLED
            if gone or _take_seats(tables, space, row[at.I_SLOT], row[at.I_GROUP]):
                if before < 0:
                    space.register[_U(at.MEETING_HEAD + priority)] = following
                else:
                    space.item[_U(before), at.I_NEXT] = following
                if following < 0:
                    space.register[_U(at.MEETING_TAIL + priority)] = before
                if not gone:
                    space.register[at.WAITING] -= 1
                    return item
                free_item(space, item)
            else:
                before = item
            item = following
    return -1


@kernel
def adjourn(tables: Any, space: Any, limits: Any, slot: Any, g: Any, began: Any, now: Any) -> None:
    """Free the seats of a conference that has been under way since ``began``."""
    first, last = tables.group[_U(g), at.G_MEMBERS], tables.group[_U(g), at.G_MEMBERS_END]
    seats = tables.group[_U(g), at.G_SEATS]
    for i in range(last - first):
        leave_seat(tables, space, limits, space.case[_U(slot), _U(seats + i)], began, now)
