"""The thread that brings a node up to date with what another process of the same party has appended.

Layer: interfaces. Whoever gives a node a command makes it catch up anyway; those who only read and listen
would have to wait for its next look otherwise. Where the database is away, it looks again later.
"""

from __future__ import annotations

import threading

from renkei.log.port import LogError
from renkei.runner.node import Node
from renkei.runner.writer import HaltedError

WAIT = 0.5
"""Seconds after which the thread looks whether it should end."""


class Following:
    """Follows the log of a node that is not the only one to append to it, until it is closed."""

    def __init__(self, node: Node) -> None:
        """Begin."""
        self._node, self._closing = node, threading.Event()
        self._thread = threading.Thread(target=self._follow, name=f"following-{node.party}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End; the node runs still, and its log is open."""
        self._closing.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                last = self._node.log.wait(self._node.state.seq, WAIT)
                if last > self._node.state.seq:
                    self._node.catch_up().result()
            except LogError:
                self._closing.wait(WAIT)
            except HaltedError:
                return
