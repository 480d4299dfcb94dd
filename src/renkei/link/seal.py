"""The seal of a batch: a checkpoint of the released log that the publisher signs for exactly one batch.

Layer: link. A seal is a C2SP checkpoint (https://c2sp.org/tlog-checkpoint) with one line more:

    renkei/jpn/to/usa
    57
    <root of the tree of 57 entries, base64>
    batch 42 <SHA-256 over the leaves 43 to 57, base64>

The fourth line is why a seal convicts. Without it, a root that does not fit could be the publisher's doing or
that of whoever carried the batch; with it, the signature holds only for the very leaves that arrived. So what
was damaged on the way has no valid signature, and what has one was signed by the publisher, root and leaves
together.

On the wire a seal is its root and its signature, 96 bytes: the subscriber knows all else and puts it back.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from renkei.link.limits import MAX_NUMBER, link_error
from renkei.log.checkpoint import Checkpoint, origin_of
from renkei.log.note import Note, NoteError, Signature, Signer, Verifier

SIGNATURE_BYTES = 64
_BATCH = re.compile(r"batch (0|[1-9]\d{0,15}) ([A-Za-z0-9+/]{43}=)")
_END = re.compile(r"end ([A-Za-z0-9+/]{43}=)")


@dataclass(frozen=True, slots=True)
class Peer:
    """One direction of a link: who releases to whom, and the key that the releasing side is known by."""

    publisher: str
    subscriber: str
    key: Verifier
    """Key that seals batches; pinned by people, never learnt over the link."""

    @property
    def origin(self) -> str:
        """First line of every checkpoint of this released log."""
        return origin_of(self.publisher, self.subscriber)


@dataclass(frozen=True, slots=True)
class Seal:
    """What a publisher states about a batch; nothing is said about its signature."""

    origin: str
    after: int
    size: int
    """Number of the last entry of the batch: the size of the tree."""
    root: bytes
    leaves: bytes
    """SHA-256 over the leaves of the batch."""

    @property
    def text(self) -> str:
        """The text that is signed."""
        line = f"batch {self.after} {base64.b64encode(self.leaves).decode()}"
        return Checkpoint(self.origin, self.size, self.root, (line,)).to_text()

    def note(self, key: Verifier, signature: bytes) -> Note:
        """Return the seal as a note with the publisher's ``signature``."""
        return Note(self.text, (Signature(key.name, key.id, signature),))

    @classmethod
    def from_text(cls, text: str) -> Seal:
        """Return the seal that a text states.

        Raises:
            LinkError: The text is no seal (RK641).
        """
        checkpoint, match = _read(text, _BATCH)
        found = cls(
            checkpoint.origin, int(match[1]), checkpoint.size, checkpoint.root, base64.b64decode(match[2])
        )
        if not found.after < found.size <= MAX_NUMBER or found.text != text:
            raise _other(text)
        return found


@dataclass(frozen=True, slots=True)
class End:
    """A publisher's statement, in sight of a longer checkpoint of its own, that its log ends earlier."""

    origin: str
    size: int
    root: bytes
    shown: bytes
    """SHA-256 of the text of the longer checkpoint."""

    @property
    def text(self) -> str:
        """The text that is signed."""
        line = f"end {base64.b64encode(self.shown).decode()}"
        return Checkpoint(self.origin, self.size, self.root, (line,)).to_text()

    @classmethod
    def from_text(cls, text: str) -> End:
        """Return the statement that a text makes.

        Raises:
            LinkError: The text makes none (RK641).
        """
        checkpoint, match = _read(text, _END)
        found = cls(checkpoint.origin, checkpoint.size, checkpoint.root, base64.b64decode(match[1]))
        if found.text != text:
            raise _other(text)
        return found


def seal_of(origin: str, after: int, root: bytes, leaves: Sequence[bytes]) -> Seal:
    """Return the seal of the batch with ``leaves`` that follows entry ``after`` and leads to ``root``."""
    return Seal(origin, after, after + len(leaves), root, sha256(b"".join(leaves)).digest())


def sign_seal(seal: Seal, signer: Signer) -> bytes:
    """Return the publisher's signature, the same whenever it is made."""
    return signer.sign(seal.text)


def _read(text: str, form: re.Pattern[str]) -> tuple[Checkpoint, re.Match[str]]:
    try:
        checkpoint = Checkpoint.from_text(text)
    except NoteError:
        raise _other(text) from None
    match = form.fullmatch(checkpoint.extensions[0]) if len(checkpoint.extensions) == 1 else None
    if match is None:
        raise _other(text)
    return checkpoint, match


def _other(text: str) -> Exception:
    message = f"a checkpoint is not the one that was expected: {text[:80]!r}"
    return link_error("RK641", message, "It is of another log or another kind, or was damaged.")
