"""The command ``demo``: check and compare the reference model, and write the report.

Layer: interfaces.
"""

from __future__ import annotations

from pathlib import Path

from renkei.interfaces.cli.checking import exit_code, print_report
from renkei.interfaces.cli.output import console, print_json, say, write_whole
from renkei.interfaces.cli.progress import progress
from renkei.interfaces.cli.simulating import Wanted, print_compared, simulated
from renkei.interfaces.text import spoken
from renkei.process.arrangement import load_arrangement

MODEL = "us-japan"


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
    return exit_code(checked)
