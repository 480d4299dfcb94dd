"""The model in use, as it is documented.

Layer: interfaces.
"""

from __future__ import annotations

from typing import Literal

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.words import NamedShown, Shown


class PartyShown(NamedShown):
    """A sovereign."""

    own: bool


class Position(Shown):
    """A place on the map, in degrees, to two decimals."""

    lat: float
    lon: float


class HeadquartersShown(NamedShown):
    """A place of work of one party."""

    party: str
    place: Both
    timezone: str
    """IANA name."""
    position: Position | None
    """None where it has no one place."""
    combined: bool
    """It commands forces of more than one party."""
    source: str | None


class PostShown(NamedShown):
    """A billet with seats."""

    headquarters: str
    party: str
    seats: int
    deputies: list[str]
    calendar: str | None
    """None for round the clock."""
    languages: list[str]
    off_duty: Literal["finish", "pause"]
    """What happens to work begun when the shift ends."""


class TransferShown(Shown):
    """Who transferred authority, from when to when, in which limits."""

    by: str
    begins: str | None
    """ISO moment."""
    ends: str | None
    limits: Both | None


class RelationshipShown(Shown):
    """A command or coordination relationship between two headquarters."""

    id: str
    kind: Literal[
        "cocom", "opcon", "tacon", "adcon", "support", "coordinating-authority", "dirlauth", "liaison"
    ]
    superior: str
    subordinate: str
    begins: str | None
    """ISO date."""
    ends: str | None
    transfer: TransferShown | None
    """Transfer of authority by the owner of the forces; None where there is none."""
    source: str | None


class MatterShown(NamedShown):
    """Something that is decided."""

    counterparts: dict[str, str]
    """Party -> post that speaks on it."""


class CounterpartShown(Shown):
    """Who speaks with whom on a matter."""

    id: str
    matter: NamedShown
    posts: dict[str, str]
    """Party -> post."""


class ShiftShown(Shown):
    """A span of hours on some days of the week, in local time."""

    id: str
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    begins: str
    ends: str
    """At or before ``begins`` means the next day."""
    seats: int | None
    """Seats filled; None for those of the post."""


class CalendarShown(Shown):
    """Working hours; no shifts mean round the clock."""

    id: str
    shifts: list[ShiftShown]
    holidays: str | None


class HolidayShown(Shown):
    """A day on which shifts do not begin."""

    date: str
    name: Both


class HolidaysShown(Shown):
    """A list of holidays."""

    id: str
    dates: list[HolidayShown]


class OptionShown(NamedShown):
    """A variant of the arrangement."""

    note: Both | None


class PhaseShown(NamedShown):
    """An option with a date, or planned without one."""

    option: str
    begins: str | None
    """ISO date."""


class LabelRules(Shown):
    """What labels may name, and which rules bind them."""

    owner: str
    classifications: list[str]
    """From low to high."""
    lowest: str
    """Leaves without a release decision."""
    parties: list[str]
    """Partners that something may be releasable to."""
    categories: list[str]
    """Those that the model names; others may be written too."""
    ceiling: str | None
    """Highest classification that any channel may carry; None for no limit."""
    channels: dict[str, str | None]
    """Channel -> its ceiling."""


class AttributeShown(NamedShown):
    """A property of a case with finitely many values."""

    party: str
    """Party that decides it."""
    values: list[str]


class OutageShown(Shown):
    """How often a channel fails, and for how long; seconds on average."""

    every: float
    lasts: float


class ChannelShown(NamedShown):
    """A way for messages to go from one party to another."""

    ceiling: str | None
    """Highest classification that it may carry; None for any."""
    delay: float | None
    """Seconds on average; None for none."""
    outage: OutageShown | None
    calendar: str | None
    headquarters: str | None
    """Whose time zone its calendar is in."""
    languages: list[str]


class ConferenceShown(NamedShown):
    """A meeting that several pools hold."""

    tasks: list[str]


class ElementShown(NamedShown):
    """An element of a drawing."""

    kind: Literal["task", "event", "gateway", "subprocess"]
    type: str
    """Kind of task, event or gateway, for example ``user``, ``start``, ``exclusive``."""
    post: str | None
    party: str
    """'' where its pool is no party's."""


class ProcessShown(NamedShown):
    """A process and what is drawn of it."""

    parties: list[str]
    takes_part: bool
    """Whether the own party does."""
    pools: dict[str, str]
    """BPMN participant -> party."""
    conferences: list[ConferenceShown]
    elements: list[ElementShown]
    flows: list[NamedShown]
    """Sequence flows and message flows."""
    lanes: list[NamedShown]
    """Pools and lanes."""


class ContingencyShown(NamedShown):
    """Something that happens and opens a case."""

    process: str


class ModelView(Shown):
    """The model in use, with names in both languages."""

    name: Both
    digest: str
    option: str
    """'' for the model as written."""
    party: str
    """The own party."""
    options: list[OptionShown]
    phases: list[PhaseShown]
    parties: list[PartyShown]
    headquarters: list[HeadquartersShown]
    posts: list[PostShown]
    relationships: list[RelationshipShown]
    counterparts: list[CounterpartShown]
    calendars: list[CalendarShown]
    holidays: list[HolidaysShown]
    matters: list[MatterShown]
    attributes: list[AttributeShown]
    classifications: list[str]
    """From low to high."""
    labels: LabelRules
    channels: list[ChannelShown]
    processes: list[ProcessShown]
    contingencies: list[ContingencyShown]
