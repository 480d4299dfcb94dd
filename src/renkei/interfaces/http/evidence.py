"""Routes: the log itself, and the proofs that it was left as it is.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import AtDesk, Chosen, Size, bad_cursor, unavailable
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.port import UnavailableError, UnknownError
from renkei.interfaces.http.search import Search, find
from renkei.interfaces.http.shapes import Answer, Sent, errors, reply
from renkei.interfaces.http.shown.words import AnyRecord
from renkei.interfaces.http.stream import entry_of

router = APIRouter(prefix=f"{BASE}/log", tags=["log"])
Position = Annotated[int, Query(ge=0, lt=1 << 63)]
Moment = Annotated[int, Query(ge=0, lt=1 << 63, description="Microseconds since 1970 (UTC).")]


class LogEntry(Sent):
    """An entry of the log."""

    seq: int
    kind: str
    subject: str
    recorded: int
    body: AnyRecord


class ReleasedEntry(Sent):
    """What an entry gave to a partner."""

    partner: str
    number: int
    body: str
    salt: str


class WholeEntry(LogEntry):
    """An entry with all that its hash covers."""

    stored: str
    """Its bytes, as they are stored."""
    salt: str
    """Hexadecimal."""
    releases: list[ReleasedEntry]


class Witnessed(Sent):
    """A checkpoint that a witness co-signed."""

    size: int
    at: int


class TreeVerified(Sent):
    """How much of one tree is proven."""

    origin: str
    entries: int
    sealed: int
    """Entries up to the last checkpoint that was good."""
    proven: int
    """Entries from the first one on that are proven to be what was signed."""
    checkpoints: int
    """Checkpoints that were good."""
    witnessed: dict[str, Witnessed]
    """Witness -> the largest checkpoint that it co-signed."""


class Flaw(Sent):
    """One thing that is wrong with a log."""

    code: str
    message: str
    first: int
    """Number of the first entry that it is about."""
    last: int
    """Number of the last one; 0, as ``first``, where it is about the whole log."""
    partner: str
    """Partner whose released log it is about; '' for the own log."""


class Verified(Sent):
    """What a verification of the own log found out: signatures, trees, growth."""

    party: str
    holds: bool
    """Everything that was signed is there as it was signed, and nothing else is wrong."""
    log: TreeVerified
    released: dict[str, TreeVerified]
    """Partner -> what was released to it."""
    findings: list[Flaw]
    hidden: int
    """Further findings that are not listed."""


class SignedNote(Sent):
    """A signed checkpoint."""

    note: str


class Proof(Sent):
    """A proof of RFC 9162."""

    hashes: list[str]
    """Hexadecimal, in the order of the RFC."""


@router.get("", response_model=Answer[list[LogEntry]], responses=errors())
def entries(  # noqa: PLR0913, PLR0917  # as many as a search has terms
    desk: AtDesk,
    after: Position = 0,
    kind: Chosen = "",
    subject: Chosen = "",
    cursor: Annotated[str, Query(max_length=20)] = "",
    limit: Size = 100,
    person: Chosen = "",
    post: Chosen = "",
    q: Annotated[str, Query(max_length=200, description="Words in any text of an entry.")] = "",
    since: Moment | None = None,
    until: Moment | None = None,
    newest: Annotated[bool, Query(description="Begin at the end.")] = False,  # noqa: FBT002  # a query
) -> Response:
    """List entries: of a kind (or what begins so), subject, person, post, words and time where given.

    A search looks at a bounded number of entries: a page may hold less than `limit`, or nothing, and still
    have a next one. With `newest` the last entries come first.
    """
    if cursor and not (cursor.isascii() and cursor.isdigit() and int(cursor) < 1 << 63):
        raise bad_cursor()
    log, seq = desk.headquarters.log, desk.headquarters.seq()
    begin, before = after, seq + 1
    if cursor and newest:
        before = min(before, int(cursor))
    elif cursor:
        begin = int(cursor)
    wanted = Search(kind, subject, person, post, q, since, until, newest)
    rows, following = find(log, wanted, begin, before, limit)
    return reply([entry_of(row) for row in rows], seq, str(following) if following is not None else None)


@router.post("/verify", response_model=Answer[Verified], responses=errors())
async def verify(desk: AtDesk) -> Response:
    """Read the whole log again, and hold it and what was released against every checkpoint."""
    async with desk.forecasts:
        try:
            report = await asyncio.to_thread(desk.headquarters.verify)
        except UnavailableError as error:
            raise unavailable(error) from None
    return reply(report.to_dict(), desk.headquarters.seq())


@router.get(
    "/entries/{seq}/proof",
    response_class=Response,
    responses={**errors(), 200: {"description": "The proof", "content": {"application/octet-stream": {}}}},
)
def proof_file(desk: AtDesk, seq: Annotated[int, Path(ge=1, lt=1 << 63)], partner: Chosen = "") -> Response:
    """Give the proof that an entry is in the log, or in what was released to a partner, as a file.

    Where a partner is named, `seq` is the number in what was released to it. The file holds all that somebody
    else needs to check it, with this party's public key alone.
    """
    try:
        proof = desk.headquarters.proof(seq, partner)
    except UnknownError:
        raise unknown("proof of entry", seq) from None
    name = f"{desk.headquarters.party}-{f'to-{partner}-' if partner else ''}{seq}.proof"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(proof, media_type="application/octet-stream", headers=headers)


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
