"""A node: the single writer of one party's log. Commands go in, decisions are recorded, then answered.

Layer: runner. One thread decides and appends. It takes all commands that wait, decides one after the other,
and appends what they record in one transaction (group commit): nobody is answered before the log is durable,
and nobody who reads ``state`` sees what is not.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from time import sleep

from msgspec import Struct

from renkei.clock import SECOND, Clock
from renkei.errors import InputError, RenkeiError
from renkei.log.port import KEPT_ALREADY, SALT_BYTES, Log, OvertakenError, Release, Row, StoreError
from renkei.process.arrangement import Arrangement
from renkei.runner import commands
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome, decide
from renkei.runner.decision import Recorded
from renkei.runner.events import ModelAdopted, NodeCreated, Record, decode, encode
from renkei.runner.evolve import evolve
from renkei.runner.models import keep_model, kept_models
from renkei.runner.snapshot import NAME, freeze, thaw
from renkei.runner.state import NODE, Actor, State
from renkei.runner.timers import next_due

MOST_TOGETHER = 256
"""Commands decided in one group: beside their work one flush of the disk is little; more gain nothing."""
_SALTS = 256
"""Random values that are fetched at once: asking the system takes far longer than what it gives."""
SNAPSHOT_EVERY = 20_000
"""Entries between two snapshots, at least; a long log has a quarter of its length between them."""
PAGE = 5_000
"""Entries read at once on start-up."""
LOOK = 1.0
"""Seconds after which a node that nobody asks looks at its log and its timers."""


class HaltedError(RenkeiError):
    """The node has stopped: its log could not be written, or it was closed. Nothing was recorded."""


class _Asked(Struct, frozen=True, gc=False):
    actor: Actor
    command: Command
    answer: Future[Outcome]


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
        self._random, self._salts = salt, list[bytes]()
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._closed = threading.Event()
        self._halted: BaseException | None = None
        self._snapshot_at = 0
        name = self._name_of_log()
        kept_models(log, self.books)
        keep_model(log, arrangement)
        self._state = self._replayed(name)
        if self._state.seq == 0:
            self._begin(arrangement)
        self._looked = 0
        self._due: tuple[int, int | None] = (-1, None)
        self._writer = threading.Thread(target=self._write, name=f"writer-{party}", daemon=True)
        self._writer.start()
        if exercise != self._state.exercise:
            self.ask(NODE, commands.DeclareExercise(active=exercise))

    @property
    def state(self) -> State:
        """Return what the node knows, as far as it is durable."""
        return self._state

    def now(self) -> int:
        """Return the moment by the node's clock."""
        return self._clock.now()

    @property
    def is_running(self) -> bool:
        """Return whether commands are taken."""
        return self._halted is None and not self._closed.is_set()

    def submit(self, actor: Actor, command: Command) -> Future[Outcome]:
        """Ask for a command to be carried out; the answer comes when it is durable, or refused.

        The future raises ``HaltedError`` where the node has stopped.
        """
        asked = _Asked(actor, command, Future())
        self._asked.put(asked)
        if not self.is_running:
            # Looked at after it was put: if the writer has stopped since, it may have missed this one.
            self._dismiss()
        return asked.answer

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
        if not self._closed.is_set():
            self._asked.put(None)
            self._writer.join()
            if self._halted is None and self._state.seq - self._snapshot_at > self._snapshot_at // 50:
                self._keep_snapshot()

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

    def _begin(self, arrangement: Arrangement) -> None:
        now = self._clock.now()
        first = [
            Record(1, now, NodeCreated(self.party, self._salt().hex())),
            Record(2, now, ModelAdopted(arrangement.digest, arrangement.option)),
        ]
        try:
            self.log.append([self._row(Recorded(record)) for record in first])
        except OvertakenError:
            # Another process began it; a party of another name must not go on.
            self._name_of_log()
        self._state = self._caught_up(self._state)
        self._committed()

    # The writer

    def _write(self) -> None:
        try:
            while (group := self._group()) is not None:
                self._decide(group)
        except BaseException as error:  # noqa: BLE001  # whatever it is, nobody may wait for an answer for ever
            self._halted = error
        self._closed.set()
        self._dismiss()

    def _dismiss(self) -> None:
        """Tell whoever still waits that nothing is carried out any more."""
        while True:
            try:
                left = self._asked.get_nowait()
            except Empty:
                return
            if left is not None and left.answer.set_running_or_notify_cancel():
                left.answer.set_exception(HaltedError(f"the node of {self.party} has stopped"))

    def _group(self) -> list[_Asked] | None:
        """Return the commands that wait, a timer's first where one is due; None when there is no more."""
        try:
            first = self._asked.get(timeout=LOOK)
        except Empty:
            self._follow()
            return self._timers()
        if first is None:
            return None
        group = [*self._timers(), first] if self._clock.now() - self._looked >= SECOND else [first]
        while len(group) < MOST_TOGETHER:
            try:
                following = self._asked.get_nowait()
            except Empty:
                break
            if following is None:
                self._asked.put(None)
                break
            group.append(following)
        return group

    def _timers(self) -> list[_Asked]:
        self._looked = self._clock.now()
        if self._due[0] != self._state.seq:
            self._due = (self._state.seq, next_due(self._state, self.books))
        due = self._due[1]
        return [_Asked(NODE, commands.Tick(), Future())] if due is not None and due <= self._looked else []

    def _follow(self) -> None:
        """Take over what another process of this party appended: it may change every decision."""
        if self.log.last() > self._state.seq:
            self._state = self._caught_up(self._state)

    def _decide(self, asked_together: list[_Asked]) -> None:
        group = [asked for asked in asked_together if asked.answer.set_running_or_notify_cancel()]
        before = self._state.seq
        try:
            outcomes = self._recorded(group)
        except BaseException as error:
            for asked in group:
                asked.answer.set_exception(HaltedError(f"the log cannot be written: {error}"))
            raise
        try:
            if self._state.seq > before:
                self._committed()
        finally:
            # What is durable is answered, whatever follows from it.
            for asked, outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, Outcome):
                    asked.answer.set_result(outcome)
                else:
                    asked.answer.set_exception(outcome)
            # Whoever was answered goes first: what they ask next belongs to the next group.
            sleep(0)

    def _recorded(self, group: Sequence[_Asked]) -> list[Outcome | Exception]:
        """Decide, and append what that records; decide again where another process appended first."""
        while True:
            self._follow()
            outcomes, rows, state = self._decided(group)
            try:
                if rows:
                    self.log.append(rows)
            except OvertakenError:
                continue
            self._state = state
            return outcomes

    def _decided(self, group: Sequence[_Asked]) -> tuple[list[Outcome | Exception], list[Row], State]:
        """Return what each command comes to, what is to be appended, and the state after all of them.

        A bug that one command shows must not stop the others: deciding is pure, so nothing is half done.
        """
        state, now = self._state, self._clock.now()
        outcomes: list[Outcome | Exception] = []
        rows: list[Row] = []
        for asked in group:
            try:
                outcome = decide(state, asked.command, asked.actor, now, self.books)
                rows += [self._row(entry) for entry in outcome.recorded]
            except Exception as error:  # noqa: BLE001  # it is given to whoever asked
                outcomes.append(error)
                continue
            outcomes.append(outcome)
            state = outcome.state
        return outcomes, rows, state

    def _row(self, entry: Recorded) -> Row:
        record = entry.record
        releases: tuple[Release, ...] = ()
        if entry.partner:
            releases = (Release(entry.partner, entry.number, entry.body, self._salt()),)
        body = encode(record)
        return Row(record.seq, record.kind, record.subject, record.at, body, self._salt(), releases)

    def _salt(self) -> bytes:
        """Return random bytes that nobody else gets."""
        if not self._salts:
            many = self._random(_SALTS * SALT_BYTES)
            self._salts = [many[at - SALT_BYTES : at] for at in range(len(many), 0, -SALT_BYTES)]
        return self._salts.pop()

    def _committed(self) -> None:
        if self._on_commit is not None:
            self._on_commit(self.log, self._state)
        if self._state.seq - self._snapshot_at >= max(SNAPSHOT_EVERY, self._snapshot_at // 4):
            self._keep_snapshot()

    def _keep_snapshot(self) -> None:
        state = self._state
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
