"""The other end of the link: pulls from the partner's link port, again and again, over any line there is.

Layer: interfaces. A broken transfer keeps what came; a silent line is tried again after a pause that grows
and is never twice the same. Nothing is acknowledged before ``record`` has returned, since the
acknowledgement is made from what is held, and that changes only then.
"""

from __future__ import annotations

import base64
import re
import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from math import ceil
from time import perf_counter
from typing import Any, Protocol

import httpx

from renkei.clock import Clock
from renkei.errors import Problem
from renkei.interfaces.http.link_tls import Identity, client_context, pin_of, pin_of_pem, socket_options
from renkei.link.fork import Fork
from renkei.link.limits import MAX_BATCH, LinkError, link_error
from renkei.link.message import Acknowledgement, Admission, Answer, Behind, Claim, Nothing, Part, Pull
from renkei.link.subscriber import Accepted, Held, Noise, PastTree, Subscriber, Verdict
from renkei.link.transfer import Transfer, next_budget

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds between two attempts."""
_CONTENT_RANGE = re.compile(r"bytes (\d{1,9})-\d{1,9}/(\d{1,9})")
_TAG = re.compile(r'"([0-9a-f]{16})"')
_NUMBER = re.compile(r"\d{1,16}")
_MAX_ADMISSION = 64 * 1024


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the client is, in seconds."""

    connect: float = 60.0
    """For a connection, its handshake included."""
    silence: float = 90.0
    """Between two pieces of an answer; longer than a pull waits."""
    wait: float = 30.0
    """How long the partner may hold a pull until something is released."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a file; the line may cut them off."""

    total: int
    """Size of the whole file, as the partner has it."""
    data: bytes


class Files(Protocol):
    """What is fetched besides entries, when no entry waits."""

    def due_in(self) -> float | None:
        """Return the seconds until there is something to fetch, None while there is nothing."""

    def fetch(self, client: LinkClient, budget: int) -> int:
        """Fetch at most ``budget`` bytes; return how many came.

        Raises:
            LinkError: The line failed.
        """


