"""Routes: what administrators look after: who this node is, whose keys it trusts, its backups, its figures.

Layer: interfaces. Everything told here is public between partners or says how much there is of something; no
secret of the node can be read by anybody.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import FileResponse, Response

from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import Administrator, AtDesk, Cursor, Desk, Size, paged, unavailable
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.port import UnavailableError
from renkei.interfaces.http.shapes import Answer, errors, reply
from renkei.interfaces.http.shown import BackupKept, NodeFigures, NodeIdentity

router = APIRouter(prefix=BASE, tags=["administration"])
BackupName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,200}\.db$")]


@router.get("/identity", response_model=Answer[NodeIdentity], responses=errors())
def identity(desk: AtDesk, who: Administrator) -> Response:  # noqa: ARG001
    """Tell what partners have to know of this node, and what this node takes for its partners'."""
    try:
        return reply(desk.headquarters.identity(), desk.headquarters.seq())
    except UnavailableError as error:
        raise unavailable(error) from None


@router.get("/figures", response_model=Answer[NodeFigures], responses=errors())
def figures(desk: AtDesk, who: Administrator) -> Response:  # noqa: ARG001
    """Give the figures of the node, as `/metrics` does."""
    numbers = desk.headquarters.numbers()
    return reply({"running": desk.headquarters.is_running(), "numbers": numbers}, desk.headquarters.seq())


@router.get("/backups", response_model=Answer[list[BackupKept]], responses=errors())
async def backups(
    desk: AtDesk,
    who: Administrator,  # noqa: ARG001
    cursor: Cursor = "",
    limit: Size = 100,
) -> Response:
    """List the copies of the log that are in the node's own folder, the latest first."""
    return paged(await asyncio.to_thread(_backups, desk), desk.headquarters.seq(), cursor, limit)


def _backups(desk: Desk) -> list[dict[str, object]]:
    found = [(path, path.stat()) for path in desk.headquarters.backups()]
    found.sort(key=lambda pair: pair[1].st_mtime_ns, reverse=True)
    return [
        {"id": path.name, "name": path.name, "bytes": stat.st_size, "made": stat.st_mtime_ns // 1000}
        for path, stat in found
    ]


@router.get(
    "/backups/{name}",
    response_class=Response,
    responses={**errors(), 200: {"description": "The copy", "content": {"application/octet-stream": {}}}},
)
def one_backup(name: BackupName, desk: AtDesk, who: Administrator) -> Response:  # noqa: ARG001
    """Give a copy of the log as a file: everything that the party knows is in it."""
    for path in desk.headquarters.backups():
        if path.name == name:
            return FileResponse(path, media_type="application/octet-stream", filename=name)
    raise unknown("backup", name)
