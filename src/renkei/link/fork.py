"""A partner that signed two histories, and the evidence of it that convinces people who trust neither side.

Layer: link. Evidence is two notes with the partner's valid signatures, and what shows that no single
history fits both. It names the leaves of entries, never their contents, so it can be shown to anybody.
``is_proven`` is what an outsider runs: it needs the partner's public key and nothing else.

    size     both notes are about the same number of entries, with different roots
    growth   the second seal's own leaves, put after the tree of the first, do not make the second root; where
             nothing came before, there is no first note, and the tree of the first is the empty one
    past     the second is about fewer entries, with another root than the first's tree had at that size
    end      the second says, in sight of the first, that the log ends earlier

Limits: a partner that tells two partners different things in the two logs that it releases to them is no
fork; each of them has one history, and comparing the entries is up to the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec

from renkei.errors import Problem
from renkei.link.limits import MAX_COUNT, LinkError, link_error
from renkei.link.seal import End, Peer, Seal
from renkei.log.merkle import EMPTY_ROOT, Frontier, verify_consistency
from renkei.log.note import Note, NoteError

Kind = Literal["size", "growth", "past", "end"]
REASONS: dict[Kind, str] = {
    "size": "two checkpoints of the same size with different roots",
    "growth": "a checkpoint that does not grow out of the one before it",
    "past": "a checkpoint of an earlier size with another root than the log had",
    "end": "the log ends before an entry that was already signed for",
}


class _Proof(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What stands beside the two notes, in hexadecimal."""

    kind: Kind
    frontier: str = ""
    leaves: str = ""
    root: str = ""
    path: tuple[str, ...] = ()


class _Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Evidence as a text has it."""

    publisher: str
    kind: Kind
    first: str
    second: str
    proof: str


@dataclass(frozen=True, slots=True)
class Fork:
    """Evidence that a publisher signed what contradicts what it signed."""

    publisher: str
    kind: Kind
    """Which law of the log was broken."""
    first: bytes
    """Note that was held, with the publisher's signature."""
    second: bytes
    """Note that contradicts it."""
    proof: str
    """JSON that shows the contradiction."""

    @property
    def reason(self) -> str:
        """What happened, in words."""
        return f"{self.publisher} signed {REASONS[self.kind]}"

    def to_text(self) -> str:
        """Return the whole evidence as JSON: to be recorded, and to be handed to outsiders."""
        first, second = self.first.decode(), self.second.decode()
        return msgspec.json.encode(_Evidence(self.publisher, self.kind, first, second, self.proof)).decode()

    @classmethod
    def from_text(cls, text: str) -> Fork:
        """Return the evidence in a text; ``is_proven`` tells whether it convicts.

        Raises:
            LinkError: The text holds none (RK641).
        """
        try:
            told = msgspec.json.decode(text, type=_Evidence)
        except (msgspec.MsgspecError, UnicodeError) as error:
            hint = "Take the text as it was recorded, from its first brace to its last."
            raise link_error("RK641", f"this is no evidence of a fork: {str(error)[:200]}", hint) from None
        return cls(told.publisher, told.kind, told.first.encode(), told.second.encode(), told.proof)

    @property
    def problem(self) -> Problem:
        """The same as a problem to show."""
        hint = (
            "Nothing more is pulled until people decide. Keep the evidence; call the partner by other means."
        )
        return Problem("RK643", self.reason, hint)


def same_size(peer: Peer, first: Note, second: Note) -> Fork:
    """Return the evidence of two roots for one size."""
    return _fork(peer, first, second, _Proof("size"))


def bad_growth(
    peer: Peer, first: Note | None, second: Note, frontier: Frontier, leaves: Sequence[bytes]
) -> Fork:
    """Return the evidence that a batch with ``leaves`` does not make its root after the tree of ``first``."""
    proof = _Proof("growth", frontier=frontier.to_bytes().hex(), leaves=b"".join(leaves).hex())
    return _fork(peer, first, second, proof)


def other_past(peer: Peer, first: Note, second: Note, root: bytes, path: Sequence[bytes]) -> Fork:
    """Return the evidence that the tree of ``first`` had ``root`` at the size of ``second``."""
    return _fork(
        peer, first, second, _Proof("past", root=root.hex(), path=tuple(node.hex() for node in path))
    )


def early_end(peer: Peer, first: Note, second: Note) -> Fork:
    """Return the evidence that the publisher disowned what it had signed."""
    return _fork(peer, first, second, _Proof("end"))


def is_proven(fork: Fork, peer: Peer) -> bool:
    """Tell whether evidence convicts the holder of the peer's key, whoever brings it.

    >>> from renkei.log.note import Verifier
    >>> peer = Peer("jpn", "usa", Verifier("renkei/jpn", bytes(32)))
    >>> is_proven(Fork("jpn", "size", b"", b"", "{}"), peer)
    False
    """
    try:
        proof = msgspec.json.decode(fork.proof, type=_Proof)
        if proof.kind != fork.kind:
            return False
        text = Note.from_bytes(fork.second).checked([peer.key]).text
        first = _first(fork, peer)
        if proof.kind == "end":
            return first.origin == peer.origin and _disowned(first, End.from_text(text))
        second = Seal.from_text(text)
        return first.origin == second.origin == peer.origin and _CONTRADICTS[proof.kind](first, second, proof)
    except (NoteError, LinkError, msgspec.MsgspecError, ValueError, KeyError):
        return False


def _first(fork: Fork, peer: Peer) -> Seal:
    """Return the first seal; the empty tree needs none, since nobody could have signed anything else."""
    if fork.kind == "growth" and not fork.first:
        return Seal(peer.origin, 0, 0, EMPTY_ROOT, b"")
    return Seal.from_text(Note.from_bytes(fork.first).checked([peer.key]).text)


def _disowned(first: Seal, second: End) -> bool:
    shown = second.shown == sha256(first.text.encode()).digest()
    return shown and second.origin == first.origin and second.size < first.size


def _differs(first: Seal, second: Seal, proof: _Proof) -> bool:  # noqa: ARG001 - the notes are the proof
    return first.size == second.size and first.root != second.root


def _does_not_grow(first: Seal, second: Seal, proof: _Proof) -> bool:
    frontier = Frontier.from_bytes(bytes.fromhex(proof.frontier))
    joined = bytes.fromhex(proof.leaves)
    leaves = [joined[at : at + 32] for at in range(0, len(joined), 32)]
    if frontier.size != first.size or frontier.root() != first.root:
        return False
    if not second.after <= first.size < second.size <= second.after + MAX_COUNT:
        return False
    if len(joined) != 32 * (second.size - second.after) or sha256(joined).digest() != second.leaves:
        return False
    return frontier.extend(leaves[first.size - second.after :]).root() != second.root


def _had_another_past(first: Seal, second: Seal, proof: _Proof) -> bool:
    root, path = bytes.fromhex(proof.root), [bytes.fromhex(node) for node in proof.path]
    if not 0 < second.size < first.size or root == second.root:
        return False
    return verify_consistency(second.size, first.size, root, first.root, path)


_CONTRADICTS = {"size": _differs, "growth": _does_not_grow, "past": _had_another_past}


def _fork(peer: Peer, first: Note | None, second: Note, proof: _Proof) -> Fork:
    text = msgspec.json.encode(proof).decode()
    return Fork(peer.publisher, proof.kind, first.to_bytes() if first else b"", second.to_bytes(), text)
