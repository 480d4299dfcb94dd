"""Guard expressions over case attributes: ``situation == 'disaster' and severity in ['high', 'medium']``.

Layer: model (pure data). Attributes have finite domains, so a guard is a table in disguise: it has no
arithmetic, no functions and no state, and ``satisfying`` lists all that it admits. The grammar is read by
hand and not through Python's own, since ids of attributes may hold ``-`` and ``.``, columns are to be told
to people, and the input is not trusted.

    guard    = both {"or" both}
    both     = single {"and" single}
    single   = "not" single | "(" guard ")" | test
    test     = attribute ("==" | "!=") text | attribute ["not"] "in" "[" text {"," text} [","] "]"
    text     = "'" ... "'" | '"' ... '"'          without escapes, on one line

``not`` binds tighter than ``and``, which binds tighter than ``or``; a list may stand in ``( )`` too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from renkei.errors import UsageError
from renkei.facts import Fact

MAX_LENGTH = 1000
"""Characters of a guard."""
MAX_DEPTH = 20
"""Parentheses and ``not`` inside one another."""

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^'\n]*'|\"[^\"\n]*\")|(?P<word>[A-Za-z_][A-Za-z0-9_.\-]*)|(?P<sign>==|!=|[()\[\],])|(?P<end>$))"
)
_KEYWORDS = frozenset({"and", "or", "not", "in"})
_CLOSING = {"[": "]", "(": ")"}
_FOREIGN = {"=": "==", "&": "and", "|": "or", "!": "not", "<": "in [...]", ">": "in [...]"}


class GuardError(UsageError):
    """A guard cannot be read; ``column`` counts from 1 inside its text."""

    def __init__(self, fact: Fact, column: int) -> None:
        """Keep what was found and the place beside the message."""
        super().__init__(fact.message)
        self.fact = fact
        self.column = column


class Mention(NamedTuple):
    """An attribute and a value that it is compared with, as they stand in the text."""

    attribute: str
    value: str
    attribute_column: int
    value_column: int


@dataclass(frozen=True, slots=True)
class _Test:
    attribute: str
    values: frozenset[str]

    def holds(self, known: Mapping[str, str]) -> bool:
        return known[self.attribute] in self.values


@dataclass(frozen=True, slots=True)
class _Not:
    part: _Expression

    def holds(self, known: Mapping[str, str]) -> bool:
        return not self.part.holds(known)


@dataclass(frozen=True, slots=True)
class _All:
    parts: tuple[_Expression, ...]

    def holds(self, known: Mapping[str, str]) -> bool:
        return all(part.holds(known) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Any:
    parts: tuple[_Expression, ...]

    def holds(self, known: Mapping[str, str]) -> bool:
        return any(part.holds(known) for part in self.parts)


_Expression = _Test | _Not | _All | _Any


class Guard:
    """A guard, read once; equal texts are equal guards.

    >>> guard = Guard("situation == 'disaster' and not (severity in ['low', 'medium'])")
    >>> guard.attributes
    ('situation', 'severity')
    >>> guard.holds({"situation": "disaster", "severity": "high"})
    True

    Limits:
        1,000 characters, 20 parentheses or ``not`` inside one another.
    """

    __slots__ = ("attributes", "expression", "mentions", "text")

    def __init__(self, text: str) -> None:
        """Read ``text``.

        Raises:
            GuardError: The text is not a guard.
        """
        self.text = text
        self.expression, self.mentions = _read(text)
        self.attributes: tuple[str, ...] = tuple(
            dict.fromkeys(mention.attribute for mention in self.mentions)
        )

    def holds(self, values: Mapping[str, str]) -> bool:
        """Return whether the guard holds when each of its attributes has the value given in ``values``."""
        return self.expression.holds(values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Guard({self.text!r})"


def satisfying(guard: Guard, domains: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Return every assignment of the guard's attributes under which it holds, in the order of ``domains``."""
    rows = product(*(domains[attribute] for attribute in guard.attributes))
    assignments = (dict(zip(guard.attributes, row, strict=True)) for row in rows)
    return [assignment for assignment in assignments if guard.holds(assignment)]


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[_Expression, tuple[Mention, ...]]:
    if len(text) > MAX_LENGTH:
        raise GuardError(Fact("RK140.length", most=MAX_LENGTH, count=len(text)), 1)
    reader = _Reader(text)
    expression = reader.guard(0)
    if reader.kind != "end":
        raise reader.unexpected(Fact("RK140.after"))
    return expression, tuple(reader.mentions)


