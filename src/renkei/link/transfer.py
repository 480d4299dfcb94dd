"""A batch on its way over a line that breaks: what has come is kept, and the next pull asks for the rest.

Layer: link. Pure but for the bytes it gathers. It trusts no answer: parts that are of another batch,
overlap or leave a gap are dropped, and a batch whose bytes do not have the announced digest is pulled again
from its start.
"""

from __future__ import annotations

from hashlib import sha256

from renkei.link.limits import MAX_BATCH, MAX_BUDGET, MIN_BUDGET
from renkei.link.message import TAG_BYTES, Answer, Part, Pull
from renkei.link.subscriber import Held

_NO_SHAPE = (0, 0, 0, b"")


class Transfer:
    """What has come of the batch being pulled."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._shape = _NO_SHAPE
        self._came = bytearray()

    @property
    def offset(self) -> int:
        """Bytes that have come."""
        return len(self._came)

    def pull(self, held: Held, budget: int, *, plain: bool = False) -> Pull:
        """Return the next pull: for the rest of what has begun, or for a new batch."""
        after, last, _, tag = self._shape
        if not self._came or after != held.size:
            self.drop()
            return Pull(held.size, budget, held.acknowledgement, plain=plain)
        return Pull(held.size, budget, held.acknowledgement, last, len(self._came), tag, plain)

    def take(self, held: Held, answer: Answer) -> bytes | None:
        """Take an answer, or as much of it as came; return the batch if it is whole now."""
        if not isinstance(answer, Part):
            # What was begun does not exist, as far as the publisher can tell: its number came damaged.
            self.drop()
            return None
        if answer.after != held.size or not 0 < answer.total <= MAX_BATCH or answer.last <= answer.after:
            return None
        shape = (answer.after, answer.last, answer.total, answer.tag)
        if answer.offset == 0 and shape != self._shape:
            self.drop()
            self._shape = shape
        elif shape != self._shape or answer.offset > len(self._came):
            if answer.tag == self._shape[3]:
                self.drop()
            return None
        self._came += answer.data[len(self._came) - answer.offset :]
        if len(self._came) < answer.total:
            return None
        data = bytes(self._came)
        self.drop()
        whole = len(data) == answer.total and sha256(data).digest()[:TAG_BYTES] == answer.tag
        return data if whole else None

    def drop(self) -> None:
        """Forget what has come."""
        self._shape = _NO_SHAPE
        self._came.clear()


def next_budget(budget: int, size: int, seconds: float, *, wanted_seconds: float = 20.0) -> int:
    """Return how many bytes to ask for next, so that a batch takes about ``wanted_seconds`` on this line.

    It at most doubles or halves: one lucky or unlucky batch says little about a line.
    """
    measured = size / seconds * wanted_seconds if seconds > 0 else float(MAX_BUDGET)
    bounded = min(max(measured, budget / 2), budget * 2)
    return int(min(max(bounded, MIN_BUDGET), MAX_BUDGET))
