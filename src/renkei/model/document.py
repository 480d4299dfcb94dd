"""A YAML file as plain data, with the place of every key and value in the file.

Layer: model. Input is not trusted: nothing is read beyond the limits, depth is counted on the stream of
events before anything is built from it, and whatever could make small text into large data (anchors,
aliases, merge keys) is refused. Scalars follow the core schema of YAML 1.2, so ``no`` is a text and
``1:30`` too. Why this reader and no ready-made loader: docs/decisions/0001-yaml.md.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from renkei.errors import InputError, Problem
from renkei.facts import Fact, problem_of, reason_of

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 40
MAX_ENTRIES = 100_000
MAX_PROBLEMS = 1000
"""More are not looked for: such a file is broken as a whole, and each costs a search for close matches."""

Keys = tuple[str | int, ...]
"""Where something stands in the data: keys of maps and indices of lists, from the root."""


class Mark(NamedTuple):
    """Line and column of a key and of its value, counted from 1; an entry of a list has no key."""

    key: tuple[int, int]
    value: tuple[int, int]


class Breach(NamedTuple):
    """A broken rule at a place in the data; it becomes a ``Problem`` when the place in the file is known."""

    keys: Keys
    fact: Fact
    hint: str = ""
    at_key: bool = False
    finding: bool = False
    """True where the model is doubtful but can be used."""

    @property
    def code(self) -> str:
        """The rule that is broken."""
        return self.fact.code

    @property
    def message(self) -> str:
        """What was found, in English."""
        return self.fact.message


@dataclass(frozen=True)
class Document:
    """What a YAML file says, and where."""

    file: str
    data: dict[str, Any]
    positions: dict[Keys, Mark]
    entries: int
    """How many keys, values and items it has."""
    digest: str
    """SHA-256 of the file's bytes, in hexadecimal."""

    def place(self, keys: Keys, *, at_key: bool = False) -> tuple[int, int]:
        """Return line and column of what stands at ``keys``, or of the closest thing around it."""
        known = next((keys[:end] for end in range(len(keys), -1, -1) if keys[:end] in self.positions), ())
        mark = self.positions[known]
        return mark.key if at_key or isinstance(look_up(self.data, known), dict | list) else mark.value

    def locate(self, breach: Breach) -> Problem:
        """Return ``breach`` as a problem with its place in the file."""
        line, column = self.place(breach.keys, at_key=breach.at_key)
        return problem_of(breach.fact, breach.hint, self.file, line, column)


def look_up(data: Any, keys: Keys) -> Any:
    """Return what stands at ``keys``; None where nothing does."""
    for key in keys:
        inside = isinstance(data, dict) or (
            isinstance(data, list) and isinstance(key, int) and key < len(data)
        )
        data = (data.get(key) if isinstance(data, dict) else data[key]) if inside else None
    return data


def read_document(path: Path, shown: str = "") -> Document:
    """Read a YAML file whose root is a map.

    Args:
        path: The file.
        shown: The path as the user knows it, for messages.

    Raises:
        InputError: It cannot be read, or is not such a file.

    Limits:
        5 MiB, 100,000 entries, 40 maps and lists inside one another.
    """
    shown = shown or str(path)
    content = read_bytes(path, shown)
    builder = _Builder(shown)
    builder.build(_decode(content, shown))
    if builder.problems:
        raise InputError(builder.problems)
    return Document(
        shown, builder.root(), builder.positions, builder.entries, hashlib.sha256(content).hexdigest()
    )


