"""The model language, version 1, as data: what may stand in ``model.yaml``.

Layer: model (pure data, no numpy). Everything is a map keyed by id, so that patches and differences
stay readable. Rules that need more than one entry are in ``rules.py``; reading files is in ``load.py``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from renkei.model.values import Amount, Duration, Id, Seconds, Sourced, Strict, Text

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Source(Strict):
    """A publication that facts and numbers of the model are taken from."""

    title: Text
    publisher: str = ""
    date: str = ""
    where: str = ""
    """Page, section or identifier inside the publication, or its public address."""
    note: Text | None = None


class Party(Strict):
    """A sovereign: decides for itself, through its own posts and under its own law."""

    name: Text
    source: str | None = None


class Headquarters(Strict):
    """A place of work of one party, with the time zone its posts live in."""

    party: Id
    name: Text
    place: Text
    timezone: str
    """IANA name, for example ``Asia/Tokyo``."""
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    combined: bool = False
    """True where it commands forces of more than one party; needs a transfer of authority from each."""
    source: str | None = None


class Shift(Strict):
    """A span of hours on some days of the week, in local time of the headquarters."""

    days: tuple[Day, ...] = Field(min_length=1)
    begins: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    ends: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")
    """At or before ``begins`` means the next day."""
    seats: int | None = Field(default=None, ge=0, le=1000)
    """Seats filled in this shift; the post's ``seats`` where absent."""


class Calendar(Sourced):
    """Working hours: shifts by id, or none for round-the-clock; holidays by the name of a list."""

    shifts: dict[Id, Shift] = Field(default_factory=dict)
    holidays: Id | None = None


class HolidayList(Sourced):
    """Days on which the shifts of a calendar do not begin (local date -> name)."""

    dates: dict[date, Text]


class Post(Sourced):
    """A billet with seats: work queues here. A person assumes a seat; the model speaks of posts only."""

    headquarters: Id
    name: Text
    seats: int = Field(default=1, ge=0, le=1000)
    calendar: Id | None = None
    """An entry of ``calendars``; absent means round the clock."""
    deputies: tuple[Id, ...] = ()
    """Posts that take this post's work while it is off duty, in this order."""
    languages: tuple[str, ...] = ()
    off_duty: Literal["finish", "pause"] = "finish"
    """What happens to work begun when the shift ends: finished at once, or paused until the next shift."""


RelationshipKind = Literal[
    "cocom", "opcon", "tacon", "adcon", "support", "coordinating-authority", "dirlauth", "liaison"
]


class Transfer(Strict):
    """Transfer of authority by the owner of the forces: who signed, from when to when, in which limits."""

    by: Id
    """The party that owns the forces."""
    begins: AwareDatetime | None = None
    ends: AwareDatetime | None = None
    limits: Text | None = None


class Relationship(Strict):
    """A command or coordination relationship from one headquarters to another."""

    kind: RelationshipKind
    superior: Id
    """Headquarters that holds the relationship (for ``support`` the supported one)."""
    subordinate: Id
    begins: date | None = None
    ends: date | None = None
    transfer: Transfer | None = None
    source: str | None = None


class Counterpart(Strict):
    """Who speaks with whom on a matter: exactly one post of each party."""

    matter: Id
    posts: dict[Id, Id]
    """Party -> post."""
    source: str | None = None


class Matter(Strict):
    """Something that is decided: the dispatch for relief, the use of a site, a public statement."""

    name: Text


class Authority(Sourced):
    """A post may decide a matter, in the legal situations that ``when`` describes."""

    post: Id
    matter: Id
    when: str | None = None
    """Guard over case attributes; absent means in every situation."""
    timing: Literal["beforehand", "afterwards"] = "beforehand"
    within: Seconds | None = None
    """Deadline of an approval given afterwards."""
    form: Text | None = None
    """For example telephone round among ministers."""


