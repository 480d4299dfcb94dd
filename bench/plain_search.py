"""The yardstick for the checker: a plain breadth-first search that only counts states.

One bit a place, packed words, open addressing, full comparison; no paths, no edges, no verdicts, no checks
that a place is safe. What a checker must do besides is the difference.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from renkei.net.tables import Net


@njit(cache=True)
def _slot(words, base, columns):
    value = np.uint64(0x9E3779B97F4A7C15)
    for word in range(len(columns)):
        value = (value ^ words[np.uint64(base + word)]) * np.uint64(0xFF51AFD7ED558CCD)
        value ^= value >> np.uint64(32)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(32))


@njit(cache=True)
def _count(take, give, initial, columns, capacity):
    width = len(columns)
    words = np.empty(capacity * width, np.uint64)
    table = np.zeros(2 * capacity, np.int32)
    mask = np.uint64(2 * capacity - 1)
    for word in range(width):
        words[word] = initial[word]
    edges = 0
    table[_slot(words, 0, columns) & mask] = 1
    states, head = 1, 0
    while head < states:
        base = head * width
        head += 1
        for row in range(len(take)):
            lacking = np.uint64(0)
            for word in range(width):
                needed = take[np.uint64(row), np.uint64(word)]
                lacking |= (words[np.uint64(base + word)] & needed) ^ needed
            if lacking != np.uint64(0):
                continue
            edges += 1
            fresh = states * width
            for word in range(width):
                column = np.uint64(word)
                after = words[np.uint64(base + word)] ^ take[np.uint64(row), column]
                words[np.uint64(fresh + word)] = after | give[np.uint64(row), column]
            slot = _slot(words, fresh, columns) & mask
            entry = np.int64(table[slot])
            known = False
            while entry != 0:
                differs = np.uint64(0)
                for word in range(width):
                    differs |= words[np.uint64((entry - 1) * width + word)] ^ words[np.uint64(fresh + word)]
                if differs == np.uint64(0):
                    known = True
                    break
                slot = (slot + np.uint64(1)) & mask
                entry = np.int64(table[slot])
            if not known:
                states += 1
                table[slot] = states
    return states, edges


def count_states(net: Net, capacity: int) -> tuple[int, int]:
    """Return the states and edges of a safe net; ``capacity`` is a power of two above the states."""
    width = -(-len(net.places) // 64)

    def packed(places: list[int]) -> list[int]:
        words = [0] * width
        for place in places:
            words[place // 64] |= 1 << (place % 64)
        return words

    take = np.array([packed([p for p, _ in t.take]) for t in net.transitions], np.uint64)
    give = np.array([packed([p for p, _ in t.give]) for t in net.transitions], np.uint64)
    initial = np.array(packed([i for i, p in enumerate(net.places) if p.initial]), np.uint64)
    return _count(take, give, initial, tuple(range(width)), capacity)
