"""The interface of one node for its people, as one ASGI application.

Layer: interfaces. From the outside in: what is true of every answer (`boundary`), the browser client
(`pages`), who it is (`door`), how much comes in (`intake`), the routes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from renkei import __version__
from renkei.clock import Clock, SystemClock
from renkei.errors import InputError
from renkei.facts import Fact, word
from renkei.interfaces.http import (
    administration,
    drawing,
    evidence,
    files,
    labels,
    operation,
    people,
    releasing,
    signing,
    studio,
    work,
)
from renkei.interfaces.http.access import Access
from renkei.interfaces.http.boundary import Boundary, fault
from renkei.interfaces.http.desk import Desk
from renkei.interfaces.http.document import documented
from renkei.interfaces.http.door import BASE, Door
from renkei.interfaces.http.intake import Intake
from renkei.interfaces.http.metrics import Metrics
from renkei.interfaces.http.openid import Provider
from renkei.interfaces.http.pages import Compression, Pages
from renkei.interfaces.http.port import Headquarters
from renkei.interfaces.http.settings import Settings
from renkei.interfaces.http.shapes import HINTS, Failure
from renkei.interfaces.http.store import AccountStore
from renkei.interfaces.http.stream import Streams
from renkei.interfaces.http.uploads import Attachments
from renkei.interfaces.studio.workshop import Studio
from renkei.interfaces.web import STATIC
from renkei.runner.writer import HaltedError

ATTACHMENTS = "attachments"
"""Folder of files, beside the log."""
ROUTERS = (
    signing.router,
    work.router,
    drawing.router,
    studio.router,
    evidence.router,
    files.router,
    labels.router,
    people.router,
    administration.router,
    releasing.router,
    operation.router,
)
MOST_PROBLEMS = 50


class Interface:
    """The interface of one node: an ASGI application, and what it holds open."""

    def __init__(
        self,
        headquarters: Headquarters,
        folder: Path,
        settings: Settings,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        client: Path = STATIC,
    ) -> None:
        """Open the accounts and the attachments of a node.

        Args:
            headquarters: The node.
            folder: Where accounts and attachments are kept, beside the log.
            settings: How people are served.
            clock: Tells the moment for sessions; that of the machine without one.
            transport: How to reach an OpenID provider; the network without one.
            client: Folder with the build of the browser client.

        Raises:
            InputError: The accounts cannot be read.
        """
        clock = clock or SystemClock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.settings = settings
        self.access = Access(AccountStore(folder / "accounts.sqlite"), headquarters, settings, clock)
        metrics = Metrics(headquarters)
        self.desk = Desk(
            headquarters,
            self.access,
            settings,
            metrics,
            Attachments(folder / ATTACHMENTS, settings.limits.upload_bytes),
            Streams(headquarters, self.access, metrics),
            Provider(settings.openid, clock, transport) if settings.openid is not None else None,
            asyncio.Semaphore(1),
            Studio(headquarters, clock.now),
        )
        self.routes = routes_of(settings, self.desk.streams.close)
        self.routes.state.desk = self.desk
        inner: ASGIApp = Intake(self.routes, settings.limits)
        inner = Compression(Door(inner, self.access, settings))
        self.app: ASGIApp = Boundary(Pages(inner, client), settings, metrics)

    def close(self) -> None:
        """End the studio's workers, and close the accounts."""
        self.desk.studio.close()
        self.access.close()


def routes_of(settings: Settings, end: Callable[[], Awaitable[None]] | None = None) -> FastAPI:
    """Return all routes; they answer for the desk that is put into their state.

    Args:
        settings: How people are served.
        end: Called when the server stops.
    """

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        yield
        if end is not None:
            await end()

    routes = FastAPI(
        title="renkei",
        summary="One node of a combined headquarters",
        version=__version__,
        openapi_url=f"{BASE}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=alive,
        redirect_slashes=False,
        # Would offer requests, bodies and errors to exporters that the environment names.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    for router in ROUTERS:
        routes.include_router(router)
    routes.add_exception_handler(Failure, _fail)
    routes.add_exception_handler(HTTPException, _fail)
    routes.add_exception_handler(RequestValidationError, _invalid)
    routes.add_exception_handler(InputError, _unusable)
    routes.add_exception_handler(HaltedError, _halted)
    routes.add_exception_handler(Exception, _fault)
    routes.openapi = lambda: documented(routes, settings)  # type: ignore[method-assign]
    return routes


async def _fail(_: Request, error: Exception) -> Response:
    if isinstance(error, Failure):
        return error.to_response()
    assert isinstance(error, HTTPException)
    facts = {
        404: Fact("RK705.address"),
        405: Fact("RK706.method"),
        413: Fact("RK708.request"),
        415: Fact("RK709.request"),
    }
    status = error.status_code if error.status_code in facts else 400
    fact = facts.get(status) or Fact("RK700.request")
    headers = dict(error.headers or {})
    return Failure(status, fact, HINTS.get(status, ""), headers=headers).to_response()


async def _invalid(_: Request, error: Exception) -> Response:
    """Answer with every field that is invalid. What was sent is not repeated: it may be a secret."""
    assert isinstance(error, RequestValidationError)
    found: list[Any] = list(error.errors())
    if any(problem["type"] == "json_invalid" for problem in found):
        return Failure(400, Fact("RK700.json")).to_response()
    problems = [(_place(problem["loc"]), _told(problem)) for problem in found[:MOST_PROBLEMS]]
    return Failure(422, Fact("RK707.fields"), problems=problems).to_response()


def _told(problem: Mapping[str, Any]) -> Fact:
    """Return what is wrong with a field: in the words of the form that was read, in Japanese in general."""
    japanese = word("invalid", str(problem["type"]), "ja")
    if japanese == problem["type"]:
        japanese = word("invalid", "other", "ja")
    return Fact("RK707.form", said={"en": _printable(str(problem["msg"])), "ja": japanese})


async def _unusable(_: Request, error: Exception) -> Response:
    """Answer with what is wrong with a file or with the state it does not fit."""
    assert isinstance(error, InputError)
    first = error.problems[0]
    problems = [(problem.code, problem) for problem in error.problems[:MOST_PROBLEMS]]
    return Failure(409, first, first.hint, problems=problems).to_response()


async def _halted(_: Request, __: Exception) -> Response:
    hint = "Nothing was recorded. The node's diagnostics tell why; it has to be started again."
    return Failure(503, Fact("RK712.stopped"), hint).to_response()


async def _fault(request: Request, _: Exception) -> Response:
    """Answer without details; the boundary, which the error still reaches, tells what it was."""
    return fault(request.scope["renkei.number"]).to_response()


def _place(path: Any) -> str:
    return _printable(".".join(str(part) for part in path))[:200]


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()[:300]
