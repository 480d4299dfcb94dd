"""A batch: released entries in a row, packed, with the publisher's seal. Bytes out of entries, and back.

Layer: link. The bytes depend on the entries alone, so that a transfer that broke goes on where it broke:

    form (1) | after (varint) | count (varint) | root (32) | signature (64) | salts (16 each) | packed bodies

Bodies are JSON texts without a line feed, so one line feed parts them. Salts are random and stay unpacked.
Reading trusts nothing: numbers, sizes and counts are bounded before memory is taken, and no byte may be
left over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from renkei.link.limits import MAX_BATCH, MAX_COUNT, MAX_ENTRY, MAX_NUMBER, MAX_PLAIN, LinkError, link_error
from renkei.link.packing import pack, unpack
from renkei.link.seal import SIGNATURE_BYTES
from renkei.log.commitment import commitment
from renkei.log.merkle import HASH_BYTES, leaf_hash
from renkei.log.port import SALT_BYTES

PLAIN, CHAINED = 1, 2
"""Forms: packed by itself; packed in the light of the entries before it, which both sides have."""
RECENT_COUNT, RECENT_BYTES = 64, 16 * 1024
"""How much of what came before a chained batch is packed in its light."""
HEAD_BYTES = 1 + 8 + 2 + HASH_BYTES + SIGNATURE_BYTES
"""Bytes before the salts, at most."""
Recent = Callable[[int], Sequence[bytes]]
"""Number of an entry -> the bodies up to it that ``recent_of`` keeps."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A released entry as it crosses."""

    number: int
    body: bytes
    salt: bytes

    @property
    def leaf(self) -> bytes:
        """What stands for the entry in the tree."""
        return leaf_hash(commitment(self.salt, self.body))


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was read; nothing in it has been verified."""

    after: int
    root: bytes
    signature: bytes
    entries: tuple[Entry, ...]

    @property
    def last(self) -> int:
        """Number of the last entry."""
        return self.after + len(self.entries)


@dataclass(frozen=True, slots=True)
class Head:
    """The first bytes of a batch."""

    form: int
    after: int
    count: int
    root: bytes
    signature: bytes
    end: int
    """Where the salts begin."""

    @property
    def last(self) -> int:
        """Number of the last entry."""
        return self.after + self.count


def recent_of(bodies: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the last of ``bodies`` that both sides pack by: whole ones, as far as the limits allow."""
    room, first = RECENT_BYTES, len(bodies)
    while first and len(bodies) - first < RECENT_COUNT and len(bodies[first - 1]) < room:
        first -= 1
        room -= len(bodies[first]) + 1
    return tuple(bodies[first:])


def check_body(body: bytes) -> None:
    """Refuse a body that no batch can carry.

    Raises:
        LinkError: It is empty, too large, no UTF-8, or holds a line feed (RK650).
    """
    hint = "A released entry is one JSON text on one line, far below the limit; send files apart, by digest."
    if not 0 < len(body) <= MAX_ENTRY:
        raise link_error(
            "RK650", f"an entry of {len(body)} bytes cannot be released; at most {MAX_ENTRY}", hint
        )
    try:
        body.decode()
    except UnicodeDecodeError:
        raise link_error("RK650", "an entry that is no UTF-8 text cannot be released", hint) from None
    if b"\n" in body:
        raise link_error("RK650", "an entry with a line feed cannot be released", hint)


def pack_bodies(bodies: Sequence[bytes], recent: Sequence[bytes] | None) -> bytes:
    """Return bodies packed, in the light of ``recent`` ones where given."""
    return pack(b"\n".join(bodies), b"\n".join(recent or ()))


def write_batch(batch: Batch, recent: Sequence[bytes] | None) -> bytes:
    """Return the bytes of a batch: chained where ``recent`` bodies are given, plain where they are None.

    Raises:
        LinkError: An entry cannot be released (RK650).
    """
    for entry in batch.entries:
        check_body(entry.body)
    return b"".join((
        bytes([PLAIN if recent is None else CHAINED]),
        _varint(batch.after),
        _varint(len(batch.entries)),
        batch.root,
        batch.signature,
        *(entry.salt for entry in batch.entries),
        pack_bodies([entry.body for entry in batch.entries], recent),
    ))  # fmt: skip


def read_head(data: bytes) -> Head:
    """Return what the first bytes of a batch tell.

    Raises:
        LinkError: They are not those of a batch, or tell more than is allowed (RK640).
    """
    if len(data) > MAX_BATCH:
        raise _damaged(f"{len(data)} bytes; at most {MAX_BATCH}")
    if data[:1] not in {bytes([PLAIN]), bytes([CHAINED])}:
        raise _damaged("unknown form")
    after, place = _read_varint(data, 1)
    count, place = _read_varint(data, place)
    if not 1 <= count <= MAX_COUNT or after + count > MAX_NUMBER:
        raise _damaged(f"{count} entries after number {after}")
    end = place + HASH_BYTES + SIGNATURE_BYTES
    if len(data) < end + count * SALT_BYTES:
        raise _damaged("it ends too early")
    root = data[place : place + HASH_BYTES]
    return Head(data[0], after, count, root, data[place + HASH_BYTES : end], end)


def read_batch(data: bytes, recent: Recent) -> Batch:
    """Return the batch that ``data`` hold; ``recent`` is asked for a chained one.

    Raises:
        LinkError: The data are no batch, or one beyond the limits (RK640).
    """
    head = read_head(data)
    packed = head.end + head.count * SALT_BYTES
    light = b"\n".join(recent(head.after)) if head.form == CHAINED else b""
    bodies = unpack(data[packed:], light, MAX_PLAIN).split(b"\n")
    if len(bodies) != head.count:
        raise _damaged(f"{len(bodies)} entries where {head.count} were announced")
    try:
        for body in bodies:
            check_body(body)
    except LinkError as error:
        raise _damaged(error.problems[0].message) from None
    salts = (data[at : at + SALT_BYTES] for at in range(head.end, packed, SALT_BYTES))
    entries = (
        Entry(head.after + 1 + i, body, salt)
        for i, (body, salt) in enumerate(zip(bodies, salts, strict=True))
    )
    return Batch(head.after, head.root, head.signature, tuple(entries))


def _damaged(what: str) -> LinkError:
    return link_error(
        "RK640", f"a batch cannot be read: {what}", "It was damaged or made to harm; pull it again."
    )


def _varint(number: int) -> bytes:
    """Return a number in groups of seven bits, lowest first; the top bit says that more follow."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    """Return a number and where it ends; each number has one way to be written."""
    number = 0
    for index, group in enumerate(data[place : place + 8]):
        number |= (group & 0x7F) << 7 * index
        if group < 0x80:
            if index and not group:
                break
            return number, place + index + 1
    raise _damaged("a number is not written as it should be")
