"""The link port: the partner's node pulls what was released to it, over mutual TLS.

Layer: interfaces. HTTP/1.1, three routes, no more headers than are needed:

    GET  /link/v1/pull?after=42&budget=65536&wait=30   200 a batch · 204 nothing new · 409 the log is shorter
    GET  /link/v1/pull?after=42&last=57                206 the rest of a batch (Range, If-Range)
    POST /link/v1/claim                                200 the admission that the log is shorter
    GET  /link/v1/files/DIGEST                         206 a piece of a file (Range) that an entry released to
                                                       this very partner names · 404 anything else

A pull carries the acknowledgement of what came before in the header ``cosigned``: ``AFTER-SIZE-SIGNATURE``,
the two numbers of the batch and 72 bytes of co-signature in base64url. ``last`` of a batch comes back in the
header ``last``; its tag is the ETag. ``plain=1`` asks for a batch that is packed by itself. Who asks is told
by the certificate alone.
"""

from __future__ import annotations

import asyncio
import base64
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from renkei.interfaces.http.link_tls import Identity, pin_of, pin_of_pem, server_context, socket_options
from renkei.link.limits import MAX_BUDGET, MAX_NUMBER, LinkError
from renkei.link.message import Acknowledgement, Behind, Claim, Nothing, Part, Pull
from renkei.link.publisher import Acknowledged, Publisher
from renkei.log.port import LogError

PULL, CLAIM, FILES = "/link/v1/pull", "/link/v1/claim", "/link/v1/files/"
MAX_WAIT = 60.0
"""Seconds that a pull may wait for something to be released."""
_MAX_CLAIM = 16 * 1024
_NUMBER = re.compile(r"\d{1,16}")
_RANGE = re.compile(r"bytes=(\d{1,16})-")
_SPAN = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")
_COSIGNED = re.compile(r"(\d{1,16})-(\d{1,16})-([A-Za-z0-9_-]{96})")
_TAG = re.compile(r'"([0-9a-f]{16})"')
_PIECE = 1200
"""Bytes in one TLS record: what came of a record that was cut off is lost, so they are short."""
_AT_ONCE = 64
"""Requests served at once; a partner needs one."""
_KEEP_ALIVE = 300


@dataclass
class LinkService:
    """What the link port serves, and whom it tells. Its functions are called from threads of their own."""

    publishers: Mapping[str, Publisher]
    """Pin of a partner's certificate -> what is released to it."""
    acknowledged: Callable[[Acknowledged], None]
    """Called with each valid acknowledgement, also old and repeated ones; the node records what is new."""
    disowned: Callable[[str, bytes], None]
    """Called with (partner, note) when a partner shows a note of ours that is longer than our log."""
    file: Callable[[str, str], Path | None] = lambda _partner, _digest: None
    """(partner, digest) -> where the file is, if this partner may have it."""
    is_silent: Callable[[str], bool] = lambda _partner: False
    """Tells whether nothing goes out to a partner any more; it still gets the admission why."""
    sent: Callable[[str, int], None] = lambda _partner, _count: None
    """Called with (partner, bytes) for what went out; from the thread of the port, one after the other."""
    closing: threading.Event = field(default_factory=threading.Event)
    """Set it to let waiting pulls go."""


class _BadRequestError(Exception):
    """The partner's program asks for something that no version of renkei asks for."""


