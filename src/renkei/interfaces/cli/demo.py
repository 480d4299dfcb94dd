"""The command ``demo``: check and compare the reference model, write the report, offer to run it.

Layer: interfaces.
"""

from __future__ import annotations

import sys
from pathlib import Path

from renkei.interfaces.cli.checking import exit_code, print_report
from renkei.interfaces.cli.output import console, print_json, say, write_whole
from renkei.interfaces.cli.progress import progress
from renkei.interfaces.cli.simulating import Wanted, print_compared, simulated
from renkei.interfaces.text import spoken
from renkei.process.arrangement import load_arrangement

MODEL = "us-japan"
COMMAND = f"renkei run {MODEL}"


def run_demo(output: Path, *, replications: int | None, seed: int, threads: int, as_json: bool) -> int:
    """Check and compare the reference model, print what was found, write the report."""
    words, arrangement = spoken(), load_arrangement(MODEL)
    from renkei.checker import check

    with progress(words("progress.check"), counted=words("check.states")) as advance:
        checked = check(arrangement, progress=advance)
    if not as_json:
        print_report(arrangement, checked)
        console().print()
    compared = simulated(arrangement, Wanted(None, None, seed, replications, threads, None))
    if not as_json:
        print_compared(arrangement, compared, assumed=True)
    from renkei.interfaces.render.report import html_report

    with progress(words("progress.report")):
        write_whole(
            output, html_report(arrangement, check=checked, comparison=compared, language=words.language)
        )
    if as_json:
        print_json({"check": checked.to_dict(), "comparison": compared.to_dict(), "report": str(output)})
        say(words("said.report", path=output))
    else:
        console().print(f"\n{words('said.report', path=output)}", soft_wrap=True)
    code = exit_code(checked)
    return code if as_json else offered(code)


def offered(code: int) -> int:
    """Tell how to run the headquarters; run them, and open their page, if whoever is at the terminal says so.

    Args:
        code: Exit code of what was done so far; it is that of the whole where nothing is run.
    """
    words = spoken()
    console().print(f"\n{words('demo.run', command=COMMAND)}", soft_wrap=True)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return code
    print(words("demo.ask"), end=" ", flush=True)
    if sys.stdin.readline().strip().lower() not in words("demo.yes").split():
        return code
    from renkei.interfaces.cli.running import Asked, run_nodes

    return run_nodes(Asked(MODEL), administrator=None, as_json=False, in_browser=True)
