"""Routes: what people do (commands), what they see (views), and what happens (events).

Layer: interfaces. Everybody who is signed in sees what the own party knows: posts differ in what they may do.
Whether a person holds a post and the post may do it is decided by the node, from its log alone; here is
checked only what accounts say.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from renkei.facts import Fact
from renkei.interfaces.http.access import Person, not_administrator, unknown
from renkei.interfaces.http.desk import (
    AtDesk,
    Chosen,
    Cursor,
    Desk,
    Named,
    Number,
    Size,
    Who,
    paged,
    unavailable,
)
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.labels import labelled
from renkei.interfaces.http.port import UnavailableError, UnknownError
from renkei.interfaces.http.shapes import Answer, Failure, Sent, errors, reply
from renkei.interfaces.http.shown import (
    CaseLine,
    CaseView,
    Deadline,
    ForecastView,
    InboxEntry,
    ItemOrHeld,
    ItemView,
    LinkView,
    ModelView,
    PastStep,
    PostView,
    TimelineEntry,
    WaitingEntry,
)
from renkei.interfaces.http.shown.hours import Hours
from renkei.interfaces.http.store import Account
from renkei.interfaces.http.stream import EventStream
from renkei.log.port import Row
from renkei.runner.commands import AdoptModel, AnyCommand, Assume, Attach, Command, HandOver, Name
from renkei.runner.decide import Outcome
from renkei.runner.events import CaseOpened, ItemOpened, Record, ReleaseHeld, decode
from renkei.runner.state import Actor
from renkei.runner.views.overtaken import CODES

router = APIRouter(prefix=BASE, tags=["work"])


class GivenCommand(BaseModel):
    """A command, and the post in whose name it is given."""

    model_config = ConfigDict(extra="forbid")

    post: Name | None = None
    """A post that the person holds; none to take a free seat."""
    command: AnyCommand


class Added(Sent):
    """An entry of the log that a command added."""

    seq: int
    kind: str
    subject: str
    recorded: int


class Done(Sent):
    """What a command came to."""

    entries: list[Added]
    made: list[str]
    """Ids of cases, items and held releases that it made, in order."""
    repeated: bool
    """A command of this id had been carried out before; nothing new was recorded."""


@router.post("/commands", response_model=Answer[Done], responses=errors(409))
async def give(given: GivenCommand, desk: AtDesk, who: Who) -> Response:
    """Give a command. The same id of a command is carried out once, and answered in the same way again."""
    command = _permitted(given, desk, who)
    if isinstance(command, Attach):
        command = await asyncio.to_thread(labelled, desk, command)
    actor = Actor(who.name, given.post or "")
    outcome = await asyncio.wrap_future(desk.headquarters.submit(actor, command))
    if outcome.refusal is not None:
        first = None
        if outcome.refusal.code in CODES:
            first = await asyncio.to_thread(desk.headquarters.overtaken, command, who.name)
        raise Failure.from_refusal(outcome.refusal, first)
    records = await _records(outcome, desk)
    data = {
        "entries": [{"seq": r.seq, "kind": r.kind, "subject": r.subject, "recorded": r.at} for r in records],
        "made": [made for record in records if (made := _made(record))],
        "repeated": outcome.repeated,
    }
    return reply(data, max(desk.headquarters.seq(), outcome.last))


def _permitted(given: GivenCommand, desk: Desk, who: Person) -> Command:
    """Refuse what accounts speak against: a seat for somebody who may not sit there, or whom nobody knows."""
    command: Command = given.command
    if isinstance(command, AdoptModel) and not (who.account.administrator or desk.settings.demo):
        raise not_administrator()
    if isinstance(command, Assume):
        _check_seat(who.account, command.post)
    if isinstance(command, HandOver):
        to = desk.access.store.find(command.to)
        if to is None or to.disabled or (to.demo and not desk.settings.demo):
            hint = "Give the name of an account of your party."
            raise Failure(409, Fact("RK722.person", person=command.to), hint)
        _check_seat(to, given.post or "")
        return command.model_copy(update={"to": to.name})
    return command


def _check_seat(account: Account, post: str) -> None:
    if not account.may_hold(post):
        hint = "An administrator of your party says which posts an account may hold."
        raise Failure(403, Fact("RK704.seat", person=account.name, post=post), hint)


async def _records(outcome: Outcome, desk: Desk) -> list[Record]:
    if not outcome.repeated:
        return [entry.record for entry in outcome.recorded]
    count = outcome.last - outcome.first + 1
    rows = await asyncio.to_thread(desk.headquarters.log.read, outcome.first - 1, count)
    return [_record(row) for row in rows]


def _record(row: Row) -> Record:
    return decode(row.body)


def _made(record: Record) -> str:
    match record.event:
        case CaseOpened(case=made) | ItemOpened(item=made) | ReleaseHeld(held=made):
            return made
    return ""


# What people see


@router.get("/posts", response_model=Answer[list[PostView]], responses=errors())
def posts(desk: AtDesk, cursor: Cursor = "", limit: Size = 100) -> Response:
    """List the posts: seats, who holds them, whose authority they have."""
    return paged(*desk.view("posts"), cursor, limit)


@router.get("/inbox", response_model=Answer[list[InboxEntry]], responses=errors())
def inbox(desk: AtDesk, who: Who, post: Chosen = "", cursor: Cursor = "", limit: Size = 100) -> Response:
    """List what waits for a post; for all posts that the person holds where none is named."""
    if post:
        return paged(*desk.view("inbox", post=post), cursor, limit)
    held, seq = desk.view("held", person=who.name)
    found = [desk.view("inbox", post=name) for name in held]
    every = [entry for entries, _ in found for entry in entries]
    return paged(every, min((at for _, at in found), default=seq), cursor, limit)


Newest = Annotated[bool, Query(description="Begin with the newest.")]


@router.get("/cases", response_model=Answer[list[CaseLine]], responses=errors())
def cases(desk: AtDesk, cursor: Cursor = "", limit: Size = 100, *, newest: Newest = False) -> Response:
    """List the cases, the newest last."""
    found, seq = desk.view("cases")
    return paged(found[::-1] if newest else found, seq, cursor, limit)


@router.get("/cases/{case}", response_model=Answer[CaseView], responses=errors())
def one_case(desk: AtDesk, case: Named) -> Response:
    """Tell how a case stands: what can be done, by whom, since when."""
    return reply(*desk.view("case", case=case))


@router.get("/cases/{case}/timeline", response_model=Answer[list[TimelineEntry]], responses=errors())
def timeline(desk: AtDesk, case: Named, cursor: Cursor = "", limit: Size = 100) -> Response:
    """List what has happened in a case."""
    return paged(*desk.view("timeline", case=case), cursor, limit)


@router.get("/cases/{case}/history", response_model=Answer[list[PastStep]], responses=errors())
def history(desk: AtDesk, case: Named, cursor: Cursor = "", limit: Size = 100) -> Response:
    """List the steps of a case on its drawing, with where everything stood after each."""
    return paged(*desk.view("history", case=case), cursor, limit)


@router.get("/cases/{case}/forecast", response_model=Answer[ForecastView], responses=errors())
async def forecast(desk: AtDesk, case: Named) -> Response:
    """Tell what the simulator expects of a case: remaining time, bottleneck, deadlines missed."""
    async with desk.forecasts:
        try:
            seen = await asyncio.to_thread(desk.headquarters.forecast, case)
        except UnknownError:
            raise unknown("case", case) from None
        except UnavailableError as error:
            raise unavailable(error) from None
    return reply(seen.data, seen.seq)


@router.get("/items", response_model=Answer[list[ItemOrHeld]], responses=errors())
def items(
    desk: AtDesk, kind: Chosen = "", case: Chosen = "", cursor: Cursor = "", limit: Size = 100
) -> Response:
    """List messages, requests, offers, orders, reports, files, conferences and held releases."""
    return paged(*desk.view("items", kind=kind, case=case), cursor, limit)


@router.get("/items/{item}", response_model=Answer[ItemView], responses=errors())
def one_item(desk: AtDesk, item: Named) -> Response:
    """Tell all about an item."""
    return reply(*desk.view("item", item=item))


@router.get("/waiting", response_model=Answer[list[WaitingEntry]], responses=errors())
def waiting(desk: AtDesk, post: Chosen = "", cursor: Cursor = "", limit: Size = 100) -> Response:
    """List what the party waits for and from whom; what one post waits for, where it is named."""
    return paged(*desk.view("waiting-for", post=post), cursor, limit)


@router.get("/deadlines", response_model=Answer[list[Deadline]], responses=errors())
def deadlines(desk: AtDesk, cursor: Cursor = "", limit: Size = 100) -> Response:
    """List what is due, the next first."""
    return paged(*desk.view("deadlines"), cursor, limit)


@router.get("/links", response_model=Answer[list[LinkView]], responses=errors())
def links(desk: AtDesk, cursor: Cursor = "", limit: Size = 100) -> Response:
    """List how the links to the partners stand."""
    return paged(*desk.view("links"), cursor, limit)


@router.get("/model", response_model=Answer[ModelView], responses=errors())
def model(desk: AtDesk) -> Response:
    """Give the model in use."""
    return reply(*desk.view("model"))


@router.get("/hours", response_model=Answer[Hours], responses=errors())
def hours(
    desk: AtDesk,
    day: Annotated[date | None, Query(description="Today, in the time zone, where left out.")] = None,
    zone: Annotated[str, Query(max_length=64, description="In which the day begins and ends.")] = "UTC",
) -> Response:
    """Tell who is on duty when, on one day and one clock, and where the hours of counterparts overlap."""
    if zone not in available_timezones():
        raise _field("query.zone", Fact("RK707.zone"))
    if day is not None and not 1971 <= day.year <= 9000:
        raise _field("query.day", Fact("RK707.day"))
    return reply(*desk.view("hours", day=str(day or ""), zone=zone))


@router.get(
    "/events",
    response_class=Response,
    responses={
        **errors(),
        200: {"description": "Entries as they are recorded", "content": {"text/event-stream": {}}},
    },
)
async def events(
    desk: AtDesk,
    who: Who,
    after: Number | None = None,
    post: Chosen = "",
    last_event_id: Annotated[str, Header(max_length=20)] = "",
) -> Response:
    """Listen: one event for each entry that is recorded, its `id` the entry's number.

    Begins after `Last-Event-ID`, or else after `after`, or else with what comes next. With `post`, only
    entries that name this post are sent.
    """
    now = desk.headquarters.seq()
    begin = now if after is None else after
    if last_event_id:
        if not last_event_id.isascii() or not last_event_id.isdigit():
            raise _field("header.last-event-id", Fact("RK707.entry"))
        begin = int(last_event_id)
    if begin > now:
        raise _field("query.after", Fact("RK707.ends", last=now))
    if post:
        await asyncio.to_thread(desk.view, "inbox", post=post)
    return EventStream(desk.streams, who, begin, post)


def _field(where: str, what: Fact) -> Failure:
    return Failure(422, Fact("RK707.field"), problems=[(where, what)])
