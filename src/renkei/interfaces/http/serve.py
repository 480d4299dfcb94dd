"""Serve one node's people: uvicorn in this process, with a time limit on connections that say nothing.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
from collections.abc import Mapping
from typing import Any, TextIO

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.flow_control import service_unavailable
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from renkei.errors import InputError
from renkei.facts import Fact
from renkei.interfaces.http.app import Interface
from renkei.interfaces.http.boundary import SECURE, standing_headers
from renkei.interfaces.http.diagnostics import tell
from renkei.interfaces.http.settings import Limits, Settings
from renkei.interfaces.http.shapes import Failure

GRACE_SECONDS = 10
BACKLOG = 2_048
NO_PASSPHRASE = "-"  # noqa: S105 - it opens nothing


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 that closes connections on which no whole head of a request arrives in time.

    uvicorn itself limits only the time between two requests, so a stranger could hold any number of
    connections open by sending nothing, or a head without an end. What uvicorn answers by itself, before
    any application is asked, has the shape and the headers of every other answer.
    """

    seconds = Limits().header_seconds
    standing: Mapping[str, str] = SECURE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._patience: asyncio.TimerHandle | None = None
        self._wait()

    def on_message_begin(self) -> None:
        """Wait for the rest of a head."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """Stop waiting: bodies have a time limit of their own."""
        self._stop()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # the name is uvicorn's
        """Answer to what is no HTTP; what was sent is not repeated."""
        response = Failure(400, Fact("RK700.http"), headers=self.standing).to_response()
        headers = [*self.server_state.default_headers, *response.raw_headers, (b"connection", b"close")]
        head = [b"HTTP/1.1 400 Bad Request", *(name + b": " + value for name, value in headers)]
        self.transport.write(b"\r\n".join([*head, b"", bytes(response.body)]))
        self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        crowded: Any = self._crowded
        super()._start_asgi_task(cycle, crowded if app is service_unavailable else app)

    async def _crowded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where there are more connections than are served."""
        headers = {**self.standing, "Retry-After": "5", "Connection": "close"}
        hint = "Try again in a moment."
        failure = Failure(503, Fact("RK712.connections"), hint, headers=headers)
        await failure.to_response()(scope, receive, send)

    def _wait(self) -> None:
        self._stop()
        self._patience = self.loop.call_later(self.seconds, self.transport.close)

    def _stop(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class NodeServer(uvicorn.Server):
    """A server that ends the streams first: they would go on for ever, and it waits for all that goes on."""

    def __init__(self, config: uvicorn.Config, interface: Interface) -> None:
        """Keep the interface that is served."""
        super().__init__(config)
        self._interface = interface
        self.listening = threading.Event()
        """Set once requests are taken, or never will be."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and tell who waits for that."""
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, answer what was asked, and stop."""
        await self._interface.desk.streams.close()
        await super().shutdown(sockets)


def protocol_of(settings: Settings) -> type[PatientProtocol]:
    """Return the protocol with the patience and the headers of ``settings``."""
    own = {"seconds": settings.limits.header_seconds, "standing": standing_headers(settings)}
    return type("LimitedProtocol", (PatientProtocol,), own)


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens as the settings say; port 0 takes a free one.

    Raises:
        InputError: The address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.address.strip("[]"), settings.port))
    except OSError as error:
        listening.close()
        where = f"{settings.address}:{settings.port}"
        hint = "Another process listens there, or the address is not this machine's."
        raise InputError.from_problem("RK756", f"cannot listen on {where}: {error.strerror}", hint) from error
    return listening


def make_server(interface: Interface) -> NodeServer:
    """Return the server of an interface; ``run(sockets=[listen(settings)])`` or ``serve(...)`` starts it.

    Raises:
        InputError: Certificate or key cannot be used.
    """
    settings = interface.settings
    terms: dict[str, Any] = {}
    if settings.tls is not None:
        terms = {
            "ssl_certfile": str(settings.tls.certificate),
            "ssl_keyfile": str(settings.tls.key),
            # Never None: the system's library would ask whoever sits at the terminal.
            "ssl_keyfile_password": settings.tls.passphrase or NO_PASSPHRASE,
        }
    config = uvicorn.Config(
        interface.app,
        http=protocol_of(settings),
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        # Nothing stands between people and the node, so nobody may say where a request "really" comes from.
        proxy_headers=False,
        server_header=False,
        date_header=True,
        limit_concurrency=settings.limits.connections,
        backlog=BACKLOG,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **terms,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        hint = "Give PEM files that belong together and that this user can read."
        raise InputError.from_problem(
            "RK725", f"certificate and key cannot be used: {error}", hint
        ) from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return NodeServer(config, interface)


def announce(interface: Interface, where: str, out: TextIO | None = None) -> None:
    """Say where people reach the node, and that demonstration accounts are open where they are."""
    tell("serving", party=interface.desk.headquarters.party, address=where, demo=interface.settings.demo)
    if interface.settings.demo:
        print(
            f"{interface.desk.headquarters.party}: demonstration accounts are open at {where}; "
            "their password is public, and only this machine can reach them",
            file=out or sys.stderr,
        )


class Serving:
    """A server in a thread of its own, for several nodes in one process and for tests."""

    def __init__(self, interface: Interface) -> None:
        """Listen, and start.

        Raises:
            InputError: The address cannot be listened on, or the certificate not be used.
        """
        self.interface = interface
        self._server = make_server(interface)
        self._socket = listen(interface.settings)
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._thread.start()
        self._server.listening.wait()

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return int(self._socket.getsockname()[1])

    @property
    def address(self) -> str:
        """Return where people reach the node."""
        host = self.interface.settings.address
        return f"{'https' if self.interface.settings.tls else 'http'}://{host}:{self.port}"

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
                runner.run(self._server.serve(sockets=[self._socket]))
        finally:
            self._server.listening.set()

    def close(self) -> None:
        """Stop, and wait until all is closed; the headquarters stays open."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
        self.interface.close()
