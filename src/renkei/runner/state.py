"""What a node knows: a value that only ``evolve`` makes, from the entries of its own log alone.

Layer: runner (pure data). Maps are persistent, so a state that somebody reads never changes under them.
Values have no cycles, so the collector of cycles is told to pass them over (``gc=False``): there are many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace
from rpds import HashTrieMap, HashTrieSet

from renkei.net.game import Marking


class Actor(Struct, frozen=True, gc=False):
    """Who gives a command: a person, acting in a post."""

    person: str
    post: str = ""


NODE = Actor("")
"""The node itself: timers, what arrives on the link."""


class Claim(Struct, frozen=True, gc=False):
    """Who does a piece of work."""

    person: str
    post: str
    since: int


class Case(Struct, frozen=True, gc=False):
    """A case, as far as this party knows it."""

    id: str
    process: str
    title: str
    digest: str
    option: str
    contingency: str
    origin: str
    parties: tuple[str, ...]
    exercise: bool
    opened: int
    marking: Marking
    enabled: Mapping[int, int]
    """Transition of the own share that may fire -> since when."""
    firings: tuple[tuple[int, int], ...] = ()
    """Transitions of the own share that people or timers fired or that followed, with the moment."""
    claims: Mapping[str, Claim] = field(default_factory=dict)
    """Task -> who does it."""
    delegated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Task -> posts of deputies that may do it."""
    proposers: Mapping[str, tuple[Actor, ...]] = field(default_factory=dict)
    """Matter -> who proposed it."""
    releases: frozenset[str] = frozenset()
    """Tasks with a release decision that were completed."""
    withdrawn: frozenset[int] = frozenset()
    """Places of consents that were taken back."""
    denied: frozenset[str] = frozenset()
    reserved: frozenset[int] = frozenset()
    """Places whose tokens a conference holds until all sides have asserted its start or end."""
    closed: int = 0
    """When it ended here; 0 while it runs."""
    early: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether it still runs here."""
        return not self.closed


class Change(Struct, frozen=True, gc=False):
    """Something that happened to an item."""

    change: str
    at: int
    party: str
    post: str
    person: str
    text: str
    terms: Mapping[str, Any]
    happened: int = 0


class Item(Struct, frozen=True, gc=False):
    """Something written, asked, offered, ordered or called, and what became of it."""

    id: str
    kind: str
    text: str
    case: str
    parent: str
    to: tuple[str, ...]
    label: str
    due: int
    origin: str
    post: str
    person: str
    at: int
    terms: Mapping[str, Any]
    changes: tuple[Change, ...] = ()
    happened: int = 0

    def has(self, change: str, party: str | None = None) -> bool:
        """Return whether something of this name happened to it (by ``party``, where given)."""
        return any(c.change == change and party in {None, c.party} for c in self.changes)

    @property
    def is_open(self) -> bool:
        """Return whether it still waits for something."""
        return not any(c.change in {"closed", "withdrawn", "declined"} for c in self.changes)


class Held(Struct, frozen=True, gc=False):
    """Something that waits for the decision to let it go to a partner."""

    id: str
    partner: str
    body: Mapping[str, Any]
    case: str
    classification: str
    releasable_to: tuple[str, ...]
    category: str
    channel: str
    post: str
    person: str
    at: int


class Partner(Struct, frozen=True, gc=False):
    """Where the link to a partner stands."""

    released: int = 0
    """Entries released to it."""
    received: int = 0
    """Entries of its released log that arrived."""
    acknowledged: int = 0
    """Size of the released log that it co-signed."""
    acknowledged_at: int = 0
    received_at: int = 0
    sealed: str = ""
    """Its latest checkpoint that holds for what arrived."""
    cosigned: str = ""
    """The latest checkpoint of the log released to it, with its co-signature."""
    forked: str = ""
    """In what ways two histories were signed, by the partner or (``disowned``) by this party; '' for none."""
    given_up: tuple[str, ...] = ()
    """Cases and items of which both sides may know different things, since the partner gave up entries."""


class Index(Struct, frozen=True, gc=False):
    """Where to find what is looked for often; follows from cases and items, by ``index_of``."""

    running: HashTrieSet[str] = field(default_factory=HashTrieSet)
    """Cases that run here."""
    pending: HashTrieSet[str] = field(default_factory=HashTrieSet)
    """Items that still wait for something."""
    about: HashTrieMap[str, HashTrieSet[str]] = field(default_factory=HashTrieMap)
    """Case -> items about it."""
    below: HashTrieMap[str, HashTrieSet[str]] = field(default_factory=HashTrieMap)
    """Item -> items that belong to it."""

    def with_case(self, case: Case) -> Index:
        """Return the index after a case was opened or closed."""
        running = self.running.insert(case.id) if case.is_open else self.running.discard(case.id)
        return replace(self, running=running)

    def with_item(self, item: Item) -> Index:
        """Return the index after an item was written, or something happened to it."""
        pending = self.pending.insert(item.id) if item.is_open else self.pending.discard(item.id)
        about, below = _with(self.about, item.case, item.id), _with(self.below, item.parent, item.id)
        return replace(self, pending=pending, about=about, below=below)


_Names: TypeAlias = "HashTrieMap[str, HashTrieSet[str]]"
_NOTHING: HashTrieSet[str] = HashTrieSet()


def _with(known: _Names, key: str, name: str) -> _Names:
    return known.insert(key, known.get(key, _NOTHING).insert(name)) if key else known


def index_of(cases: Iterable[Case], items: Iterable[Item]) -> Index:
    """Return the index of these cases and items."""
    index = Index()
    for case in cases:
        index = index.with_case(case)
    for item in items:
        index = index.with_item(item)
    return index


def command_key(person: str, command: str) -> str:
    """Return under what a command is remembered: ids of one person say nothing about those of another."""
    return f"{person}\n{command}"


class State(Struct, frozen=True, gc=False):
    """All that a node knows."""

    party: str = ""
    log: str = ""
    seq: int = 0
    at: int = 0
    digest: str = ""
    option: str = ""
    exercise: bool = False
    """Everything is an exercise now."""
    seats: HashTrieMap[str, tuple[str, ...]] = field(default_factory=HashTrieMap)
    """Post -> persons who hold its seats."""
    cases: HashTrieMap[str, Case] = field(default_factory=HashTrieMap)
    items: HashTrieMap[str, Item] = field(default_factory=HashTrieMap)
    held: HashTrieMap[str, Held] = field(default_factory=HashTrieMap)
    partners: HashTrieMap[str, Partner] = field(default_factory=HashTrieMap)
    commands: HashTrieMap[str, tuple[int, int]] = field(default_factory=HashTrieMap)
    """Id of a command that was carried out, after the person who gave it -> first and last entry."""
    deferred: HashTrieMap[str, tuple[tuple[str, str], ...]] = field(default_factory=HashTrieMap)
    """Case that is not here yet, or whose model is not -> (partner, body) of what arrived about it."""
    made: int = 0
    """Cases and items made here, for the next id."""
    index: Index = field(default_factory=Index)

    def running_cases(self) -> Iterator[Case]:
        """Yield the cases that run here."""
        return (self.cases[name] for name in self.index.running)

    def open_items(self) -> Iterator[Item]:
        """Yield the items that still wait for something."""
        return (self.items[name] for name in self.index.pending)

    def items_about(self, case: str) -> Iterator[Item]:
        """Yield the items about a case, by id."""
        return (self.items[name] for name in sorted(self.index.about.get(case, ())))

    def items_below(self, item: str) -> Iterator[Item]:
        """Yield the items that belong to an item, by id."""
        return (self.items[name] for name in sorted(self.index.below.get(item, ())))
