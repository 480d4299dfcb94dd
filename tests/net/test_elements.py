"""Each element of the process semantics, by all the runs that a small drawing allows.

A run is the sequence of named elements that fire until nothing can; expected runs are written down by hand
from BPMN 2.0.2, not copied from output.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from renkei.errors import InputError
from renkei.model.schema import Model
from renkei.net.compile import compile_net
from renkei.net.game import enabled, fire
from renkei.net.marking import left_over
from renkei.net.tables import Net
from renkei.process.arrangement import Arrangement
from renkei.process.graph import MessageFlow, Pool
from tests.drawings import Sketch


class Drawing(Sketch):
    """A sketch in which nodes have the names that tests give them."""

    def add(self, name: str, kind: str, type_: str, scope: str = "p", **more: Any) -> str:
        node = self.nodes.pop(self.node(kind, type_, scope, **more))
        self.nodes[name] = replace(node, id=name, name=name)
        return name

    def chain(self, *names: str) -> None:
        for source, target in pairwise(names):
            self.flow(source, target)

    def start(self, name: str = "s", scope: str = "p", **more: Any) -> str:
        return self.add(name, "event", "start", scope, **more)

    def end(self, name: str = "e", scope: str = "p", **more: Any) -> str:
        return self.add(name, "event", "end", scope, **more)

    def task(self, name: str, scope: str = "p", **more: Any) -> str:
        return self.add(name, "task", "task", scope, **more)

    def net(self, binding: dict[str, Any] | None = None, **model: Any) -> Net:
        scopes = {node.scope for node in self.nodes.values()} - set(self.nodes)
        called = {node.reference for node in self.nodes.values() if node.type == "call"}
        pools = {f"pool-{s}": Pool(f"pool-{s}", s, s) for s in sorted(scopes - called)}
        arrangement = Arrangement(
            name="drawn",
            origin="drawn",
            digest="",
            model=_model(binding, pools, model) if binding is not None else None,
            collaborations={"drawn": self.finish(pools)},
        )
        return compile_net(arrangement, "drawn")


def _model(binding: dict[str, Any], pools: dict[str, Pool], model: dict[str, Any]) -> Model:
    parties = {pool.process: {"name": pool.process} for pool in pools.values()}
    process = {"file": "x.bpmn", "name": "x", "pools": {p.id: p.process for p in pools.values()}, **binding}
    return Model.model_validate(
        {"renkei": 1, "name": "x", "parties": parties, "processes": {"drawn": process}, **model}
    )


def runs(net: Net, *, hide: str = "") -> set[str]:
    """Return every run as the names of its elements, those that begin with ``hide`` left out."""
    found: set[str] = set()
    stack = [(net.initial, ())]
    while stack:
        marking, told = stack.pop()
        choices = list(enabled(net, marking))
        if not choices:
            clean = not left_over(net, marking)
            found.add(" ".join(told) + ("" if clean else " !"))
        assert len(told) < 40
        for index in choices:
            transition = net.transitions[index]
            shown = transition.element
            if transition.step in {"activates", "enters", "leaves", "merges"} or not shown:
                shown = ""
            stack.append((fire(marking, transition), (*told, shown) if shown and shown != hide else told))
    return found


def test_a_task_with_a_boundary_timer_is_either_done_or_broken_off() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("t"), d.end())
    d.add("b", "event", "boundary", trigger="timer", attached_to="t")
    d.chain("b", d.end("late"))
    assert runs(d.net()) == {"s t e", "s b late"}


def test_a_boundary_timer_that_does_not_interrupt_goes_off_once_at_most() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("t"), d.end())
    d.add("b", "event", "boundary", trigger="timer", attached_to="t", interrupting=False)
    d.chain("b", d.end("r"))
    assert runs(d.net()) == {"s t e", "s b t e r", "s b t r e", "s b r t e"}


def test_a_boundary_timer_with_a_cycle_goes_off_as_often_as_it_says() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("t"), d.end())
    d.add("b", "event", "boundary", trigger="timer", attached_to="t", interrupting=False, repeats=2)
    d.chain("b", d.task("remind"))
    found = runs(d.net(), hide="remind")
    # Two reminders reach the same end: no clean completion, as for any end that is reached twice.
    assert found == {"s t e", "s b t e", "s b b t e !"}


def test_an_error_ends_the_sub_process_and_goes_on_at_its_border() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("sub", "subprocess", "embedded"), d.end())
    d.chain(d.start("i", "sub"), d.add("x", "gateway", "exclusive", "sub"), d.end("good", "sub"))
    d.chain("x", d.end("bad", "sub", trigger="error", reference="E1"))
    d.add("b", "event", "boundary", trigger="error", reference="E1", attached_to="sub")
    d.chain("b", d.end("handled"))
    assert runs(d.net()) == {"s x good e", "s x bad handled"}


def test_an_escalation_that_does_not_interrupt_goes_on_in_both() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("sub", "subprocess", "embedded"), d.end())
    d.chain(
        d.start("i", "sub"), d.add("up", "event", "throw", "sub", trigger="escalation"), d.end("in", "sub")
    )
    d.add("b", "event", "boundary", trigger="escalation", attached_to="sub", interrupting=False)
    d.chain("b", d.task("told"), d.end("heard"))
    expected = {
        "s up told heard in e",
        "s up told in heard e",
        "s up told in e heard",
        "s up in told heard e",
    }
    expected |= {"s up in told e heard", "s up in e told heard"}
    assert runs(d.net()) == expected


def test_terminate_in_a_sub_process_ends_only_that() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("sub", "subprocess", "embedded"), d.end())
    d.chain(
        d.start("i", "sub"), d.add("and", "gateway", "parallel", "sub"), d.task("a", "sub"), d.end("x", "sub")
    )
    d.chain("and", d.end("stop", "sub", trigger="terminate"))
    assert runs(d.net()) == {"s and stop e", "s and a stop e", "s and a x stop e"}


def test_links_jump() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("out", "event", "throw", trigger="link", reference="L"))
    d.chain(d.add("in", "event", "catch", trigger="link", reference="L"), d.task("t"), d.end())
    assert runs(d.net()) == {"s out t e"}


def test_a_signal_reaches_who_waits_and_nobody_else() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("call", "event", "throw", trigger="signal", reference="S"), d.end())
    d.chain(d.start("s2", "q"), d.add("wait", "event", "catch", "q", trigger="signal", reference="S"))
    d.chain("wait", d.end("e2", "q"))
    found = runs(d.net())
    assert "s s2 call e e2" in found
    assert "s call e s2 !" in found
    assert all(("e2" in run) != run.endswith("!") for run in found)


def test_a_call_runs_what_it_calls() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("c1", "subprocess", "call", reference="body"), d.task("m"))
    d.chain("m", d.add("c2", "subprocess", "call", reference="body"), d.end())
    d.chain(d.start("i", "body"), d.task("t", "body"), d.end("o", "body"))
    assert runs(d.net()) == {"s t o m t o e"}


def test_instances_run_side_by_side_and_all_must_end() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("t", loop="parallel", instances=3), d.end())
    assert runs(d.net()) == {"s t t t e"}
    d = Drawing()
    d.chain(d.start(), d.add("sub", "subprocess", "embedded", loop="parallel", instances=2), d.end())
    d.chain(d.start("i", "sub"), d.task("a", "sub"), d.task("b", "sub"), d.end("o", "sub"))
    found = runs(d.net(), hide="o")
    assert found == {"s a b a b e", "s a a b b e"}


def test_an_unknown_number_of_instances_is_refused() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("t", loop="parallel"), d.end())
    with pytest.raises(InputError, match="RK254"):
        d.net()
    assert runs(d.net({"tasks": {"t": {"instances": 2}}})) == {"s t t e"}


def test_an_event_sub_process_that_interrupts_ends_what_is_around_it() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("a"), d.task("b"), d.end())
    d.add("on", "subprocess", "event")
    d.chain(d.start("alarm", "on", trigger="timer"), d.task("react", "on"), d.end("done", "on"))
    assert runs(d.net()) == {
        "s a b e",
        "s alarm react done",
        "s a alarm react done",
        "s a b alarm react done",
    }


def test_several_ways_into_a_task_are_taken_one_by_one() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("x", "gateway", "exclusive"), d.task("t"), d.end())
    d.chain("x", "t")
    assert runs(d.net()) == {"s x t e"}


def test_a_process_without_start_and_end_events_begins_where_nothing_leads() -> None:
    d = Drawing()
    d.chain(d.task("a"), d.task("b"))
    assert runs(d.net()) == {"p a b"}


ATTRIBUTES = {"attributes": {"level": {"party": "p", "values": ["low", "high"]}}}


def _guarded(*, carries: bool) -> Net:
    """Party p decides the level and tells q, which chooses by it."""
    d = Drawing()
    d.chain(d.start(), d.task("decide"), d.task("tell"), d.end())
    d.chain(d.start("s2", "q", trigger="message"), d.add("x", "gateway", "exclusive", "q"))
    for name in ("low", "high"):
        d.chain("x", d.task(f"q{name}", "q"), d.end(f"e{name}", "q"))
    d.messages["m"] = MessageFlow("m", "m", "tell", "s2")
    to = {f.target: f.id for f in d.flows.values()}
    binding = {
        "tasks": {"decide": {"sets": {"level": {"low": 0.5, "high": 0.5}}}},
        "flows": {to[f"q{name}"]: {"when": f"level == '{name}'"} for name in ("low", "high")},
        "messages": {"m": {"carries": ["level"] if carries else []}},
    }
    return d.net(binding, **ATTRIBUTES)


def test_a_guard_reads_what_a_message_has_carried() -> None:
    ends = {tuple(sorted(set(run.split()) & {"qlow", "qhigh"})) for run in runs(_guarded(carries=True))}
    assert ends == {("qlow",), ("qhigh",)}
    assert not any(run.endswith("!") for run in runs(_guarded(carries=True)))


def test_a_guard_that_reads_what_its_party_cannot_know_gets_stuck() -> None:
    assert all(run.endswith("!") for run in runs(_guarded(carries=False)))


def test_what_a_task_decides_is_what_it_sends() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("decide"), d.end())
    d.chain(d.start("s2", "q", trigger="message"), d.add("x", "gateway", "exclusive", "q"))
    for name in ("low", "high"):
        d.chain("x", d.task(f"q{name}", "q"), d.end(f"e{name}", "q"))
    d.messages["m"] = MessageFlow("m", "m", "decide", "s2")
    to = {f.target: f.id for f in d.flows.values()}
    binding = {
        "tasks": {"decide": {"sets": {"level": {"high": 1}}}},
        "flows": {to[f"q{name}"]: {"when": f"level == '{name}'"} for name in ("low", "high")},
        "messages": {"m": {"carries": ["level"]}},
    }
    found = runs(d.net(binding, **ATTRIBUTES))
    assert found
    assert all("qhigh" in run and "qlow" not in run and "!" not in run for run in found)


def test_an_attribute_may_be_read_and_set_in_one_step() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("decide"), d.add("x", "gateway", "exclusive"), d.task("low"), d.end())
    d.chain("x", d.task("high"), "e")
    to = {f.target: f.id for f in d.flows.values() if f.source == "x"}
    model = {
        **ATTRIBUTES,
        "headquarters": {"h": {"party": "p", "name": "h", "place": "x", "timezone": "Asia/Tokyo"}},
        "posts": {"chief": {"headquarters": "h", "name": "chief"}},
        "matters": {"go": {"name": "go"}},
        "authorities": {"a": {"post": "chief", "matter": "go", "when": "level == 'low'"}},
    }
    decide = {"post": "chief", "sets": {"level": {"high": 1}}, "approves": {"matter": "go"}}
    flows = {to[name]: {"when": f"level == '{name}'"} for name in ("low", "high")}
    net = d.net({"tasks": {"decide": decide, "high": {"acts": {"matter": "go"}}}, "flows": flows}, **model)
    assert runs(net) == {"s decide x high e"}


def test_every_value_that_no_task_decides_is_tried() -> None:
    d = Drawing()
    d.chain(d.start(), d.add("x", "gateway", "exclusive"), d.task("a"), d.end())
    d.chain("x", d.task("b"), "e")
    to = {f.target: f.id for f in d.flows.values() if f.source == "x"}
    flows = {to["a"]: {"when": "level == 'low'"}, to["b"]: {"when": "level != 'low'"}}
    net = d.net({"flows": flows}, **ATTRIBUTES)
    assert runs(net) == {"s x a e", "s x b e"}
    outcomes = {(t.outcome, t.step) for t in net.transitions if t.step == "opens"}
    assert outcomes == {((("level", "low"),), "opens"), ((("level", "high"),), "opens")}


def test_a_conference_starts_and_ends_for_all_at_once() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("a"), d.task("talk1"), d.end())
    d.chain(d.start("s2", "q"), d.task("talk2", "q"), d.task("b", "q"), d.end("e2", "q"))
    conference = {"talk": {"tasks": ["talk1", "talk2"], "duration": "PT85M"}}
    net = d.net({"conferences": conference})
    found = runs(net)
    assert all(run.index(" a ") < run.index("talk") < run.rindex("talk") < run.index(" b") for run in found)
    assert not any(run.endswith("!") for run in found)
    timings = {(t.step, t.timing, t.members) for t in net.transitions if t.element == "talk"}
    members = ("talk1", "talk2")
    assert timings == {("meets", "meet", members), ("completes", "work", members)}


def test_a_conference_task_that_could_be_broken_off_is_refused() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("talk1"), d.end())
    d.chain(d.start("s2", "q"), d.task("talk2", "q"), d.end("e2", "q"))
    d.add("b", "event", "boundary", trigger="timer", attached_to="talk1")
    d.chain("b", d.end("late"))
    with pytest.raises(InputError, match="RK260"):
        d.net({"conferences": {"talk": {"tasks": ["talk1", "talk2"], "duration": "PT85M"}}})


def test_every_round_of_a_loop_sends() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("ask", loop="standard"), d.end())
    d.chain(d.start("s2", "q"), d.task("hear", "q"), d.end("e2", "q"))
    d.messages["m"] = MessageFlow("m", "m", "ask", "hear")
    net = d.net()
    place = next(number for number, place in enumerate(net.places) if place.kind == "message")
    asking = [t for t in net.transitions if t.element == "ask"]
    assert {t.outcome for t in asking} == {(("", "again"),), (("", "enough"),)}
    assert all((place, 1) in t.give for t in asking)


def test_a_loop_runs_once_or_more() -> None:
    d = Drawing()
    d.chain(d.start(), d.task("t", loop="standard"), d.end())
    net = d.net()
    assert {t.outcome for t in net.transitions if t.element == "t"} == {(("", "again"),), (("", "enough"),)}
    marking = net.initial
    for wanted in ("s", "again", "again", "enough", "e"):
        index = next(
            i
            for i in enabled(net, marking)
            if wanted in (net.transitions[i].element, *(value for _, value in net.transitions[i].outcome))
        )
        marking = fire(marking, net.transitions[index])
    assert not left_over(net, marking)
