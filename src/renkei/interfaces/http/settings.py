"""How one node serves people: where it listens, what it allows, how much of everything.

Layer: interfaces. What is unsafe is refused when the settings are made, not when somebody notices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from renkei.errors import InputError

MEBI = 1 << 20
DAY = 86_400


def is_loopback(address: str) -> bool:
    """Tell whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


@dataclass(frozen=True)
class Tls:
    """Certificate and key of the node for its people (PEM)."""

    certificate: Path
    key: Path
    passphrase: str = field(default="", repr=False)
    """Of the key; '' where it has none."""


@dataclass(frozen=True)
class OpenId:
    """An OpenID provider that signs people in."""

    issuer: str
    """As the provider states it; its document is below ``/.well-known/openid-configuration``."""
    client: str
    redirect: str
    """This node's own ``/api/v1/session/openid/return`` as a browser reaches it."""
    secret: str = field(default="", repr=False)
    after: str = "/"
    """Where the browser goes once the person is signed in."""
    seconds: float = 10.0
    """How long the provider may take for one answer."""


@dataclass(frozen=True)
class Limits:
    """How much of everything."""

    json_bytes: int = MEBI
    open_bytes: int = 16_384
    """Body of a request from somebody who is not signed in."""
    json_depth: int = 32
    upload_bytes: int = 25 * MEBI
    bundle_bytes: int = 64 * MEBI
    body_seconds: float = 60.0
    answer_seconds: float = 60.0
    header_seconds: float = 10.0
    """How long a connection may stay without a whole request."""
    write_seconds: float = 30.0
    """How long a reader of the stream may leave what was sent to it."""
    heartbeat_seconds: float = 15.0
    streams: int = 2_000
    streams_each: int = 16
    """Streams of one account."""
    connections: int = 4_000
    page: int = 1_000
    session_idle_seconds: int = 8 * 3_600
    session_seconds: int = DAY
    token_idle_seconds: int = 2 * DAY
    token_seconds: int = 30 * DAY
    sessions_each: int = 32
    """Sessions and tokens of one account; the oldest ends when another one begins."""


@dataclass(frozen=True)
class Hashing:
    """Cost of a password's hash (argon2id), about 0.1 s of one core."""

    memory_kib: int = 64 * 1024
    rounds: int = 2
    at_once: int = 2
    waiting: int = 32
    """Sign-ins that may wait for their turn; more are told to come back."""


@dataclass(frozen=True)
class Settings:
    """How one node serves people."""

    address: str = "127.0.0.1"
    port: int = 8600
    hosts: tuple[str, ...] = ()
    """Names under which the node is reached, besides its address: a request for another one is refused."""
    tls: Tls | None = None
    demo: bool = False
    """Let the demonstration accounts sign in."""
    openid: OpenId | None = None
    metrics_token: str = field(default="", repr=False)
    """Lets a collector that is not on this machine read the metrics."""
    limits: Limits = field(default_factory=Limits)
    hashing: Hashing = field(default_factory=Hashing)

    def __post_init__(self) -> None:
        """Refuse what is unsafe.

        Raises:
            InputError: Demonstration accounts, or no TLS, at an address that others can reach.
        """
        if self.is_local:
            return
        if self.demo:
            message = f"demonstration accounts cannot be served at {self.address}"
            hint = "Their password is public. Listen on 127.0.0.1, or create accounts of your own."
            raise InputError.from_problem("RK716", message, hint)
        if self.tls is None:
            message = f"serving people at {self.address} needs a certificate"
            hint = "Passwords would cross the network in clear. Give a certificate, or listen on 127.0.0.1."
            raise InputError.from_problem("RK717", message, hint)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the node."""
        return is_loopback(self.address)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Names that a request may be for, in lower case and without a port."""
        own = {"localhost", "127.0.0.1", "::1"} if self.is_local else set()
        return frozenset({*own, self.address.strip("[]").lower(), *(name.lower() for name in self.hosts)})
