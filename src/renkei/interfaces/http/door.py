"""Who comes in, decided before anything of a body is read: every route needs a person unless named here.

Layer: interfaces. A program shows a token (``Authorization: Bearer``), a browser its cookie. A browser sends
its cookie along with requests that other sites make it send; so whatever changes something also needs the
header ``X-CSRF-Token``, which no other site can know or set, and must not say that it comes from another
site.
"""

from __future__ import annotations

from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from renkei.facts import Fact
from renkei.interfaces.http.access import Access, Person, csrf_of
from renkei.interfaces.http.settings import Settings
from renkei.interfaces.http.shapes import Failure

BASE = "/api/v1"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset(
    {
        ("GET", f"{BASE}/session"),
        ("POST", f"{BASE}/session"),
        ("POST", f"{BASE}/tokens"),
        ("GET", f"{BASE}/session/openid"),
        ("GET", f"{BASE}/session/openid/return"),
        ("GET", f"{BASE}/openapi.json"),
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
        ("GET", "/metrics"),
    }
)
"""What needs nobody signed in (the metrics have a rule of their own)."""


class Door:
    """Lets people in."""

    def __init__(self, app: ASGIApp, access: Access, settings: Settings) -> None:
        """Keep what is behind the door."""
        self._app, self._access, self._settings = app, access, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who it is, or refuse."""
        if scope["type"] == "http":
            is_safe = scope["method"] in SAFE
            if not is_safe:
                self._refuse_other_sites(scope)
            if (scope["method"], scope["path"]) not in OPEN:
                await self._enter(scope, is_safe=is_safe)
        await self._app(scope, receive, send)

    async def _enter(self, scope: Scope, *, is_safe: bool) -> None:
        token, cookie = bearer_of(scope), cookie_of(scope, self._settings)
        if token is not None:
            person = self._access.identify(token, "token")
        elif cookie is not None:
            person = self._access.identify(cookie, "session")
        else:
            person = None
        if person is None:
            raise _stranger()
        if token is None and cookie is not None:
            if not is_safe and not compare_digest(
                _header(scope, b"x-csrf-token").encode(), csrf_of(cookie).encode()
            ):
                hint = "Send the header X-CSRF-Token with the value that signing in, or /me, gave."
                raise Failure(403, Fact("RK703.token"), hint)
            scope["renkei.csrf"] = csrf_of(cookie)
        scope["renkei.person"] = person
        await self._access.note_use(person)

    def _refuse_other_sites(self, scope: Scope) -> None:
        origin = _header(scope, b"origin")
        site = _header(scope, b"sec-fetch-site")
        foreign = origin and urlsplit(origin).netloc.lower() != _header(scope, b"host").lower()
        if foreign or site == "cross-site":
            raise Failure(403, Fact("RK703.site"), "Use the node's own page.")


def person_of(scope: Scope) -> Person:
    """Return who makes a request that has come through the door."""
    person: Person = scope["renkei.person"]
    return person


def bearer_of(scope: Scope) -> str | None:
    """Return the token of a request, None without one."""
    scheme, _, token = _header(scope, b"authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def cookie_name(settings: Settings) -> str:
    """Return the name of the cookie; under TLS browsers bind it to this host alone."""
    return "__Host-renkei" if settings.tls is not None else f"renkei-{settings.port}"


def cookie_of(scope: Scope, settings: Settings, name: str = "") -> str | None:
    """Return the value of a cookie, None without one."""
    try:
        found = SimpleCookie(_header(scope, b"cookie")).get(name or cookie_name(settings))
    except CookieError:
        return None
    return found.value if found is not None else None


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def _stranger() -> Failure:
    hint = f"Sign in: POST {BASE}/session for a page, POST {BASE}/tokens for a program."
    headers = {"WWW-Authenticate": 'Bearer realm="renkei"'}
    return Failure(401, Fact("RK701.session"), hint, headers=headers)
