"""What the jobs of the studio answer: the shapes of simulations and comparisons.

Layer: interfaces. Times are seconds, moments whole microseconds since 1970 (UTC).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.words import Finding
from renkei.interfaces.render.comparison import Kind
from renkei.interfaces.studio.shapes import Outline


class Progress(BaseModel):
    """How far a job has come."""

    done: int
    total: int
    """0 while that is not known."""


class Point(BaseModel):
    """A point of a distribution: so large a share of the cases took at most so long."""

    share: float
    seconds: float | None
    """None where these cases were still under way when the run was cut."""


class Bin(BaseModel):
    """Cases of one span of times."""

    begins: float
    ends: float
    cases: int


class Distribution(BaseModel):
    """How the times of one measure are distributed under one option."""

    option: str
    measure: str
    process: str
    points: list[Point]
    bins: list[Bin]
    """The same bins for all options of a measure; what took longer than the last is in ``beyond``."""
    beyond: int


class ElementTime(BaseModel):
    """What cases spend on one element, on average; None where it was never completed."""

    element: str
    """BPMN id."""
    conference: str
    """Of the model, where the element is a task of one; '' otherwise."""
    kind: Literal["task", "conference", "timer", "event", "gateway", "message", "subprocess", "flow"]
    name: Both
    visits: float
    """In one case."""
    wait: float | None
    """Seconds a visit, from when the work could be done until somebody begins it; of a message, the way."""
    work: float | None
    """Seconds a visit."""
    total: float
    """Seconds of waiting and work in one case."""
    share: float
    """Of the waiting and work of all elements of the process, between 0 and 1."""


class Heat(BaseModel):
    """Where the time of the cases of one process goes, under one option."""

    option: str
    process: str
    cases: int
    replications: int
    """Simulated ones that this is counted over: the first of the job."""
    elements: list[ElementTime]


class Change(BaseModel):
    """One thing that an option changes in the model."""

    kind: Literal[
        "headquarters",
        "post",
        "relationship",
        "counterpart",
        "authority",
        "channel",
        "task",
        "duration",
        "process",
        "other",
    ]
    where: str
    """Keys in ``model.yaml``, joined by dots."""
    sentence: Both


class Contribution(BaseModel):
    """What one element adds to the difference between two options, over the same cases."""

    element: str
    """BPMN id; of a conference its id in the model."""
    kind: str
    """As in ``ElementTime``."""
    party: str
    """Whose it is; '' for conferences and messages."""
    process: str
    name: Both
    wait: float
    """Seconds a case by which the option differs from the baseline; negative: less."""
    work: float
    total: float
    ci95: list[float] | None
    """Of the total, from the replications."""
    clear: bool
    """The interval leaves out 0."""


class Explained(BaseModel):
    """Why a measure differs."""

    measure: str
    process: str
    mean: float | None
    """Option minus baseline, paired case by case."""
    ci95: list[float] | None
    contributions: list[Contribution]
    """On the way that leads to the end of the measure; together they are ``followed``. What adds less than a
    second is left out."""
    cases: int
    """That were followed on their way, in the first replications of the job."""
    followed: float | None
    """Option minus baseline over these cases."""
    sentences: list[Both]


class Explanation(BaseModel):
    """The difference between an option and the baseline, in the model and in its outcome."""

    option: str
    baseline: str
    changes: list[Change]
    measures: list[Explained]


class MeasureResult(BaseModel):
    """A measure under one option."""

    unit: str
    mean: float | None
    ci95: list[float] | None
    p50: float | None
    p90: float | None
    p95: float | None
    cases: int
    censored: int
    unfinished: int
    within_deadline: float | None


class PostResult(BaseModel):
    """A post under one option."""

    utilisation: float | None
    mean_wait: float | None
    mean_queue: float
    items: float
    left: float


class OptionResult(BaseModel):
    """Everything about one option."""

    measures: dict[str, MeasureResult]
    posts: dict[str, PostResult]
    cases: dict[str, float]
    events: int


class DifferenceResult(BaseModel):
    """A measure under an option against the baseline, case by case."""

    option: str
    baseline: str
    measure: str
    mean: float | None
    ci95: list[float] | None
    relative: float | None
    share_faster: float | None
    share_slower: float | None
    cases: int
    clear: bool
    verdict: Literal["faster", "slower", "no clear difference"]


class ReportResult(BaseModel):
    """A simulation, as ``renkei simulate --json`` and ``renkei compare --json`` print it."""

    model: str
    digest: str
    seed: int
    replications: int
    begins: str
    warmup: float
    horizon: float
    baseline: str
    options: dict[str, OptionResult]
    differences: list[DifferenceResult]
    findings: list[Finding]


class JobResult(BaseModel):
    """What a job has found out."""

    report: ReportResult
    kinds: list[Kind]
    """What each difference of the report amounts to, in its order, as the command line says it."""
    distributions: list[Distribution]
    heat: list[Heat]
    explanations: list[Explanation]
    """One for each option but the baseline; of a comparison only."""
    outline: Outline
    """Of the model that was simulated: names for all ids."""


class JobAsked(BaseModel):
    """What a job was asked for."""

    options: list[str]
    processes: list[str]
    replications: int | None
    seed: int
    days: float | None


class JobProblem(BaseModel):
    """Why a job failed."""

    code: str
    message: str
    facts: Both | None
    """The message in both languages; null where it is told in English only."""
    hint: str
    title: Both


class Job(BaseModel):
    """Work in the background."""

    id: str
    kind: Literal["simulate", "compare"]
    state: Literal["queued", "running", "finished", "failed", "cancelled"]
    by: str
    created: int
    begun: int | None
    ended: int | None
    progress: Progress
    asked: JobAsked
    digest: str
    """Of the files."""
    problems: list[JobProblem]


class JobWithResult(Job):
    """A job, and what it has found out once it is finished."""

    result: JobResult | None
