"""Addresses of a PostgreSQL database, ``postgresql://user:password@host:port/database?schema=...``.

Layer: log.
"""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from renkei.log.port import StoreError

PORT = 5432
_OPTIONS = {"host", "port", "schema", "sslmode", "sslrootcert"}
_MODES = {"disable", "require", "verify-full"}
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_NEAR = {"localhost", "127.0.0.1", "::1"}
_HINT = "For example postgresql://renkei@db.example/renkei?schema=jp&sslmode=verify-full"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, and how to get in."""

    user: str
    database: str
    host: str
    """Name of a machine, or the folder of a Unix socket (begins with a slash)."""
    port: int = PORT
    password: str | None = None
    schema: str = "renkei"
    """Schema that holds the tables of one node; a database may hold several nodes."""
    mode: str = "verify-full"
    """``verify-full``, ``require`` (encrypted, with whom is not checked) or ``disable``."""
    authorities: str | None = None
    """File with the certificates to trust; None for those of the machine."""

    def __str__(self) -> str:
        """Return the address without the password."""
        return f"postgresql://{self.user}@{self.host}:{self.port}/{self.database}?schema={self.schema}"

    def socket(self) -> str | None:
        """Return the path of the Unix socket, None where the connection goes over TCP."""
        return f"{self.host}/.s.PGSQL.{self.port}" if self.host.startswith("/") else None

    def encryption(self) -> ssl.SSLContext | bool:
        """Return how to encrypt, False for not at all.

        Raises:
            StoreError: The certificates to trust cannot be read.
        """
        if self.mode == "disable" or self.socket():
            return False
        try:
            context = ssl.create_default_context(cafile=self.authorities)
        except OSError as error:
            raise StoreError(
                "RK604", f"the certificates in {self.authorities} cannot be read: {error.strerror}"
            ) from error
        if self.mode == "require":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def parse_address(text: str) -> Address:
    """Read an address; what it does not say comes from ``PGPASSWORD`` and ``PGUSER``, or a default.

    Raises:
        StoreError: It cannot be read, or has options that renkei does not know.
    """
    try:
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query), keep_blank_values=True))
        port = int(options.get("port") or parts.port or PORT)
    except ValueError as error:
        raise StoreError("RK604", f"the address of the database cannot be read: {error}", _HINT) from error
    if unknown := sorted(options.keys() - _OPTIONS):
        raise StoreError("RK604", f"the address has unknown options: {', '.join(unknown)}", _HINT)
    host = options.get("host") or parts.hostname or "localhost"
    near = host.startswith("/") or host in _NEAR
    address = Address(
        user=unquote(parts.username or os.environ.get("PGUSER") or "renkei"),
        database=unquote(parts.path.removeprefix("/")) or "renkei",
        host=host,
        port=port,
        password=unquote(parts.password) if parts.password else os.environ.get("PGPASSWORD"),
        schema=options.get("schema", "renkei"),
        mode=options.get("sslmode", "disable" if near else "verify-full"),
        authorities=options.get("sslrootcert"),
    )
    if not _SCHEMA.fullmatch(address.schema):
        raise StoreError("RK604", f"no name for a schema: {address.schema!r}", "Use a-z, 0-9 and _.")
    if address.mode not in _MODES:
        raise StoreError("RK604", f"no way of encryption: {address.mode!r}", f"One of {sorted(_MODES)}.")
    return address
