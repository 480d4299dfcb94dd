"""The facts of refusals and problems: what stands against an input, with the names in it, in both languages.

Layer: above errors only, so that the model, labels, the runner and every interface refuse in the same words.
``facts.toml`` beside this file holds each fact under a key that begins with its rule code, as one template a
language; whoever refuses names the key and the values, and a language is chosen by whoever shows it.

Invariants: tests hold that every key that is named exists, that every key is named, and that both languages
put the same values in. Without names a fact reads the same wherever it is told: that is what logs keep.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from renkei.errors import Problem

LANGUAGES = ("en", "ja")
Names = Mapping[str, Mapping[str, str]]
"""Id -> language -> what people call it."""
ACTORS = frozenset(
    ("party", "parties", "post", "posts", "who", "whom", "asker", "members", "others", "headquarters")
)
"""Placeholders that stand for parties, headquarters and posts."""
NAMED = frozenset(
    {
        *ACTORS,
        *("matter", "attribute", "attributes", "process", "contingency", "channel", "channels"),
        *("task", "gateway", "event", "element", "conference", "asked"),
    }
)
"""Placeholders that stand for ids which a model may have names for; in English, other names are quoted."""
WORDS = {
    **dict.fromkeys(("change", "changes", "past"), "change"),
    **dict.fromkeys(("kind", "kinds"), "kind"),
    **dict.fromkeys(("classification", "classifications", "ceiling", "proposed"), "classification"),
    **dict.fromkeys(("shape", "shapes"), "shape"),
    **dict.fromkeys(("drawn", "outer"), "drawn"),
    **{name: name for name in ("status", "claim", "thing", "operation")},
    **{name: name for name in ("section", "trigger", "day", "place")},
}
"""Placeholders that stand for one of renkei's own words -> their table in the catalogue."""
_BETWEEN = {
    "en": {"o": " or ", "q": " or ", "a": " and ", "": ", "},
    "ja": {"o": "または", "q": "または", "": "、"},
}
_WITH_ID = {"en": "{} ({})", "ja": "{}（{}）"}


@dataclass(frozen=True, slots=True, init=False)
class Fact:
    """One fact: its key in the catalogue, and what is put into its templates.

    A value is plain text or a number, several of these, a text in both languages, another fact, or a problem
    of a file. What a placeholder is called tells how it is shown: ids as the model calls them (``NAMED``),
    own words translated (``WORDS``), and anything else as it is.
    """

    key: str
    values: Mapping[str, object]

    def __init__(self, key: str, /, **values: object) -> None:
        """Keep key and values."""
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", values)

    @property
    def code(self) -> str:
        """The rule code that the key begins with."""
        return self.key.partition(".")[0]

    @property
    def message(self) -> str:
        """The fact in English, with ids for names: the same at every node, whatever its model is."""
        return self.text("en")

    def text(self, language: str, names: Names | None = None) -> str:
        """Return the fact in a language; ids stand for themselves where there are no ``names``."""
        return _put(_template(self.key, language), self.values, language, names)

    def both(self, names: Names | None = None) -> dict[str, str]:
        """Return the fact for people, in each language."""
        return {language: self.text(language, names or {}) for language in LANGUAGES}


def problem_of(fact: Fact, hint: str = "", file: str = "", line: int = 0, column: int = 0) -> Problem:
    """Return a fact as the problem of an input that cannot be used."""
    return Problem(fact.code, fact.message, hint, file, line, column, facts=fact.both())


@dataclass(frozen=True, slots=True)
class Part:
    """A placeholder of a template, written ``{name!style:otherwise}``."""

    name: str
    style: str
    """r: in quotation marks; i: names with their ids, to be typed; o: any of several; q: o and r; a: all."""
    otherwise: str
    """What is said where there is nothing to put in."""


@cache
def catalogue() -> dict[str, Any]:
    """Return the catalogue: code -> fact -> language -> template, and the tables ``words`` and ``rules``."""
    return tomllib.loads((files("renkei") / "facts.toml").read_text(encoding="utf-8"))


@cache
def rule_codes() -> dict[str, dict[str, dict[str, str]]]:
    """Return the register of rule codes: code -> title, cause, remedy -> language -> text."""
    return tomllib.loads((files("renkei") / "codes.toml").read_text(encoding="utf-8"))


@cache
def _template(key: str, language: str) -> str:
    code, _, name = key.partition(".")
    return str(catalogue()[code][name][language])


