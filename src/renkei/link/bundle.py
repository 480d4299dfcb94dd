"""Batches as a file, for a disk carried by hand or a line that goes one way only.

Layer: link. A bundle holds the same batches as the link, each sealed, and packed by itself, so that it can be
read wherever the receiver stands:

    renkei bundle 1
    {"from": "jpn", "to": "usa", "after": 42, "last": 57, "created": "...", "acknowledgement": {...}}
    <length (4, big-endian) and bytes of each batch>

One with files in it begins with ``renkei bundle 2``; a length of zero ends its batches, and the files follow
(``renkei.link.carried``).

The head is for people and is not signed: what counts is inside the seals. Bundles may be read in any order
and more than once; what is held already changes nothing, and what comes too early is refused with the
numbers that are missing. Where disks go both ways, a bundle takes the acknowledgement of the other
direction along.

Limits: 256 MiB of entries, which is more than a million of them; 2 GiB with files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from renkei.clock import from_text, to_text
from renkei.link.batch import read_head
from renkei.link.carried import NO_FILES, CarriedFile, Chosen, Find, choose_files, read_files, write_files
from renkei.link.limits import MAX_BATCH, MAX_BUDGET, link_error, unusable_bundle
from renkei.link.message import COSIGNATURE_BYTES, Acknowledgement
from renkei.link.publisher import Publisher
from renkei.link.subscriber import Accepted, Held, PastTree, Stale, Subscriber, Verdict

FIRST_LINE, WITH_FILES = b"renkei bundle 1\n", b"renkei bundle 2\n"
MAX_BYTES = 256 * 1024 * 1024
_MAX_HEAD = 4096
_LENGTH = 4
_END = bytes(_LENGTH)


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
    files: int = 0
    file_bytes: int = 0
    left_out: int = 0
    left_after: int | None = None


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
    files: tuple[CarriedFile, ...] = ()
    """The files in it; each has its digest."""
    left_out: int = 0
    """Files that its entries name and that did not go along, as its head says."""
    left_after: int | None = None
    """The entry after which another bundle has to begin to carry the first of them, as its head says."""


def write_bundle(
    out: BinaryIO,
    publisher: Publisher,
    after: int,
    *,
    created: int,
    acknowledgement: Acknowledgement | None = None,
    find: Find | None = None,
    room: int = 0,
) -> None:
    """Write everything released after entry ``after`` into a file, as far as one file goes.

    Args:
        out: The file.
        publisher: The released log.
        after: The last entry that the partner has acknowledged, or as people know it where nothing comes
            back.
        created: The moment, in microseconds since 1970.
        acknowledgement: What to tell the partner of its own log (``Held.acknowledgement``).
        find: Tells where a file is that an entry names; None to carry no files.
        room: Bytes to which files may bring the bundle.

    Raises:
        LinkError: Nothing was released after ``after`` (RK648).
        OSError: A file cannot be read.
    """
    framed, last, size = _framed(publisher, after)
    if not framed and acknowledgement is None:
        message = f"nothing was released to {publisher.partner} after entry {after}"
        raise link_error("RK648", message, "There is nothing to carry.")
    chosen = NO_FILES if find is None else choose_files(publisher.bodies(after, last), find, room - size)
    head = _head(publisher, after, last, created, acknowledgement, chosen)
    out.write(WITH_FILES if chosen.files else FIRST_LINE)
    out.write(msgspec.json.encode(head) + b"\n")
    out.writelines(framed)
    if chosen.files:
        out.write(_END)
        write_files(out, chosen)


def _framed(publisher: Publisher, after: int) -> tuple[list[bytes], int, int]:
    """Return the batches with their lengths, the last entry in them, and their bytes with those of a head."""
    framed, last, size = list[bytes](), after, _MAX_HEAD
    for reached, data in publisher.batches(after, MAX_BUDGET):
        if size + _LENGTH + len(data) > MAX_BYTES:
            break
        framed.append(len(data).to_bytes(_LENGTH, "big") + data)
        last, size = reached, size + _LENGTH + len(data)
    return framed, last, size


def _head(
    publisher: Publisher,
    after: int,
    last: int,
    created: int,
    told: Acknowledgement | None,
    chosen: Chosen,
) -> _Head:
    peer = publisher.peer
    signed = None if told is None else _Signed(told.after, told.size, told.signature.hex())
    return _Head(
        peer.publisher,
        peer.subscriber,
        after,
        last,
        to_text(created),
        signed,
        len(chosen.files),
        chosen.size,
        chosen.left_out,
        chosen.left_after,
    )


def open_bundle(source: BinaryIO, file: str = "") -> Bundle:
    """Read a bundle to its end, and return what it holds; files are looked at and stay where they are.

    Args:
        source: The bundle, from its first byte on.
        file: Its name, for what is said about it.

    Raises:
        LinkError: It is no bundle, or a damaged one (RK645).
    """
    first = source.read(len(FIRST_LINE))
    if first not in {FIRST_LINE, WITH_FILES}:
        raise unusable_bundle("it does not begin as one", file)
    head, created, told, size = _read_head(source, file)
    place = len(first) + size
    batches, place = _read_batches(source, place, file, ended=first == WITH_FILES)
    files = tuple(read_files(source, head.files, place, file)) if first == WITH_FILES else ()
    return Bundle(
        head.publisher,
        head.subscriber,
        head.after,
        head.last,
        created,
        batches,
        told,
        files,
        head.left_out,
        head.left_after,
    )


def read_summary(source: BinaryIO) -> dict[str, Any]:
    """Return what the head of a bundle says is in it; nothing of that has been looked at.

    Raises:
        LinkError: It is no bundle (RK645).
    """
    if source.read(len(FIRST_LINE)) not in {FIRST_LINE, WITH_FILES}:
        raise unusable_bundle("it does not begin as one")
    head = _read_head(source, "")[0]
    names = ("after", "last", "files", "file_bytes", "left_out", "left_after")
    return {name: getattr(head, name) for name in names}


def _read_head(source: BinaryIO, file: str) -> tuple[_Head, int, Acknowledgement | None, int]:
    line = source.readline(_MAX_HEAD)
    try:
        head = msgspec.json.decode(line, type=_Head)
        created = from_text(head.created)
        signed = head.acknowledgement
        told = None
        if signed is not None:
            told = Acknowledgement(signed.after, signed.size, bytes.fromhex(signed.signature))
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        raise unusable_bundle(f"its head cannot be read: {str(error)[:200]}", file) from None
    if not line.endswith(b"\n") or (told and len(told.signature) != COSIGNATURE_BYTES):
        raise unusable_bundle("its head cannot be read", file)
    return head, created, told, len(line)


def _read_batches(source: BinaryIO, place: int, file: str, *, ended: bool) -> tuple[tuple[bytes, ...], int]:
    """Return the batches and how many bytes were read; a length of zero ends them where ``ended`` says so."""
    batches = list[bytes]()
    while length := source.read(_LENGTH):
        place += len(length)
        if ended and length == _END:
            return tuple(batches), place
        size = int.from_bytes(length, "big")
        if len(length) < _LENGTH or not 0 < size <= MAX_BATCH:
            raise unusable_bundle("it was cut off, or a length in it is wrong", file)
        place += size
        if place > MAX_BYTES:
            raise unusable_bundle(f"its entries are larger than {MAX_BYTES // 1024**2} MiB", file)
        data = source.read(size)
        if len(data) < size:
            raise unusable_bundle("it was cut off, or a length in it is wrong", file)
        batches.append(data)
    if ended:
        raise unusable_bundle("it was cut off before its files", file)
    return tuple(batches), place


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
