"""The commands ``simulate`` and ``compare``.

Layer: interfaces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from renkei.errors import InputError
from renkei.interfaces.cli.checking import require
from renkei.interfaces.cli.outcome import HOLDS
from renkei.interfaces.cli.output import console, print_json, say, write_whole
from renkei.interfaces.cli.progress import progress
from renkei.interfaces.text import spoken
from renkei.model.values import parse_duration
from renkei.process.arrangement import Arrangement, load_arrangement

if TYPE_CHECKING:
    from renkei.simulator import SimulationReport


@dataclass(frozen=True)
class Wanted:
    """What a simulation is asked for."""

    options: list[str] | None
    baseline: str | None
    seed: int
    replications: int | None
    threads: int
    horizon: str | None

    def horizon_seconds(self) -> float | None:
        """Return how long a run lasts, if that was said.

        Raises:
            InputError: It is no duration.
        """
        if self.horizon is None:
            return None
        try:
            return parse_duration(self.horizon)
        except ValueError as error:
            raise InputError.from_problem("RK004", spoken()("problem.horizon", said=error)) from None


def run_simulate(model: str, wanted: Wanted, *, as_json: bool) -> int:
    """Simulate a model and print what was measured."""
    arrangement = load_arrangement(model)
    report = simulated(arrangement, wanted)
    if as_json:
        print_json(report.to_dict())
        return HOLDS
    from renkei.interfaces.render import simulation
    from renkei.interfaces.render.comparison import Comparison, facts_of
    from renkei.interfaces.render.names import Names

    comparison, out, words = (
        Comparison(facts_of(report), Names.from_arrangement(arrangement)),
        console(),
        spoken(),
    )
    simulation.print_options(out, comparison, words)
    simulation.print_measures(out, comparison, words)
    simulation.print_posts(out, comparison, words)
    simulation.print_basis(out, comparison, words)
    return HOLDS


def run_compare(model: str, wanted: Wanted, *, report: Path | None, as_json: bool) -> int:
    """Compare the options of a model, and write an HTML report where one is asked for."""
    arrangement = load_arrangement(model)
    found = simulated(arrangement, wanted)
    if report is not None:
        from renkei.interfaces.render.report import html_report

        write_whole(report, html_report(arrangement, comparison=found, language=spoken().language))
        say(spoken()("said.report", path=report))
    if as_json:
        print_json(found.to_dict())
    else:
        print_compared(arrangement, found)
    return HOLDS


def print_compared(arrangement: Arrangement, report: SimulationReport, *, assumed: bool = False) -> None:
    """Print a comparison for people, with every assumption behind it where ``assumed``."""
    from renkei.interfaces.render import simulation
    from renkei.interfaces.render.comparison import Comparison, facts_of
    from renkei.interfaces.render.names import Names
    from renkei.interfaces.render.provenance import assumptions

    comparison, out, words = (
        Comparison(facts_of(report), Names.from_arrangement(arrangement)),
        console(),
        spoken(),
    )
    simulation.print_options(out, comparison, words)
    simulation.print_comparison(out, comparison, words)
    if assumed:
        simulation.print_assumptions(out, assumptions(arrangement), words)
    simulation.print_outcomes(out, comparison, words)
    simulation.print_basis(out, comparison, words)


def simulated(arrangement: Arrangement, wanted: Wanted) -> SimulationReport:
    """Simulate what is wanted, with progress.

    Raises:
        InputError: An option is wanted that is not there.
    """
    named = [*(wanted.options or ()), *([wanted.baseline] if wanted.baseline else ())]
    require(named, arrangement.options, code="RK005", model=arrangement.name)
    horizon = wanted.horizon_seconds()
    from renkei.simulator import simulate

    options = wanted.options
    if options is not None and wanted.baseline:
        options = list(dict.fromkeys([wanted.baseline, *options]))
    words = spoken()
    with progress(words("progress.simulate"), counted=words("progress.replications")) as advance:
        return simulate(
            with_baseline(arrangement, wanted.baseline),
            options=options,
            seed=wanted.seed,
            replications=wanted.replications,
            threads=wanted.threads,
            horizon=horizon,
            progress=advance,
        )


def with_baseline(arrangement: Arrangement, baseline: str | None) -> Arrangement:
    """Return the arrangement with another option to compare with."""
    model = arrangement.model
    if baseline is None or model is None or model.run is None:
        return arrangement
    run = model.run.model_copy(update={"baseline": baseline})
    return replace(arrangement, model=model.model_copy(update={"run": run}))
