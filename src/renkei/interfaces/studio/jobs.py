"""Jobs: simulations and comparisons in the background, one a person, with progress and an end.

Layer: interfaces. Jobs and their results live as long as the node runs; they are no entries of the log.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from renkei.errors import InputError, Problem
from renkei.facts import Fact, problem_of
from renkei.interfaces.studio.files import Files, content_digest
from renkei.interfaces.studio.keeper import Asked, Keeper, RefusedError, StoppedError
from renkei.interfaces.studio.problems import title

JOB_SECONDS = 900.0
MOST_WAITING = 8
"""Jobs that wait for their turn, of all people together."""
KEPT_JOBS = 30
"""Jobs that are over and can still be asked for, of all people together."""
OPEN = frozenset({"queued", "running"})
Thing = dict[str, Any]


@dataclass(eq=False)
class Job:
    """Work in the background."""

    id: str
    kind: str
    by: str
    created: int
    asked: Thing
    digest: str
    work: Asked
    state: str = "queued"
    begun: int | None = None
    ended: int | None = None
    progress: tuple[int, int] = (0, 0)
    problems: list[Thing] = field(default_factory=list)
    result: Any = None

    def to_dict(self) -> Thing:
        """Return all but the result."""
        done, total = self.progress
        known = ("id", "kind", "state", "by", "created", "begun", "ended", "asked", "digest", "problems")
        return {key: getattr(self, key) for key in known} | {"progress": {"done": done, "total": total}}


class Jobs:
    """The jobs of one node."""

    def __init__(self, keeper: Keeper, now: Callable[[], int]) -> None:
        """Let a worker carry them out."""
        self._keeper, self._now = keeper, now
        self._jobs: dict[str, Job] = {}
        self._numbers = count(1)
        self._one = threading.Lock()

    def all(self, person: str) -> list[Job]:
        """Return the jobs of a person, the latest first."""
        with self._one:
            return [job for job in reversed(self._jobs.values()) if job.by == person]

    def find(self, person: str, identity: str) -> Job | None:
        """Return a job of a person."""
        job = self._jobs.get(identity)
        return job if job is not None and job.by == person else None

    def begin(self, person: str, kind: str, files: Files, asked: Thing) -> Job:
        """Begin a job.

        Raises:
            InputError: The person has one already, or too many wait.
        """
        with self._one:
            mine = [job for job in self._jobs.values() if job.state in OPEN and job.by == person]
            if mine:
                hint = "Wait until it has finished, or cancel it."
                busy = Fact("RK778.own", person=person, name=mine[0].id)
                raise InputError([problem_of(busy, hint)])
            if sum(job.state == "queued" for job in self._jobs.values()) >= MOST_WAITING:
                busy = Fact("RK778.jobs", most=MOST_WAITING)
                raise InputError([problem_of(busy, "Try again later.")])
            work = Asked({"kind": kind, "files": dict(files), **asked}, JOB_SECONDS)
            job = Job(
                f"j{next(self._numbers)}", kind, person, self._now(), asked, content_digest(files), work
            )
            self._jobs[job.id] = job
            self._forget()
        work.progress, work.begun = self._progress(job), self._begun(job)
        work.answer.add_done_callback(lambda answer: self._end(job, answer))
        self._keeper.ask(work)
        return job

    def cancel(self, job: Job) -> None:
        """Stop a job, or do nothing where it is over."""
        job.work.cancel()
        with self._one:
            if job.state in OPEN:
                job.state, job.ended = "cancelled", self._now()

    def _forget(self) -> None:
        over = [key for key, job in self._jobs.items() if job.state not in OPEN]
        for key in over[: max(0, len(over) - KEPT_JOBS)]:
            del self._jobs[key]

    def _progress(self, job: Job) -> Callable[[int, int], None]:
        def advance(done: int, total: int) -> None:
            job.progress = (done, total)

        return advance

    def _begun(self, job: Job) -> Callable[[], None]:
        def begun() -> None:
            with self._one:
                if job.state == "queued":
                    job.state, job.begun = "running", self._now()

        return begun

    def _end(self, job: Job, answer: Future[Any]) -> None:
        state, result, problems = "finished", None, list[Thing]()
        error = answer.exception()
        if error is None:
            result = answer.result()
        elif isinstance(error, StoppedError):
            state = "cancelled"
        elif isinstance(error, RefusedError):
            state, problems = "failed", [_told(problem) for problem in error.problems]
        else:
            state, problems = (
                "failed",
                [_told(problem_of(Fact("RK775.fault", name=type(error).__name__)))],
            )
        job.work.request = {}  # The files are no longer needed.
        with self._one:
            if job.state in OPEN:
                job.state, job.result, job.problems, job.ended = state, result, problems, self._now()
                if result is not None:
                    job.progress = (job.progress[1], job.progress[1])


def _told(problem: Problem) -> Thing:
    found = {"code": problem.code, "message": problem.message, "facts": problem.facts, "hint": problem.hint}
    return {**found, "title": title(problem.code)}
