"""The verbs of ``renkei hq`` that give commands, made from the command classes themselves.

Layer: interfaces. A field of a command becomes an argument (where it is needed and is one value) or an
option; so no command and no field can be forgotten, and both sides mean the same by a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from renkei.model.schema import Label
from renkei.runner.commands import AnyCommand, Attach, Command, Digest, Moment, Name

Kind = Literal["text", "number", "moment", "flag", "label", "digest", "pairs", "path", "name"]

BARE = frozenset({"text", "name", "number", "digest"})
TYPE = "type"
SHARED = ("id", "event_at", "note")
"""Fields that every command has; they come last among the options."""


@dataclass(frozen=True)
class Part:
    """What a verb takes for one field of its command."""

    name: str
    kind: Kind
    required: bool
    many: bool = False
    bare: bool = False
    """It is an argument, even where it is not needed."""

    @property
    def positional(self) -> bool:
        """Whether it is an argument; otherwise it is an option."""
        return self.bare or (self.required and not self.many and self.kind in BARE)


@dataclass(frozen=True)
class Verb:
    """One verb: the command it gives, and what it takes."""

    name: str
    command: type[Command]
    parts: tuple[Part, ...]

    @property
    def names_post(self) -> bool:
        """Whether the command itself says which post it is about."""
        return any(part.name == "post" for part in self.parts)


@cache
def verbs() -> Mapping[str, Verb]:
    """Return all verbs that give commands, by name, in the order of the commands."""
    classes = get_args(get_args(AnyCommand)[0])
    return {verb.name: verb for verb in map(_verb, classes)}


def _verb(command: type[Command]) -> Verb:
    hints = get_type_hints(command, include_extras=True)
    fields = command.model_fields
    names = [name for name in fields if name != TYPE and name not in SHARED] + list(SHARED)
    parts = [_part(name, hints[name], required=fields[name].is_required()) for name in names]
    if command is Attach:
        # The file says all of it.
        parts = [part for part in parts if part.name not in {"name", "media", "size"}]
    return Verb(str(fields[TYPE].default), command, tuple(parts))


def _part(name: str, hint: Any, *, required: bool) -> Part:
    hint = _without_none(hint)
    many = get_origin(hint) is tuple
    return Part(name, _kind(get_args(hint)[0] if many else hint), required, many or get_origin(hint) is dict)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, UnionType}:
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    return hint


def _kind(hint: Any) -> Kind:
    known: list[tuple[Any, Kind]] = [
        (Moment, "moment"), (Digest, "digest"), (Name, "name"), (Label, "label"), (bool, "flag")
    ]  # fmt: skip
    for wanted, kind in known:
        if hint == wanted:
            return kind
    if get_origin(hint) is dict:
        return "pairs"
    plain = getattr(hint, "__origin__", hint)
    kinds: dict[Any, Kind] = {int: "number", str: "text"}
    return kinds[plain]


def read_label(text: str) -> Label:
    """Return the label that a text writes: ``CLASSIFICATION[:PARTY,...[:CATEGORY]]``, or as a node shows it.

    >>> read_label("SECRET//REL TO JPN, USA") == read_label("secret:jpn,usa")
    True

    Raises:
        ValueError: It has more parts.
    """
    parts = _marked(text) if "//" in text else [*text.split(":"), "", ""][: max(3, text.count(":") + 1)]
    classification, parties, category, *rest = parts
    if rest or not classification:
        raise ValueError(text)
    named = tuple(party.strip() for party in parties.split(",") if party.strip())
    return Label(classification=classification, releasable_to=named, category=category or None)


def _marked(text: str) -> list[str]:
    """Return classification, parties and categories of a marking."""
    classification, *others = text.lower().split("//")
    parties = [part.removeprefix("rel to ") for part in others if part.startswith("rel to ")]
    categories = [part for part in others if not part.startswith("rel to ")]
    return [classification, ",".join(parties), *(categories or [""])]


def write_label(label: Mapping[str, Any] | None) -> str:
    """Return a label as ``read_label`` reads it; '' for none."""
    if not label:
        return ""
    parts = [
        label.get("classification", ""),
        ",".join(label.get("releasable_to") or ()),
        label.get("category") or "",
    ]
    return ":".join(parts).rstrip(":")


def read_pair(text: str) -> tuple[str, str]:
    """Return name and value of ``NAME=VALUE``.

    Raises:
        ValueError: There is no ``=`` in it.
    """
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise ValueError(text)
    return name.strip(), value.strip()
