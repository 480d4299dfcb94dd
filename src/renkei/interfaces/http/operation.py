"""Routes: whether the node lives, its figures, its backup, and bundles for links without a line.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from renkei.facts import Fact
from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import Administrator, AtDesk, Named, unavailable
from renkei.interfaces.http.door import BASE, bearer_of
from renkei.interfaces.http.labels import HEADER, from_header, header_of
from renkei.interfaces.http.port import UnavailableError, UnknownError
from renkei.interfaces.http.settings import is_loopback
from renkei.interfaces.http.shapes import Answer, Failure, errors, reply
from renkei.interfaces.http.shown import BackedUp, BroughtIn
from renkei.interfaces.http.shown.words import Shown, left_out
from renkei.interfaces.http.signing import address_of

router = APIRouter(tags=["operation"])


class Health(Shown):
    """How the node is."""

    state: str
    links_stopped: int = left_out()
    """Links over which nothing goes on, since two histories were signed; left out where there are none."""


@router.get("/health/live", response_model=Answer[Health], responses=errors())
async def live(desk: AtDesk) -> Response:
    """Tell that the node answers."""
    return reply({"state": "live"}, desk.headquarters.seq())


@router.get("/health/ready", response_model=Answer[Health], responses=errors())
async def ready(desk: AtDesk) -> Response:
    """Tell whether commands are taken."""
    if not desk.headquarters.is_running() or desk.streams.closing.is_set():
        raise Failure(503, Fact("RK712.commands"), "Its diagnostics tell why.")
    numbers = desk.headquarters.numbers()
    stopped = int(sum(numbers.get(name, 0) for name in ("links_forked", "links_disowned")))
    told = {"state": "ready"} | ({"links_stopped": stopped} if stopped else {})
    return reply(told, desk.headquarters.seq())


@router.get(
    "/metrics",
    response_class=Response,
    responses={**errors(), 200: {"description": "Figures", "content": {"text/plain": {}}}},
)
def metrics(request: Request, desk: AtDesk) -> Response:
    """Give the figures of the node in Prometheus' format: on this machine, or with their own token."""
    token, wanted = bearer_of(request.scope) or "", desk.settings.metrics_token
    fits = wanted and compare_digest(token.encode(errors="replace"), wanted.encode())
    if not fits and (token or not is_loopback(address_of(request))):
        raise Failure(401, Fact("RK701.figures"))
    return Response(desk.metrics.to_text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.post(f"{BASE}/backup", response_model=Answer[BackedUp], responses=errors())
async def backup(desk: AtDesk, who: Administrator) -> Response:  # noqa: ARG001
    """Copy the log as it is, into the node's own folder of backups."""
    try:
        data = await asyncio.to_thread(desk.headquarters.backup)
    except UnavailableError as error:
        raise unavailable(error) from None
    return reply(dict(data), desk.headquarters.seq())


@router.post(
    f"{BASE}/links/{{partner}}/export",
    response_class=Response,
    responses={**errors(409), 200: {"description": "A bundle", "content": {"application/octet-stream": {}}}},
)
async def export(
    partner: Named,
    desk: AtDesk,
    who: Administrator,  # noqa: ARG001
    after: Annotated[int | None, Query(ge=0, lt=1 << 63)] = None,
) -> Response:
    """Give what was released to a partner as a file, from where it has acknowledged, or after a number.

    The label of all of it, bound to the file, is in `X-Confidentiality-Label` (base64).
    """
    try:
        bundle = await asyncio.to_thread(desk.headquarters.export_bundle, partner, after)
        label = await asyncio.to_thread(desk.headquarters.label_bundle, bundle)
    except UnknownError:
        raise unknown("link", partner) from None
    except UnavailableError as error:
        raise unavailable(error) from None
    headers = {"Content-Disposition": 'attachment; filename="bundle"'} | header_of(label)
    return Response(bundle, media_type="application/octet-stream", headers=headers)


@router.post(
    f"{BASE}/links/{{partner}}/import",
    response_model=Answer[BroughtIn],
    responses=errors(409, 415),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def bring_in(partner: Named, request: Request, desk: AtDesk, who: Administrator) -> Response:  # noqa: ARG001
    """Take in a partner's bundle, where its label permits that: `X-Confidentiality-Label` (base64)."""
    body, label = await request.body(), from_header(request.headers.get(HEADER))
    try:
        data = await asyncio.to_thread(desk.headquarters.import_bundle, partner, body, label)
    except UnknownError:
        raise unknown("link", partner) from None
    except UnavailableError as error:
        raise unavailable(error) from None
    return reply(dict(data), desk.headquarters.seq())
