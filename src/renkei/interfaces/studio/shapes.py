"""What the studio answers: the shapes of models, checks and adoptions.

Layer: interfaces. Times are seconds, moments whole microseconds since 1970 (UTC).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.words import NamedShown


class ModelEntry(BaseModel):
    """A model that can be opened in the studio."""

    id: str
    """To open it: ``in-use``, ``library.NAME``, ``vN`` of a version saved here, or the digest of a model."""
    kind: Literal["in-use", "library", "version", "kept"]
    """``kept``: the node has or had it in use, or could adopt it."""
    name: Both
    digest: str
    """By which it is adopted; '' where it cannot be read as a model."""
    option: str = ""
    """Of the model in use."""
    saved: int | None = None
    by: str = ""
    note: str = ""
    base: str = ""
    """Id of what it was made from."""
    bytes: int
    available: bool
    """The node keeps it, so it can be adopted."""
    in_use: bool


class OpenedModel(BaseModel):
    """A model with its files."""

    entry: ModelEntry
    files: dict[str, str]
    """Path in the model's folder -> text."""


class ProblemAnswer(BaseModel):
    """One thing that is wrong, or doubtful, and where."""

    code: str
    severity: Literal["error", "warning"]
    file: str
    line: int
    """Counted from 1; 0 where a problem has no line."""
    column: int
    end_line: int
    end_column: int
    """One after the last sign; 0 where that is not known."""
    message: str
    """What was found, in English."""
    facts: Both | None
    """The same in both languages; null where it is told in English only."""
    hint: str
    title: Both
    cause: Both
    remedy: Both


class OutlineElement(BaseModel):
    """An element of a drawing that people work on or that a token passes."""

    id: str
    kind: Literal["task", "event", "gateway", "subprocess", "flow", "message"]
    type: str
    """For example ``user``, ``exclusive``, ``boundary``."""
    name: Both
    post: str
    line: int


class OutlinePool(BaseModel):
    """A pool of a drawing and whose it is."""

    id: str
    party: str
    name: Both


class OutlineProcess(BaseModel):
    """A process as it stands without any option."""

    id: str
    name: Both
    file: str
    pools: list[OutlinePool]
    elements: list[OutlineElement]


class OutlinePost(NamedShown):
    """A post."""

    party: str
    headquarters: str
    options: list[str]
    """Options under which there is this post; '' for the model as it stands."""


class OutlineOption(NamedShown):
    """An option."""

    note: Both
    line: int
    processes: dict[str, str]
    """Process -> the file that draws it under this option."""


class OutlinePhase(NamedShown):
    """An option with a date, or planned without one."""

    option: str
    begins: str
    """ISO date, '' where there is none."""


class OutlineMeasure(NamedShown):
    """A time that a simulation reports."""

    process: str
    deadline: float | None


class OutlineContingency(NamedShown):
    """What opens cases of a process."""

    process: str


class OutlineRun(BaseModel):
    """What a simulation does unless it is asked for something else."""

    begins: str
    days: float
    warmup_days: float
    replications: int
    baseline: str


class Outline(BaseModel):
    """What a model consists of."""

    name: Both
    note: Both
    parties: list[NamedShown]
    posts: list[OutlinePost]
    processes: list[OutlineProcess]
    options: list[OutlineOption]
    phases: list[OutlinePhase]
    measures: list[OutlineMeasure]
    contingencies: list[OutlineContingency]
    run: OutlineRun | None


class Token(BaseModel):
    """Tokens on one element or flow of the drawing."""

    element: str
    """Id of the flow, message flow, activity or event; of a process that may start (``ready``) its own."""
    drawn: list[str]
    """Where it is drawn: the element, the starts of a process that may start, nothing for the opening."""
    kind: Literal["flow", "message", "active", "end", "ready", "opening", "plain"]
    """flow: on a sequence flow. message: on a message flow, sent and not yet received. active: inside an
    activity. end: arrived at an end event. ready: before a start. opening: the case is being opened."""
    count: int


class Consent(BaseModel):
    """A consent in force, or one that is still owed."""

    matter: str
    party: str
    kind: Literal["approval", "obligation"]


class Fact(BaseModel):
    """A value of an attribute that a party knows."""

    party: str
    attribute: str
    value: str


class Standing(BaseModel):
    """Where everything stands at one moment of a path."""

    tokens: list[Token]
    consents: list[Consent]
    facts: list[Fact]


class PathStep(BaseModel):
    """One firing of a counter-example."""

    number: int
    transition: str
    """Its name in the net."""
    element: str
    """BPMN id; '' for the opening of the case."""
    elements: list[str]
    """All that is to be marked: the element, tasks of its conference, and the flows that were chosen."""
    name: Both
    step: str
    """What happens to the element: starts, completes, catches, chooses, ..."""
    party: str
    post: str
    who: Both
    outcome: dict[str, str]
    sentence: Both
    after: Standing
    line: int


class CounterExample(BaseModel):
    """The shortest way to a failure, step by step."""

    id: str
    process: str
    finding: str
    """Rule code of what it shows."""
    before: Standing
    """Where everything stands before the first step."""
    steps: list[PathStep]
    conclusion: list[Both]
    about: list[Token]
    """The tokens that the finding is about."""


class Verdict(BaseModel):
    """What was found out about one property of one process under one option."""

    process: str
    property: Literal["safe", "sound", "sound-relaxed", "consent"]
    scope: str
    """The process; for ``consent`` the party whose consent is meant."""
    option: str
    """'' where the model has no options."""
    verdict: Literal["holds", "fails", "unknown"]
    """``unknown``: the search was cut short."""
    code: str
    title: Both
    """Of the code; '' where the property holds."""
    states: int
    seconds: float
    dead: list[str]
    """Elements that can never happen, where that is why it fails."""
    counterexample: str
    """Id of one of the counter-examples, '' where there is none."""


class CheckAnswer(BaseModel):
    """What a check of the files found out."""

    usable: bool
    """The files are a model: it has no problem that is an error."""
    digest: str
    seconds: float
    """Of work; waiting for others not counted."""
    complete: bool
    holds: bool
    problems: list[ProblemAnswer]
    outline: Outline | None
    table: list[Verdict]
    counterexamples: list[CounterExample]


class RunningCases(BaseModel):
    """Cases that are under way, by the model they run on."""

    digest: str
    option: str
    cases: list[str]


class AdoptCheck(BaseModel):
    """What adopting a version would mean; nothing has been adopted."""

    digest: str
    option: str
    adoptable: bool
    """The node can adopt it now, by the command in ``command``."""
    available: bool
    """The node keeps it; it does once an administrator has asked for this."""
    usable: bool
    holds: bool
    """Every property that is checked holds under the option."""
    problems: list[ProblemAnswer]
    failures: list[Verdict]
    in_use: bool
    running: list[RunningCases]
    """These finish on the model they were opened under."""
    lost_posts: list[str]
    """Own posts that somebody holds and that the version does not have."""
    new_posts: list[str]
    partners: list[str]
    """Parties whose nodes need the same version: what is opened on it waits until they have adopted it."""
    sentences: list[Both]
    command: dict[str, str] = Field(description="For /commands, by an administrator who holds a post.")
