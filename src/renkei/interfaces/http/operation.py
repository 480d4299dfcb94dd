"""Routes: whether the node lives, its figures, its backup, and bundles for links without a line.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from hmac import compare_digest
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, cast

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from renkei.facts import Fact
from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import Administrator, AtDesk, Named, unavailable
from renkei.interfaces.http.door import BASE, bearer_of
from renkei.interfaces.http.labels import HEADER, from_header, header_of
from renkei.interfaces.http.port import Headquarters, UnavailableError, UnknownError
from renkei.interfaces.http.settings import is_loopback
from renkei.interfaces.http.shapes import Answer, Failure, errors, reply
from renkei.interfaces.http.shown import BackedUp, BroughtIn
from renkei.interfaces.http.shown.words import Shown, left_out
from renkei.interfaces.http.signing import address_of

router = APIRouter(tags=["operation"])
IN_MEMORY, CHUNK = 1 << 20, 1 << 18
"""Bytes of a bundle that stay in memory, and that are passed on at once."""


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
    files: Annotated[bool, Query(description="Carry the files that it names.")] = True,  # noqa: FBT002  # a query
) -> Response:
    """Give what was released to a partner as a file, from where it has acknowledged, or after a number.

    The files that it names go along as far as the partner's node takes them over this interface; its second
    line tells how many, and from which entry on others were left out.

    The label of all of it, bound to the file, is in `X-Confidentiality-Label` (base64).
    """
    try:
        room = desk.settings.limits.bundle_bytes if files else 0
        bundle, label = await asyncio.to_thread(made, desk.headquarters, partner, after, room)
    except UnknownError:
        raise unknown("link", partner) from None
    except UnavailableError as error:
        raise unavailable(error) from None
    headers = {"Content-Disposition": 'attachment; filename="bundle"'} | header_of(label)
    headers["Content-Length"] = str(bundle.seek(0, 2))
    return StreamingResponse(chunks_of(bundle), media_type="application/octet-stream", headers=headers)


def made(headquarters: Headquarters, partner: str, after: int | None, room: int) -> tuple[BinaryIO, bytes]:
    """Return a bundle and its label."""
    bundle = spooled()
    try:
        headquarters.export_bundle(partner, after, bundle, room)
        return bundle, headquarters.label_bundle(bundle)
    except BaseException:
        bundle.close()
        raise


def spooled() -> BinaryIO:
    """Return a file without a name, which is gone when nobody uses it any more."""
    return cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY))  # closed by whoever reads it last


def chunks_of(bundle: BinaryIO) -> Iterator[bytes]:
    """Yield a bundle, and close it."""
    with bundle:
        bundle.seek(0)
        while chunk := bundle.read(CHUNK):
            yield chunk


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
    label = from_header(request.headers.get(HEADER))
    try:
        with spooled() as body:
            async for chunk in request.stream():
                await asyncio.to_thread(body.write, chunk)
            data = await asyncio.to_thread(desk.headquarters.import_bundle, partner, body, label)
    except UnknownError:
        raise unknown("link", partner) from None
    except UnavailableError as error:
        raise unavailable(error) from None
    return reply(dict(data), desk.headquarters.seq())
