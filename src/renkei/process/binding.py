"""Rules about model and drawing together: what ``model.yaml`` binds must be in the BPMN file.

Layer: process. The rules that need the model alone are in ``renkei.model.rules``. Where a reference names
nothing these rules are silent; the other ones have told it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from renkei.facts import Fact
from renkei.model.command import party_of_post
from renkei.model.document import MAX_PROBLEMS, Breach, Keys
from renkei.model.guards import Guard, GuardError
from renkei.model.numbers import TOLERANCE
from renkei.model.schema import Model, ProcessBinding, TaskBinding
from renkei.model.validation import dotted, suggestion
from renkei.process.graph import Collaboration, Node

ACTIVITIES = frozenset({"task", "subprocess"})
WITHOUT_POST = frozenset({"name", "instances", "repeat"})
"""What may be bound to a sub-process: it is its tasks that somebody does."""


@dataclass
class Binding:
    """One process of the model beside its drawing."""

    model: Model
    id: str
    entry: ProcessBinding
    graph: Collaboration
    kinds: dict[str, str] = field(init=False)
    """What each id of the drawing is, in words."""

    def __post_init__(self) -> None:
        """Index the drawing."""
        self.kinds = {
            **dict.fromkeys(self.graph.processes, "process"),
            **dict.fromkeys(self.graph.lanes, "lane"),
            **dict.fromkeys(self.graph.pools, "pool"),
            **dict.fromkeys(self.graph.flows, "sequence flow"),
            **dict.fromkeys(self.graph.messages, "message flow"),
            **{node.id: _WORDS.get(node.kind, node.kind) for node in self.graph.nodes.values()},
        }

    def keys(self, *keys: str | int) -> Keys:
        """Return a path below this process."""
        return ("processes", self.id, *keys)

    def party_of(self, node: str) -> str:
        """Return the party in whose pool ``node`` stands; '' where it is not bound."""
        return self.entry.pools.get(self.graph.process_of(node).pool, "")

    @cached_property
    def carried(self) -> dict[str, set[str]]:
        """Party -> attributes that some message flow brings into one of its pools."""
        brought: dict[str, set[str]] = {}
        for flow in self.graph.messages.values():
            bound = self.entry.messages.get(flow.id)
            if bound and flow.target in self.graph.nodes:
                brought.setdefault(self.party_of(flow.target), set()).update(bound.carries)
        return brought

    def check(
        self, keys: Keys, element: str, wanted: tuple[str, ...], *, at_key: bool = True
    ) -> Iterator[Breach]:
        """Yield a breach if ``element`` is not in the drawing, or is not what is wanted there."""
        kind = self.kinds.get(element)
        if kind is None:
            same = [name for name, other in self.kinds.items() if other in wanted]
            fact = Fact("RK122.element", where=dotted(keys), file=self.entry.file, element=element)
            yield Breach(keys, fact, suggestion(element, same), at_key=at_key)
        elif kind not in wanted:
            fact = Fact("RK123.kind", where=dotted(keys), element=element, shape=kind, shapes=wanted)
            hint = f"Bind it under `{_SECTIONS[kind]}`." if kind in _SECTIONS else ""
            yield Breach(keys, fact, hint, at_key=at_key)


_WORDS = {"subprocess": "sub-process"}
_SECTIONS = {
    "pool": "pools", "task": "tasks", "sub-process": "tasks", "sequence flow": "flows", "event": "events",
    "message flow": "messages",
}  # fmt: skip
_WANTED = {
    "pools": ("pool",), "tasks": ("task", "sub-process"), "flows": ("sequence flow",), "events": ("event",),
    "messages": ("message flow",), "names": ("pool", "lane", "gateway", "process"),
}  # fmt: skip
_MEASURED = ("task", "sub-process", "event", "gateway")


def breaches(model: Model, collaborations: dict[str, Collaboration]) -> list[Breach]:
    """Return everything in which the model's bindings do not fit the drawings, findings included."""
    found: list[Breach] = []
    for name, entry in model.processes.items():
        if name in collaborations:
            binding = Binding(model, name, entry, collaborations[name])
            found.extend(islice((breach for rule in RULES for breach in rule(binding)), MAX_PROBLEMS))
    return found


