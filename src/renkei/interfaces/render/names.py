"""Names for people, by id: what the model says, else what is drawn, else the id itself.

Layer: interfaces.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from renkei.model.names import names_of
from renkei.model.schema import Model
from renkei.model.values import Text
from renkei.process.arrangement import Arrangement
from renkei.process.graph import Collaboration


@dataclass(frozen=True)
class Names:
    """Names of everything that a report speaks of, in all options together."""

    kinds: dict[str, dict[str, Text]] = field(default_factory=dict)
    """``options``, ``processes``, ``parties``, ``posts``, ``measures`` -> id -> name."""

    @classmethod
    def from_arrangement(cls, arrangement: Arrangement) -> Names:
        """Return the names of an arrangement; options may add posts of their own."""
        kinds: dict[str, dict[str, Text]] = {kind: {} for kind in _KINDS}
        variants = [arrangement, *(arrangement.with_option(option) for option in arrangement.options)]
        for model in (variant.model for variant in reversed(variants)):
            for kind in _KINDS if model else ():
                kinds[kind].update({key: entry.name for key, entry in getattr(model, kind).items()})
        for key, drawing in arrangement.collaborations.items():
            if key not in kinds["processes"] and drawing.name:
                kinds["processes"][key] = Text(en=drawing.name)
        return cls(kinds)

    def of(self, kind: str, key: str, language: str) -> str:
        """Return the name of ``key`` among ``kind``, or the key itself."""
        name = self.kinds.get(kind, {}).get(key)
        return name.in_language(language) if name else key

    def titled(self, kind: str, key: str, language: str) -> str:
        """Return id and name together, where they differ."""
        name = self.of(kind, key, language)
        return name if name.casefold() == key.casefold() else f"{key} {name}"


_KINDS = ("options", "processes", "parties", "headquarters", "posts", "measures", "contingencies", "matters")


def in_language(drawing: Collaboration, model: Model | None, process: str, language: str) -> Collaboration:
    """Return a drawing with the names that the model gives to its elements in ``language``."""
    if model is None or process not in model.processes:
        return drawing
    names = {key: name[language] or name["en"] for key, name in names_of(model, process).items()}
    return replace(drawing.renamed(names), name=names[process])
