"""The side that receives: takes a batch only if it proves that it continues what is held. Pure.

Layer: link. What is held follows from what was recorded, entries and seals, so a subscriber that crashed is
what its log says (``rebuild``). The order is what makes that safe: verify, record the entries, record the
seal, and only then acknowledge, which happens with the next pull because it is made from what is held.
Where a crash took the seal and left entries, they are pulled once more, compared, and sealed; nothing is
recorded twice.

A verdict is a value. ``Noise`` blames nobody: bytes were damaged, or came from somebody else. ``Fork``
convicts: the partner's valid signature stands under something that contradicts what it signed before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from renkei.errors import Problem
from renkei.link.batch import CHAINED, RECENT_COUNT, Batch, Entry, read_batch, read_head, recent_of
from renkei.link.fork import Fork, bad_growth, early_end, other_past, same_size
from renkei.link.limits import MAX_COUNT, LinkError, link_error
from renkei.link.message import Acknowledgement, Admission, Claim
from renkei.link.seal import End, Peer, Seal, seal_of
from renkei.log.merkle import Frontier, Tree
from renkei.log.note import Note, NoteError, Signer, cosign_note


class _Frozen(msgspec.Struct, frozen=True):
    """What is held, as a snapshot has it."""

    frontier: str
    note: str
    recent: list[str]


@dataclass(frozen=True, slots=True)
class Held:
    """What is recorded of a partner's released log, as far as it matters for what comes next."""

    frontier: Frontier = field(default_factory=Frontier)
    note: Note | None = None
    """Latest seal, with both signatures; None before the first batch."""
    recent: tuple[bytes, ...] = ()
    """Latest bodies under the seal, in whose light the next batch is packed."""
    unsealed: tuple[bytes, ...] = ()
    """Leaves of entries that were recorded when a crash kept their seal from being recorded."""

    @property
    def size(self) -> int:
        """Number of the last entry under the seal: the cursor."""
        return self.frontier.size

    @property
    def recorded(self) -> int:
        """Number of the last entry that is recorded."""
        return self.size + len(self.unsealed)

    @property
    def acknowledgement(self) -> Acknowledgement | None:
        """What tells the partner that this much is recorded."""
        if self.note is None:
            return None
        seal = Seal.from_text(self.note.text)
        signatures = [line.value for line in self.note.signatures if len(line.value) == 72]
        return Acknowledgement(seal.after, seal.size, signatures[-1]) if signatures else None

    def to_bytes(self) -> bytes:
        """Return what is under the seal as bytes, for a snapshot."""
        note = self.note.to_bytes().decode() if self.note else ""
        recent = [body.decode() for body in self.recent]
        return msgspec.json.encode(_Frozen(self.frontier.to_bytes().hex(), note, recent))

    @classmethod
    def from_bytes(cls, data: bytes) -> Held:
        """Return what a snapshot holds; ``rebuild`` tells whether it fits the seal.

        Raises:
            LinkError: The data are no snapshot (RK654).
        """
        try:
            frozen = msgspec.json.decode(data, type=_Frozen)
            note = Note.from_bytes(frozen.note.encode()) if frozen.note else None
            frontier = Frontier.from_bytes(bytes.fromhex(frozen.frontier))
        except (msgspec.MsgspecError, NoteError, ValueError) as error:
            raise _unfit(f"a snapshot cannot be read ({error})") from None
        return cls(frontier, note, tuple(body.encode() for body in frozen.recent))

    @property
    def claim(self) -> Claim | None:
        """What shows the partner that it has signed this much."""
        return Claim(self.note.to_bytes()) if self.note else None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The batch continues what is held: record entries, then the note, then hold ``held``."""

    entries: tuple[Entry, ...]
    """What is not recorded yet."""
    note: bytes
    """The seal, signed by the partner and co-signed here."""
    held: Held


@dataclass(frozen=True, slots=True)
class Stale:
    """Everything in the batch is held already; nothing changes."""

    last: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """Entries between what is held and the batch are missing; nothing changes."""

    first: int
    """First missing entry."""
    last: int
    """Last missing entry."""

    @property
    def problem(self) -> Problem:
        """The same as a problem to show."""
        what = (
            f"the batch begins after entry {self.last}; entries {self.first} to {self.last} are missing here"
        )
        return Problem("RK642", what, f"Bring the batch that begins with entry {self.first} first.")


@dataclass(frozen=True, slots=True)
class Noise:
    """The bytes prove nothing; pull again."""

    problem: Problem


Verdict = Accepted | Stale | Ahead | Noise | Fork
PastTree = Callable[[], Tree]
"""Makes the tree of everything that is held; costs reading it all."""


class Subscriber:
    """Judges what comes from one partner. Holds nothing itself."""

    def __init__(self, peer: Peer, signer: Signer) -> None:
        """Judge what ``peer`` releases; co-sign with ``signer``."""
        self.peer, self._signer = peer, signer

    def accept(self, held: Held, data: bytes, now: int, past: PastTree | None = None) -> Verdict:
        """Judge a batch.

        Args:
            held: What is recorded.
            data: The batch, whole.
            now: The moment of receipt, in microseconds since 1970; goes into the co-signature.
            past: Asked where an old batch has a seal that could contradict what is held.
        """
        try:
            head = read_head(data)
            if head.after > held.size:
                return Ahead(held.size + 1, head.after)
            if head.form == CHAINED and head.after != held.size:
                # It can be unpacked only in the light of what was held then; the line repeats itself.
                return Stale(head.last)
            batch = read_batch(data, lambda _: held.recent)
        except LinkError as error:
            return Noise(error.problems[0])
        leaves = [entry.leaf for entry in batch.entries]
        seal = seal_of(self.peer.origin, batch.after, batch.root, leaves)
        if not self.peer.key.check(seal.text, batch.signature):
            return Noise(_unsigned(self.peer))
        return self._judge(held, batch, seal, leaves, now, past)

    def _judge(
        self, held: Held, batch: Batch, seal: Seal, leaves: Sequence[bytes], now: int, past: PastTree | None
    ) -> Verdict:
        note = seal.note(self.peer.key, batch.signature)
        if batch.last <= held.size:
            return self._contradiction(held, seal, note, past) or Stale(batch.last)
        new = leaves[held.size - batch.after :]
        frontier = held.frontier.extend(new)
        if frontier.root() != seal.root:
            return bad_growth(self.peer, held.note, note, held.frontier, leaves)
        if any(old != leaf for old, leaf in zip(held.unsealed, new, strict=False)):
            return Noise(_denied(self.peer))
        signed = cosign_note(note, self._signer.witness(now))
        bodies = (entry.body for entry in batch.entries[held.size - batch.after :])
        recent = recent_of([*held.recent, *bodies])
        fresh = tuple(entry for entry in batch.entries if entry.number > held.recorded)
        return Accepted(fresh, signed.to_bytes(), Held(frontier, signed, recent, held.unsealed[len(new) :]))

    def examine(self, held: Held, data: bytes, past: PastTree | None = None) -> Fork | Noise | None:
        """Judge a seal that came by itself, from the partner or from anybody who has one.

        Returns:
            Evidence, if it contradicts what is held; why it says nothing; None if it fits, or is of a later
            size.
        """
        try:
            note = Note.from_bytes(data)
            note.checked([self.peer.key])
            seal = Seal.from_text(note.text)
        except (NoteError, LinkError) as error:
            return Noise(error.problems[0])
        if seal.origin != self.peer.origin:
            return Noise(_unsigned(self.peer))
        return self._contradiction(held, seal, note, past)

    def _contradiction(self, held: Held, seal: Seal, note: Note, past: PastTree | None) -> Fork | None:
        if held.note is None or seal.size > held.size:
            return None
        if seal.size == held.size:
            return None if seal.root == held.frontier.root() else same_size(self.peer, held.note, note)
        tree = past() if past else None
        if tree is None or tree.size < held.size or tree.root(seal.size) == seal.root:
            return None
        path = tree.consistency_proof(seal.size, held.size)
        return other_past(self.peer, held.note, note, tree.root(seal.size), path)

    def judge_admission(self, held: Held, admission: Admission) -> Fork | Noise:
        """Judge what the partner answered to the claim that it had signed more than it has."""
        try:
            note = Note.from_bytes(admission.note)
            note.checked([self.peer.key])
            end = End.from_text(note.text)
        except (NoteError, LinkError) as error:
            return Noise(error.problems[0])
        shown = held.note is not None and sha256(held.note.text.encode()).digest() == end.shown
        if held.note is None or not shown or end.origin != self.peer.origin or end.size >= held.size:
            return Noise(_unsigned(self.peer))
        return early_end(self.peer, held.note, note)


def rebuild(entries: Iterable[Entry], note: bytes | None, base: Held | None = None) -> Held:
    """Return what is held, from what was recorded: entries in order, and the latest co-signed seal.

    Args:
        entries: Every entry that was recorded; with ``base``, those after ``base.size``.
        note: The latest seal that was recorded.
        base: What was held at an earlier seal, from a snapshot: saves reading what came before.

    Raises:
        LinkError: They do not belong together: the own log was changed (RK654).
    """
    sealed = None if note is None else Note.from_bytes(note)
    seal = None if sealed is None else Seal.from_text(sealed.text)
    size = seal.size if seal else 0
    base = base or Held()
    frontier, unsealed = base.frontier, list[bytes]()
    recent = deque[bytes](base.recent, maxlen=RECENT_COUNT)
    for last, entry in enumerate(entries, base.size + 1):
        if entry.number != last or last > size + MAX_COUNT:
            raise _unfit(f"entry {entry.number} stands where entry {last} belongs, and {size} are sealed")
        if last <= size:
            frontier = frontier.append(entry.leaf)
            recent.append(entry.body)
        else:
            unsealed.append(entry.leaf)
    if seal is not None and (seal.size, seal.root) != (frontier.size, frontier.root()):
        raise _unfit(f"the seal of {seal.size} entries is not that of the {frontier.size} recorded")
    return Held(frontier, sealed, recent_of(list(recent)), tuple(unsealed))


def _unsigned(peer: Peer) -> Problem:
    hint = "It was damaged on the way, or is from somebody else. If it goes on, compare the pinned keys."
    return Problem(
        "RK641", f"what arrived is not signed by the key of {peer.publisher} that is pinned here", hint
    )


def _denied(peer: Peer) -> Problem:
    message = f"{peer.publisher} now sends other entries than it sent before a crash took their seal"
    return Problem(
        "RK653", message, "No signature proves it. Call the partner; compare what the two logs hold."
    )


def _unfit(what: str) -> LinkError:
    hint = "Verify the own log with `renkei log verify`; a seal is recorded after its entries."
    return link_error("RK654", f"what was received from a partner does not fit its seal: {what}", hint)
