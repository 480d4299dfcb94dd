"""Keeps one worker: starts it when there is something to do, gives it one thing at a time, and kills it.

Layer: interfaces. What is cancelled is asked to stop, and killed where it does not; the next request finds a
new worker. Nothing of a worker's work runs in this process.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import SimpleQueue
from time import monotonic
from typing import Any

import msgspec

from renkei.errors import Problem
from renkei.facts import Fact, problem_of

GRACE = 1.0
"""Seconds within which a worker that is asked to stop has to."""
LOOK = 0.05
"""Seconds between two looks at whether a request was cancelled."""
MOST_ANSWER = 64 << 20
WORKER = "renkei.interfaces.studio.worker"
Thing = dict[str, Any]
Progress = Callable[[int, int], None]


class StoppedError(Exception):
    """A request was cancelled."""


class RefusedError(Exception):
    """A request could not be carried out; holds why."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems."""
        super().__init__(*map(str, problems))
        self.problems = problems


@dataclass(eq=False)
class Asked:
    """A request, and what will come of it."""

    request: Thing
    seconds: float
    """Longest that it may take."""
    progress: Progress | None = None
    begun: Callable[[], None] | None = None
    answer: Future[Any] = field(default_factory=Future)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Do not wait for it any more, and let it stop; what it found out by then is not given any more."""
        self.cancelled.set()


class Keeper:
    """Keeps one worker."""

    def __init__(self, name: str, nice: int = 5) -> None:
        """Start nothing yet; ``nice`` is how far the worker stands back behind other processes."""
        self._name, self._nice = name, nice
        self._asked: SimpleQueue[Asked | None] = SimpleQueue()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._current: Asked | None = None
        self._closed = False

    @property
    def pid(self) -> int:
        """Return the process of the worker, 0 while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else 0

    def ask(self, asked: Asked) -> Future[Any]:
        """Ask for something; the future raises ``StoppedError`` or ``RefusedError`` where it fails."""
        with self._starting:
            if self._closed:
                asked.answer.set_exception(StoppedError())
                return asked.answer
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
                self._thread.start()
        self._asked.put(asked)
        return asked.answer

    def close(self) -> None:
        """End the worker, whatever it does."""
        with self._starting:
            self._closed = True
            thread = self._thread
        current = self._current
        if current is not None:
            current.cancel()
        self._asked.put(None)
        if thread is not None:
            thread.join()
        self._kill()

    def _serve(self) -> None:
        while (asked := self._asked.get()) is not None:
            self._current = asked
            if not asked.answer.set_running_or_notify_cancel():
                continue
            try:
                asked.answer.set_result(self._carried_out(asked))
            except Exception as error:  # noqa: BLE001 - it is given to whoever asked
                asked.answer.set_exception(error)
            self._current = None
        while not self._asked.empty():
            left = self._asked.get()
            if left is not None and left.answer.set_running_or_notify_cancel():
                left.answer.set_exception(StoppedError())

    def _carried_out(self, asked: Asked) -> Any:
        if asked.cancelled.is_set() or self._closed:
            raise StoppedError
        if asked.begun is not None:
            asked.begun()
        number, pipe = next(self._numbers), self._started()
        try:
            pipe.send_bytes(msgspec.msgpack.encode({**asked.request, "id": number}))
            return self._awaited(asked, number, pipe)
        except (EOFError, OSError):
            self._kill()
            if asked.cancelled.is_set() or self._closed:
                raise StoppedError from None
            hint = "It may have needed more memory than there is. Ask for less, or make the model smaller."
            raise RefusedError(problem_of(Fact("RK774.worker"), hint)) from None

    def _awaited(self, asked: Asked, number: int, pipe: Connection) -> Any:
        until, stopping = monotonic() + asked.seconds, False
        while True:
            if pipe.poll(LOOK):
                message = msgspec.msgpack.decode(pipe.recv_bytes(MOST_ANSWER))
                if message["id"] == number and "progress" in message:
                    if asked.progress is not None:
                        asked.progress(*message["progress"])
                elif message["id"] == number:
                    if asked.cancelled.is_set():
                        raise StoppedError
                    return _result(message)
            if not stopping and (asked.cancelled.is_set() or self._closed):
                stopping, until = True, min(until, monotonic() + (0.0 if self._closed else GRACE))
                pipe.send_bytes(msgspec.msgpack.encode({"cancel": number}))
            if monotonic() >= until:
                self._kill()
                if stopping:
                    raise StoppedError
                hint = "Ask for fewer replications or options, or check with the command line."
                raise RefusedError(problem_of(Fact("RK773.slow", most=f"{asked.seconds:.0f}"), hint))

    def _started(self) -> Connection:
        if self._pipe is not None and self.pid:
            return self._pipe
        self._kill()
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", WORKER, str(theirs.fileno()), str(self._nice)],
                # An interruption from the keyboard is the node's to handle.
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        self._pipe = ours
        return ours

    def _kill(self) -> None:
        if self._pipe is not None:
            with suppress(OSError):
                self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _result(message: Thing) -> Any:
    if "result" in message:
        return message["result"]
    if "cancelled" in message:
        raise StoppedError
    if "problems" in message:
        raise RefusedError(*(Problem(**problem) for problem in message["problems"]))
    from renkei.interfaces.http.diagnostics import tell

    tell("studio-fault", fault=message["fault"], places=message["places"])
    raise RefusedError(problem_of(Fact("RK775.fault", name=message["fault"])))
