"""Proofs to hand out: one entry, and all that somebody without the log needs to see that it is in there.

Layer: log. A proof is a small JSON file: the entry with its salt, the path through the tree (RFC 9162), and a
checkpoint that the party has signed, with its witnesses. Whoever has the public key can check it alone. It
shows nothing of other entries: what else it holds are hashes over salted commitments.

What it proves: that the party, with its key, signed a log with this very entry at this number. Of an entry
of the log itself it also tells kind, subject, moment, and whether it let something leave, though not what.

Limits: a proof that is read has at most 20 MB.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from renkei.clock import to_text
from renkei.errors import InputError, UsageError
from renkei.log.checkpoint import CHECKPOINT, COSIGNED, Checkpoint, kept_name, origin_of, parties_of
from renkei.log.commitment import commitment, release_leaf, releases_digest, row_commitment, row_leaf
from renkei.log.finding import Finding
from renkei.log.merkle import HASH_BYTES, MAX_SIZE, Frontier, leaf_hash, verify_inclusion
from renkei.log.note import Note, NoteError, Verifier
from renkei.log.port import SALT_BYTES, Log, Release, Row
from renkei.log.tile import TILE, Tile
from renkei.log.verify import Keys

FORMAT = "renkei-proof/1"
MAX_PROOF_BYTES = 20_000_000
_PAGE = 1000
_Bytes = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]*={0,2}$")]
_Number = Annotated[int, msgspec.Meta(ge=1, le=MAX_SIZE)]
_Moment = Annotated[int, msgspec.Meta(ge=-MAX_SIZE - 1, le=MAX_SIZE)]


class _Stored(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is stored of an entry of the log itself beside its body."""

    kind: str
    subject: str
    recorded: _Moment
    releases: _Bytes


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A proof as it is written."""

    format: str
    log: str
    number: _Number
    body: str
    salt: _Bytes
    path: Annotated[list[_Bytes], msgspec.Meta(max_length=64)]
    checkpoint: str
    entry: _Stored | None = None


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What a proof shows."""

    origin: str
    """The log: ``renkei/PARTY``, or ``renkei/PARTY/to/PARTNER`` of what was released."""
    number: int
    size: int
    """Entries that the log had when it was signed."""
    body: str
    """The entry; to be trusted only where the proof holds."""
    kind: str = ""
    subject: str = ""
    recorded: int | None = None
    """When the node recorded it, microseconds since 1970 (UTC); not told of a released entry."""
    witnessed: dict[str, int] | None = None
    """Trusted witness -> when it saw the checkpoint."""
    finding: Finding | None = None
    """Why the proof does not hold."""

    @property
    def holds(self) -> bool:
        """Return whether the entry is in the log."""
        return self.finding is None

    def to_dict(self) -> dict[str, object]:
        """Return the report as the object that ``--json`` prints."""
        seen = {name: to_text(moment) for name, moment in (self.witnessed or {}).items()}
        return {
            "holds": self.holds,
            "log": self.origin,
            "number": self.number,
            "size": self.size,
            "kind": self.kind,
            "subject": self.subject,
            "recorded": self.recorded,
            "body": self.body,
            "witnessed": seen,
            "finding": self.finding.to_dict() if self.finding else None,
        }


def prove_entry(log: Log, party: str, number: int, *, partner: str = "") -> bytes:
    """Return the proof that an entry is in the log of ``party``, or in what it released to ``partner``.

    Where ``partner`` has cosigned a checkpoint that covers the entry, the proof has that one.

    Raises:
        UsageError: There is no such entry, or no checkpoint covers it yet.
        InputError: The entry is not what the checkpoint has signed.
    """
    origin = origin_of(party, partner)
    entry: Release | Row | None = next(iter(_entries(log, partner, number - 1, 1)), None)
    if entry is None or _number_of(entry) != number:
        raise UsageError(f"{origin} has no entry {number}")
    note = _covering(log, partner, number)
    signed = Checkpoint.from_text(note.text)
    for tile in _tiles(log, partner, number - 1, signed.size):
        if tile.frontier().root() == signed.root and tile.leaf(number - 1) == _leaf(entry):
            return _written(origin, entry, tile.inclusion_proof(number - 1), note)
    what = f"entry {number} of {origin} is not what the checkpoint of {signed.size} entries has signed"
    raise InputError.from_problem("RK638", what, "See renkei log verify for what is wrong with the log.")


def verify_proof(data: bytes, keys: Iterable[Verifier]) -> ProofReport:
    """Check a proof, and return what it shows.

    Args:
        data: The file.
        keys: Public keys that are trusted: of the party whose log it is, and of witnesses.

    Raises:
        InputError: It is no proof.
        UsageError: There are no keys.
    """
    known, file = Keys(keys), _read(data)
    parties = parties_of(file.log)
    if parties is None:
        raise _no_proof(f"{file.log[:120]!r} is no log of renkei")
    entry, salt = file.entry, _decoded(file.salt, SALT_BYTES)
    body = _utf8(file.body)
    if (entry is None) != bool(parties[1]):
        raise _no_proof("an entry of the log itself tells its kind, a released one does not")
    if entry is None:
        committed = commitment(salt, body)
    else:
        _utf8(entry.kind + entry.subject)
        row = Row(file.number, entry.kind, entry.subject, entry.recorded, body, salt)
        committed = row_commitment(row, _decoded(entry.releases, HASH_BYTES))
    path = [_decoded(item, HASH_BYTES) for item in file.path]
    return _judged(file, known, parties[0], leaf_hash(committed), path)


