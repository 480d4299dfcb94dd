"""Routes: labels as files that other systems read (STANAG 4774, bound by STANAG 4778), out and in.

Layer: interfaces. What is labelled is named by its content: an item by the entry of the log that made it,
whose bytes are given here too, and a file by its digest.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable
from functools import reduce
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from renkei.facts import Fact
from renkei.interfaces.http.access import unknown
from renkei.interfaces.http.desk import AtDesk, Desk, Named
from renkei.interfaces.http.door import BASE
from renkei.interfaces.http.shapes import Answer, Failure, Sent, errors, reply
from renkei.labels.binding import reference_by, reference_to
from renkei.labels.lattice import Reason, join
from renkei.labels.sidecar import (
    ENDING,
    Names,
    Sidecar,
    read_sidecar,
    why_not_beside,
    why_weaker,
    write_sidecar,
)
from renkei.labels.stanag import MAX_BYTES
from renkei.model.schema import Label
from renkei.runner.commands import Attach

router = APIRouter(prefix=BASE, tags=["labels"])
XML = "application/xml"
HEADER = "X-Confidentiality-Label"
"""Carries the label of a bundle beside it: the file in base64."""
_XML_FILE: dict[str, Any] = {"description": "The label, bound to what it is of", "content": {XML: {}}}
_ENTRY_FILE: dict[str, Any] = {
    "description": "The entry, as it is stored",
    "content": {"application/octet-stream": {}},
}
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class GivenLabel(BaseModel):
    """A label that somebody gives."""

    model_config = ConfigDict(extra="forbid")

    xml: Annotated[str, Field(max_length=MAX_BYTES)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of what the label is said to be of; any other is refused where the label is bound."""


class LabelUnderstood(Sent):
    """What a label says, in the terms of the model."""

    label: Label
    """As commands take it."""
    marking: str
    party: str
    """Party whose label it is."""
    exercise: bool
    policy: str
    created: int | None
    review: int | None
    references: list[str]
    """What it is bound to; none for a label alone."""


@router.post("/labels/read", response_model=Answer[LabelUnderstood], responses=errors(409))
async def read(given: GivenLabel, desk: AtDesk) -> Response:
    """Read a label: what it says in the terms of the model in use, as commands take it."""
    return reply(*await asyncio.to_thread(_read, given, desk))


def _read(given: GivenLabel, desk: Desk) -> tuple[dict[str, object], int]:
    names, seq = names_at(desk)
    sidecar = understood(desk, given.xml.encode("utf-8", "replace"), names)
    if given.digest is not None:
        refuse(why_not_beside(sidecar, reference_by(bytes.fromhex(given.digest))))
    return sidecar.to_dict(), seq


@router.get("/items/{item}/label", response_class=Response, responses={**errors(409), 200: _XML_FILE})
async def label_of_item(desk: AtDesk, item: Named) -> Response:
    """Give the label of an item as a file beside the entry of the log that made it."""
    return await asyncio.to_thread(_label_of_item, desk, item)


def _label_of_item(desk: Desk, item: str) -> Response:
    seen = _seen(desk, "item", item, "label")
    return _file(seen, reference_to(_stored(desk, seen["entry"])), item)


@router.get("/items/{item}/content", response_class=Response, responses={**errors(), 200: _ENTRY_FILE})
async def content_of_item(desk: AtDesk, item: Named) -> Response:
    """Give the bytes of the entry that made an item: what its label is bound to."""
    seen = await asyncio.to_thread(_seen, desk, "item", item, "label")
    body = await asyncio.to_thread(_stored, desk, seen["entry"])
    return _download(body, f"{item}.json", "application/octet-stream")


def _stored(desk: Desk, seq: int) -> bytes:
    return desk.headquarters.log.read(seq - 1, 1)[0].body


@router.get("/attachments/{digest}/label", response_class=Response, responses={**errors(409), 200: _XML_FILE})
async def label_of_file(desk: AtDesk, digest: Digest) -> Response:
    """Give the label of a file: as it was attached, and never less than the labels it was uploaded with."""
    return await asyncio.to_thread(_label_of_file, desk, digest)


def _label_of_file(desk: Desk, digest: str) -> Response:
    least = least_label(desk, digest)
    if least is None:
        seen = _seen(desk, "file", digest, "file-label")
    else:
        seen = _given_and_recorded(desk, digest, least)
    return _file(seen, reference_by(bytes.fromhex(digest)), digest)


