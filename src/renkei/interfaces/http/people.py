"""Routes: accounts of the own party.

Layer: interfaces.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from renkei.facts import Fact
from renkei.interfaces.http.desk import Administrator, AtDesk, Cursor, Named, Size, Who, bad_cursor
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.shapes import Answer, Failure, Sent, errors, reply
from renkei.interfaces.http.shown.words import Shown, left_out
from renkei.interfaces.http.store import EVERY_POST
from renkei.runner.commands import Name

router = APIRouter(prefix=f"{BASE}/accounts", tags=["accounts"])
Secret = Annotated[str, Field(min_length=1, max_length=256, json_schema_extra={"format": "password"})]


class NewAccount(BaseModel):
    """A person who gets an account."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    password: Secret | None = None
    """None for a person who signs in at the OpenID provider only."""
    administrator: bool = False
    posts: Annotated[list[Name], Field(max_length=200)] = [EVERY_POST]
    """Posts whose free seats the person may take; ``*`` for all."""
    subject: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """``sub`` of the person at the OpenID provider."""


class NewPassword(BaseModel):
    """A password to set."""

    model_config = ConfigDict(extra="forbid")

    password: Secret
    current: Secret | None = None
    """Needed for one's own."""


class NewPosts(BaseModel):
    """The posts whose free seats a person may take from now on."""

    model_config = ConfigDict(extra="forbid")

    posts: Annotated[list[Name], Field(max_length=200)]
    """``*`` for all."""


class AccountSeen(Sent):
    """An account, as administrators see it."""

    name: str
    administrator: bool
    disabled: bool
    demo: bool
    posts: list[str]
    created: int
    openid: bool


class Changed(Shown):
    """An account that was changed."""

    name: str
    disabled: bool = left_out()
    """Left out where the password was changed."""


@router.get("", response_model=Answer[list[AccountSeen]], responses=errors())
async def accounts(desk: AtDesk, who: Administrator, cursor: Cursor = "", limit: Size = 100) -> Response:  # noqa: ARG001
    """List the accounts."""
    if any(ord(sign) < 32 for sign in cursor):
        raise bad_cursor()
    found = await asyncio.to_thread(desk.access.store.accounts, cursor, limit + 1)
    following = found[limit - 1].name if len(found) > limit else None
    return reply([account.to_dict() for account in found[:limit]], desk.headquarters.seq(), following)


@router.post("", status_code=201, response_model=Answer[AccountSeen], responses=errors(409))
async def create(given: NewAccount, desk: AtDesk, who: Administrator) -> Response:
    """Create an account."""
    if given.password is None and given.subject is None:
        problems = [("body.password", Fact("RK707.secret"))]
        raise Failure(422, Fact("RK707.field"), problems=problems)
    account = await desk.access.create(
        who,
        given.name,
        given.password,
        administrator=given.administrator,
        posts=given.posts,
        subject=given.subject,
    )
    return reply(account.to_dict(), desk.headquarters.seq(), status=201)


@router.post("/{name}/password", response_model=Answer[Changed], responses=errors())
async def set_password(name: Named, given: NewPassword, desk: AtDesk, who: Who) -> Response:
    """Set a password; all sessions and tokens of the account end."""
    await desk.access.change_password(who, name, given.password, given.current)
    return reply({"name": name}, desk.headquarters.seq())


@router.post("/{name}/posts", response_model=Answer[AccountSeen], responses=errors())
async def set_posts(name: Named, given: NewPosts, desk: AtDesk, who: Administrator) -> Response:
    """Say which posts a person may hold; a seat that the person has is kept until it is left."""
    account = await desk.access.set_posts(who, name, given.posts)
    return reply(account.to_dict(), desk.headquarters.seq())


@router.post("/{name}/disable", response_model=Answer[Changed], responses=errors(409))
async def disable(name: Named, desk: AtDesk, who: Administrator) -> Response:
    """Disable an account; its sessions and tokens end at once."""
    account = await desk.access.disable(who, name, disabled=True)
    return reply({"name": account.name, "disabled": True}, desk.headquarters.seq())


@router.post("/{name}/enable", response_model=Answer[Changed], responses=errors(409))
async def enable(name: Named, desk: AtDesk, who: Administrator) -> Response:
    """Enable an account again."""
    account = await desk.access.disable(who, name, disabled=False)
    return reply({"name": account.name, "disabled": False}, desk.headquarters.seq())
