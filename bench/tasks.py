"""How many tasks a second a node completes with full durability, beside SpiffWorkflow on the same drawing.

    python bench/tasks.py
    python bench/tasks.py --quick    # one pass

Both read one BPMN file (12 user tasks, an exclusive choice on what the second task decides, a parallel block)
and complete the same tasks of the same cases in the same order, which both must accept, to the end of every
case. Both store in SQLite in WAL mode with ``synchronous=FULL``. renkei: commands through the queue of a node,
which commits what waits as one group. SpiffWorkflow: a task is run, the workflow serialized by its own
serializer and stored, one transaction a task; then with as many tasks in a transaction as renkei may have; then
neither stores anything. Rates are medians of alternating passes.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from workloads import task_work, write

from renkei.clock import SystemClock
from renkei.log.port import Log
from renkei.log.sqlite import SqliteLog
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.runner.book import Books
from renkei.runner.commands import Assume, Complete, OpenCase
from renkei.runner.decide import decide
from renkei.runner.events import ModelAdopted, NodeCreated, Record
from renkei.runner.evolve import replay
from renkei.runner.node import Node
from renkei.runner.state import Actor, State

GROUP = 64
"""Cases in flight, and so the most tasks that one transaction holds."""
CASES = 320
PASSES = 5
TARGET = 20.0
WATCH = Actor("Mori", "watch")

Schedule = list[list[tuple[int, str, str]]]
"""Rounds of (case, task, what the task decides)."""


def schedule(cases: int) -> Schedule:
    """Return which task of which case is completed when: each round takes one task of each case in flight."""
    chance = Random(3)
    rounds: Schedule = []
    for begin in range(0, cases, GROUP):
        orders = []
        for case in range(begin, min(begin + GROUP, cases)):
            way = chance.choice(["left", "right"])
            middle = ["t3", "t4"] if way == "left" else ["t5", "t6"]
            sides = [["t7", "t8"], ["t9", "t10"]]
            mixed = [chance.choice([s for s in sides if s]).pop(0) for _ in range(4) if any(sides)]
            names = ["t1", "t2", *middle, *mixed, "t11", "t12"]
            orders.append([(case, name, way if name == "t2" else "") for name in names])
        rounds += [list(together) for together in zip(*orders, strict=True)]
    return rounds


class Renkei:
    """A node with its log in one file."""

    def __init__(self, folder: Path, arrangement: Arrangement) -> None:
        self.groups = 0
        self.log = SqliteLog(folder / "renkei.db")
        assert self.log._writer is not None  # noqa: SLF001
        assert durable(self.log._writer)  # noqa: SLF001
        self.node = Node(self.log, arrangement, "party", SystemClock(), on_commit=self._count)
        assert self.node.ask(WATCH, Assume(post="watch")).refusal is None

    def _count(self, _: Log, __: State) -> None:
        self.groups += 1

    def open(self, cases: int) -> None:
        asked = [self.node.submit(WATCH, OpenCase(process="work", title="a case")) for _ in range(cases)]
        self.names = [answer.result().recorded[0].record.event.case for answer in asked]  # type: ignore[union-attr]
        self.groups = 0

    def complete(self, together: list[tuple[int, str, str]]) -> None:
        asked = [
            self.node.submit(
                WATCH, Complete(case=self.names[case], task=task, outcome={"way": way} if way else {})
            )
            for case, task, way in together
        ]
        for answer in asked:
            assert answer.result().refusal is None

    def ended(self) -> int:
        return sum(not case.is_open for case in self.node.state.cases.values())

    def close(self) -> None:
        self.node.close()
        self.log.close()


class Deciding:
    """renkei's decisions alone: no thread, no log."""

    groups = 0

    def __init__(self, folder: Path, arrangement: Arrangement) -> None:
        self.books = Books("party", arrangement)
        first = [NodeCreated("party", "log"), ModelAdopted(arrangement.digest)]
        self.state = replay((Record(n, n, event) for n, event in enumerate(first, 1)), self.books)
        self._ask(Assume(post="watch"))

    def _ask(self, command: Any) -> Any:
        outcome = decide(self.state, command, WATCH, self.state.at + 1, self.books)
        assert outcome.refusal is None
        self.state = outcome.state
        return outcome

    def open(self, cases: int) -> None:
        opened = [self._ask(OpenCase(process="work", title="a case")) for _ in range(cases)]
        self.names = [outcome.recorded[0].record.event.case for outcome in opened]

    def complete(self, together: list[tuple[int, str, str]]) -> None:
        for case, task, way in together:
            self._ask(Complete(case=self.names[case], task=task, outcome={"way": way} if way else {}))

    def ended(self) -> int:
        return sum(not case.is_open for case in self.state.cases.values())

    def close(self) -> None:
        """Nothing is open."""


class Spiff:
    """SpiffWorkflow, with every workflow in one row of a table; ``each``: tasks in a transaction, 0 for no store."""

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
ENGINES: dict[str, Engine] = {
    "renkei, a node on its log": Renkei,
    "SpiffWorkflow, one task in a transaction": partial(Spiff, each=1),
    f"SpiffWorkflow, {GROUP} tasks in a transaction": partial(Spiff, each=GROUP),
    "renkei, deciding alone": Deciding,
    "SpiffWorkflow, its engine alone": partial(Spiff, each=0),
}


def timed(kind: Engine, arrangement: Arrangement, cases: int) -> tuple[float, float, int]:
    """Complete all tasks of some cases; return tasks a second, tasks in a transaction, and cases that ended."""
    rounds = schedule(cases)
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        engine = kind(Path(folder), arrangement)
        engine.open(cases)
        begin = perf_counter()
        for together in rounds:
            engine.complete(together)
        seconds = perf_counter() - begin
        ended = engine.ended()
        groups = engine.groups or getattr(engine, "each", 0) and sum(-(-len(r) // engine.each) for r in rounds)
        engine.close()
    tasks = sum(map(len, rounds))
    return tasks / seconds, tasks / groups if groups else 0.0, ended


def passes(arrangement: Arrangement, times: int, cases: int) -> Iterator[tuple[str, float, float, bool]]:
    """Yield the median of each engine."""
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in ENGINES}
    for _ in range(times):
        for name, kind in ENGINES.items():
            found[name].append(timed(kind, arrangement, cases))
    for name, results in found.items():
        rates, groups, ended = zip(*results, strict=True)
        yield name, median(rates), median(groups), set(ended) == {cases}


def main() -> int:
    """Print the table; fail where a case does not end or the target is missed."""
    logging.disable(logging.CRITICAL)
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        arrangement = load_arrangement(write(Path(folder), *task_work(), 3600.0))
        results = list(passes(arrangement, 1 if quick else PASSES, GROUP if quick else CASES))
    tasks = 10 * (GROUP if quick else CASES)
    print(f"All {tasks} tasks completed, every case ended: {'yes' if all(r[3] for r in results) else 'NO'}.\n")
    ours = {True: results[0][1], False: results[3][1]}
    print("| engine | tasks/s | tasks in a transaction (mean) | renkei's rate is so many times as high |")
    print("| :-- | --: | --: | --: |")
    for name, rate, group, _ in results:
        ratio = ours[bool(group)] / rate
        print(f"| {name} | {rate:,.0f} | {f'{group:.0f}' if group else 'no store'} | {ratio:.1f} |")
    held = all(r[3] for r in results) and ours[True] >= TARGET * results[2][1]
    print(f"\nTarget: {TARGET:.0f} times SpiffWorkflow with the same group" + ("." if held else ": MISSED."))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
