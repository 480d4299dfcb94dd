"""Exploring a net to the end: every marking that can be reached, exactly, or saying where it was cut short.

Layer: checker. Fields start with room for one token and are widened when a place holds more. A net whose
tokens can grow without end is recognised by a marking that covers an earlier one on its own path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from renkei.net.game import Marking, fire
from renkei.net.kernels import (
    AT_STATE,
    AT_TRANSITION,
    CRAMPED,
    DONE,
    EDGES,
    HEAD,
    OVERFLOW,
    RUNNING,
    STATES,
    STATUS,
    UNSAFE_STATE,
    UNSAFE_TRANSITION,
    Store,
    can_reach,
    columns_of,
    explore,
    finals,
    first_dead,
    needs_of,
    new_store,
    pack_tables,
    with_room,
)
from renkei.net.marking import Layout, final_masks
from renkei.net.tables import Net

MAX_STATES = 5_000_000
"""Most states kept, where nothing else is asked for."""
MAX_BITS = 9
"""Widest field: a place may hold up to 255 tokens."""
MAX_BYTES = 1 << 32
"""Most memory for markings; wide ones reach it before ``MAX_STATES``."""
CHUNK = 200_000
"""States expanded between two looks at the clock and the keyboard."""

Progress = Callable[[int, int], None]
"""Called with the states expanded and the states found so far."""


@dataclass(frozen=True)
class Graph:
    """The reachable markings of a net, numbered in the order in which they were found."""

    net: Net
    layout: Layout
    store: Store
    unbounded: tuple[int, ...] | None
    """Firings to a marking that covers an earlier one on its path and can be repeated for ever, if found."""
    seconds: float

    @property
    def complete(self) -> bool:
        """Return whether every reachable marking was found and expanded."""
        return int(self.store.counters[STATUS]) == DONE

    @property
    def states(self) -> int:
        """Return how many distinct markings were found."""
        return int(self.store.counters[STATES])

    @property
    def expanded(self) -> int:
        """Return how many markings have all their successors."""
        return int(self.store.counters[HEAD])

    @property
    def edges(self) -> int:
        """Return how many firings lead from the expanded markings."""
        return int(self.store.counters[EDGES])

    def path_to(self, state: int) -> tuple[int, ...]:
        """Return a shortest sequence of firings to a state."""
        firings = []
        while state > 0:
            firings.append(int(self.store.via[state]))
            state = int(self.store.parent[state])
        return tuple(reversed(firings))

    def marking(self, state: int) -> Marking:
        """Return the tokens by place in a state."""
        width = self.layout.words
        return self.layout.unpack(self.store.words[state * width : (state + 1) * width])

    def final(self, *, messages: bool) -> NDArray[np.bool_]:
        """Return which expanded states are final."""
        mask, value = final_masks(self.net, self.layout, messages=messages)
        dead = int(self.net.final is None)
        store = self.store
        return finals(store.words, self.layout.words, self.expanded, store.offset, mask, value, dead)

    def can_finish(self, final: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the states from which a final one can be reached; exact only for a complete graph."""
        return can_reach(final, self.store.offset, self.store.edges)

    def first_stuck(self, final: NDArray[np.bool_]) -> int:
        """Return the first state without successors that is not final, or -1."""
        return int(first_dead(self.store.offset, final))

    def first_unsafe(self) -> tuple[int, ...] | None:
        """Return the firings to the first marking with two tokens where one is allowed, if there is one."""
        state = int(self.store.counters[UNSAFE_STATE])
        if state < 0:
            return None
        return (*self.path_to(state), int(self.store.counters[UNSAFE_TRANSITION]))

    def first_breach(self, places: set[int]) -> tuple[int, ...] | None:
        """Return the firings to the first act without one of the consents ``places``, if there is one."""
        rows = enumerate(needs_of(self.net))
        found = [
            (int(self.store.broken[row]), transition)
            for row, (transition, place) in rows
            if place in places and self.store.broken[row] >= 0
        ]
        if not found:
            return None
        state, transition = min(found)
        return (*self.path_to(state), transition)


def explore_net(net: Net, *, max_states: int = MAX_STATES, progress: Progress | None = None) -> Graph:
    """Return the reachable markings of ``net``.

    Args:
        net: The net.
        max_states: Most markings to keep.
        progress: Called now and then.

    Limits: a place that holds more than 255 tokens ends the exploration; so does ``max_states``. The
    graph then says that it is not complete.
    """
    started = perf_counter()
    bits = _first_bits(net)
    while True:
        layout = Layout(len(net.places), bits)
        store = _explore(net, layout, max_states, progress)
        if int(store.counters[STATUS]) != OVERFLOW:
            break
        unbounded = _grows(net, layout, store)
        if unbounded is not None or bits >= MAX_BITS:
            return Graph(net, layout, store, unbounded, perf_counter() - started)
        bits += 1
    return Graph(net, layout, store, None, perf_counter() - started)


def _first_bits(net: Net) -> int:
    """Return the narrowest fields that hold the initial marking and every arc weight."""
    counts = [place.initial for place in net.places]
    counts += [weight for t in net.transitions for _, weight in (*t.take, *t.give)]
    return max(2, max(counts, default=1).bit_length() + 1)


def _explore(net: Net, layout: Layout, max_states: int, progress: Progress | None) -> Store:
    tables = pack_tables(net, layout)
    initial = layout.pack((i, place.initial) for i, place in enumerate(net.places))
    store = new_store(initial, len(net.transitions), len(tables.needing))
    columns = columns_of(layout.words)
    most = min(max_states, MAX_BYTES // (8 * layout.words + 24))
    while int(store.counters[STATUS]) in {RUNNING, CRAMPED}:
        store = with_room(store, columns, len(net.transitions))
        explore(tables, store, columns, CHUNK, most)
        if progress is not None:
            progress(int(store.counters[HEAD]), int(store.counters[STATES]))
    return store


def _grows(net: Net, layout: Layout, store: Store) -> tuple[int, ...] | None:
    """Return the firings to the overflow where they show that a place can fill without end."""
    graph = Graph(net, layout, store, None, 0.0)
    last = int(store.counters[AT_STATE])
    firings = (*graph.path_to(last), int(store.counters[AT_TRANSITION]))
    markings = [net.initial]
    for index in firings:
        markings.append(fire(markings[-1], net.transitions[index]))
    for earlier in range(len(firings) - 1, -1, -1):
        if _repeats(net, markings[earlier], markings[-1], firings[earlier:]):
            return firings
    return None


def _repeats(net: Net, before: Marking, after: Marking, firings: tuple[int, ...]) -> bool:
    """Return whether ``firings`` lead from ``before`` to more, and can do so again and again.

    They can where nothing has become less, and no place that has become more is asked to be empty, or
    emptied, on the way.
    """
    if any(b > a for b, a in zip(before, after, strict=True)):
        return False
    more = {place for place, (b, a) in enumerate(zip(before, after, strict=True)) if a > b}
    used = [net.transitions[index] for index in firings]
    touched = {place for t in used for place in (*t.inhibit, *t.clear)}
    return bool(more) and not more & touched
