"""The agenda: what happens when, as a 4-ary heap in two arrays, and the pools of slots and items.

Layer: simulator (kernels). Invariant: ``when[0]`` is the earliest of the ``register[PENDING]`` entries.
An agenda of a few entries costs about the same in any form; with thousands the 4-ary heap was the fastest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.draws import inlined

_U = np.uint64


@inlined
def schedule(space: Any, time: Any, what: Any) -> None:
    """Add something to the agenda."""
    when, whats = space.when, space.what
    here = space.register[at.PENDING]
    space.register[at.PENDING] = here + 1
    while here > 0:
        above = (here - 1) >> 2
        if when[_U(above)] <= time:
            break
        when[_U(here)] = when[_U(above)]
        whats[_U(here)] = whats[_U(above)]
        here = above
    when[_U(here)] = time
    whats[_U(here)] = what


@inlined
def remove_first(space: Any) -> Any:
    """Take the earliest entry off the agenda and return what it is."""
    when, whats = space.when, space.what
    first = whats[0]
    count = space.register[at.PENDING] - 1
    space.register[at.PENDING] = count
    time, what = when[_U(count)], whats[_U(count)]
    here = 0
    while True:
        child = (here << 2) + 1
        if child >= count:
            break
        least, earliest = child, when[_U(child)]
        for other in range(child + 1, min(child + 4, count)):
            candidate = when[_U(other)]
            if candidate < earliest:
                least, earliest = other, candidate
        if earliest >= time:
            break
        when[_U(here)] = earliest
        whats[_U(here)] = whats[_U(least)]
        here = least
    when[_U(here)] = time
    whats[_U(here)] = what
    return first


@inlined
def new_item(space: Any, slot: Any, group: Any, visit: Any, state: Any) -> Any:
    """Return an item from the pool."""
    item = space.register[at.FREE_ITEM]
    if item >= 0:
        space.register[at.FREE_ITEM] = space.item[_U(item), at.I_NEXT]
    else:
        item = space.register[at.USED_ITEMS]
        space.register[at.USED_ITEMS] = item + 1
    row = space.item[_U(item)]
    row[at.I_SLOT] = slot
    row[at.I_GROUP] = group
    row[at.I_VISIT] = visit
    row[at.I_STATE] = state
    row[at.I_NEXT] = -1
    return item


@inlined
def free_item(space: Any, item: Any) -> None:
    """Give an item back to the pool."""
    space.item[_U(item), at.I_STATE] = at.FREE
    space.item[_U(item), at.I_NEXT] = space.register[at.FREE_ITEM]
    space.register[at.FREE_ITEM] = item


@inlined
def new_slot(space: Any) -> Any:
    """Return a slot for a case from the pool."""
    slot = space.register[at.FREE_SLOT]
    if slot >= 0:
        space.register[at.FREE_SLOT] = space.case[_U(slot), 1]
    else:
        slot = space.register[at.USED_SLOTS]
        space.register[at.USED_SLOTS] = slot + 1
    return slot


@inlined
def free_slot(space: Any, slot: Any) -> None:
    """Give a slot back to the pool."""
    space.case[_U(slot), 0] = -1
    space.case[_U(slot), 1] = space.register[at.FREE_SLOT]
    space.register[at.FREE_SLOT] = slot
