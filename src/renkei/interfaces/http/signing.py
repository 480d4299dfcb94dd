"""Routes: sign in and out, for pages (session), for programs (token), by a provider; who am I.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from renkei.facts import Fact
from renkei.interfaces.http.access import csrf_of
from renkei.interfaces.http.desk import AtDesk, Desk, Who
from renkei.interfaces.http.door import BASE, cookie_name, cookie_of
from renkei.interfaces.http.openid import PENDING_SECONDS, Provider, refused
from renkei.interfaces.http.passwords import LONGEST
from renkei.interfaces.http.settings import Settings
from renkei.interfaces.http.shapes import Answer, Failure, Sent, errors, reply
from renkei.interfaces.http.shown.hours import PartyClock, SeatHeld
from renkei.interfaces.http.shown.words import Moment
from renkei.runner.commands import Name

router = APIRouter(prefix=BASE, tags=["access"])


class Credentials(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    password: Annotated[
        str, Field(min_length=1, max_length=LONGEST, json_schema_extra={"format": "password"})
    ]


class Session(Sent):
    """What a page needs: its cookie goes beside."""

    name: str
    csrf: str
    """Send it as X-CSRF-Token with whatever changes something."""
    until: int


class TokenGiven(Sent):
    """What a program sends as ``Authorization: Bearer``."""

    name: str
    token: str
    until: int


class Me(Sent):
    """Who is signed in, where."""

    name: str
    party: str
    posts: list[str]
    """Posts that the person holds now."""
    may_hold: list[str]
    """Posts whose free seats the person may take; ``*`` for all."""
    administrator: bool
    demo: bool
    exercise: bool
    csrf: str | None = None
    now: Moment
    """By the node's clock."""
    clocks: list[PartyClock]
    ceiling: str | None
    """Highest classification that any channel may carry; None for no limit."""
    seats: list[SeatHeld]
    """The posts that the person holds, with what each may release."""


class Entrance(Sent):
    """What whoever is not signed in has to know."""

    party: str
    demo: bool
    """The accounts are for demonstration: a name is that of a post, and the password is public."""
    exercise: bool
    openid: bool
    """Whether the OpenID provider of the party can be asked who somebody is."""


class Ended(Sent):
    """That something ended."""

    ended: bool


@router.get("/session", response_model=Answer[Entrance], responses=errors())
async def entrance(desk: AtDesk) -> Response:
    """Tell what kind of node this is, and how one signs in; open to everybody."""
    headquarters = desk.headquarters
    data = {
        "party": headquarters.party,
        "demo": desk.settings.demo,
        "exercise": headquarters.exercise,
        "openid": desk.provider is not None,
    }
    return reply(data, headquarters.seq())


@router.post("/session", status_code=201, response_model=Answer[Session], responses=errors())
async def begin_session(given: Credentials, request: Request, desk: AtDesk) -> Response:
    """Sign in as a page: sets a cookie and returns the CSRF token."""
    account = await _signed_in(desk, given, request)
    # A session that the browser brings along may be somebody else's choice: it ends, another begins.
    old = cookie_of(request.scope, desk.settings)
    if old is not None and (before := desk.access.identify(old, "session")) is not None:
        await desk.access.end(before.digest)
    secret, until = await desk.access.begin(account, "session", address_of(request))
    data = {"name": account.name, "csrf": csrf_of(secret), "until": until}
    return _with_cookie(reply(data, desk.headquarters.seq(), status=201), desk.settings, secret)


@router.delete("/session", response_model=Answer[Ended], responses=errors())
async def end_session(desk: AtDesk, who: Who) -> Response:
    """Sign out."""
    await desk.access.end(who.digest)
    response = reply({"ended": True}, desk.headquarters.seq())
    response.delete_cookie(cookie_name(desk.settings), **_cookie_terms(desk.settings))
    return response


@router.post("/tokens", status_code=201, response_model=Answer[TokenGiven], responses=errors())
async def begin_token(given: Credentials, request: Request, desk: AtDesk) -> Response:
    """Sign in as a program: returns a token."""
    account = await _signed_in(desk, given, request)
    secret, until = await desk.access.begin(account, "token", address_of(request))
    return reply({"name": account.name, "token": secret, "until": until}, desk.headquarters.seq(), status=201)


