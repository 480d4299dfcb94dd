"""What renkei says to people, in English and Japanese: two catalogues with the same keys.

Layer: interfaces. ``en.toml`` and ``ja.toml`` beside this file hold every text; the rest of the layer
names keys. The language of a command is chosen once and held for the time of that command.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from renkei.facts import LANGUAGES

_spoken: ContextVar[str] = ContextVar("language", default="en")


@dataclass(frozen=True)
class Words:
    """The catalogue of one language."""

    language: str
    texts: Mapping[str, str]
    """Key -> text; ``{name}`` in it stands for what the caller gives."""

    def __call__(self, key: str, **given: object) -> str:
        """Return the text of ``key`` with what is given put in."""
        text = self.texts[key]
        return text.format(**given) if given else text

    def __contains__(self, key: str) -> bool:
        """Return whether there is a text for ``key``."""
        return key in self.texts


@cache
def words_in(language: str) -> Words:
    """Return the catalogue of ``language`` (``en`` or ``ja``)."""
    data = tomllib.loads((files(__name__) / f"{language}.toml").read_text(encoding="utf-8"))
    return Words(language, dict(_flatten(data)))


def _flatten(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if isinstance(value, str):
            yield f"{prefix}{key}", value
        else:
            yield from _flatten(value, f"{prefix}{key}.")


def harmless(text: str) -> str:
    """Return ``text`` without what would steer a terminal or turn the direction of reading around.

    Names come from files of others; a name must not be able to hide or forge what is printed around it.
    """
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def spoken() -> Words:
    """Return the catalogue of the language that is spoken now."""
    return words_in(_spoken.get())


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Speak ``language`` inside the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def switch(language: str) -> None:
    """Speak ``language`` from here to the end of the block that ``speak`` opened."""
    _spoken.set(language)


def choose_language(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Return the language that a call asks for: ``--lang``, else RENKEI_LANG, else the locale, else English.

    The command line is looked at before it is parsed, so that what is wrong with it is said in the
    language that it asks for.
    """
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    for place, argument in enumerate(own):
        option, _, given = argument.partition("=")
        wanted = given or "".join(own[place + 1 : place + 2])
        if option == "--lang" and wanted in LANGUAGES:
            return wanted
    environment = os.environ if environment is None else environment
    for name in ("RENKEI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "ja" if environment[name].lower().startswith("ja") else "en"
    return "en"