class Attribute(Strict):
    """A property of a case with finitely many values, owned by the party that decides it."""

    party: Id
    values: tuple[str, ...] = Field(min_length=1, max_length=16)
    """At opening the first value holds, unless the contingency says otherwise."""
    name: Text | None = None


class Approval(Strict):
    """The task decides a matter for its post's party."""

    matter: Id
    granted: dict[Id, tuple[str, ...]] = Field(default_factory=dict)
    """Attribute that this task sets -> values that mean consent; empty: completing the task is consent."""


class Act(Strict):
    """The task moves forces, or uses what belongs to a party; it needs each named party's consent."""

    matter: Id
    needs: tuple[Id, ...] = ()
    """Parties whose consent it needs; absent means the party in whose pool the task stands."""


class Order(Strict):
    """The task gives an order on a matter to a headquarters."""

    matter: Id
    to: Id


class Label(Strict):
    """Confidentiality of what is sent: classification, releasable to, category."""

    classification: str
    releasable_to: tuple[Id, ...] = ()
    category: str | None = None


class Release(Strict):
    """The task decides that something with this label may be sent to these parties."""

    to: tuple[Id, ...]
    label: Label | None = None


class TaskBinding(Strict):
    """What a BPMN task means here: who does it, how long it takes, what it decides."""

    name: Text | None = None
    """Its name for people, where the diagram's is not enough (another language); so in the others below."""
    post: Id | None = None
    duration: Duration | None = None
    sets: dict[Id, dict[str, Amount]] = Field(default_factory=dict)
    """Attribute -> value -> probability; in a check every value with a probability above 0 is possible."""
    approves: Approval | None = None
    acts: Act | None = None
    ceases: Id | None = None
    """Matter on which the task ends what the party's forces do; an approval owed afterwards then lapses."""
    proposes: Id | None = None
    orders: Order | None = None
    releases: Release | None = None
    instances: int | None = Field(default=None, ge=1, le=8)
    """How many of a parallel multi-instance activity."""
    repeat: Amount | None = None
    """Probability that a loop activity runs once more."""


class FlowBinding(Strict):
    """When a sequence flow is taken: a guard, a probability, or both (guard first)."""

    name: Text | None = None
    when: str | None = None
    probability: Amount | None = None


class EventBinding(Strict):
    """Delay of a timer event, where the diagram does not hold it or another is wanted."""

    name: Text | None = None
    delay: Duration | None = None


class MessageBinding(Strict):
    """How a message flow travels, what it carries and how it is labelled."""

    name: Text | None = None
    channel: Id | None = None
    carries: tuple[Id, ...] = ()
    """Attributes whose value, as known to the sender, arrives with the message."""
    label: Label | None = None


class Conference(Strict):
    """One meeting held as one task in each of several pools: they start and end together."""

    tasks: tuple[str, ...] = Field(min_length=2)
    """BPMN ids of the tasks."""
    duration: Duration
    name: Text | None = None


class ProcessBinding(Strict):
    """A BPMN collaboration of the model and what its elements mean."""

    file: str
    """Path of the ``.bpmn`` file, relative to the model's folder."""
    name: Text
    pools: dict[str, Id] = Field(default_factory=dict)
    """BPMN participant id -> party."""
    tasks: dict[str, TaskBinding] = Field(default_factory=dict)
    flows: dict[str, FlowBinding] = Field(default_factory=dict)
    events: dict[str, EventBinding] = Field(default_factory=dict)
    messages: dict[str, MessageBinding] = Field(default_factory=dict)
    conferences: dict[Id, Conference] = Field(default_factory=dict)
    names: dict[str, Text] = Field(default_factory=dict)
    """Names for people of what has no entry of its own above: pools, lanes, gateways."""


class Outage(Sourced):
    """A channel fails and is repaired: mean times between failures and to repair, both exponential."""

    every: Seconds
    lasts: Seconds


