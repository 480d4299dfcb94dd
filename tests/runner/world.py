"""Several nodes without threads, stores or network: each decides for itself, releases are delivered.

Everything that is recorded goes through its bytes, and after each command the state that replaying the bytes
gives is held against the live one. Whoever uses a world gets that law for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from renkei.process.arrangement import Arrangement
from renkei.runner import commands
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome, decide
from renkei.runner.decision import Decision, drawn
from renkei.runner.events import ModelAdopted, NodeCreated, Record, decode, encode
from renkei.runner.evolve import evolve, replay
from renkei.runner.refusal import Refusal
from renkei.runner.state import NODE, Actor, State

BEGIN = 1_748_736_000_000_000
"""1 June 2025: the relationships of every option of the library are in force."""
MINUTE = 60_000_000


@dataclass
class Side:
    """One party's node."""

    party: str
    books: Books
    state: State = field(default_factory=State)
    log: list[bytes] = field(default_factory=list)
    released: dict[str, list[bytes]] = field(default_factory=dict)
    """Partner -> bodies of the log released to it."""
    delivered: dict[str, int] = field(default_factory=dict)
    """Partner -> how many of its releases have arrived."""

    def person(self, post: str) -> Actor:
        return Actor(f"person of {post}", post)


def first_case(party: str) -> str:
    """Return the id of the first thing that a party makes in a world, where that is a case."""
    return f"{party}-case-{drawn('log', 'case', 1)}"


_BOOKS: dict[tuple[str, str, str], tuple[Arrangement, Books]] = {}


def books_of(party: str, arrangement: Arrangement) -> Books:
    """Return the models of a party; compiled once for each arrangement."""
    key = (party, arrangement.digest, arrangement.option)
    if key not in _BOOKS or _BOOKS[key][0] != arrangement:
        _BOOKS[key] = (arrangement, Books(party, arrangement))
    return _BOOKS[key][1]


def told_in_both(refusal: Refusal) -> bool:
    """Return whether a refusal says in each language what stands against what was asked."""
    facts = refusal.fact.both(refusal.names)
    return bool(refusal.message and facts["en"]) and re.search(r"[\u3040-\u30ff]", facts["ja"]) is not None


@dataclass
class World:
    """Several nodes of one arrangement."""

    arrangement: Arrangement
    now: int = BEGIN
    sides: dict[str, Side] = field(default_factory=dict)
    history: list[tuple[str, Record]] = field(default_factory=list)
    """All that all parties recorded, in the order in which it happened."""

    def __post_init__(self) -> None:
        assert self.arrangement.model is not None
        for party in self.arrangement.model.parties:
            side = self.sides[party] = Side(party, books_of(party, self.arrangement))
            for number, event in enumerate(
                (NodeCreated(party, "log"), ModelAdopted(self.arrangement.digest, self.arrangement.option)), 1
            ):
                record = Record(number, self.now, event)
                side.log.append(encode(record))
                side.state = evolve(side.state, record, side.books)

    def man(self) -> None:
        """Let one person assume each post."""
        for side in self.sides.values():
            for post in side.books.book(side.state.digest, side.state.option).posts:
                assert not self.ask(side.party, side.person(post), commands.Assume(post=post)).refusal

    def ask(self, party: str, actor: Actor, command: Command) -> Outcome:
        """Give a command to a party's node, and hold what must hold after every one."""
        side, before = self.sides[party], self.sides[party].state
        outcome = decide(before, command, actor, self.now, side.books)
        assert side.state is before
        assert bool(outcome.recorded) or outcome.refusal or outcome.repeated or outcome.state == before
        if outcome.refusal is not None:
            assert told_in_both(outcome.refusal)
        side.state = outcome.state
        bodies = [encode(entry.record) for entry in outcome.recorded]
        for entry, body in zip(outcome.recorded, bodies, strict=True):
            side.log.append(body)
            self.history.append((party, entry.record))
            if entry.partner:
                told = side.released.setdefault(entry.partner, [])
                told.append(entry.body)
                assert entry.number == len(told), "the released log has a gap"
        again = replay((decode(body) for body in bodies), side.books, before)
        if again != side.state:
            different = [n for n in again.__struct_fields__ if getattr(again, n) != getattr(side.state, n)]
            told = {n: (getattr(side.state, n), getattr(again, n)) for n in different}
            raise AssertionError(f"the state rebuilt from the log is another one: {told}")
        return outcome

    def by(self, party: str, post: str, command: Command) -> Outcome:
        """Give a command as the person who holds a post."""
        return self.ask(party, self.sides[party].person(post), command)

    def deliver(self, sender: str, receiver: str) -> Outcome | None:
        """Bring the next entry that ``sender`` released to ``receiver``; None where there is none."""
        waiting = self.sides[sender].released.get(receiver, [])
        side = self.sides[receiver]
        number = side.delivered.get(sender, 0) + 1
        if number > len(waiting):
            return None
        command = commands.Receive(partner=sender, number=number, body=waiting[number - 1], salt=b"salt")
        outcome = self.ask(receiver, NODE, command)
        assert outcome.refusal is None
        side.delivered[sender] = number
        return outcome

    def settle(self) -> None:
        """Deliver everything."""
        while any(self.deliver(a, b) for a in self.sides for b in self.sides if a != b):
            pass

    def work(self, party: str) -> Decision:
        """Return a decision to be made by the node of a party, for what a test asks of its state."""
        side = self.sides[party]
        return Decision(side.state, commands.Tick(), NODE, self.now, side.books)