class _Reader:
    """Recursive descent over the tokens of one guard."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mentions: list[Mention] = []
        self.kind, self.token, self.start, self.after = "", "", 0, 0
        self.advance()

    def advance(self) -> str:
        """Go to the next token; return the one that is left behind."""
        left = self.token
        match = _TOKEN.match(self.text, self.after)
        if match is None:
            raise self.unreadable()
        self.kind = match.lastgroup or "end"
        self.token, self.start, self.after = match[self.kind], match.start(self.kind), match.end()
        return left

    def unreadable(self) -> GuardError:
        """Return the error for a character that no token begins with."""
        at = self.after + len(self.text[self.after :]) - len(self.text[self.after :].lstrip())
        sign = self.text[at]
        if sign in "'\"":
            return GuardError(Fact("RK140.quote"), at + 1)
        if sign in _FOREIGN:
            return GuardError(Fact("RK140.instead", value=sign, other=_FOREIGN[sign]), at + 1)
        return GuardError(Fact("RK140.sign", value=sign), at + 1)

    def unexpected(self, expected: Fact | str) -> GuardError:
        """Return the error for a token that cannot stand where it stands."""
        found = Fact("RK140.end") if self.kind == "end" else f"`{self.token[:40]}`"
        return GuardError(Fact("RK140.expected", wanted=expected, found=found), self.start + 1)

    def take(self, *tokens: str) -> bool:
        """Go on if the next token is one of ``tokens``."""
        found = self.kind != "text" and self.token in tokens
        if found:
            self.advance()
        return found

    def guard(self, depth: int) -> _Expression:
        """Read alternatives."""
        return self.chain("or", self.both, _Any, depth)

    def both(self, depth: int) -> _Expression:
        """Read conditions that must hold together."""
        return self.chain("and", self.single, _All, depth)

    def chain(
        self,
        word: str,
        part: Callable[[int], _Expression],
        join: Callable[[tuple[_Expression, ...]], _Expression],
        depth: int,
    ) -> _Expression:
        """Read one part or several, joined by ``word``."""
        parts = [part(depth)]
        while self.take(word):
            parts.append(part(depth))
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def single(self, depth: int) -> _Expression:
        """Read one condition, its negation or a guard in parentheses."""
        if depth > MAX_DEPTH:
            raise GuardError(Fact("RK140.depth", most=MAX_DEPTH), self.start + 1)
        if self.take("not"):
            return _Not(self.single(depth + 1))
        if self.take("("):
            inner = self.guard(depth + 1)
            if not self.take(")"):
                raise self.unexpected("`)`")
            return inner
        return self.test()

    def test(self) -> _Expression:
        """Read the comparison of an attribute with one value or several."""
        if self.kind != "word" or self.token in _KEYWORDS:
            raise self.unexpected(Fact("RK140.test"))
        column = self.start + 1
        attribute = self.advance()
        negated = self.token in {"!=", "not"} and self.kind != "text"
        if self.take("==", "!="):
            values = [self.value(attribute, column)]
        else:
            self.take("not")
            if not self.take("in"):
                raise self.unexpected(Fact("RK140.compare"))
            values = self.values(attribute, column)
        test = _Test(attribute, frozenset(values))
        return _Not(test) if negated else test

    def values(self, attribute: str, column: int) -> list[str]:
        """Read a list of values."""
        closing = _CLOSING.get(self.token, "") if self.kind == "sign" else ""
        if not self.take("[", "("):
            raise self.unexpected(Fact("RK140.values"))
        values = [self.value(attribute, column)]
        while self.take(",") and self.token != closing:
            values.append(self.value(attribute, column))
        if not self.take(closing):
            raise self.unexpected(Fact("RK140.next", value=closing))
        return values

    def value(self, attribute: str, column: int) -> str:
        """Read a value and note what it is compared with."""
        if self.kind != "text":
            raise self.unexpected(Fact("RK140.value"))
        at = self.start + 1
        value = self.advance()[1:-1]
        self.mentions.append(Mention(attribute, value, column, at))
        return value
