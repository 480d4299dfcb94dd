"""The error tree of renkei, and the one record that tells a user what is wrong with a file.

Layer: the lowest; imports nothing of renkei. Errors are for unusable input, refused use, exhausted
limits and our own bugs. What a check or a simulation finds out is a value in a report, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that makes an input unusable, or doubtful, and what to do about it."""

    code: str
    """Stable rule code, for example ``RK101``; ``renkei explain CODE`` tells more."""
    message: str
    """What was found, with the names in it."""
    hint: str = ""
    """The usual cause, and what is possible instead."""
    file: str = ""
    line: int = 0
    """Line, counted from 1; 0 where a problem has no line."""
    column: int = 0
    """Column, counted from 1; 0 where a problem has no column."""
    facts: Mapping[str, str] | None = field(default=None, compare=False, repr=False)
    """The message in each language (``renkei.facts``); None where it is told in English only."""

    def in_language(self, language: str) -> str:
        """Return what was found, for people; in English where it is not told in ``language``."""
        return self.message if language == "en" else (self.facts or {}).get(language) or self.message

    def to_dict(self) -> dict[str, object]:
        """Return the problem as the object that ``--json`` prints."""
        return {key: value for key, value in asdict(self).items() if key != "facts"}

    def __str__(self) -> str:
        """Return the problem as ``file:line:column: CODE message``."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = f"{place}: {self.code} {self.message}" if place else f"{self.code} {self.message}"
        return f"{text}\n    {self.hint}" if self.hint else text


class RenkeiError(Exception):
    """Everything that renkei raises on purpose."""


class InputError(RenkeiError):
    """An input cannot be used; holds every problem that was found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep ``problems``, ordered by file and place."""
        ordered = sorted(problems, key=lambda found: (found.file, found.line, found.column, found.code))
        self.problems: tuple[Problem, ...] = tuple(ordered)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def from_problem(
        cls, code: str, message: str, hint: str = "", file: str = "", line: int = 0
    ) -> InputError:
        """Return an error with one problem."""
        return cls([Problem(code, message, hint, file, line)])


class UsageError(RenkeiError):
    """An argument of a public function is not usable."""


class LimitError(RenkeiError):
    """A stated limit was reached before there was an answer."""


class InternalError(RenkeiError):
    """A bug of renkei itself; please report it with the input that shows it."""
