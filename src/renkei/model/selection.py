"""Selects entries of a model by a pattern of keys: ``posts.*.deputies.*``.

Layer: model. A star stands for every key of a map or every entry of a list, an ``@`` at the end for the
keys of a map themselves. What is absent is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from renkei.model.document import Keys
from renkei.model.values import Strict, Text


def select(entry: Any, pattern: str, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Yield the path and the value of each entry that ``pattern`` describes, below ``entry``."""
    if not pattern:
        if entry is not None:
            yield keys, entry
        return
    step, _, rest = pattern.partition(".")
    if step == "@":
        yield from (((*keys, key), key) for key in entry or ())
        return
    for key, below in _steps(entry, step):
        yield from select(below, rest, (*keys, key))


def _steps(entry: Any, step: str) -> Iterator[tuple[str | int, Any]]:
    if isinstance(entry, Strict):
        yield step, getattr(entry, step)
    elif isinstance(entry, dict):
        yield from entry.items() if step == "*" else ()
    elif isinstance(entry, tuple):
        yield from enumerate(entry) if step == "*" else ()


def walk(entry: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Strict]]:
    """Yield each entry of a model that is itself made of fields, with its path; texts are left out."""
    if isinstance(entry, Strict):
        yield keys, entry
        below: Iterable[tuple[str | int, Any]] = entry
    else:
        below = entry.items() if isinstance(entry, dict) else enumerate(entry)
    for key, value in below:
        if isinstance(value, Strict | dict | tuple) and not isinstance(value, Text) and value:
            yield from walk(value, (*keys, key))
