"""What one more step costs a node that already knows much: ten, a hundred, a thousand times as much.

    python bench/growth.py

Nothing is stored and nobody waits: this is the time of deciding, and of taking the decision over, alone. Each
figure is the least of five measurements of 200 steps. A cost that grows with what is known would make a long
crisis slower every day; what is looked for here is a column of equal numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter

from renkei.process.arrangement import load_arrangement
from renkei.runner import commands
from renkei.runner.book import Books
from renkei.runner.commands import Command
from renkei.runner.decide import decide
from renkei.runner.events import ModelAdopted, NodeCreated, Record
from renkei.runner.evolve import replay
from renkei.runner.state import Actor, State

SIZES = (10, 100, 1_000, 10_000)
STEPS, PASSES = 200, 5
LIMIT = 2.0
"""How many times the least cost the largest may be."""
WATCH = Actor("Mori", "jpn_operations_watch")
ARRANGEMENT = load_arrangement("us-japan")
BOOKS = Books("jpn", ARRANGEMENT)


class Knowing:
    """A node's knowledge that grows by what it is asked."""

    def __init__(self) -> None:
        first = [Record(1, 1, NodeCreated("jpn", "log")), Record(2, 2, ModelAdopted(ARRANGEMENT.digest))]
        self.state: State = replay(first, BOOKS)
        self.ask(commands.Assume(post=WATCH.post))
        self.case = self.open()

    def ask(self, command: Command) -> str:
        """Ask for something; return the case or item that it is about."""
        outcome = decide(self.state, command, WATCH, self.state.at + 1, BOOKS)
        assert outcome.refusal is None, outcome.refusal
        self.state = outcome.state
        return outcome.recorded[0].record.subject

    def open(self) -> str:
        return self.ask(commands.OpenCase(contingency="earthquake", title="Earthquake"))

    def report(self) -> str:
        return self.ask(commands.Report(case=self.case, situation="As before."))


def cost(step: Callable[[], object]) -> float:
    """Return the microseconds of a step."""
    least = []
    for _ in range(PASSES):
        begin = perf_counter()
        for _ in range(STEPS):
            step()
        least.append(perf_counter() - begin)
    return min(least) / STEPS * 1e6


def grown(known: str, size: int) -> Knowing:
    """Return a node that knows so many reports about one case, or so many open cases."""
    made = Knowing()
    add = made.report if known == "reports" else made.open
    for _ in range(size):
        add()
    return made


def main() -> int:
    """Print the table; fail where a cost grows with what is known."""
    columns: dict[str, list[float]] = {}
    for known, step in (("reports", "report"), ("reports", "open"), ("cases", "report"), ("cases", "open")):
        costs = [cost(getattr(grown(known, size), step)) for size in SIZES]
        columns[f"{step}, {known} known"] = costs
    print(f"| known already | {' | '.join(columns)} |")
    print(f"| --: |{' --: |' * len(columns)}")
    for row, size in enumerate(SIZES):
        print(f"| {size:,} | {' | '.join(f'{costs[row]:.1f} µs' for costs in columns.values())} |")
    growth = max(max(costs) / min(costs) for costs in columns.values())
    print(f"\nFrom {SIZES[0]} to {SIZES[-1]:,}: at most {growth:.1f} times the cost.")
    return 0 if growth <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
