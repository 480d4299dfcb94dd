"""The command line: ``renkei check|simulate|compare|run|hq|log|link|demo|explain|schema|library``.

Layer: interfaces. Importing it costs next to nothing; what a command needs is imported when it runs, and
inside the part that turns an interruption into exit code 130.

Exit codes: 0 all holds or done, 1 a property fails or a node refuses, 2 unusable input or call, 3 cut
short by a limit, 4 a node out of reach, 70 a bug of renkei, 130 interrupted, 141 the reader of the output
has gone.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer

    app: typer.Typer

__all__ = ["app", "main", "run"]

INTERRUPTED = 130


def __getattr__(name: str) -> object:
    """Import the Typer application when it is first asked for."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from renkei.interfaces.cli.commands import app

    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        from renkei.interfaces.cli.outcome import run_command

        return run_command(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def main() -> NoReturn:
    """Run the command that the process was started with, and leave with its exit code."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (BrokenPipeError, KeyboardInterrupt):
        code = code or INTERRUPTED
    if code == INTERRUPTED:
        leave_now(code)
    sys.exit(code)


def leave_now(code: int) -> NoReturn:
    """Leave without waiting for threads that still simulate."""
    import os

    os._exit(code)
