"""The worker of the studio: a process of its own that checks and simulates, so that the node's is left alone.

Layer: interfaces. It is told what to do over one pipe, and ends when that closes: with the node, however the
node ends. Limits on memory are the system's; those on time are kept by whoever asked.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from queue import SimpleQueue
from time import monotonic
from typing import Any

import msgspec

from renkei.errors import InputError, LimitError, Problem, UsageError
from renkei.facts import Fact, problem_of

MOST_MEMORY = 6 << 30
"""Bytes of addresses, most of which are never touched: the compiler and its libraries reserve far ahead."""
EVERY = 0.1
"""Seconds between two messages about progress."""
Thing = dict[str, Any]


class CancelledError(Exception):
    """Whoever asked does not want it any more."""


class Worker:
    """Carries out one request after the other."""

    def __init__(self, pipe: Connection) -> None:
        """Keep the pipe; nothing heavy is imported yet."""
        self._pipe = pipe
        self._asked: SimpleQueue[Thing] = SimpleQueue()
        self._cancelled: set[int] = set()
        self._sending = threading.Lock()
        self._work: Mapping[str, Callable[[Thing, Callable[[int, int], None]], Any]] | None = None

    def serve(self) -> None:
        """Carry out what comes, for ever; the process ends when the pipe closes."""
        threading.Thread(target=self._listen, name="listening", daemon=True).start()
        while True:
            request = self._asked.get()
            try:
                self._send({"id": request["id"], **self._outcome(request)})
            except (BrokenPipeError, OSError):
                return

    def _listen(self) -> None:
        while True:
            try:
                request = msgspec.msgpack.decode(self._pipe.recv_bytes())
            except (EOFError, OSError):
                # Whatever is being computed has nobody who waits for it.
                os._exit(0)
            if "cancel" in request:
                self._cancelled.add(request["cancel"])
            else:
                self._asked.put(request)

    def _outcome(self, request: Thing) -> Thing:
        try:
            return {"result": self._carry_out(request)}
        except CancelledError:
            return {"cancelled": True}
        except InputError as error:
            return {"problems": [_sent(problem) for problem in error.problems]}
        except (LimitError, UsageError) as error:
            code = "RK011" if isinstance(error, LimitError) else "RK012"
            return {"problems": [_sent(Problem(code, str(error)))]}
        except MemoryError:
            hint = "Ask for fewer replications or options, or make the model smaller."
            return {"problems": [_sent(problem_of(Fact("RK774.memory"), hint))]}
        except Exception as error:  # noqa: BLE001 - a fault of the program is told as one, and serving goes on
            return {"fault": type(error).__name__, "places": _places(error)}

    def _carry_out(self, request: Thing) -> Any:
        if self._work is None:
            from renkei.interfaces.studio.tasks import tasks

            self._work = tasks()
        number, told = request["id"], 0.0

        def advance(done: int, total: int) -> None:
            nonlocal told
            if number in self._cancelled:
                raise CancelledError
            now = monotonic()
            if now - told >= EVERY:
                told = now
                self._send({"id": number, "progress": [done, total]})

        advance(0, 0)
        return self._work[request["kind"]](request, advance)

    def _send(self, message: Thing) -> None:
        with self._sending:
            self._pipe.send_bytes(msgspec.msgpack.encode(message, enc_hook=_plain))


def _sent(problem: Problem) -> Thing:
    return {**problem.to_dict(), "facts": problem.facts}


def _plain(value: Any) -> Any:
    """Return a number of an array library as a number of Python."""
    return value.item()


def _places(error: BaseException) -> list[str]:
    from renkei.interfaces.http.diagnostics import describe

    found = describe(error)["places"]
    return list(found) if isinstance(found, list) else []


def main() -> None:
    """Serve on the pipe whose descriptor is the first argument; the second is how far to stand back."""
    os.nice(int(sys.argv[2]))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    Worker(Connection(int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
