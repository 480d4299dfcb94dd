"""From what happened to what the caller sees: errors in the usual form, and the exit code.

Layer: interfaces. Every way in which a command can end passes through ``run_command``; none of them is a
traceback.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import typer

from renkei.errors import InputError, LimitError, Problem, UsageError
from renkei.interfaces.cli.output import in_language, print_json, print_problems, print_refusal, say
from renkei.interfaces.hq.answer import NodeError
from renkei.interfaces.text import choose_language, speak, spoken
from renkei.log.port import LogError

HOLDS, FAILS, UNUSABLE, CUT_SHORT, OUT_OF_REACH, BUG, INTERRUPTED, READER_GONE = 0, 1, 2, 3, 4, 70, 130, 141


def run_command(arguments: Sequence[str]) -> int:
    """Run one command in the language that it asks for, and return its exit code."""
    # A terminal that cannot show a sign gets a question mark, and no error: signs never stand alone.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    as_json = "--json" in arguments
    with speak(choose_language(arguments)):
        try:
            return _run(arguments, as_json=as_json)
        except KeyboardInterrupt:
            say(spoken()("said.interrupted"))
            return INTERRUPTED
        except BrokenPipeError:
            # What is still buffered has no reader either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return READER_GONE


def _run(arguments: Sequence[str], *, as_json: bool) -> int:
    from renkei.interfaces.cli.commands import app

    command = typer.main.get_command(app)
    try:
        # Not command.main(): it has its own ideas of what an interruption and a closed pipe mean.
        with command.make_context("renkei", list(arguments)) as context:
            code = command.invoke(context)
    except typer.Exit as ended:
        return ended.exit_code
    except BrokenPipeError:
        raise
    except NodeError as error:
        return _answer(error, as_json=as_json)
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets no traceback
        code, problems = _judged(error)
        return _refuse(problems, as_json=as_json, code=code)
    return int(code or HOLDS)


def _judged(error: Exception) -> tuple[int, Sequence[Problem]]:
    """Return the exit code of an error, and what to tell about it."""
    match error:
        case InputError():
            return UNUSABLE, error.problems
        case LogError():
            return UNUSABLE, [error.problem]
        case UsageError():
            return UNUSABLE, [Problem("RK012", str(error))]
        case typer.TyperException():
            return UNUSABLE, [call_problem(error)]
        case LimitError() | MemoryError():
            return CUT_SHORT, [limit_problem(error)]
        case _:
            return BUG, [bug_problem(error)]


def _answer(error: NodeError, *, as_json: bool) -> int:
    """Tell what a node refused, and return the exit code."""
    print_problems([in_language(error.problem, error.details)])
    print_refusal(error.details)
    if as_json:
        print_json({"errors": [error.to_dict()]})
    if error.refused:
        return FAILS
    return OUT_OF_REACH if error.out_of_reach else UNUSABLE


def _refuse(problems: Sequence[Problem], *, as_json: bool, code: int) -> int:
    print_problems(problems)
    if as_json:
        print_json({"errors": [problem.to_dict() for problem in problems]})
    return code


def limit_problem(error: Exception) -> Problem:
    """Return what to tell about a limit that was reached before there was an answer."""
    words = spoken()
    return Problem("RK011", str(error) or words("problem.memory"), words("problem.limit.hint"))


def bug_problem(error: BaseException) -> Problem:
    """Return what to tell about a bug of renkei itself; RENKEI_DEBUG=1 shows where it is."""
    words = spoken()
    if os.environ.get("RENKEI_DEBUG"):
        traceback.print_exception(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    return Problem(
        "RK099",
        words("problem.bug", kind=type(error).__name__, said=error, place=place),
        words("problem.bug.hint"),
    )


def call_problem(error: typer.TyperException) -> Problem:
    """Return what to tell about a command line that cannot be used."""
    words, kind = spoken(), type(error).__name__
    context = getattr(error, "ctx", None)
    usage = words("problem.usage.hint", command=context.command_path if context else "renkei")
    parameter = getattr(error, "param", None)
    option = getattr(error, "option_name", "")
    if kind == "NoSuchOption":
        known = [name for param in context.command.params for name in param.opts] if context else []
        near = get_close_matches(option, known, 1)
        hint = words("problem.near", name=near[0]) if near else usage
        return Problem("RK001", words("problem.option", name=option), hint)
    if kind == "MissingParameter":
        return Problem(
            "RK003", words("problem.missing", name=parameter.name.upper() if parameter else ""), usage
        )
    if kind == "BadOptionUsage":
        return Problem("RK004", words("problem.value.absent", name=option), usage)
    if kind == "BadParameter" and parameter is not None:
        name, takes = "/".join(parameter.opts), words(f"takes.{parameter.name}")
        return Problem("RK004", words("problem.value", name=name, takes=takes), usage)
    # What is too much stands in brackets at the end of the parser's own words.
    extra = error.message.rpartition("(")[2].rstrip(").")
    return Problem("RK010", words("problem.call", said=extra), usage)
