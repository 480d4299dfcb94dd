"""Checkpoints: what a log signs of itself, "so many entries, and this is the root of the tree over them".

Layer: log. The form is that of C2SP (https://c2sp.org/tlog-checkpoint), in a signed note: a line with the
*origin*, which says what log it is, the size, the root in base64. The log of a party is ``renkei/PARTY``, and
so is the name of its key; what it released to a partner is a log of its own, ``renkei/PARTY/to/PARTNER``,
signed with the same key and cosigned by the partner, who is the witness that it only ever grew.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from renkei.errors import InputError, UsageError
from renkei.log.merkle import HASH_BYTES, MAX_SIZE
from renkei.log.note import (
    CheckedNote,
    Note,
    NoteError,
    Signing,
    Verifier,
    cosign_note,
    is_key_name,
    sign_note,
)

CHECKPOINT = "checkpoint"
"""Checkpoints of the log itself are kept under this name; those of a released log under `kept_name`."""
COSIGNED = "cosigned"
"""Checkpoints of a released log that the partner cosigned are kept under `kept_name` of this."""
_PARTY = re.compile(r"[^\s+/\x00-\x1f\x7f]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


def origin_of(party: str, partner: str = "") -> str:
    """Return the origin of the log of ``party``, or of what it released to ``partner``.

    Raises:
        UsageError: The id of a party has a space, a plus or a slash in it.
    """
    if not is_party(party) or (partner and not is_party(partner)):
        raise UsageError(f"{party!r} or {partner!r} cannot be part of the name of a log")
    return f"renkei/{party}/to/{partner}" if partner else f"renkei/{party}"


def is_party(name: str) -> bool:
    """Tell whether ``name`` can be the id of a party: it becomes part of the name of a log and of its key."""
    return bool(_PARTY.fullmatch(name)) and is_key_name(name)


def parties_of(origin: str) -> tuple[str, str] | None:
    """Return party and partner ('' for the party's own log) of an origin; None if it is none of renkei's."""
    match origin.split("/"):
        case ["renkei", party] if is_party(party):
            return party, ""
        case ["renkei", party, "to", partner] if is_party(party) and is_party(partner):
            return party, partner
    return None


def kept_name(name: str, partner: str = "") -> str:
    """Return the name under which a log keeps what belongs to its own tree, or to that of ``partner``."""
    return f"{name}:{partner}" if partner else name


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of a log."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Further lines; renkei writes none, and keeps those of others."""

    def to_text(self) -> str:
        """Return the text that is signed.

        >>> print(Checkpoint("renkei/jpn", 0, bytes(32)).to_text(), end="")
        renkei/jpn
        0
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
        """
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Return the checkpoint that a text tells.

        Raises:
            NoteError: The text is no checkpoint.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise _wrong("a checkpoint is at least three lines, none of them empty")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
            raise _wrong(f"not the size of a log: {size[:40]!r}")
        return cls(origin, int(size), _root(root), tuple(extensions))


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint that a trusted key of its log has signed."""

    checkpoint: Checkpoint
    checked: CheckedNote

    @property
    def size(self) -> int:
        """Number of entries that it covers."""
        return self.checkpoint.size

    @property
    def root(self) -> bytes:
        """Root of the tree over them."""
        return self.checkpoint.root

    def witnessed(self) -> dict[str, int]:
        """Return name of each trusted witness -> when it saw the checkpoint, in microseconds since 1970."""
        return self.checked.witnessed()

    def to_bytes(self) -> bytes:
        """Return the note as it was read, signatures of strangers included."""
        return self.checked.note.to_bytes()


def sign_checkpoint(checkpoint: Checkpoint, signer: Signing) -> bytes:
    """Return the signed note of ``checkpoint``."""
    return sign_note(checkpoint.to_text(), signer).to_bytes()


def open_checkpoint(
    data: bytes, verifier: Verifier, witnesses: Iterable[Verifier] = (), *, origin: str | None = None
) -> SignedCheckpoint:
    """Return the checkpoint in ``data``, signed by ``verifier``.

    Args:
        data: A signed note.
        verifier: Key of the party whose log it is; its signature must be there and be right.
        witnesses: Keys of trusted witnesses (those of parties do as they are); a signature of one of them may
            be missing, but not be wrong.
        origin: What log it has to be of; the log of the key's party, or what it released, where absent.

    Raises:
        NoteError: It is no checkpoint, is not signed so, or is of another log.
    """
    checked = Note.from_bytes(data).checked([verifier, *(key.witness() for key in witnesses)])
    if verifier not in checked.signatures:
        hint = "Only witnesses have signed it; what they saw need not come from the log itself."
        raise NoteError.from_problem("RK621", f"{verifier.name} has not signed the checkpoint", hint)
    checkpoint = Checkpoint.from_text(checked.text)
    own = checkpoint.origin == verifier.name or checkpoint.origin.startswith(f"{verifier.name}/to/")
    if not (own if origin is None else checkpoint.origin == origin):
        wanted = origin or verifier.name
        raise _wrong(f"it is a checkpoint of {checkpoint.origin[:120]!r}, not of {wanted!r}")
    return SignedCheckpoint(checkpoint, checked)


def cosign_checkpoint(data: bytes, witness: Signing) -> bytes:
    """Return the checkpoint in ``data`` with the signature of a witness below (``signer.witness(moment)``).

    Whoever cosigns has to have opened the checkpoint and to have checked that the log only grew since the one
    that it cosigned before.
    """
    note = Note.from_bytes(data)
    Checkpoint.from_text(note.text)
    return cosign_note(note, witness).to_bytes()


def _wrong(what: str) -> InputError:
    return NoteError.from_problem("RK620", what, "The file is of another log, or no checkpoint at all.")


def _root(text: str) -> bytes:
    try:
        root = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _wrong("the root of a checkpoint is base64") from error
    if len(root) != HASH_BYTES or base64.b64encode(root).decode() != text:
        raise _wrong(f"the root of a checkpoint has {HASH_BYTES} bytes")
    return root
