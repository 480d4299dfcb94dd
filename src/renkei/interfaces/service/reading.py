"""Reading a file of settings: TOML, the line of each key, and everything that is wrong with it at once.

Layer: interfaces. A secret never stands in such a file, nor on a command line: the file names another file,
or a variable of the environment, that holds it. No message repeats a value, which could be one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from renkei.errors import InputError, Problem
from renkei.interfaces.text import spoken
from renkei.model.values import ID_PATTERN

MAX_FILE_BYTES = 1_000_000
CODE = "RK748"


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Return what a TOML file holds, and its text.

    Raises:
        InputError: It cannot be read, or is no TOML.
    """
    words = spoken()
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        said = words("problem.read", path=path, said=error.strerror or error)
        raise InputError.from_problem("RK743", said, words("problem.read.hint"), str(path)) from error
    if len(body) > MAX_FILE_BYTES:
        raise InputError.from_problem(CODE, words("problem.large", most=MAX_FILE_BYTES), file=str(path))
    try:
        text = body.decode("utf-8")
        return tomllib.loads(text), text
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else 0
        raise InputError.from_problem(CODE, str(error), file=str(path), line=line) from None


class Reading:
    """A file of settings being read: collects what is wrong with it."""

    def __init__(self, file: str, text: str, folder: Path) -> None:
        """Remember where things stand."""
        self.file = file
        self.folder = folder
        self.lines = line_numbers(text)
        self.problems: list[Problem] = []

    def add(self, key: str, takes: str) -> None:
        """Note that the value of ``key`` is of the wrong kind."""
        words = spoken()
        self.say(key, words("problem.value", name=key, takes=words(f"takes.{takes}")))

    def say(self, key: str, said: str, hint: str = "", code: str = CODE) -> None:
        """Note what is wrong with ``key``."""
        self.problems.append(Problem(code, said, hint, self.file, self.line(key)))

    def line(self, key: str) -> int:
        """Return the line of a key, or of the nearest that it stands in; 0 where neither is known."""
        while key not in self.lines and "." in key:
            key = key.rpartition(".")[0]
        return self.lines.get(key, 0)

    def unknown(self, keys: Iterable[str], known: Iterable[str], where: str = "") -> None:
        """Note keys that mean nothing."""
        from difflib import get_close_matches

        words, known = spoken(), tuple(known)
        for key in keys:
            if key in known:
                continue
            near, those = get_close_matches(key, known, 1), ", ".join(known)
            hint = words("problem.near", name=near[0]) if near else words("problem.those", those=those)
            self.say(f"{where}{key}", words("problem.setting", name=f"{where}{key}"), hint)

    def noting(self, key: str, takes: str) -> Noting:
        """Return a block in which a ValueError means that ``key`` has a value of the wrong kind."""
        return Noting(self, key, takes)

    def text(self, value: Any, kind: str = "text") -> str:
        """Return a value that is a text, or an ``id``.

        Raises:
            ValueError: It is none.
        """
        if not isinstance(value, str) or (kind == "id" and not re.fullmatch(ID_PATTERN, value)):
            raise ValueError(kind)
        return value

    def path(self, value: Any) -> Path:
        """Return a value that is a path, taken from where the file is.

        Raises:
            ValueError: It is none.
        """
        return self.folder / self.text(value)

    def secret(self, key: str, value: Any) -> str:
        """Return the secret that a setting names the place of; '' where something is wrong with it, noted."""
        from renkei.log.keys import read_passphrase

        if not isinstance(value, dict) or len(value) != 1 or not value.keys() <= {"file", "variable"}:
            self.add(key, "secret")
            return ""
        with self.noting(key, "secret"):
            place = next(iter(value.values()))
            try:
                if "file" in value:
                    found = read_passphrase(self.path(place))
                else:
                    found = read_passphrase(variable=self.text(place, "id"))
                return (found or b"").decode()
            except InputError as error:
                line = self.line(key)
                self.problems += [replace(each, file=self.file, line=line) for each in error.problems]
        return ""


@dataclass(frozen=True)
class Noting:
    """A block in which a ValueError becomes a problem of the file."""

    reading: Reading
    key: str
    takes: str

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        """Note a ValueError that is no InputError."""
        if kind is not None and issubclass(kind, ValueError):
            self.reading.add(self.key, self.takes)
            return True
        return False


def line_numbers(text: str) -> dict[str, int]:
    """Return the line of each key, by its full name; keys written in one line with others are left out."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[([A-Za-z0-9_.\"-]+)\]", line)
        key = re.match(r"\s*([A-Za-z0-9_.\"-]+)\s*=", line)
        if header:
            table = header[1].replace('"', "") + "."
            found.setdefault(table[:-1], number)
        elif key:
            found.setdefault(table + key[1].replace('"', ""), number)
    return found
