"""Put what `renkei compare us-japan` finds into the README: its table and its picture.

`make findings` does it, so that no figure there is typed by hand; a test holds the table to the model.
"""

from __future__ import annotations

import re
from pathlib import Path

from renkei.interfaces.render.plots import comparison_png
from renkei.process.arrangement import load_arrangement
from renkei.simulator import SimulationReport, simulate

ROOT = Path(__file__).resolve().parents[2]
README, PICTURE = ROOT / "README.md", ROOT / "docs" / "images" / "us-japan.png"
MEASURES = ("relief-decision", "crisis-decision", "access-decision")
HOUR = 3600
TABLE = re.compile(r"(?m)^\| until .*\n(?:\|.*\n)+")


def compared() -> SimulationReport:
    """Return the comparison that the README quotes: the model's own settings, seed 1."""
    return simulate(load_arrangement("us-japan"), seed=1, threads=2)


def table(report: SimulationReport) -> str:
    """Return the table of the README: the baseline's mean and each option's paired difference, in hours."""
    facts = report.to_dict()
    options = [option for option in facts["options"] if option != report.baseline]
    lines = [
        f"| until both sides have decided, hours | {report.baseline} |" + "".join(f" {o} |" for o in options),
        "| --- | --- |" + " --- |" * len(options),
    ]
    found = {(entry["option"], entry["measure"]): entry for entry in facts["differences"]}
    for measure in MEASURES:
        base = facts["options"][report.baseline]["measures"][measure]
        row = [measure.removesuffix("-decision"), _hours(base["mean"], base["ci95"], signed=False)]
        row += [_hours(found[o, measure]["mean"], found[o, measure]["ci95"], signed=True) for o in options]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def _hours(mean: float, interval: list[float], *, signed: bool) -> str:
    form = "{:+.1f}" if signed else "{:.1f}"
    low, high = (form.format(end / HOUR) for end in interval)
    text = f"{form.format(mean / HOUR)} ({low} to {high})".replace("-", "−")
    return re.sub(r"[+−](0\.0)(?!\d)", r"\1", text)


def with_table(page: str, new: str) -> str:
    """Return ``page`` with its table replaced."""
    text, found = TABLE.subn(lambda _: new, page)
    if found != 1:
        raise ValueError(f"the page has {found} such tables, one was expected")
    return text


if __name__ == "__main__":
    report = compared()
    README.write_text(with_table(README.read_text(encoding="utf-8"), table(report)), encoding="utf-8")
    PICTURE.parent.mkdir(exist_ok=True)
    comparison_png(report, PICTURE, arrangement=load_arrangement("us-japan"), measures=MEASURES)
    print(f"wrote {README.name} and {PICTURE.name}")
