"""The workloads W1, W2 and W2h of performance.md as model folders: a drawing and a model.yaml each.

W1: M/M/3, 2.5 arrivals and 1 service a second. W2: detect, then two national branches (assess, in 30 % of
the cases legal review, approve), then a joint decision; a case every 4 hours, 20 % of high priority. W2h: the
same, a case every 40 minutes.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

CUSTOMERS, CASES = 100_000, 20_000
W2_MINUTES = {
    "detect": (20, 0.5, 3),
    "assess": (60, 1.0, 4),
    "legal": (90, 1.0, 1),
    "approve": (30, 0.5, 1),
    "joint": (15, 0.3, 1),
}
"""Task -> mean in minutes, coefficient of variation, seats."""
GAP_MINUTES = {"W2": 240, "W2h": 40}
LEGAL_SHARE, HIGH_SHARE = 0.3, 0.2

Flow = tuple[str, str, str]


def drawing(nodes: dict[str, str], flows: list[Flow]) -> str:
    """Return BPMN of one process: node -> XML tag, and flows (id, source, target)."""
    rows = []
    for name, tag in nodes.items():
        incoming = "".join(f"<incoming>{flow}</incoming>" for flow, _, target in flows if target == name)
        outgoing = "".join(f"<outgoing>{flow}</outgoing>" for flow, source, _ in flows if source == name)
        rows.append(f'<{tag} id="{name}" name="{name}">{incoming}{outgoing}</{tag}>')
    rows += [f'<sequenceFlow id="{f}" sourceRef="{a}" targetRef="{b}"/>' for f, a, b in flows]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="bench">'
        '<collaboration id="c"><participant id="pool" name="pool" processRef="work"/></collaboration>'
        '<process id="work" isExecutable="false">' + "\n".join(rows) + "</process></definitions>"
    )


def w1() -> tuple[str, dict[str, Any]]:
    """Return drawing and model of W1."""
    nodes = {"begin": "startEvent", "serve": "userTask", "done": "endEvent"}
    model = _model({"servers": {"seats": 3}}, {"serve": _task("servers", {"exponential": {"mean": "PT1S"}})})
    model["contingencies"] = {"customer": _contingency("PT0.4S", {})}
    model["measures"] = {"time": _measure("serve")}
    return drawing(nodes, [("f1", "begin", "serve"), ("f2", "serve", "done")]), model


def w2(name: str) -> tuple[str, dict[str, Any]]:
    """Return drawing and model of W2 or W2h."""
    nodes = {"begin": "startEvent", "detect": "userTask", "split": "parallelGateway"}
    flows = [("f1", "begin", "detect"), ("f2", "detect", "split")]
    posts: dict[str, Any] = {"detect": {"seats": 3}, "joint": {}}
    tasks = {task: _task(task, _lognormal(task)) for task in ("detect", "joint")}
    chances: dict[str, dict[str, float]] = {}
    for side in ("a", "b"):
        nodes |= {f"{task}_{side}": "userTask" for task in ("assess", "legal", "approve")}
        nodes |= {f"{gateway}_{side}": "exclusiveGateway" for gateway in ("way", "merge")}
        steps = ["split", f"assess_{side}", f"way_{side}", f"merge_{side}", f"approve_{side}", "join"]
        flows += [(f"{side}{n}", here, there) for n, (here, there) in enumerate(pairwise(steps))]
        flows += [
            (f"{side}l", f"way_{side}", f"legal_{side}"),
            (f"{side}m", f"legal_{side}", f"merge_{side}"),
        ]
        chances |= {f"{side}l": {"probability": LEGAL_SHARE}, f"{side}2": {"probability": 1 - LEGAL_SHARE}}
        for task in ("assess", "legal", "approve"):
            posts[f"{task}_{side}"] = {"seats": W2_MINUTES[task][2]}
            tasks[f"{task}_{side}"] = _task(f"{task}_{side}", _lognormal(task))
    nodes |= {"join": "parallelGateway", "joint": "userTask", "done": "endEvent"}
    flows += [("f3", "join", "joint"), ("f4", "joint", "done")]
    model = _model(posts, tasks)
    model["processes"]["work"]["flows"] = chances
    shares = {"high": HIGH_SHARE, "normal": 1 - HIGH_SHARE}
    model["contingencies"] = {"case": _contingency(f"PT{GAP_MINUTES[name]}M", shares)}
    model["measures"] = {"time": _measure("joint")}
    return drawing(nodes, flows), model


def task_work(more: int = 0) -> tuple[str, dict[str, Any]]:
    """Return drawing and model of work for task engines: a choice, two branches, ``more`` tasks in a row."""
    nodes = {"begin": "startEvent", "way_a": "exclusiveGateway", "way_b": "exclusiveGateway"}
    nodes |= {"split": "parallelGateway", "join": "parallelGateway", "done": "endEvent"}
    nodes |= {f"t{number}": "userTask" for number in range(1, 13 + more)}
    paths = [
        [
            "begin",
            "t1",
            "t2",
            "way_a",
            "t3",
            "t4",
            "way_b",
            "split",
            "t7",
            "t8",
            "join",
            "t11",
            *(f"t{number}" for number in range(12, 13 + more)),
            "done",
        ],
        ["way_a", "t5", "t6", "way_b"],
        ["split", "t9", "t10", "join"],
    ]
    flows = [(f"{here}_{there}", here, there) for path in paths for here, there in pairwise(path)]
    bpmn = drawing(nodes, flows).replace('isExecutable="false"', 'isExecutable="true"')
    guards = {"way_a_t3": "way == 'left'", "way_a_t5": "way == 'right'"}
    for flow, guard in guards.items():
        plain = f'<sequenceFlow id="{flow}" sourceRef="way_a" targetRef="{flow.removeprefix("way_a_")}"'
        assert f"{plain}/>" in bpmn
        told = f"{plain}><conditionExpression>{guard}</conditionExpression></sequenceFlow>"
        bpmn = bpmn.replace(f"{plain}/>", told)
    tasks: dict[str, Any] = {
        name: {"post": "watch", "duration": "PT5M"} for name in nodes if name[1:].isdigit()
    }
    tasks["t2"]["sets"] = {"way": {"left": 0.5, "right": 0.5}}
    model = _model({"watch": {}}, tasks)
    model["attributes"] = {"way": {"party": "party", "values": ["left", "right"]}}
    model["processes"]["work"]["flows"] = {flow: {"when": guard} for flow, guard in guards.items()}
    model["contingencies"] = {"case": _contingency("PT1H", {})}
    return bpmn, model


def split_by_priority(model: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the model with a contingency for each priority: the same arrivals, told apart in the samples."""
    shares = {"high": HIGH_SHARE, "normal": 1 - HIGH_SHARE}
    contingencies = {
        priority: _contingency(f"PT{GAP_MINUTES[name] / share}M", {priority: 1.0})
        for priority, share in shares.items()
    }
    return {**model, "contingencies": contingencies}


