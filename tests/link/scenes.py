"""Released logs of a few entries, honest and not, for the tests of the link."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from renkei.link.publisher import Publisher
from renkei.link.seal import Peer
from renkei.link.subscriber import Accepted, Held, Subscriber
from renkei.log.memory import MemoryLog
from renkei.log.port import Release, Row
from tests.link.world import signer_of

JPN, USA, STRANGER = signer_of("jpn"), signer_of("usa"), signer_of("stranger")
PEER = Peer("jpn", "usa", JPN.verifier)
SUBSCRIBER = Subscriber(PEER, USA)
NOW = 1_704_093_000_000_000


def bodies_of(count: int, first: int = 1) -> list[bytes]:
    return [
        b'{"kind":"message","number":%d,"text":"entry %d"}' % (i, i * i) for i in range(first, first + count)
    ]


def released(bodies: Sequence[bytes], partner: str = "usa") -> MemoryLog:
    """Return a log that has released ``bodies``; salts follow from number and body."""
    log = MemoryLog()
    for seq, body in enumerate(bodies, 1):
        salt = sha256(b"salt %d" % seq + body).digest()[:16]
        log.append([Row(seq, "own/1", "", NOW, b"{}", bytes(16), (Release(partner, seq, body, salt),))])
    return log


def publisher(bodies: Sequence[bytes]) -> Publisher:
    return Publisher(released(bodies), JPN, party="jpn", partner="usa", witness=USA.verifier)


def take(held: Held, data: bytes) -> Held:
    """Return what is held after a batch that has to be accepted."""
    verdict = SUBSCRIBER.accept(held, data, NOW)
    assert isinstance(verdict, Accepted), verdict
    return verdict.held
