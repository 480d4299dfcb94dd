"""Plain data held against the schema: every violation at once, in words for people.

Layer: model. pydantic finds the violations; here they get a stable code, the path in the file, and what
is possible instead. Data go in as JSON and strictly, so that ``yes`` is no truth value, ``"3"`` no number
and ``2025`` no date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from renkei.facts import LANGUAGES, Fact, reason_of
from renkei.model.document import MAX_PROBLEMS, Breach, Keys, describe, look_up, shorten
from renkei.model.schema import Model

MOST_NAMES = 400
"""Names among which close matches are looked for, and letters of the word that is looked for."""


def validate(data: dict[str, Any]) -> tuple[Model | None, list[Breach]]:
    """Return the model that ``data`` describes, or None and everything that is wrong with it."""
    try:
        return Model.model_validate_json(json.dumps(data), strict=True), []
    except ValidationError as error:
        return None, [_breach(details, data) for details in error.errors(include_url=False)[:MAX_PROBLEMS]]


def dotted(keys: Keys) -> str:
    """Return a path as people write it: ``posts.ops.calendar``."""
    return ".".join(shorten(str(key), 120) for key in keys)


def suggestion(word: str, possible: Iterable[str], *, most: int = 12) -> str:
    """Return a hint from what is possible: the close matches of ``word``, and the list where it is short."""
    names = list(dict.fromkeys(possible))
    close = get_close_matches(word[:MOST_NAMES], names[:MOST_NAMES], n=3, cutoff=0.6)
    meant = f"Did you mean {' or '.join(close)}? " if close else ""
    if not names:
        return f"{meant}There is none so far."
    if close and len(names) > most:
        return meant.rstrip()
    listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    return f"{meant}Possible: {listed}."


def _breach(details: ErrorDetails, data: dict[str, Any]) -> Breach:
    location = tuple(details["loc"])
    at_key = location[-1:] == ("[key]",)
    keys = location[:-1] if at_key else location
    kind = details["type"]
    word = _WORDING.get(kind, _wrong_type)
    fact, hint = word(keys, details, look_up(data, keys))
    return Breach(keys, fact, hint, at_key=at_key or kind == "extra_forbidden")


Words = tuple[Fact, str]
"""What was found, and the hint."""


def _missing(keys: Keys, _details: ErrorDetails, _found: object) -> Words:
    return Fact("RK110.key", where=dotted(keys[:-1]), key=keys[-1]), f"Add `{keys[-1]}:`."


def _unknown(keys: Keys, _details: ErrorDetails, _found: object) -> Words:
    word = shorten(str(keys[-1]))
    fact = Fact("RK111.key", where=dotted(keys[:-1]), key=word)
    return fact, suggestion(word, allowed_keys(keys[:-1]), most=40)


def _not_allowed(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    found, allowed = details["input"], _allowed(details)
    fact = Fact("RK113.value", where=dotted(keys), found=describe(found))
    return fact, suggestion(found if isinstance(found, str) else "", allowed)


def _allowed(details: ErrorDetails) -> list[str]:
    expected: str = details.get("ctx", {}).get("expected", "")
    return [word.strip("' ") for part in expected.split(",") for word in part.split(" or ")]


def _wrong_type(keys: Keys, details: ErrorDetails, found: object) -> Words:
    wanted = _TYPES.get(details["type"]) or reason_of(details["msg"])
    shown = describe(found if found is not None else details["input"])
    fact = Fact("RK112.kind", where=dotted(keys), wanted=wanted, found=shown)
    return fact, _TYPE_HINTS.get(details["type"], "")


def _bad_id(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    where, found = dotted(keys), describe(details["input"])
    if keys[-1:] in {("begins",), ("ends",)}:
        return Fact("RK114.clock", where=where, found=found), _CLOCK
    return Fact("RK114.id", where=where, found=found), _ID


def _bad_value(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    where, error = dotted(keys), details["ctx"]["error"]
    reason = {language: shorten(error.fact.text(language), 200) for language in LANGUAGES}
    if isinstance(details["input"], dict):
        return Fact("RK116.value", where=where, reason=reason), ""
    return Fact("RK114.value", where=where, reason=reason), ""


def _bad_date(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    said = details.get("ctx", {}).get("error", "")
    reason = reason_of(str(said)) if said else ""
    found = describe(details["input"])
    return Fact("RK114.date", where=dotted(keys), found=found, reason=reason), "Write 2025-03-24."


def _bad_moment(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    return Fact("RK114.moment", where=dotted(keys), found=describe(details["input"])), _MOMENT


def _out_of_bounds(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    context = details.get("ctx", {})
    limits = (limit(context[name]) for name, limit in _BOUNDS.items() if name in context)
    wanted = next(limits, Fact("RK115.finite"))
    return Fact("RK115.bound", where=dotted(keys), wanted=wanted, found=describe(details["input"])), ""


def _wrong_count(keys: Keys, details: ErrorDetails, found: object) -> Words:
    context = details.get("ctx", {})
    where = dotted(keys)
    count = str(len(found) if isinstance(found, list | dict | str) else context.get("actual_length"))
    if "min_length" in context:
        return Fact("RK115.few", where=where, least=context["min_length"], count=count), ""
    return Fact("RK115.many", where=where, most=context.get("max_length"), count=count), ""


_ID = "An id begins with a letter or _ and goes on with letters, digits and _ . - (at most 120)."
_CLOCK = "Write hours and minutes in quotes, 00:00 to 23:59; a shift may end at 24:00."
_MOMENT = "Write 2025-03-24T09:00:00+09:00, or end it with Z for UTC."
_BOUNDS: dict[str, Callable[[object], Fact]] = {
    "ge": lambda bound: Fact("RK115.least", number=bound),
    "gt": lambda bound: Fact("RK115.above", number=bound),
    "le": lambda bound: Fact("RK115.most", number=bound),
    "lt": lambda bound: Fact("RK115.below", number=bound),
}
_TYPES = {
    "string_type": Fact("RK112.string"),
    "int_type": Fact("RK112.integer"),
    "float_type": Fact("RK112.float"),
    "bool_type": Fact("RK112.truth"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), Fact("RK112.map")),
    "tuple_type": Fact("RK112.list"),
    "date_type": Fact("RK112.date"),
    "datetime_type": Fact("RK112.moment"),
}
_TYPE_HINTS = {
    "string_type": "Put a number, true, false or null in quotes if the text itself is meant.",
    "bool_type": "YAML 1.2 knows only true and false; yes, no, on and off are texts.",
    "int_type": "Write it without quotes and without a decimal point.",
    "float_type": "Write it without quotes.",
    "tuple_type": "Write [first, second].",
}
_WORDING: dict[str, Callable[[Keys, ErrorDetails, object], Words]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "literal_error": _not_allowed,
    "string_pattern_mismatch": _bad_id,
    "value_error": _bad_value,
    "date_parsing": _bad_date,
    "date_from_datetime_parsing": _bad_date,
    "date_from_datetime_inexact": _bad_date,
    "datetime_parsing": _bad_moment,
    "datetime_from_date_parsing": _bad_moment,
    "timezone_aware": _bad_moment,
    **dict.fromkeys(
        ("greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"),
        _out_of_bounds,
    ),
    **dict.fromkeys(("too_short", "too_long", "string_too_short", "string_too_long"), _wrong_count),
}
"""Kind of violation -> the function that words it; whatever is not here is a wrong type."""


@cache
def _schema() -> dict[str, Any]:
    return Model.model_json_schema()


def allowed_keys(keys: Keys) -> list[str]:
    """Return the keys that the map at ``keys`` may have, as far as the schema names them."""
    schema = _schema()
    nodes = [schema]
    for key in keys:
        nodes = [below for node in nodes for below in _below(_expanded(node, schema), str(key))]
    found = (
        name for node in nodes for kind in _expanded(node, schema) for name in kind.get("properties", ())
    )
    return list(dict.fromkeys(found))


def _expanded(node: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives of a schema node with references followed."""
    if "$ref" in node:
        return _expanded(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    return [kind for part in node["anyOf"] for kind in _expanded(part, schema)] if "anyOf" in node else [node]


def _below(kinds: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Return the schema nodes of what stands under ``key``."""
    named = [kind["properties"][key] for kind in kinds if key in kind.get("properties", ())]
    free = [
        kind["additionalProperties"] for kind in kinds if isinstance(kind.get("additionalProperties"), dict)
    ]
    patterns = [node for kind in kinds for node in kind.get("patternProperties", {}).values()]
    items = [kind["items"] for kind in kinds if isinstance(kind.get("items"), dict)]
    return [*named, *free, *patterns, *items]
