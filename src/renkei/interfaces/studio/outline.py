"""What a model consists of, with the names that people know: for lists, menus and completions.

Layer: interfaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from renkei.model.names import names_of, posts_of
from renkei.model.schema import Model
from renkei.model.values import Text
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration

DAY = 86_400.0
Thing = dict[str, Any]


def both(text: Text | None) -> dict[str, str]:
    """Return a text in both languages, '' where there is none."""
    return {"en": text.en, "ja": text.ja} if text is not None else {"en": "", "ja": ""}


def outline(arrangement: Arrangement) -> Thing | None:
    """Return what a model consists of, None for a drawing alone."""
    model = arrangement.model
    if model is None:
        return None
    return {
        "name": both(model.name),
        "note": both(model.note),
        "parties": [{"id": key, "name": both(entry.name)} for key, entry in model.parties.items()],
        "posts": list(_posts(arrangement)),
        "processes": [_process(arrangement, key) for key in arrangement.collaborations],
        "options": list(_options(arrangement, model)),
        "phases": [
            {
                "id": key,
                "name": both(entry.name),
                "option": entry.option,
                "begins": entry.begins.isoformat() if entry.begins else "",
            }
            for key, entry in model.phases.items()
        ],
        "measures": [
            {"id": key, "name": both(entry.name), "process": entry.process, "deadline": entry.deadline}
            for key, entry in model.measures.items()
        ],
        "contingencies": [
            {"id": key, "name": both(entry.name), "process": entry.process}
            for key, entry in model.contingencies.items()
        ],
        "run": _run(model),
    }


def _posts(arrangement: Arrangement) -> Iterator[Thing]:
    """Yield the posts of the model and of its options, with the options that have them."""
    found: dict[str, Thing] = {}
    for option, variant in arrangement.variants.items():
        for key, entry in variant.model.posts.items():
            party = variant.model.headquarters[entry.headquarters].party
            named = {"id": key, "name": both(entry.name), "party": party, "headquarters": entry.headquarters}
            found.setdefault(key, {**named, "options": []})["options"].append(option)
    yield from found.values()


def _options(arrangement: Arrangement, model: Model) -> Iterator[Thing]:
    for key, entry in model.options.items():
        variant = arrangement.variants[key]
        processes = variant.model.processes
        yield {
            "id": key,
            "name": both(entry.name),
            "note": both(entry.note),
            "line": variant.positions[("options", key)].key[0],
            "processes": {name: bound.file for name, bound in processes.items()},
        }


def _run(model: Model) -> Thing | None:
    run = model.run
    if run is None:
        return None
    return {
        "begins": run.begins.isoformat(),
        "days": run.horizon / DAY,
        "warmup_days": run.warmup / DAY,
        "replications": run.replications,
        "baseline": str(run.baseline or next(iter(model.options), "")),
    }


class Naming:
    """The names of the elements of one process: the model's, else as drawn, else the id."""

    def __init__(self, model: Model | None, process: str, graph: Collaboration) -> None:
        """Gather the names."""
        self._given: Mapping[str, Mapping[str, str]] = names_of(model, process)
        drawn = {key: entry.name for key, entry in graph.nodes.items()}
        drawn |= {key: entry.name for key, entry in graph.flows.items()}
        drawn |= {key: entry.name for key, entry in graph.messages.items()}
        drawn |= {key: entry.name for key, entry in graph.pools.items()}
        self._drawn = {key: " ".join(name.split()) for key, name in drawn.items()}

    def __call__(self, key: str) -> dict[str, str]:
        """Return the name of an element in both languages."""
        given, drawn = self._given.get(key, {}), self._drawn.get(key, "")
        english = given.get("en") or drawn or key
        return {"en": english, "ja": given.get("ja") or drawn or english}


def _process(arrangement: Arrangement, process: str) -> Thing:
    model, graph = arrangement.model, arrangement.collaborations[process]
    assert model is not None
    bound, names, posts = model.processes[process], Naming(model, process, graph), posts_of(model, process)
    elements = [
        {"id": key, "kind": node.kind, "type": node.type, "post": posts.get(key, ""), "line": node.line}
        for key, node in graph.nodes.items()
    ]
    lines = {key: ("flow", flow.line) for key, flow in graph.flows.items()}
    lines |= {key: ("message", flow.line) for key, flow in graph.messages.items()}
    elements += [
        {"id": key, "kind": kind, "type": "", "post": "", "line": line} for key, (kind, line) in lines.items()
    ]
    return {
        "id": process,
        "name": both(bound.name),
        "file": bound.file,
        "pools": [{"id": key, "party": bound.pools.get(key, ""), "name": names(key)} for key in graph.pools],
        "elements": [{**element, "name": names(str(element["id"]))} for element in elements],
    }
