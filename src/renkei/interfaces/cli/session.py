"""Which node a command of ``hq`` speaks to, and as whom.

Layer: interfaces.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from renkei.errors import InputError
from renkei.interfaces.hq.access import Access
from renkei.interfaces.hq.client import Client, is_loopback
from renkei.interfaces.text import spoken


def opened(node: str | None, *, signed_in: bool = True) -> Client:
    """Return a client of the node that is meant.

    Raises:
        InputError: Nothing says which node, or nobody is signed in there.
    """
    access, words = Access.load(), spoken()
    address = address_of(node, access)
    token = access.tokens.get(address, "")
    if signed_in and not token:
        hint = words("problem.signed.hint", address=address)
        raise InputError.from_problem("RK745", words("problem.signed", address=address), hint)
    return Client(address, token)


def address_of(node: str | None, access: Access) -> str:
    """Return the address of the node: ``--node``, RENKEI_NODE, else that used last.

    Raises:
        InputError: There is none, or it is no address.
    """
    words = spoken()
    wanted = node or os.environ.get("RENKEI_NODE") or access.last
    if not wanted:
        raise InputError.from_problem("RK744", words("problem.node"), words("problem.node.hint"))
    wanted = (wanted if "//" in wanted else f"http://{wanted}").rstrip("/")
    parts = urlsplit(wanted)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError.from_problem(
            "RK744", words("problem.address", address=wanted), words("problem.node.hint")
        )
    return wanted


def protected(address: str, *, unprotected: bool) -> None:
    """Refuse to send a password where others could read it.

    Raises:
        InputError: The address is that of another machine, without TLS, and nobody said that this is meant.
    """
    if address.startswith("https:") or is_loopback(address) or unprotected:
        return
    words = spoken()
    hint = words("problem.unprotected.hint")
    raise InputError.from_problem("RK747", words("problem.unprotected", address=address), hint)
