"""Routes: files that people attach.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, UploadFile
from starlette.responses import Response, StreamingResponse

from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import AtDesk
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.labels import keep_label
from renkei.interfaces.http.shapes import Answer, Sent, errors, reply
from renkei.interfaces.http.uploads import Stored
from renkei.labels.stanag import MAX_BYTES
from renkei.model.schema import Label

router = APIRouter(prefix=f"{BASE}/attachments", tags=["files"])
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


class Kept(Sent):
    """A file that is kept; an `attach` command ties it to a case."""

    digest: str
    media: str
    size: int
    label: Label | None
    """What the labels that it was uploaded with come to; `attach` takes it where it names none."""


@router.post("", status_code=201, response_model=Answer[Kept], responses=errors(409, 415))
async def upload(
    desk: AtDesk,
    file: Annotated[UploadFile, File(description="The file; its kind has to be what it is.")],
    label: Annotated[
        UploadFile | None, File(description="Its label: STANAG 4774, alone or bound to it.")
    ] = None,
    case: Annotated[str, Form(max_length=200, description="For the client's own use.")] = "",  # noqa: ARG001  # a page may say where it is, as it is told nothing else
) -> Response:
    """Upload a file; it is kept by its digest, and never attached under less than the label given."""
    kept = await asyncio.to_thread(desk.attachments.keep, file.file, file.content_type or "")
    least = None
    if label is not None:
        xml = await label.read(MAX_BYTES + 1)
        least = await asyncio.to_thread(keep_label, desk, kept.digest, xml)
    data = {"digest": kept.digest, "media": kept.media, "size": kept.size, "label": least}
    return reply(data, desk.headquarters.seq(), status=201)


@router.get(
    "/{digest}",
    response_class=Response,
    responses={**errors(), 200: {"description": "The file", "content": {"application/octet-stream": {}}}},
)
async def download(desk: AtDesk, digest: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]) -> Response:
    """Download a file: to be saved, never shown or run by the browser."""
    found: Stored | None = await asyncio.to_thread(desk.attachments.find, digest)
    if found is None:
        raise unknown("file", digest)
    headers = {
        "Content-Disposition": f'attachment; filename="{digest}"',
        "Content-Length": str(found.size),
        "Content-Security-Policy": SANDBOX,
        "X-Media-Type": found.media,
    }
    return StreamingResponse(
        desk.attachments.read(digest), headers=headers, media_type="application/octet-stream"
    )
