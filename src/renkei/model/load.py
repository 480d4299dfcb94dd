"""Reads ``model.yaml``: text to data, data to model, rules held, every option tried.

Layer: model. All that is wrong is found at once: with the schema, with the rules, and with the model
under each of its options. Only a file that is no YAML map at all ends the search early.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from renkei.errors import InputError, Problem, UsageError
from renkei.facts import Fact
from renkei.model import options
from renkei.model.document import MAX_PROBLEMS, Breach, Document, Keys, Mark, read_document
from renkei.model.rules import breaches
from renkei.model.schema import Model
from renkei.model.validation import suggestion, validate

MAX_WORK = 1_000_000
"""Entries of a file times its variants: each option is validated as a whole model."""


@dataclass(frozen=True)
class Loaded:
    """A valid model with the file it was read from."""

    model: Model
    raw: dict[str, Any]
    """The data that the model was made from: those of the file, or patched by ``option``."""
    document: Document
    option: str = ""
    """The option that has been applied; '' for the model as it stands in the file."""

    @property
    def positions(self) -> dict[Keys, Mark]:
        """Line and column of every key and value of the file."""
        return self.document.positions

    @property
    def file(self) -> str:
        """Path of the file as shown to users."""
        return self.document.file

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        return self.document.digest

    def locate(self, breach: Breach) -> Problem:
        """Return a breach of this model as a problem with its place in the file."""
        return (
            options.locate(self.document, self.option, breach)
            if self.option
            else self.document.locate(breach)
        )


@dataclass
class Examination:
    """Everything that was found out about a ``model.yaml``, usable or not."""

    document: Document
    variants: dict[str, Loaded] = field(default_factory=dict)
    """What fits the schema: '' for the model as it stands, then the options by id. Rules may be broken."""
    problems: list[Problem] = field(default_factory=list)
    findings: list[Problem] = field(default_factory=list)
    known: set[tuple[Keys, str, str]] = field(default_factory=set)
    """Breaches of the model as it stands; an option is not blamed for them again."""

    def note(self, found: Iterable[Breach], option: str, locate: Callable[[Breach], Problem]) -> None:
        """Sort ``found`` into problems and findings."""
        new = [breach for breach in found if _identity(breach) not in self.known]
        if not option:
            self.known.update(map(_identity, new))
        for breach in new:
            (self.findings if breach.finding else self.problems).append(locate(breach))


def _identity(breach: Breach) -> tuple[Keys, str, str]:
    return breach.keys, breach.code, breach.message


def load_model(path: Path, shown: str = "") -> Loaded:
    """Read a valid ``model.yaml``.

    Args:
        path: The file.
        shown: The path as the user knows it, for messages.

    Raises:
        InputError: It cannot be used as it stands or under one of its options; holds every problem.

    Limits:
        Those of ``read_document``. What needs the BPMN files is checked by ``load_arrangement``.
    """
    examination = examine(path, shown)
    if examination.problems:
        raise InputError(examination.problems)
    return examination.variants[""]


def examine(path: Path, shown: str = "") -> Examination:
    """Read a ``model.yaml`` and hold it, and each of its options, against schema and rules.

    Raises:
        InputError: The file cannot be read, or is no YAML map.
    """
    document = read_document(path, shown)
    examination = Examination(document)
    examination.note(options.frozen_breaches(document.data), "", document.locate)
    examination.note(options.idle_removals(document.data), "", document.locate)
    _examine_variant(examination, document.data, "")
    patches = options.patches(document.data)
    if document.entries * (len(patches) + 1) > MAX_WORK:
        fact = Fact("RK102.options", count=len(patches), number=f"{document.entries:,}")
        examination.problems.append(document.locate(Breach(("options",), fact, "Split the model.")))
        return examination
    for option, patch in patches.items():
        if len(examination.problems) >= MAX_PROBLEMS:
            break
        _examine_variant(examination, options.apply(document.data, patch), option)
    return examination


def _examine_variant(examination: Examination, data: dict[str, Any], option: str) -> None:
    document = examination.document

    def locate(breach: Breach) -> Problem:
        return options.locate(document, option, breach) if option else document.locate(breach)

    model, found = validate(data)
    if model is not None:
        found = breaches(model)
    examination.note(found, option, locate)
    if model is not None:
        examination.variants[option] = Loaded(model, data, document, option)


def patched(loaded: Loaded, option: str) -> Loaded:
    """Return the model under one of its options.

    Args:
        loaded: The model as it stands in the file.
        option: Id of the option.

    Raises:
        UsageError: There is no such option.
        InputError: The model is not valid under it.
    """
    found = options.patches(loaded.document.data)
    if option not in loaded.model.options:
        raise UsageError(f"no option {option!r}. {suggestion(option, loaded.model.options)}")
    examination = Examination(loaded.document)
    _examine_variant(examination, options.apply(loaded.document.data, found.get(option, {})), option)
    if examination.problems:
        raise InputError(examination.problems)
    return examination.variants[option]
