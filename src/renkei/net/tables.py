"""The net: places, transitions and the arcs between them. Every verb plays on these tables.

Layer: net (pure data). A transition t is *enabled* in a marking m when
    every (place, weight) of ``take`` holds at least weight tokens,
    every place of ``inhibit`` is empty, and
    ``any_of`` is empty or one of its places holds a token.
*Firing* t takes the tokens of ``take``, then empties every place of ``clear``, then adds ``give``.
That is the whole game; ``game.py`` says it in plain Python and ``kernels.py`` under numba.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PlaceKind = Literal[
    "flow", "message", "active", "end", "ready", "opening", "attribute", "approval", "obligation", "plain"
]
"""flow: a sequence flow. message: in transit or waiting to be received. active: an activity under way.
end: tokens that reached an end event. ready: a process or event that may start once. opening: attributes
of the case being fixed. attribute: a value that a party knows. approval: a party's consent in force.
obligation: an approval owed afterwards. plain: a place of a PNML net."""

Timing = Literal["now", "work", "delay", "meet"]
"""now: at once when enabled. work: a post works on it, and it fires when the work is done. delay: a timer,
it fires after its delay. meet: a conference starts, when every post it needs is on duty and free."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place and what it stands for."""

    name: str
    """Unique in the net, for example ``flow:Flow_1`` or ``attribute:jpn.situation=disaster``."""
    kind: PlaceKind
    element: str
    """BPMN or PNML id it comes from; attribute id or matter for the kinds that have no element."""
    party: str = ""
    process: str = ""
    """BPMN process id; '' for what belongs to the case as a whole."""
    initial: int = 0


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition, its arcs as indices into the places, and what it stands for."""

    name: str
    """Unique in the net and stable between options, for example ``Task_1`` or ``Gateway_1>Flow_2``."""
    element: str
    """BPMN or PNML id it comes from; '' for the opening of the case."""
    step: str
    """What happens to the element: opens, starts, activates, completes, catches, throws,
    chooses, merges, forks, joins, enters, leaves, interrupts, raises, ends, terminates, meets, fires."""
    timing: Timing
    group: int
    """Transitions of one group are alternatives of one occurrence: one token, several outcomes."""
    take: tuple[tuple[int, int], ...]
    give: tuple[tuple[int, int], ...]
    inhibit: tuple[int, ...] = ()
    any_of: tuple[int, ...] = ()
    clear: tuple[int, ...] = ()
    needs: tuple[int, ...] = ()
    """Approval places that must be marked when it fires; otherwise consent is broken."""
    flows: tuple[str, ...] = ()
    """Sequence flows chosen, where the group is a choice; their probabilities weigh the alternatives."""
    outcome: tuple[tuple[str, str], ...] = ()
    """Attribute values set, as (attribute, value) pairs; their probabilities weigh the alternatives."""
    party: str = ""
    process: str = ""
    members: tuple[str, ...] = ()
    """Tasks of a conference."""


@dataclass(frozen=True)
class Net:
    """One case of a collaboration, or a PNML net: places, transitions, initial and final markings."""

    id: str
    name: str
    places: tuple[Place, ...]
    transitions: tuple[Transition, ...]
    final: dict[int, int] | None = None
    """Exact final marking of a workflow net; None for collaborations, see ``marking.final_masks``."""
    file: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    """Element id -> line in ``file``."""
    names: dict[str, str] = field(default_factory=dict)
    """Element id -> name as drawn."""

    @property
    def initial(self) -> tuple[int, ...]:
        """Return the initial marking, tokens by place."""
        return tuple(place.initial for place in self.places)
