"""Law 2: every simulated path is a path of the checked graph.

Paths are recorded from the simulator, played by the plain game, and looked up in what the checker explored:
each marking must be one of its states, and each firing one of its edges.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from renkei.checker.explore import Graph, explore_net
from renkei.net.compile import compile_net
from renkei.net.game import Marking, fire, is_enabled
from renkei.process.arrangement import Arrangement, load_arrangement
from renkei.simulator.plan import Window, build_plan
from renkei.simulator.replication import Simulation

REPLICATIONS = 5


@pytest.fixture(scope="module")
def arrangement() -> Arrangement:
    return load_arrangement("us-japan")


def _numbered(graph: Graph) -> dict[Marking, int]:
    return {graph.marking(state): state for state in range(graph.states)}


def _successors(graph: Graph, state: int) -> set[int]:
    offset = graph.store.offset
    return {int(target) for target in graph.store.edges[offset[state] : offset[state + 1]]}


@pytest.mark.parametrize("option", ["O0", "O3", "O11"])
def test_every_simulated_path_is_a_path_of_the_checked_graph(arrangement: Arrangement, option: str) -> None:
    varied = arrangement.with_option(option)
    model = varied.model
    assert model is not None
    assert model.run is not None
    nets = {name: compile_net(varied, name) for name in varied.collaborations}
    graphs = {name: explore_net(net) for name, net in nets.items()}
    assert all(graph.complete for graph in graphs.values())
    states = {name: _numbered(graph) for name, graph in graphs.items()}
    process_of = [entry.process for entry in model.contingencies.values()]
    plan = build_plan(model, nets, varied.collaborations, Window(model.run.begins, 0.0, model.run.horizon))
    simulation = Simulation(plan, paths=True)
    walked: dict[str, set[int]] = defaultdict(set)
    for replication in range(REPLICATIONS):
        run = simulation.run(11, replication)
        assert run.path is not None
        cases: dict[tuple[int, int], Marking] = {}
        for contingency, number, index in run.path[1]:
            name = process_of[int(contingency)]
            net, graph = nets[name], graphs[name]
            marking = cases.get((int(contingency), int(number)), net.initial)
            transition = net.transitions[int(index)]
            assert is_enabled(marking, transition), transition.name
            after = fire(marking, transition)
            assert states[name][after] in _successors(graph, states[name][marking])
            walked[name].add(states[name][after])
            cases[int(contingency), int(number)] = after
    assert set(walked) == set(nets)
    assert sum(map(len, walked.values())) > 300
