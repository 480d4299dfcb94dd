"""Merkle trees as RFC 9162, section 2.1, has them: roots, proofs of inclusion and consistency, their checks.

Layer: log. A *leaf* here is always the hash of an entry (`leaf_hash`), 32 bytes; an index is counted from 0
as in the RFC. `Frontier` is the little that has to be remembered to let a tree grow; `Tree` keeps what proofs
need; `verify_inclusion` and `verify_consistency` are the algorithms of sections 2.1.3.2 and 2.1.4.2 and share
nothing with the code that makes proofs. They take what strangers send: a proof that is not one is False,
never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from renkei.errors import UsageError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""Root of a tree without leaves."""
MAX_SIZE = 2**63 - 1
"""No tree has more leaves than fit into a signed 64-bit number."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the leaf that stands for ``entry``."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the node above two nodes."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the full subtrees that make up a tree, enough to append to it and to tell its root.

    >>> Frontier().append(leaf_hash(b"a")).append(leaf_hash(b"b")).size
    2
    """

    size: int = 0
    """Number of leaves."""
    peaks: tuple[bytes, ...] = ()
    """Roots of the full subtrees, the largest and leftmost first: one for each 1 in the binary ``size``."""

    def append(self, leaf: bytes) -> Frontier:
        """Return the frontier of the tree with ``leaf`` at its end."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """Return the frontier of the tree with ``leaves`` at its end."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, carry = leaf, size
            while carry & 1:
                # FAST: node_hash() in place; held by tests/log/test_merkle.py.
                node = sha256(b"\x01" + peaks.pop() + node).digest()
                carry >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        *rest, root = self.peaks
        for peak in reversed(rest):
            root = node_hash(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the frontier as bytes: the size in 8, then the peaks."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """Return the frontier that ``data`` holds.

        Raises:
            ValueError: They are not the bytes of a frontier.
        """
        size = int.from_bytes(data[:8], "big")
        if len(data) != 8 + HASH_BYTES * size.bit_count() or size > MAX_SIZE:
            raise ValueError(f"{len(data)} bytes are no frontier of {size} leaves")
        return cls(size, tuple(split_hashes(data[8:])))


def split_hashes(data: bytes | bytearray | memoryview) -> Iterator[bytes]:
    """Yield the hashes of which ``data`` is made."""
    view = memoryview(data)
    return (bytes(view[start : start + HASH_BYTES]) for start in range(0, len(data), HASH_BYTES))


class Tree:
    """A growing tree that proves what it holds, for its present size and every earlier one.

    Limits: in memory, about 43 bytes a leaf: only every second level is kept, and what lies between is hashed
    again when a proof asks for it. Not safe to append to from two threads at once.
    """

    _STRIDE = 2

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Begin with ``leaves``."""
        self._levels: list[bytearray] = [bytearray()]
        self.extend(leaves)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """Add one leaf at the end."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add ``leaves`` at the end."""
        for leaf in leaves:
            if len(leaf) != HASH_BYTES:
                raise UsageError(f"a leaf has {HASH_BYTES} bytes, not {len(leaf)}")
            self._levels[0] += leaf
        self._rise()

    def leaf(self, index: int) -> bytes:
        """Return the leaf at ``index``."""
        return self._node(0, self._within(index, self.size - 1))

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first ``size`` leaves, of all without it."""
        size = self._size(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the leaf at ``index`` is among the first ``size`` (RFC 9162, 2.1.3.1)."""
        size = self._size(size)
        return self._path(self._within(index, size - 1), 0, size)

    def consistency_proof(self, old: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the first ``old`` leaves were left as they are (RFC 9162, 2.1.4.1).

        It is empty for ``old`` 0 and for two trees of one size.
        """
        size = self._size(size)
        self._within(old, size)
        return self._subproof(old, 0, size, known=True) if 0 < old < size else []

    def _within(self, value: int, most: int) -> int:
        if not 0 <= value <= most:
            raise UsageError(f"{value} is not between 0 and {most}, in a tree of {self.size} leaves")
        return value

    def _size(self, size: int | None) -> int:
        return self.size if size is None else self._within(size, self.size)

    def _rise(self) -> None:
        """Fill the kept levels above the leaves, as far as their subtrees are full."""
        level = 0
        while len(self._levels[level]) >> self._STRIDE >= HASH_BYTES:
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            above = self._levels[level + 1]
            full = len(self._levels[level]) // HASH_BYTES >> self._STRIDE
            for index in range(len(above) // HASH_BYTES, full):
                above += self._hashed((level + 1) * self._STRIDE, index)
            level += 1

    def _node(self, level: int, index: int) -> bytes:
        """Return the root of the full subtree of height ``level`` that is the ``index``-th of its level."""
        kept, between = divmod(level, self._STRIDE)
        if between:
            return self._hashed(level, index)
        start = index * HASH_BYTES
        return bytes(self._levels[kept][start : start + HASH_BYTES])

    def _hashed(self, level: int, index: int) -> bytes:
        return node_hash(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))

    def _range(self, start: int, end: int) -> bytes:
        """Return the root of the leaves from ``start`` to before ``end``, which are a subtree of the RFC."""
        count = end - start
        if count.bit_count() == 1:
            level = count.bit_length() - 1
            return self._node(level, start >> level)
        middle = start + _left(count)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _left(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._range(middle, end)]
        return [*self._path(index, middle, end), self._range(start, middle)]

    def _subproof(self, old: int, start: int, end: int, *, known: bool) -> list[bytes]:
        """Return SUBPROOF of the RFC; ``known``: the verifier has the root of these leaves already."""
        if old == end:
            return [] if known else [self._range(start, end)]
        middle = start + _left(end - start)
        if old <= middle:
            return [*self._subproof(old, start, middle, known=known), self._range(middle, end)]
        return [*self._subproof(old, middle, end, known=False), self._range(start, middle)]


def _left(count: int) -> int:
    """Return the largest power of two below ``count``: how many leaves the left subtree has."""
    return 1 << (count - 1).bit_length() - 1


def _are_hashes(*groups: Sequence[bytes]) -> bool:
    return all(len(item) == HASH_BYTES for group in groups for item in group)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows that ``leaf`` is at ``index`` of the ``size`` leaves under ``root``."""
    if not 0 <= index < size <= MAX_SIZE or not _are_hashes((leaf, root), proof):
        return False
    place, last, node = index, size - 1, leaf
    for item in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(item, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, item)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether ``proof`` shows that the tree with ``root`` begins with the whole tree with ``old_root``.

    Every tree begins with the empty one, and a tree with itself; both need an empty proof and the right
    roots.
    """
    if not 0 <= old_size <= size <= MAX_SIZE or not _are_hashes((old_root, root), proof):
        return False
    if old_size in {0, size}:
        same = old_root == (root if old_size == size else EMPTY_ROOT)
        return same and not proof and (size > 0 or root == EMPTY_ROOT)
    # A full old tree is a node of the new one: its root, which the verifier has, stands first.
    path = [old_root, *proof] if old_size.bit_count() == 1 else list(proof)
    if not path or not proof:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_node = node = path[0]
    for item in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_node, node = node_hash(item, old_node), node_hash(item, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, item)
        place, last = place >> 1, last >> 1
    return last == 0 and old_node == old_root and node == root
