"""How long a node takes to start on a log of a million entries, with and without a snapshot.

    python bench/replay.py
    python bench/replay.py --quick    # a twentieth of it

The entries are those of real cases, decided one after the other: 12 tasks, a choice, a parallel block, under
ids that the clients gave. Start-up is the public one: from the closed SQLite file to a node that answers.
Both states must be equal.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tasks import WATCH, schedule
from workloads import task_work, write

from renkei.clock import ManualClock
from renkei.log.port import Row
from renkei.log.sqlite import SqliteLog
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.runner.commands import Assume, Command, Complete, OpenCase
from renkei.runner.decide import Outcome, decide
from renkei.runner.events import encode
from renkei.runner.node import Node
from renkei.runner.snapshot import NAME

ENTRIES = 1_000_000
CASES = 256
"""Opened, and then brought to their ends, at a time."""
CLOCK = ManualClock(1_748_736_000_000_000)
SALT = bytes(16)


def fill(path: Path, arrangement: Arrangement, entries: int) -> None:
    """Write a log: cases that come to their ends, and in the end some that are under way."""
    log = SqliteLog(path)
    node = Node(log, arrangement, "party", CLOCK)
    node.ask(WATCH, Assume(post="watch"))
    state, books = node.state, node.books
    node.close()
    rows: list[Row] = []

    def ask(command: Command) -> Outcome:
        nonlocal state
        outcome = decide(state, command, WATCH, CLOCK.now(), books)
        assert outcome.refusal is None
        state = outcome.state
        for entry in outcome.recorded:
            record = entry.record
            rows.append(Row(record.seq, record.kind, record.subject, record.at, encode(record), SALT))
        return outcome

    rounds = schedule(CASES, CASES // 2, 0)
    while state.seq < entries:
        number, names = state.seq, []
        for case in range(CASES):
            opened = ask(OpenCase(process="work", title=f"case {case}", id=f"o-{number}-{case}"))
            names.append(opened.recorded[0].record.subject)
        for together in rounds:
            for case, task, way in together:
                said = {"way": way} if way else {}
                ask(Complete(case=names[case], task=task, outcome=said, id=f"c-{number}-{case}-{task}"))
        log.append(rows)
        rows.clear()
    log.close()


def started(path: Path, arrangement: Arrangement) -> tuple[float, SqliteLog, Node]:
    """Start a node; return how long it took."""
    log = SqliteLog(path)
    begin = perf_counter()
    node = Node(log, arrangement, "party", CLOCK)
    assert node.ask(WATCH, Complete(case="none", task="t1")).refusal is not None
    return perf_counter() - begin, log, node


def main() -> int:
    """Print the table; fail where the states differ."""
    entries = ENTRIES // 20 if "--quick" in sys.argv else ENTRIES
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as name:
        arrangement = load_arrangement(write(Path(name) / "model", *task_work(), 3600.0))
        path = Path(name) / "replay.db"
        begin = perf_counter()
        fill(path, arrangement, entries)
        filled = perf_counter() - begin
        without, log, node = started(path, arrangement)
        state, seq = node.state, node.state.seq
        begin = perf_counter()
        node.close()
        kept = perf_counter() - begin
        found = log.kept(NAME)
        assert found is not None
        assert found[0] == seq
        size = len(found[1])
        log.close()
        with_one, log, node = started(path, arrangement)
        same = node.state == state
        node.close()
        log.close()
        stored = path.stat().st_size
    cases = len(state.cases)
    print(
        f"{seq:,} entries of {cases:,} cases ({stored / 1e6:,.0f} MB), decided and stored in {filled:.0f} s."
    )
    print(f"The states with and without the snapshot are equal: {'yes' if same else 'NO'}.\n")
    print("| start | seconds | entries/s |")
    print("| :-- | --: | --: |")
    print(f"| replay of the whole log | {without:.2f} | {seq / without:,.0f} |")
    print(f"| from a snapshot at its end ({size / 1e6:,.1f} MB, kept in {kept:.2f} s) | {with_one:.2f} | |")
    print(f"\nMost memory used: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
