"""What a model calls things: names by language, and the post of each task of a process.

Layer: model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from renkei.model.schema import Model
from renkei.model.values import Text

Names = Mapping[str, Mapping[str, str]]
"""Id -> language (``en``, ``ja``) -> name."""


def names_of(model: Model | None, process: str) -> Names:
    """Return the names that ``model`` gives to ids: of its own entries and of elements of ``process``."""
    if model is None:
        return {}
    named = {**dict(_named(model)), **dict(_drawn(model, process))}
    return {key: {"en": name.en, "ja": name.ja} for key, name in named.items()}


def posts_of(model: Model | None, process: str) -> Mapping[str, str]:
    """Return the post of each task of ``process`` that has one."""
    if model is None or process not in model.processes:
        return {}
    tasks = model.processes[process].tasks
    return {task: binding.post for task, binding in tasks.items() if binding.post}


def _named(model: Model) -> Iterator[tuple[str, Text]]:
    yield from ((key, entry.name) for key, entry in model.parties.items())
    yield from ((key, entry.name) for key, entry in model.headquarters.items())
    yield from ((key, entry.name) for key, entry in model.posts.items())
    yield from ((key, entry.name) for key, entry in model.matters.items())
    yield from ((key, entry.name) for key, entry in model.attributes.items() if entry.name)


def _drawn(model: Model, process: str) -> Iterator[tuple[str, Text]]:
    if process not in model.processes:
        return
    bound = model.processes[process]
    yield process, bound.name
    yield from bound.names.items()
    for entries in (bound.tasks, bound.events, bound.flows, bound.messages, bound.conferences):
        yield from ((key, entry.name) for key, entry in entries.items() if entry.name)
