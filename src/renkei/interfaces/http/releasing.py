"""Routes: what a label may be, what a partner would see of something, and what was released to it.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.responses import Response

from renkei.facts import Fact
from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import AtDesk, Chosen, Cursor, Named, Size, Who, bad_cursor, paged
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.port import UnknownError
from renkei.interfaces.http.shapes import Answer, Failure, errors, reply
from renkei.interfaces.http.shown.releasing import LabelChoice, Preview, ReleasedLine
from renkei.interfaces.http.work import GivenCommand
from renkei.model.schema import Label
from renkei.runner.refusal import Refusal
from renkei.runner.state import Actor

router = APIRouter(prefix=BASE, tags=["release"])
Names = Annotated[list[Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f,]*$")]], Query()]


@router.get("/labels/choices", response_model=Answer[list[LabelChoice]], responses=errors())
def choices(  # noqa: PLR0917  # as many as what a label depends on
    desk: AtDesk,
    to: Names = [],  # noqa: B006  # read, never changed; a query that is left out is an empty list
    case: Chosen = "",
    channel: Chosen = "",
    held: Chosen = "",
    cursor: Cursor = "",
    limit: Size = 100,
) -> Response:
    """List the labels with which something could leave for all of `to`; or, of something held, narrower ones.

    A category narrows further and may be added to each; none of those of what is held can be taken away.
    """
    about = {"to": ",".join(to[:32]), "case": case, "channel": channel, "held": held}
    return paged(*desk.view("label-choices", **about), cursor, limit)


@router.post("/preview", response_model=Answer[Preview], responses=errors(409))
async def preview(given: GivenCommand, desk: AtDesk, who: Who) -> Response:
    """Tell what partners would be given if a command were given now; refused as the command would be."""
    actor = Actor(who.name, given.post or "")
    return _told(*await asyncio.to_thread(desk.headquarters.preview, actor, given.command))


@router.get("/held/{item}/preview", response_model=Answer[Preview], responses=errors(409))
def preview_release(
    item: Named,
    desk: AtDesk,
    classification: Annotated[str, Query(max_length=200)] = "",
    releasable_to: Names = [],  # noqa: B006  # read, never changed
    category: Annotated[str, Query(max_length=200)] = "",
    post: Chosen = "",
) -> Response:
    """Tell what a partner would be given of something held under a label; under the proposed one without.

    Refused, with the reason, where that label is not possible, or where the `post` that is named may not
    decide.
    """
    label = _label(classification, releasable_to, category) if classification else None
    try:
        return _told(*desk.headquarters.preview_release(item, label, post))
    except UnknownError:
        raise unknown("held release", item) from None


def _label(classification: str, releasable_to: list[str], category: str) -> Label:
    try:
        return Label(
            classification=classification, releasable_to=tuple(releasable_to), category=category or None
        )
    except ValidationError as error:
        found = [(f"query.{problem['loc'][0]}", Fact("RK707.id")) for problem in error.errors()]
        raise Failure(422, Fact("RK707.fields"), problems=found) from None


def _told(found: Any, seq: int) -> Response:
    if isinstance(found, Refusal):
        raise Failure.from_refusal(found)
    return reply(found, seq)


@router.get("/links/{partner}/released", response_model=Answer[list[ReleasedLine]], responses=errors())
def released(
    partner: Named,
    desk: AtDesk,
    cursor: Annotated[str, Query(max_length=20)] = "",
    limit: Size = 100,
) -> Response:
    """List what was released to a partner, the newest first, and since when it is known to have it."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and 0 < int(cursor) < 1 << 63):
        raise bad_cursor()
    try:
        seen = desk.headquarters.released(partner, int(cursor) if cursor else None, limit)
    except UnknownError:
        raise unknown("link", partner) from None
    last = seen.data[-1]["number"] if seen.data else 1
    return reply(seen.data, seen.seq, str(last) if last > 1 else None)
