"""From the replications of each option to its report, and to the differences from the baseline.

Layer: simulator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from renkei.simulator import layout as at
from renkei.simulator.plan import SimulationPlan
from renkei.simulator.replication import Replication
from renkei.simulator.report import Difference, MeasureReport, OptionReport, PostReport, Samples
from renkei.simulator.statistics import Reals, estimate_of, paired, percentiles

SAME_SECONDS = 1e-6
"""Times that differ by less are the same: sums of seconds in another order differ in their last digits."""


def _counted(plan: SimulationPlan, run: Replication, row: int) -> Reals:
    """Return the samples of one row without those of the warm-up."""
    place = plan.contingencies.index(plan.samples[row][0])
    return run.samples[row][run.skipped[place] :]


def option_report(plan: SimulationPlan, runs: Sequence[Replication]) -> OptionReport:
    """Return the report of one option."""
    kept: dict[str, Samples] = {}
    measures = {}
    for measure in dict.fromkeys(name for _, name in plan.samples):
        rows = {name: row for row, (name, of) in enumerate(plan.samples) if of == measure}
        kept[measure] = tuple({name: _counted(plan, run, row) for name, row in rows.items()} for run in runs)
        joined = [_joined(list(samples.values())) for samples in kept[measure]]
        measures[measure] = _measure_report(joined, plan.deadlines.get(measure))
    opened = np.array([run.opened for run in runs], dtype=np.float64).mean(axis=0)
    return OptionReport(
        measures=measures,
        posts=_post_reports(plan, runs),
        cases={name: float(count) for name, count in zip(plan.contingencies, opened, strict=True)},
        events=sum(run.events for run in runs),
        samples=kept,
    )


def _joined(samples: Sequence[Reals]) -> Reals:
    return np.concatenate(samples) if len(samples) > 1 else samples[0]


def _measure_report(samples: Sequence[Reals], deadline: float | None) -> MeasureReport:
    cases = sum(len(sample) for sample in samples)
    reached = sum(int(np.count_nonzero(np.isfinite(sample))) for sample in samples)
    unfinished = sum(int(np.count_nonzero(np.isinf(sample))) for sample in samples)
    estimate = estimate_of(samples)
    p50, p90, p95 = percentiles(samples, (0.50, 0.90, 0.95))
    within = None
    if deadline is not None and cases:
        within = sum(int(np.count_nonzero(sample <= deadline)) for sample in samples) / cases
    return MeasureReport(
        estimate.mean, estimate.interval, p50, p90, p95, cases, cases - reached, unfinished, within
    )


def _post_reports(plan: SimulationPlan, runs: Sequence[Replication]) -> dict[str, PostReport]:
    total = sum((run.statistic for run in runs), np.zeros_like(runs[0].statistic))
    span = float(plan.limits[at.HORIZON] - plan.limits[at.WARMUP])
    reports = {}
    for number, post in enumerate(plan.posts):
        row, on_duty = total[number] / len(runs), plan.seat_seconds[number]
        started = float(row[at.S_STARTED])
        reports[post] = PostReport(
            utilisation=float(row[at.S_BUSY]) / on_duty if on_duty > 0 else None,
            mean_wait=float(row[at.S_WAIT]) / started if started > 0 else None,
            mean_queue=float(row[at.S_AREA]) / span if span > 0 else 0.0,
            items=started,
            left=float(row[at.S_LEFT]),
        )
    return reports


def differences(reports: Mapping[str, OptionReport], baseline: str) -> Iterator[Difference]:
    """Yield how each option differs from the baseline in each measure that both have."""
    base = reports[baseline].samples
    for option, report in reports.items():
        if option == baseline:
            continue
        for measure, samples in report.samples.items():
            if measure in base:
                yield _difference(option, baseline, measure, samples, base[measure])


def _gap(one: Reals, other: Reals) -> Reals:
    gap = one - other
    gap[np.abs(gap) < SAME_SECONDS] = 0.0
    return gap


def _difference(option: str, baseline: str, measure: str, ours: Samples, theirs: Samples) -> Difference:
    pairs = [
        [paired(sample, base[name]) for name, sample in run.items() if name in base]
        for run, base in zip(ours, theirs, strict=True)
    ]
    gaps = [_joined([_gap(one, other) for one, other in run] or [np.empty(0)]) for run in pairs]
    estimate = estimate_of(gaps)
    cases = sum(len(gap) for gap in gaps)
    before = sum(float(other.sum()) for run in pairs for _, other in run)
    return Difference(
        option=option,
        baseline=baseline,
        measure=measure,
        mean=estimate.mean,
        ci95=estimate.interval,
        relative=estimate.mean * cases / before if estimate.mean is not None and before > 0 else None,
        share_faster=sum(int(np.count_nonzero(gap < 0)) for gap in gaps) / cases if cases else None,
        share_slower=sum(int(np.count_nonzero(gap > 0)) for gap in gaps) / cases if cases else None,
        cases=cases,
    )
