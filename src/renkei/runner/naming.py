"""What things are called, in both languages: by the model, else as drawn, else by their id.

Layer: runner (pure).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from renkei.model.names import names_of
from renkei.model.schema import Model
from renkei.model.values import Text
from renkei.process.graph import Collaboration
from renkei.runner.book import Book


def both(text: Text | None, otherwise: str = "") -> dict[str, str]:
    """Return a text of the model in both languages, or ``otherwise`` in both."""
    if text is None:
        return {"en": otherwise, "ja": otherwise}
    return {"en": text.en, "ja": text.ja or text.en}


class Naming:
    """The names of a model, and of the elements of one of its processes."""

    def __init__(self, model: Model, process: str, graph: Collaboration | None) -> None:
        """Gather the names."""
        self._names: dict[str, dict[str, str]] = {}
        if graph is not None:
            drawn = (graph.nodes, graph.flows, graph.messages, graph.pools, graph.lanes)
            for entries in drawn:
                for key, entry in entries.items():
                    if words := " ".join(entry.name.split()):
                        self._names[key] = {"en": words, "ja": words}
        for key, named in names_of(model, process).items():
            self._names[key] = {"en": named["en"], "ja": named["ja"] or named["en"]}
        texts = [(key, channel.name) for key, channel in model.channels.items()]
        texts += [(key, contingency.name) for key, contingency in model.contingencies.items()]
        texts += [(key, measure.name) for key, measure in model.measures.items()]
        texts += [(key, bound.name) for key, bound in model.processes.items()]
        texts += [(key, option.name) for key, option in model.options.items()]
        for key, text in texts:
            self._names.setdefault(key, both(text))

    @property
    def known(self) -> Mapping[str, Mapping[str, str]]:
        """The names of all ids that have one."""
        return self._names

    def of(self, key: str) -> dict[str, str]:
        """Return the name of an id in both languages; the id itself where it has none."""
        return self._names.get(key) or {"en": key, "ja": key}

    def named(self, key: str) -> dict[str, object]:
        """Return an id with its name."""
        return {"id": key, "name": self.of(key)}


@lru_cache(maxsize=256)
def _naming(book: Book, process: str) -> Naming:
    return Naming(book.model, process, book.arrangement.collaborations.get(process))


def naming_of(book: Book, process: str = "") -> Naming:
    """Return the names of a model and of one of its processes."""
    return _naming(book, process)
