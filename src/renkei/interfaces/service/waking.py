"""Waiting for a signal that asks to stop.

Layer: interfaces.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Waking:
    """Waits, until a signal comes or somebody else wakes it."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.signal = 0
        self._woken = False
        self._reader, self._writer = os.pipe()

    @property
    def is_set(self) -> bool:
        """Return whether a signal has come, or somebody woke it."""
        return self._woken

    def set(self, number: int = 0) -> None:
        """Wake who waits; safe inside a handler of signals and from any thread."""
        self.signal = self.signal or number
        self._woken = True
        os.write(self._writer, b"x")

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; return whether there was a reason to wake."""
        if not self._woken:
            select.select([self._reader], [], [], seconds)
        return self._woken

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """Heed SIGINT and SIGTERM inside the block, instead of what they do otherwise."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, lambda found, _: self.set(found)) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(self._reader)
            os.close(self._writer)
