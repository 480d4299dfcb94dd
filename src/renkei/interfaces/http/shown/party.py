"""Posts, links and what is done with bundles and backups, as it is documented.

Layer: interfaces.
"""

from __future__ import annotations

from renkei.interfaces.http.shapes import Both
from renkei.interfaces.http.shown.words import Moment, NamedShown, Shown


class PostView(Shown):
    """An own post: its seats, who holds them, whether it is on duty, who stands in."""

    id: str
    post: str
    """The same as ``id``."""
    name: Both
    headquarters: str
    headquarters_name: Both
    party: str
    timezone: str
    """IANA name."""
    seats: int
    holders: list[str]
    free: int
    calendar: str | None
    """None for round the clock."""
    on_duty: bool
    manned: bool
    """On duty, and somebody holds a seat."""
    deputies: list[NamedShown]
    languages: list[str]


class LinkView(Shown):
    """Where the link to a partner stands."""

    id: str
    partner: str
    """The same as ``id``."""
    released: int
    """Entries released to it."""
    received: int
    """Entries of its released log that arrived."""
    acknowledged: int
    """Entries released to it that it co-signed."""
    unacknowledged: int
    acknowledged_at: Moment | None
    received_at: Moment | None
    last_contact: Moment | None
    sealed: str
    """Its latest checkpoint (a signed note) that holds for what arrived; '' for none."""
    cosigned: str
    """The latest checkpoint of what was released to it, with its co-signature; '' for none."""
    forked: str | None
    """In what ways two histories were signed, by the partner or (``disowned``) by this party."""
    held: int
    """What waits for a release decision to it."""
    bytes_sent: int
    """Bytes of entries and files that went over the line since this node started."""
    bytes_received: int
    """Bytes of entries and files that came over the line since this node started."""
    trouble: str | None
    """Why the line is down; None while it is not, or where there is none."""


class BackedUp(Shown):
    """A copy of the log."""

    path: str
    entries: int


class BroughtIn(Shown):
    """What came of a partner's bundle."""

    partner: str
    new: int
    received: int
    acknowledged: int
    files_new: int
    """Files that were missing and came in the bundle."""
    files_refused: list[str]
    """Files in the bundle that are not kept: name, digest and why (`size`, `kind`, `room`, `digest`)."""
    files_missing: list[str]
    """Files that its entries name and that are not here: name and digest."""
