"""Three parties who confer, exchange and order: a small model for tests of what is said between nodes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from renkei.model.schema import Model
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration, Pool
from renkei.runner import commands
from tests.drawings import Sketch
from tests.runner.world import World

PARTIES = ("ann", "bob", "cyd")
CLASSES = ("open", "closed", "sealed")
POSTS = ("chief", "staff", "desk", "field")


def _drawing(*names: str) -> Collaboration:
    """Return one pool for each party, with one task of each name one after the other."""
    sketch, pools = Sketch(), dict[str, Pool]()
    for party in PARTIES:
        scope = f"process_{party}"
        pools[f"pool_{party}"] = Pool(f"pool_{party}", party, scope)
        before = sketch.node("event", "start", scope)
        for name in names:
            task = sketch.node("task", "task", scope)
            sketch.nodes[f"{name}_{party}"] = replace(sketch.nodes.pop(task), id=f"{name}_{party}", name=name)
            sketch.flow(before, f"{name}_{party}")
            before = f"{name}_{party}"
        sketch.flow(before, sketch.node("event", "end", scope))
    return sketch.finish(pools)


def _model() -> dict[str, Any]:
    pools = {f"pool_{party}": party for party in PARTIES}
    homes = {"chief": "hq", "staff": "hq", "desk": "hq", "field": "field"}
    tasks: dict[str, Any] = {f"meet_{party}": {"post": f"{party}_chief"} for party in PARTIES}
    tasks["meet_ann"]["sets"] = {"plan": {"east": 0.5, "west": 0.5}}
    sealed = {"classification": "sealed", "releasable_to": PARTIES}
    return {
        "renkei": 1,
        "name": {"en": "triad", "ja": "三者"},
        "parties": {party: {"name": {"en": party, "ja": f"{party}国"}} for party in PARTIES},
        "headquarters": {
            f"{party}_{place}": {"party": party, "name": place, "place": place, "timezone": "UTC"}
            for party in PARTIES
            for place in ("hq", "field")
        },
        "relationships": {
            **{
                f"{p}_chain": {"kind": "opcon", "superior": f"{p}_hq", "subordinate": f"{p}_field"}
                for p in PARTIES
            },
            # Even where a party has transferred authority, its own posts give the orders.
            "across": {
                "kind": "opcon",
                "superior": "ann_hq",
                "subordinate": "bob_field",
                "transfer": {"by": "bob"},
            },
        },
        "posts": {
            f"{party}_{post}": {
                "headquarters": f"{party}_{home}",
                "name": {"en": f"{party} {post}", "ja": f"{party}の{post}"},
                "deputies": [f"{party}_staff"] if post == "chief" else [],
            }
            for party in PARTIES
            for post, home in homes.items()
        },
        "matters": {"dispatch": {"name": "dispatch"}},
        "attributes": {"plan": {"party": "ann", "values": ["none", "east", "west"]}},
        "classifications": CLASSES,
        "channels": {
            "wire": {"name": "wire", "ceiling": "closed"},
            "radio": {"name": "radio", "ceiling": "open"},
        },
        "processes": {
            "talks": {
                "file": "talks.bpmn",
                "name": {"en": "talks", "ja": "協議"},
                "pools": pools,
                "tasks": {**tasks, **{f"rest_{party}": {"post": f"{party}_field"} for party in PARTIES}},
                "conferences": {
                    "summit": {
                        "tasks": [f"meet_{party}" for party in PARTIES],
                        "duration": "PT1H",
                        "name": {"en": "summit", "ja": "首脳会議"},
                    }
                },
            },
            "desks": {
                "file": "desks.bpmn",
                "name": "desks",
                "pools": pools,
                "tasks": {
                    f"look_{party}": {
                        "post": f"{party}_desk",
                        "releases": {"to": [p for p in PARTIES if p != party], "label": sealed},
                    }
                    for party in PARTIES
                },
            },
        },
        "contingencies": {
            "call": {"name": "call", "process": "talks", "arrivals": {"poisson": "P1D"}},
        },
    }


@cache
def triad() -> Arrangement:
    """Return the arrangement."""
    drawings = {"talks": _drawing("meet", "rest"), "desks": _drawing("look")}
    return Arrangement("triad", "triad", "7" * 64, Model.model_validate(_model()), drawings)


def gathered(*share: str) -> World:
    """Return a world in which every post is manned and ann has opened a case, shared with ``share``."""
    world = World(triad())
    world.man()
    opening = commands.OpenCase(contingency="call", title="talks", share=share)
    assert world.by("ann", "ann_chief", opening).refusal is None
    world.settle()
    return world
