"""One HTML file with everything that a check and a comparison have found, in English and Japanese.

Layer: interfaces. The file needs nothing else: no network, no script, no font. Both languages stand in it,
and a pair of radio buttons chooses one by CSS alone. All text passes through autoescape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import renkei
from renkei.facts import LANGUAGES
from renkei.interfaces.diagram import diagram_svg
from renkei.interfaces.render import plots, provenance, quantity, verdicts
from renkei.interfaces.render.comparison import SMALL, Comparison, Outcome, facts_of, order
from renkei.interfaces.render.names import Names, in_language
from renkei.interfaces.text import Words, words_in
from renkei.model.values import Text
from renkei.net.path import elements_of
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration

if TYPE_CHECKING:
    from renkei.checker import CheckReport, PropertyResult
    from renkei.simulator import SimulationReport


LEGIBLE = 0.8
"""Share of its own size below which a diagram is not shrunk: its letters would be too small to read."""


def html_report(
    arrangement: Arrangement,
    *,
    check: CheckReport | None = None,
    comparison: SimulationReport | None = None,
    language: str = "en",
) -> str:
    """Return the report as the text of one HTML file.

    Args:
        arrangement: What was checked and compared.
        check: What a check found, if there was one.
        comparison: What a simulation found, if there was one.
        language: The language that is shown first.
    """
    page = Page(arrangement, check, comparison)
    text: str = _template().render(
        page=page, language=language, languages=LANGUAGES, words=page.words, style=_style()
    )
    return text


def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["both"] = both
    environment.globals["named"] = named
    return environment.get_template("report.html.jinja")


def _style() -> Markup:
    return Markup((Path(__file__).parent / "report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file


def both(key: str, **given: object) -> Markup:
    """Return a text of the catalogue in each language; CSS shows one of them."""
    return _each(lambda words: words(key, **given))


def named(text: Text) -> Markup:
    """Return a text of the model in each language."""
    return _each(lambda words: text.in_language(words.language))


def _each(said: Any) -> Markup:
    spans = (
        Markup('<span class="{0}" lang="{0}">{1}</span>').format(name, said(words_in(name)))
        for name in LANGUAGES
    )
    return Markup("").join(spans)


@dataclass(frozen=True)
class Page:
    """Everything that the template puts in its place."""

    arrangement: Arrangement
    check: CheckReport | None
    simulation: SimulationReport | None

    @property
    def words(self) -> dict[str, Words]:
        """Return the catalogues by language."""
        return {language: words_in(language) for language in LANGUAGES}

    @property
    def version(self) -> str:
        """Return the version of renkei that wrote the file."""
        return renkei.__version__

    @cached_property
    def names(self) -> Names:
        """Return the names of everything in the model."""
        return Names.from_arrangement(self.arrangement)

    @property
    def title(self) -> Text:
        """Return the name of the model."""
        return self.arrangement.model.name if self.arrangement.model else Text(en=self.arrangement.name)

    @property
    def note(self) -> Text | None:
        """Return what the model says about itself."""
        return self.arrangement.model.note if self.arrangement.model else None

    @property
    def options(self) -> list[tuple[str, Text, Text | None]]:
        """Return id, name and note of the options that are spoken of."""
        model = self.arrangement.model
        spoken_of = {
            *(verdicts.options(self.check) if self.check else ()),
            *(self.compared.options if self.compared else ()),
        }
        entries = model.options.items() if model else ()
        return [(key, entry.name, entry.note) for key, entry in entries if key in spoken_of]

    def name(self, kind: str, key: str) -> Markup:
        """Return the name of an id in each language."""
        return _each(lambda words: self.names.of(kind, key, words.language))

    # --- check

    @cached_property
    def rows(self) -> dict[str, list[verdicts.Row]]:
        """Return the matrix of verdicts, by process."""
        found: dict[str, list[verdicts.Row]] = {}
        for row in verdicts.rows(self.check) if self.check else ():
            found.setdefault(row.process, []).append(row)
        return found

    @property
    def checked(self) -> list[str]:
        """Return the options that were checked."""
        return verdicts.options(self.check) if self.check else []

    @property
    def failures(self) -> list[verdicts.Failure]:
        """Return what does not hold."""
        return verdicts.failures(self.check) if self.check else []

    def summary(self) -> Markup:
        """Return the outcome of the check."""
        check = self.check
        return _each(lambda words: verdicts.summary(check, words)) if check else Markup("")

    def row_title(self, row: verdicts.Row) -> Markup:
        """Return what a row of the matrix is about."""
        return _each(lambda words: row.title(self.names, words))

    def verdict(self, result: PropertyResult | None) -> Markup:
        """Return a verdict as sign and word."""
        return _each(lambda words: verdicts.verdict(result, words))

    def failure_title(self, failure: verdicts.Failure) -> Markup:
        """Return what fails, where and under which options."""
        return _each(lambda words: failure.title(self.names, words))

    def narrative(self, failure: verdicts.Failure, language: str) -> Any:
        """Return the sentences of a counter-example."""
        return verdicts.narrative(failure.result, language)

    # --- drawings

    @property
    def drawings(self) -> dict[str, Collaboration]:
        """Return the drawings by process."""
        return self.arrangement.collaborations

    def drawing(self, process: str, language: str) -> Markup:
        """Return the diagram of a process, its tasks shaded by how busy their posts are."""
        return self._drawn(self.arrangement, process, language, heat=self._heat(process))

    def _heat(self, process: str) -> dict[str, float]:
        model, compared = self.arrangement.model, self.compared
        if model is None or compared is None or process not in model.processes:
            return {}
        posts = compared.facts["options"][compared.baseline or compared.options[0]]["posts"]
        tasks = model.processes[process].tasks.items()
        busy = {task: posts[entry.post]["utilisation"] for task, entry in tasks if entry.post in posts}
        return {task: share for task, share in busy.items() if share is not None}

    def failed_drawing(self, failure: verdicts.Failure, language: str) -> Markup:
        """Return the diagram of a process with the steps of a counter-example marked."""
        result = failure.result
        variant = self.arrangement.with_option(result.option) if result.option else self.arrangement
        steps = elements_of(result.counterexample) if result.counterexample else ()
        marks = {**dict.fromkeys(steps, "step"), **dict.fromkeys((*steps[-1:], *result.dead), "fail")}
        return self._drawn(variant, result.process, language, marks=marks)

    def _drawn(self, arrangement: Arrangement, process: str, language: str, **shown: Any) -> Markup:
        drawing = arrangement.collaborations.get(process)
        if drawing is None:
            return Markup("")
        drawing = in_language(drawing, arrangement.model, process, language)
        svg = diagram_svg(drawing, language=language, **shown)
        width = int(LEGIBLE * int(re.search(r' width="(\d+)"', svg)[1]))  # type: ignore[index]
        svg = svg.replace("<svg ", f'<svg style="min-width:{width}px" ', 1)
        # Inside HTML an svg element needs no namespace, and the file then holds no address at all.
        return Markup(svg.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1))  # noqa: S704 - escapes its texts

    # --- comparison

    @cached_property
    def compared(self) -> Comparison | None:
        """Return the facts of the comparison."""
        return Comparison(facts_of(self.simulation), self.names) if self.simulation else None

    def outcomes(self, language: str) -> list[Outcome]:
        """Return how each option comes out over all measures."""
        return self.compared.outcomes(self.words[language]) if self.compared else []

    @property
    def small(self) -> str:
        """Return the share below which a difference is called little."""
        return quantity.share(SMALL, self.words["en"])

    def overview(self, measure: str, option: str) -> Markup:
        """Return the difference of an option in a table of all measures."""
        compared = self.compared
        assert compared is not None
        return _each(lambda words: compared.cell(measure, option, words))

    def others(self) -> list[str]:
        """Return the options that are compared with the baseline."""
        compared = self.compared
        return [option for option in compared.options if option != compared.baseline] if compared else []

    def baseline_mean(self, measure: str) -> str:
        """Return what a measure is under the baseline."""
        compared = self.compared
        assert compared is not None
        entry = compared.measured(measure).get(compared.baseline)
        return quantity.time(entry["mean"] if entry else None, compared.unit(measure), self.words["en"])

    def sentences(self, measure: str) -> list[Markup]:
        """Return the differences of a measure in words."""
        compared = self.compared
        assert compared is not None
        found = compared.differences(measure)
        return [_each(lambda words, entry=entry: compared.sentence(entry, words)) for entry in found]

    def distribution(self, measure: str, language: str) -> Markup:
        """Return the plot of a measure's distributions."""
        assert self.simulation is not None
        assert self.compared is not None
        svg = plots.distribution_svg(
            self.simulation, self.compared, measure, self.words[language], deadline=self._deadline(measure)
        )
        return Markup(svg)  # noqa: S704 - made by renkei

    def _deadline(self, measure: str) -> float | None:
        model = self.arrangement.model
        return model.measures[measure].deadline if model and measure in model.measures else None

    def deadline(self, measure: str) -> str:
        """Return the deadline of a measure."""
        seconds = self._deadline(measure)
        return "" if seconds is None else quantity.duration(seconds)

    def forest(self, measure: str, language: str) -> Markup:
        """Return the plot of a measure's differences."""
        assert self.compared is not None
        return Markup(plots.forest_svg(self.compared, measure, self.words[language]))  # noqa: S704 - made by renkei

    def measure_rows(self, measure: str) -> list[dict[str, Any]]:
        """Return the table below the plots of a measure."""
        compared = self.compared
        assert compared is not None
        measured = compared.measured(measure)
        return [
            self._measure_row(compared, measure, option)
            for option in order(list(measured), compared.baseline)
        ]

    def _measure_row(self, compared: Comparison, measure: str, option: str) -> dict[str, Any]:
        entry, unit = compared.measured(measure)[option], compared.unit(measure)
        difference = compared.difference(measure, option)
        shown = [entry["p50"], entry["p90"], entry["p95"]]
        return {
            "option": option,
            "mean": _each(lambda words: quantity.estimate(entry["mean"], entry["ci95"], unit, words)),
            "percentiles": [
                _each(lambda words, time=time: quantity.time(time, unit, words)) for time in shown
            ],
            "within": quantity.share(entry.get("within_deadline"), self.words["en"]),
            "cases": entry["cases"],
            "censored": entry["censored"],
            "difference": difference
            and _each(
                lambda words: quantity.estimate(
                    difference["mean"], difference["ci95"], unit, words, signed=True
                )
            ),
            "share": difference and _each(lambda words: quantity.share(difference["share_faster"], words)),
            "word": difference and _each(lambda words: compared.word(difference, words)),
        }

    def warning(self, measure: str) -> Markup:
        """Return for which options the times of a measure are too low."""
        compared = self.compared
        assert compared is not None
        return _each(lambda words: compared.warning(measure, words))

    def post_cells(self, post: str) -> list[dict[str, Any] | None]:
        """Return how busy a post is under each option."""
        compared = self.compared
        assert compared is not None
        cells: list[dict[str, Any] | None] = []
        for option in compared.options:
            entry = compared.facts["options"][option]["posts"].get(post)
            if entry is None:
                cells.append(None)
                continue
            wait, unit = entry["mean_wait"], quantity.unit_for([entry["mean_wait"]])
            cells.append(
                {
                    "share": quantity.share(entry["utilisation"], self.words["en"]),
                    "width": round(100 * min(1.0, entry["utilisation"] or 0.0), 1),
                    "wait": quantity.time(wait, unit, self.words["en"]),
                }
            )
        return cells

    # --- provenance

    @cached_property
    def assumptions(self) -> list[provenance.Assumed]:
        """Return what is assumed."""
        return provenance.assumptions(self.arrangement)

    def assumption_groups(self) -> list[tuple[Text, list[provenance.Assumed]]]:
        """Return the assumptions by their reason."""
        return [(entries[0].why, entries) for entries in provenance.grouped(self.assumptions, "en").values()]

    @property
    def sources(self) -> dict[str, Any]:
        """Return the publications behind the model."""
        return provenance.sources(self.arrangement.model)
