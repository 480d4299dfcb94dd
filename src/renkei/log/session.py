"""One session with a PostgreSQL server: connecting, asking, and what its errors mean.

Layer: log.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection, PreparedStatement

from renkei.log.address import Address
from renkei.log.port import StoreError

PATIENCE = 60.0
"""Seconds after which a silent server counts as gone; the server itself gives up earlier."""
SETTINGS = (
    "SET synchronous_commit = on; "
    "SET default_transaction_isolation = 'read committed'; "
    "SET standard_conforming_strings = on; "
    "SET bytea_output = 'hex'; "
    "SET lock_timeout = '20s'; "
    "SET idle_in_transaction_session_timeout = '20s'; "
    "SET search_path = {schema}"
)
"""A process that stops in the middle of an append must not hold up the others for longer than that."""

LOST = (InterfaceError, OSError, struct.error, EOFError)
"""What pg8000 raises when the connection is gone."""
_MEANINGS = {
    "53100": ("RK605", "does not fit on its disk any more", "Nothing was lost; make room."),
    "55P03": ("RK600", "is held by another process", "Find out which process of the node hangs."),
    "25006": ("RK607", "cannot be written", "Connect to the primary, not to a copy."),
    "42501": ("RK607", "cannot be written by this user", "Grant the user what the tables need."),
    "25P03": ("RK617", "closed a connection that stood still", "Find out why this process was stopped."),
    "28": ("RK603", "does not let this user in", "Check user, password and the server's pg_hba.conf."),
    "3D": ("RK603", "is not there", "Create the database first."),
    "XX": ("RK608", "is damaged", "Restore a backup, and compare both logs."),
    "57": ("RK617", "is stopping, or closed the connection", "It is tried again with the next call."),
    "08": ("RK617", "lost the connection", "It is tried again with the next call."),
}


class Session:
    """A connection that remembers what it prepared. Used by one thread at a time."""

    def __init__(self, address: Address) -> None:
        """Connect.

        Raises:
            StoreError: The server cannot be reached, or does not let the user in.
        """
        self.address = address
        self._prepared: dict[str, PreparedStatement] = {}
        try:
            opened = _socket(address)
            # TLS takes the descriptor over from the socket, so its number is what stays.
            self.descriptor = opened.fileno()
            self._connection = _connect(address, opened)
        except (DatabaseError, *LOST) as error:
            raise explained(_first(error), address) from error
        try:
            self.run(SETTINGS.format(schema=address.schema))
        except (DatabaseError, *LOST) as error:
            self.close()
            raise explained(error, address) from error

    def ask(self, statement: str, **values: object) -> list[Any]:
        """Return the rows that answer one statement, which is prepared when it first comes up."""
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = self._connection.prepare(statement)
        return prepared.run(**values) or []

    def run(self, statements: str) -> list[Any]:
        """Return the rows of fixed statements, separated by semicolons: one round trip to the server."""
        return self._connection.run(statements) or []

    def heard(self) -> bool:
        """Return whether a notification came, and forget it."""
        self._connection.run("SELECT 1")
        came = bool(self._connection.notifications)
        self._connection.notifications.clear()
        return came

    def close(self) -> None:
        """Close the connection, also when it is gone already."""
        opened = self._connection._usock  # noqa: SLF001 - after close() it is out of reach
        with suppress(DatabaseError, *LOST):
            self._connection.close()
        if opened is not None:
            _let_go(opened)


def _socket(address: Address) -> socket.socket:
    if path := address.socket():
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            opened.settimeout(PATIENCE)
            opened.connect(path)
        except OSError:
            opened.close()
            raise
        return opened
    opened = socket.create_connection((address.host, address.port), PATIENCE)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _connect(address: Address, opened: socket.socket) -> Connection:
    try:
        return Connection(
            address.user,
            host=address.host,
            database=address.database,
            password=address.password,
            sock=opened,
            ssl_context=address.encryption(),
            application_name="renkei",
        )
    except BaseException:
        _let_go(opened)
        raise


def _first(error: BaseException) -> BaseException:
    """Return what the server said, where pg8000 then failed to say goodbye to a server that was gone."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, DatabaseError):
        seen = seen.__context__
    return seen or error


def _let_go(opened: socket.socket) -> None:
    """Close a socket at once: its own close() waits for a file that pg8000 leaves open after an error."""
    with suppress(OSError):
        descriptor = opened.detach()
        if descriptor >= 0:
            os.close(descriptor)


def explained(error: BaseException, address: Address) -> StoreError:
    """Return what an error of the server, or of the way to it, means for the store."""
    told = error.args[0] if isinstance(error, DatabaseError) and error.args else None
    if not isinstance(told, dict):
        return StoreError(
            "RK617", f"{address} cannot be reached: {error.__cause__ or error}", "Is the server running?"
        )
    state = str(told.get("C", ""))
    code, what, hint = _MEANINGS.get(state) or _MEANINGS.get(
        state[:2], ("RK618", "failed", "The server's own log tells more.")
    )
    return StoreError(code, f"{address} {what}: {told.get('M', '')}", hint)


def array_of_bytes(items: Iterable[bytes]) -> str:
    """Return a PostgreSQL array of byte strings as text."""
    return "{" + ",".join(f'"\\\\x{item.hex()}"' for item in items) + "}"


def array_of_texts(items: Iterable[str]) -> str:
    """Return a PostgreSQL array of texts as text."""
    quoted = (item.replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return "{" + ",".join(f'"{item}"' for item in quoted) + "}"


def array_of_numbers(items: Iterable[int]) -> str:
    """Return a PostgreSQL array of whole numbers as text."""
    return "{" + ",".join(map(str, items)) + "}"