def elements(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each bound id that is not in the drawing, or not of the right kind."""
    for section, wanted in _WANTED.items():
        for element in getattr(binding.entry, section):
            yield from binding.check(binding.keys(section, element), element, wanted)
    for name, conference in binding.entry.conferences.items():
        for index, element in enumerate(conference.tasks):
            keys = binding.keys("conferences", name, "tasks", index)
            yield from binding.check(keys, element, ("task",), at_key=False)


def measured_elements(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each element of a measure that is not in the drawing."""
    for name, measure in binding.model.measures.items():
        if measure.process == binding.id:
            for end, moment in (("begins", measure.begins), ("ends", measure.ends)):
                for way in ("all", "any"):
                    for index, element in enumerate(getattr(moment, way)):
                        keys = ("measures", name, end, way, index)
                        yield from binding.check(keys, element, _MEASURED, at_key=False)


def pools(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each pool with a process that belongs to no party, and for a lack of pools."""
    where = dotted(binding.keys())
    if not binding.graph.pools:
        fact = Fact("RK124.none", where=where, file=binding.entry.file)
        yield Breach(binding.keys("file"), fact, "Draw a pool around each party's process.")
    for pool in binding.graph.pools.values():
        if pool.process and pool.id not in binding.entry.pools:
            fact = Fact("RK124.pool", where=where, id=pool.id, name=pool.name)
            yield Breach(binding.keys("pools"), fact, f"Add `{pool.id}: PARTY` to `pools`.", at_key=True)


def _tasks(binding: Binding) -> Iterator[tuple[Keys, Node, TaskBinding, str]]:
    """Yield each task binding with its node and the party that it stands in, as far as they exist."""
    for element, task in binding.entry.tasks.items():
        node = binding.graph.nodes.get(element)
        if node is not None and node.kind in ACTIVITIES:
            yield binding.keys("tasks", element), node, task, binding.party_of(element)


def subprocesses(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each entry that a sub-process as a whole cannot have."""
    for keys, node, task, _ in _tasks(binding):
        if node.kind == "subprocess":
            for name in sorted(task.model_fields_set - WITHOUT_POST):
                fact = Fact("RK123.subprocess", where=dotted(keys), element=node.id, key=name)
                yield Breach((*keys, name), fact, "Bind it to a task inside the sub-process.", at_key=True)


def posts(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each task that is done by a post of another party than its pool's."""
    for keys, _, task, party in _tasks(binding):
        other = party_of_post(binding.model, task.post) if task.post else None
        if party and other and other != party:
            fact = Fact("RK156.pool", where=dotted(keys), party=party, post=task.post, whom=other)
            yield Breach((*keys, "post"), fact, "A party decides through its own posts; name one of them.")


def owners(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each attribute that a task sets and its party does not own."""
    for keys, _, task, party in _tasks(binding):
        for attribute in task.sets:
            entry = binding.model.attributes.get(attribute)
            if party and entry and entry.party != party:
                where, whom = dotted(keys), entry.party
                fact = Fact("RK160.owner", where=where, party=party, attribute=attribute, whom=whom)
                hint = f"Give {party} an attribute of its own, or set it in a pool of {whom}."
                yield Breach((*keys, "sets", attribute), fact, hint, at_key=True)


def timers(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each delay of an event that is no timer."""
    for element, event in binding.entry.events.items():
        node = binding.graph.nodes.get(element)
        if node and node.kind == "event" and event.delay is not None and node.trigger != "timer":
            keys = binding.keys("events", element, "delay")
            fact = Fact("RK123.timer", where=dotted(keys), element=element, trigger=node.trigger)
            yield Breach(keys, fact, "Only a timer event has a delay; draw it as one.", at_key=True)


def conferences(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each conference that is not one task in each of several parties' pools."""
    meeting_of: dict[str, str] = {}
    for name, conference in binding.entry.conferences.items():
        nodes = [element for element in conference.tasks if binding.kinds.get(element) == "task"]
        for index, element in enumerate(conference.tasks):
            if meeting_of.setdefault(element, name) != name:
                keys = binding.keys("conferences", name, "tasks", index)
                where, other = dotted(keys), meeting_of[element]
                fact = Fact("RK161.twice", where=where, element=element, conference=other)
                yield Breach(keys, fact, "A task is part of one conference; draw a second task.")
        keys = binding.keys("conferences", name, "tasks")
        pools = [binding.graph.process_of(element).id for element in nodes]
        parties = {binding.party_of(element) for element in nodes}
        if len(set(pools)) < len(pools):
            fact = Fact("RK161.pool", where=dotted(keys))
            yield Breach(keys, fact, "A conference takes one task from each pool.")
        elif len(nodes) == len(conference.tasks) and "" not in parties and len(parties) < 2:
            fact = Fact("RK161.party", where=dotted(keys), party=parties.pop())
            yield Breach(keys, fact, "A conference is held between two parties or more.")


def choices(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each guard or probability on a flow that nobody chooses."""
    for element, bound in binding.entry.flows.items():
        flow = binding.graph.flows.get(element)
        source = binding.graph.nodes.get(flow.source) if flow else None
        if source is None or (bound.when is None and bound.probability is None):
            continue
        keys = binding.keys("flows", element)
        fact = _no_choice(dotted(keys), source)
        if fact:
            hint = "Put it on a flow that leaves an exclusive or inclusive gateway."
            yield Breach(keys, fact, hint, at_key=True)


def _no_choice(where: str, source: Node) -> Fact | None:
    reason = None
    if source.kind == "gateway" and source.type in {"parallel", "event"}:
        reason = Fact("RK163.parallel") if source.type == "parallel" else Fact("RK163.events")
    elif source.kind == "event":
        reason = Fact("RK163.event")
    if reason is not None:
        return Fact("RK163.choice", where=where, element=source.id, reason=reason)
    return Fact("RK163.single", where=where, element=source.id) if len(source.outgoing) < 2 else None


def split_probabilities(binding: Binding) -> Iterator[Breach]:
    """Yield a breach for each exclusive gateway whose probabilities do not sum to 1."""
    for node in binding.graph.nodes.values():
        if node.kind != "gateway" or node.type != "exclusive":
            continue
        bound = {flow: binding.entry.flows[flow] for flow in node.outgoing if flow in binding.entry.flows}
        shares = {flow: entry.probability.value for flow, entry in bound.items() if entry.probability}
        if not shares or any(entry.when for entry in bound.values()):
            continue
        total = sum(shares.values())
        if total > 1 + TOLERANCE or (len(shares) == len(node.outgoing) and total < 1 - TOLERANCE):
            last, where = next(reversed(shares)), dotted(binding.keys())
            fact = Fact("RK135.flows", where=where, element=node.id, number=f"{total:g}")
            yield Breach(binding.keys("flows", last), fact, "Correct one of them.")


def unknown_to_reader(binding: Binding) -> Iterator[Breach]:
    """Yield a finding for each guard that reads what its party is never told."""
    for keys, text, party in _guards(binding):
        for attribute in _attributes(text) if party else ():
            entry = binding.model.attributes.get(attribute)
            if entry and entry.party != party and attribute not in binding.carried.get(party, ()):
                fact = Fact(
                    "RK181.unknown",
                    where=dotted(keys),
                    attribute=attribute,
                    whom=entry.party,
                    process=binding.id,
                    party=party,
                )
                hint = f"Add {attribute} to `carries` of a message flow into a pool of {party}."
                yield Breach(keys, fact, hint, finding=True)


def _guards(binding: Binding) -> Iterator[tuple[Keys, str | None, str]]:
    """Yield each guard that is read in this process: its place, its text and the party that reads it."""
    for element, bound in binding.entry.flows.items():
        flow = binding.graph.flows.get(element)
        if flow:
            yield binding.keys("flows", element, "when"), bound.when, binding.party_of(flow.source)
    deciding = {(task.post, task.approves.matter) for _, _, task, _ in _tasks(binding) if task.approves}
    for name, authority in binding.model.authorities.items():
        if (authority.post, authority.matter) in deciding:
            party = party_of_post(binding.model, authority.post) or ""
            yield ("authorities", name, "when"), authority.when, party


def _attributes(text: str | None) -> tuple[str, ...]:
    try:
        return Guard(text).attributes if text else ()
    except GuardError:
        return ()


RULES: tuple[Callable[[Binding], Iterator[Breach]], ...] = (
    elements,
    measured_elements,
    pools,
    subprocesses,
    posts,
    owners,
    timers,
    conferences,
    choices,
    split_probabilities,
    unknown_to_reader,
)
