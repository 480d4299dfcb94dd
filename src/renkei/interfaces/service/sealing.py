"""The thread that signs how far a node's log has come.

Layer: interfaces. It follows the log as any reader does, so it never holds up the one that appends.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from renkei.clock import Clock
from renkei.log.checkpoint import CHECKPOINT
from renkei.log.note import Signer
from renkei.log.port import Log
from renkei.log.seal import Sealer

PAGE = 1000
PATIENCE = 5.0
"""Seconds after which whoever has asked for a checkpoint goes on without."""
WAIT = 0.5
"""Seconds after which the thread looks whether a checkpoint is due, or whether it should end."""


class Sealing:
    """Signs checkpoints of one log until it is closed."""

    def __init__(
        self, log: Log, party: str, signer: Signer, clock: Clock, failed: Callable[[BaseException], None]
    ) -> None:
        """Begin where the log was sealed last; ``failed`` is called if it cannot go on.

        Raises:
            StoreError: The log contradicts a checkpoint that was signed before.
        """
        self._log, self._clock, self._failed = log, clock, failed
        self._sealer = Sealer(log, party, signer)
        self._sealer.seal()
        self._closing, self._asked, self._signed = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._follow, name=f"sealing-{party}", daemon=True)
        self._thread.start()

    def prompt(self) -> None:
        """Sign what is there now, before the time, and wait until that is done."""
        kept = self._log.kept(CHECKPOINT)
        if kept is None or kept[0] < self._log.last():
            self._asked.set()
            self._signed.wait(PATIENCE)

    def close(self) -> None:
        """Sign what is there, and end; the log is open still, and nobody appends to it any more."""
        self._closing.set()
        self._thread.join()
        self._take()
        self._sealer.seal()

    def _follow(self) -> None:
        try:
            while not self._closing.is_set():
                self._log.wait(self._sealer.size, WAIT)
                self._take()
                if self._asked.is_set() or self._sealer.due(self._clock.now()):
                    self._sealer.seal()
                    if self._asked.is_set():
                        self._signed.set()
                        self._asked.clear()
        except BaseException as error:  # noqa: BLE001 - whatever it is, a node that cannot sign must not go on
            self._failed(error)

    def _take(self) -> None:
        while rows := self._log.read(self._sealer.size, PAGE):
            self._sealer.add(rows)
