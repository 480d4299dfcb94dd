"""What a verification found out: each thing that is wrong with a log, and where.

Layer: log (pure data).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

MAX_FINDINGS = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    code: str
    """Rule code, for example ``RK625``; ``renkei explain CODE`` tells more."""
    message: str
    first: int
    """Number of the first entry that it is about; of a released log, where ``partner`` is not ''."""
    last: int
    """Number of the last one; 0, as ``first``, where it is about the whole log."""
    partner: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return the finding as the object that ``--json`` prints."""
        return asdict(self)

    def __str__(self) -> str:
        """Return the finding as ``LOG: CODE message``; the message names the place."""
        return f"{f'released to {self.partner}: ' if self.partner else ''}{self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class TreeSummary:
    """How much of one tree is proven."""

    origin: str
    entries: int
    """Entries that are there."""
    sealed: int
    """Entries up to the last checkpoint that was good."""
    proven: int
    """Entries from the first one on that are proven to be what was signed."""
    checkpoints: int
    """Checkpoints that were good."""
    witnessed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Trusted witness -> size of the largest checkpoint that it cosigned, and when (microseconds)."""

    def to_dict(self) -> dict[str, object]:
        """Return the summary as the object that ``--json`` prints."""
        seen = {name: {"size": size, "at": moment} for name, (size, moment) in self.witnessed.items()}
        return {**asdict(self), "witnessed": seen}


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What a verification found out."""

    party: str
    """Whose log it is."""
    log: TreeSummary
    released: dict[str, TreeSummary]
    """Partner -> what was released to it."""
    findings: tuple[Finding, ...]
    hidden: int = 0
    """How many further findings are not listed."""

    @property
    def holds(self) -> bool:
        """Return whether everything that was signed is there as it was signed, and nothing else is wrong.

        Entries after the last checkpoint (``log.entries - log.sealed``) are not covered by it.
        """
        return not self.findings

    def to_dict(self) -> dict[str, object]:
        """Return the report as the object that ``--json`` prints."""
        return {
            "party": self.party,
            "holds": self.holds,
            "log": self.log.to_dict(),
            "released": {partner: summary.to_dict() for partner, summary in self.released.items()},
            "findings": [finding.to_dict() for finding in self.findings],
            "hidden": self.hidden,
        }


def spell(first: int, last: int) -> str:
    """Return a range of entries in words."""
    return f"entry {first}" if first == last else f"entries {first}-{last}"
