"""The workloads of ``workloads.py`` in SimPy, written as its documentation writes such models."""

from __future__ import annotations

import random  # noqa: TID251 -- the peer's own generator
from collections.abc import Generator
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import numpy as np
import simpy
from workloads import CASES, CUSTOMERS, GAP_MINUTES, HIGH_SHARE, LEGAL_SHARE, W2_MINUTES

Process = Generator[Any, Any, Any]


@dataclass
class Answer:
    """What one run gave; times in seconds."""

    times: list[float]
    high: list[float]
    events: int
    figures: tuple[float, ...] = ()
    """Mean, p50, p90, p95: part of the work that is timed."""

    def summed(self) -> Answer:
        self.figures = (float(np.mean(self.times)), *map(float, np.percentile(self.times, (50, 90, 95))))
        return self


def run_w1(seed: int) -> Answer:
    """Run W1 once."""
    draws, env = random.Random(seed), simpy.Environment()
    servers, answer = simpy.Resource(env, capacity=3), Answer([], [], 0)

    def customer() -> Process:
        came = env.now
        with servers.request() as seat:
            yield seat
            yield env.timeout(draws.expovariate(1.0))
        answer.times.append(env.now - came)
        answer.events += 2

    def source() -> Process:
        for _ in range(CUSTOMERS):
            yield env.timeout(draws.expovariate(2.5))
            env.process(customer())

    env.process(source())
    env.run()
    return answer.summed()


def run_w2(seed: int, name: str) -> Answer:
    """Run W2 or W2h once."""
    draws, env, answer = random.Random(seed), simpy.Environment(), Answer([], [], 0)
    laws = {}
    for task, (mean, spread, _) in W2_MINUTES.items():
        variance = log(1 + spread * spread)
        laws[task] = (log(mean) - variance / 2, sqrt(variance))
    sides = ("a", "b")
    posts = {
        (task, side): simpy.PriorityResource(env, capacity=W2_MINUTES[task][2])
        for task in ("assess", "legal", "approve")
        for side in sides
    }
    posts |= {
        (task, ""): simpy.PriorityResource(env, capacity=W2_MINUTES[task][2]) for task in ("detect", "joint")
    }

    def work(task: str, side: str, priority: int) -> Process:
        with posts[task, side].request(priority=priority) as seat:
            yield seat
            yield env.timeout(draws.lognormvariate(*laws[task]))
        answer.events += 1

    def branch(side: str, priority: int) -> Process:
        yield from work("assess", side, priority)
        if draws.random() < LEGAL_SHARE:
            yield from work("legal", side, priority)
        yield from work("approve", side, priority)

    def case(priority: int) -> Process:
        came = env.now
        yield from work("detect", "", priority)
        yield env.all_of([env.process(branch(side, priority)) for side in sides])
        yield from work("joint", "", priority)
        spent = (env.now - came) * 60
        answer.times.append(spent)
        if priority == 0:
            answer.high.append(spent)

    def source() -> Process:
        for _ in range(CASES):
            yield env.timeout(draws.expovariate(1 / GAP_MINUTES[name]))
            answer.events += 1
            env.process(case(0 if draws.random() < HIGH_SHARE else 1))

    env.process(source())
    env.run()
    return answer.summed()


def run(name: str, seed: int) -> Answer:
    """Run a workload once."""
    return run_w1(seed) if name == "W1" else run_w2(seed, name)
