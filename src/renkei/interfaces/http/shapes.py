"""The two shapes of every answer: success (``data``, ``next``, ``seq``) and error (``error``).

Layer: interfaces. Files and the stream of events are the only answers that are neither. Moments are whole
microseconds since 1970 (UTC) everywhere, as in the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi.exceptions import HTTPException
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from renkei.clock import to_text
from renkei.errors import Problem
from renkei.facts import LANGUAGES, Fact, rule_codes
from renkei.interfaces.text import words_in
from renkei.runner.refusal import Refusal

Data = TypeVar("Data")
_JSON = msgspec.json.Encoder()

HINTS = {
    400: "The request cannot be read as one of this interface; its document is /api/v1/openapi.json.",
    403: "You are signed in, but this is not yours to do.",
    404: "Nothing of this name is known here.",
    405: "The address exists, but takes another method.",
}


class Sent(BaseModel):
    """Base of what is sent: a client finds every field, also where it says nothing."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )


class Answer(Sent, Generic[Data]):
    """What every answer that succeeds looks like."""

    # For each kind of answer the docstrings of the fields would be looked for in the whole stack of imports,
    # and not found: half a second of every start.
    model_config = ConfigDict(use_attribute_docstrings=False)

    data: Data
    next: Annotated[
        str | None,
        Field(description="Cursor of the next page of a list; null at the end and for what is no list."),
    ] = None
    seq: Annotated[int, Field(ge=0, description="Number of the log's last entry when this was read.")]


class Both(Sent):
    """A text in both languages; where the model has one only, it stands in both."""

    en: str
    ja: str


class PossibleNow(Sent):
    """Something that can be done instead."""

    command: str
    target: str = ""
    case: str = ""
    post: str = ""
    name: Both | None = None
    """What the model calls the target; null where it has no name for it."""


class Invalid(Sent):
    """One field that is not as it has to be."""

    where: str
    message: str
    facts: Both | None = None
    """The message in both languages; null where it is told in English only."""


class First(Sent):
    """Who did already what was refused to another."""

    seq: int
    """Entry of the log that tells of it."""
    did: str
    """claimed, done, released, withheld; or what became of an item: withdrawn, answered, ..."""
    person: str
    post: str
    post_name: Both | None
    at: int
    """When the node recorded it."""
    happened: int | None
    text: Both
    """All that in one sentence."""


class ErrorBody(Sent):
    """What is wrong, by which rule, who could, and what is possible now."""

    code: str = Field(pattern=r"^RK[0-9]{3}$")
    message: str
    """What was asked and what stands against it, in English and with ids: for programs and logs."""
    facts: Both | None = None
    """The same for people: in both languages, with the names that the model has.

    Null where it is told in English only, as what is wrong with a file may be.
    """
    rule: str = ""
    rule_name: Both | None = None
    """What the rule says; null where only its code is known."""
    could: list[str] = []
    possible: list[PossibleNow] = []
    hint: str = ""
    problems: list[Invalid] = []
    """Every field that is invalid, not only the first."""
    title: Both | None = None
    """What the code means, in general."""
    remedy: Both | None = None
    """What helps, in general."""
    first: First | None = None
    """Who was first, where somebody else has done it already."""


class ErrorAnswer(Sent):
    """What every answer that does not succeed looks like."""

    error: ErrorBody


class Failure(HTTPException):
    """Ends a request with an error answer."""

    def __init__(  # as many as an error answer has parts
        self,
        status: int,
        fact: Fact | Problem,
        hint: str = "",
        *,
        problems: Sequence[tuple[str, Fact | Problem]] = (),
        headers: Mapping[str, str] | None = None,
        refusal: Refusal | None = None,
        first: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what the answer says."""
        super().__init__(status, fact.message, dict(headers or {}))
        self.code = fact.code
        said = refusal.to_dict() if refusal else {**_NOTHING, **_told(fact), "code": fact.code}
        self.body: dict[str, Any] = {
            **said,
            "hint": hint or HINTS.get(status, ""),
            "problems": [{"where": where, **_told(problem)} for where, problem in problems],
            **_explained(fact.code),
            "first": {**first, "text": _sentence(first)} if first else None,
        }

    @classmethod
    def from_refusal(cls, refusal: Refusal, first: Mapping[str, Any] | None = None) -> Failure:
        """Return the answer that says why a node will not do something, and who was first, if known."""
        status = 403 if refusal.code in NOT_PERMITTED else 404 if refusal.code in NOT_THERE else 409
        return cls(status, refusal.fact, refusal=refusal, first=first)

    def to_response(self) -> Response:
        """Return the answer."""
        return Response(
            _JSON.encode({"error": self.body}), self.status_code, self.headers, media_type="application/json"
        )


_NOTHING: Mapping[str, Any] = {"rule": "", "rule_name": None, "could": [], "possible": []}


def _told(fact: Fact | Problem) -> dict[str, Any]:
    """Return a fact as programs and as people read it; what is in English only has nothing for people."""
    return {"message": fact.message, "facts": fact.both() if isinstance(fact, Fact) else fact.facts}


def _explained(code: str) -> dict[str, Any]:
    entry = rule_codes().get(code, {})
    return {key: entry.get(key) for key in ("title", "remedy")}


def _sentence(first: Mapping[str, Any]) -> dict[str, str]:
    """Return who was first as a sentence in each language; the page puts the moment in its own zone."""
    moment = to_text(first["at"])[:19].replace("T", " ") + " UTC"
    post = first["post_name"] or {}
    return {
        language: words_in(language)(
            f"first.{first['did']}" if first["did"] in FIRST else "first.done",
            person=first["person"],
            post=post.get(language) or first["post"],
            moment=moment,
        )
        for language in LANGUAGES
    }


FIRST = frozenset({"claimed", "done", "released", "withheld", "withdrawn", "closed", "declined"})
"""What somebody can have done before another, as the catalogue has sentences of."""
NOT_PERMITTED = frozenset({"RK503", "RK504", "RK511", "RK513", "RK516", "RK522", "RK528", "RK529", "RK545"})
"""Refusals that are about who asks; another person or post could."""
NOT_THERE = frozenset({"RK505", "RK527", "RK538", "RK543"})
"""Refusals that are about something which does not exist."""


def reply(
    data: Any,
    seq: int,
    following: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer that succeeds."""
    body = _JSON.encode({"data": data, "next": following, "seq": seq})
    return Response(body, status, headers, media_type="application/json")


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the document says of errors that a route can answer with, those of every route included."""
    every = sorted({*statuses, 400, 401, 403, 404, 413, 422, 429, 500, 503})
    return {status: {"model": ErrorAnswer, "description": MEANINGS[status]} for status in every}


MEANINGS = {
    400: "Cannot be read",
    401: "Not signed in",
    403: "Not permitted",
    404: "Not known here",
    405: "Another method",
    409: "Refused by a rule, or in conflict with the state",
    413: "Too large",
    415: "Kind not accepted",
    422: "Fields are invalid",
    429: "Too many attempts",
    500: "Fault of the program",
    503: "Not now",
}
