"""Plots of a comparison: how long cases take (ECDF), and how options differ (forest plot).

Layer: interfaces. matplotlib is imported when the first plot is drawn. Colours are those of Okabe and Ito,
and never stand alone: line style and marker differ too. The same report gives the same bytes.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from renkei.interfaces.render.comparison import Comparison, facts_of, order
from renkei.interfaces.render.names import Names
from renkei.interfaces.render.vector import inline_svg
from renkei.interfaces.text import Words, words_in
from renkei.process.arrangement import Arrangement

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from renkei.simulator import SimulationReport

COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (2.5, 1.2)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
FONTS = ("Noto Sans", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", "Meiryo", "DejaVu Sans")
BASELINE: dict[str, Any] = {"color": "#a3adb8", "linewidth": 4.5}
"""Wide and pale, so that an option that changes nothing is seen to lie on it."""
LEGEND: dict[str, Any] = {"handlelength": 2.8, "columnspacing": 1.2, "handletextpad": 0.5}
INK, FAINT = "#1b1f24", "#c3cad2"
POINTS = 240
"""Points of a curve: more cannot be seen, and make the file large."""
WIDTH = 4.8
"""Inches; narrow enough for a telephone, where a wide plot would have letters too small to read."""


@contextmanager
def _style(salt: str) -> Iterator[None]:
    import matplotlib as mpl

    # A font of the list that is not installed here may be where the report is read.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    settings: dict[str, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.family": "sans-serif",
        "font.sans-serif": FONTS,
        "font.size": 9,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.unicode_minus": True,
    }
    with mpl.rc_context(cast(Any, settings)), warnings.catch_warnings():
        # Letters are drawn by the reader's fonts, not by those that matplotlib measures with.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def look(place: int) -> dict[str, Any]:
    """Return the colour and line of the option at ``place``."""
    return {
        "color": COLOURS[place % len(COLOURS)],
        "linestyle": DASHES[place % len(DASHES)],
        "linewidth": 1.6,
    }


def curve(samples: NDArray[np.float64], finished: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the empirical distribution of ``samples``, thinned; it ends at the share that finished."""
    import numpy as np

    shares = np.linspace(0.0, 1.0, POINTS + 1)
    return np.quantile(samples, shares), shares * finished


def distribution_svg(
    report: SimulationReport,
    comparison: Comparison,
    measure: str,
    words: Words,
    *,
    deadline: float | None = None,
) -> str:
    """Return how long cases take under each option, as SVG to stand inside a page."""
    with _style(f"distribution-{measure}-{words.language}"):
        figure = _figure(WIDTH, 3.3)
        axes = figure.add_subplot()
        draw_distribution(axes, report, comparison, measure, words, deadline=deadline)
        figure.legend(loc="outside lower center", ncols=5, frameon=False, fontsize=8, **LEGEND)
        label = words(
            "plot.distribution.label", measure=comparison.names.of("measures", measure, words.language)
        )
        return _svg(figure, label, f"distribution-{measure}-{words.language}")


def draw_distribution(
    axes: Axes,
    report: SimulationReport,
    comparison: Comparison,
    measure: str,
    words: Words,
    *,
    deadline: float | None = None,
) -> None:
    """Draw the empirical distributions of a measure, one line an option."""
    unit, measured = comparison.unit(measure), comparison.measured(measure)
    longest = 0.0
    for option in order(list(measured), comparison.baseline):
        samples = report.samples(option, measure)
        if len(samples) == 0:
            continue
        finished = comparison.finished_share(measure, option)
        times, shares = curve(samples / unit.seconds, finished)
        # On to the right edge: what has not finished by then never counts as finished.
        line = BASELINE if option == comparison.baseline else look(comparison.options.index(option))
        axes.plot([*times, 1e9], [*shares, finished], label=option, **line)
        longest = max(longest, float(times[int(0.97 * POINTS)]))
    if deadline is not None:
        _mark_deadline(axes, deadline / unit.seconds, longest * 1.05 or 1, words)
    axes.set(xlim=(0, longest * 1.05 or 1), ylim=(0, 1.02))
    axes.set_xlabel(words(f"plot.time.{unit.symbol}"))
    axes.set_ylabel(words("plot.share"))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.grid(color=FAINT, linewidth=0.5)


