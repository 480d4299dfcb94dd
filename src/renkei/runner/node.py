"""A node: one party's log, what it comes to, and whoever decides what is added to it.

Layer: runner. Here a log is begun, or read again from its latest snapshot; ``writer.py`` decides and appends.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from renkei.clock import Clock
from renkei.errors import InputError
from renkei.log.port import KEPT_ALREADY, Log, OvertakenError, Row, StoreError
from renkei.process.arrangement import Arrangement
from renkei.runner import commands
from renkei.runner.batch import RowMaker
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome
from renkei.runner.decision import Recorded
from renkei.runner.events import ModelAdopted, NodeCreated, Record, decode
from renkei.runner.evolve import evolve
from renkei.runner.models import keep_model, kept_models
from renkei.runner.snapshot import NAME, freeze, thaw
from renkei.runner.state import NODE, Actor, State
from renkei.runner.writer import Writer

SNAPSHOT_EVERY = 20_000
"""Entries between two snapshots, at least; a long log has a quarter of its length between them."""
PAGE = 5_000
"""Entries read at once on start-up."""


class Node:
    """The node of one party."""

    def __init__(
        self,
        log: Log,
        arrangement: Arrangement,
        party: str,
        clock: Clock,
        *,
        on_commit: Callable[[Log, State], None] | None = None,
        salt: Callable[[int], bytes] = os.urandom,
        exercise: bool = False,
    ) -> None:
        """Open a node on its log: a new log begins with whose it is, an old one is replayed.

        Args:
            log: The party's own log.
            arrangement: The model to begin with (under the option that is wanted); a log that has adopted
                another one since goes on with that.
            party: The party.
            clock: Tells the moment.
            on_commit: Called by the writer after each group, for example to seal a checkpoint.
            salt: Gives random bytes; tests make it repeatable.
            exercise: Whether everything is an exercise from now on; recorded where it changes.

        Raises:
            InputError: The log is not this party's, or cannot be replayed.
        """
        self.log = log
        self.party = party
        self.books = Books(party, arrangement)
        self._clock, self._on_commit = clock, on_commit
        self._maker = RowMaker(salt)
        self._snapshot_at = 0
        name = self._name_of_log()
        kept_models(log, self.books)
        keep_model(log, arrangement)
        state = self._replayed(name)
        if state.seq == 0:
            state = self._begun(arrangement)
        self._writer = Writer(
            log, self.books, clock, self._maker, state, caught_up=self._caught_up, on_commit=self._committed
        )
        if exercise != state.exercise:
            self.ask(NODE, commands.DeclareExercise(active=exercise))

    @property
    def state(self) -> State:
        """Return what the node knows, as far as it is durable."""
        return self._writer.state

    def now(self) -> int:
        """Return the moment by the node's clock."""
        return self._clock.now()

    @property
    def is_running(self) -> bool:
        """Return whether commands are taken."""
        return self._writer.is_running

    def submit(self, actor: Actor, command: Command) -> Future[Outcome]:
        """Ask for a command to be carried out; the answer comes when it is durable, or refused.

        The future raises ``HaltedError`` where the node has stopped.
        """
        return self._writer.submit(actor, command)

    def ask(self, actor: Actor, command: Command) -> Outcome:
        """Carry a command out and wait for the answer."""
        return self.submit(actor, command).result()

    def catch_up(self) -> Future[Outcome]:
        """Take over what other processes of this party have appended, now instead of at the next look.

        The future raises ``HaltedError`` where the node has stopped.
        """
        # Before anything is decided all of the log is read, so that nothing much has to be asked.
        return self.submit(NODE, commands.Tick())

    def close(self) -> None:
        """Answer what was asked, keep a snapshot, and stop."""
        if self._writer.close() and self.state.seq - self._snapshot_at > self._snapshot_at // 50:
            self._keep_snapshot(self.state)

    # Start-up

    def _name_of_log(self) -> str:
        """Return the random identifier of the log, '' for a new one; refuse another party's log."""
        rows = self.log.read(0, 1)
        if not rows:
            return ""
        created = decode(rows[0].body).event
        if not isinstance(created, NodeCreated):
            raise _unreadable(rows[0], "it does not tell whose log this is")
        if created.party != self.party:
            text = f"the log is that of {created.party}, not of {self.party}"
            raise InputError.from_problem("RK501", text, "Each party's node has a log of its own.")
        return created.log

    def _replayed(self, name: str) -> State:
        with _no_collection():
            found = self.log.kept(NAME, self.log.last())
            state = (thaw(found[1]) if found else None) or State()
            if state.log != name or state.seq > self.log.last():
                state = State()
            self._snapshot_at = state.seq
            return self._caught_up(state)

    def _caught_up(self, state: State) -> State:
        """Return the state after all that is in the log, whoever appended it."""
        while rows := self.log.read(state.seq, PAGE):
            kept_models(self.log, self.books)
            for row in rows:
                record = decode(row.body)
                if record.seq != row.seq:
                    raise _unreadable(row, f"it says that it is entry {record.seq}")
                try:
                    state = evolve(state, record, self.books)
                except LookupError as error:
                    raise _unreadable(row, f"there is no {error} for what it says") from error
        return state

    def _begun(self, arrangement: Arrangement) -> State:
        now = self._clock.now()
        first = [
            Record(1, now, NodeCreated(self.party, self._maker.salt().hex())),
            Record(2, now, ModelAdopted(arrangement.digest, arrangement.option)),
        ]
        try:
            self.log.append([self._maker.row(Recorded(record)) for record in first])
        except OvertakenError:
            # Another process began it; a party of another name must not go on.
            self._name_of_log()
        state = self._caught_up(State())
        self._committed(state)
        return state

    # What follows from each group

    def _committed(self, state: State) -> None:
        if self._on_commit is not None:
            self._on_commit(self.log, state)
        if state.seq - self._snapshot_at >= max(SNAPSHOT_EVERY, self._snapshot_at // 4):
            self._keep_snapshot(state)

    def _keep_snapshot(self, state: State) -> None:
        found = self.log.kept(NAME, state.seq)
        # One that is there and cannot be read stays: stores replace nothing.
        if found is None or found[0] < state.seq:
            try:
                self.log.keep(NAME, state.seq, freeze(state))
            except StoreError as error:
                # Another process of this party kept its own in the meantime, which says the same.
                if error.code != KEPT_ALREADY:
                    raise
        self._snapshot_at = state.seq


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let no cycles be looked for meanwhile: a state is a value and has none, and looking takes its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _unreadable(row: Row, reason: str) -> InputError:
    hint = "It was written by a newer version, or is damaged; `renkei log verify` tells which."
    return InputError.from_problem("RK501", f"entry {row.seq} of the log cannot be read: {reason}", hint)