class LinkApp:
    """The ASGI application."""

    def __init__(self, service: LinkService) -> None:
        """Serve ``service``."""
        self._service = service
        self._threads = ThreadPoolExecutor(2 + 2 * len(service.publishers), "renkei-link")

    def close(self) -> None:
        """Let waiting pulls go, and end."""
        self._service.closing.set()
        self._threads.shutdown(wait=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        shown = scope.get("extensions", {}).get("renkei.pin", {})
        publisher = self._service.publishers.get(shown.get("sha256") or "")
        if publisher is None:
            await _reply(send, 403)
            return
        try:
            silent = self._service.is_silent(publisher.partner)
            match scope["method"], scope["path"]:
                case "POST", "/link/v1/claim":
                    await self._claim(publisher, receive, send)
                case "GET", path if silent and path.startswith((PULL, FILES)):
                    await _reply(send, 503)
                case "GET", "/link/v1/pull":
                    await self._pull(publisher, scope, send)
                case "GET", path if path.startswith(FILES):
                    await self._file(publisher.partner, path.removeprefix(FILES), scope, send)
                case _:
                    await _reply(send, 404)
        except (_BadRequestError, LinkError) as error:
            await _reply(send, 400, str(error).encode()[:1000])
        except (LogError, OSError):
            # The store fails, or is being closed; the node tells its own people why.
            await _reply(send, 503)

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(function, *arguments))

    async def _pull(self, publisher: Publisher, scope: Scope, send: Send) -> None:
        pull, wait = _pull_of(scope)
        if pull.acknowledgement is not None:
            await self._in_thread(self._acknowledge, publisher, pull.acknowledgement)
        remaining = wait
        answer = await self._in_thread(publisher.answer, pull)
        while isinstance(answer, Nothing) and remaining > 0 and not self._service.closing.is_set():
            # In slices, so that nobody who went away keeps a thread.
            slice_ = min(remaining, 1.0)
            remaining -= slice_
            if await self._in_thread(publisher.wait, pull.after, slice_):
                answer = await self._in_thread(publisher.answer, pull)
        if self._service.is_silent(publisher.partner):  # it may have come to that during the wait
            await _reply(send, 503)
            return
        match answer:
            case Part():
                await _send_part(send, answer)
                self._service.sent(publisher.partner, len(answer.data))
            case Behind():
                await _reply(send, 409, headers=[(b"last", b"%d" % answer.last)])
            case _:
                await _reply(send, 204)

    async def _file(self, partner: str, digest: str, scope: Scope, send: Send) -> None:
        path = await self._in_thread(self._service.file, partner, digest)
        if path is None:
            # The same, whether there is no such file or it is somebody else's.
            await _reply(send, 404)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        asked = _SPAN.fullmatch(headers.get(b"range", "bytes=0-"))
        if not asked:
            raise _BadRequestError("range is bytes=FIRST-LAST")
        offset, last = int(asked[1]), int(asked[2] or MAX_NUMBER)
        piece, total = await self._in_thread(_piece_of, path, offset, last - offset + 1)
        if not piece:
            await _reply(send, 416, headers=[(b"content-range", b"bytes */%d" % total)])
            return
        found = b"bytes %d-%d/%d" % (offset, offset + len(piece) - 1, total)
        await _send_bytes(send, 206, piece, [(b"content-range", found)])
        self._service.sent(partner, len(piece))

    def _acknowledge(self, publisher: Publisher, told: Acknowledgement) -> None:
        try:
            found = publisher.acknowledged(told)
        except LinkError:
            # Whoever cannot acknowledge can still be served; the next pull brings a better one, or none.
            return
        self._service.acknowledged(found)

    async def _claim(self, publisher: Publisher, receive: Receive, send: Send) -> None:
        note = bytearray()
        more = True
        while more:
            message = await receive()
            note += message.get("body", b"")
            more = message.get("more_body", False) and message["type"] == "http.request"
            if len(note) > _MAX_CLAIM:
                await _reply(send, 413)
                return
        admission = await self._in_thread(publisher.admit, Claim(bytes(note)))
        await self._in_thread(self._service.disowned, publisher.partner, bytes(note))
        await _reply(send, 200, admission.note)


def _pull_of(scope: Scope) -> tuple[Pull, float]:
    query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=8)
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    part, tag = _RANGE.fullmatch(headers.get(b"range", "")), _TAG.fullmatch(headers.get(b"if-range", ""))
    pull = Pull(
        _number(query, "after"),
        _number(query, "budget"),
        _acknowledgement(headers.get(b"cosigned", "")),
        _number(query, "last"),
        int(part[1]) if part else 0,
        bytes.fromhex(tag[1]) if tag else b"",
        _number(query, "plain") == 1,
    )
    return pull, min(float(_number(query, "wait")), MAX_WAIT)


