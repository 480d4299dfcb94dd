"""The outermost layer of the interface: what is true of every answer, whatever is asked or goes wrong.

Layer: interfaces. Only the hosts that are allowed; secure headers; a number for each request; errors of the
program become answers without details; figures and diagnostics.
"""

from __future__ import annotations

import logging
import secrets
from itertools import count
from time import perf_counter
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from renkei.facts import Fact
from renkei.interfaces.http.diagnostics import tell
from renkei.interfaces.http.metrics import Metrics
from renkei.interfaces.http.settings import Settings
from renkei.interfaces.http.shapes import Failure

SECURE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
    "Cache-Control": "no-store",
}
HSTS = "max-age=63072000; includeSubDomains"
DEMO_HEADER = "X-Renkei-Demo"


def standing_headers(settings: Settings) -> dict[str, str]:
    """Return the headers that every answer has."""
    found = dict(SECURE)
    if settings.tls is not None:
        found["Strict-Transport-Security"] = HSTS
    if settings.demo:
        found[DEMO_HEADER] = "demonstration accounts; reachable from this machine only"
    return found


class Boundary:
    """Wraps everything else."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        """Keep what is wrapped."""
        self._app, self._settings, self._metrics = app, settings, metrics
        self._hosts, self._standing = settings.allowed_hosts, standing_headers(settings)
        self._run, self._numbers = secrets.token_hex(4), count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        begun, number = perf_counter(), f"{self._run}-{next(self._numbers)}"
        scope["renkei.number"] = number
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._secure(MutableHeaders(scope=message), number)
            await send(message)

        try:
            await self._answer(scope, receive, sent)
        except Failure as failure:
            if not status:
                await failure.to_response()(scope, receive, sent)
        except Exception as error:  # noqa: BLE001  # whatever it is, the answer has the one shape and no details
            tell("fault", logging.ERROR, error, request=number, route=route_of(scope))
            if not status:
                await fault(number).to_response()(scope, receive, sent)
        finally:
            self._tell(scope, status, perf_counter() - begun, number)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value for key, value in scope["headers"] if key == b"host"]
        if len(hosts) != 1 or _name(hosts[0].decode("latin-1")) not in self._hosts:
            hint = "Use one of the names the node was started with; `hosts` in its settings adds others."
            raise Failure(400, Fact("RK713.host"), hint)
        await self._app(scope, receive, send)

    def _secure(self, headers: MutableHeaders, number: str) -> None:
        for key, value in self._standing.items():
            headers.setdefault(key, value)
        headers["X-Request-Id"] = number

    def _tell(self, scope: Scope, status: int, seconds: float, number: str) -> None:
        route = route_of(scope)
        self._metrics.count(scope["method"], route, status, seconds)
        facts: dict[str, Any] = {"method": scope["method"][:16], "route": route, "status": status}
        person = scope.get("renkei.person")
        if person is not None:
            facts["person"] = person.name
        tell("request", logging.DEBUG, request=number, milliseconds=round(seconds * 1000, 2), **facts)


def fault(number: str) -> Failure:
    """Return the answer to an error of the program."""
    hint = f"The fault is in the node, not in the request; its diagnostics tell more under {number}."
    return Failure(500, Fact("RK711.fault"), hint)


def route_of(scope: Scope) -> str:
    """Return the route of a request as it is written in the document, never the path itself."""
    return str(getattr(scope.get("route"), "path", "")) or "unmatched"


def _name(host: str) -> str:
    """Return a Host header without its port, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")
