"""Working hours and where somebody stands, as they are documented.

Layer: interfaces.
"""

from __future__ import annotations

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.words import Moment, NamedShown, Shown


class TimeSpan(Shown):
    """A span of time, its end not included."""

    begins: Moment
    ends: Moment


class OnDuty(NamedShown):
    """When somebody is on duty: the hours of the model, whether or not a seat is taken."""

    on_duty: list[TimeSpan]


class PlaceOnDuty(OnDuty):
    """A headquarters is on duty while one of its posts is."""

    party: str
    timezone: str


class PostOnDuty(PlaceOnDuty):
    """A post."""

    headquarters: str


class CounterpartHours(Shown):
    """When the posts that speak with one another on a matter are all on duty."""

    id: str
    matter: NamedShown
    posts: dict[str, str]
    """Party -> post."""
    overlap: list[TimeSpan]


class Hours(Shown):
    """Who is on duty when, on one day, and where that overlaps."""

    day: str
    timezone: str
    """In which the day begins and ends."""
    begins: Moment
    ends: Moment
    parties: list[OnDuty]
    headquarters: list[PlaceOnDuty]
    posts: list[PostOnDuty]
    overlap: list[TimeSpan]
    """When somebody of every party is on duty."""
    counterparts: list[CounterpartHours]


class PartyClock(NamedShown):
    """The time zones of a party's headquarters."""

    own: bool
    timezones: list[str]
    """IANA names, that of most headquarters first."""


class HighestRelease(Shown):
    """How high a post may label what leaves for a partner without another's decision."""

    partner: str
    classification: str | None
    marking: str


class SeatHeld(NamedShown):
    """A post that the person holds."""

    headquarters: str
    headquarters_name: Both
    timezone: str
    releases: list[HighestRelease]
