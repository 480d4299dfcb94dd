"""A path: firings from the initial marking, as a counter-example, a simulated run or a log tells them.

Layer: net. A path holds what happened, not prose; ``told`` says it in words, in English or Japanese.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from renkei.errors import InternalError
from renkei.net.game import fire, is_enabled
from renkei.net.marking import left_over
from renkei.net.tables import Net, Place, Transition
from renkei.net.words import conclusion_words, step_words, token_words


@dataclass(frozen=True, slots=True)
class Step:
    """One firing."""

    transition: Transition
    name: str
    """Name of the element as drawn, or its id."""
    line: int


@dataclass(frozen=True)
class Path:
    """Firings from the initial marking, the marking they lead to, and what that shows."""

    net: Net
    firings: tuple[int, ...]
    """Indices of transitions."""
    finding: str = ""
    """Code of what the path shows, for example ``RK301``; '' for a plain path."""
    tokens: tuple[tuple[Place, int], ...] = ()
    """Places, with their tokens, that the finding is about."""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Id -> language -> name, for parties, posts, matters and elements."""
    posts: Mapping[str, str] = field(default_factory=dict)
    """Task -> post."""

    @classmethod
    def from_firings(cls, net: Net, firings: Iterable[int], finding: str = "") -> Path:
        """Return the path of ``firings``, with what is left over at its end.

        Raises:
            InternalError: One of the firings is not enabled where it stands.
        """
        path = cls(net, tuple(firings), finding)
        return cls(net, path.firings, finding, tuple(left_over(net, path.marking())))

    def marking(self) -> tuple[int, ...]:
        """Return the marking at the end; replays every firing by the plain game."""
        marking = self.net.initial
        for number, index in enumerate(self.firings):
            transition = self.net.transitions[index]
            if not is_enabled(marking, transition):
                raise InternalError(f"step {number + 1} of a path, {transition.name}, is not enabled")
            marking = fire(marking, transition)
        return marking

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the firings with the names and lines of their elements."""
        transitions = (self.net.transitions[index] for index in self.firings)
        return tuple(
            Step(t, self.net.names.get(t.element, t.element), self.net.lines.get(t.element, 0))
            for t in transitions
        )

    def told(self, language: str = "en") -> list[str]:
        """Return the path as sentences, one a step, and what it shows at the end."""
        sentences = [self._sentence(step, language) for step in self.steps]
        ends = [token_words(self.net, place, count, self.labels, language) for place, count in self.tokens]
        return [*sentences, *conclusion_words(self.finding, ends, language)]

    def _sentence(self, step: Step, language: str) -> str:
        return step_words(self.net, step.transition, self.labels, self.posts, language)

    def to_dict(self) -> dict[str, object]:
        """Return the path as the object that ``--json`` prints."""
        return {
            "finding": self.finding,
            "steps": [self._step_dict(number, step) for number, step in enumerate(self.steps, 1)],
            "tokens": [
                {"place": place.name, "kind": place.kind, "element": place.element, "count": count}
                for place, count in self.tokens
            ],
            "told": {language: self.told(language) for language in ("en", "ja")},
        }

    def _step_dict(self, number: int, step: Step) -> dict[str, object]:
        transition = step.transition
        return {
            "number": number,
            "transition": transition.name,
            "element": transition.element,
            "name": step.name,
            "step": transition.step,
            "party": transition.party,
            "process": transition.process,
            "post": self.posts.get(transition.element, ""),
            "flows": list(transition.flows),
            "outcome": {attribute: value for attribute, value in transition.outcome if attribute},
            "line": step.line,
        }


def with_labels(path: Path, labels: Mapping[str, Mapping[str, str]], posts: Mapping[str, str]) -> Path:
    """Return ``path`` with the names that a model gives to ids."""
    return Path(path.net, path.firings, path.finding, path.tokens, labels, posts)


def elements_of(path: Path) -> Sequence[str]:
    """Return the elements that a path passes, in order, for marking a drawing."""
    return [step.transition.element for step in path.steps if step.transition.element]
