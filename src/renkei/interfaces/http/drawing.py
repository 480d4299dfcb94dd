"""Routes: the drawings of the models that a node has, as they were drawn.

Layer: interfaces. A case runs on the model that it was opened under, so its drawing is asked for by digest.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import AtDesk, Chosen, Named
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.port import UnknownError
from renkei.interfaces.http.shapes import Answer, errors, reply

router = APIRouter(prefix=f"{BASE}/model", tags=["work"])

Digest = Annotated[
    str,
    Query(pattern=r"^([0-9a-f]{64})?$", description="Of the model; that in use where none is given."),
]


class Drawing(BaseModel):
    """The drawing of one process."""

    id: str
    digest: str
    """Of the model it belongs to."""
    option: str
    """Of the model; '' for the model as it stands."""
    file: str
    """Its path in the model's folder."""
    xml: str
    """BPMN 2.0, exactly as it was drawn."""


@router.get("/processes/{process}", response_model=Answer[Drawing], responses=errors())
async def drawing(process: Named, desk: AtDesk, digest: Digest = "", option: Chosen = "") -> Response:
    """Give the drawing of a process: of the model in use, or of the one that a case runs on."""
    try:
        found = await asyncio.to_thread(desk.headquarters.drawing, process, digest, option)
    except UnknownError:
        raise unknown("process", process) from None
    return reply(found.data, found.seq)
