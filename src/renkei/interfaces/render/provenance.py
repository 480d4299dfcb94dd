"""Where the numbers of a model come from: its assumptions with their ranges, and its sources.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from renkei.interfaces.render.quantity import duration
from renkei.interfaces.text import Words
from renkei.model.numbers import numbers_of
from renkei.model.schema import Model, Source
from renkei.model.selection import walk
from renkei.model.validation import dotted
from renkei.model.values import Sourced, Text, parse_duration
from renkei.process.arrangement import Arrangement


@dataclass(frozen=True)
class Assumed:
    """A number that nobody has published."""

    where: str
    """Path in the model: ``posts.ops``."""
    entry: Sourced
    why: Text
    options: tuple[str, ...]
    """Options that hold it; () for all."""

    def value(self, words: Words) -> str:
        """Return the number itself, with its unit."""
        shown = [
            duration(value) if read is parse_duration else f"{value:g}"
            for _, value, read in numbers_of(self.entry)
        ]
        return ", ".join(shown) or words("absent")

    def range(self, words: Words) -> str:
        """Return the range in which it is taken to lie."""
        assert self.entry.assume is not None
        return words(
            "provenance.range", **dict(zip(("low", "high"), map(_end, self.entry.assume.range), strict=True))
        )


def _end(end: object) -> str:
    try:
        seconds = parse_duration(end)
    except ValueError:
        return f"{end:g}" if isinstance(end, int | float) else str(end)
    return duration(seconds)


def assumptions(arrangement: Arrangement) -> list[Assumed]:
    """Return every assumption of a model, those of its options included, in the order of the file."""
    models = [(option, arrangement.with_option(option).model) for option in arrangement.options]
    held: dict[tuple[str, str], tuple[Sourced, list[str]]] = {}
    for option, model in [("", arrangement.model), *models]:
        for where, entry in _assumed(model) if model else ():
            held.setdefault((where, repr(entry)), (entry, []))[1].append(option)
    everywhere = len(models) + 1
    return [
        Assumed(
            where, entry, entry.assume.why, () if len(found) == everywhere else tuple(filter(None, found))
        )
        for (where, _), (entry, found) in held.items()
        if entry.assume is not None
    ]


def _assumed(model: Model) -> Iterator[tuple[str, Sourced]]:
    for keys, entry in walk(model):
        if isinstance(entry, Sourced) and entry.assume is not None:
            yield dotted(keys), entry


def grouped(found: list[Assumed], language: str) -> dict[str, list[Assumed]]:
    """Return assumptions by their reason: one reason often stands behind many numbers."""
    groups: dict[str, list[Assumed]] = {}
    for entry in found:
        groups.setdefault(entry.why.in_language(language), []).append(entry)
    return groups


def sources(model: Model | None) -> dict[str, Source]:
    """Return the publications that a model's facts and numbers are taken from."""
    return dict(model.sources) if model else {}
