"""The command ``check``.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from renkei.errors import InputError
from renkei.interfaces.cli.outcome import CUT_SHORT, FAILS, HOLDS
from renkei.interfaces.cli.output import console, print_json, say, write_whole
from renkei.interfaces.cli.progress import progress
from renkei.interfaces.text import spoken
from renkei.process.arrangement import Arrangement, load_arrangement

if TYPE_CHECKING:
    from renkei.checker import CheckReport


def run_check(
    model: str,
    *,
    options: Sequence[str] | None,
    properties: Sequence[str] | None,
    exhaustive: bool,
    max_states: int | None,
    report: Path | None,
    as_json: bool,
) -> int:
    """Check a model, print what was found, write a report where one is asked for; return the exit code."""
    arrangement = load_arrangement(model)
    require(options, arrangement.options, code="RK005", model=arrangement.name)
    from renkei.checker import PROPERTIES, check
    from renkei.checker.explore import MAX_STATES

    require(properties, PROPERTIES, code="RK006")
    words = spoken()
    with progress(words("progress.check"), counted=words("check.states")) as advance:
        found = check(
            arrangement,
            options=options,
            properties=properties,
            exhaustive=exhaustive,
            max_states=MAX_STATES if max_states is None else max_states,
            progress=advance,
        )
    if report is not None:
        from renkei.interfaces.render.report import html_report

        write_whole(report, html_report(arrangement, check=found, language=words.language))
        say(words("said.report", path=report))
    if as_json:
        print_json(found.to_dict())
    else:
        print_report(arrangement, found)
    return exit_code(found)


def require(wanted: Collection[str] | None, there: Collection[str], *, code: str, model: str = "") -> None:
    """Refuse what was asked for and is not there.

    Raises:
        InputError: One of ``wanted`` is not among ``there``.
    """
    words = spoken()
    missing = ", ".join(name for name in wanted or () if name not in there)
    if missing:
        text = (
            words("problem.choice", name=missing, model=model)
            if model
            else words("problem.property", name=missing)
        )
        hint = words("problem.those", those=", ".join(there)) if there else words("problem.none")
        raise InputError.from_problem(code, text, hint)


def print_report(arrangement: Arrangement, report: CheckReport) -> None:
    """Print a check for people."""
    from renkei.interfaces.render.names import Names
    from renkei.interfaces.render.tables import print_check

    print_check(console(), report, Names.from_arrangement(arrangement), spoken())


def exit_code(report: CheckReport) -> int:
    """Return the exit code of a check: one failure weighs more than anything unknown."""
    kinds = {result.verdict for result in report.properties}
    if "fails" in kinds:
        return FAILS
    return CUT_SHORT if "unknown" in kinds else HOLDS
