"""The door to every store: which kind it is stands in its address.

Layer: log.
"""

from __future__ import annotations

import re
from pathlib import Path

from renkei.log.memory import MemoryLog
from renkei.log.port import Log, StoreError
from renkei.log.sqlite import SqliteLog


def open_log(where: str | Path, *, writing: bool = True) -> Log:
    """Open a log: a path or ``sqlite:PATH``, ``postgresql://USER@HOST/DATABASE``, or ``memory:``.

    Args:
        where: The address; a path that looks like an address is given as :class:`pathlib.Path`.
        writing: False to read what another process writes, and change nothing.

    Raises:
        StoreError: The address cannot be read, or the store not be opened.
    """
    if isinstance(where, Path):
        return SqliteLog(where, writing=writing)
    scheme = re.match(r"[a-z]{2,}:", where)
    if scheme is None or scheme[0] == "sqlite:":
        return SqliteLog(where.removeprefix("sqlite:"), writing=writing)
    if where == "memory:":
        return MemoryLog()
    if scheme[0] == "postgresql:":
        # Only whoever needs a database server waits for its client to be imported.
        from renkei.log.postgres import PostgresLog  # noqa: PLC0415

        return PostgresLog(where, writing=writing)
    raise StoreError(
        "RK604",
        f"a store has no address that begins with {scheme[0]!r}",
        "Give the path of a file, postgresql://user@host/database, or memory:",
    )
