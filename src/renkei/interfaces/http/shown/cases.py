"""Cases as they are documented: the list, one case, its timeline, its forecast.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Literal

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.held import HeldRelease
from renkei.interfaces.http.shown.items import ConferenceState, ItemLine
from renkei.interfaces.http.shown.times import DueItem, MeasureDeadline, Obligation, Timer
from renkei.interfaces.http.shown.words import (
    AnyEvent,
    Finding,
    Moment,
    NamedShown,
    OfCase,
    RefusalShown,
    Shown,
    left_out,
)
from renkei.interfaces.http.shown.work import Work


class CaseLine(OfCase):
    """A case in brief."""

    id: str
    contingency: str
    """'' for one that was opened by hand."""
    contingency_name: Both | None
    origin: str
    """Party that opened it."""
    parties: list[str]
    """Partners that take part."""
    opened: Moment
    closed: Moment | None
    early: bool
    """It was closed before its process was over."""
    is_open: bool
    digest: str
    """Of the model that it follows."""
    option: str


class TokenShown(Shown):
    """Where the case stands on the drawing."""

    id: str
    place: str
    kind: Literal["flow", "active", "end", "message", "ready"]
    element: str
    """BPMN id."""
    name: Both
    count: int
    party: str
    reserved: bool
    """Held by a conference until all sides have said that it began, or ended."""


class DoneElement(Shown):
    """An element that was completed, and when for the first time."""

    element: str
    name: Both
    at: Moment


class AuthorityShown(Shown):
    """A rule by which a post may decide a matter."""

    rule: str
    post: str
    post_name: Both
    when: str | None
    """Condition on the attributes of the case; None for in every situation."""
    timing: Literal["beforehand", "afterwards"]
    within: float | None
    """Seconds for an approval given afterwards."""
    form: Both | None
    source: str | None


class Taken(Shown):
    """A step that decided something."""

    id: str
    element: str
    name: Both
    at: Moment
    post: str | None
    outcome: dict[str, str]
    flows: list[NamedShown]
    matter: NamedShown | None
    consents: bool | None
    """Whether consent was given; None where the step decides no matter."""
    rules: list[str]


class Undecided(Shown):
    """A matter that an own task decides and that is not consented to."""

    id: str
    task: str
    name: Both
    post: str
    matter: NamedShown
    waits: bool
    """The task can be done now."""
    denied: bool
    authorities: list[AuthorityShown]
    posts: list[str]
    """Own posts with authority over it."""


class Decisions(Shown):
    """What was decided in a case, and what is open."""

    taken: list[Taken]
    open: list[Undecided]


class ConsentShown(Shown):
    """The consent of a party, as far as is known here."""

    id: str
    matter: str
    name: Both
    party: str
    own: bool
    in_force: bool
    withdrawn: bool


class AttributeValue(Shown):
    """What the own party knows of an attribute of a case."""

    id: str
    attribute: str
    name: Both
    owner: str
    """Party that decides it."""
    value: str | None
    """None while it is not known here."""
    values: list[str]


class ConferenceOfCase(Shown):
    """A conference of the model, or one called on another subject."""

    id: str
    name: Both
    parties: list[NamedShown]
    posts: list[str]
    """Own posts whose task it is."""
    own_side_ready: bool
    held_now: bool
    item: str | None
    """The invitation; None while nobody has called it."""
    state: ConferenceState | None


class CaseAction(Shown):
    """Something that can be done in a case: by which own posts, else why not and who could."""

    id: str
    command: str
    target: str
    """Task, gateway, attribute, event or item."""
    item: str = left_out()
    """Left out for a step of the process."""
    name: Both
    posts: list[str]
    """Own posts that may do it now."""
    refusal: RefusalShown | None
    could: list[str]


class CaseView(CaseLine):
    """A case: where it stands, what was decided, what is open, and what each own post can do."""

    tokens: list[TokenShown]
    done: list[DoneElement]
    decisions: Decisions
    consents: list[ConsentShown]
    attributes: list[AttributeValue]
    work: list[Work]
    conferences: list[ConferenceOfCase]
    items: list[ItemLine]
    held: list[HeldRelease]
    timers: list[Timer]
    measures: list[MeasureDeadline]
    obligations: list[Obligation]
    due: list[DueItem]
    actions: list[CaseAction]


class Correction(Shown):
    """What is right where an entry is wrong."""

    seq: int
    text: str
    at: Moment
    person: str


class ReleasedAs(Shown):
    """How an entry was released to a partner."""

    partner: str
    number: int
    rule: str
    """Why it might leave."""
    rule_name: Both | None
    """The same in words; None where only its code is known."""
    acknowledged: Moment | None
    """When the partner co-signed it; None while it has not."""


class TimelineEntry(Shown):
    """An entry of the log about a case, with who asserts what about its moments."""

    id: str
    seq: int
    event: str
    """Name and version, for example ``case.opened/1``."""
    data: AnyEvent
    recorded: Moment
    """When this node recorded it, as this node asserts."""
    happened: Moment | None
    """When it happened, as whoever recorded it asserts; None for at the same moment."""
    late: bool
    person: str
    post: str
    party: str
    """Party that asserts it."""
    note: str
    received: Moment | None
    """When it arrived here; None for the own party's."""
    said_at: Moment | None
    """When the partner recorded it, as the partner asserts."""
    released: ReleasedAs | None
    corrections: list[Correction]


class TokenThen(Shown):
    """Where a case stood on its drawing."""

    element: str
    """BPMN id."""
    kind: Literal["flow", "active", "end", "message", "ready"]
    party: str
    count: int


class PastStep(Shown):
    """A step of a case, and where everything stood after it."""

    id: str
    seq: int
    at: Moment
    """When it happened, as whoever recorded it asserts."""
    late: bool
    person: str
    post: str
    fired: list[str]
    """BPMN ids: the element, the tasks of its conference, the flows that were taken."""
    text: Both
    tokens: list[TokenThen]


class Percentile(Shown):
    """A percentile with its interval of 95 %; None for beyond the horizon."""

    value: float | None
    ci95: list[float | None]


class Miss(Shown):
    """How likely a deadline is to pass before the end of its measure."""

    probability: float
    ci95: list[float]


class Bottleneck(Shown):
    """Where waiting on the way to an end takes place."""

    kind: Literal["post", "channel", "conference", "timer"]
    id: str
    share: float
    """Of all waiting on the way there."""
    seconds: float


class Prospect(Shown):
    """What remains until the end of a measure, or until a case is over, in seconds from now."""

    unit: Literal["s"]
    p50: Percentile
    p90: Percentile
    reached: bool
    """Already: nothing remains."""
    without: float
    """Share of replications in which the case is over without this end."""
    censored: float
    """Share of replications without the end at the horizon."""
    due: float | None
    """When the deadline passes; None without a deadline, or before it has begun."""
    missed: Miss | None
    """None without a deadline."""
    bottleneck: Bottleneck | None
    waiting: list[Bottleneck]
    """The largest first."""


class CaseForecast(Shown):
    """What is to be expected of a case."""

    id: str
    process: str
    over: Prospect
    measures: dict[str, Prospect]
    """Measure -> what remains until its end."""
    overdue: list[str]
    """Elements that have lasted longer than the model allows."""


class ForecastView(Shown):
    """What the simulator expects of a running case."""

    moment: str
    """ISO 8601, UTC."""
    seed: int
    replications: int
    horizon: float
    """Seconds that are looked ahead."""
    arrivals: bool
    findings: list[Finding]
    case: CaseForecast
    beside: int
    """Other running cases that were simulated with it."""
    certain: bool
    """Whether the own party knows where the others stand."""
