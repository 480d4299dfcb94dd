"""The compiled net means what the drawing means: verdicts agree with an interpreter of the drawing itself."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from renkei.checker.explore import explore_net
from renkei.checker.judge import judge
from renkei.net.compile import compile_net
from renkei.net.game import enabled
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration
from tests.drawings import collaborations
from tests.oracle_bpmn import Oracle

LIMIT = 1500


def _arrangement(graph: Collaboration) -> Arrangement:
    return Arrangement(name="drawn", origin="drawn", digest="", collaborations={"drawn": graph})


@settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(collaborations())
def test_verdicts_agree_with_an_interpreter_of_the_drawing(graph: Collaboration) -> None:
    expected = Oracle(graph).verdicts(LIMIT)
    assume(expected is not None)
    assert expected is not None
    reached = explore_net(compile_net(_arrangement(graph), "drawn"), max_states=20 * LIMIT)
    assert reached.complete
    verdicts = {}
    for name in ("safe", "sound", "sound-relaxed"):
        judgement = judge(reached, name)  # type: ignore[arg-type]
        verdicts[name] = judgement.verdict == "holds" or judgement.code == "RK305"
    assert verdicts == expected


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(collaborations(depth=3))
def test_every_counter_example_replays(graph: Collaboration) -> None:
    net = compile_net(_arrangement(graph), "drawn")
    reached = explore_net(net, max_states=5000)
    for name in ("safe", "sound", "sound-relaxed"):
        path = judge(reached, name).path  # type: ignore[arg-type]
        if path is None:
            continue
        marking = path.marking()
        assert len(path.told("en")) == len(path.told("ja")) == len(path.firings) + 1
        if path.finding in {"RK301", "RK302", "RK303"}:
            assert not list(enabled(net, marking))
            assert path.tokens
