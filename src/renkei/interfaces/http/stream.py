"""The stream of events: every entry of the log, once, in order, to all who listen (server-sent events).

Layer: interfaces. A listener has a place in the log, not a queue: whoever reads slowly falls behind in the
log and costs nothing, and after a break goes on after the last entry seen. One thread waits for the log; what
it reads is made into text once for all listeners. Many listeners are served less often, so that writing to
them leaves time for those who work.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from renkei.facts import Fact
from renkei.interfaces.http.access import Access, Person
from renkei.interfaces.http.metrics import Metrics
from renkei.interfaces.http.port import Headquarters
from renkei.interfaces.http.shapes import Failure
from renkei.log.port import Row

TAIL = 4_096
"""Latest entries kept as text; whoever is further behind reads the log."""
TOGETHER = 512
"""Most entries in one write."""
PAUSE = 0.0002
"""Seconds for each listener that pass between two writes to one of them."""
WAIT = 0.25
"""Seconds after which the thread looks whether it should end."""
_JSON = msgspec.json.Encoder()


def entry_of(row: Row) -> dict[str, Any]:
    """Return an entry of the log as people get it."""
    body = msgspec.Raw(row.body)
    return {"seq": row.seq, "kind": row.kind, "subject": row.subject, "recorded": row.recorded, "body": body}


def frame_of(row: Row) -> bytes:
    """Return an entry as one event of the stream."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (row.seq, row.kind.encode(), _JSON.encode(entry_of(row)))


class Streams:
    """All listeners of one node."""

    def __init__(self, headquarters: Headquarters, access: Access, metrics: Metrics) -> None:
        """Prepare; the thread begins with the first listener."""
        self.headquarters, self.access = headquarters, access
        self.limits = access.settings.limits
        self._metrics = metrics
        self._tail: deque[tuple[int, bytes, bytes]] = deque(maxlen=TAIL)
        self._wakes: dict[asyncio.Event, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.closing = threading.Event()

    def enter(self, wake: asyncio.Event, person: Person) -> None:
        """Add a listener, and what wakes it.

        Raises:
            Failure: There are too many.
        """
        if self.closing.is_set() or len(self._wakes) >= self.limits.streams:
            raise Failure(503, Fact("RK712.listeners"), headers={"Retry-After": "30"})
        if Counter(self._wakes.values())[person.account.key] >= self.limits.streams_each:
            hint = "Close other pages."
            busy = Fact("RK710.listeners", person=person.name)
            raise Failure(429, busy, hint, headers={"Retry-After": "5"})
        self._wakes[wake] = person.account.key
        self._metrics.streams.set(len(self._wakes))
        self._begin()

    def leave(self, wake: asyncio.Event) -> None:
        """Remove a listener."""
        self._wakes.pop(wake, None)
        self._metrics.streams.set(len(self._wakes))

    @property
    def pause(self) -> float:
        """Seconds between two writes to one listener."""
        return min(1.0, PAUSE * len(self._wakes))

    async def after(self, seq: int, post: str) -> tuple[int, bytes]:
        """Return the events after an entry, as many as go into one write, and the last entry looked at."""
        if not self._tail or seq >= self._tail[-1][0]:
            return seq, b""
        if seq + 1 >= self._tail[0][0]:
            begin = seq + 1 - self._tail[0][0]
            entries = [self._tail[at] for at in range(begin, min(begin + TOGETHER, len(self._tail)))]
        else:
            until = self._tail[-1][0] - seq
            rows = await asyncio.to_thread(self.headquarters.log.read, seq, min(TOGETHER, until))
            entries = [(row.seq, row.body, frame_of(row)) for row in rows]
        named = _JSON.encode(post) if post else b""
        return entries[-1][0], b"".join(frame for _, body, frame in entries if named in body)

    def _begin(self) -> None:
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            begin = self.headquarters.seq()
            rows = self.headquarters.log.read(max(0, begin - 1), 1)
            self._take(rows[:1])
            self._thread = threading.Thread(target=self._feed, args=(begin,), name="events", daemon=True)
            self._thread.start()

    def _feed(self, seq: int) -> None:
        """Wait for the log, and pass on what the node's state has taken in."""
        assert self._loop is not None
        log = self.headquarters.log
        while not self.closing.is_set():
            if log.wait(seq, WAIT) <= seq:
                continue
            known = self.headquarters.seq()
            if known <= seq:
                # Appended, but not yet what the views show: a moment later it is.
                self.closing.wait(0.001)
                continue
            rows = log.read(seq, min(TAIL, known - seq))
            seq = rows[-1].seq
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._take, rows)

    def _take(self, rows: list[Row]) -> None:
        self._tail.extend((row.seq, row.body, frame_of(row)) for row in rows)
        for wake in self._wakes:
            wake.set()

    async def close(self) -> None:
        """End all streams, and the thread."""
        self.closing.set()
        for wake in self._wakes:
            wake.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)


class EventStream(Response):
    """Sends events until the listener goes, the session ends or the node stops."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, person: Person, after: int, post: str = "") -> None:
        """Begin after an entry; with ``post``, only entries that name this post are sent."""
        super().__init__(None, 200, {"X-Accel-Buffering": "no"}, self.media_type)
        self._streams, self._person, self._seq, self._post = streams, person, after, post
        self._wake = asyncio.Event()
        self._gone = False
        self._revocations = streams.access.revocations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # it is ASGI
        """Send the stream.

        Raises:
            Failure: There are too many listeners.
        """
        self._streams.enter(self._wake, self._person)
        listening = asyncio.create_task(self._listen(receive))
        try:
            headers = [pair for pair in self.raw_headers if pair[0] != b"content-length"]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await self._write(send, b"retry: 2000\n\n")
            while not self._is_over():
                await self._step(send)
            await self._write(send, b"", more=False)
        except (TimeoutError, OSError):
            # A listener that takes nothing: closing the connection is all that can be done.
            return
        finally:
            listening.cancel()
            self._streams.leave(self._wake)

    async def _step(self, send: Send) -> None:
        self._wake.clear()
        self._seq, chunk = await self._streams.after(self._seq, self._post)
        if chunk:
            await self._write(send, chunk)
            await asyncio.sleep(self._streams.pause)
            return
        try:
            async with asyncio.timeout(self._streams.limits.heartbeat_seconds):
                await self._wake.wait()
        except TimeoutError:
            self._revocations = -1
            await self._write(send, b": %d\n\n" % self._seq)

    def _is_over(self) -> bool:
        if self._gone or self._streams.closing.is_set():
            return True
        access = self._streams.access
        if self._revocations == access.revocations:
            return False
        self._revocations = access.revocations
        return not access.is_current(self._person)

    async def _write(self, send: Send, chunk: bytes, *, more: bool = True) -> None:
        message: Mapping[str, Any] = {"type": "http.response.body", "body": chunk, "more_body": more}
        async with asyncio.timeout(self._streams.limits.write_seconds):
            await send(dict(message))

    async def _listen(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._wake.set()
