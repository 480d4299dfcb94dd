"""How many events a second the public ``simulate`` handles, beside SimPy in the same run.

    python bench/simulate.py            # W1, W2, W2h, and what each feature costs
    python bench/simulate.py --quick    # without the features

First the answers: renkei, SimPy and the exact value (W1) or the published ones (W2, W2h) must agree. Then the
speed: medians over alternating passes. A pass of renkei is one call of ``simulate`` with ten replications on
one thread, from the loaded arrangement to the report with mean, p50, p90 and p95; a pass of SimPy is one run
with the same figures. Events are arrivals and completed tasks.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from math import sqrt
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import simpy_peer
from numba import njit
from workloads import horizon_of, split_by_priority, workload, write

from renkei.net.compile import compile_net
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.simulator import simulate
from renkei.simulator.draws import case_key, draw, replication_key
from renkei.simulator.plan import Window, build_plan
from renkei.simulator.replication import Simulation

NAMES = ("W1", "W2", "W2h")
TARGET = 60
REPLICATIONS, PASSES, PEER_RUNS = 10, 5, 5
PUBLISHED = {
    "W1": {"mean": (2.40449, 0.0)},
    "W2": {"mean": (203.05, 0.09), "p50": (173.49, 0.2), "p95": (411.45, 0.35), "high": (202.03, 0.16)},
    "W2h": {"mean": (361.9, 0.9), "p50": (269.7, 0.5), "high": (250.4, 0.3)},
}
"""Means over 600 runs of two independent programs with 95 % half-widths; minutes, for W1 seconds (exact)."""


def loaded(folder: Path, name: str, change: Callable[[dict[str, Any]], Any] | None = None) -> Arrangement:
    """Write a workload and load it as a user would."""
    bpmn, model = workload(name)
    if change is not None:
        model = deepcopy(model)
        change(model)
    return load_arrangement(write(folder, bpmn, model, horizon_of(name)))


def unit(name: str) -> float:
    """Return the seconds of the unit in which a workload is published."""
    return 1.0 if name == "W1" else 60.0


def half_width(values: list[float]) -> float:
    return 4.0 * float(np.std(values, ddof=1)) / sqrt(len(values))


def our_answers(folder: Path, name: str) -> dict[str, list[float]]:
    """Return what each of 60 replications of renkei says."""
    bpmn, model = workload(name)
    if name != "W1":
        model = split_by_priority(model, name)
    arrangement = load_arrangement(write(folder / f"{name}-answers", bpmn, model, horizon_of(name)))
    runs = simulate(arrangement, seed=20250330, replications=60).options[""].samples["time"]
    every = [np.concatenate(list(run.values())) / unit(name) for run in runs]
    found = {
        "mean": [float(times.mean()) for times in every],
        "p50": [float(np.median(times)) for times in every],
        "p95": [float(np.percentile(times, 95)) for times in every],
    }
    if name != "W1":
        found["high"] = [float(run["high"].mean()) / unit(name) for run in runs]
    return found


def peer_answers(name: str) -> dict[str, list[float]]:
    """Return what each run of SimPy says."""
    answers = [simpy_peer.run(name, 1000 + seed) for seed in range(PEER_RUNS)]
    found = {
        "mean": [answer.figures[0] / unit(name) for answer in answers],
        "p50": [answer.figures[1] / unit(name) for answer in answers],
        "p95": [answer.figures[3] / unit(name) for answer in answers],
    }
    if name != "W1":
        found["high"] = [float(np.mean(answer.high)) / unit(name) for answer in answers]
    return found


def compare_answers(folder: Path) -> bool:
    """Print the agreement table; return whether all agree within four standard errors."""
    print("agreement: time in system (s for W1, min else), +- four standard errors")
    agree = True
    for name in NAMES:
        ours, theirs = our_answers(folder, name), peer_answers(name)
        for figure, values in ours.items():
            mean, width = float(np.mean(values)), half_width(values)
            peer, peer_width = float(np.mean(theirs[figure])), half_width(theirs[figure])
            checks = [abs(mean - peer) <= width + 2 * peer_width]  # five runs of the peer: a wide interval
            text = ""
            if figure in PUBLISHED[name]:
                published, around = PUBLISHED[name][figure]
                checks.append(abs(mean - published) <= width + 2 * around)
                text = f"   published {published:8.2f}"
            verdict = "agree" if all(checks) else "DIFFER"
            agree &= all(checks)
            print(
                f"  {name:4}{figure:5} renkei {mean:8.3f} +- {width:6.3f}"
                f"   SimPy {peer:8.3f} +- {peer_width:6.3f}{text}   {verdict}"
            )
    return agree


def our_rate(arrangement: Arrangement, seed: int, threads: int = 1) -> float:
    """Return events a second of one call of the verb."""
    begin = perf_counter()
    report = simulate(arrangement, seed=seed, replications=REPLICATIONS * threads, threads=threads)
    return report.options[""].events / (perf_counter() - begin)


def peer_rate(name: str, seed: int) -> float:
    """Return events a second of one run of SimPy."""
    begin = perf_counter()
    answer = simpy_peer.run(name, seed)
    return answer.events / (perf_counter() - begin)


def compare_speed(folder: Path) -> bool:
    """Print the rates; return whether every ratio reaches the target."""
    print(f"\nspeed: events/s, median of {PASSES} alternating passes; target {TARGET} times SimPy")
    reached = True
    for name in NAMES:
        arrangement = loaded(folder / name, name)
        our_rate(arrangement, 1)
        pairs = [(our_rate(arrangement, n), peer_rate(name, n)) for n in range(PASSES)]
        ours, theirs = median(a for a, _ in pairs), median(b for _, b in pairs)
        ratio = median(a / b for a, b in pairs)
        both = median(our_rate(arrangement, n, threads=2) for n in range(PASSES))
        reached &= ratio >= TARGET
        print(
            f"  {name:4} renkei {ours / 1e6:6.2f} M   SimPy {theirs / 1e3:6.1f} k   ratio {ratio:6.1f}   "
            f"two threads {both / ours:4.2f} times one"
        )
    return reached


def kernel_nanoseconds(arrangement: Arrangement, *, paths: bool = False) -> float:
    """Return the least nanoseconds an event of the kernel alone, without plan and report."""
    model = arrangement.model
    assert model is not None
    assert model.run is not None
    net = compile_net(arrangement, "work")
    window = Window(model.run.begins, 0.0, model.run.horizon)
    simulation = Simulation(build_plan(model, {"work": net}, arrangement.collaborations, window), paths=paths)
    simulation.run(1, 0)
    best = float("inf")
    for n in range(12):
        begin = perf_counter()
        run = simulation.run(1, n)
        best = min(best, (perf_counter() - begin) / run.events)
    return best * 1e9


def _without_measures(model: dict[str, Any]) -> None:
    model["measures"] = {}


def _with_shifts(model: dict[str, Any]) -> None:
    """Give every post three shifts a day that cover all hours, so that only the calendar is added."""
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    hours = [("00:00", "08:00"), ("08:00", "16:00"), ("16:00", "24:00")]
    shifts = {f"s{n}": {"days": days, "begins": b, "ends": e} for n, (b, e) in enumerate(hours)}
    model["calendars"] = {"watch": {"shifts": shifts}}
    for post in model["posts"].values():
        post["calendar"] = "watch"


def _with_rest(model: dict[str, Any]) -> None:
    _with_shifts(model)
    for post in model["posts"].values():
        post["off_duty"] = "pause"


def _with_deputies(model: dict[str, Any]) -> None:
    model["posts"]["deputy"] = {"headquarters": "hq", "name": "deputy"}
    for name, post in model["posts"].items():
        if name != "deputy":
            post["deputies"] = ["deputy"]


def compare_features(folder: Path) -> None:
    """Print what each feature costs."""
    print(
        "\nwhat features cost: ns an event of the kernel (best of 12), the difference to the plain workload"
    )
    features = {
        "no measures": _without_measures,
        "shifts": _with_shifts,
        "shifts, work rests": _with_rest,
        "deputies": _with_deputies,
    }
    for name in NAMES:
        plain = loaded(folder / f"{name}-plain", name)
        base = kernel_nanoseconds(plain)
        costs = [f"plain {base:.1f}"]
        for number, (feature, change) in enumerate(features.items()):
            changed = loaded(folder / f"{name}-{number}", name, change)
            costs.append(f"{feature} {kernel_nanoseconds(changed) - base:+.1f}")
        costs.append(f"paths {kernel_nanoseconds(plain, paths=True) - base:+.1f}")
        whole = 1e9 / max(our_rate(plain, n) for n in range(PASSES))
        costs.append(f"plan, percentiles and report {whole - base:+.1f}")
        print(f"  {name:4} " + ", ".join(costs))
    counted, sequential = draw_nanoseconds()
    print(f"  a counter-based number {counted:.1f} ns; numba's own sequential generator {sequential:.1f} ns")


@njit(error_model="numpy")
def _counted_sum(key: Any, count: Any) -> Any:
    total = 0.0
    own = case_key(key, np.uint64(1), 0)
    for n in range(count):
        total += draw(own, np.uint64(77), n)
    return total


@njit(error_model="numpy")
def _sequential_sum(count: Any) -> Any:
    total = 0.0
    for _ in range(count):
        total += np.random.random()  # noqa: NPY002, TID251 -- the generator that is compared with
    return total


def draw_nanoseconds(count: int = 20_000_000) -> tuple[float, float]:
    """Return what one uniform number costs, by counting and in sequence."""
    costs = []
    for work in (lambda n: _counted_sum(replication_key(1, 0), n), _sequential_sum):
        work(10)
        begin = perf_counter()
        work(count)
        costs.append((perf_counter() - begin) / count * 1e9)
    return costs[0], costs[1]


def main() -> int:
    """Print the comparison, fenced for the page of figures; fail where answers or speed are not as told."""
    print("```text")
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        agree = compare_answers(folder)
        reached = compare_speed(folder)
        if "--quick" not in sys.argv:
            compare_features(folder)
    print("\n" + ("answers agree" if agree else "ANSWERS DIFFER") + ("" if reached else "; TARGET MISSED"))
    print("```")
    return 0 if agree and reached else 1


if __name__ == "__main__":
    sys.exit(main())