def read_bytes(path: Path, shown: str, *, limit: int = MAX_BYTES) -> bytes:
    """Read a regular file of at most ``limit`` bytes; never more than one byte beyond that is read.

    Raises:
        InputError: It is missing, no regular file, not readable or too large.
    """
    try:
        # Without O_NONBLOCK the opening of a named pipe would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        fact = Fact("RK101.unread", reason=reason_of(reason))
        hint = "Check the path and the permissions of the file."
        raise InputError([problem_of(fact, hint, shown)]) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        hint = "Name a file, not a folder, device or pipe."
        raise InputError([problem_of(Fact("RK101.regular"), hint, shown)])
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        hint = "A model of several hundred entries has about 100,000; is this the right file?"
        raise InputError([problem_of(Fact("RK102.bytes", most=f"{limit:,}"), hint, shown)])
    return content


# With the line breaks that only YAML 1.1 knows: no editor shows them as such.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x00\x00": "UTF-32"}


def _decode(content: bytes, shown: str) -> str:
    """Return the text of a UTF-8 file without byte order mark and control characters."""
    if content[:2] in _OTHER_ENCODINGS:
        raise _bad_text(Fact("RK103.encoding", found=_OTHER_ENCODINGS[content[:2]]), shown, "")
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        fact = Fact("RK103.byte", value=f"{content[error.start]:02x}")
        raise _bad_text(fact, shown, before) from None
    control = _CONTROL.search(text)
    if control:
        raise _bad_text(_control(control[0]), shown, text[: control.start()])
    return text


def _control(sign: str) -> Fact:
    return Fact("RK103.control", value=f"{ord(sign):04X}")


def _bad_text(fact: Fact, shown: str, before: str) -> InputError:
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return InputError([problem_of(fact, "Save it as UTF-8 text; every editor can.", shown, line, column)])


_INTEGER = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


