"""The token game on packed markings, under numba: exploration of every marking that can be reached.

Layer: net. The same game as ``game.py``, a few word operations a transition for all places at once; held by
``tests/net/test_agreement.py``. States are compared in full: a hash only says where to look.

Breadth first, so the first state found of a kind has a shortest path. The kernel returns when it needs more
room, and after a number of states, so that a caller can show progress or stop.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from renkei.net.marking import UNSAFE_KINDS, Layout
from renkei.net.tables import Net

U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Columns = tuple[int, ...] | NDArray[np.int64]
Kept = TypeVar("Kept", U64, I32, I64)

RUNNING, DONE, OVERFLOW, FULL, CRAMPED = 0, 1, 2, 3, 4
STATES, HEAD, EDGES, STATUS, AT_STATE, AT_TRANSITION, UNSAFE_STATE, UNSAFE_TRANSITION = range(8)
COUNTERS = 8
UNROLLED = 8


class Tables(NamedTuple):
    """Transitions as words: one row a transition, one column a word of the marking."""

    take: U64
    give: U64
    keep: U64
    """All ones but for the fields that firing empties."""
    inhibit: U64
    any_of: U64
    """Zero where the transition asks for no such place; no rows where none asks."""
    needs: U64
    """Lowest bit of each consent that must be in force, one row for each consent of a transition."""
    needing: I32
    """The transition of each row of ``needs``, in ascending order."""
    first: I32
    """A word that each transition takes from: most that are not enabled lack a token there."""
    guard: U64
    """Guard bit of every field, by word."""
    unsafe: U64
    """Bits that are set where a place that must be safe holds two tokens or more, by word."""
    watch: U64
    """Guard and unsafe bits together."""


class Store(NamedTuple):
    """States found so far, and how they were found."""

    words: U64
    """State by word: state * words + word."""
    table: I32
    """Open addressing: state + 1, or 0."""
    parent: I32
    via: I32
    """Transition by which a state was first reached."""
    offset: I64
    """First edge of each state."""
    edges: I32
    """Successors, by state."""
    fired: I64
    """How often each transition is enabled in a reachable state."""
    broken: I32
    """First state in which a transition fired without a consent, by row of ``needs``, or -1."""
    counters: I64


def pack_tables(net: Net, layout: Layout) -> Tables:
    """Return the words of a net's transitions.

    Every arc weight must fit a field of ``layout``.
    """
    rows = net.transitions
    every = np.uint64(0xFFFFFFFFFFFFFFFF)
    most = layout.most
    guard = layout.guards()
    watched = [number for number, place in enumerate(net.places) if place.kind in UNSAFE_KINDS]
    whole = len(watched) == len(net.places)
    unsafe = layout.every(2 * most) if whole else layout.mask(watched, 2 * most)
    needs = needs_of(net)
    asking = any(t.any_of for t in rows)
    take = layout.stack([t.take for t in rows])
    return Tables(
        take=take,
        give=layout.stack([t.give for t in rows]),
        keep=layout.stack([[(place, most) for place in t.clear] for t in rows]) ^ every,
        inhibit=layout.stack([[(place, most) for place in t.inhibit] for t in rows]),
        any_of=layout.stack([[(place, most) for place in t.any_of] for t in rows] if asking else []),
        needs=layout.stack([[(place, 1)] for _, place in needs]),
        needing=np.array([transition for transition, _ in needs], dtype=np.int32),
        first=(take != 0).argmax(axis=1).astype(np.int32),
        guard=guard,
        unsafe=unsafe,
        watch=guard | unsafe,
    )


def needs_of(net: Net) -> list[tuple[int, int]]:
    """Return each consent that a transition needs, as (transition, place), in ascending order."""
    return [(number, place) for number, t in enumerate(net.transitions) for place in t.needs]


def columns_of(width: int) -> Columns:
    """Return the columns of a marking of ``width`` words.

    Few columns are a tuple, whose length the compiler knows, so that loops over words are unrolled; the
    kernels are then compiled for each length. Many are an array, for which they are compiled once.
    """
    return tuple(range(width)) if width <= UNROLLED else np.arange(width)


def new_store(initial: U64, transitions: int, needs: int, capacity: int = 1 << 13) -> Store:
    """Return a store that holds the packed initial marking."""
    words = np.empty(capacity * len(initial), np.uint64)
    words[: len(initial)] = initial
    counters = np.zeros(COUNTERS, np.int64)
    counters[STATES] = 1
    counters[UNSAFE_STATE] = -1
    store = Store(
        words=words,
        table=np.zeros(0, np.int32),
        parent=np.full(capacity, -1, np.int32),
        via=np.full(capacity, -1, np.int32),
        offset=np.zeros(capacity + 1, np.int64),
        edges=np.empty(4 * capacity, np.int32),
        fired=np.zeros(transitions, np.int64),
        broken=np.full(needs, -1, np.int32),
        counters=counters,
    )
    return store._replace(table=_rehash(words, 1, columns_of(len(initial)), 2 * capacity))


def with_room(store: Store, columns: Columns, transitions: int) -> Store:
    """Return the store with four times the room where it is cramped.

    Growing is left to the caller of the kernel: arrays that change inside it would cost it half its speed.
    """
    states, edges = int(store.counters[STATES]), int(store.counters[EDGES])
    if edges > len(store.edges) - transitions:
        store = store._replace(edges=_longer(store.edges, 4 * len(store.edges) + transitions))
    if states <= min(len(store.parent), len(store.table) // 2) - transitions:
        return store
    capacity = 4 * (len(store.parent) + transitions)
    size = 1 << (2 * capacity - 1).bit_length()
    return store._replace(
        words=_longer(store.words, capacity * len(columns)),
        table=_rehash(store.words, states, columns, size),
        parent=_longer(store.parent, capacity),
        via=_longer(store.via, capacity),
        offset=_longer(store.offset, capacity + 1),
    )


def _longer(array: Kept, size: int) -> Kept:
    longer = np.empty(size, array.dtype)
    longer[: len(array)] = array
    return longer


@njit(cache=True)
def _hash(words: U64, base: int, columns: Columns) -> np.uint64:
    value = np.uint64(0x9E3779B97F4A7C15)
    for word in range(len(columns)):
        value = (value ^ words[np.uint64(base + word)]) * np.uint64(0xFF51AFD7ED558CCD)
        value ^= value >> np.uint64(32)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(32))


@njit(cache=True)
def _rehash(words: U64, states: int, columns: Columns, size: int) -> I32:
    table = np.zeros(size, np.int32)
    mask = np.uint64(size - 1)
    for state in range(states):
        slot = _hash(words, state * len(columns), columns) & mask
        while table[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = state + 1
    return table


@njit(cache=True)
def _list_enabled(tables: Tables, words: U64, base: int, columns: Columns, listed: I32) -> int:
    """Write the transitions that are enabled in a state to ``listed`` and return how many there are."""
    # FAST: same as game.is_enabled(), with few branches; held by tests/net/test_agreement.py
    count = 0
    asks = len(tables.any_of) > 0
    for number in range(len(tables.take)):
        row = np.uint64(number)
        lacking = np.uint64(0)
        if len(columns) > 2:
            first = np.uint64(tables.first[row])
            guard = tables.guard[first]
            lacking = (((words[np.uint64(base) + first] | guard) - tables.take[row, first]) & guard) ^ guard
            if lacking != np.uint64(0):
                continue
        for word in range(len(columns)):
            column = np.uint64(word)
            value = words[np.uint64(base + word)]
            guard = tables.guard[column]
            lacking |= (((value | guard) - tables.take[row, column]) & guard) ^ guard
            lacking |= value & tables.inhibit[row, column]
        enabled = lacking == np.uint64(0)
        if asks and enabled:
            enabled = _has_any(tables, row, words, base, columns)
        listed[np.uint64(count)] = number
        count += int(enabled)
    return count


@njit(cache=True)
def _has_any(tables: Tables, row: np.uint64, words: U64, base: int, columns: Columns) -> bool:
    asked = np.uint64(0)
    present = np.uint64(0)
    for word in range(len(columns)):
        column = np.uint64(word)
        asked |= tables.any_of[row, column]
        present |= words[np.uint64(base + word)] & tables.any_of[row, column]
    return bool(asked == np.uint64(0) or present != np.uint64(0))


@njit(cache=True)
def explore(tables: Tables, store: Store, columns: Columns, budget: int, most: int) -> None:
    """Take up to ``budget`` states from the queue and add what they lead to.

    Args:
        tables: The transitions.
        store: What has been found so far; ``counters[STATUS]`` says how the kernel stopped: RUNNING (call
            again), CRAMPED (call again with more room), DONE, OVERFLOW (a field is too narrow; AT_STATE and
            AT_TRANSITION say where) or FULL.
        columns: See ``columns_of``.
        budget: States to expand before returning.
        most: Most states to keep.
    """
    words, table, parent, via, offset, edges, fired, broken, counters = store
    states, head, edge_count = counters[STATES], counters[HEAD], counters[EDGES]
    width = len(columns)
    transitions = len(tables.take)
    lawful = len(tables.needs) == 0
    listed = np.empty(transitions + 1, np.int32)
    mask = np.uint64(len(table) - 1)
    room = min(len(parent) - transitions, len(table) // 2 - transitions)
    edge_room = len(edges) - transitions
    status = RUNNING
    last = head + budget
    while status == RUNNING and head < last:
        if head == states:
            status = DONE
            break
        if states > room or edge_count > edge_room:
            status = CRAMPED
            break
        base = head * width
        for position in range(_list_enabled(tables, words, base, columns, listed)):
            number = int(listed[np.uint64(position)])
            row = np.uint64(number)
            # FAST: same as game.fire(); held by tests/net/test_agreement.py
            fresh = states * width
            alarm = np.uint64(0)
            for word in range(width):
                column = np.uint64(word)
                after = words[np.uint64(base + word)] - tables.take[row, column]
                after = (after & tables.keep[row, column]) + tables.give[row, column]
                words[np.uint64(fresh + word)] = after
                alarm |= after & tables.watch[column]
            fired[row] += 1
            if alarm != np.uint64(0) and _alarmed(tables, words, fresh, columns, counters, head, number):
                status = OVERFLOW
                break
            if not lawful:
                _note_breach(tables, number, words, base, columns, broken, head)
            slot = _hash(words, fresh, columns) & mask
            found = -1
            entry = int(table[slot])
            while entry != 0:
                other = (entry - 1) * width
                differs = np.uint64(0)
                for word in range(width):
                    differs |= words[np.uint64(other + word)] ^ words[np.uint64(fresh + word)]
                if differs == np.uint64(0):
                    found = entry - 1
                    break
                slot = (slot + np.uint64(1)) & mask
                entry = int(table[slot])
            if found < 0:
                if states >= most:
                    status = FULL
                    break
                found = states
                table[slot] = states + 1
                parent[np.uint64(states)] = head
                via[np.uint64(states)] = number
                states += 1
            edges[np.uint64(edge_count)] = found
            edge_count += 1
        if status == RUNNING:
            head += 1
            offset[np.uint64(head)] = edge_count
    counters[STATES], counters[HEAD], counters[EDGES], counters[STATUS] = states, head, edge_count, status


@njit(cache=True)
def _alarmed(
    tables: Tables, words: U64, fresh: int, columns: Columns, counters: I64, state: int, transition: int
) -> bool:
    """Note a place that must be safe and is not; return whether a field has overflowed."""
    unsafe, overflow = np.uint64(0), np.uint64(0)
    for word in range(len(columns)):
        after = words[fresh + word]
        unsafe |= after & tables.unsafe[word]
        overflow |= after & tables.guard[word]
    if unsafe != np.uint64(0) and counters[UNSAFE_STATE] < 0:
        counters[UNSAFE_STATE], counters[UNSAFE_TRANSITION] = state, transition
    if overflow == np.uint64(0):
        return False
    counters[AT_STATE], counters[AT_TRANSITION] = state, transition
    return True


@njit(cache=True)
def _note_breach(
    tables: Tables, transition: int, words: U64, base: int, columns: Columns, broken: I32, state: int
) -> None:
    """Note the consents that are not in force in the state in which a transition fires."""
    # FAST: same as game.missing_consents(); held by tests/checker/test_consent.py
    for row in range(len(tables.needing)):
        if tables.needing[row] == transition and broken[row] < 0:
            for word in range(len(columns)):
                if tables.needs[row, word] & ~words[base + word] != np.uint64(0):
                    broken[row] = state


@njit(cache=True)
def finals(
    words: U64, width: int, expanded: int, offset: I64, mask: U64, value: U64, dead: int
) -> NDArray[np.bool_]:
    """Return which of the expanded states are final: masked words equal, and dead where ``dead`` is 1."""
    final = np.zeros(expanded, np.bool_)
    for state in range(expanded):
        if dead == 1 and offset[state + 1] != offset[state]:
            continue
        same = True
        for word in range(width):
            if words[state * width + word] & mask[word] != value[word]:
                same = False
                break
        final[state] = same
    return final


@njit(cache=True)
def can_reach(goal: NDArray[np.bool_], offset: I64, edges: I32) -> NDArray[np.bool_]:
    """Return the states from which a goal state can be reached.

    Sweeps backwards over the states until nothing changes; without cycles one sweep and a look suffice,
    since successors mostly have higher numbers.
    """
    reached = goal.copy()
    changed = True
    while changed:
        changed = False
        for state in range(len(goal) - 1, -1, -1):
            if reached[state]:
                continue
            for edge in range(offset[state], offset[state + 1]):
                if reached[edges[np.uint64(edge)]]:
                    reached[state] = True
                    changed = True
                    break
    return reached


@njit(cache=True)
def first_dead(offset: I64, goal: NDArray[np.bool_]) -> int:
    """Return the first expanded state without successors that is no goal, or -1."""
    for state in range(len(goal)):
        if offset[state + 1] == offset[state] and not goal[state]:
            return state
    return -1