def _judged(file: _File, keys: Keys, party: str, leaf: bytes, path: list[bytes]) -> ProofReport:
    size, witnessed = 0, None
    code, wrong = "RK638", ""
    try:
        signed = keys.open(_utf8(file.checkpoint), party)
    except NoteError as error:
        code, wrong = error.problems[0].code, error.problems[0].message
    except UsageError as error:
        code, wrong = "RK621", str(error)
    else:
        size, witnessed = signed.size, signed.witnessed()
        if signed.checkpoint.origin != file.log:
            wrong = f"the checkpoint is of {signed.checkpoint.origin}, not of {file.log}"
        elif not verify_inclusion(leaf, file.number - 1, size, path, signed.root):
            wrong = f"the entry is not number {file.number} of the {size} that the checkpoint has signed"
    finding = Finding(code, wrong, file.number, file.number) if wrong else None
    entry = file.entry or _Stored("", "", 0, "")
    recorded = file.entry.recorded if file.entry else None
    return ProofReport(
        file.log, file.number, size, file.body, entry.kind, entry.subject, recorded, witnessed, finding
    )


# Making.


def _entries(log: Log, partner: str, after: int, limit: int) -> Sequence[Release | Row]:
    return log.released(partner, after, limit) if partner else log.read(after, limit)


def _number_of(entry: Release | Row) -> int:
    return entry.seq if isinstance(entry, Row) else entry.number


def _leaf(entry: Release | Row) -> bytes:
    return row_leaf(entry) if isinstance(entry, Row) else release_leaf(entry)


def _covering(log: Log, partner: str, number: int) -> Note:
    """Return the first checkpoint that covers an entry, a cosigned one where there is one."""
    for name in (COSIGNED, CHECKPOINT):
        for position, data in log.all_kept(kept_name(name, partner)):
            if position >= number:
                return Note.from_bytes(data)
    raise UsageError(f"no checkpoint covers entry {number} yet; the node signs one every few seconds")


def _tiles(log: Log, partner: str, index: int, size: int) -> Iterator[Tile]:
    """Yield tiles from before ``index`` to ``size``: of kept ones, as few as it takes; then of all entries.

    The first may be wrong, if somebody changed what is kept; the second is what is there.
    """
    kept = log.kept(kept_name(TILE, partner), size)
    end = kept[0] if kept else 0
    leaves = b"".join(_leaves(log, partner, end, size))
    while kept and kept[0] == end:
        try:
            tile = Tile.from_bytes(kept[1])
        except ValueError:
            break
        if tile.end != end:
            break
        leaves, end = tile.leaves + leaves, tile.start.size
        if end <= index:
            yield Tile(tile.start, leaves)
            break
        kept = log.kept(kept_name(TILE, partner), end)
    yield Tile(Frontier(), b"".join(_leaves(log, partner, 0, size)))


def _leaves(log: Log, partner: str, after: int, last: int) -> Iterator[bytes]:
    for begin in range(after, last, _PAGE):
        yield from map(_leaf, _entries(log, partner, begin, min(_PAGE, last - begin)))


def _written(origin: str, entry: Release | Row, path: list[bytes], note: Note) -> bytes:
    stored = None
    if isinstance(entry, Row):
        released = _encoded(releases_digest(entry.releases))
        stored = _Stored(entry.kind, entry.subject, entry.recorded, released)
    try:
        body = entry.body.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"entry {_number_of(entry)} is no text") from error
    hashes = [_encoded(item) for item in path]
    file = _File(
        FORMAT,
        origin,
        _number_of(entry),
        body,
        _encoded(entry.salt),
        hashes,
        note.to_bytes().decode(),
        stored,
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


# Reading what strangers send.


def _no_proof(what: str) -> InputError:
    hint = "Ask for the file again; it is written by renkei log prove."
    return InputError.from_problem("RK637", f"not a proof: {what}", hint)


def _read(data: bytes) -> _File:
    if len(data) > MAX_PROOF_BYTES:
        raise _no_proof(f"it has more than {MAX_PROOF_BYTES} bytes")
    try:
        found = json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_refused)
        file = msgspec.convert(found, _File, strict=True)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise _no_proof(str(error)[:300]) from error
    if file.format != FORMAT:
        raise _no_proof(f"its format is {file.format[:40]!r}, and this renkei reads {FORMAT}")
    return file


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _refused(name: str) -> Callable[[], None]:
    raise ValueError(f"{name} is no JSON")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise _no_proof("half a character stands in a text") from error


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str, length: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_proof("a hash or a salt is not base64") from error
    if len(data) != length or _encoded(data) != text:
        raise _no_proof(f"a hash or a salt is not {length} bytes in base64")
    return data
