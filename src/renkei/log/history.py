"""One tree of a log beside what was signed of it: which leaves are others, and what became of each.

Layer: log. Checkpoints divide a log like fences. Between two of them, a good tile tells each leaf that was
signed; without one, only the whole stretch can be told to be right or wrong. Stretches are judged each by
itself where tiles are good, as a tile brings along what was before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from renkei.log.finding import Finding, spell
from renkei.log.merkle import HASH_BYTES, Frontier, split_hashes
from renkei.log.tile import Tile, proven_tile

MAX_WRONG = 100_000
"""Wrong leaves that are told apart; if there are more, they are only told to be many."""
ABSENT = bytes(HASH_BYTES)
"""Stands where there is no entry."""
UNFIT = b"\xff" * HASH_BYTES
"""Stands where there is something that no leaf can be made of."""
Found = Iterator[Finding]


@dataclass(frozen=True, slots=True)
class Fence:
    """What a good checkpoint says: the root at a size."""

    size: int
    root: bytes
    source: str
    """Who says so, for people."""


@dataclass
class History:
    """The leaves of a tree as they are now, and what is known of those that were signed."""

    partner: str
    leaves: bytearray = field(default_factory=bytearray)
    """What is there now; ``ABSENT`` where a number is missing."""
    wrong: dict[int, bytes] = field(default_factory=dict)
    """Index -> the leaf that was signed, where another one is there."""
    unknown: list[tuple[int, int]] = field(default_factory=list)
    """Stretches (from, to) of which some leaf is wrong, and no good tile says which."""
    disputed: int | None = None
    """Size from which on others know another history."""
    _position: int = 0
    _signed: Frontier | None = field(default_factory=Frontier)
    """Frontier of what was signed, at ``_position``; None where it is not known."""

    @property
    def size(self) -> int:
        """Number of leaves, missing ones before the last one counted."""
        return len(self.leaves) // HASH_BYTES

    def between(self, start: int, end: int) -> bytes:
        """Return the leaves that are there from ``start`` to before ``end``."""
        return bytes(self.leaves[start * HASH_BYTES : end * HASH_BYTES])

    def judge(self, fences: Iterable[Fence], tiles: Mapping[int, bytes]) -> Found:
        """Yield what is wrong by the log's own checkpoints, given in order, and its tiles by their end."""
        previous: Fence | None = None
        for fence in fences:
            if previous is not None and previous.size == fence.size:
                if previous.root != fence.root:
                    yield self._contradiction(fence)
                continue
            data = tiles.get(fence.size)
            tile = None if data is None else proven_tile(data, fence.size, fence.root)
            if data is not None and tile is None:
                message = f"the tile that was kept with the checkpoint of {fence.size} is not what was signed"
                yield self._finding("RK639", message, self._position, fence.size)
            yield from self._stretch(fence, tile)
            self._position, previous = fence.size, fence
        yield from self._explained()

    def _stretch(self, fence: Fence, tile: Tile | None) -> Found:
        """Judge what lies between the fence before and this one."""
        if tile is None:
            yield from self._without_tile(fence)
            return
        if tile.start.size > self._position:
            known = Fence(tile.start.size, tile.start.root(), fence.source)
            yield from self._without_tile(known)
        elif tile.start.size == self._position and self._signed not in {None, tile.start}:
            yield self._contradiction(fence)
        self._compare(tile, max(tile.start.size, self._position))
        self._signed = tile.frontier()

    def _without_tile(self, fence: Fence) -> Found:
        """Judge the stretch up to ``fence`` as a whole."""
        before, start = self._signed, self._position
        self._signed = None
        if fence.size > self.size:
            message = f"the log ends at {self.size}, but has signed a checkpoint of {fence.size}"
            yield self._finding("RK630", message, self.size, fence.size)
            self.unknown.append((start, fence.size))
            return
        if before is None:
            # Whatever is wrong before: here it can only be told whether all is as it was signed.
            before, start = Frontier(), 0
        present = before.extend(split_hashes(self.between(start, fence.size)))
        if present.root() == fence.root:
            self._signed = present
            return
        if start == self._position:
            message = f"something is not what was signed up to {fence.size}; no tile tells which entry"
            yield self._finding("RK629", message, start, fence.size)
        self.unknown.append((self._position, fence.size))

    def _compare(self, tile: Tile, start: int) -> None:
        """Note which leaves from ``start`` on are not those of ``tile``."""
        begin = (start - tile.start.size) * HASH_BYTES
        signed = tile.leaves[begin:]
        if signed == self.between(start, tile.end):
            return
        for index, leaf in enumerate(split_hashes(signed), start):
            if leaf != self._at(index):
                self.wrong[index] = leaf

    def _at(self, index: int) -> bytes:
        return self.between(index, index + 1) or ABSENT

    # What became of the wrong ones.

    def _explained(self) -> Found:
        """Yield what happened to the entries that are wrong: altered, missing, inserted, moved, cut off."""
        if len(self.wrong) > MAX_WRONG:
            message = f"{len(self.wrong)} entries are not what was signed"
            yield self._finding("RK629", message, min(self.wrong), max(self.wrong) + 1)
            return
        signed = {leaf: index for index, leaf in self.wrong.items()}
        tail = range(self._position, min(self.size, self._position + MAX_WRONG)) if self.wrong else ()
        present = {self._at(index) for index in (*self.wrong, *tail)}
        told = [
            (code, index, offset)
            for index in sorted(self.wrong)
            for code, offset in self._fate(index, signed, present)
        ]
        for code, first, last, offset in _runs(told):
            yield self._told(code, first, last, offset)

    def _fate(self, index: int, signed: Mapping[bytes, int], present: set[bytes]) -> list[tuple[str, int]]:
        """Return the codes of what happened at ``index``, each with how far the entry there was moved."""
        here, elsewhere = self._at(index), self.wrong[index] in present
        if here == ABSENT:
            cut = index >= self.size
            return [] if elsewhere else [("RK630" if cut else "RK626", 0)]
        if here in signed:
            moved = ("RK628", signed[here] - index)
            return [moved] if elsewhere else [("RK626", 0), moved]
        return [("RK627" if elsewhere else "RK625", 0)]

    def _told(self, code: str, first: int, last: int, offset: int) -> Finding:
        which = spell(first + 1, last + 1)
        is_are = "is" if first == last else "are"
        match code:
            case "RK625":
                message = f"{which} {is_are} not what was signed: altered after it"
            case "RK626":
                message = f"{which} as signed {is_are} missing"
            case "RK627":
                message = f"{which} {is_are} inserted: never signed, and what was signed stands elsewhere"
            case "RK628":
                message = f"{which} {is_are} moved: signed as {spell(first + 1 + offset, last + 1 + offset)}"
            case _:
                message = f"the log is cut off after {first}; {which} as signed {is_are} missing"
        return self._finding(code, message, first, last + 1)

    def _contradiction(self, fence: Fence) -> Finding:
        message = f"two signed checkpoints contradict each other, the later of them of {fence.size} entries"
        return self._finding("RK636", message, 0, fence.size)

    def _finding(self, code: str, message: str, start: int, end: int) -> Finding:
        return Finding(code, message, start + 1, end, self.partner)

    # What others know of the log.

    def judge_trusted(self, fences: Iterable[Fence], own: Mapping[int, bytes]) -> Found:
        """Yield what contradicts checkpoints that are known from elsewhere, given in order.

        Args:
            fences: Those checkpoints.
            own: Size -> root of the log's own good checkpoints.
        """
        agreed, frontier = 0, Frontier()
        for fence in fences:
            if fence.size > max(self.size, self._position):
                message = f"the log ends at {self.size}, but {fence.source} knows {fence.size} entries"
                yield self._finding("RK630", message, self.size, fence.size)
                continue
            root = own.get(fence.size)
            if root is None:
                frontier = frontier.extend(self._history(frontier.size, fence.size))
                root = frontier.root()
            if root == fence.root:
                agreed = fence.size
            elif fence.size in own or self.is_known(fence.size):
                self.disputed = agreed
                message = f"{fence.source} knows another history of the first {fence.size} entries"
                yield self._finding("RK635", message, agreed, fence.size)

    def is_known(self, size: int) -> bool:
        """Tell whether every leaf before ``size`` that was signed is known."""
        return all(start >= size for start, _ in self.unknown)

    def _history(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the leaves as they were signed, or as they are where nothing says otherwise."""
        return (self.wrong.get(index) or self._at(index) for index in range(start, end))

    def proven(self, sealed: int) -> int:
        """Return how many leaves from the first one on are proven, where all up to ``sealed`` were judged."""
        bad = min((start for start, _ in self.unknown), default=sealed)
        disputed = sealed if self.disputed is None else self.disputed
        return min(bad, disputed, min(self.wrong, default=sealed), sealed)


def _runs(told: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int, int]]:
    """Yield (code, first, last, offset) for each run of neighbours that share code and offset."""
    runs: list[tuple[str, int, int, int]] = []
    for code, index, offset in sorted(told):
        if runs and (code, index - 1) == (runs[-1][0], runs[-1][2]) and offset == runs[-1][3]:
            runs[-1] = (code, runs[-1][1], index, offset)
        else:
            runs.append((code, index, index, offset))
    yield from sorted(runs, key=lambda run: (run[1], run[0]))
