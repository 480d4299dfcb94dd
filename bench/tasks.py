"""How many tasks a second a node completes with full durability, beside SpiffWorkflow on the same drawing.

    python bench/tasks.py
    python bench/tasks.py --quick    # one pass

Both read one BPMN file (user tasks, an exclusive choice on what the second task decides, a parallel block)
and complete the same tasks of the same cases in the same order, which both must accept, to the end of every
case. Both store in SQLite in WAL mode with ``synchronous=FULL``. renkei: commands go through the queue of a
node, which commits what waits as one group, while as many again are being asked. SpiffWorkflow: a task is
run, the workflow serialized by its own serializer and stored, one transaction a task; then with as many
tasks in a transaction as renkei may have, and last neither stores anything. Three sizes of a case: ten
tasks, as many as the processes of the library model us-japan have, a hundred. Rates are medians of
alternating passes, each in a process of its own.
"""

from __future__ import annotations

import gc
import logging
import sqlite3
import sys
import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from workloads import task_work, write

from renkei.clock import SystemClock
from renkei.interfaces.service.process import TURN
from renkei.log.port import Log
from renkei.log.sqlite import SqliteLog
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.runner import writer
from renkei.runner.book import Books
from renkei.runner.commands import Assume, Complete, OpenCase
from renkei.runner.decide import Outcome, decide
from renkei.runner.events import ModelAdopted, NodeCreated, Record
from renkei.runner.evolve import replay
from renkei.runner.node import Node
from renkei.runner.state import Actor, State

SHORT, LONG = 10, 100
"""Tasks in a case."""
LIBRARY = "us-japan"
FLIGHT = {SHORT: 256, LONG: 64}
"""Cases of which a task each is in one group, as far as the machine has time for; twice as many are open."""
USUAL_FLIGHT = 256
PASSES = 3
TARGET = 20.0
WATCH = Actor("Mori", "watch")

MIXED = [
    ("t7", "t8", "t9", "t10"),
    ("t7", "t9", "t8", "t10"),
    ("t7", "t9", "t10", "t8"),
    ("t9", "t10", "t7", "t8"),
    ("t9", "t7", "t10", "t8"),
    ("t9", "t7", "t8", "t10"),
]
"""The orders in which two branches of two tasks each can go."""

Schedule = list[list[tuple[int, str, str]]]
"""Rounds of (case, task, what the task decides); no case is in two rounds that follow each other."""


def schedule(cases: int, flight: int, more: int) -> Schedule:
    """Return which task of which case is completed when: two groups of cases take turns, a task each."""
    rounds: Schedule = []
    for begin in range(0, cases, 2 * flight):
        halves = [range(begin, begin + flight), range(begin + flight, begin + 2 * flight)]
        for place in range(10 + more):
            rounds += [[(case, *_order(case, more)[place]) for case in half] for half in halves]
    return rounds


