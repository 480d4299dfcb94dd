"""The verb: how long does it take under each option, and what is the difference?

Layer: simulator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from renkei.errors import InputError, LimitError, Problem, UsageError
from renkei.facts import Fact, problem_of
from renkei.model.schema import Model
from renkei.net.compile import compile_net
from renkei.process.arrangement import Arrangement
from renkei.simulator.plan import SimulationPlan, Window, build_plan
from renkei.simulator.replication import Replication, Simulation
from renkei.simulator.report import SimulationReport
from renkei.simulator.summary import differences, option_report

Progress = Callable[[int, int], None]

MAX_SAMPLES = 500_000_000
"""Most times that are kept for percentiles and paired differences, 8 bytes each."""


def simulate(
    arrangement: Arrangement,
    *,
    options: Sequence[str] | None = None,
    seed: int = 1,
    replications: int | None = None,
    threads: int = 1,
    horizon: float | None = None,
    progress: Progress | None = None,
) -> SimulationReport:
    """Simulate an arrangement under its options and compare them case by case.

    The first option, or the baseline that the model names if it is among them, is what the others are
    compared with. Cases arrive until the horizon; a run goes on until all are done, at most for another
    horizon. A case without its end by then is censored.

    Args:
        arrangement: What ``load_arrangement`` returned.
        options: Ids of options; None for all, or for the model as it stands if it has none.
        seed: Start of the random numbers; one seed gives the same report on any number of threads.
        replications: How many runs; None for what the model says.
        threads: How many replications run at once.
        horizon: Seconds of arrivals; None for what the model says.
        progress: Called with replications done and in all.

    Raises:
        InputError: The arrangement has no model, or the model nothing to simulate.
        UsageError: An argument is not usable.
        LimitError: Too much waits at once, or there are too many cases to keep.

    Limits: intervals are of the simulation alone; what is assumed in the model is not in them.
    """
    model = _model_of(arrangement)
    _require(seed >= 0, "seed must not be negative")
    _require(threads >= 1, "threads must be at least 1")
    run = model.run
    length = window_of(arrangement, horizon)
    count = replications if replications is not None else (run.replications if run else 0)
    _require(count >= 1, "replications must be at least 1")
    _require(0 < length < 1e10, "horizon must be a number of seconds above 0")
    names = list(dict.fromkeys(options)) if options is not None else list(arrangement.options) or [""]
    _require(bool(names), "give at least one option")
    plans = {name: plan_of(arrangement.with_option(name) if name else arrangement, length) for name in names}
    _check_size(plans.values(), count)
    tick = _ticker(progress, count * len(plans))
    runs = {name: list(_replications(plan, seed, count, threads, tick)) for name, plan in plans.items()}
    reports = {name: option_report(plans[name], runs[name]) for name in names}
    baseline = run.baseline if run and run.baseline in names else names[0]
    return SimulationReport(
        model=arrangement.name,
        digest=arrangement.digest,
        seed=seed,
        replications=count,
        begins=run.begins.isoformat() if run else "",
        warmup=run.warmup if run else 0.0,
        horizon=length,
        baseline=str(baseline),
        options=reports,
        differences=tuple(differences(reports, str(baseline))),
        findings=_findings(arrangement, plans),
    )


def _require(condition: bool, text: str) -> None:  # noqa: FBT001 -- a condition is what it takes
    if not condition:
        raise UsageError(text)


def _model_of(arrangement: Arrangement) -> Model:
    model = arrangement.model
    if model is None:
        hint = "Make a folder with model.yaml beside it: posts, durations, contingencies, measures."
        raise _unusable(arrangement, Fact("RK401.model", name=arrangement.name), hint)
    if not model.contingencies:
        hint = "Add an entry to `contingencies` with its process and arrivals."
        raise _unusable(arrangement, Fact("RK402.contingencies", name=arrangement.name), hint)
    if model.run is None:
        hint = "Add `run` with begins, horizon and replications."
        raise _unusable(arrangement, Fact("RK403.run", name=arrangement.name), hint)
    return model


def _unusable(arrangement: Arrangement, fact: Fact, hint: str) -> InputError:
    return InputError([problem_of(fact, hint, arrangement.origin)])


def window_of(arrangement: Arrangement, horizon: float | None) -> float:
    """Return how long cases arrive, in seconds: as asked for, or as the model says.

    Raises:
        InputError: The arrangement has no model, or the model nothing to simulate.
    """
    model = _model_of(arrangement)
    if horizon is not None:
        return horizon
    return model.run.horizon if model.run else 0.0


def plan_of(arrangement: Arrangement, horizon: float) -> SimulationPlan:
    """Return the plan of an arrangement as it stands, with cases arriving for ``horizon`` seconds.

    Raises:
        InputError: The arrangement has no model, or the model nothing to simulate.
    """
    model = _model_of(arrangement)
    assert model.run is not None
    opened = dict.fromkeys(entry.process for entry in model.contingencies.values())
    nets = {process: compile_net(arrangement, process) for process in opened}
    window = Window(model.run.begins, min(model.run.warmup, horizon), horizon)
    return build_plan(model, nets, arrangement.collaborations, window)


def _check_size(plans: Iterable[SimulationPlan], replications: int) -> None:
    size = 0.0
    for plan in plans:
        places = dict(zip(plan.contingencies, plan.expected_cases, strict=True))
        size += replications * sum(places[name] for name, _ in plan.samples)
    if size > MAX_SAMPLES:
        raise LimitError(
            f"RK414 about {size:.2g} times would have to be kept, more than {MAX_SAMPLES:.0e}: "
            "ask for fewer replications, a shorter horizon or fewer options"
        )


def _ticker(progress: Progress | None, total: int) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return tick


def _replications(
    plan: SimulationPlan, seed: int, count: int, threads: int, tick: Callable[[], None]
) -> Iterator[Replication]:
    """Yield the replications in order; each thread has a workspace of its own."""
    idle: SimpleQueue[Simulation] = SimpleQueue()
    for _ in range(min(threads, count)):
        idle.put(Simulation(plan))

    def one(replication: int) -> Replication:
        simulation = idle.get()
        try:
            return simulation.run(seed, replication)
        finally:
            idle.put(simulation)

    if threads == 1:
        for replication in range(count):
            yield one(replication)
            tick()
        return
    executor = ThreadPoolExecutor(threads)
    try:
        for result in executor.map(one, range(count)):
            yield result
            tick()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _findings(arrangement: Arrangement, plans: dict[str, SimulationPlan]) -> tuple[Problem, ...]:
    found = [problem for plan in plans.values() for problem in plan.findings]
    return (*arrangement.findings, *dict.fromkeys(found))