def _mark_deadline(axes: Axes, deadline: float, end: float, words: Words) -> None:
    if deadline > end:
        return
    axes.axvline(deadline, color=INK, linewidth=0.8, linestyle=":")
    side = "left" if deadline < 0.1 * end else "right"
    axes.annotate(words("plot.deadline"), (deadline, 0.02), fontsize=8, rotation=90, ha=side)


def forest_svg(comparison: Comparison, measure: str, words: Words) -> str:
    """Return the paired differences of a measure with their intervals, as SVG to stand inside a page."""
    with _style(f"forest-{measure}-{words.language}"):
        figure = _figure(WIDTH, 1.25 + 0.42 * max(2, len(comparison.differences(measure))))
        draw_forest(figure.add_subplot(), comparison, measure, words)
        label = words("plot.forest.label", measure=comparison.names.of("measures", measure, words.language))
        return _svg(figure, label, f"forest-{measure}-{words.language}")


def draw_forest(axes: Axes, comparison: Comparison, measure: str, words: Words) -> None:
    """Draw the difference of each option from the baseline, with its interval of 95 %."""
    unit, found = comparison.unit(measure), comparison.differences(measure)
    axes.axvline(0, color=INK, linewidth=1)
    for row, difference in enumerate(found):
        if difference["mean"] is None or difference["ci95"] is None:
            continue
        place = comparison.options.index(difference["option"])
        low, high = (end / unit.seconds for end in difference["ci95"])
        colour, mean = COLOURS[place % len(COLOURS)], difference["mean"] / unit.seconds
        clear = comparison.kind(difference) in {"faster", "slower"}
        face = colour if clear else "white"
        axes.plot([low, high], [row, row], color=colour, linewidth=1.6, solid_capstyle="butt")
        axes.plot(
            [mean], [row], MARKERS[place % len(MARKERS)], color=colour, markerfacecolor=face, markersize=6
        )
    axes.set_yticks(range(len(found)), [entry["option"] for entry in found])
    axes.set_ylim(len(found) - 0.4, -0.6)
    _centre(axes)
    axes.set_xlabel(
        words("plot.difference", unit=words(f"plot.unit.{unit.symbol}"), baseline=comparison.baseline)
    )
    axes.annotate(
        words("plot.faster"), (0, 1.01), xycoords="axes fraction", fontsize=8, ha="left", va="bottom"
    )
    axes.annotate(
        words("plot.slower"), (1, 1.01), xycoords="axes fraction", fontsize=8, ha="right", va="bottom"
    )
    axes.grid(axis="x", color=FAINT, linewidth=0.5)
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="x", nbins=6)


def _centre(axes: Axes) -> None:
    low, high = axes.get_xlim()
    span = max(abs(low), abs(high)) or 1.0
    # Zero stays in sight, and the wider side decides how far the other reaches.
    axes.set_xlim(min(low, -0.15 * span), max(high, 0.15 * span))


def _svg(figure: Figure, label: str, prefix: str) -> str:
    out = io.StringIO()
    unsaid = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(out, format="svg", transparent=True, metadata=unsaid)
    return inline_svg(out.getvalue(), prefix=prefix, label=label)


def comparison_png(
    report: SimulationReport,
    path: Path,
    *,
    arrangement: Arrangement | None = None,
    measures: Sequence[str] | None = None,
    language: str = "en",
) -> None:
    """Write distributions and differences of up to three measures as one picture."""
    names = Names.from_arrangement(arrangement) if arrangement else Names()
    comparison, words = Comparison(facts_of(report), names), words_in(language)
    chosen = list(measures or comparison.measures)[:3]
    with _style("comparison"):
        figure = _figure(9.6, 0.5 + 2.7 * len(chosen))
        rows = figure.subplots(len(chosen), 2, squeeze=False)
        for (left, right), measure in zip(rows, chosen, strict=True):
            draw_distribution(left, report, comparison, measure, words)
            draw_forest(right, comparison, measure, words)
            left.set_title(
                names.of("measures", measure, language), loc="left", fontsize=10, fontweight="bold"
            )
        handles, labels = rows[0][0].get_legend_handles_labels()
        shown = [names.titled("options", option, language) for option in labels]
        figure.legend(
            handles, shown, loc="outside lower center", ncols=2, frameon=False, fontsize=8, **LEGEND
        )
        figure.savefig(path, format="png", dpi=150, metadata={"Software": None})
