"""A node as its administrators see it, as it is documented.

Layer: interfaces.
"""

from __future__ import annotations

from renkei.interfaces.http.shown.words import Moment, Shown


class KeysShown(Shown):
    """What proves that a log and a line are a party's; all of it is public."""

    party: str
    key: str
    """Public key of its log, as a line; '' where none is known."""
    certificate: str
    """What it shows on the link, as PEM; '' where none is known."""
    pin: str
    """Pin of the certificate: short enough to read it out on the telephone."""


class OwnKeys(KeysShown):
    """The keys of this node."""

    file: str
    """What partners have to know of this node, as a file to hand over."""


class PeerKeys(KeysShown):
    """The keys that this node takes for a partner's."""

    address: str
    """Where the partner's node listens; '' where bundles are carried."""


class NodeIdentity(Shown):
    """Who this node is, and whose keys it trusts."""

    own: OwnKeys
    peers: list[PeerKeys]


class NodeFigures(Shown):
    """How the node is, in numbers."""

    running: bool
    """Commands are taken."""
    numbers: dict[str, float]
    """Name, as in the metrics, and value."""


class BackupKept(Shown):
    """A copy of the log in the node's own folder."""

    id: str
    """The same as ``name``."""
    name: str
    bytes: int
    made: Moment
