"""The files of a model as somebody sends them: looked at before anything is written or read.

Layer: interfaces. Only what a model consists of has a place; the readers of the model have limits of their
own for what stands in the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from renkei.errors import InputError, Problem
from renkei.facts import Fact, problem_of
from renkei.process.arrangement import MODEL_FILE

README = "README.md"
MOST_FILES = 40
MOST_BYTES = 900_000
"""Of all files of a model together; that of the library has 260,000."""
DRAWING = re.compile(r"processes/[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.bpmn", re.ASCII)

Files = Mapping[str, str]
"""Path in the model's folder -> text."""


def require_usable(files: Files) -> None:
    """Refuse files that are none of a model, too many, or too large.

    Raises:
        InputError: Everything that is wrong with them.
    """
    problems = [*_misplaced(files)]
    if MODEL_FILE not in files:
        hint = "A model is a folder with model.yaml and its drawings."
        problems.append(problem_of(Fact("RK770.model", file=MODEL_FILE), hint))
    if len(files) > MOST_FILES:
        problems.append(problem_of(Fact("RK771.files", count=len(files), most=MOST_FILES)))
    size = sum(len(text.encode(errors="replace")) for text in files.values())
    if size > MOST_BYTES:
        hint = "Pictures inside a drawing can be taken out; a large model can be split."
        large = Fact("RK771.bytes", count=f"{size:,}", most=f"{MOST_BYTES:,}")
        problems.append(problem_of(large, hint))
    if problems:
        raise InputError(problems)


def _misplaced(files: Files) -> Iterator[Problem]:
    for name, text in files.items():
        if name not in {MODEL_FILE, README} and not DRAWING.fullmatch(name):
            hint = f"A model consists of {MODEL_FILE}, {README} and processes/NAME.bpmn."
            yield problem_of(Fact("RK770.name", file=_shown(name)), hint)
        try:
            text.encode()
        except UnicodeEncodeError:
            yield problem_of(Fact("RK770.half", file=_shown(name)), "Send whole characters.")


def _shown(name: str) -> str:
    return ascii(name[:80])


def content_digest(files: Files) -> str:
    """Return a digest of all files, those included that the model does not name."""
    lines = (f"{sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items()))
    return sha256("".join(lines).encode()).hexdigest()


@contextmanager
def laid_out(files: Files, name: str = "model") -> Iterator[Path]:
    """Give a folder that holds the files; it is gone afterwards."""
    with TemporaryDirectory(prefix="renkei-studio-") as made:
        folder = Path(made, name)
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        yield folder


def without_folder(problem: Problem, folder: Path) -> Problem:
    """Return a problem that tells files as the user knows them."""
    start = f"{folder}/"
    shown = {key: getattr(problem, key).replace(start, "") for key in ("message", "hint", "file")}
    facts = {language: text.replace(start, "") for language, text in (problem.facts or {}).items()}
    return replace(problem, facts=facts or None, **shown)
