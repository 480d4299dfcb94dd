"""One writer at a time: a lock on a file beside the store, which the system frees when its holder ends.

Layer: log. The lock is not on the store itself: closing any other descriptor of a locked SQLite file would
free SQLite's own locks on it.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from renkei.log.port import StoreError


class WriterGuard:
    """Holds the right to write one store, from when it is made until it is released."""

    def __init__(self, store: Path) -> None:
        """Take the right to write ``store``.

        Raises:
            StoreError: Another process holds it, or the file beside the store cannot be written.
        """
        place = store.with_name(f"{store.name}-writer")
        try:
            self._descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                "RK603", f"{place} cannot be written: {error.strerror}", "Its folder must be writable."
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise StoreError(
                "RK600",
                f"{store} is being written by another process" + (f" ({holder})" if holder else ""),
                "Stop that process, or open the store for reading only.",
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        """Let others write. The file stays: removing it could free it under the next holder."""
        os.close(self._descriptor)