class Channel(Strict):
    """A way for messages to go from one party to another."""

    name: Text
    delay: Duration | None = None
    outage: Outage | None = None
    calendar: Id | None = None
    """Hours in which the channel takes messages, in the time zone of ``headquarters``."""
    headquarters: Id | None = None
    ceiling: str | None = None
    """Highest classification it may carry."""
    languages: tuple[str, ...] = ()
    translation: Duration | None = None
    """Added where the posts at the two ends share no language."""


class Every(Strict):
    """Arrivals at a fixed interval, the first at ``first`` (or one interval after the start)."""

    interval: Seconds
    first: AwareDatetime | None = None


class Arrivals(Sourced):
    """When cases come: at random (Poisson), at a fixed interval, or at listed times."""

    poisson: Seconds | None = None
    """Mean time between arrivals."""
    every: Every | None = None
    at: tuple[AwareDatetime, ...] | None = Field(default=None, max_length=10000)


class Contingency(Strict):
    """Something that happens and opens a case of a process."""

    name: Text
    process: Id
    arrivals: Arrivals
    attributes: dict[Id, dict[str, Amount]] = Field(default_factory=dict)
    """Attribute -> value -> probability at opening; in a check every value of the domain is possible."""
    priority: dict[Literal["high", "normal", "low"], Amount] = Field(default_factory=dict)
    """Share of the cases of each priority; absent means all normal."""


class Moment(Strict):
    """A moment of a case: its opening, or the first completion of BPMN elements."""

    opened: bool = False
    all: tuple[str, ...] = ()
    """Reached when each of these elements has been completed once."""
    any: tuple[str, ...] = ()
    """Reached when one of these elements has been completed."""


class Measure(Strict):
    """A time that the simulation reports: from one moment of a case to another."""

    name: Text
    process: Id
    begins: Moment
    ends: Moment
    deadline: Seconds | None = None
    """Where given, the share of cases within it is reported too."""


class Option(Strict):
    """A variant of the arrangement: a JSON Merge Patch (RFC 7396) on the model."""

    name: Text
    note: Text | None = None
    source: str | None = None
    patch: dict[str, object] = Field(default_factory=dict)


class Phase(Strict):
    """An option with a date, or planned without one."""

    name: Text
    option: Id
    begins: date | None = None
    source: str | None = None


class Run(Strict):
    """Default settings of a simulation."""

    begins: AwareDatetime
    horizon: Seconds
    warmup: Seconds = 0.0
    replications: int = Field(default=100, ge=1, le=1_000_000)
    baseline: Id | None = None
    """Option that the others are compared with; the first where absent."""


class Model(Strict):
    """A whole model: sovereign parties and how they come to a joint decision."""

    renkei: Annotated[Literal[1], BeforeValidator(lambda version: None if version is True else version)]
    """Version of the language."""
    name: Text
    note: Text | None = None
    sources: dict[Id, Source] = Field(default_factory=dict)
    parties: dict[Id, Party] = Field(default_factory=dict)
    headquarters: dict[Id, Headquarters] = Field(default_factory=dict)
    calendars: dict[Id, Calendar] = Field(default_factory=dict)
    holidays: dict[Id, HolidayList] = Field(default_factory=dict)
    posts: dict[Id, Post] = Field(default_factory=dict)
    relationships: dict[Id, Relationship] = Field(default_factory=dict)
    matters: dict[Id, Matter] = Field(default_factory=dict)
    counterparts: dict[Id, Counterpart] = Field(default_factory=dict)
    authorities: dict[Id, Authority] = Field(default_factory=dict)
    attributes: dict[Id, Attribute] = Field(default_factory=dict)
    classifications: tuple[str, ...] = Field(default=(), max_length=32)
    """From lowest to highest."""
    channels: dict[Id, Channel] = Field(default_factory=dict)
    processes: dict[Id, ProcessBinding] = Field(default_factory=dict)
    contingencies: dict[Id, Contingency] = Field(default_factory=dict)
    measures: dict[Id, Measure] = Field(default_factory=dict)
    options: dict[Id, Option] = Field(default_factory=dict)
    phases: dict[Id, Phase] = Field(default_factory=dict)
    run: Run | None = None
