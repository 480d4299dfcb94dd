"""Markings packed into 64-bit words, and what makes a marking final.

Layer: net. Each place has a field of ``bits`` bits, the highest of which is a guard that is 0 in every
stored marking; so a place holds at most ``2**(bits-1) - 1`` tokens, and whether a transition is enabled, or
a field has overflowed, is a few word operations for all places at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renkei.net.tables import Net, Place

Words = NDArray[np.uint64]

UNSAFE_KINDS = frozenset({"flow", "plain"})
"""Kinds of places that hold at most one token in a safe net."""
LEFT_OVER_KINDS = frozenset({"flow", "active", "opening", "plain"})
"""Kinds of places that are empty when a case is over."""


@dataclass(frozen=True)
class Layout:
    """Where the field of each place lies."""

    places: int
    bits: int

    @property
    def per_word(self) -> int:
        """Return how many fields a word holds."""
        return 64 // self.bits

    @property
    def words(self) -> int:
        """Return how many words a marking takes, rounded up to one of few widths.

        The kernels are compiled for each width, so few widths mean few compilations.
        """
        needed = max(1, -(-self.places // self.per_word))
        return needed if needed <= 4 else -(-needed // 4) * 4

    @property
    def most(self) -> int:
        """Return the most tokens that a field holds."""
        return (1 << (self.bits - 1)) - 1

    def shift(self, place: int) -> tuple[int, int]:
        """Return the word and the lowest bit of the field of ``place``."""
        return place // self.per_word, (place % self.per_word) * self.bits

    def pack(self, tokens: Iterable[tuple[int, int]]) -> Words:
        """Return the words that hold ``tokens``, given as (place, count)."""
        words: Words = self.stack([tokens])[0]
        return words

    def stack(self, rows: Sequence[Iterable[tuple[int, int]]]) -> Words:
        """Return one row of words for each list of (place, count)."""
        fields, bits, width = self.per_word, self.bits, self.words
        if not any(rows):
            return np.zeros((len(rows), width), dtype=np.uint64)
        table = [[0] * width for _ in rows]
        for words, tokens in zip(table, rows, strict=True):
            for place, count in tokens:
                words[place // fields] |= count << (place % fields) * bits
        return np.array(table, dtype=np.uint64).reshape(len(rows), width)

    def mask(self, places: Iterable[int], field: int | None = None) -> Words:
        """Return words with ``field`` (all bits below the guard, if None) set for each of ``places``."""
        value = self.most if field is None else field
        return self.pack((place, value) for place in set(places))

    def every(self, field: int) -> Words:
        """Return words with ``field`` set for every place."""
        fields, bits = self.per_word, self.bits
        left = [min(fields, max(0, self.places - word * fields)) for word in range(self.words)]
        ones = (1 << bits) - 1
        return np.array([((1 << count * bits) - 1) // ones * field for count in left], dtype=np.uint64)

    def guards(self) -> Words:
        """Return words with the guard bit of every place set."""
        return self.every(1 << (self.bits - 1))

    def unpack(self, words: Sequence[int] | Words) -> tuple[int, ...]:
        """Return the tokens by place."""
        values = [int(word) for word in words]
        tokens = []
        for place in range(self.places):
            word, low = self.shift(place)
            tokens.append((values[word] >> low) & self.most)
        return tuple(tokens)


def final_masks(net: Net, layout: Layout, *, messages: bool) -> tuple[Words, Words]:
    """Return (mask, value): a marking is final when its masked words equal the value.

    A collaboration is over when no token is left in any process, no end holds two, and, with ``messages``,
    no message is left over; it must also be dead, since a process that may still start is not over. A
    workflow net is over in exactly its final marking.
    """
    if net.final is not None:
        return layout.every(layout.most), layout.pack(net.final.items())
    kinds = LEFT_OVER_KINDS | ({"message"} if messages else set())
    empty = layout.mask(i for i, place in enumerate(net.places) if place.kind in kinds)
    ends = [i for i, place in enumerate(net.places) if place.kind == "end"]
    once = layout.mask(ends, layout.most & ~1)
    return empty | once, layout.pack([])


def left_over(net: Net, marking: Sequence[int]) -> list[tuple[Place, int]]:
    """Return the places, with their tokens, that keep a dead marking from being final."""
    if net.final is not None:
        return [
            (place, tokens)
            for index, (place, tokens) in enumerate(zip(net.places, marking, strict=True))
            if tokens > net.final.get(index, 0)
        ]
    kinds = LEFT_OVER_KINDS | {"message"}
    return [
        (place, tokens)
        for place, tokens in zip(net.places, marking, strict=True)
        if (place.kind in kinds and tokens) or (place.kind == "end" and tokens > 1)
    ]
