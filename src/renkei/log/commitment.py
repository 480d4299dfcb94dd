"""What stands for entries in the trees: a hash over everything that was stored, hidden by a salt.

Layer: log. Whoever has only the hash learns nothing of the entry, not even by guessing; whoever gets entry
and salt can check it. A release is committed to as ``SHA-256(salt || body)``. A row is committed to with all
that is stored of it, so that no copy that serves searching can say something else than what was signed:

    SHA-256( salt (16 bytes) || recorded (8, signed, big-endian) || releases (32)
             || length of kind (4) || kind || length of subject (4) || subject || body )

where ``releases`` is `releases_digest`: it ties what left to the entry that let it leave. Texts are UTF-8.
The number of a row is not hashed: it is the row's place in the tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from renkei.errors import UsageError
from renkei.log.merkle import leaf_hash
from renkei.log.port import SALT_BYTES, Release, Row

NO_RELEASES = sha256(b"").digest()
"""Digest of a row that releases nothing."""


def commitment(salt: bytes, body: bytes) -> bytes:
    """Return the commitment to a released ``body``.

    Raises:
        UsageError: The salt has not 16 bytes.
    """
    return sha256(_checked(salt) + body).digest()


def releases_digest(releases: Sequence[Release]) -> bytes:
    """Return the digest of what a row releases, in the order of partners and numbers.

    Raises:
        UsageError: A salt has not 16 bytes, or a number is none.
    """
    if not releases:
        return NO_RELEASES
    digest = sha256()
    for release in sorted(releases, key=lambda each: (each.partner, each.number)):
        digest.update(_text(release.partner) + _number(release.number))
        digest.update(commitment(release.salt, release.body))
    return digest.digest()


def row_commitment(row: Row, releases: bytes | None = None) -> bytes:
    """Return the commitment to ``row``; ``releases`` is the digest of what it releases, where known.

    Raises:
        UsageError: A salt has not 16 bytes, or a number or a text cannot be one.
    """
    if releases is None:
        releases = releases_digest(row.releases) if row.releases else NO_RELEASES
    head = _checked(row.salt) + _number(row.recorded) + releases
    return sha256(head + _text(row.kind) + _text(row.subject) + row.body).digest()


def row_leaf(row: Row) -> bytes:
    """Return the leaf of ``row`` in the tree of its log."""
    return leaf_hash(row_commitment(row))


def release_leaf(release: Release) -> bytes:
    """Return the leaf of ``release`` in the tree of its partner."""
    return leaf_hash(commitment(release.salt, release.body))


def _checked(salt: bytes) -> bytes:
    # A salt of another length could move the border between salt and body.
    if len(salt) != SALT_BYTES:
        raise UsageError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return salt


def _text(text: str) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{text!r} is no text") from error
    return len(data).to_bytes(4, "big") + data


def _number(number: int) -> bytes:
    try:
        return number.to_bytes(8, "big", signed=True)
    except OverflowError as error:
        raise UsageError(f"{number} has more than 64 bits") from error
