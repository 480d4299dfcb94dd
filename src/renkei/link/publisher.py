"""The side that releases: answers pulls out of its log, and takes acknowledgements. Writes nothing itself.

Layer: link. Every answer is a function of the log and the question, so a publisher that crashed answers the
same again. What is kept in memory only saves time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import perf_counter

from renkei.link.batch import HEAD_BYTES, RECENT_COUNT, Batch, Entry, pack_bodies, recent_of, write_batch
from renkei.link.limits import MAX_BUDGET, MAX_COUNT, MAX_PLAIN, MIN_BUDGET, LinkError, link_error
from renkei.link.message import (
    TAG_BYTES,
    Acknowledgement,
    Admission,
    Answer,
    Behind,
    Claim,
    Nothing,
    Part,
    Pull,
)
from renkei.link.seal import End, Peer, Seal, seal_of, sign_seal
from renkei.log.merkle import Frontier
from renkei.log.note import Note, NoteError, Signature, Signer, Verifier, sign_note
from renkei.log.port import SALT_BYTES, Log

_STRIDE = 512
"""A frontier is kept for every so many entries."""
_READ = 512
_KEPT_BATCHES = 2
_LEAST_ENTRY = SALT_BYTES + 4
"""No entry takes fewer bytes of a batch, or so few that it matters."""
_BEST_RATIO = 12
"""Entries with their salts are not packed better than that."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A partner has recorded everything up to an entry, and signed for it."""

    partner: str
    size: int
    moment: int
    """When the partner says it received it, microseconds since 1970; whole seconds."""
    note: bytes
    """The seal with both signatures: evidence by itself."""


