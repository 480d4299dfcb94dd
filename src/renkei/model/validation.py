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
    code, word = _WORDING.get(kind) or ("RK112", _wrong_type)
    if kind == "value_error" and isinstance(details["input"], dict):
        code = "RK116"
    message, hint = word(keys, details, look_up(data, keys))
    return Breach(keys, code, message, hint, at_key=at_key or kind == "extra_forbidden")


Words = tuple[str, str]
"""Message and hint."""


def _missing(keys: Keys, _details: ErrorDetails, _found: object) -> Words:
    where = dotted(keys[:-1]) or "the model"
    return f"{where} lacks the key {keys[-1]}", f"Add `{keys[-1]}:`."


def _unknown(keys: Keys, _details: ErrorDetails, _found: object) -> Words:
    where = dotted(keys[:-1]) or "the model"
    word = shorten(str(keys[-1]))
    return f"{where} holds the unknown key {word!r}", suggestion(word, allowed_keys(keys[:-1]), most=40)


def _not_allowed(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    found, allowed = details["input"], _allowed(details)
    message = f"{dotted(keys)} cannot be {describe(found)}"
    return message, suggestion(found if isinstance(found, str) else "", allowed)


def _allowed(details: ErrorDetails) -> list[str]:
    expected: str = details.get("ctx", {}).get("expected", "")
    return [word.strip("' ") for part in expected.split(",") for word in part.split(" or ")]


def _wrong_type(keys: Keys, details: ErrorDetails, found: object) -> Words:
    expected = _TYPES.get(details["type"], details["msg"])
    shown = describe(found if found is not None else details["input"])
    return f"{dotted(keys)} must be {expected}, found {shown}", _TYPE_HINTS.get(details["type"], "")


def _bad_id(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    if keys[-1:] in {("begins",), ("ends",)}:
        return f"{dotted(keys)} must be a time such as 08:00, found {describe(details['input'])}", _CLOCK
    return f"{dotted(keys)} holds {describe(details['input'])}, which is no id", _ID


def _bad_value(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    return f"{dotted(keys)}: {shorten(details['msg'].removeprefix('Value error, '), 200)}", ""


def _bad_date(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    reason = details.get("ctx", {}).get("error", "")
    return (
        f"{dotted(keys)} holds {describe(details['input'])}, which is no date: {reason}",
        "Write 2025-03-24.",
    )


def _bad_moment(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    return f"{dotted(keys)} holds {describe(details['input'])}, which is no moment with a time zone", _MOMENT


def _out_of_bounds(keys: Keys, details: ErrorDetails, _found: object) -> Words:
    context = details.get("ctx", {})
    name, bound = next(((name, context[name]) for name in _BOUNDS if name in context), ("", ""))
    limit = f" must be {_BOUNDS[name]} {bound}" if name else " must be a finite number"
    return f"{dotted(keys)}{limit}, found {describe(details['input'])}", ""


def _wrong_count(keys: Keys, details: ErrorDetails, found: object) -> Words:
    context = details.get("ctx", {})
    name, word = ("min_length", "at least") if "min_length" in context else ("max_length", "at most")
    count = len(found) if isinstance(found, list | dict | str) else context.get("actual_length")
    return f"{dotted(keys)} needs {word} {context.get(name)} entries, found {count}", ""


_ID = "An id begins with a letter or _ and goes on with letters, digits and _ . - (at most 120)."
_CLOCK = "Write hours and minutes in quotes, 00:00 to 23:59; a shift may end at 24:00."
_MOMENT = "Write 2025-03-24T09:00:00+09:00, or end it with Z for UTC."
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
_TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
    "tuple_type": "a list",
    "date_type": "a date such as 2025-03-24",
    "datetime_type": "a moment such as 2025-03-24T09:00:00+09:00",
}
_TYPE_HINTS = {
    "string_type": "Put a number, true, false or null in quotes if the text itself is meant.",
    "bool_type": "YAML 1.2 knows only true and false; yes, no, on and off are texts.",
    "int_type": "Write it without quotes and without a decimal point.",
    "float_type": "Write it without quotes.",
    "tuple_type": "Write [first, second].",
}
_WORDING: dict[str, tuple[str, Callable[[Keys, ErrorDetails, object], Words]]] = {
    "missing": ("RK110", _missing),
    "extra_forbidden": ("RK111", _unknown),
    "literal_error": ("RK113", _not_allowed),
    "string_pattern_mismatch": ("RK114", _bad_id),
    "value_error": ("RK114", _bad_value),
    "date_parsing": ("RK114", _bad_date),
    "date_from_datetime_parsing": ("RK114", _bad_date),
    "date_from_datetime_inexact": ("RK114", _bad_date),
    "datetime_parsing": ("RK114", _bad_moment),
    "datetime_from_date_parsing": ("RK114", _bad_moment),
    "timezone_aware": ("RK114", _bad_moment),
    **dict.fromkeys(
        ("greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"),
        ("RK115", _out_of_bounds),
    ),
    **dict.fromkeys(
        ("too_short", "too_long", "string_too_short", "string_too_long"), ("RK115", _wrong_count)
    ),
}
"""Kind of violation -> code and the function that words it; whatever is not here is a wrong type."""


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