class LinkClient:
    """Speaks to one partner's link port. Not for several threads at once."""

    def __init__(self, url: str, *, identity: Identity, partner: str, pace: Pace | None = None) -> None:
        """Speak to ``url``; ``partner`` is the certificate (PEM) that people have exchanged."""
        self._pace = pace or Pace()
        self._pin = pin_of_pem(partner)
        transport = httpx.HTTPTransport(
            verify=client_context(identity, partner),
            socket_options=socket_options(),
            limits=httpx.Limits(max_connections=1, keepalive_expiry=280.0),
        )
        timeout = httpx.Timeout(self._pace.silence, connect=self._pace.connect)
        self._client = httpx.Client(base_url=url, transport=transport, timeout=timeout, trust_env=False)
        self._connection: socket.socket | None = None
        for name in ("user-agent", "accept", "accept-encoding", "connection"):
            self._client.headers.pop(name, None)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def abort(self) -> None:
        """Let a pull that waits end now, with RK651; may be called from another thread."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _watch(self, event: str, told: dict[str, Any]) -> None:
        """Note the connection that a request goes over, so that ``abort`` finds it."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._connection = told["return_value"].get_extra_info("socket")

    def pull(self, pull: Pull, wait: float | None = None) -> Answer:
        """Ask for what follows; what came before the line broke is returned as well.

        The partner may hold the pull as long as the pace says, or ``wait`` seconds.

        Raises:
            LinkError: Nothing came (RK651), or not what a link port answers (RK655).
        """
        query: dict[str, int] = {"after": pull.after, "budget": pull.budget}
        headers = {}
        if pull.last:
            query = {"after": pull.after, "last": pull.last}
            headers = {"range": f"bytes={pull.offset}-", "if-range": f'"{pull.tag.hex()}"'}
        elif (patience := int(self._pace.wait if wait is None else min(wait, self._pace.wait))) >= 1:
            query["wait"] = patience
        if pull.plain:
            query["plain"] = 1
        if pull.acknowledgement is not None:
            headers["cosigned"] = _acknowledgement(pull.acknowledgement)
        try:
            with self._stream("GET", "/link/v1/pull", params=query, headers=headers) as response:
                self._check_partner(response)
                return _answer(pull, response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise _unreachable(error) from None

    def piece(self, digest: str, offset: int, count: int) -> Piece | None:
        """Ask for bytes of a file that a received entry names; None if the partner does not give it now.

        Raises:
            LinkError: Nothing came (RK651), or not what a link port answers (RK655).
        """
        headers = {"range": f"bytes={offset}-{offset + count - 1}"}
        try:
            with self._stream("GET", f"/link/v1/files/{digest}", headers=headers) as response:
                self._check_partner(response)
                if response.status_code in {404, 416}:
                    return None
                found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
                if response.status_code != 206 or found is None or int(found[1]) != offset:
                    raise _unexpected(response.status_code)
                return Piece(int(found[2]), _read(response, count))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise _unreachable(error) from None

    def claim(self, claim: Claim) -> Admission:
        """Show the partner its own longer note.

        Raises:
            LinkError: Nothing came (RK651), or it admits nothing (RK655).
        """
        try:
            with self._stream("POST", "/link/v1/claim", content=claim.note) as response:
                self._check_partner(response)
                note = _read(response, _MAX_ADMISSION)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise _unreachable(error) from None
        if response.status_code != 200:
            raise _unexpected(response.status_code)
        return Admission(note)

    def _stream(self, method: str, path: str, **content: Any) -> AbstractContextManager[httpx.Response]:
        return self._client.stream(method, path, extensions={"trace": self._watch}, **content)

    def _check_partner(self, response: httpx.Response) -> None:
        # TLS has refused all but the partner's certificate and what that has signed.
        stream = response.extensions.get("network_stream")
        found = pin_of(stream.get_extra_info("socket")) if stream is not None else None
        if found != self._pin:
            hint = "Somebody is in between, or the partner has a new certificate; ask by other means."
            raise link_error("RK652", "the link port showed another key than the one that is pinned", hint)


class Puller:
    """Keeps what is held of one partner's released log up to date.

    Limits: one thread uses it; ``held`` may be read from any.
    """

    def __init__(
        self,
        client: LinkClient,
        subscriber: Subscriber,
        held: Held,
        *,
        clock: Clock,
        record: Callable[[Accepted], None],
        past: PastTree | None = None,
        budget: int = 16 * 1024,
    ) -> None:
        """Go on from ``held``.

        Args:
            client: Speaks to the partner.
            subscriber: Judges what comes.
            held: What is recorded, as ``rebuild`` returns it.
            clock: Tells when something was received.
            record: Records a batch; what it returns from is durable.
            past: Makes the tree of all that is held, if ever a seal has to be compared with the past.
            budget: Bytes to ask for at first; it follows the line.
        """
        self.held, self.budget = held, budget
        self.fork: Fork | None = None
        self.files: Files | None = None
        """What is fetched besides: in pieces, each only when there is no entry to pull."""
        self.trouble: Problem | None = None
        """Why the last attempt failed; None after one that did not."""
        self.came = 0
        """Bytes of batches and files that came."""
        self._client, self._subscriber, self._clock = client, subscriber, clock
        self._record, self._past = record, past
        self._transfer, self._plain = Transfer(), False

    def step(self) -> Verdict | Nothing | None:
        """Exchange once; None while a batch is still on its way.

        Raises:
            LinkError: The line or the partner failed (RK651, RK652, RK655); try again after a pause.
        """
        begun = perf_counter()
        due = self.files.due_in() if self.files else None
        # Half a second would be no wait at all, and asked again and again.
        patience = None if due is None else ceil(due)
        pull = self._transfer.pull(self.held, self.budget, plain=self._plain)
        answer = self._client.pull(pull, patience)
        if isinstance(answer, Behind):
            return self._disowned(answer)
        self.came += len(answer.data) if isinstance(answer, Part) else 0
        if isinstance(answer, Part) and 2 * len(answer.data) >= self.budget:
            # Less says nothing about the line: the publisher had no more, or waited for it.
            self.budget = next_budget(self.budget, len(answer.data), perf_counter() - begun)
        data = self._transfer.take(self.held, answer)
        if isinstance(answer, Nothing):
            self._fetch()
            return answer
        return None if data is None else self._judged(data)

    def _fetch(self) -> None:
        """Fetch a piece of a file; what is released meanwhile has to wait for no more than that."""
        if self.files is None or self.files.due_in() != 0:
            return
        begun = perf_counter()
        count = self.files.fetch(self._client, self.budget)
        self.came += count
        if 2 * count >= self.budget:
            self.budget = next_budget(self.budget, count, perf_counter() - begun)

    def _judged(self, data: bytes) -> Verdict:
        verdict = self._subscriber.accept(self.held, data, self._clock.now(), self._past)
        # If the past was rewritten, what is packed in its light cannot be read, and so would convict nobody.
        self._plain = isinstance(verdict, Noise)
        if isinstance(verdict, Accepted):
            self._record(verdict)
            if verdict.held.size > self.held.size:  # a bundle may have brought more in the meantime
                self.held = verdict.held
        elif isinstance(verdict, Fork):
            self.fork = verdict
        return verdict

    def _disowned(self, answer: Behind) -> Verdict | None:
        """Let the partner admit that its log is shorter than what it signed; that is evidence."""
        self._transfer.drop()
        if self.held.claim is None or answer.last >= self.held.size:
            return None
        verdict = self._subscriber.judge_admission(self.held, self._client.claim(self.held.claim))
        if isinstance(verdict, Fork):
            self.fork = verdict
        return verdict

    def run(self, stop: threading.Event) -> None:
        """Go on until ``stop`` is set, or the partner has forked; errors of the line end nothing."""
        failures = 0
        while not stop.is_set() and self.fork is None:
            try:
                verdict = self.step()
            except LinkError as error:
                self.trouble = error.problems[0]
            else:
                self.trouble = verdict.problem if isinstance(verdict, Noise) else None
            failures = failures + 1 if self.trouble else 0
            if failures:
                stop.wait(pause_after(failures))


def pause_after(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row; half of it is chance."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 16))
    return longest * (0.5 + secrets.randbelow(1_000_000) / 2_000_000)


def _answer(pull: Pull, response: httpx.Response) -> Answer:
    if response.status_code == 204:
        return Nothing(pull.after)
    if response.status_code == 409:
        return Behind(pull.after, _number(response.headers.get("last", "")))
    if response.status_code not in {200, 206}:
        raise _unexpected(response.status_code)
    tag = _TAG.fullmatch(response.headers.get("etag", ""))
    last = _number(response.headers.get("last", ""))
    if response.status_code == 206:
        part = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        offset, total = (int(part[1]), int(part[2])) if part else (0, 0)
    else:
        offset, total = 0, _number(response.headers.get("content-length", ""))
    if tag is None or not 0 < total <= MAX_BATCH:
        raise _unexpected(response.status_code)
    return Part(pull.after, last, bytes.fromhex(tag[1]), total, offset, _read(response, total - offset))


def _read(response: httpx.Response, limit: int) -> bytes:
    """Return what comes of an answer before it ends, breaks off, or is longer than allowed."""
    came = bytearray()
    try:
        for piece in response.iter_raw():
            came += piece
            if len(came) > limit:
                raise _unexpected(response.status_code)
    except (httpx.HTTPError, OSError):
        if not came:
            raise
    return bytes(came)


def _number(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


def _acknowledgement(told: Acknowledgement) -> str:
    return f"{told.after}-{told.size}-{base64.urlsafe_b64encode(told.signature).decode()}"


def _unreachable(error: Exception) -> LinkError:
    reason = str(error)[:200] or type(error).__name__
    hint = "The line is down, the partner's node is not running, or its certificate is not the pinned one."
    return link_error("RK651", f"the partner's link port does not answer: {reason}", hint)


def _unexpected(status: int) -> LinkError:
    hint = "Something else listens there, or the partner does not know this certificate."
    return link_error(
        "RK655", f"the partner's link port answered in a way that it should not ({status})", hint
    )
