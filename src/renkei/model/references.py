"""Everything that names something else: the name must exist.

Layer: model. One row a kind of reference; a test holds the table complete over the schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from renkei.facts import Fact
from renkei.model.document import Breach, Keys, shorten
from renkei.model.schema import Model
from renkei.model.selection import select
from renkei.model.validation import dotted, suggestion
from renkei.model.values import Strict

REFERENCES: tuple[tuple[str, str], ...] = (
    ("attributes.*.party", "parties"),
    ("authorities.*.matter", "matters"),
    ("authorities.*.post", "posts"),
    ("calendars.*.holidays", "holidays"),
    ("channels.*.calendar", "calendars"),
    ("channels.*.ceiling", "classifications"),
    ("channels.*.headquarters", "headquarters"),
    ("contingencies.*.attributes.@", "attributes"),
    ("contingencies.*.process", "processes"),
    ("counterparts.*.matter", "matters"),
    ("counterparts.*.posts.*", "posts"),
    ("counterparts.*.posts.@", "parties"),
    ("headquarters.*.party", "parties"),
    ("measures.*.process", "processes"),
    ("phases.*.option", "options"),
    ("posts.*.calendar", "calendars"),
    ("posts.*.deputies.*", "posts"),
    ("posts.*.headquarters", "headquarters"),
    ("processes.*.messages.*.carries.*", "attributes"),
    ("processes.*.messages.*.channel", "channels"),
    ("processes.*.messages.*.label.classification", "classifications"),
    ("processes.*.messages.*.label.releasable_to.*", "parties"),
    ("processes.*.pools.*", "parties"),
    ("processes.*.tasks.*.acts.matter", "matters"),
    ("processes.*.tasks.*.acts.needs.*", "parties"),
    ("processes.*.tasks.*.approves.granted.@", "attributes"),
    ("processes.*.tasks.*.approves.matter", "matters"),
    ("processes.*.tasks.*.orders.matter", "matters"),
    ("processes.*.tasks.*.orders.to", "headquarters"),
    ("processes.*.tasks.*.post", "posts"),
    ("processes.*.tasks.*.proposes", "matters"),
    ("processes.*.tasks.*.ceases", "matters"),
    ("processes.*.tasks.*.releases.label.classification", "classifications"),
    ("processes.*.tasks.*.releases.label.releasable_to.*", "parties"),
    ("processes.*.tasks.*.releases.to.*", "parties"),
    ("processes.*.tasks.*.sets.@", "attributes"),
    ("relationships.*.subordinate", "headquarters"),
    ("relationships.*.superior", "headquarters"),
    ("relationships.*.transfer.by", "parties"),
    ("run.baseline", "options"),
)
"""Pattern of the reference -> the part of the model whose keys (or entries) it may name."""

DOMAINS: tuple[tuple[str, str], ...] = (
    ("contingencies.*.attributes.*", "@"),
    ("processes.*.tasks.*.approves.granted.*", "*"),
    ("processes.*.tasks.*.sets.*", "@"),
)
"""Pattern of what stands under an attribute's id, and where in it the attribute's values stand."""


def dangling_references(model: Model) -> Iterator[Breach]:
    """Yield a breach for each reference that names nothing."""
    for pattern, section in REFERENCES:
        known = getattr(model, section)
        for keys, name in select(model, pattern):
            if name not in known:
                yield _dangling(keys, name, section, known, at_key=pattern.endswith("@"))


def dangling_source(model: Model, keys: Keys, entry: Strict) -> Iterator[Breach]:
    """Yield a breach if the ``source`` of an entry is no entry of ``sources``."""
    name = getattr(entry, "source", None)
    if name is not None and name not in model.sources:
        yield _dangling((*keys, "source"), name, "sources", model.sources)


def unknown_values(model: Model) -> Iterator[Breach]:
    """Yield a breach for each value that its attribute cannot have."""
    for pattern, inner in DOMAINS:
        for keys, below in select(model, pattern):
            attribute = str(keys[-1])
            domain = model.attributes[attribute].values if attribute in model.attributes else None
            for place, value in select(below, inner, keys):
                if domain is not None and value not in domain:
                    where = dotted(place)
                    fact = Fact("RK121.value", where=where, attribute=attribute, value=shorten(value))
                    yield Breach(place, fact, suggestion(value, domain), at_key=inner == "@")


_KINDS = {"sources": "source", "parties": "party", "processes": "process", "contingencies": "contingency"}


def _kind(section: str) -> str:
    return _KINDS.get(section) or (section if section == "headquarters" else section.removesuffix("s"))


def _dangling(keys: Keys, name: object, section: str, known: object, *, at_key: bool = False) -> Breach:
    names = [str(entry) for entry in known] if isinstance(known, dict | tuple) else []
    fact = Fact("RK120.name", where=dotted(keys), section=_kind(section), name=shorten(str(name)))
    return Breach(keys, fact, f"{suggestion(str(name), names)} See `{section}`.", at_key=at_key)
