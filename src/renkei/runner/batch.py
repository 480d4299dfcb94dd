"""Commands that are appended together: each decided on the state after the one before it.

Layer: runner. A batch knows nothing of threads and stores: it grows while an earlier one is written, and its
answers wait until somebody says that it is durable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future

from msgspec import Struct

from renkei.log.port import SALT_BYTES, Release, Row
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.decide import Outcome, decide
from renkei.runner.decision import Recorded
from renkei.runner.events import encode
from renkei.runner.state import Actor, State

_SALTS = 256
"""Random values that are fetched at once: asking the system takes far longer than what it gives."""


class Asked(Struct, frozen=True, gc=False):
    """A command, and who waits for what becomes of it."""

    actor: Actor
    command: Command
    answer: Future[Outcome]


class RowMaker:
    """Makes rows of what decisions record, each with random bytes that nobody else gets."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        """Keep where random bytes come from."""
        self._random, self._salts = random, list[bytes]()

    def row(self, entry: Recorded) -> Row:
        """Return what is appended for an entry."""
        record = entry.record
        releases: tuple[Release, ...] = ()
        if entry.partner:
            releases = (Release(entry.partner, entry.number, entry.body, self.salt()),)
        body = encode(record)
        return Row(record.seq, record.kind, record.subject, record.at, body, self.salt(), releases)

    def salt(self) -> bytes:
        """Return random bytes."""
        if not self._salts:
            many = self._random(_SALTS * SALT_BYTES)
            self._salts = [many[at - SALT_BYTES : at] for at in range(len(many), 0, -SALT_BYTES)]
        return self._salts.pop()


class Batch:
    """Commands decided so far, what they come to, and what they record."""

    def __init__(self, state: State, books: Books, maker: RowMaker) -> None:
        """Begin an empty batch on a state, which need not be durable yet."""
        self.state = state
        self.asked: list[Asked] = []
        self.rows: list[Row] = []
        self._books, self._maker = books, maker
        self._outcomes: list[Outcome | Exception] = []
        self._started = 0

    def take(self, asked: Asked, now: int) -> None:
        """Decide one more command.

        A bug that it shows must not stop the others: deciding is pure, so nothing is half done.
        """
        self.asked.append(asked)
        try:
            outcome = decide(self.state, asked.command, asked.actor, now, self._books)
            rows = [self._maker.row(entry) for entry in outcome.recorded]
        except Exception as error:  # noqa: BLE001  # it is given to whoever asked
            self._outcomes.append(error)
        else:
            self._outcomes.append(outcome)
            self.rows += rows
            self.state = outcome.state

    def start(self) -> bool:
        """Let nobody give up any more; return False where somebody has, and the others are to be asked."""
        wanted = [asked for asked in self.asked[self._started :] if _begin(asked)]
        complete = self._started + len(wanted) == len(self.asked)
        self.asked[self._started :] = wanted
        self._started = len(self.asked)
        return complete

    def again(self, state: State, following: Iterable[Asked], now: int) -> Batch:
        """Return a batch on another state with the same commands, and with those of the ``following`` one."""
        batch = Batch(state, self._books, self._maker)
        for asked in (*self.asked, *following):
            batch.take(asked, now)
        batch._started = self._started
        return batch

    def answer(self) -> None:
        """Tell everybody what their commands came to; only what is durable may be told."""
        for asked, outcome in zip(self.asked, self._outcomes, strict=True):
            if isinstance(outcome, Outcome):
                asked.answer.set_result(outcome)
            else:
                asked.answer.set_exception(outcome)

    def dismiss(self, error: Exception) -> None:
        """Tell everybody who still waits that nothing was carried out."""
        for number, asked in enumerate(self.asked):
            if number < self._started or _begin(asked):
                asked.answer.set_exception(error)


def _begin(asked: Asked) -> bool:
    """Return whether somebody still waits for the answer, and cannot give up from now on."""
    return asked.answer.set_running_or_notify_cancel()
