"""Where a command's words go: results to standard output, everything else to standard error.

Layer: interfaces. ``--json`` prints one object and nothing else; files appear whole or not at all.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

from renkei.errors import InputError, Problem
from renkei.facts import rule_codes
from renkei.interfaces.text import harmless, spoken

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 120
"""Columns of a text that is not read on a terminal, and most columns of one that is."""


def console(*, stderr: bool = False) -> Console:
    """Return a console on standard output or error; plain where it is not a terminal or NO_COLOR is set."""
    from renkei.interfaces.render.screen import Screen

    stream = sys.stderr if stderr else sys.stdout
    terminal = stream.isatty()
    width = None if terminal or "COLUMNS" in os.environ else WIDEST
    file = stream if terminal else cast(TextIO, Trimmed(stream))
    return Screen(file=file, width=width, highlight=False, emoji=False, markup=False, soft_wrap=False)


class Trimmed:
    """A stream without blanks at the ends of lines, which tables leave where there is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        """Write to ``stream``."""
        self.stream = stream

    def write(self, text: str) -> int:
        """Write ``text`` without the blanks before its line ends."""
        return self.stream.write(re.sub(r" +(?=\n)", "", text))

    def flush(self) -> None:
        """Pass on what has been written."""
        self.stream.flush()


def say(text: str) -> None:
    """Print a line on standard error."""
    print(harmless(text), file=sys.stderr, flush=True)


def print_json(data: object) -> None:
    """Print one JSON object on standard output."""
    # Made whole before the first byte leaves, so that an interruption cannot cut an object in two.
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(data, ensure_ascii=plain, indent=2, allow_nan=False, default=_plain)
    print(text, flush=True)


def _plain(value: Any) -> object:
    """Return a number of an array library as a number of Python."""
    return value.item()


def print_problems(problems: Iterable[Problem]) -> None:
    """Print what is wrong with an input on standard error, one block a problem."""
    for problem in problems:
        say(told(problem))


def print_refusal(details: Mapping[str, Any]) -> None:
    """Print what stands against a command, who could give it, and what is possible now."""
    words = spoken()
    if details.get("rule"):
        said = (details.get("rule_name") or {}).get(words.language)
        rule = f"{said} ({details['rule']})" if said else details["rule"]
        say(f"    {words('refusal.rule', rule=rule)}")
    if details.get("could"):
        say(f"    {words('refusal.could', posts=', '.join(map(str, details['could'])))}")
    possible = details.get("possible") or ()
    if possible:
        say(f"    {words('refusal.possible')}")
    for entry in possible:
        place = [entry["name"][words.language]] if entry.get("name") else []
        place += [words("refusal.case", case=entry["case"])] if entry.get("case") else []
        place += [words("refusal.post", post=entry["post"])] if entry.get("post") else []
        shown = " ".join(part for part in (entry.get("command"), entry.get("target")) if part)
        say(f"      {shown}" + (f" ({', '.join(place)})" if place else ""))


def in_language(problem: Problem, details: Mapping[str, Any]) -> Problem:
    """Return what a node said in the language spoken.

    In English the ids stay, since they are what is typed; whoever reads Japanese reads names, and the ids of
    what is possible below them. The hint is a word of the node's to programs, and in English only.
    """
    facts = details.get("facts") or {}
    language = spoken().language
    if language == "en" or not facts.get(language):
        return problem
    return replace(problem, message=facts[language], hint="")


def told(problem: Problem) -> str:
    """Return a problem as ``file:line:column: CODE message`` and its hint, in the language spoken.

    In Japanese the code's own title and remedy stand around the facts; hints are in English.
    """
    words = spoken()
    if words.language == "en" or problem.code not in rule_codes() or problem.code in OWN:
        return str(problem)
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
    entry = rule_codes()[problem.code]
    said = problem.in_language(words.language)
    facts = [said, *([problem.hint] if problem.hint else []), entry["remedy"][words.language]]
    head = f"{place}: {problem.code}" if place else problem.code
    return "\n    ".join([f"{head} {entry['title'][words.language]}", *facts])


OWN = frozenset({"RK001", "RK002", "RK003", "RK004", "RK005", "RK006", "RK007", "RK008", "RK009", "RK010"})
"""Codes whose messages this layer writes itself, in the language spoken."""


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that it is there whole or not at all.

    Raises:
        InputError: It cannot be written there.
    """
    write_bytes(path, text.encode("utf-8", errors="replace"))


def write_bytes(path: Path, body: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises:
        InputError: It cannot be written there.
    """
    with written(path) as file:
        file.write(body)


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name when all of it was written; may be read back before that.

    Raises:
        InputError: It cannot be written there.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w+b") as file:
            yield cast(BinaryIO, file)
        # mkstemp keeps others out; a report is as readable as any file that the user makes.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
        temporary = None
    except OSError as error:
        said = spoken()("problem.write", path=path, said=error.strerror or error)
        raise InputError([Problem("RK009", said, spoken()("problem.write.hint"), str(path))]) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
