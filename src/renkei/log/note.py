"""Signed notes: a text that people can read, with the signatures of those who stand by it.

Layer: log. The form is that of C2SP (https://c2sp.org/signed-note): text, empty line, signature lines. Two
kinds of Ed25519 signature are known: one over the text itself, and one with the moment at which a witness saw
it (https://c2sp.org/tlog-cosignature). Whoever reads a note names the keys it trusts; a signature of anyone
else is ignored, a wrong one of a trusted key makes the note void, and a note without a good one is not given
out at all.

Limits: a note has at most 1 MB and 100 signatures.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from renkei.errors import InputError, UsageError

TEXT = 0x01
"""Signature type: Ed25519 over the text."""
WITNESS = 0x04
"""Signature type: Ed25519 over a moment and the text."""
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_MAX_MOMENT = 2**63 - 1
_LINE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_ID = re.compile(r"[0-9a-f]{8}")
_WITNESS_HEADER = "cosignature/v1\n"


class NoteError(InputError):
    """A note, or the text of a key, cannot be used."""


def _unreadable(what: str, hint: str = "") -> InputError:
    return NoteError.from_problem(
        "RK620", what, hint or "It was cut, changed on its way, or is something else."
    )


def _bad_key(what: str) -> InputError:
    hint = "Copy the whole line NAME+ID+KEY from whoever has the key; it holds no spaces."
    return NoteError.from_problem("RK622", what, hint)


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name: checks the signatures of one signer, of one type."""

    name: str
    key: bytes
    """Ed25519 public key."""
    kind: int = TEXT

    def __post_init__(self) -> None:
        """Refuse what no key can be."""
        if not is_key_name(self.name) or len(self.key) != _KEY_BYTES or self.kind not in {TEXT, WITNESS}:
            raise UsageError(f"{self.name!r} with {len(self.key)} bytes of type {self.kind} is no key")

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:4]

    def to_text(self) -> str:
        """Return the key as a line to hand out (a *vkey*): ``NAME+ID+KEY``."""
        return f"{self.name}+{self.id.hex()}+{_to_base64(bytes([self.kind]) + self.key)}"

    @classmethod
    def from_text(cls, text: str) -> Verifier:
        """Return the key that a line tells.

        Raises:
            NoteError: The line is no public key of a known type.
        """
        name, identity, kind, key = _split_key(text)
        if not is_key_name(name) or kind not in {TEXT, WITNESS} or len(key) != _KEY_BYTES:
            raise _bad_key(f"not a public key of a known type: {text[:120]!r}")
        found = cls(name, key, kind)
        if found.id != identity:
            raise _bad_key(f"the name, the id and the key in {text[:120]!r} do not belong together")
        return found

    def witness(self) -> Verifier:
        """Return the same key for signatures as a witness."""
        return Verifier(self.name, self.key, WITNESS)

    def check(self, text: str, signature: bytes) -> bool:
        """Tell whether ``signature`` (without the id before it) is this key's over ``text``."""
        message = text.encode()
        if self.kind == WITNESS:
            if len(signature) != 8 + _SIGNATURE_BYTES or signature[0] >= 0x80:
                return False
            message = witness_message(text, int.from_bytes(signature[:8], "big"))
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signing(Protocol):
    """Whatever adds a signature line of its own to a note."""

    @property
    def verifier(self) -> Verifier:
        """The public side of it."""

    def sign(self, text: str) -> bytes:
        """Return the signature over ``text``, without the id before it."""


