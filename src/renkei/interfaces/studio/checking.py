"""One check of files that are being edited: problems, outline, verdicts, counter-examples.

Layer: interfaces. Runs in the worker, which remembers the verdicts of earlier checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from renkei.checker import CheckReport, check
from renkei.checker.memory import Memory
from renkei.errors import InputError, LimitError, Problem, UsageError
from renkei.interfaces.studio.files import Files, laid_out, without_folder
from renkei.interfaces.studio.outline import outline
from renkei.interfaces.studio.problems import NO_WORDS, title, told
from renkei.interfaces.studio.replay import counterexample
from renkei.process.arrangement import Arrangement, load_arrangement

MOST_STATES = 1_000_000
"""Markings of a process that are looked at while somebody types; ``renkei check`` goes on for longer."""
Advance = Callable[[int, int], None]
Thing = dict[str, Any]


def check_files(files: Files, options: Sequence[str] | None, memory: Memory, advance: Advance) -> Thing:
    """Return all that a check of the files found out."""
    began = perf_counter()
    with laid_out(files) as folder:
        answer = _checked(folder, files, options, memory, advance)
    return {**answer, "seconds": round(perf_counter() - began, 6)}


def _checked(
    folder: Path, files: Files, options: Sequence[str] | None, memory: Memory, advance: Advance
) -> Thing:
    def problems(found: Sequence[Problem], severity: str = "error") -> list[Thing]:
        return list(told([without_folder(problem, folder) for problem in found], files, severity))

    try:
        arrangement = load_arrangement(folder)
    except InputError as error:
        return _unchecked(problems(error.problems), None, "")
    findings, shown = problems(arrangement.findings, "warning"), outline(arrangement)
    try:
        report = check(
            arrangement,
            options=_known(arrangement, options),
            max_states=MOST_STATES,
            progress=advance,
            memory=memory,
        )
    except InputError as error:
        return _unchecked([*problems(error.problems), *findings], shown, arrangement.digest)
    except (LimitError, UsageError) as error:
        code = "RK011" if isinstance(error, LimitError) else "RK012"
        return _unchecked([*problems([Problem(code, str(error))]), *findings], shown, arrangement.digest)
    return {
        "usable": True,
        "digest": arrangement.digest,
        "complete": report.complete,
        "holds": report.holds,
        "problems": findings,
        "outline": shown,
        **table(report),
    }


def _known(arrangement: Arrangement, options: Sequence[str] | None) -> Sequence[str] | None:
    """Return the options that the model has; while it is edited, one that was chosen may have gone."""
    if options is None:
        return None
    return [option for option in options if option in arrangement.options] or None


def _unchecked(problems: list[Thing], shown: Thing | None, digest: str) -> Thing:
    found: Thing = {"usable": False, "digest": digest, "complete": False, "holds": False}
    return {**found, "problems": problems, "outline": shown, "table": [], "counterexamples": []}


def table(report: CheckReport) -> Thing:
    """Return the verdicts, and each counter-example once however many verdicts it stands for."""
    rows, shown = [], dict[Any, Thing]()
    for result in report.properties:
        path, identity = result.counterexample, ""
        if path is not None:
            # Options that change names and posts tell the same path in other words.
            key = (result.process, path.finding, path.firings, path.tokens, *path.told("en"))
            if key not in shown:
                shown[key] = counterexample(f"c{len(shown) + 1}", result.process, path)
            identity = shown[key]["id"]
        row = {key: value for key, value in result.to_dict().items() if key != "counterexample"}
        words = title(result.code) if result.code else NO_WORDS
        rows.append({**row, "title": words, "counterexample": identity})
    return {"table": rows, "counterexamples": list(shown.values())}
