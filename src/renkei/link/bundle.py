"""Batches as a file, for a disk carried by hand or a line that goes one way only.

Layer: link. A bundle holds the same batches as the link, each sealed, and packed by itself, so that it can be
read wherever the receiver stands:

    renkei bundle 1
    {"from": "jpn", "to": "usa", "after": 42, "last": 57, "created": "...", "acknowledgement": {...}}
    <length (4, big-endian) and bytes of each batch>

The head is for people and is not signed: what counts is inside the seals. Bundles may be read in any order
and more than once; what is held already changes nothing, and what comes too early is refused with the
numbers that are missing. Where disks go both ways, a bundle takes the acknowledgement of the other
direction along.

Limits: 256 MiB a file, which is more than a million entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from renkei.clock import from_text, to_text
from renkei.link.batch import read_head
from renkei.link.limits import MAX_BATCH, MAX_BUDGET, LinkError, link_error
from renkei.link.message import COSIGNATURE_BYTES, Acknowledgement
from renkei.link.publisher import Publisher
from renkei.link.subscriber import Accepted, Held, PastTree, Stale, Subscriber, Verdict

FIRST_LINE = b"renkei bundle 1\n"
MAX_BYTES = 256 * 1024 * 1024
_MAX_HEAD = 4096
_LENGTH = 4


class _Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An acknowledgement as the head has it."""

    after: int
    size: int
    signature: str


class _Head(msgspec.Struct, frozen=True, omit_defaults=True):
    """The second line. A later version may add fields."""

    publisher: str = msgspec.field(name="from")
    subscriber: str = msgspec.field(name="to")
    after: int
    last: int
    created: str
    acknowledgement: _Signed | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as it was read; nothing in it has been verified."""

    publisher: str
    subscriber: str
    after: int
    last: int
    created: int
    """When it was made, as its head says; microseconds since 1970."""
    batches: tuple[bytes, ...]
    acknowledgement: Acknowledgement | None = None
    """What the sender has of the receiver's own released log."""


def export_bundle(
    publisher: Publisher, after: int, *, created: int, acknowledgement: Acknowledgement | None = None
) -> bytes:
    """Return everything released after entry ``after`` as a file, as far as one file goes.

    Args:
        publisher: The released log.
        after: The last entry that the partner has acknowledged, or as people know it where nothing comes
            back.
        created: The moment, in microseconds since 1970.
        acknowledgement: What to tell the partner of its own log (``Held.acknowledgement``).

    Raises:
        LinkError: Nothing was released after ``after`` (RK648).
    """
    batches: list[bytes] = []
    last, room = after, MAX_BYTES - _MAX_HEAD
    for reached, data in publisher.batches(after, MAX_BUDGET):
        room -= _LENGTH + len(data)
        if room < 0:
            break
        batches.append(data)
        last = reached
    if not batches and acknowledgement is None:
        message = f"nothing was released to {publisher.partner} after entry {after}"
        raise link_error("RK648", message, "There is nothing to carry.")
    told, signed = acknowledgement, None
    if told is not None:
        signed = _Signed(told.after, told.size, told.signature.hex())
    peer = publisher.peer
    head = _Head(peer.publisher, peer.subscriber, after, last, to_text(created), signed)
    framed = [len(data).to_bytes(_LENGTH, "big") + data for data in batches]
    return b"".join((FIRST_LINE, msgspec.json.encode(head), b"\n", *framed))


def read_bundle(data: bytes, file: str = "") -> Bundle:
    """Return what a file holds; ``file`` is its name, for what is said about it.

    Raises:
        LinkError: It is no bundle, or a damaged one (RK645).
    """
    if len(data) > MAX_BYTES:
        raise _unusable(f"it is larger than {MAX_BYTES // 1024**2} MiB", file)
    if not data.startswith(FIRST_LINE):
        raise _unusable("it does not begin as one", file)
    line, end, _ = data[len(FIRST_LINE) : len(FIRST_LINE) + _MAX_HEAD].partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=_Head)
        created = from_text(head.created)
        signed = head.acknowledgement
        told = None
        if signed is not None:
            told = Acknowledgement(signed.after, signed.size, bytes.fromhex(signed.signature))
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        raise _unusable(f"its head cannot be read: {str(error)[:200]}", file) from None
    if not end or (told and len(told.signature) != COSIGNATURE_BYTES):
        raise _unusable("its head cannot be read", file)
    batches = tuple(_batches(data, len(FIRST_LINE) + len(line) + 1, file))
    return Bundle(head.publisher, head.subscriber, head.after, head.last, created, batches, told)


def _batches(data: bytes, place: int, file: str) -> Iterator[bytes]:
    while place < len(data):
        size = int.from_bytes(data[place : place + _LENGTH], "big")
        place += _LENGTH
        if not 0 < size <= min(MAX_BATCH, len(data) - place):
            raise _unusable("it was cut off, or a length in it is wrong", file)
        yield data[place : place + size]
        place += size


def import_bundle(
    subscriber: Subscriber, held: Held, bundle: Bundle, now: int, past: PastTree | None = None
) -> Iterator[Verdict]:
    """Yield the verdict on each batch, in order, until one is neither accepted nor held already.

    Each accepted batch is recorded before the next verdict is asked for.

    Raises:
        LinkError: The bundle is not from this partner, or not for this party (RK646).
    """
    check_parties(bundle, subscriber.peer.publisher, subscriber.peer.subscriber)
    for data in bundle.batches:
        verdict = subscriber.accept(held, data, now, past)
        yield verdict
        if isinstance(verdict, Accepted):
            held = verdict.held
        elif not isinstance(verdict, Stale):
            return


def check_parties(bundle: Bundle, publisher: str, subscriber: str) -> None:
    """Refuse a bundle of other parties.

    Raises:
        LinkError: It is not from ``publisher``, or not for ``subscriber`` (RK646).
    """
    if (bundle.publisher, bundle.subscriber) != (publisher, subscriber):
        message = f"the bundle is from {bundle.publisher[:80]!r} for {bundle.subscriber[:80]!r}"
        hint = f"Expected one from {publisher} for {subscriber}; look for the right file."
        raise link_error("RK646", message, hint)


def missing(held: Held, bundle: Bundle) -> tuple[int, int] | None:
    """Return the first and last entry that have to come before this bundle, None if it can be read now.

    Raises:
        LinkError: The first batch cannot be read (RK640).
    """
    if not bundle.batches:
        return None
    head = read_head(bundle.batches[0])
    return (held.size + 1, head.after) if head.after > held.size else None


def _unusable(why: str, file: str) -> LinkError:
    hint = "It was cut off or damaged when it was copied, or is another kind of file; copy it again."
    return link_error("RK645", f"this is no bundle that can be read: {why}", hint, file)