def write(folder: Path, bpmn: str, model: dict[str, Any], horizon_seconds: float) -> Path:
    """Write a model folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    run = {"begins": "2025-01-06T00:00:00Z", "horizon": f"PT{horizon_seconds / 3600}H", "replications": 1}
    (folder / "work.bpmn").write_text(bpmn, encoding="utf-8")
    # JSON is YAML.
    (folder / "model.yaml").write_text(json.dumps({**model, "run": run}), encoding="utf-8")
    return folder


def horizon_of(name: str) -> float:
    """Return the seconds in which the customers or cases of a workload come."""
    return CUSTOMERS * 0.4 if name == "W1" else CASES * GAP_MINUTES[name] * 60.0


def workload(name: str) -> tuple[str, dict[str, Any]]:
    """Return drawing and model of a workload."""
    return w1() if name == "W1" else w2(name)


def _model(posts: dict[str, Any], tasks: dict[str, Any]) -> dict[str, Any]:
    return {
        "renkei": 1,
        "name": "bench",
        "parties": {"party": {"name": "party"}},
        "headquarters": {"hq": {"party": "party", "name": "hq", "place": "hq", "timezone": "UTC"}},
        "posts": {name: {"headquarters": "hq", "name": name, **entry} for name, entry in posts.items()},
        "processes": {
            "work": {"file": "work.bpmn", "name": "work", "pools": {"pool": "party"}, "tasks": tasks}
        },
    }


def _task(post: str, duration: dict[str, Any]) -> dict[str, Any]:
    return {"post": post, "duration": duration}


def _lognormal(task: str) -> dict[str, Any]:
    mean, spread, _ = W2_MINUTES[task]
    return {"lognormal": {"mean": f"PT{mean}M", "cv": spread}}


def _contingency(mean_gap: str, priority: dict[str, float]) -> dict[str, Any]:
    entry = {"name": "case", "process": "work", "arrivals": {"poisson": mean_gap}}
    return {**entry, "priority": priority} if priority else entry


def _measure(task: str) -> dict[str, Any]:
    return {"name": "time", "process": "work", "begins": {"opened": True}, "ends": {"all": [task]}}
