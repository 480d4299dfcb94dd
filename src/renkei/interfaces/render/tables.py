"""Tables for a terminal: plain where it is none, readable at 80 columns, never by colour alone.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from renkei.checker import CheckReport, PropertyResult
from renkei.errors import Problem
from renkei.interfaces.render import verdicts
from renkei.interfaces.render.names import Names
from renkei.interfaces.text import Words

STYLES = {"holds": "", "fails": "bold red", "unknown": "yellow"}
MOST_FINDINGS = 10


def plain_table(*headings: str, right: Iterable[int] = ()) -> Table:
    """Return an empty table with headings and no lines but the one below them."""
    from rich.box import SIMPLE_HEAD

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 0, 0, 1), header_style="bold")
    numeric = set(right)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place in numeric else "left", overflow="fold")
    return table


def print_check(console: Console, report: CheckReport, names: Names, words: Words) -> None:
    """Print verdicts, counter-examples, findings and the outcome of a check."""
    print_verdicts(console, report, names, words)
    for failure in verdicts.failures(report):
        console.print()
        for part in failure_lines(failure, names, words):
            console.print(part)
    print_findings(console, report.findings, words)
    console.print(f"\n{verdicts.summary(report, words)}")


def print_verdicts(console: Console, report: CheckReport, names: Names, words: Words) -> None:
    """Print the matrix of verdicts, one table a process; as a list where the columns do not fit."""
    options, found = verdicts.options(report), verdicts.rows(report)
    for place, process in enumerate(dict.fromkeys(row.process for row in found)):
        if place:
            console.print()
        mine = [row for row in found if row.process == process]
        console.print(Line(names.of("processes", process, words.language), style="bold"))
        wide = _matrix(mine, options, names, words)
        fits = options != [""] and console.measure(wide).maximum + 2 <= console.width
        console.print(Padding(wide if fits else _listed(mine, options, words, names), (0, 0, 0, 2)))


def _matrix(rows: Sequence[verdicts.Row], options: Sequence[str], names: Names, words: Words) -> Table:
    table = plain_table(words("check.property"), *options)
    for row in rows:
        table.add_row(
            row.title(names, words), *(_verdict(row.results.get(option), words) for option in options)
        )
    return table


def _listed(rows: Sequence[verdicts.Row], options: Sequence[str], words: Words, names: Names) -> Table:
    named = options != [""]
    columns = [words("check.property"), *([words("option")] if named else []), words("check.verdict")]
    table = plain_table(*columns, words("check.states"), right=[len(columns)])
    for row in rows:
        for option, result in row.results.items():
            shown = [option] if named else []
            table.add_row(row.title(names, words), *shown, _verdict(result, words), f"{result.states:,}")
    return table


def _verdict(result: PropertyResult | None, words: Words) -> Line:
    return Line(verdicts.verdict(result, words), style=STYLES[result.verdict] if result else "")


def failure_lines(failure: verdicts.Failure, names: Names, words: Words) -> Iterator[RenderableType]:
    """Yield a property that does not hold, told step by step."""
    result = failure.result
    head = f"{verdicts.verdict(result, words)}  {failure.title(names, words)}"
    yield Line(head, style=STYLES[result.verdict])
    steps, ends = verdicts.narrative(result, words.language)
    yield numbered(steps)
    for end in ends:
        yield Padding(Line(f"→ {end}"), (0, 0, 0, 2))
    if result.dead:
        yield Padding(Line(words("check.dead", elements=", ".join(result.dead))), (0, 0, 0, 2))
    yield Padding(Line(words("check.explain", code=result.code)), (0, 0, 0, 2))


def numbered(sentences: Sequence[str]) -> RenderableType:
    """Return sentences as a numbered list with hanging lines."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for place, sentence in enumerate(sentences, 1):
        table.add_row(f"  {place}.", sentence)
    return table


def print_findings(console: Console, findings: Sequence[Problem], words: Words) -> None:
    """Print what is doubtful about the model, the first of it in full."""
    if not findings:
        return
    console.print(Line(f"\n{words('check.findings', count=len(findings))}", style="bold"))
    for problem in findings[:MOST_FINDINGS]:
        place = ":".join(str(part) for part in (problem.file, problem.line) if part)
        console.print(
            Padding(Line(f"{problem.code} {place} {problem.in_language(words.language)}"), (0, 0, 0, 2))
        )
    if len(findings) > MOST_FINDINGS:
        console.print(f"  {words('check.more_findings', count=len(findings) - MOST_FINDINGS)}")
