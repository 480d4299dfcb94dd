"""Every simulated path is a path of the net: recorded runs are replayed on a token game of their own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from renkei.errors import LimitError
from renkei.net.compile import compile_net
from renkei.net.tables import Net, Transition
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration
from renkei.simulator import replication
from renkei.simulator.plan import Window, build_plan
from renkei.simulator.replication import Replication, Simulation
from tests.drawings import collaborations
from tests.simulator.nets import BEGINS, NetDraft, model_of, plan_of

HOUR = 3600.0


def enabled(marking: list[int], t: Transition) -> bool:
    held = all(marking[place] >= weight for place, weight in t.take)
    free = all(marking[place] == 0 for place in t.inhibit)
    return held and free and (t.any_of == () or sum(marking[place] for place in t.any_of) > 0)


def fired(marking: list[int], t: Transition) -> list[int]:
    after = [0 if place in t.clear else tokens for place, tokens in enumerate(taken(marking, t))]
    for place, weight in t.give:
        after[place] += weight
    return after


def taken(marking: list[int], t: Transition) -> list[int]:
    weights = dict(t.take)
    return [tokens - weights.get(place, 0) for place, tokens in enumerate(marking)]


def paths(run: Replication) -> dict[tuple[int, int], list[tuple[float, int]]]:
    """Return the firings of each case: (time, transition)."""
    assert run.path is not None
    found: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for time, (contingency, number, transition) in zip(*run.path, strict=True):
        found[int(contingency), int(number)].append((float(time), int(transition)))
    return found


def replay(net: Net, path: list[tuple[float, int]]) -> list[int]:
    """Replay a path; what happens at once must not be passed over while time goes on."""
    marking, since = list(net.initial), path[0][0] if path else 0.0
    for time, index in path:
        if time > since:
            waiting = [t.name for t in net.transitions if t.timing == "now" and enabled(marking, t)]
            assert not waiting, f"time went on from {since} although {waiting} could happen"
        assert enabled(marking, net.transitions[index]), net.transitions[index].name
        marking, since = fired(marking, net.transitions[index]), time
    return marking


def immediate_messages(net: Net) -> Net:
    """Let what waits for a message wait: one that has been sent may still be under way."""
    messages = {index for index, place in enumerate(net.places) if place.kind == "message"}
    return replace(
        net,
        transitions=tuple(
            replace(t, timing="work") if messages & {place for place, _ in t.take} else t
            for t in net.transitions
        ),
    )


places = st.sampled_from(["a", "b", "c", "d", "e"])
arcs = st.lists(places, min_size=1, max_size=2).map(" ".join)


@st.composite
def nets(draw: st.DrawFn) -> Net:
    """Nets of all kinds of arcs, choices, joins, races and cancelled work; few of them are sound."""
    draft = NetDraft("a", *draw(st.sets(places, max_size=2)))
    for number in range(draw(st.integers(2, 7))):
        draft.add(
            f"t{number}",
            draw(st.sampled_from(["now", "work", "delay", "work"])),
            draw(arcs),
            *draw(st.lists(arcs, min_size=1, max_size=2)),
            inhibit=" ".join(draw(st.sets(places, max_size=1))),
            any_of=" ".join(draw(st.sets(places, max_size=2))) if draw(st.booleans()) else "",
            clear=" ".join(draw(st.sets(places, max_size=2))) if draw(st.booleans()) else "",
        )
    return draft.net()


def model_for(net: Net, law: dict[str, object]) -> object:
    elements = sorted({t.element for t in net.transitions})
    tasks = {element: {"post": f"post{n % 3}", "duration": law} for n, element in enumerate(elements)}
    tasks = {
        element: entry if n % 4 else {"duration": law} for n, (element, entry) in enumerate(tasks.items())
    }
    return model_of(
        {f"post{n}": {"seats": 1 + n} for n in range(3)},
        tasks,
        {"every": {"interval": "PT7M"}},
        binding={"events": {element: {"delay": law} for element in elements}},
        contingency={"priority": {"high": 0.3, "normal": 0.4, "low": 0.3}},
    )


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up soon on nets whose tokens multiply."""
    monkeypatch.setattr(replication, "MAX_ITEMS", 20_000)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nets(), st.sampled_from(["PT10M", "PT0S"]))
