"""What a node answers when it will not do something: the rule, who could, and what is possible now.

Layer: runner (pure data). A refusal is an answer, not a failure: nothing was recorded.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Possible:
    """Something that can be done now."""

    command: str
    """Type of the command, for example ``complete``."""
    target: str = ""
    """Task, item, attribute or matter it is about."""
    case: str = ""
    post: str = ""
    """Post that may give it; '' for the asker's own."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command is not carried out."""

    code: str
    """Stable rule code (RK5xx); ``renkei explain CODE`` tells more, in both languages."""
    message: str
    """What was asked and what stands against it, with the names in it."""
    rule: str = ""
    """The rule in the model or in the node, for example ``authorities.jpn-site-use`` or ``separation``."""
    could: tuple[str, ...] = ()
    """Posts that could do it."""
    possible: tuple[Possible, ...] = ()
    """What the asker can do now."""

    def to_dict(self) -> dict[str, object]:
        """Return the refusal as plain data."""
        return asdict(self)


class RefusedError(Exception):
    """Carries a refusal out of the depth of a decision; never leaves the runner."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the refusal."""
        self.refusal = refusal
        super().__init__(refusal.message)