def resolve(text: str) -> str | bool | int | float | None:
    """Return the value of a scalar without quotes, by the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text, 0 if text[:2] in {"0o", "0x"} else 10)
    return float(text) if _FLOAT.fullmatch(text) else text


class _Refusal(Exception):  # noqa: N818 -- control flow of this module, never seen outside
    """Reading cannot go on."""


class _Builder:
    """Builds data and positions from the stream of parsing events, without composing nodes first."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.problems: list[Problem] = []
        self.positions: dict[Keys, Mark] = {(): Mark((1, 1), (1, 1))}
        self.data: Any = None
        self.events: Iterator[Any] = iter(())
        self.entries = 0

    def refuse(self, fact: Fact, hint: str, mark: Any) -> None:
        """Note a problem at ``mark``; give up where there are too many."""
        self.problems.append(problem_of(fact, hint, self.shown, mark.line + 1, mark.column + 1))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Refusal

    def stop(self, fact: Fact, hint: str, mark: Any) -> _Refusal:
        """Note a problem after which nothing more can be understood."""
        self.refuse(fact, hint, mark)
        return _Refusal()

    def root(self) -> dict[str, Any]:
        """Return the data, which is a map once there are no problems."""
        assert isinstance(self.data, dict)
        return self.data

    def build(self, text: str) -> None:
        """Read the one document of ``text``."""
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events = yaml.parse(text, Loader=loader)
        try:
            self.stream()
        except _Refusal:
            pass
        except yaml.YAMLError as error:
            self.problems.append(self.syntax_problem(error))

    def syntax_problem(self, error: yaml.YAMLError) -> Problem:
        """Return what the parser says as a problem."""
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        said = [part for name in ("context", "problem") if (part := getattr(error, name, None))]
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        fact = Fact("RK104.syntax", reason=[reason_of(part) for part in said or (shorten(str(error)),)])
        return problem_of(fact, _SYNTAX, self.shown, line, column)

    def stream(self) -> None:
        """Read the events around the root."""
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.stop(Fact("RK106.documents"), "One file is one model.", event.start_mark)
            elif isinstance(event, yaml.NodeEvent):
                self.data = self.node(event, (), 0)
        if not isinstance(self.data, dict) and not self.problems:
            fact = Fact("RK112.root", found=describe(self.data))
            self.problems.append(problem_of(fact, "Begin with `renkei: 1`.", self.shown, 1, 1))

    def node(self, event: Any, keys: Keys, depth: int) -> Any:
        """Return the value that begins with ``event``."""
        self.entries += 1
        if self.entries > MAX_ENTRIES:
            fact = Fact("RK102.entries", most=f"{MAX_ENTRIES:,}")
            raise self.stop(fact, "Split the model.", event.start_mark)
        self.check_features(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return None
        if depth >= MAX_DEPTH:
            fact = Fact("RK105.depth", most=MAX_DEPTH)
            raise self.stop(fact, "No entry of a model is.", event.start_mark)
        inside = self.read_map if isinstance(event, yaml.MappingStartEvent) else self.read_list
        return inside(keys, depth + 1)

    def check_features(self, event: Any) -> None:
        """Refuse anchors, aliases and tags."""
        if isinstance(event, yaml.AliasEvent):
            self.refuse(Fact("RK106.alias", name=shorten(event.anchor)), _PLAIN, event.start_mark)
        elif event.anchor is not None:
            self.refuse(Fact("RK106.anchor", name=shorten(event.anchor)), _PLAIN, event.start_mark)
        if getattr(event, "tag", None) is not None:
            self.refuse(Fact("RK106.tag", tag=shorten(event.tag)), _PLAIN, event.start_mark)

    def scalar(self, event: Any) -> str | bool | int | float | None:
        """Return the value of a scalar."""
        text: str = event.value
        control = _CONTROL.search(text)
        if control:
            self.refuse(_control(control[0]), "Leave it out.", event.start_mark)
        return text if event.style else resolve(text)

    def read_list(self, keys: Keys, depth: int) -> list[Any]:
        """Return the list whose start was read last."""
        made: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            place = _place(event)
            self.positions[*keys, len(made)] = Mark(place, place)
            made.append(self.node(event, (*keys, len(made)), depth))
        return made

    def read_map(self, keys: Keys, depth: int) -> dict[str, Any]:
        """Return the map whose start was read last."""
        made: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event)
            if key in made:
                fact = Fact("RK107.twice", key=shorten(key), line=self.positions[*keys, key].key[0])
                self.refuse(fact, _TWICE, event.start_mark)
            value = next(self.events)
            self.positions[*keys, key] = Mark(_place(event), _place(value))
            made[key] = self.node(value, (*keys, key), depth)
        return made

    def key(self, event: Any) -> str:
        """Return the key that ``event`` holds."""
        if isinstance(event, yaml.AliasEvent) or not isinstance(event, yaml.ScalarEvent):
            self.check_features(event)
            raise self.stop(Fact("RK108.word"), "A key is a plain word.", event.start_mark)
        value = self.node(event, (), 0)
        if isinstance(value, str):
            if value == "<<" and not event.style:
                self.refuse(Fact("RK106.merge"), _PLAIN, event.start_mark)
            return value
        fact = Fact("RK108.kind", key=shorten(event.value), found=describe(value))
        self.refuse(fact, _QUOTE, event.start_mark)
        return str(event.value)


_SYNTAX = "Often a missing space after a colon, a tab, or indentation that does not line up."
_PLAIN = "A model is plain data: write the value itself, without anchors, aliases, merge keys and tags."
_TWICE = "The second would replace the first; rename or remove one."
_QUOTE = "Write it in quotes to make it a text."


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def describe(value: object) -> Fact:
    """Return in a few words what was found, to be put into a fact."""
    if value is None:
        return Fact("part.nothing")
    if isinstance(value, bool):
        return Fact("part.truth", value=str(value).lower())
    if isinstance(value, int | float):
        return Fact("part.number", number=value)
    if isinstance(value, str):
        return Fact("part.text", value=shorten(value))
    return Fact("part.map") if isinstance(value, dict) else Fact("part.list")


def shorten(text: str, length: int = 60) -> str:
    """Return ``text``, cut where it is long."""
    return text if len(text) <= length else text[: length - 1] + "…"