def _number(query: dict[str, list[str]], name: str) -> int:
    text = query.get(name, ["0"])[-1]
    if not _NUMBER.fullmatch(text):
        raise _BadRequestError(f"{name} is a number")
    return int(text)


def _acknowledgement(text: str) -> Acknowledgement | None:
    if not text:
        return None
    match = _COSIGNED.fullmatch(text)
    if not match:
        raise _BadRequestError("cosigned is AFTER-SIZE-SIGNATURE")
    return Acknowledgement(int(match[1]), int(match[2]), base64.urlsafe_b64decode(match[3]))


async def _send_part(send: Send, part: Part) -> None:
    headers = [(b"etag", b'"%s"' % part.tag.hex().encode()), (b"last", b"%d" % part.last)]
    if part.offset:
        headers.append((b"content-range", b"bytes %d-%d/%d" % (part.offset, part.total - 1, part.total)))
    await _send_bytes(send, 206 if part.offset else 200, part.data, headers)


def _piece_of(path: Path, offset: int, count: int) -> tuple[bytes, int]:
    """Return at most ``count`` bytes of a file from ``offset`` on, and its size."""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(min(max(count, 0), MAX_BUDGET)), path.stat().st_size


async def _send_bytes(send: Send, status: int, data: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", b"%d" % len(data))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    for at in range(0, len(data), _PIECE):
        body = data[at : at + _PIECE]
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _reply(
    send: Send, status: int, body: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    length = [] if status == 204 else [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": [*(headers or ()), *length]})
    await send({"type": "http.response.body", "body": body})


class _JoinedTransport:
    """Passes the head of an answer on together with what follows it: one packet instead of two."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._head = transport, b""

    def write(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 ") and not self._head:
            self._head = data
            # What follows comes before the loop turns; where nothing does, the head goes alone.
            asyncio.get_running_loop().call_soon(self.write, b"")
            return
        head, self._head = self._head, b""
        if head or data:
            self._transport.write(head + data)

    def close(self) -> None:
        self.write(b"")
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class PinnedProtocol(HttpToolsProtocol):
    """HTTP/1.1 of uvicorn, which also tells the application whose certificate was shown."""

    pin: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Look at the certificate once, and make the connection one for a bad line."""
        super().connection_made(transport)
        self.transport = cast(asyncio.Transport, _JoinedTransport(transport))
        self.pin = pin_of(transport.get_extra_info("ssl_object"))
        raw = transport.get_extra_info("socket")
        if raw is not None:
            for option in socket_options():
                raw.setsockopt(*option)

    def on_message_begin(self) -> None:
        """Put the pin where the application finds it."""
        super().on_message_begin()
        self.scope["extensions"] = {"renkei.pin": {"sha256": self.pin}}


def link_server(
    app: LinkApp, *, host: str, port: int, identity: Identity, partners: Mapping[str, str]
) -> uvicorn.Server:
    """Return the server of the link port; ``partners`` are party -> certificate (PEM)."""
    context = server_context(identity, partners.values())
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=PinnedProtocol,
        ws="none",
        lifespan="off",
        ssl_certfile=identity.certificate,
        ssl_keyfile=identity.key,
        ssl_context_factory=lambda _config, _default: context,
        server_header=False,
        date_header=False,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        limit_concurrency=_AT_ONCE,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(config)


def pins_of(partners: Mapping[str, str]) -> dict[str, str]:
    """Return the pin of each partner's certificate (PEM) -> the partner.

    Raises:
        LinkError: Two partners have the same key.
    """
    pins = {pin_of_pem(pem): party for party, pem in partners.items()}
    if len(pins) != len(partners):
        raise LinkError.from_problem(
            "RK652", "two partners have the same certificate", "Ask them for their own."
        )
    return pins
