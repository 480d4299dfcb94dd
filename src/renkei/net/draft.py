"""A net under construction: parts of transitions that are joined, and places made on first use.

Layer: net. Invariant: names are unique, and places and transitions keep the order in which they were
made, so the same input gives the same net on every machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from renkei.errors import InputError, InternalError
from renkei.facts import Fact, problem_of
from renkei.net.tables import Net, Place, PlaceKind, Timing, Transition


@dataclass(frozen=True, slots=True)
class Part:
    """Some arcs of a transition. Parts are joined with ``+``; ``take`` and ``give`` are multisets."""

    take: tuple[int, ...] = ()
    give: tuple[int, ...] = ()
    inhibit: tuple[int, ...] = ()
    any_of: tuple[int, ...] = ()
    clear: tuple[int, ...] = ()
    needs: tuple[int, ...] = ()
    flows: tuple[str, ...] = ()
    outcome: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Part) -> Part:
        """Return a part with the arcs of both."""
        return Part(
            self.take + other.take,
            self.give + other.give,
            self.inhibit + other.inhibit,
            self.any_of + other.any_of,
            self.clear + other.clear,
            self.needs + other.needs,
            self.flows + other.flows,
            self.outcome + other.outcome,
        )


NOTHING = Part()
Arcs = tuple[tuple[int, int], ...]

READ_KINDS = frozenset({"attribute", "approval"})
"""Kinds of places that hold at most one token and are read by taking it and giving it back."""

MAX_ALTERNATIVES = 4096
"""Most transitions that one occurrence may be unfolded into."""
MAX_PLACES = 20_000
MAX_TRANSITIONS = 50_000
"""Sizes beyond which a net is refused: drawings that call each other can unfold without measure."""


def products(*alternatives: Iterable[Part]) -> list[Part]:
    """Return every way to take one part of each list, joined.

    Raises:
        InputError: There are more than ``MAX_ALTERNATIVES``.
    """
    joined = [NOTHING]
    for choices in alternatives:
        listed = list(choices)
        check_alternatives(len(joined) * len(listed))
        joined = [part + choice for part in joined for choice in listed]
    return joined


def check_alternatives(count: int) -> None:
    """Refuse to unfold one occurrence into more than ``MAX_ALTERNATIVES`` transitions."""
    if count > MAX_ALTERNATIVES:
        raise _too_large(Fact("RK258.alternatives", count=count, most=MAX_ALTERNATIVES))


def _too_large(fact: Fact) -> InputError:
    hint = "Attributes read together, gateways with many flows and processes that call others multiply."
    return InputError([problem_of(fact, f"{hint} Read fewer at once, or make the drawing smaller.")])


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the transitions of one group share: the element, what happens to it, and when."""

    element: str
    step: str
    timing: Timing = "now"
    party: str = ""
    process: str = ""
    members: tuple[str, ...] = ()


@dataclass
class Draft:
    """Places and transitions so far."""

    places: list[Place] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    _index: dict[str, int] = field(default_factory=dict)
    _names: Counter[str] = field(default_factory=Counter)
    _groups: int = 0

    def place(
        self, kind: PlaceKind, key: str, element: str, *, party: str = "", process: str = "", initial: int = 0
    ) -> int:
        """Return the index of the place ``kind:key``, made on first use."""
        name = f"{kind}:{key}"
        if name not in self._index:
            if len(self.places) >= MAX_PLACES:
                raise _too_large(Fact("RK258.places", most=MAX_PLACES))
            self._index[name] = len(self.places)
            self.places.append(Place(name, kind, element, party, process, initial))
        return self._index[name]

    def group(self, occasion: Occasion, parts: Iterable[Part]) -> None:
        """Add one transition for each part; together they are the alternatives of one occurrence."""
        for part in parts:
            if len(self.transitions) >= MAX_TRANSITIONS:
                raise _too_large(Fact("RK258.transitions", most=MAX_TRANSITIONS))
            self.transitions.append(self._transition(occasion, part))
        self._groups += 1

    def forget_names(self) -> None:
        """Begin naming and grouping transitions anew, for another pass over the same places."""
        self._names.clear()
        self._groups = 0

    def moves(self) -> dict[int, list[tuple[str, tuple[int, ...]]]]:
        """Return, for each place, the elements that give to it and the inner places they take from."""
        found: dict[int, list[tuple[str, tuple[int, ...]]]] = {}
        for transition in self.transitions:
            sources = tuple(p for p, _ in transition.take if self.places[p].kind in {"flow", "active"})
            for target, _ in transition.give:
                found.setdefault(target, []).append((transition.element, sources))
        return found

    def mark(self, initial: Mapping[int, int]) -> None:
        """Put the tokens of the initial marking."""
        for place, tokens in initial.items():
            self.places[place] = replace(self.places[place], initial=tokens)

    def _transition(self, occasion: Occasion, part: Part) -> Transition:
        chosen = "+".join(part.flows) if part.flows else ""
        decided = ",".join(f"{attribute}={value}" for attribute, value in part.outcome)
        name = f"{occasion.element or 'case'}.{occasion.step}" + (f">{chosen}" if chosen else "")
        name += f"[{decided}]" if decided else ""
        take, give = self._arcs(part)
        self._names[name] += 1
        if self._names[name] > 1:
            name += f"~{self._names[name]}"
        return Transition(
            name=name,
            element=occasion.element,
            step=occasion.step,
            timing=occasion.timing,
            group=self._groups,
            take=take,
            give=give,
            inhibit=tuple(sorted(set(part.inhibit))),
            any_of=tuple(sorted(set(part.any_of))),
            clear=tuple(sorted(set(part.clear))),
            needs=tuple(sorted(set(part.needs))),
            flows=part.flows,
            outcome=part.outcome,
            party=occasion.party,
            process=occasion.process,
            members=occasion.members,
        )

    def freeze(self, net: Net) -> Net:
        """Return ``net`` with the places and transitions of this draft."""
        for transition in self.transitions:
            if not transition.take and not transition.any_of:
                raise InternalError(f"transition {transition.name} takes nothing")
        return Net(
            net.id,
            net.name,
            tuple(self.places),
            tuple(self.transitions),
            net.final,
            net.file,
            net.lines,
            net.names,
        )

    def _arcs(self, part: Part) -> tuple[Arcs, Arcs]:
        """Return what a part takes and gives; what is known is read once, however many parts read it.

        A value that is read and replaced in one step is taken and not given back.
        """
        take, give = Counter(part.take), Counter(part.give)
        for place in [place for place in take if self.places[place].kind in READ_KINDS]:
            kept = give[place] - take[place] if place in part.clear else give[place]
            take[place], give[place] = 1, min(1, kept)
        return weighted(take), weighted(give)


def weighted(places: Counter[int]) -> Arcs:
    """Return a multiset of places as (place, weight) pairs in order of place."""
    return tuple(sorted((place, count) for place, count in places.items() if count > 0))
