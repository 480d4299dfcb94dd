"""Tiles: the leaves between two checkpoints of a log, kept beside the later one.

Layer: log. A checkpoint says that something before it is wrong, a tile which entry it is. With the frontier
at its beginning, a tile proves itself: hashed together, the two must give the root that the checkpoint has
signed. Whoever changes an entry would have to change the tile too, and then the tile is found out. A log so
starts again from its last tile, and proves an entry with one tile, without hashing what lies before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from renkei.log.checkpoint import kept_name
from renkei.log.merkle import HASH_BYTES, Frontier, node_hash, split_hashes
from renkei.log.port import Log

TILE = "tile"
"""Tiles of the log itself are kept under this name; those of a released log under `kept_name`."""
MAX_TILE = 4096
"""Leaves in a tile, at most, that renkei writes; it reads larger ones too."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Leaves of a tree from one size to another."""

    start: Frontier
    """Frontier of the tree before them."""
    leaves: bytes

    @property
    def end(self) -> int:
        """Size of the tree with them."""
        return self.start.size + len(self.leaves) // HASH_BYTES

    def frontier(self) -> Frontier:
        """Return the frontier of the tree with them."""
        return self.start.extend(split_hashes(self.leaves))

    def leaf(self, index: int) -> bytes:
        """Return the leaf at ``index`` of the tree, counted from 0, which must lie in the tile."""
        begin = (index - self.start.size) * HASH_BYTES
        return self.leaves[begin : begin + HASH_BYTES]

    def to_bytes(self) -> bytes:
        """Return the tile as it is kept."""
        return self.start.to_bytes() + self.leaves

    @classmethod
    def from_bytes(cls, data: bytes) -> Tile:
        """Return the tile that ``data`` holds.

        Raises:
            ValueError: They are not the bytes of a tile.
        """
        head = 8 + HASH_BYTES * int.from_bytes(data[:8], "big").bit_count()
        start, leaves = Frontier.from_bytes(data[:head]), data[head:]
        if not leaves or len(leaves) % HASH_BYTES:
            raise ValueError(f"{len(leaves)} bytes are no leaves")
        return cls(start, leaves)

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Return the proof that the leaf at ``index`` is in the tree that ends with the tile.

        The tile must reach to there: then every node of the path is a peak before it, or is made of peaks and
        of leaves in it.
        """
        peaks: dict[tuple[int, int], bytes] = {}
        begin = 0
        for peak in self.start.peaks:
            width = 1 << (self.start.size - begin).bit_length() - 1
            peaks[begin, begin + width] = peak
            begin += width
        proof: list[bytes] = []
        self._path(index, 0, self.end, peaks, proof)
        return proof

    def _path(
        self, index: int, begin: int, end: int, peaks: dict[tuple[int, int], bytes], proof: list[bytes]
    ) -> None:
        if end - begin == 1:
            return
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        if index < middle:
            self._path(index, begin, middle, peaks, proof)
            proof.append(self._root(middle, end, peaks))
        else:
            self._path(index, middle, end, peaks, proof)
            proof.append(self._root(begin, middle, peaks))

    def _root(self, begin: int, end: int, peaks: dict[tuple[int, int], bytes]) -> bytes:
        known = peaks.get((begin, end))
        if known is not None:
            return known
        if end - begin == 1:
            return self.leaf(begin)
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        return node_hash(self._root(begin, middle, peaks), self._root(middle, end, peaks))


def read_tile(log: Log, size: int, root: bytes, partner: str = "") -> Tile | None:
    """Return the kept tile that ends at a checkpoint of ``size`` and ``root``; None if none is good."""
    kept = log.kept(kept_name(TILE, partner), size)
    return proven_tile(kept[1], size, root) if kept and kept[0] == size else None


def proven_tile(data: bytes, size: int, root: bytes) -> Tile | None:
    """Return the tile in ``data`` if it belongs to a checkpoint of ``size`` and ``root``; None if not."""
    try:
        tile = Tile.from_bytes(data)
    except ValueError:
        return None
    return tile if tile.end == size and tile.frontier().root() == root else None