class Publisher:
    """The released log of one partner, for that partner.

    Limits: may be asked from several threads; the first answer after a start reads the released log once.
    """

    def __init__(self, log: Log, signer: Signer, *, party: str, partner: str, witness: Verifier) -> None:
        """Answer out of ``log`` what ``party`` released to ``partner``, whose key is ``witness``."""
        self.peer = Peer(party, partner, signer.verifier)
        self._log, self._signer, self._witness = log, signer, witness.witness()
        self._lock = Lock()
        self._frontiers: list[Frontier] = [Frontier()]
        self._latest: tuple[Acknowledgement, Acknowledged] | None = None
        self._batches: OrderedDict[tuple[int, int, bool], bytes] = OrderedDict()

    @property
    def partner(self) -> str:
        """The partner."""
        return self.peer.subscriber

    def answer(self, pull: Pull) -> Answer:
        """Answer a pull; what it acknowledges is taken by ``acknowledged``."""
        end = self._log.released_last(self.partner)
        if max(pull.after, pull.last) > end:
            return Behind(pull.after, end)
        if pull.after == end:
            return Nothing(pull.after)
        wanted = pull.after < pull.last <= pull.after + MAX_COUNT
        last = pull.last if wanted else self._last_within(pull.after, pull.budget)
        data = self.batch(pull.after, last, chained=not pull.plain)
        tag = sha256(data).digest()[:TAG_BYTES]
        goes_on = wanted and pull.tag == tag and 0 <= pull.offset <= len(data)
        offset = pull.offset if goes_on else 0
        return Part(pull.after, last, tag, len(data), offset, data[offset:])

    def wait(self, after: int, seconds: float) -> bool:
        """Wait at most ``seconds`` until something is released after entry ``after``; tell whether it was."""
        end = perf_counter() + seconds
        row = self._log.last()
        while self._log.released_last(self.partner) <= after:
            remaining = end - perf_counter()
            if remaining <= 0:
                return False
            row = self._log.wait(row, remaining)
        return True

    def batch(self, after: int, last: int, *, chained: bool = True) -> bytes:
        """Return the batch of the entries after ``after`` up to ``last``: always the same bytes.

        Raises:
            LinkError: There is no such batch, or an entry in it cannot be released (RK648, RK650).
        """
        key = (after, last, chained)
        with self._lock:
            if key in self._batches:
                self._batches.move_to_end(key)
                return self._batches[key]
        seal, entries = self._sealed(after, last)
        recent = self.recent(after) if chained else None
        data = write_batch(Batch(after, seal.root, sign_seal(seal, self._signer), entries), recent)
        with self._lock:
            self._batches[key] = data
            while len(self._batches) > _KEPT_BATCHES:
                self._batches.popitem(last=False)
        return data

    def batches(self, after: int, budget: int) -> Iterator[tuple[int, bytes]]:
        """Yield last entry and bytes of each batch after entry ``after``, packed to be read anywhere."""
        end = self._log.released_last(self.partner)
        while after < end:
            last = min(end, self._last_within(after, budget))
            yield last, self.batch(after, last, chained=False)
            after = last

    def bodies(self, after: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Yield number and body of the entries after ``after`` up to ``last``."""
        while after < last:
            released = self._log.released(self.partner, after, min(_READ, last - after))
            if not released:
                return
            yield from ((each.number, each.body) for each in released)
            after = released[-1].number

    def recent(self, after: int) -> tuple[bytes, ...]:
        """Return the bodies up to entry ``after`` in whose light the next batch is packed."""
        first = max(0, after - RECENT_COUNT)
        return recent_of([each.body for each in self._log.released(self.partner, first, after - first)])

    def acknowledged(self, told: Acknowledgement) -> Acknowledged:
        """Return what an acknowledgement proves.

        Raises:
            LinkError: It is not the partner's, or of no batch of this log (RK647).
        """
        latest = self._latest
        if latest is not None and latest[0] == told:
            return latest[1]
        found = self._proven(told)
        self._latest = (told, found)
        return found

    def _proven(self, told: Acknowledgement) -> Acknowledged:
        hint = "Nothing was taken from it; the partner sends it again with its next pull."
        if (
            not 0
            <= told.after
            < told.size
            <= min(told.after + MAX_COUNT, self._log.released_last(self.partner))
        ):
            raise link_error(
                "RK647", f"{self.partner} acknowledged {told.size}, which is no batch of its log", hint
            )
        seal, _ = self._sealed(told.after, told.size)
        if not self._witness.check(seal.text, told.signature):
            raise link_error(
                "RK647", f"the acknowledgement of {told.size} is not signed by {self.partner}", hint
            )
        note = seal.note(self.peer.key, sign_seal(seal, self._signer))
        line = Signature(self._witness.name, self._witness.id, told.signature)
        moment = int.from_bytes(told.signature[:8], "big") * 1_000_000
        return Acknowledged(
            self.partner, told.size, moment, Note(note.text, (*note.signatures, line)).to_bytes()
        )

    def admit(self, claim: Claim) -> Admission:
        """State that the log ends before what the claim shows that this party has signed.

        Whoever sees this happen stops releasing: the log was restored from an old copy, or somebody else
        has the key.

        Raises:
            LinkError: The claim shows nothing of the kind (RK644).
        """
        end = self._log.released_last(self.partner)
        try:
            note = Note.from_bytes(claim.note)
            note.checked([self.peer.key])
            seal = Seal.from_text(note.text)
        except (NoteError, LinkError):
            raise self._no_claim() from None
        if seal.origin != self.peer.origin or seal.size <= end:
            raise self._no_claim()
        shown = sha256(note.text.encode()).digest()
        statement = End(self.peer.origin, end, self._frontier(end).root(), shown)
        return Admission(sign_note(statement.text, self._signer).to_bytes())

    def _no_claim(self) -> LinkError:
        message = f"{self.partner} claims a longer log of ours, and shows no valid note of one"
        return link_error("RK644", message, "The partner's own log may be damaged; ask it to verify it.")

    def _sealed(self, after: int, last: int) -> tuple[Seal, tuple[Entry, ...]]:
        if not 0 <= after < last <= after + MAX_COUNT:
            raise link_error(
                "RK648", f"no batch goes from {after} to {last}", f"At most {MAX_COUNT} entries."
            )
        released = self._log.released(self.partner, after, last - after)
        if len(released) != last - after:
            raise link_error(
                "RK648", f"{self.partner} has been released nothing at {last}", "Pull from an earlier entry."
            )
        entries = tuple(Entry(each.number, each.body, each.salt) for each in released)
        leaves = [entry.leaf for entry in entries]
        return seal_of(self.peer.origin, after, self._frontier(after).extend(leaves).root(), leaves), entries

    def _frontier(self, size: int) -> Frontier:
        """Return the frontier of the first ``size`` entries."""
        with self._lock:
            nearest = self._frontiers[min(size // _STRIDE, len(self._frontiers) - 1)]
        while nearest.size < size:
            step = min(size, (nearest.size // _STRIDE + 1) * _STRIDE) - nearest.size
            released = self._log.released(self.partner, nearest.size, step)
            nearest = nearest.extend(Entry(each.number, each.body, each.salt).leaf for each in released)
            with self._lock:
                if nearest.size == len(self._frontiers) * _STRIDE:
                    self._frontiers.append(nearest)
        return nearest

    def _last_within(self, after: int, budget: int) -> int:
        """Return the last entry that fits into a budget of bytes; one entry always does."""
        room = min(max(budget, MIN_BUDGET), MAX_BUDGET)
        bodies = self._bodies(after, min(MAX_COUNT, room // _LEAST_ENTRY), min(MAX_PLAIN, room * _BEST_RATIO))
        recent, count = self.recent(after), len(bodies)
        while count > 1:
            size = HEAD_BYTES + len(pack_bodies(bodies[:count], recent)) + count * SALT_BYTES
            if size <= room:
                break
            count = max(1, min(count - 1, count * room // size))
        return after + count

    def _bodies(self, after: int, most: int, room: int) -> list[bytes]:
        """Return at most ``most`` bodies after entry ``after``: one, or more below ``room`` bytes."""
        found: list[bytes] = []
        while len(found) < most:
            released = self._log.released(self.partner, after + len(found), min(_READ, most - len(found)))
            for each in released:
                room -= len(each.body) + 1
                if room < 0 and found:
                    return found
                found.append(each.body)
            if not released:
                break
        return found
