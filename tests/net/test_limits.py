"""Drawings that unfold without measure end in a clear refusal, not in a hang."""

from __future__ import annotations

import pytest

from renkei.checker import check
from renkei.checker.explore import explore_net
from renkei.errors import InputError
from renkei.net.kernels import UNROLLED
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Pool
from tests.net.test_elements import Drawing


def _codes(d: Drawing, **more: object) -> set[str]:
    with pytest.raises(InputError) as caught:
        d.net(**more)  # type: ignore[arg-type]
    assert all(problem.file for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems}


def test_processes_that_call_each_other_twice_are_refused_when_they_grow_too_large() -> None:
    d = Drawing()
    for level in range(20):
        scope = f"p{level}" if level else "p"
        names = [f"c{level}a", f"c{level}b"]
        d.chain(d.start(f"s{level}", scope), *names, d.end(f"e{level}", scope))
        for name in names:
            d.add(name, "subprocess", "call", scope, reference=f"p{level + 1}")
    d.task("leaf", "p20")
    assert _codes(d) == {"RK258"}


def test_a_guard_that_reads_too_many_values_at_once_is_refused() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("x", "gateway", "exclusive"), d.task("a"), d.end())
    d.chain("x", d.task("b"), "e")
    values = [f"v{number}" for number in range(16)]
    attributes = {f"a{number}": {"party": "p", "values": values} for number in range(4)}
    flow = next(f.id for f in d.flows.values() if f.target == "a")
    when = " and ".join(f"{name} == 'v1'" for name in attributes)
    assert _codes(d, binding={"flows": {flow: {"when": when}}}, attributes=attributes) == {"RK258"}


def test_inclusive_gateways_with_many_flows_are_refused() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("or", "gateway", "inclusive"))
    for number in range(9):
        d.chain("or", d.task(f"t{number}"), d.end(f"e{number}"))
    assert _codes(d) == {"RK251"}


def test_many_instances_are_refused() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("t", loop="parallel", instances=1_000_000), d.end())
    assert _codes(d) == {"RK259"}


def test_a_long_process_is_checked_in_more_words_than_are_unrolled() -> None:
    d = Drawing()
    tasks = [d.task(f"t{number}") for number in range(1000)]
    d.chain(d.start(), *tasks, d.end())
    net = d.net()
    graph = explore_net(net)
    assert graph.layout.words > UNROLLED
    assert (graph.complete, graph.states) == (True, 1003)
    arrangement = Arrangement(
        name="long",
        origin="long",
        digest="",
        collaborations={"long": d.finish({"pool": Pool("pool", "pool", "p")})},
    )
    assert check(arrangement).holds


def test_what_is_cut_short_proves_nothing_but_what_was_seen() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("and", "gateway", "parallel"))
    for number in range(8):
        d.chain("and", d.task(f"t{number}"), d.task(f"u{number}"), d.end(f"e{number}"))
    arrangement = Arrangement(
        name="wide",
        origin="wide",
        digest="",
        collaborations={"wide": d.finish({"pool": Pool("pool", "pool", "p")})},
    )
    report = check(arrangement, max_states=100)
    assert not report.complete
    assert {result.verdict for result in report.properties} == {"unknown"}
    assert {result.code for result in report.properties} == {"RK330"}
    assert check(arrangement).holds
