"""Routes: the log itself, and the proofs that it was left as it is.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import AtDesk, Chosen, Size, bad_cursor
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.port import UnknownError
from renkei.interfaces.http.shapes import Answer, errors, reply
from renkei.interfaces.http.stream import entry_of

router = APIRouter(prefix=f"{BASE}/log", tags=["log"])
Position = Annotated[int, Query(ge=0, lt=1 << 63)]


class Entry(BaseModel):
    """An entry of the log."""

    seq: int
    kind: str
    subject: str
    recorded: int
    body: dict[str, Any]


class ReleasedEntry(BaseModel):
    """What an entry gave to a partner."""

    partner: str
    number: int
    body: str
    salt: str


class WholeEntry(Entry):
    """An entry with all that its hash covers."""

    stored: str
    """Its bytes, as they are stored."""
    salt: str
    """Hexadecimal."""
    releases: list[ReleasedEntry]


class SignedNote(BaseModel):
    """A signed checkpoint."""

    note: str


class Proof(BaseModel):
    """A proof of RFC 9162."""

    hashes: list[str]
    """Hexadecimal, in the order of the RFC."""


@router.get("", response_model=Answer[list[Entry]], responses=errors())
def entries(
    desk: AtDesk,
    after: Position = 0,
    kind: Chosen = "",
    subject: Chosen = "",
    cursor: Annotated[str, Query(max_length=20)] = "",
    limit: Size = 100,
) -> Response:
    """List entries, of one kind (or what begins so) or subject where that is given."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and int(cursor) < 1 << 63):
        raise bad_cursor()
    begin = int(cursor) if cursor else after
    log, seq = desk.headquarters.log, desk.headquarters.seq()
    if kind or subject:
        rows = log.find(kind=kind, subject=subject, after=begin, before=seq + 1, limit=limit + 1)
    else:
        rows = log.read(begin, limit + 1)
    rows = [row for row in rows if row.seq <= seq]
    following = str(rows[limit - 1].seq) if len(rows) > limit else None
    return reply([entry_of(row) for row in rows[:limit]], seq, following)


@router.get("/checkpoint", response_model=Answer[SignedNote], responses=errors())
def checkpoint(desk: AtDesk) -> Response:
    """Give the latest signed checkpoint."""
    try:
        note = desk.headquarters.checkpoint()
    except UnknownError:
        raise unknown("checkpoint", "latest") from None
    return reply({"note": note.decode()}, desk.headquarters.seq())


@router.get("/proof/inclusion", response_model=Answer[Proof], responses=errors())
def inclusion(desk: AtDesk, seq: Annotated[int, Query(ge=1, lt=1 << 63)], size: Position) -> Response:
    """Prove that entry `seq` is among the first `size`."""
    try:
        hashes = desk.headquarters.inclusion(seq, size)
    except UnknownError:
        raise unknown("entry", f"{seq} among {size}") from None
    return reply({"hashes": [each.hex() for each in hashes]}, desk.headquarters.seq())


@router.get("/proof/consistency", response_model=Answer[Proof], responses=errors())
def consistency(desk: AtDesk, first: Position, second: Position) -> Response:
    """Prove that the first `first` of `second` entries are as they were."""
    try:
        hashes = desk.headquarters.consistency(first, second)
    except UnknownError:
        raise unknown("entry", f"{first} of {second}") from None
    return reply({"hashes": [each.hex() for each in hashes]}, desk.headquarters.seq())


@router.get("/entries/{seq}", response_model=Answer[WholeEntry], responses=errors())
def entry(desk: AtDesk, seq: Annotated[int, Path(ge=1, lt=1 << 63)]) -> Response:
    """Give one entry with all that its hash covers."""
    known = desk.headquarters.seq()
    rows = desk.headquarters.log.read(seq - 1, 1) if seq <= known else []
    if not rows:
        raise unknown("entry", seq)
    row = rows[0]
    releases = [
        {"partner": each.partner, "number": each.number, "body": each.body.decode(), "salt": each.salt.hex()}
        for each in row.releases
    ]
    whole = {**entry_of(row), "stored": row.body.decode(), "salt": row.salt.hex(), "releases": releases}
    return reply(whole, known)
