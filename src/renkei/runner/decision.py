"""A decision in the making: events are added one by one, each at once taken into a working state.

Layer: runner. Whoever decides reads the working state, so a later step of one command sees the earlier ones,
and what comes out is exactly what ``evolve`` will make of the log again.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NoReturn

import msgspec

from renkei.facts import Fact, Names
from renkei.model.schema import Label
from renkei.runner.book import Book, Books, Sheet
from renkei.runner.commands import Command
from renkei.runner.events import (
    AnyEvent,
    ItemChanged,
    ItemOpened,
    Record,
    Released,
    ReleaseHeld,
    decode,
    encode,
)
from renkei.runner.evolve import evolve
from renkei.runner.naming import naming_of
from renkei.runner.refusal import Possible, Refusal, RefusedError
from renkei.runner.state import NODE, Actor, Case, State

LATE = 60_000_000
"""Microseconds after which an entry about something that happened is marked late."""
AHEAD = 60_000_000
"""Microseconds by which a client's clock may be ahead."""
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
_HOLDS_PLAIN_DATA = frozenset({ItemOpened, ItemChanged, ReleaseHeld})
_RELEASED = msgspec.json.Encoder(order="sorted")


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An entry that a decision adds, and what it releases to a partner."""

    record: Record
    partner: str = ""
    number: int = 0
    body: bytes = b""


def drawn(secret: str, kind: str, number: int, attempt: int = 0) -> str:
    """Return five letters and digits that cannot be taken for one another, and form no words."""
    which = f"{number}/{attempt}" if attempt else str(number)
    drawn = int.from_bytes(sha256(f"{secret}/{kind}/{which}".encode()).digest()[:8])
    letters = []
    for _ in range(5):
        drawn, index = divmod(drawn, len(_LETTERS))
        letters.append(_LETTERS[index])
    return "".join(letters)


class Decision(msgspec.Struct, gc=False):
    """What is decided so far."""

    state: State
    command: Command
    actor: Actor
    now: int
    books: Books
    recorded: list[Recorded] = []

    def add(self, event: AnyEvent, body: bytes = b"", *, actor: Actor | None = None) -> None:
        """Record an event, and take it into the working state."""
        who, command, state, now = actor or self.actor, self.command, self.state, self.now
        happened = command.event_at or 0
        record = Record(
            seq=state.seq + 1,
            at=max(now, state.at),
            event=event,
            happened=happened,
            late=bool(happened) and now - happened > LATE,
            person=who.person,
            post=who.post,
            command=command.id,
            note=command.note,
        )
        if type(event) in _HOLDS_PLAIN_DATA:
            # What the log gives back has lists where Python may have had tuples: live and rebuilt state are
            # one.
            record = decode(encode(record))
        if isinstance(event, Released):
            self.recorded.append(Recorded(record, event.partner, event.number, body))
        else:
            self.recorded.append(Recorded(record))
        self.state = evolve(state, record, self.books)

    def release(
        self, partner: str, content: dict[str, Any], *, rule: str, label: Label | None, held: str = ""
    ) -> None:
        """Make ``content`` the next entry of the log released to ``partner``."""
        known = self.state.partners.get(partner)
        number = (known.released if known else 0) + 1
        terms = label.model_dump(mode="json", exclude_defaults=True) if label is not None else {}
        # The working seq, post names of what is internal, and notes stay here: only what is named leaves.
        marked = {"exercise": True} if self.state.exercise else {}
        at = max(self.now, self.state.at)
        body = _RELEASED.encode({**content, **marked, "number": number, "at": at, "label": terms})
        self.add(
            Released(
                partner=partner,
                number=number,
                digest=sha256(body).hexdigest(),
                classification=terms.get("classification", ""),
                case=str(content.get("case", "")),
                held=held,
                rule=rule,
            ),
            body,
        )

    def refuse(
        self,
        fact: Fact,
        *,
        rule: str = "",
        could: Iterable[str] = (),
        possible: Iterable[Possible] = (),
    ) -> NoReturn:
        """Refuse the command; nothing of it is recorded."""
        names = self._names(fact)
        raise RefusedError(Refusal(fact, rule, tuple(dict.fromkeys(could)), tuple(possible), names))

    def _names(self, fact: Fact) -> Names:
        """Return what the model calls things, in the case or the process that a refusal is about."""
        told, asked = fact.values, self.command
        item = self.state.items.get(str(told.get("item") or getattr(asked, "item", "")))
        name = told.get("case") or getattr(asked, "case", "") or (item.case if item else "")
        case = self.state.cases.get(str(name))
        if case is not None:
            return naming_of(self.book_of(case), case.process).known
        if not self.books.has(self.state.digest, self.state.option):
            return {}
        return naming_of(self.book, str(told.get("process", ""))).known

    @property
    def is_node(self) -> bool:
        """Return whether the node itself asks."""
        return self.actor == NODE

    @property
    def book(self) -> Book:
        """Return the model in use."""
        return self.books.book(self.state.digest, self.state.option)

    def book_of(self, case: Case) -> Book:
        """Return the model that a case follows."""
        return self.books.book(case.digest, case.option)

    def sheet(self, case: Case) -> Sheet:
        """Return the process that a case follows."""
        return self.books.sheet(case.digest, case.option, case.process)

    def case(self, name: str) -> Case:
        """Return a case that runs here, or refuse."""
        case = self.state.cases.get(name)
        if case is None:
            self.refuse(Fact("RK505.case", case=name), possible=[Possible("open")])
        if not case.is_open:
            self.refuse(Fact("RK506.case", case=name), possible=[Possible("open")])
        return case

    def new_id(self, kind: str) -> str:
        """Return an id that nobody else gives, and that tells nobody how many there are.

        A partner that sees some of the ids must not learn from a gap that others exist. So an id is drawn by
        a hash from what only this log holds, and repeats with the log.
        """
        state, attempt = self.state, 0
        while True:
            name = f"{state.party}-{kind}-{drawn(state.log, kind, state.made + 1, attempt)}"
            if name not in state.cases and name not in state.items and name not in state.held:
                return name
            # Drawn again under the same number: what is made later must not pay for it.
            attempt += 1