class Signer:
    """A private key with its name: signs texts."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        """Give ``key`` its name, for example ``renkei/jpn``."""
        self._key = key
        self.verifier = Verifier(name, key.public_key().public_bytes_raw())
        """The public side of it."""

    @property
    def name(self) -> str:
        """Name of the key."""
        return self.verifier.name

    def sign(self, text: str) -> bytes:
        """Return the signature over ``text``, without the id before it.

        Raises:
            UsageError: As a text, it could be taken for what a witness signs.
        """
        if text.startswith(_WITNESS_HEADER):
            raise UsageError("a text that begins as a cosignature does is never signed as a text")
        return self._key.sign(text.encode())

    def witness(self, moment: int) -> Signing:
        """Return what signs as a witness, at ``moment`` (microseconds since 1970; whole seconds are kept)."""
        return _Witness(self._key, self.verifier.witness(), moment // 1_000_000)

    def to_text(self) -> str:
        """Return the private key as a line: for tests and for moving it, never to be handed out."""
        secret = bytes([TEXT]) + self._key.private_bytes_raw()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{_to_base64(secret)}"

    @classmethod
    def from_text(cls, text: str) -> Signer:
        """Return the private key that a line tells.

        Raises:
            NoteError: The line is no private key for texts; the message does not repeat it.
        """
        prefix, _, rest = text.partition("PRIVATE+KEY+")
        name, identity, kind, key = _split_key(rest, secret=True)
        if prefix or not is_key_name(name) or kind != TEXT or len(key) != _KEY_BYTES:
            raise _bad_key("not a private key of a known type")
        found = cls(name, Ed25519PrivateKey.from_private_bytes(key))
        if found.verifier.id != identity:
            raise _bad_key("the name, the id and the private key do not belong together")
        return found


class _Witness:
    """A private key that signs as a witness, at one moment."""

    def __init__(self, key: Ed25519PrivateKey, verifier: Verifier, seconds: int) -> None:
        if not 0 <= seconds <= _MAX_MOMENT:
            raise UsageError(f"{seconds} seconds since 1970 cannot be signed")
        self._key = key
        self._seconds = seconds
        self.verifier = verifier

    def sign(self, text: str) -> bytes:
        signature = self._key.sign(witness_message(text, self._seconds))
        return self._seconds.to_bytes(8, "big") + signature


def witness_message(text: str, seconds: int) -> bytes:
    """Return what a witness signs: that it saw ``text``, and when (seconds since 1970)."""
    return f"{_WITNESS_HEADER}time {seconds}\n{text}".encode()


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line, of whomever."""

    name: str
    id: bytes
    value: bytes
    """The signature itself; of a witness, 8 bytes with the moment stand before it."""

    def to_text(self) -> str:
        """Return the line, with its end."""
        return f"— {self.name} {_to_base64(self.id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read: nobody has checked its signatures yet."""

    text: str
    """What was signed, with the end of its last line."""
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Return the note as it is stored and sent."""
        return (self.text + "\n" + "".join(line.to_text() for line in self.signatures)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Note:
        """Return the note that ``data`` holds.

        Raises:
            NoteError: The data are no note.
        """
        if len(data) > MAX_NOTE_BYTES:
            raise _unreadable(f"a note has at most {MAX_NOTE_BYTES} bytes, this one {len(data)}")
        try:
            whole = data.decode()
        except UnicodeDecodeError as error:
            raise _unreadable("a note is UTF-8, this is not") from error
        if _CONTROL.search(whole):
            raise _unreadable("a note holds no control characters, this does")
        text, separator, lines = whole.rpartition("\n\n")
        if not separator or not lines.endswith("\n"):
            raise _unreadable("not a note: a text, an empty line, then lines with signatures")
        signed = lines[:-1].split("\n")
        if len(signed) > MAX_SIGNATURES:
            raise _unreadable(f"a note has at most {MAX_SIGNATURES} signatures, this one {len(signed)}")
        return cls(text + "\n", tuple(_signature(line) for line in signed))

    def checked(self, trusted: Iterable[Verifier]) -> CheckedNote:
        """Return what ``trusted`` keys vouch for.

        Raises:
            NoteError: None of them signed, or a signature of one of them is wrong.
        """
        keys = {(key.name, key.id): key for key in trusted}
        good: dict[Verifier, Signature] = {}
        for line in self.signatures:
            key = keys.get((line.name, line.id))
            if key is None or key in good:
                continue
            if not key.check(self.text, line.value):
                hint = "The text or the signature was changed; ask whoever signed for the note again."
                raise NoteError.from_problem("RK621", f"the signature of {line.name} is wrong", hint)
            good[key] = line
        if not good:
            names = ", ".join(sorted({line.name for line in self.signatures}))[:200]
            hint = "It is signed by another key than those you trust, or you trust none."
            raise NoteError.from_problem(
                "RK621", f"no trusted key has signed the note; signed by {names}", hint
            )
        return CheckedNote(self, good)


@dataclass(frozen=True)
class CheckedNote:
    """A note with the good signatures of trusted keys; there is at least one."""

    note: Note
    signatures: dict[Verifier, Signature]
    """Trusted key -> its signature."""

    @property
    def text(self) -> str:
        """What was signed."""
        return self.note.text

    def witnessed(self) -> dict[str, int]:
        """Return name of each trusted witness -> when it saw the note, in microseconds since 1970."""
        return {
            key.name: int.from_bytes(line.value[:8], "big") * 1_000_000
            for key, line in self.signatures.items()
            if key.kind == WITNESS
        }


def sign_note(text: str, *signers: Signing) -> Note:
    """Return ``text`` with the signatures of ``signers``.

    Raises:
        UsageError: The text cannot be that of a note, or nobody signs.
    """
    if not text.endswith("\n") or _CONTROL.search(text) or not signers:
        raise UsageError("a note is whole lines without control characters, signed by at least one key")
    return Note(text, tuple(_signed(text, signer) for signer in signers))


def cosign_note(note: Note, *signers: Signing) -> Note:
    """Return ``note`` with the signatures of ``signers`` at its end, instead of earlier ones of theirs."""
    added = [_signed(note.text, signer) for signer in signers]
    again = {(line.name, line.id) for line in added}
    kept = [line for line in note.signatures if (line.name, line.id) not in again]
    return Note(note.text, (*kept, *added))


def open_note(data: bytes, trusted: Sequence[Verifier]) -> CheckedNote:
    """Return the note that ``data`` holds, with the good signatures of ``trusted`` keys.

    Raises:
        NoteError: The data are no note, no trusted key has signed it, or a signature of one is wrong.
    """
    return Note.from_bytes(data).checked(trusted)


def is_key_name(name: str) -> bool:
    """Tell whether a key can have this name: not empty, and without spaces, ``+`` and control characters."""
    return bool(re.fullmatch(r"[^\s+\x00-\x1f\x7f]+", name)) and name.isprintable()


def _signed(text: str, signer: Signing) -> Signature:
    return Signature(signer.verifier.name, signer.verifier.id, signer.sign(text))


def _signature(line: str) -> Signature:
    match = _LINE.fullmatch(line)
    data = _from_base64(match[2]) if match else None
    if match is None or data is None or len(data) < 5 or not is_key_name(match[1]):
        raise _unreadable(f"not a signature line: {line[:120]!r}")
    return Signature(match[1], data[:4], data[4:])


def _split_key(text: str, *, secret: bool = False) -> tuple[str, bytes, int, bytes]:
    """Return the parts of the text of a key: name, id, type, key."""
    shown = "a private key" if secret else repr(text[:120])
    name, _, rest = text.partition("+")
    identity, _, encoded = rest.partition("+")
    data = _from_base64(encoded)
    if not _ID.fullmatch(identity) or not data or len(text) > 1000:
        raise _bad_key(f"not a key: {shown}")
    return name, bytes.fromhex(identity), data[0], data[1:]


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _from_base64(text: str) -> bytes | None:
    """Return the bytes, None where ``text`` is not the one way in which they are written."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _to_base64(data) == text else None
