"""What a node answers when it will not do something: the rule, who could, and what is possible now.

Layer: runner (pure data). A refusal is an answer, not a failure: nothing was recorded.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from renkei.facts import Fact, Names, rule_name


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

    fact: Fact
    """What was asked and what stands against it."""
    rule: str = ""
    """The rule in the model or in the node, for example ``authorities.jpn-site-use`` or ``separation``."""
    could: tuple[str, ...] = ()
    """Posts that could do it."""
    possible: tuple[Possible, ...] = ()
    """What the asker can do now."""
    names: Names = field(default_factory=dict, compare=False, repr=False)
    """What the model calls the ids in it."""

    @property
    def code(self) -> str:
        """Stable rule code (RK5xx); ``renkei explain CODE`` tells more, in both languages."""
        return self.fact.code

    @property
    def message(self) -> str:
        """The fact in English, with ids for names."""
        return self.fact.message

    def to_dict(self) -> dict[str, object]:
        """Return the refusal as plain data, in both languages where it has words for people."""
        return {
            "code": self.code,
            "message": self.message,
            "facts": self.fact.both(self.names),
            "rule": self.rule,
            "rule_name": rule_name(self.rule, self.names),
            "could": list(self.could),
            "possible": [asdict(way) | {"name": self._name_of(way)} for way in self.possible],
        }

    def _name_of(self, way: Possible) -> dict[str, str] | None:
        found = self.names.get(way.target)
        return dict(found) if found else None


class RefusedError(Exception):
    """Carries a refusal out of the depth of a decision; never leaves the runner."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep the refusal."""
        self.refusal = refusal
        super().__init__(refusal.fact.key)
