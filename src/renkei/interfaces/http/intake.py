"""How much comes in: bodies by size, depth and kind, and how long anything may take.

Layer: interfaces. A body of JSON is read whole before the routes see it; files are passed on as they come.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from renkei.facts import Fact
from renkei.interfaces.http.door import BASE, OPEN, SAFE
from renkei.interfaces.http.settings import Limits
from renkei.interfaces.http.shapes import Failure

UPLOAD = f"{BASE}/attachments"
EVENTS = f"{BASE}/events"
_BUNDLE = re.compile(rf"{BASE}/links/[^/]+/import")
_FRAME_BYTES = 16_384
"""What a form adds around a file."""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class Intake:
    """Refuses what is too large, too deep, of the wrong kind, or too slow."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        """Keep what is behind it."""
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] != "http" or (scope["method"] == "GET" and scope["path"] == EVENTS):
            await self._app(scope, receive, send)
            return
        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            # The body has a time of its own; a slow sender must not use up that of the answer.
            taken = await self._taken(scope, receive)
            async with asyncio.timeout(self._limits.answer_seconds):
                await self._app(scope, taken, sent)
        except TimeoutError:
            if started:
                raise
            hint = "It may have been carried out: ask again with the same id of the command."
            raise Failure(503, Fact("RK712.slow"), hint) from None

    async def _taken(self, scope: Scope, receive: Receive) -> Receive:
        size, kind = _declared(scope)
        if scope["path"] == UPLOAD and scope["method"] == "POST":
            _check_kind(kind, "multipart/form-data")
            return self._bounded(receive, size, self._limits.upload_bytes + _FRAME_BYTES)
        if _BUNDLE.fullmatch(scope["path"]) and scope["method"] == "POST":
            _check_kind(kind, "application/octet-stream")
            return self._bounded(receive, size, self._limits.bundle_bytes)
        is_open = (scope["method"], scope["path"]) in OPEN
        most = self._limits.open_bytes if is_open else self._limits.json_bytes
        body = await self._read(self._bounded(receive, size, most))
        if body and scope["method"] not in SAFE:
            _check_kind(kind, "application/json")
        if is_deeper(body, self._limits.json_depth):
            raise Failure(400, Fact("RK700.deep", most=self._limits.json_depth))
        return _again(body, receive)

    def _bounded(self, receive: Receive, size: int | None, most: int) -> Receive:
        if size is not None and size > most:
            raise _too_large(most)
        taken = 0
        deadline = asyncio.get_running_loop().time() + self._limits.body_seconds

        async def bounded() -> Message:
            nonlocal taken
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise Failure(400, Fact("RK700.slow")) from None
            taken += len(message.get("body", b""))
            if taken > most:
                raise _too_large(most)
            return message

        return bounded

    async def _read(self, receive: Receive) -> bytes:
        parts, more = [], True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Failure(400, Fact("RK700.cut"))
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        return b"".join(parts)


def is_deeper(body: bytes, most: int) -> bool:
    """Tell whether JSON is nested deeper than ``most``, without parsing it.

    >>> is_deeper(b'[["]"]]', 2), is_deeper(b"[[[]]]", 2)
    (False, True)
    """
    if body.count(b"[") + body.count(b"{") <= most:
        return False
    depth = 0
    for sign in _STRING.sub(b"", body):
        if sign in b"[{":
            depth += 1
            if depth > most:
                return True
        elif sign in b"]}":
            depth -= 1
    return False


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what gives a body that was read already, and then what comes after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    pop: Callable[[], Message] = messages.pop

    async def received() -> Message:
        return pop() if messages else await receive()

    return received


def _declared(scope: Scope) -> tuple[int | None, str]:
    size, kind = None, ""
    for key, value in scope["headers"]:
        if key == b"content-length":
            if not value.isdigit() or len(value) > 18:
                raise Failure(400, Fact("RK700.length"))
            size = int(value)
        elif key == b"content-type":
            kind = value.decode("latin-1").partition(";")[0].strip().lower()
        elif key == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
            raise Failure(415, Fact("RK709.compressed"))
    return size, kind


def _check_kind(kind: str, wanted: str) -> None:
    if kind != wanted:
        hint = f"Send it with Content-Type: {wanted}."
        raise Failure(415, Fact("RK709.kind", media=kind[:100] or "unknown"), hint)


def _too_large(most: int) -> Failure:
    # The rest of the body is not read: the connection cannot be used again.
    headers = {"Connection": "close"}
    return Failure(413, Fact("RK708.body", most=most), "Send less.", headers=headers)
