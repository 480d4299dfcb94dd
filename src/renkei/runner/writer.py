"""The writer of one log: commands go in, decisions are recorded, then answered.

Layer: runner. Two threads, one step apart. The first decides what is asked, one after the other, on the state
after all that was decided before. The second appends a batch of that in one transaction (group commit), while
the first decides the next. Nobody is answered before the log is durable, nobody who reads ``state`` sees what
is not, and nothing is appended before it is known what became of the batch that it goes on from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import sleep

from msgspec import Struct

from renkei.clock import SECOND, Clock
from renkei.errors import RenkeiError
from renkei.log.port import Log, OvertakenError
from renkei.runner import commands
from renkei.runner.batch import Asked, Batch, RowMaker
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome
from renkei.runner.state import NODE, Actor, State
from renkei.runner.timers import next_due

MOST_TOGETHER = 256
"""Commands decided in one group: beside their work one flush of the disk is little; more gain nothing."""
LOOK = 1.0
"""Seconds after which a node that nobody asks looks at its log and its timers."""


class HaltedError(RenkeiError):
    """The node has stopped: its log could not be written, or it was closed. Nothing was recorded."""


class _Appending(Struct):
    """A batch that the second thread has, and what becomes of it."""

    batch: Batch
    over: threading.Event
    error: BaseException | None = None
    """Why it is not durable; holds once it is ``over``."""


_APPENDED = Asked(NODE, commands.Tick(), Future())
"""Wakes the first thread; nobody asks it."""


class Writer:
    """Decides and appends; the only thing that does either in this process."""

    def __init__(
        self,
        log: Log,
        books: Books,
        clock: Clock,
        maker: RowMaker,
        state: State,
        *,
        caught_up: Callable[[State], State],
        on_commit: Callable[[State], None],
    ) -> None:
        """Begin to write.

        Args:
            log: The log.
            books: The models.
            clock: Tells the moment.
            maker: Makes rows.
            state: What the log comes to.
            caught_up: Returns the state after all that is in the log by now, whoever appended it.
            on_commit: Called after each batch that was appended.
        """
        self._log, self._books, self._clock, self._maker = log, books, clock, maker
        self._caught_up, self._on_commit = caught_up, on_commit
        self._state = state
        self._batch = self._new_batch(state)
        self._appending: _Appending | None = None
        self._asked: SimpleQueue[Asked | None] = SimpleQueue()
        self._to_append: SimpleQueue[_Appending | None] = SimpleQueue()
        self._ending = False
        self._closed = threading.Event()
        self._halted: BaseException | None = None
        self._looked = 0
        self._due: tuple[int, int | None] = (-1, None)
        name = books.party
        self._first = threading.Thread(target=self._write, name=f"writer-{name}", daemon=True)
        self._second = threading.Thread(target=self._append, name=f"appender-{name}", daemon=True)
        self._second.start()
        self._first.start()

    @property
    def state(self) -> State:
        """Return what the log comes to, as far as it is durable."""
        return self._state

    @property
    def is_running(self) -> bool:
        """Return whether commands are taken."""
        return self._halted is None and not self._closed.is_set()

    def submit(self, actor: Actor, command: Command) -> Future[Outcome]:
        """Ask for a command to be carried out; the answer comes when it is durable, or refused."""
        asked = Asked(actor, command, Future())
        self._asked.put(asked)
        if not self.is_running:
            # Looked at after it was put: if the writer has stopped since, it may have missed this one.
            self._dismiss()
        return asked.answer

    def close(self) -> bool:
        """Answer what was asked, and stop; return whether it ends well, and now."""
        if self._closed.is_set():
            return False
        self._asked.put(None)
        self._first.join()
        return self._halted is None

    def _new_batch(self, state: State) -> Batch:
        return Batch(state, self._books, self._maker)

    # The second thread

    def _append(self) -> None:
        while (given := self._to_append.get()) is not None:
            try:
                self._log.append(given.batch.rows)
            except BaseException as error:  # noqa: BLE001  # the first thread tells who waits
                given.error = error
            given.over.set()
            self._asked.put(_APPENDED)

    # The first thread

    def _write(self) -> None:
        try:
            while self._has_work():
                self._step()
        except BaseException as error:  # noqa: BLE001  # whatever it is, nobody may wait for an answer for ever
            self._halt(error)
        self._closed.set()
        self._to_append.put(None)
        self._dismiss()

    def _has_work(self) -> bool:
        return not self._ending or bool(self._batch.asked) or self._appending is not None

    def _step(self) -> None:
        """Do what comes next: take over what was appended, have more appended, or decide on more."""
        appending = self._appending
        if appending is not None and (self._must_wait or appending.over.is_set()):
            self._settle(appending)
        elif appending is None and self._batch.asked and (self._must_wait or self._asked.empty()):
            self._start()
        else:
            self._gather()

    @property
    def _must_wait(self) -> bool:
        """Return whether no more commands are taken before the batch is on its way."""
        return self._ending or len(self._batch.asked) >= MOST_TOGETHER

    def _gather(self) -> None:
        """Wait for a command, and decide on it and on what waits behind it, as far as the store is busy."""
        try:
            asked = self._asked.get(timeout=LOOK)
        except Empty:
            self._tick(self._clock.now())
            return
        try:
            now = self._clock.now()
            if now - self._looked >= SECOND:
                self._tick(now)
            self._follow()
        except BaseException:
            # Whoever asked is told with all the others who wait.
            self._asked.put(asked)
            raise
        self._decide(asked, now)

    def _decide(self, asked: Asked | None, now: int) -> None:
        over = self._appending.over.is_set if self._appending is not None else bool
        with suppress(Empty):
            while asked is not None:
                if asked is not _APPENDED:
                    self._batch.take(asked, now)
                if over() or len(self._batch.asked) >= MOST_TOGETHER:
                    return
                asked = self._asked.get_nowait()
            self._ending = True

    def _tick(self, now: int) -> None:
        """Let the timers go off whose moment has come."""
        self._follow()
        self._looked = now
        state = self._batch.state
        if self._due[0] != state.seq:
            self._due = (state.seq, next_due(state, self._books))
        if self._due[1] is not None and self._due[1] <= now:
            self._batch.take(Asked(NODE, commands.Tick(), Future()), now)

    def _follow(self) -> None:
        """Begin on what another process of this party appended: it may change every decision."""
        if not self._batch.asked and self._appending is None and self._log.last() > self._state.seq:
            self._state = self._caught_up(self._state)
            self._batch = self._new_batch(self._state)

    def _start(self) -> None:
        """Have the batch appended, unless somebody gave up: then it is decided again, without them.

        Where it records nothing, there is nothing by which the store could tell that it was overtaken.
        """
        batch = self._batch
        if not batch.start() or (not batch.rows and self._log.last() > self._state.seq):
            self._decide_again(batch)
            return
        self._appending = _Appending(batch, threading.Event())
        self._batch = self._new_batch(batch.state)
        if batch.rows:
            self._to_append.put(self._appending)
        else:
            self._appending.over.set()

    def _settle(self, appending: _Appending) -> None:
        """Take over what became of a batch: it is durable, or another process appended first."""
        batch = appending.batch
        appending.over.wait()
        if isinstance(appending.error, OvertakenError):
            self._decide_again(batch)
            self._appending = None
            return
        if appending.error is not None:
            raise appending.error
        self._appending = None
        before, self._state = self._state.seq, batch.state
        try:
            if self._state.seq > before:
                self._on_commit(self._state)
            if self._batch.asked and (self._must_wait or self._asked.empty()):
                # Ahead of the answers, so that the store is not idle meanwhile.
                self._start()
        finally:
            # What is durable is answered, whatever follows from it.
            batch.answer()
        # Whoever was answered goes first: what they ask next belongs to the next batch.
        sleep(0)

    def _decide_again(self, batch: Batch) -> None:
        """Decide on what is in the log now; what was decided after this batch went on from it."""
        if self._log.last() > self._state.seq:
            self._state = self._caught_up(self._state)
        following = [] if batch is self._batch else self._batch.asked
        self._batch = batch.again(self._state, following, self._clock.now())

    def _halt(self, error: BaseException) -> None:
        """Tell everybody whose command was decided, and is not durable, why the writer has stopped."""
        self._halted = error
        reason = self._stopped()
        appending = self._appending
        if appending is not None:
            appending.over.wait()
            if appending.error is None:
                self._state = appending.batch.state
                appending.batch.answer()
            else:
                appending.batch.dismiss(reason)
        self._batch.dismiss(reason)

    def _dismiss(self) -> None:
        """Tell whoever still waits that nothing is carried out any more."""
        while True:
            try:
                left = self._asked.get_nowait()
            except Empty:
                return
            if left is not None and left is not _APPENDED and left.answer.set_running_or_notify_cancel():
                left.answer.set_exception(self._stopped())

    def _stopped(self) -> HaltedError:
        why = f": {self._halted}" if self._halted is not None else ""
        return HaltedError(f"the node of {self._books.party} has stopped{why}")
