"""Tables of a simulation for a terminal: what was measured, how options differ, who is busy.

Layer: interfaces.
"""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text as Line

from renkei.interfaces.render.comparison import SMALL, Comparison, order
from renkei.interfaces.render.provenance import Assumed, grouped
from renkei.interfaces.render.quantity import estimate, share, time, unit_for
from renkei.interfaces.render.tables import plain_table
from renkei.interfaces.text import Words

MOST_POSTS = 10


def print_measures(console: Console, comparison: Comparison, words: Words) -> None:
    """Print one table a measure: mean with its interval, and percentiles."""
    for measure in comparison.measures:
        unit = comparison.unit(measure)
        headings = ("option", "measure.mean", "measure.p50", "measure.p90", "measure.p95", "measure.cases")
        table = plain_table(*map(words, headings), words("measure.censored"), right=range(1, 7))
        for option, entry in comparison.measured(measure).items():
            percentiles = (time(value, unit, words) for value in (entry["p50"], entry["p90"], entry["p95"]))
            mean = estimate(entry["mean"], entry["ci95"], unit, words)
            table.add_row(option, mean, *percentiles, f"{entry['cases']:,}", f"{entry['censored']:,}")
        console.print(Line(_title(comparison, measure, words), style="bold"))
        console.print(Padding(table, (0, 0, 0, 2)))
        _warn(console, comparison, measure, words)
        console.print()


def print_comparison(console: Console, comparison: Comparison, words: Words) -> None:
    """Print one table a measure with the differences from the baseline, and each in one sentence."""
    for measure in comparison.measures:
        unit, measured = comparison.unit(measure), comparison.measured(measure)
        columns = [
            words("option"),
            words("measure.mean"),
            words("compare.difference", baseline=comparison.baseline),
        ]
        table = plain_table(*columns, words("compare.share"), words("compare.reading"), right=(1, 2, 3))
        for option in order(list(measured), comparison.baseline):
            entry, difference = measured[option], comparison.difference(measure, option)
            mean = estimate(entry["mean"], entry["ci95"], unit, words)
            if difference is None:
                table.add_row(option, mean, words("absent"), words("absent"), words("compare.baseline"))
                continue
            told = estimate(difference["mean"], difference["ci95"], unit, words, signed=True)
            table.add_row(
                option,
                mean,
                told,
                share(difference["share_faster"], words),
                comparison.word(difference, words),
            )
        console.print(Line(_title(comparison, measure, words), style="bold"))
        console.print(Padding(table, (0, 0, 0, 2)))
        _warn(console, comparison, measure, words)
        console.print()


def print_outcomes(console: Console, comparison: Comparison, words: Words) -> None:
    """Print how each option comes out, and what the words in the tables mean."""
    for outcome in comparison.outcomes(words):
        console.print(Line(outcome.title, style="bold"))
        for line in outcome.lines:
            console.print(Padding(Line(line), (0, 0, 0, 2)))
    if comparison.baseline:
        console.print(Line(f"\n{words('compare.legend', part=share(SMALL, words))}"))


def _title(comparison: Comparison, measure: str, words: Words) -> str:
    return comparison.names.of("measures", measure, words.language)


def _warn(console: Console, comparison: Comparison, measure: str, words: Words) -> None:
    if comparison.too_many_unfinished(measure):
        console.print(Padding(Line(comparison.warning(measure, words)), (0, 0, 0, 2)))


def print_options(console: Console, comparison: Comparison, words: Words) -> None:
    """Print which id stands for which option."""
    table = plain_table(words("option"), words("compare.name"))
    for option in comparison.options:
        if option:
            table.add_row(option, comparison.names.of("options", option, words.language))
    if table.row_count:
        console.print(Padding(table, (0, 0, 1, 0)))


def print_posts(console: Console, comparison: Comparison, words: Words) -> None:
    """Print how busy the busiest posts are under each option."""
    posts, options = comparison.posts[:MOST_POSTS], comparison.options
    if not posts:
        return
    single = len(options) == 1
    headings = [option or words("posts.utilisation") for option in options]
    table = plain_table(
        words("posts.post"),
        *([words("posts.utilisation"), words("posts.wait")] if single else headings),
        right=range(1, 3 + len(options)),
    )
    for post in posts:
        busy = [comparison.facts["options"][option]["posts"].get(post) for option in options]
        cells = [share(entry["utilisation"], words) if entry else words("absent") for entry in busy]
        if single and busy[0]:
            wait = busy[0]["mean_wait"]
            cells.append(time(wait, unit_for([wait]), words))
        table.add_row(comparison.names.of("posts", post, words.language), *cells)
    console.print(Line(words("posts.title"), style="bold"))
    console.print(Padding(table, (0, 0, 1, 2)))


def print_assumptions(console: Console, found: list[Assumed], words: Words) -> None:
    """Print what is assumed, reason by reason, with the numbers that rest on it."""
    if not found:
        return
    console.print(Line(words("provenance.title", count=len(found)), style="bold"))
    for why, entries in grouped(found, words.language).items():
        first = entries[0]
        value, ends = first.value(words), first.range(words)
        value = ends if value == words("absent") else words("provenance.value", value=value, range=ends)
        more = words("provenance.more", count=len(entries) - 1) if len(entries) > 1 else ""
        console.print(Padding(Line(f"• {why.rstrip('.。')}: {value}{more}"), (0, 0, 0, 2)))
    console.print()


def print_basis(console: Console, comparison: Comparison, words: Words) -> None:
    """Print what the figures rest on: seed, replications and digest."""
    facts = comparison.facts
    console.print()
    said = words(
        "compare.basis", seed=facts["seed"], replications=facts["replications"], digest=facts["digest"][:12]
    )
    console.print(Line(said))
