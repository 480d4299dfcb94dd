"""Random models to run: a random drawing, with parties, posts, decisions, consents and labels bound to it.

What is bound obeys the rules of the language; whether the process is sound, or ever comes to its end, is left
to chance, and so is whether a consent that an act needs can ever be known where it is needed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from renkei.model.schema import Model
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration, Node
from tests.drawings import collaborations

PARTIES = ("ann", "bob", "cyd")
CLASSES = ("open", "closed", "sealed")


@st.composite
def arrangements(draw: DrawFn, depth: int = 2) -> Arrangement:
    """Draw a model of two or three parties with one process."""
    graph = draw(collaborations(depth, 2, 3))
    parties = PARTIES[: max(2, len(graph.pools))]
    model = Model.model_validate(_model(draw, graph, parties))
    digest = sha256(repr(model).encode() + repr(graph).encode()).hexdigest()
    return Arrangement("drawn", "drawn", digest, model, {"drawn": graph})


def _model(draw: DrawFn, graph: Collaboration, parties: tuple[str, ...]) -> dict[str, Any]:
    homes = {name: parties[number] for number, name in enumerate(graph.pools)}
    met = _conference(draw, graph)
    attributes = {f"{party}_view": {"party": party, "values": ["unset", "yes", "no"]} for party in parties}
    deputies = draw(st.booleans())
    posts = {
        f"{party}_{rank}": {
            "headquarters": f"{party}_hq",
            "name": f"{party} {rank}",
            "seats": draw(st.integers(1, 2)),
            "deputies": [f"{party}_staff"] if rank == "chief" and deputies else [],
        }
        for party in parties
        for rank in ("chief", "staff")
    }
    return {
        "renkei": 1,
        "name": "drawn",
        "parties": {party: {"name": party} for party in parties},
        "headquarters": {
            f"{party}_hq": {"party": party, "name": party, "place": "here", "timezone": "UTC"}
            for party in parties
        },
        "posts": posts,
        "matters": {"dispatch": {"name": "dispatch"}, "site": {"name": "site"}},
        "authorities": _authorities(draw, parties),
        "attributes": attributes,
        "classifications": CLASSES,
        "channels": {"wire": {"name": "wire", "ceiling": draw(st.sampled_from(CLASSES))}},
        "processes": {
            "drawn": {
                "file": "drawn.bpmn",
                "name": "drawn",
                "pools": homes,
                "tasks": {
                    node.id: _task(draw, homes[graph.processes[_root(graph, node)].pool], parties)
                    for node in graph.nodes.values()
                    if node.kind == "task"
                },
                "flows": _guards(draw, graph, homes),
                "conferences": {"talk": {"tasks": met, "duration": "PT1H"}} if met else {},
                "messages": {
                    flow.id: _message(draw, homes[graph.process_of(flow.source).pool], parties)
                    for flow in graph.messages.values()
                },
            }
        },
        "contingencies": {
            "quake": {
                "name": "quake",
                "process": "drawn",
                "arrivals": {"poisson": "P1D", "assume": {"range": ["P1D", "P2D"], "why": "drawn"}},
                "attributes": {"ann_view": {"unset": 1}} if draw(st.booleans()) else {},
            }
        },
    }


def _conference(draw: DrawFn, graph: Collaboration) -> list[str]:
    """Draw one task of each of two pools that can be held together: plain, once, and with no event on it."""
    bordered = {node.attached_to for node in graph.nodes.values()}
    plain: dict[str, list[str]] = {}
    for node in graph.nodes.values():
        if (
            node.kind == "task"
            and not node.loop
            and node.id not in bordered
            and node.scope in graph.processes
        ):
            plain.setdefault(graph.processes[node.scope].pool, []).append(node.id)
    if len(plain) < 2 or draw(st.integers(0, 2)) == 0:
        return []
    pools = draw(st.permutations(sorted(plain)))[:2]
    return [draw(st.sampled_from(plain[pool])) for pool in sorted(pools)]


def _root(graph: Collaboration, node: Node) -> str:
    scope = node.scope
    while scope in graph.nodes:
        scope = graph.nodes[scope].scope
    return scope


def _authorities(draw: DrawFn, parties: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for party in parties:
        for matter in ("dispatch", "site"):
            for rank in draw(st.sets(st.sampled_from(["chief", "staff"]), max_size=2)):
                when = draw(st.sampled_from([None, f"{party}_view == 'yes'"]))
                entry = {"post": f"{party}_{rank}", "matter": matter}
                found[f"{party}-{matter}-{rank}"] = {**entry, "when": when} if when else entry
    return found


def _task(draw: DrawFn, party: str, parties: tuple[str, ...]) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(["plain", "sets", "approves", "approves", "acts", "acts", "proposes", "releases"])
    )
    matter = draw(st.sampled_from(["dispatch", "dispatch", "site"]))
    task: dict[str, Any] = {"post": f"{party}_{draw(st.sampled_from(['chief', 'staff']))}"}
    if kind == "sets":
        task["sets"] = {f"{party}_view": {"yes": 0.5, "no": 0.5}}
    elif kind == "approves":
        task["approves"] = {"matter": matter}
        if draw(st.booleans()):
            task["sets"] = {f"{party}_view": {"yes": 0.5, "no": 0.5}}
            task["approves"]["granted"] = {f"{party}_view": ["yes"]}
    elif kind == "acts":
        task["acts"] = {
            "matter": matter,
            "needs": sorted(draw(st.sets(st.sampled_from(parties), max_size=2))),
        }
    elif kind == "proposes":
        task["proposes"] = matter
    elif kind == "releases":
        others = [other for other in parties if other != party]
        task["releases"] = {"to": others, "label": _label(draw, parties)}
    return task


def _label(draw: DrawFn, parties: tuple[str, ...]) -> dict[str, Any]:
    to = draw(st.sampled_from([parties, parties[:2], parties[1:], ()]))
    return {"classification": draw(st.sampled_from(CLASSES)), "releasable_to": list(to)}


def _message(draw: DrawFn, sender: str, parties: tuple[str, ...]) -> dict[str, Any]:
    message: dict[str, Any] = {"channel": "wire"}
    if draw(st.booleans()):
        message["carries"] = [f"{sender}_view"]
    if draw(st.integers(0, 3)):
        message["label"] = _label(draw, parties) if draw(st.booleans()) else _open(parties)
    return message


def _open(parties: tuple[str, ...]) -> dict[str, Any]:
    return {"classification": CLASSES[0], "releasable_to": list(parties)}


def _guards(draw: DrawFn, graph: Collaboration, homes: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in graph.nodes.values():
        if (
            node.kind == "gateway"
            and node.type == "exclusive"
            and len(node.outgoing) == 2
            and draw(st.booleans())
        ):
            party = homes[graph.processes[_root(graph, node)].pool]
            first, second = node.outgoing
            found[first] = {"when": f"{party}_view == 'yes'"}
            found[second] = {"when": f"{party}_view != 'yes'"}
    return found