@router.delete("/tokens/current", response_model=Answer[Ended], responses=errors())
async def end_token(desk: AtDesk, who: Who) -> Response:
    """End the token, or the session, that this request is made with."""
    await desk.access.end(who.digest)
    return reply({"ended": True}, desk.headquarters.seq())


@router.get("/me", response_model=Answer[Me], responses=errors())
async def me(request: Request, desk: AtDesk, who: Who) -> Response:
    """Who am I, which posts do I hold."""
    headquarters = desk.headquarters
    held = headquarters.view("held", person=who.name)
    data = {
        "name": who.name,
        "party": headquarters.party,
        "posts": held.data,
        "may_hold": list(who.account.posts),
        "administrator": who.account.administrator,
        "demo": desk.settings.demo,
        "exercise": headquarters.exercise,
        "csrf": request.scope.get("renkei.csrf"),
        **headquarters.view("standing", person=who.name).data,
    }
    return reply(data, held.seq)


@router.get("/session/openid", status_code=302, response_class=RedirectResponse, responses=errors())
async def begin_openid(desk: AtDesk) -> Response:
    """Go to the OpenID provider to sign in."""
    address, cookie = await _provider(desk).begin()
    response = RedirectResponse(address, 302)
    # Lax: the browser comes back from another site, and has to show that it is the one that went there.
    terms: dict[str, Any] = {**_cookie_terms(desk.settings), "samesite": "lax", "max_age": PENDING_SECONDS}
    response.set_cookie(_openid_cookie(desk.settings), cookie, **terms)
    return response


@router.get("/session/openid/return", status_code=302, response_class=RedirectResponse, responses=errors())
async def end_openid(
    request: Request,
    desk: AtDesk,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4_096)] = "",
    iss: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    """Come back from the OpenID provider."""
    provider = _provider(desk)
    cookie = cookie_of(request.scope, desk.settings, _openid_cookie(desk.settings))
    subject = await provider.finish(cookie, state, code, iss)
    account = desk.access.store.find_subject(provider.settings.issuer, subject)
    if account is None or account.disabled:
        desk.metrics.sign_ins.labels("refused").inc()
        raise refused(Fact("RK720.account"))
    desk.metrics.sign_ins.labels("signed-in").inc()
    secret, _ = await desk.access.begin(account, "session", address_of(request))
    response = RedirectResponse(provider.settings.after, 302)
    response.delete_cookie(
        _openid_cookie(desk.settings), **{**_cookie_terms(desk.settings), "samesite": "lax"}
    )
    return _with_cookie(response, desk.settings, secret)


async def _signed_in(desk: Desk, given: Credentials, request: Request) -> Any:
    try:
        account = await desk.access.sign_in(given.name, given.password, address_of(request))
    except Failure as failure:
        result = {401: "refused", 429: "throttled"}.get(failure.status_code, "busy")
        desk.metrics.sign_ins.labels(result).inc()
        raise
    desk.metrics.sign_ins.labels("signed-in").inc()
    return account


def _provider(desk: Desk) -> Provider:
    if desk.provider is None:
        raise Failure(404, Fact("RK705.provider"), "Sign in with name and password.")
    return desk.provider


def address_of(request: Request) -> str:
    """Return the address a request comes from, as the connection itself tells; never what a header says."""
    return request.client.host if request.client is not None else ""


def _cookie_terms(settings: Settings) -> dict[str, Any]:
    return {"path": "/", "httponly": True, "samesite": "strict", "secure": settings.tls is not None}


def _with_cookie(response: Response, settings: Settings, secret: str) -> Response:
    terms = {**_cookie_terms(settings), "max_age": settings.limits.session_seconds}
    response.set_cookie(cookie_name(settings), secret, **terms)
    return response


def _openid_cookie(settings: Settings) -> str:
    return f"{cookie_name(settings)}-openid"
