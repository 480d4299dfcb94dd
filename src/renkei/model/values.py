"""Values of the model language: texts in two languages, quantities with their origin, distributions.

Layer: model (pure data). Invariant: every number says where it comes from, by ``source`` or by
``assume``; a bare number is allowed by the grammar and reported as a finding by the rules.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from renkei.facts import Fact, quoted_in_japanese

ID_PATTERN = r"^[A-Za-z_][A-Za-z0-9_.\-]{0,119}$"
Id = Annotated[str, Field(pattern=ID_PATTERN)]
"""Name of an entry of a map: a letter or underscore, then letters, digits, ``_ . -``."""

_DURATION = re.compile(
    r"^P(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)


def quoted(value: object) -> dict[str, str]:
    """Return a value as it stands in the file, to be put into a fact."""
    return {"en": repr(value), "ja": quoted_in_japanese(str(value))}


class ValueFactError(ValueError):
    """A value cannot be used; pydantic makes a violation of it, and validation tells its fact."""

    def __init__(self, fact: Fact) -> None:
        """Keep the fact beside its text."""
        super().__init__(fact.message)
        self.fact = fact


def parse_duration(text: object) -> float:
    """Return the seconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds.

    Limits: years and months have no fixed length and are refused.
    """
    if not isinstance(text, str):
        # pydantic makes a violation of a ValueError, not of a TypeError.
        raise ValueFactError(Fact("RK114.kind", found=quoted(text)))
    match = _DURATION.match(text)
    if match is None or text in {"P", "PT"} or text.endswith("T"):
        raise ValueFactError(Fact("RK114.duration", found=quoted(text)))
    parts = {unit: float(value) for unit, value in match.groupdict().items() if value}
    seconds = timedelta(**parts).total_seconds() if max(parts.values()) < 1e6 else float("inf")
    if not seconds < 1e11:
        raise ValueFactError(Fact("RK114.long", found=quoted(text)))
    return seconds


Seconds = Annotated[
    float,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["PT85M", "P2DT6H"]}),
]
"""A duration, written as ISO 8601 in the file and held in seconds."""


class Strict(BaseModel):
    """Base of all entries: unknown keys are errors, entries do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class Text(Strict):
    """A text for people, in English and Japanese. A plain string stands for both."""

    en: str
    ja: str = ""

    @model_validator(mode="before")
    @classmethod
    def _accept_plain_string(cls, data: Any) -> Any:
        return {"en": data, "ja": data} if isinstance(data, str) else data

    def in_language(self, language: str) -> str:
        """Return the text in ``language`` (``en`` or ``ja``), English where there is no other."""
        return (self.ja or self.en) if language == "ja" else self.en


class Assumption(Strict):
    """A number that nobody has published: the range in which it is taken to lie, and why."""

    range: Annotated[
        tuple[Any, Any], BeforeValidator(lambda ends: tuple(ends) if isinstance(ends, list) else ends)
    ]
    """Low and high end, in the unit of the number it stands beside."""
    why: Text


class Sourced(Strict):
    """Base of every entry that holds a number: it names its source or states an assumption."""

    source: str | None = None
    """An entry of ``sources``."""
    assume: Assumption | None = None


class Pert(Strict):
    """PERT (scaled beta) distribution by lowest, most likely and highest value."""

    low: Seconds
    mode: Seconds
    high: Seconds


class Triangular(Strict):
    """Triangular distribution by lowest, most likely and highest value."""

    low: Seconds
    mode: Seconds
    high: Seconds


class Uniform(Strict):
    """Uniform distribution between two values."""

    low: Seconds
    high: Seconds


class Lognormal(Strict):
    """Lognormal distribution by mean and coefficient of variation (standard deviation / mean)."""

    mean: Seconds
    cv: float = Field(gt=0, le=20)


class Exponential(Strict):
    """Exponential distribution by mean."""

    mean: Seconds


DISTRIBUTIONS = ("fixed", "exponential", "lognormal", "pert", "triangular", "uniform")
"""Keys of which a duration has exactly one."""


class Duration(Sourced):
    """How long something takes: exactly one distribution, and where its numbers come from.

    In ``assume.range`` the ends are values of the mean (of ``fixed`` itself), as ISO 8601 durations.
    """

    fixed: Seconds | None = None
    exponential: Exponential | None = None
    lognormal: Lognormal | None = None
    pert: Pert | None = None
    triangular: Triangular | None = None
    uniform: Uniform | None = None

    @model_validator(mode="before")
    @classmethod
    def _accept_plain_string(cls, data: Any) -> Any:
        return {"fixed": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _exactly_one(self) -> Duration:
        if len(self.kinds()) != 1:
            raise ValueFactError(Fact("RK116.one", found=self.kinds()))
        for ordered in (self.pert, self.triangular):
            if ordered is not None and not ordered.low <= ordered.mode <= ordered.high:
                raise ValueFactError(Fact("RK116.mode"))
        if self.uniform is not None and self.uniform.low > self.uniform.high:
            raise ValueFactError(Fact("RK116.ends"))
        return self

    def mean_seconds(self) -> float:
        """Return the mean, which is what ``assume.range`` speaks of."""
        by_mean = self.exponential or self.lognormal
        if by_mean:
            return by_mean.mean
        if self.pert:
            return (self.pert.low + 4 * self.pert.mode + self.pert.high) / 6
        if self.triangular:
            return (self.triangular.low + self.triangular.mode + self.triangular.high) / 3
        if self.uniform:
            return (self.uniform.low + self.uniform.high) / 2
        return self.fixed or 0.0

    def kinds(self) -> tuple[str, ...]:
        """Return the names of the distributions that are given (one, once validated)."""
        return tuple(name for name in DISTRIBUTIONS if getattr(self, name) is not None)


class Amount(Sourced):
    """A plain number (a probability, a count, a share) and where it comes from."""

    value: float

    @model_validator(mode="before")
    @classmethod
    def _accept_plain_number(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, int | float) and not isinstance(data, bool) else data
