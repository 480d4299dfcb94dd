"""A counter-example to be played on the drawing: after every step, where everything stands.

Layer: interfaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from renkei.net.game import Marking, fire
from renkei.net.path import Path, Step
from renkei.net.tables import Net, Place
from renkei.net.words import label_of, who_words

DRAWN = frozenset({"flow", "message", "active", "end", "ready", "opening", "plain"})
"""Kinds of places that stand for something of the drawing, or for the opening of the case."""
LANGUAGES = ("en", "ja")
Thing = dict[str, Any]


def counterexample(identity: str, process: str, path: Path) -> Thing:
    """Return a path with the standing after every step, and its sentences in both languages."""
    net, marking = path.net, path.net.initial
    told = {language: path.told(language) for language in LANGUAGES}
    steps = []
    for number, step in enumerate(path.steps):
        marking = fire(marking, step.transition)
        sentence = {language: told[language][number] for language in LANGUAGES}
        steps.append(_step(path, number + 1, step, sentence) | {"after": standing(net, marking)})
    ends = zip(*(told[language][len(steps) :] for language in LANGUAGES), strict=True)
    return {
        "id": identity,
        "process": process,
        "finding": path.finding,
        "before": standing(net, net.initial),
        "steps": steps,
        "conclusion": [dict(zip(LANGUAGES, pair, strict=True)) for pair in ends],
        "about": _tokens(net, path.tokens),
    }


def _step(path: Path, number: int, step: Step, sentence: Thing) -> Thing:
    transition = step.transition
    # A conference is drawn as its tasks.
    marked = [*(transition.members or (transition.element,)), *transition.flows]
    return {
        "number": number,
        "transition": transition.name,
        "element": transition.element,
        "elements": [name for name in dict.fromkeys(marked) if name],
        "name": {
            language: label_of(path.net, transition.element, path.labels, language) for language in LANGUAGES
        },
        "step": transition.step,
        "party": transition.party,
        "post": path.posts.get(transition.element, ""),
        "who": {
            language: who_words(path.net, transition, path.labels, path.posts, language)
            for language in LANGUAGES
        },
        "outcome": {attribute: value for attribute, value in transition.outcome if attribute},
        "sentence": sentence,
        "line": step.line,
    }


def standing(net: Net, marking: Marking) -> Thing:
    """Return where everything stands in a marking: tokens, consents, and what each party knows."""
    held = [(place, count) for place, count in zip(net.places, marking, strict=True) if count]
    return {
        "tokens": _tokens(net, held),
        "consents": [
            {"matter": place.element, "party": place.party, "kind": place.kind}
            for place, _ in held
            if place.kind in {"approval", "obligation"}
        ],
        "facts": list(_facts(place for place, _ in held if place.kind == "attribute")),
    }


def _tokens(net: Net, held: Sequence[tuple[Place, int]]) -> list[Thing]:
    counted: Counter[tuple[str, str]] = Counter()
    for place, count in held:
        if place.kind in DRAWN:
            counted[place.element, place.kind] += count
    return [
        {"element": element, "drawn": _drawn(net, element, kind), "kind": kind, "count": count}
        for (element, kind), count in counted.items()
    ]


def _drawn(net: Net, element: str, kind: str) -> list[str]:
    """Return where a token is drawn: one that lets a process start, at its starts."""
    if kind != "ready":
        return [element] if element else []
    places = {
        index for index, place in enumerate(net.places) if (place.element, place.kind) == (element, kind)
    }
    takers = (t.element for t in net.transitions if places & {index for index, _ in t.take})
    return list(dict.fromkeys(name for name in takers if name)) or [element]


def _facts(places: Iterable[Place]) -> Iterator[Thing]:
    for place in places:
        yield {"party": place.party, "attribute": place.element, "value": place.name.partition("=")[2]}
