"""Talk to one node over its HTTP interface.

Layer: interfaces. Whatever comes back is either data or a ``NodeError``; an answer that is neither is told as
one, too, since what listens at an address may be anything.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Self
from urllib.parse import quote, urlsplit

import httpx

from renkei.errors import Problem
from renkei.interfaces.hq.answer import Heard, NodeError, Reply

BASE = "/api/v1"
SECONDS = 30.0
"""How long an answer may take; the first forecast takes longest, since it loads the simulator."""
RETRIES = 3
"""Attempts to connect, over about two seconds: long enough for a node that is just started again."""
LABEL = "X-Confidentiality-Label"
"""Header with the label of what is carried, in base64."""
MAX_DOWNLOAD = 1 << 30
"""Most bytes that are taken of one file."""


class Client:
    """One person's connection to one node."""

    def __init__(self, address: str, token: str = "", *, retries: int = RETRIES) -> None:
        """Prepare; nothing is sent yet."""
        self.address = address.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        local = is_loopback(self.address)
        self._http = httpx.Client(
            base_url=self.address,
            headers=headers,
            timeout=httpx.Timeout(SECONDS, connect=5.0),
            # A proxy of the environment does not know this machine's own addresses.
            trust_env=not local,
            # Reading the certificates that are trusted takes longer than most questions: only where needed.
            transport=httpx.HTTPTransport(
                retries=retries, trust_env=not local, verify=not self.address.startswith("http://")
            ),
        )

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, **query: object) -> Reply:
        """Read something; parameters that are None or '' are left out.

        Raises:
            NodeError: The node refused, failed, or could not be reached.
        """
        given = {key: str(value) for key, value in query.items() if value not in {None, ""}}
        with self._reaching():
            return self._read(self._http.get(BASE + path, params=given))

    def ready(self) -> Reply:
        """Ask whether the node takes commands; nobody has to be signed in.

        Raises:
            NodeError: As ``get``.
        """
        with self._reaching():
            return self._read(self._http.get("/health/ready"))

    def pages(self, path: str, **query: object) -> Iterator[Reply]:
        """Read something page by page.

        Raises:
            NodeError: As ``get``.
        """
        cursor: str | None = ""
        while cursor is not None:
            reply = self.get(path, cursor=cursor, **query)
            yield reply
            cursor = reply.next

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        """Send something.

        Raises:
            NodeError: As ``get``.
        """
        with self._reaching():
            return self._read(self._http.post(BASE + path, json=body or {}))

    def delete(self, path: str) -> Reply:
        """Take something away.

        Raises:
            NodeError: As ``get``.
        """
        with self._reaching():
            return self._read(self._http.delete(BASE + path))

    def sign_in(self, name: str, password: str) -> str:
        """Return a token for the person of this name.

        Raises:
            NodeError: Name and password do not fit, or as ``get``.
        """
        return str(self.post("/tokens", {"name": name, "password": password}).data["token"])

    def command(self, command: Mapping[str, Any], post: str | None = None) -> Reply:
        """Give a command as ``post``; it is carried out once, however often it arrives.

        Raises:
            NodeError: As ``get``; ``refused`` where the node will not do it.
        """
        given = dict(command)
        given["id"] = given.get("id") or uuid.uuid4().hex
        return self.post("/commands", {"post": post, "command": given})

    def upload(self, path: Path, case: str = "", label: bytes | None = None) -> Reply:
        """Send a file, with its label where that is given; the answer has its digest.

        Raises:
            NodeError: As ``get``.
            OSError: The file cannot be read.
        """
        with path.open("rb") as file, self._reaching():
            form = {"case": case} if case else {}
            files: dict[str, Any] = {"file": (path.name, file)}
            files |= {"label": ("label.xml", label, "application/xml")} if label is not None else {}
            return self._read(self._http.post(f"{BASE}/attachments", files=files, data=form))

    def download(self, path: str, method: str = "GET") -> bytes:
        """Return the bytes that the node gives at ``path``.

        Raises:
            NodeError: As ``get``, or there are too many of them.
        """
        out = BytesIO()
        self.download_into(out, path, method)
        return out.getvalue()

    def download_into(self, out: BinaryIO, path: str, method: str = "GET", **query: object) -> bytes:
        """Write the bytes that the node gives at ``path``; return the label that comes with them, or b''.

        Raises:
            NodeError: As ``download``, or the label cannot be read.
        """
        given = {key: str(value) for key, value in query.items() if value not in {None, ""}}
        with self._reaching(), self._http.stream(method, BASE + path, params=given) as response:
            if response.is_error:
                response.read()
                self._read(response)
            size = 0
            for part in response.iter_bytes():
                size += len(part)
                if size > MAX_DOWNLOAD:
                    raise self._strange(response.status_code, f"> {MAX_DOWNLOAD}")
                out.write(part)
            said = response.headers.get(LABEL, "")
            try:
                return base64.b64decode(said, validate=True)
            except ValueError:
                raise self._strange(response.status_code, said[:80]) from None

    def send_file(self, path: str, body: BinaryIO, label: bytes | None = None) -> Reply:
        """Send a file as it is, with its label where that is given.

        Raises:
            NodeError: As ``get``.
        """
        kind = {"Content-Type": "application/octet-stream"}
        kind |= {LABEL: base64.b64encode(label).decode("ascii")} if label is not None else {}
        with self._reaching():
            return self._read(self._http.post(BASE + path, content=body, headers=kind))

    def events(self, after: int = 0) -> Iterator[Heard]:
        """Yield what happens at the node after entry ``after``, until the connection ends.

        Raises:
            NodeError: As ``get``.
        """
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        timeout = httpx.Timeout(SECONDS, read=None)
        with (
            self._reaching(),
            self._http.stream(
                "GET", f"{BASE}/events", params={"after": after}, headers=headers, timeout=timeout
            ) as response,
        ):
            if response.is_error:
                response.read()
                self._read(response)
            yield from _heard(response.iter_lines())

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            said = str(error) or type(error).__name__
            raise NodeError(Problem("RK740", said, file=self.address)) from error
        except httpx.InvalidURL as error:
            raise NodeError(Problem("RK741", str(error), file=self.address), status=400) from error

    def _read(self, response: httpx.Response) -> Reply:
        try:
            whole = response.json()
            if not response.is_error:
                return Reply(whole["data"], whole.get("next"), int(whole.get("seq") or 0), whole)
            error = whole["error"]
            problem = Problem(str(error["code"]), str(error["message"]), str(error.get("hint") or ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._strange(response.status_code, response.text[:80]) from None
        raise NodeError(problem, response.status_code, error)

    def _strange(self, status: int, said: str) -> NodeError:
        return NodeError(
            Problem("RK741", f"HTTP {status}: {said!r}", file=self.address), status=status or 500
        )


def _heard(lines: Iterator[str]) -> Iterator[Heard]:
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = fields[name] + "\n" + value[1:] if name in fields else value.removeprefix(" ")
        elif "data" in fields:
            number = fields.get("id", "0")
            yield Heard(
                int(number) if number.isdigit() else 0, fields.get("event", ""), _parsed(fields["data"])
            )
            fields = {}
        else:
            fields = {}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def is_loopback(address: str) -> bool:
    """Return whether an address is one of this machine alone."""
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def segment(name: str) -> str:
    """Return a name so that it is one part of a path, whatever signs are in it."""
    return quote(name, safe="")
