"""The lines of a node: the port on which partners pull, and a thread for each partner that is pulled from.

Layer: interfaces. A line that is down ends nothing: what is released waits in the log, and is pulled later.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from time import monotonic

from renkei.clock import Clock
from renkei.errors import InputError
from renkei.interfaces.http.diagnostics import tell
from renkei.interfaces.http.link_client import LinkClient, Pace, Puller
from renkei.interfaces.http.link_server import LinkApp, LinkService, link_server, pins_of
from renkei.interfaces.http.link_tls import Identity
from renkei.interfaces.service.linking import Link, Links
from renkei.interfaces.service.settings import Address, Peer
from renkei.interfaces.text import spoken
from renkei.runner.writer import HaltedError

PACE = Pace(connect=60.0, silence=90.0, wait=30.0)
"""How patient a pull is; on a line where nothing happens, it costs bytes only as often."""
STOP_SECONDS = 1.5
"""How long a pull may take to end; one that does not is left behind when the process ends."""


class Port:
    """The port on which partners pull what was released to them."""

    def __init__(
        self, links: Links, address: Address, identity: Identity, partners: Mapping[str, str]
    ) -> None:
        """Listen, and serve from a thread.

        Raises:
            InputError: The address cannot be listened on, or a certificate not be used.
        """
        by_pin = {pin: links.by_partner[party].publisher for pin, party in pins_of(partners).items()}
        service = LinkService(
            by_pin,
            acknowledged=lambda found: links.by_partner[found.partner].note_acknowledged(found),
            sent=lambda partner, count: links.by_partner[partner].note_sent(count),
            disowned=lambda partner, shown: links.by_partner[partner].note_disowned(shown),
            file=lambda partner, digest: links.by_partner[partner].file(digest),
            is_silent=lambda partner: links.by_partner[partner].is_silent,
        )
        self._closing = service.closing
        self._app = LinkApp(service)
        self._server = link_server(
            self._app, host=address.host, port=address.port, identity=identity, partners=partners
        )
        self._socket = bound(address)
        self._thread = threading.Thread(target=self._run, name="link-port", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let those go who wait, and end."""
        self._closing.set()
        self._server.should_exit = True
        self._thread.join()
        self._app.close()
        self._socket.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
            runner.run(self._server.serve(sockets=[self._socket]))


class Line:
    """The thread that pulls from one partner."""

    def __init__(self, link: Link, address: str, identity: Identity, certificate: str, clock: Clock) -> None:
        """Begin to pull.

        Raises:
            InputError: A certificate cannot be used.
        """
        self._link, self._stop = link, threading.Event()
        self._client = LinkClient(address, identity=identity, partner=certificate, pace=PACE)
        self._puller = Puller(
            self._client, link.subscriber, link.held, clock=clock, record=link.take, past=link.past
        )
        self._puller.files = link.fetching
        link.imported, link.ended = self._go_on, self._end
        link.why_down = lambda: self._puller.trouble
        link.came = lambda: self._puller.came
        self._thread = threading.Thread(target=self._run, name=f"pull-{link.partner}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End; a pull that waits is broken off."""
        self._stop.set()
        until = monotonic() + STOP_SECONDS
        while self._thread.is_alive() and monotonic() < until:
            # Again and again: it may just be connecting.
            self._client.abort()
            self._thread.join(0.05)
        if not self._thread.is_alive():
            self._client.close()

    def _go_on(self) -> None:
        """Pull from where a bundle has brought the link."""
        self._puller.held = self._link.held

    def _end(self) -> None:
        """Pull no more: a bundle may have shown what the partner has signed."""
        self._stop.set()
        self._client.abort()

    def _run(self) -> None:
        # A node that has stopped takes nothing; what came is pulled again when it is back.
        with suppress(HaltedError):
            self._puller.run(self._stop)
            if self._puller.fork is not None:
                self._link.record_fork(self._puller.fork)
                tell("forked", logging.ERROR, partner=self._link.partner)


def open_lines(
    closing: ExitStack,
    links: Links,
    listen: Address | None,
    peers: Mapping[str, Peer],
    identity: Identity,
    clock: Clock,
) -> None:
    """Open the port and the lines of a node; they are closed with ``closing``, the port first.

    Args:
        closing: Closes what was opened.
        links: The links of the node.
        listen: Where partners pull; None for a node whose bundles are carried.
        peers: The partners.
        identity: What the node shows on the link.
        clock: Tells the moment.

    Raises:
        InputError: An address or a certificate cannot be used.
    """
    for name, peer in peers.items():
        if links.by_partner[name].is_forked:
            tell("forked", logging.ERROR, partner=name)
        elif peer.address:
            line = Line(links.by_partner[name], peer.address, identity, peer.certificate, clock)
            closing.callback(line.close)
    if listen is not None and peers:
        partners = {name: peer.certificate for name, peer in peers.items()}
        closing.callback(Port(links, listen, identity, partners).close)


def bound(address: Address) -> socket.socket:
    """Return a socket at an address.

    Raises:
        InputError: It cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address.host, address.port))
    except OSError as error:
        listening.close()
        words = spoken()
        said = words("problem.listen", address=address, said=error.strerror or error)
        raise InputError.from_problem("RK756", said, words("problem.listen.hint")) from error
    return listening