def test_a_simulated_path_is_a_path_of_the_net(net: Net, low: str) -> None:
    law = {"uniform": {"low": low, "high": "PT1H"}}
    simulation = Simulation(plan_of(model_for(net, law), net, HOUR), paths=True)
    try:
        run = simulation.run(3, 0)
    except LimitError:
        assume(False)
    assert run.opened[0] == run.closed + run.unfinished
    found = paths(run)
    stuck = 0
    for number in range(run.opened[0]):
        marking = replay(net, found.get((0, number), []))
        stuck += not any(enabled(marking, t) for t in net.transitions)
    assert stuck == run.closed, "a case is closed when, and only when, nothing can happen in it"


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(collaborations(), st.sampled_from([None, "PT20M"]))
def test_a_simulated_path_of_a_drawing_is_a_path_of_its_net(graph: Collaboration, delay: str | None) -> None:
    net = compile_net(Arrangement("p", "p", "", collaborations={"p": graph}), "p")
    law = {"uniform": {"low": "PT10M", "high": "PT1H"}}
    elements = sorted({t.element for t in net.transitions})
    channel = {"delay": {"exponential": {"mean": delay}}} if delay else {}
    model = model_of(
        {"post": {"seats": 2}},
        {element: {"post": "post", "duration": law} for element in elements},
        {"every": {"interval": "PT7M"}},
        binding={
            "events": {element: {"delay": law} for element in elements},
            "messages": {flow: {"channel": "line"} for flow in graph.messages},
        },
        channels={"line": {"name": "line", **channel}},
    )
    try:
        run = Simulation(
            build_plan(model, {"p": net}, {"p": graph}, Window(BEGINS, 0.0, HOUR)), paths=True
        ).run(3, 0)
    except LimitError:
        assume(False)
    found, stuck = paths(run), 0
    judged = immediate_messages(net) if delay else net
    for number in range(run.opened[0]):
        marking = replay(judged, found.get((0, number), []))
        stuck += not any(enabled(marking, t) for t in net.transitions)
    assert stuck == run.closed or (delay and stuck > run.closed), (
        "a useless message may be under way at the end"
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nets())
def test_what_is_interrupted_starts_anew(net: Net) -> None:
    """With fixed delays and no posts, what fires has been possible without a break for its whole delay."""
    elements = sorted({t.element for t in net.transitions})
    tasks = {element: {"duration": f"PT{11 + 5 * n}M"} for n, element in enumerate(elements)}
    events = {element: {"delay": f"PT{11 + 5 * n}M"} for n, element in enumerate(elements)}
    model = model_of({}, tasks, {"every": {"interval": "PT40M"}}, binding={"events": events})
    try:
        run = Simulation(plan_of(model, net, HOUR), paths=True).run(3, 0)
    except LimitError:
        assume(False)
    opened = 40 * 60.0  # the one case within the horizon
    delay = {element: 60.0 * (11 + 5 * n) for n, element in enumerate(elements)}
    for path in paths(run).values():
        marking = list(net.initial)
        groups = defaultdict(list)
        for t in net.transitions:
            groups[t.group].append(t)
        since = {g: opened if any(enabled(marking, t) for t in ts) else None for g, ts in groups.items()}
        for time, index in path:
            t = net.transitions[index]
            if t.timing != "now":
                begun = since[t.group]
                assert begun is not None
                assert time - begun >= delay[t.element] - 1e-6
            marking = fired(marking, t)
            for g, ts in groups.items():
                possible = any(enabled(marking, other) for other in ts)
                since[g] = None if not possible else (time if since[g] is None else since[g])


def test_the_same_seed_gives_the_same_path_and_another_does_not() -> None:
    draft = NetDraft("a")
    draft.add("choose", "now", "a", "b", "c", step="chooses", flows=("x", "y"))
    draft.add("left", "work", "b", "d")
    draft.add("right", "work", "c", "d")
    task = {"post": "s", "duration": {"exponential": {"mean": "PT1H"}}}
    plan = plan_of(model_of({"s": {}}, {"left": task, "right": task}), draft.net(), 100 * HOUR)
    runs = [Simulation(plan, paths=True).run(seed, 0).path for seed in (1, 1, 2)]
    assert all(np.array_equal(one, other) for one, other in zip(runs[0], runs[1], strict=True))
    assert not np.array_equal(runs[0][0][:50], runs[2][0][:50])


def test_a_circle_without_time_is_told() -> None:
    draft = NetDraft("a")
    draft.add("there", "now", "a", "b")
    draft.add("back", "now", "b", "a")
    with pytest.raises(LimitError, match="circle"):
        Simulation(plan_of(model_of({}, {}), draft.net(), 10 * HOUR)).run(1, 0)
