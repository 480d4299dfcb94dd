"""A headquarters for tests: a real node on a log in memory, with accounts whose passwords cost little."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import httpx

from renkei.clock import Clock
from renkei.interfaces.http.app import Interface
from renkei.interfaces.http.headquarters import NodeHeadquarters
from renkei.interfaces.http.settings import Hashing, Settings
from renkei.interfaces.service.knowledge import view
from renkei.interfaces.web import STATIC
from renkei.log.memory import MemoryLog
from renkei.log.port import Log
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.runner.node import Node

LIBRARY = Path(__file__).resolve().parents[2] / "src" / "renkei" / "library" / "us-japan"
PASSWORD = "correct horse battery staple"  # noqa: S105  # of the tests
CHEAP = Hashing(memory_kib=64, rounds=1)
HOST = "localhost"


@cache
def arrangement() -> Arrangement:
    return load_arrangement(LIBRARY)


class Client:
    """Speaks to an interface in this process, one request after the other; keeps cookies like a browser."""

    def __init__(self, interface: Interface, address: str) -> None:
        transport = httpx.ASGITransport(interface.app, raise_app_exceptions=True, client=(address, 50_000))
        self._http = httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}")
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._http.aclose())
        self._runner.close()

    @property
    def headers(self) -> httpx.Headers:
        return self._http.headers

    @property
    def cookies(self) -> httpx.Cookies:
        return self._http.cookies

    def request(self, method: str, path: str, **terms: Any) -> httpx.Response:
        """Make a request; paths are below /api/v1 unless they begin with a double slash."""
        where = path[1:] if path.startswith("//") else f"/api/v1{path}"
        return self._runner.run(self._http.request(method, where, **terms))

    def get(self, path: str, **terms: Any) -> httpx.Response:
        return self.request("GET", path, **terms)

    def post(self, path: str, **terms: Any) -> httpx.Response:
        return self.request("POST", path, **terms)

    def delete(self, path: str, **terms: Any) -> httpx.Response:
        return self.request("DELETE", path, **terms)

    def together(self, *requests: tuple[str, str, Any, Any]) -> list[httpx.Response]:
        """Make requests (method, path, JSON, headers) at the same time."""

        async def all_of_them() -> list[httpx.Response]:
            made = [
                self._http.request(method, f"/api/v1{path}", json=body, headers=headers)
                for method, path, body, headers in requests
            ]
            return await asyncio.gather(*made)

        return self._runner.run(all_of_them())

    def token(self, name: str = "admin", password: str = PASSWORD) -> Client:
        """Sign in as a program."""
        answer = self.post("/tokens", json={"name": name, "password": password})
        self.headers["Authorization"] = f"Bearer {answer.json()['data']['token']}"
        return self

    def session(self, name: str = "admin", password: str = PASSWORD) -> Client:
        """Sign in as a page."""
        answer = self.post("/session", json={"name": name, "password": password})
        self.headers["X-CSRF-Token"] = answer.json()["data"]["csrf"]
        return self


@dataclass
class Desk:
    """A headquarters and its interface."""

    node: Node
    interface: Interface

    def client(self, address: str = "127.0.0.1") -> Client:
        """Return a client; ``address`` is where it comes from."""
        return Client(self.interface, address)

    def account(self, name: str, **terms: Any) -> None:
        """Create an account with the password of the tests."""
        asyncio.run(self.interface.access.create(None, name, PASSWORD, **terms))


@contextmanager
def make_desk(
    folder: Path,
    *,
    clock: Clock,
    settings: Settings | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    is_new: bool = True,
    closes: bool = True,
    log: Log | None = None,
    model: Arrangement | None = None,
    party: str = "jpn",
    verify: Any = None,
    client: Path = STATIC,
) -> Iterator[Desk]:
    """Open a node and its interface, with an administrator; ``closes``: nobody else closes that."""
    node = Node(log or MemoryLog(), model or arrangement(), party, clock)
    headquarters = NodeHeadquarters(node, view, verify=verify)
    interface = Interface(
        headquarters,
        folder,
        settings or Settings(hashing=CHEAP),
        clock=clock,
        transport=transport,
        client=client,
    )
    desk = Desk(node, interface)
    try:
        if is_new:
            desk.account("admin", administrator=True)
        yield desk
    finally:
        if closes:
            interface.close()
        node.close()
        node.log.close()
