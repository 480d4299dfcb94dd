"""What each side of a link must hold, from what was released alone. Shares no code with the link."""

from __future__ import annotations

from hashlib import sha256


class Released:
    """Every log released from one party to another, as plain lists."""

    def __init__(self) -> None:
        self.logs: dict[tuple[str, str], list[tuple[bytes, bytes]]] = {}

    def add(self, publisher: str, subscriber: str, body: bytes, salt: bytes) -> int:
        """Note that an entry became durable; return its number."""
        log = self.logs.setdefault((publisher, subscriber), [])
        log.append((body, salt))
        return len(log)

    def entry(self, publisher: str, subscriber: str, number: int) -> tuple[bytes, bytes]:
        return self.logs[publisher, subscriber][number - 1]

    def count(self, publisher: str, subscriber: str) -> int:
        return len(self.logs.get((publisher, subscriber), ()))

    def root(self, publisher: str, subscriber: str, size: int) -> bytes:
        """Return the root of the first ``size`` entries, by the definition of RFC 9162."""
        entries = self.logs.get((publisher, subscriber), [])[:size]
        return root_of([sha256(b"\0" + sha256(salt + body).digest()).digest() for body, salt in entries])


def root_of(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 9162, 2.1.1, by its recursion."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()
