"""What every route has at hand, and how lists are cut into pages.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from renkei.facts import Fact
from renkei.interfaces.http.access import Access, Person, not_administrator, unknown
from renkei.interfaces.http.door import person_of
from renkei.interfaces.http.metrics import Metrics
from renkei.interfaces.http.openid import Provider
from renkei.interfaces.http.port import Headquarters, UnavailableError, UnknownError
from renkei.interfaces.http.settings import Settings
from renkei.interfaces.http.shapes import Failure, reply
from renkei.interfaces.http.stream import Streams
from renkei.interfaces.http.uploads import Attachments
from renkei.interfaces.studio.workshop import Studio

_IDENTITY = ("id", "seq", "case", "task")
_JSON = msgspec.json.Encoder()


@dataclass(frozen=True)
class Desk:
    """What every route has at hand."""

    headquarters: Headquarters
    access: Access
    settings: Settings
    metrics: Metrics
    attachments: Attachments
    streams: Streams
    provider: Provider | None
    forecasts: asyncio.Semaphore
    """One forecast at a time: each takes a core."""
    studio: Studio

    def view(self, name: str, **arguments: str) -> tuple[Any, int]:
        """Read a view, and up to which entry it is true.

        Raises:
            Failure: What was named is not known.
        """
        try:
            seen = self.headquarters.view(name, **arguments)
        except UnknownError:
            raise unknown(name, next(iter(arguments.values()), "")) from None
        except UnavailableError as error:
            raise unavailable(error) from None
        return seen.data, seen.seq


def desk_of(request: Request) -> Desk:
    """Return what a route has at hand."""
    desk: Desk = request.app.state.desk
    return desk


async def _desk(request: Request) -> Desk:
    return desk_of(request)


async def _person(request: Request) -> Person:
    return person_of(request.scope)


async def _administrator(request: Request) -> Person:
    person = person_of(request.scope)
    if not person.account.administrator:
        raise not_administrator()
    return person


AtDesk = Annotated[Desk, Depends(_desk)]
Who = Annotated[Person, Depends(_person)]
Administrator = Annotated[Person, Depends(_administrator)]
Cursor = Annotated[
    str, Query(max_length=200, description="Where the page begins: `next` of the page before.")
]
Size = Annotated[int, Query(ge=1, le=1_000, description="Most entries of the page.")]
_PRINTED = r"^[^\x00-\x1f\x7f]*$"
Chosen = Annotated[str, Query(max_length=200, pattern=_PRINTED)]
"""Narrows what is listed; '' for all."""
Named = Annotated[str, Path(min_length=1, max_length=200, pattern=_PRINTED)]
Number = Annotated[int, Query(ge=0, lt=1 << 63)]


def unavailable(error: UnavailableError) -> Failure:
    """Return the answer that the node is not set up for something."""
    return Failure(503, error.fact)


def paged(entries: Sequence[Mapping[str, Any]], seq: int, cursor: str, limit: int) -> Response:
    """Answer with one page of a list.

    A cursor names the last entry of its page and where that stood; so a page goes on after this entry even
    when others before it have gone, and from the same place when it has gone itself.
    """
    begin = _begin(entries, cursor) if cursor else 0
    end = begin + limit
    following = _cursor(end, entries[end - 1]) if end < len(entries) else None
    return reply(entries[begin:end], seq, following)


def _begin(entries: Sequence[Mapping[str, Any]], cursor: str) -> int:
    place, identity = read_cursor(cursor)
    for at in sorted(range(len(entries)), key=lambda index: abs(index + 1 - place)):
        if _identity(entries[at]) == identity:
            return at + 1
    return min(place, len(entries))


def _cursor(place: int, entry: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(f"{place}:{_identity(entry)}".encode()).decode()


def read_cursor(cursor: str) -> tuple[int, str]:
    """Return the place and the identity in a cursor.

    Raises:
        Failure: It is no cursor that this node gave.
    """
    try:
        place, identity = (
            base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode("ascii").split(":")
        )
    except (ValueError, binascii.Error):
        raise bad_cursor() from None
    if not place.isdigit() or len(place) > 18:
        raise bad_cursor()
    return int(place), identity


def bad_cursor() -> Failure:
    """Return the answer to a cursor that is none."""
    hint = "Use `next` of the page before as it is, or none for the first page."
    return Failure(422, Fact("RK707.field"), hint, problems=[("query.cursor", Fact("RK707.cursor"))])


def _identity(entry: Mapping[str, Any]) -> str:
    known = [entry.get(key) for key in _IDENTITY]
    return sha256(_JSON.encode(known)).hexdigest()[:16]
