"""What the two sides of a link say to each other. Plain values: transports and tests carry them as they like.

Layer: link. The subscriber asks, the publisher answers; nobody speaks unasked.
"""

from __future__ import annotations

from dataclasses import dataclass

from renkei.link.seal import SIGNATURE_BYTES

COSIGNATURE_BYTES = 8 + SIGNATURE_BYTES
TAG_BYTES = 8


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A subscriber's signature under the seal of a batch: it has recorded everything up to there."""

    after: int
    """Together with ``size``: the batch whose seal is signed."""
    size: int
    signature: bytes
    """Moment in seconds since 1970 (8 bytes), then Ed25519 (64)."""


@dataclass(frozen=True, slots=True)
class Pull:
    """Give me what follows entry ``after``."""

    after: int
    budget: int
    """Bytes that the batch should not exceed; one entry is always given."""
    acknowledgement: Acknowledgement | None = None
    last: int = 0
    """Number of the last entry of a batch that came in part; 0 for a new one."""
    offset: int = 0
    """Bytes of it that have come."""
    tag: bytes = b""
    """What the part that came was tagged with."""
    plain: bool = False
    """Pack it by itself: what was packed in the light of the past could not be read here."""


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of a batch from ``offset`` on; the line may cut them off."""

    after: int
    last: int
    tag: bytes
    """First bytes of the batch's SHA-256: parts belong together if their tags are equal."""
    total: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing after that entry yet."""

    after: int


@dataclass(frozen=True, slots=True)
class Behind:
    """The publisher's log ends before the entry that was asked from."""

    after: int
    last: int


@dataclass(frozen=True, slots=True)
class Claim:
    """You have signed a longer log than you answer from: here is your own note."""

    note: bytes


@dataclass(frozen=True, slots=True)
class Admission:
    """The publisher's signed statement that its log ends earlier all the same."""

    note: bytes


Answer = Part | Nothing | Behind
"""What a pull is answered with."""
