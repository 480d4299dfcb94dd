"""The agenda: what happens when, as a 4-ary heap in two arrays, and the pools of slots and items.

Layer: simulator (kernels). Invariant: ``when[0]`` is the earliest of the ``register[PENDING]`` entries.
An agenda of a few entries costs about the same in any form; with thousands the 4-ary heap was the fastest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from renkei.simulator.draws import inlined
from renkei.simulator.layout import (
    FREE,
    FREE_ITEM,
    FREE_SLOT,
    I_GROUP,
    I_NEXT,
    I_SLOT,
    I_STATE,
    I_VISIT,
    PENDING,
    USED_ITEMS,
    USED_SLOTS,
)

_U = np.uint64


@inlined
def schedule(space: Any, time: Any, what: Any) -> None:
    """Add something to the agenda."""
    when, whats = space.when, space.what
    here = space.register[PENDING]
    space.register[PENDING] = here + 1
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
    count = space.register[PENDING] - 1
    space.register[PENDING] = count
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
    item = space.register[FREE_ITEM]
    if item >= 0:
        space.register[FREE_ITEM] = space.item[_U(item), I_NEXT]
    else:
        item = space.register[USED_ITEMS]
        space.register[USED_ITEMS] = item + 1
    row = space.item[_U(item)]
    row[I_SLOT] = slot
    row[I_GROUP] = group
    row[I_VISIT] = visit
    row[I_STATE] = state
    row[I_NEXT] = -1
    return item


@inlined
def free_item(space: Any, item: Any) -> None:
    """Give an item back to the pool."""
    space.item[_U(item), I_STATE] = FREE
    space.item[_U(item), I_NEXT] = space.register[FREE_ITEM]
    space.register[FREE_ITEM] = item


@inlined
def new_slot(space: Any) -> Any:
    """Return a slot for a case from the pool."""
    slot = space.register[FREE_SLOT]
    if slot >= 0:
        space.register[FREE_SLOT] = space.case[_U(slot), 1]
    else:
        slot = space.register[USED_SLOTS]
        space.register[USED_SLOTS] = slot + 1
    return slot


@inlined
def free_slot(space: Any, slot: Any) -> None:
    """Give a slot back to the pool."""
    space.case[_U(slot), 0] = -1
    space.case[_U(slot), 1] = space.register[FREE_SLOT]
    space.register[FREE_SLOT] = slot