def _order(case: int, more: int) -> list[tuple[str, str]]:
    """Return the tasks of a case with what they decide: both ways, and every order of the branches."""
    way, middle = (("left", ("t3", "t4")), ("right", ("t5", "t6")))[case % 2]
    branches = MIXED[case // 2 % len(MIXED)]
    last = (f"t{number}" for number in range(11, 13 + more))
    return [("t1", ""), ("t2", way), *((name, "") for name in (*middle, *branches, *last))]


class Renkei:
    """A node with its log in one file."""

    def __init__(self, folder: Path, arrangement: Arrangement, group: int) -> None:
        writer.MOST_TOGETHER = group
        self.groups = 0
        self.waiting: deque[list[Future[Outcome]]] = deque()
        self.log = SqliteLog(folder / "renkei.db")
        assert self.log._writer is not None  # noqa: SLF001
        assert durable(self.log._writer)  # noqa: SLF001
        self.node = Node(self.log, arrangement, "party", SystemClock(), on_commit=self._count)
        assert self.node.ask(WATCH, Assume(post="watch")).refusal is None

    def _count(self, _: Log, __: State) -> None:
        self.groups += 1

    def open(self, cases: int) -> None:
        asked = [self.node.submit(WATCH, OpenCase(process="work", title="a case")) for _ in range(cases)]
        self.names = [answer.result().recorded[0].record.subject for answer in asked]
        self.groups = 0

    def complete(self, together: list[tuple[int, str, str]]) -> None:
        asked = [
            self.node.submit(
                WATCH, Complete(case=self.names[case], task=task, outcome={"way": way} if way else {})
            )
            for case, task, way in together
        ]
        self.waiting.append(asked)
        if len(self.waiting) == 2:
            self._answered()

    def _answered(self) -> None:
        for answer in self.waiting.popleft():
            assert answer.result().refusal is None

    def finish(self) -> None:
        while self.waiting:
            self._answered()

    def ended(self) -> int:
        return sum(not case.is_open for case in self.node.state.cases.values())

    def close(self) -> None:
        self.node.close()
        self.log.close()


class Deciding:
    """renkei's decisions alone: no thread, no log."""

    groups = 0

    def __init__(self, _: Path, arrangement: Arrangement) -> None:
        self.books = Books("party", arrangement)
        first = [Record(1, 1, NodeCreated("party", "log")), Record(2, 2, ModelAdopted(arrangement.digest))]
        self.state = replay(first, self.books)
        self._ask(Assume(post="watch"))

    def finish(self) -> None:
        """Nothing waits."""

    def _ask(self, command: Any) -> Any:
        outcome = decide(self.state, command, WATCH, self.state.at + 1, self.books)
        assert outcome.refusal is None
        self.state = outcome.state
        return outcome

    def open(self, cases: int) -> None:
        opened = [self._ask(OpenCase(process="work", title="a case")) for _ in range(cases)]
        self.names = [outcome.recorded[0].record.subject for outcome in opened]

    def complete(self, together: list[tuple[int, str, str]]) -> None:
        for case, task, way in together:
            self._ask(Complete(case=self.names[case], task=task, outcome={"way": way} if way else {}))

    def ended(self) -> int:
        return sum(not case.is_open for case in self.state.cases.values())

    def close(self) -> None:
        """Nothing is open."""


class Spiff:
    """SpiffWorkflow, each workflow in one row of a table; ``each``: tasks in a transaction, 0: no store."""

    groups = 0

    def __init__(self, folder: Path, arrangement: Arrangement, each: int) -> None:
        self.each = each
        parser = BpmnParser()
        parser.add_bpmn_file(str(Path(arrangement.origin) / "work.bpmn"))
        self.spec = parser.get_spec("work")
        self.serializer = BpmnWorkflowSerializer()
        self.store = sqlite3.connect(folder / "spiff.db", isolation_level=None)
        self.store.execute("PRAGMA journal_mode = WAL")
        self.store.execute("PRAGMA synchronous = FULL")
        assert durable(self.store)
        self.store.execute("CREATE TABLE workflows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    def open(self, cases: int) -> None:
        self.workflows = [BpmnWorkflow(self.spec) for _ in range(cases)]
        for workflow in self.workflows:
            workflow.do_engine_steps()

    def complete(self, together: list[tuple[int, str, str]]) -> None:
        for begin in range(0, len(together), self.each or len(together)):
            group = together[begin : begin + (self.each or len(together))]
            if self.each:
                self.store.execute("BEGIN IMMEDIATE")
            for case, name, way in group:
                self._complete(self.workflows[case], name, way)
                if self.each:
                    body = self.serializer.serialize_json(self.workflows[case])
                    self.store.execute("INSERT OR REPLACE INTO workflows VALUES (?, ?)", (case, body))
            if self.each:
                self.store.execute("COMMIT")

    def finish(self) -> None:
        """Nothing waits."""

    def _complete(self, workflow: BpmnWorkflow, name: str, way: str) -> None:
        (task,) = workflow.get_tasks(state=TaskState.READY, spec_name=name)
        if way:
            task.data["way"] = way
        task.run()
        workflow.do_engine_steps()

    def ended(self) -> int:
        if self.each:
            bodies = [body for (body,) in self.store.execute("SELECT body FROM workflows")]
            return sum(self.serializer.deserialize_json(body).is_completed() for body in bodies)
        return sum(workflow.is_completed() for workflow in self.workflows)

    def close(self) -> None:
        self.store.close()


def durable(connection: sqlite3.Connection) -> bool:
    """Return whether a connection keeps a write-ahead log and flushes it at every commit."""

    def ask(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    return ask("journal_mode") == "wal" and ask("synchronous") == 2


Engine = Callable[[Path, Arrangement], Any]


def engines(group: int) -> dict[str, Engine]:
    """Return what is compared; ``group``: the most tasks in a transaction."""
    return {
        "renkei": partial(Renkei, group=group),
        "spiff, one": partial(Spiff, each=1),
        "spiff, group": partial(Spiff, each=group),
        "renkei, not stored": Deciding,
        "spiff, not stored": partial(Spiff, each=0),
    }


def timed(name: str, folder: Path, tasks: int) -> tuple[float, float]:
    """Complete all tasks; return tasks a second, and tasks in a transaction as they came."""
    flight = flight_of(tasks)
    arrangement = load_arrangement(folder)
    rounds = schedule(2 * flight, flight, tasks - SHORT)
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as store:
        engine = engines(flight)[name](Path(store), arrangement)
        engine.open(2 * flight)
        gc.collect()
        # As a node does once it serves, so for both here.
        gc.freeze()
        sys.setswitchinterval(TURN)
        begin = perf_counter()
        for together in rounds:
            engine.complete(together)
        engine.finish()
        seconds = perf_counter() - begin
        assert engine.ended() == 2 * flight, f"{engine.ended()} of {2 * flight} cases ended"
        groups = engine.groups
        engine.close()
    done = sum(map(len, rounds))
    return done / seconds, done / groups if groups else 0.0


def flight_of(tasks: int) -> int:
    """Return of how many cases a task each may be in one group, where a case has so many tasks."""
    return FLIGHT.get(tasks, USUAL_FLIGHT)


def measured(folder: Path, tasks: int, passes: int) -> dict[str, float]:
    """Return the median rates of cases of so many tasks, and how many renkei had in a transaction.

    Each measurement has a process of its own: nobody waits for what another one left in memory.
    """
    place = write(folder / str(tasks), *task_work(tasks - SHORT), 3600.0)
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(passes):
        for name in engines(flight_of(tasks)):
            with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
                found.setdefault(name, []).append(fresh.submit(timed, name, place, tasks).result())
    groups = {"group": median(group for _, group in found["renkei"])}
    return groups | {name: median(rate for rate, _ in rows) for name, rows in found.items()}


def usual_size() -> int:
    """Return how many tasks a process of the library has."""
    graphs = load_arrangement(LIBRARY).collaborations.values()
    return round(mean(sum(node.kind == "task" for node in graph.nodes.values()) for graph in graphs))


def main() -> int:
    """Print the table and whether the aim is met; fail where a case does not end."""
    passes, usual = 1 if "--quick" in sys.argv else PASSES, usual_size()
    with tempfile.TemporaryDirectory() as folder:
        rates = {tasks: measured(Path(folder), tasks, passes) for tasks in (SHORT, usual, LONG)}
    print("Both completed the same tasks in the same order, and every case ended.")
    print(f"A process of {LIBRARY} has {usual} tasks.\n")
    print("| tasks in a case | renkei, tasks/s | (in a transaction) | SpiffWorkflow, one in a transaction |")
    print("| --: | --: | --: | --: |")
    for tasks, rate in rates.items():
        print(f"| {tasks} | {rate['renkei']:,.0f} | {rate['group']:.0f} | {rate['spiff, one']:,.0f} |")
    print(f"\nAim: {TARGET:.0f} times SpiffWorkflow.\n")
    print("| tasks in a case | as it is used, one in a transaction | as many as renkei | nothing stored |")
    print("| --: | --: | --: | --: |")
    for tasks, rate in rates.items():
        ratios = [rate["renkei"] / rate["spiff, one"], rate["renkei"] / rate["spiff, group"]]
        engines_alone = rate["renkei, not stored"] / rate["spiff, not stored"]
        print(f"| {tasks} | {' | '.join(map(judged, ratios))} | {engines_alone:.1f} |")
    return 0


def judged(ratio: float) -> str:
    """Return a ratio, and whether it is what is aimed at."""
    return f"{ratio:.1f}, {'met' if ratio >= TARGET else 'missed'}"


if __name__ == "__main__":
    sys.exit(main())
