"""Consent: no party's forces act before that party's own post with authority has approved."""

from __future__ import annotations

from typing import Any

import pytest

from renkei.checker import check
from renkei.checker.report import PropertyResult
from renkei.model.schema import Model
from renkei.process.arrangement import Arrangement
from renkei.process.graph import MessageFlow, Pool
from tests.drawings import Sketch

CHAINS = {"jpn": ["classify", "approve", "act"], "usa": ["assess", "consent", "help"]}


def _chain(sketch: Sketch, scope: str, tasks: list[str]) -> None:
    last = sketch.node("event", "start", scope)
    for task in tasks:
        sketch.nodes[task] = sketch.nodes.pop(sketch.node("task", "task", scope))
        sketch.nodes[task] = _renamed(sketch, task)
        sketch.flow(last, task)
        last = task
    sketch.flow(last, sketch.node("event", "end", scope))


def _renamed(sketch: Sketch, task: str) -> Any:
    from dataclasses import replace

    return replace(sketch.nodes[task], id=task, name=f"Task {task}")


def _model(tasks: dict[str, Any], **more: Any) -> Model:
    hq = {p: {"party": p, "name": p, "place": "x", "timezone": "Asia/Tokyo"} for p in ("jpn", "usa")}
    posts = {f"{p}-{r}": {"headquarters": p, "name": f"{p} {r}"} for p in hq for r in ("chief", "staff")}
    return Model.model_validate(
        {
            "renkei": 1,
            "name": "two parties",
            "parties": {p: {"name": p} for p in hq},
            "headquarters": hq,
            "posts": posts,
            "matters": {"relief": {"name": "Relief"}},
            "authorities": {
                "j": {"post": "jpn-chief", "matter": "relief", "when": "situation == 'disaster'"},
                "u": {"post": "usa-chief", "matter": "relief"},
            },
            "attributes": {
                "situation": {"party": "jpn", "values": ["unknown", "disaster", "attack"]},
                "answer": {"party": "jpn", "values": ["open", "yes", "no"]},
            },
            "processes": {
                "p": {
                    "file": "p.bpmn",
                    "name": "p",
                    "pools": {"pool-jpn": "jpn", "pool-usa": "usa"},
                    "tasks": tasks,
                }
            },
            **more,
        }
    )


TASKS: dict[str, Any] = {
    "classify": {"post": "jpn-staff", "sets": {"situation": {"disaster": 1}}},
    "approve": {"post": "jpn-chief", "approves": {"matter": "relief"}},
    "act": {"acts": {"matter": "relief"}},
    "consent": {"post": "usa-chief", "approves": {"matter": "relief"}},
    "help": {"acts": {"matter": "relief"}},
}


def _consents(
    tasks: dict[str, Any], chains: dict[str, list[str]] | None = None, link: bool = False, **more: Any
) -> dict[str, PropertyResult]:
    sketch = Sketch()
    for party, chain in (chains or CHAINS).items():
        _chain(sketch, f"process-{party}", chain)
    if link:
        sketch.messages["told"] = MessageFlow("told", "told", "approve", "help")
    pools = {f"pool-{p}": Pool(f"pool-{p}", p, f"process-{p}") for p in CHAINS}
    arrangement = Arrangement(
        name="two",
        origin="two",
        digest="",
        model=_model(tasks, **more),
        collaborations={"p": sketch.finish(pools)},
    )
    report = check(arrangement, properties=["consent"])
    return {result.scope: result for result in report.properties}


def test_each_party_that_approves_before_it_acts_keeps_consent() -> None:
    results = _consents(TASKS)
    assert {party: result.verdict for party, result in results.items()} == {"jpn": "holds", "usa": "holds"}


def test_acting_first_is_caught_and_told() -> None:
    chains = {**CHAINS, "jpn": ["classify", "act", "approve"]}
    results = _consents(TASKS, chains)
    assert results["usa"].verdict == "holds"
    broken = results["jpn"]
    assert (broken.verdict, broken.code) == ("fails", "RK320")
    assert broken.counterexample is not None
    assert broken.counterexample.steps[-1].transition.element == "act"
    told = broken.counterexample.told("en")
    assert "Task act" in told[-2]
    assert "jpn" in told[-1]
    assert "Relief" in told[-1]


@pytest.mark.parametrize("situation", ["disaster", "attack"])
def test_an_approval_counts_only_in_the_situation_that_gives_authority(situation: str) -> None:
    tasks = {**TASKS, "classify": {"post": "jpn-staff", "sets": {"situation": {situation: 1}}}}
    expected = "holds" if situation == "disaster" else "fails"
    assert _consents(tasks)["jpn"].verdict == expected


def test_every_situation_is_tried() -> None:
    tasks = {
        **TASKS,
        "classify": {"post": "jpn-staff", "sets": {"situation": {"disaster": 0.99, "attack": 0.01}}},
    }
    broken = _consents(tasks)["jpn"]
    assert broken.verdict == "fails"
    assert broken.counterexample is not None
    assert any("attack" in sentence for sentence in broken.counterexample.told("en"))


def test_a_post_without_authority_cannot_approve() -> None:
    tasks = {**TASKS, "approve": {"post": "jpn-staff", "approves": {"matter": "relief"}}}
    assert _consents(tasks)["jpn"].code == "RK320"


def test_one_partys_approval_is_not_the_others() -> None:
    tasks = {name: binding for name, binding in TASKS.items() if name != "consent"}
    results = _consents(tasks)
    assert results["jpn"].verdict == "holds"
    assert results["usa"].code == "RK320"


def test_a_denial_is_no_consent() -> None:
    approve = {
        "post": "jpn-chief",
        "sets": {"answer": {"yes": 0.5, "no": 0.5}},
        "approves": {"matter": "relief", "granted": {"answer": ["yes"]}},
    }
    broken = _consents({**TASKS, "approve": approve})["jpn"]
    assert broken.code == "RK320"
    assert broken.counterexample is not None
    assert any("no" in sentence for sentence in broken.counterexample.told("en"))


def test_use_of_what_belongs_to_another_needs_both() -> None:
    tasks = {**TASKS, "help": {"acts": {"matter": "relief", "needs": ["usa", "jpn"]}}}
    assert _consents(tasks)["jpn"].code == "RK320"
    assert _consents(tasks, link=True)["jpn"].verdict == "holds"
    assert _consents(tasks)["usa"].verdict == "holds"


AFTERWARDS = {
    "authorities": {
        "j": {"post": "jpn-chief", "matter": "relief", "timing": "afterwards", "within": "P20D"},
        "u": {"post": "usa-chief", "matter": "relief"},
    }
}


def test_an_approval_afterwards_is_an_obligation() -> None:
    late = {**CHAINS, "jpn": ["classify", "act", "approve"]}
    never = {**CHAINS, "jpn": ["classify", "act"]}
    assert _consents(TASKS, late, **AFTERWARDS)["jpn"].verdict == "holds"
    assert _consents(TASKS, CHAINS, **AFTERWARDS)["jpn"].verdict == "holds"
    ended = _consents({**TASKS, "approve": {"ceases": "relief"}}, late, **AFTERWARDS)["jpn"]
    assert ended.verdict == "holds"
    broken = _consents(TASKS, never, **AFTERWARDS)["jpn"]
    assert (broken.verdict, broken.code) == ("fails", "RK321")
    assert broken.counterexample is not None