@cache
def parts_of(template: str) -> tuple[tuple[str, Part | None], ...]:
    """Return a template as literals, each with the placeholder that follows it."""
    return tuple(
        (literal, Part(name, style or "", otherwise or "") if name else None)
        for literal, name, otherwise, style in string.Formatter().parse(template)
    )


def _shown(part: Part, value: object, language: str, names: Names | None) -> str:
    several = value if isinstance(value, tuple | list | set | frozenset) else (value,)
    told = [_one(part, entry, language, names) for entry in several if entry is not None and entry != ""]
    between = _BETWEEN[language]
    return between.get(part.style, between[""]).join(told) if told else part.otherwise


def _one(part: Part, value: object, language: str, names: Names | None) -> str:
    if isinstance(value, Fact):
        return value.text(language, names)
    if isinstance(value, Problem):
        return _told(value, language)
    if isinstance(value, Mapping):
        return str(value[language])
    text = _called(part, str(value), language, names)
    if part.style not in {"r", "q"}:
        return text
    return quoted_in_japanese(text) if language == "ja" else repr(text)


def quoted_in_japanese(text: str) -> str:
    """Return a text of strangers in quotation marks, as ``repr`` gives it in English."""
    return f"「{_printable(text)}」"


def _printable(text: str) -> str:
    """Return a text of strangers without characters that a terminal would obey, as ``repr`` writes them."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _told(problem: Problem, language: str) -> str:
    """Return a problem, with its place in a file; where it is in English only, what its code means."""
    if problem.facts is not None and not problem.file:
        return problem.facts[language]
    title = rule_codes().get(problem.code, {}).get("title", {}).get(language)
    fact = (problem.facts or {}).get(language, title)
    if language == "en" or fact is None:
        return str(problem)
    return str(replace(problem, message=fact, hint=""))


def _called(part: Part, text: str, language: str, names: Names | None) -> str:
    if names is None and language == "en":
        return text
    if part.name in WORDS:
        return word(WORDS[part.name], text, language)
    if part.name not in NAMED:
        return text
    # What is decided is an attribute with its value, of which only the attribute has a name.
    key, sign, value = text.partition("=")
    called = (names or {}).get(key, {}).get(language)
    if not called:
        return text
    if language == "en" and part.name not in ACTORS:
        called = f'"{called}"'
    shown = _WITH_ID[language].format(called, key) if part.style == "i" and called != key else called
    return f"{shown}{sign}{value}"


def word(table: str, text: str, language: str) -> str:
    """Return one of renkei's own words in a language; what the catalogue does not have, as it is."""
    found = catalogue()["words"][table].get(text)
    return str(found[language]) if found else text


def reason_of(text: str) -> dict[str, str]:
    """Return what the system or a library says in English, as a text in both languages."""
    found = catalogue()["words"]["reason"]
    return {"en": text, "ja": str(found.get(text, found["unknown"])["ja"])}


def rule_name(rule: str, names: Names | None = None) -> dict[str, str] | None:
    """Return what a rule says in each language, for a rule as refusals name it; None where that is a code.

    >>> rule_name("separation")["en"]
    'who proposed a matter does not approve it'
    """
    told = [_of_rule(entry.strip(), names or {}) for entry in rule.split(",")]
    known = [entry for entry in told if entry is not None]
    if not known or len(known) < len(told):
        return None
    return {
        language: _BETWEEN[language][""].join(dict.fromkeys(entry[language] for entry in known))
        for language in LANGUAGES
    }


def _of_rule(rule: str, names: Names) -> dict[str, str] | None:
    for pattern, texts in _rules():
        match = pattern.fullmatch(rule)
        if match is not None:
            values = match.groupdict()
            return {language: _put(texts[language], values, language, names) for language in LANGUAGES}
    return None


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    """Return what finds each rule, with its texts; the one that says most of a rule comes first."""
    rules = sorted(catalogue()["rules"].items(), key=lambda entry: -len(entry[0]))
    return tuple((_pattern(parts_of(form)), texts) for form, texts in rules)


def _pattern(parts: tuple[tuple[str, Part | None], ...]) -> re.Pattern[str]:
    """Return what finds a rule of this form; a placeholder stands for one id."""
    return re.compile(
        "".join(re.escape(text) + (f"(?P<{part.name}>.+)" if part else "") for text, part in parts)
    )


def _put(template: str, values: Mapping[str, object], language: str, names: Names | None) -> str:
    return "".join(
        literal + (_shown(part, values[part.name], language, names) if part else "")
        for literal, part in parts_of(template)
    )