def _given_and_recorded(desk: Desk, digest: str, least: Sidecar) -> dict[str, Any]:
    """Return what a file was uploaded with, and the label with which it was attached, if it was."""
    names, _ = names_at(desk)
    label, seen = least.label, _given(desk, least, names)
    try:
        seen = _seen(desk, "file", digest, "file-label")
    except Failure as failure:
        if failure.status_code != 404:
            raise
    if seen["label"] is not None:
        label = join(label, Label(**seen["label"]), classifications=names.classifications)
    return seen | {"label": label.model_dump(mode="json")}


def _given(desk: Desk, least: Sidecar, names: Names) -> dict[str, Any]:
    return {
        "label": None,
        "at": least.source.created or 0,
        "owner": desk.headquarters.party,
        "exercise": least.exercise,
        "names": {"classifications": names.classifications, "parties": names.parties},
    }


def _seen(desk: Desk, what: str, name: str, view: str) -> dict[str, Any]:
    argument = {"item": "item", "file": "digest"}[what]
    try:
        found: dict[str, Any] = desk.view(view, **{argument: name})[0]
    except Failure as failure:
        if failure.status_code == 404:
            raise unknown(what, name) from None
        raise
    return found


def _file(seen: dict[str, Any], reference: str, name: str) -> Response:
    if seen["label"] is None:
        hint = "What stays inside may have none. Attach or send it with a label, and ask again."
        raise Failure(409, Fact("RK726.item", name=name), hint)
    names = Names(tuple(seen["names"]["classifications"]), tuple(seen["names"]["parties"]))
    xml = write_sidecar(
        Label(**seen["label"]),
        names,
        seen["owner"],
        [reference],
        created=seen["at"],
        exercise=seen["exercise"],
    )
    return _download(xml, f"{name}{ENDING}", XML)


def _download(body: bytes, name: str, media: str) -> Response:
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return Response(body, media_type=media, headers=headers)


# What other routes ask of labels


def names_at(desk: Desk) -> tuple[Names, int]:
    """Return what labels may name in the model in use, and up to which entry that is true."""
    seen, seq = desk.view("label-names")
    return Names(tuple(seen["classifications"]), tuple(seen["parties"])), seq


def understood(desk: Desk, xml: bytes, names: Names) -> Sidecar:
    """Return what a label that came in says.

    Raises:
        InputError: It cannot be understood whole, or is not for this party.
    """
    return read_sidecar(xml, names, desk.headquarters.party)


def refuse(reason: Reason | None) -> None:
    """Answer with the reason, where there is one."""
    if reason is not None:
        allowed = f"Possible: {', '.join(reason.allowed)}." if reason.allowed else ""
        raise Failure(409, reason.fact, allowed)


def keep_label(desk: Desk, digest: str, xml: bytes) -> dict[str, Any]:
    """Keep a label beside an uploaded file, once it is known to be of this file; return what both come to.

    Raises:
        InputError: It cannot be understood whole, or is not for this party.
        Failure: It is of another file, or the file has too many labels.
    """
    sidecar = understood(desk, xml, names_at(desk)[0])
    refuse(why_not_beside(sidecar, reference_by(bytes.fromhex(digest))))
    desk.attachments.keep_label(digest, xml)
    least = least_label(desk, digest) or sidecar
    return least.label.model_dump(mode="json")


def least_label(desk: Desk, digest: str) -> Sidecar | None:
    """Return what all labels come to with which a file was uploaded; None where there was none."""
    kept = desk.attachments.labels(digest)
    if not kept:
        return None
    names = names_at(desk)[0]
    return reduce(_both(names), (understood(desk, xml, names) for xml in kept))


def _both(names: Names) -> Callable[[Sidecar, Sidecar], Sidecar]:
    def both(a: Sidecar, b: Sidecar) -> Sidecar:
        label = join(a.label, b.label, classifications=names.classifications)
        return Sidecar(label, a.owner, a.exercise or b.exercise, a.references, a.source)

    return both


def labelled(desk: Desk, command: Attach) -> Attach:
    """Return the command with the label that its file was uploaded with, where it names none.

    Raises:
        Failure: It names one that protects less.
    """
    least = least_label(desk, command.digest)
    if least is None:
        return command
    if command.label is None:
        return command.model_copy(update={"label": least.label})
    names = names_at(desk)[0]
    refuse(why_weaker(command.label, [least.label], classifications=names.classifications))
    return command


def header_of(xml: bytes) -> dict[str, str]:
    """Return a label as a header beside something else."""
    return {HEADER: base64.b64encode(xml).decode("ascii")}


def from_header(text: str | None) -> bytes | None:
    """Return the label in a header; None where there is no such header.

    Raises:
        Failure: It is no base64.
    """
    if text is None:
        return None
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        wrong = [(f"header.{HEADER}", Fact("RK707.base64"))]
        raise Failure(422, Fact("RK707.field"), problems=wrong) from None
