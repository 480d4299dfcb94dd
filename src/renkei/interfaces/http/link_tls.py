"""Mutual TLS between two nodes: each shows its own certificate, and trusts the partners' certificates only.

Layer: interfaces. There is no authority that could be talked into signing for a stranger: TLS itself
refuses every certificate that was not exchanged by people beforehand, and the pin (SHA-256 over the public
key) tells which partner it is. TLS 1.3 only, no session tickets: a ticket would cost more bytes than it
saves on a slow line.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from renkei.link.limits import link_error
from renkei.log.keys import pem_pin, spki_pin

TCP_USER_TIMEOUT, TCP_THIN_LINEAR_TIMEOUTS = 18, 16
"""Options of Linux: give up on a dead connection; do not wait ever longer between attempts on a thin one."""
_DEAD_AFTER_MILLISECONDS = 120_000


@dataclass(frozen=True, slots=True)
class Identity:
    """What a node shows on the link: paths of its certificate and of the key of it, both PEM."""

    certificate: Path
    key: Path
    passphrase: str = field(default="", repr=False)
    """Of the key; '' where it has none."""


def server_context(identity: Identity, partners: Iterable[str]) -> ssl.SSLContext:
    """Return what the link port speaks; only owners of a certificate of ``partners`` (PEM) get through."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, identity, partners)
    context.num_tickets = 0
    return context


def client_context(identity: Identity, partner: str) -> ssl.SSLContext:
    """Return what the link client speaks: only the owner of the certificate ``partner`` (PEM) is believed."""
    return _context(ssl.PROTOCOL_TLS_CLIENT, identity, (partner,))


def _context(side: int, identity: Identity, partners: Iterable[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # A name says nothing here: nodes move, and disks know no host names. The certificate itself is pinned.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        # Never None: the system's library would ask whoever sits at the terminal.
        context.load_cert_chain(identity.certificate, identity.key, lambda: identity.passphrase)
        for pem in partners:
            context.load_verify_locations(cadata=pem)
    except (OSError, ValueError) as error:
        message = f"a certificate of the link cannot be used: {error}"
        hint = "Make the own one anew, or ask the partner for its certificate (PEM) again."
        raise link_error("RK652", message, hint) from None
    return context


def pin_of(connection: object) -> str | None:
    """Return the pin of the certificate that the other side has shown; None if none was."""
    if not isinstance(connection, ssl.SSLObject | ssl.SSLSocket):
        return None
    certificate = connection.getpeercert(binary_form=True)
    return spki_pin(certificate) if certificate else None


def pin_of_pem(certificate: str) -> str:
    """Return the pin of a certificate (PEM)."""
    return pem_pin(certificate.encode())


def socket_options() -> list[tuple[int, int, int]]:
    """Return what makes a TCP connection hold on to a bad line, as far as this system knows it."""
    options = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        options += [
            (socket.IPPROTO_TCP, TCP_USER_TIMEOUT, _DEAD_AFTER_MILLISECONDS),
            (socket.IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1),
        ]
    return options
