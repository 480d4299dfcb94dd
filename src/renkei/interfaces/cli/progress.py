"""Progress of long work on standard error, where that is a terminal and nowhere else.

Layer: interfaces.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from renkei.interfaces.cli.output import console

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

Advance = Callable[[int, int], None]
"""Called with what is done and what there is to do (or was found so far)."""


@contextmanager
def progress(title: str, *, counted: str = "") -> Iterator[Advance | None]:
    """Show a bar that goes from the first number given to the second; ``counted`` names what is counted."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    with Progress(*_columns(counted), console=console(stderr=True), transient=True) as bar:
        yield _advance(bar, title)


def _columns(counted: str) -> list[ProgressColumn]:
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

    ending = TextColumn(f"{{task.completed:,.0f}} / {{task.total:,.0f}} {counted}")
    return [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), ending, TimeElapsedColumn()]


def _advance(bar: Progress, title: str) -> Advance:
    task = bar.add_task(title, total=1)

    def advance(done: int, total: int) -> None:
        bar.update(task, completed=done, total=max(total, 1))

    return advance
