"""What a party knows of a case: attribute values as places, and guards, outcomes and approvals over them.

Layer: net. Each party has its own copy of an attribute, one place a value; exactly one is marked once the
party knows. The owner's copy is set by its decisions, another party's by a message that carries the
value. A guard is unfolded into one transition for each assignment of the attributes it reads, so nothing
but tokens decides what may fire.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from renkei.model.guards import Guard
from renkei.model.schema import Authority, Model, TaskBinding
from renkei.net.draft import NOTHING, Draft, Part, check_alternatives, products

Values = dict[str, str | None]
"""Attribute -> value, or None where the party does not know it."""


@dataclass
class Knowledge:
    """The attribute, approval and obligation places of one net."""

    draft: Draft
    model: Model | None

    def copies(self, party: str, attribute: str) -> dict[str, int]:
        """Return the places of ``party``'s copy of ``attribute``, by value."""
        domain = self.model.attributes[attribute].values if self.model else ()
        return {
            value: self.draft.place("attribute", f"{party}.{attribute}={value}", attribute, party=party)
            for value in domain
        }

    def owner(self, attribute: str) -> str:
        """Return the party that decides ``attribute``."""
        return self.model.attributes[attribute].party if self.model else ""

    def readings(
        self, party: str, attributes: Iterable[str], *, total: bool = False
    ) -> list[tuple[Values, Part]]:
        """Return each assignment that ``party`` may know, with the arcs that read it.

        With ``total``, also the assignments in which the party does not know a value yet.
        """
        choices: list[list[tuple[str, str | None, Part]]] = []
        for attribute in sorted(set(attributes)):
            copies = self.copies(party, attribute)
            known: list[tuple[str, str | None, Part]] = [
                (attribute, value, Part(take=(place,), give=(place,))) for value, place in copies.items()
            ]
            if total:
                known.append((attribute, None, Part(inhibit=tuple(copies.values()))))
            choices.append(known)
        check_alternatives(prod(len(known) for known in choices))
        return [
            ({name: value for name, value, _ in row}, sum((part for *_, part in row), NOTHING))
            for row in product(*choices)
        ]

    def setting(self, party: str, attribute: str, value: str) -> Part:
        """Return the arcs that make ``value`` the one that ``party`` knows."""
        copies = self.copies(party, attribute)
        return Part(clear=tuple(copies.values()), give=(copies[value],))

    def approval(self, matter: str, party: str) -> int:
        """Return the place of ``party``'s consent in ``matter``."""
        return self.draft.place("approval", f"{matter}@{party}", matter, party=party)

    def obligation(self, matter: str, party: str) -> int:
        """Return the place of an approval that ``party`` owes afterwards."""
        return self.draft.place("obligation", f"{matter}@{party}", matter, party=party)

    def decisions(self, party: str, task: TaskBinding) -> list[Part]:
        """Return the alternatives of what completing ``task`` decides: outcomes, approval, act."""
        return _outcomes(self, party, task) if task.approves is None else _approvals(self, party, task)

    def ceases(self, party: str, task: TaskBinding) -> Part:
        """Return the arcs of ending what was begun: an approval that is owed afterwards is owed no more."""
        if task.ceases is None:
            return NOTHING
        return Part(clear=(self.obligation(task.ceases, party), self.approval(task.ceases, party)))

    def acts(self, party: str, task: TaskBinding) -> list[Part]:
        """Return the alternatives of acting: with the consents it needs, or owing one afterwards."""
        if task.acts is None:
            return [NOTHING]
        needed = task.acts.needs or (party,)
        return products(*(_consents(self, task.acts.matter, owner) for owner in needed))

    def authorities(self, matter: str, timing: str) -> list[Authority]:
        """Return who may decide ``matter``, ``beforehand`` or ``afterwards``."""
        entries = self.model.authorities.values() if self.model else ()
        return [entry for entry in entries if entry.matter == matter and entry.timing == timing]

    def party_of_post(self, post: str) -> str:
        """Return the party of a post."""
        if self.model is None:
            return ""
        return self.model.headquarters[self.model.posts[post].headquarters].party


def _outcomes(known: Knowledge, party: str, task: TaskBinding) -> list[Part]:
    alternatives = []
    for attribute, values in task.sets.items():
        possible = [value for value, amount in values.items() if amount.value > 0]
        alternatives.append(
            [
                known.setting(party, attribute, value) + Part(outcome=((attribute, value),))
                for value in possible
            ]
        )
    return products(*alternatives)


def _approvals(known: Knowledge, party: str, task: TaskBinding) -> list[Part]:
    """Unfold an approving task: it counts only with authority in the situation, and when granted."""
    assert task.approves is not None
    matter, granted = task.approves.matter, task.approves.granted
    held = [
        entry
        for timing in ("beforehand", "afterwards")
        for entry in known.authorities(matter, timing)
        if entry.post == task.post
    ]
    guards = [(Guard(entry.when) if entry.when else None, entry.timing) for entry in held]
    read = sorted({name for guard, _ in guards if guard for name in guard.attributes})
    approval, obligation = known.approval(matter, party), known.obligation(matter, party)
    parts = []
    outcomes, readings = _outcomes(known, party, task), known.readings(party, read, total=True)
    check_alternatives(len(outcomes) * len(readings))
    for values, reading in readings:
        timings = {timing for guard, timing in guards if holds(guard, values)}
        for outcome in outcomes:
            consents = all(
                value in granted[attribute] for attribute, value in outcome.outcome if attribute in granted
            )
            effect = NOTHING
            if timings:
                effect = Part(clear=(approval, obligation), give=(approval,) if consents else ())
            parts.append(reading + outcome + effect)
    return parts


def _consents(known: Knowledge, matter: str, party: str) -> list[Part]:
    """Unfold the consent of ``party`` that an act needs.

    Where the law lets a post approve afterwards, acting first is lawful and leaves an obligation.
    """
    approval = known.approval(matter, party)
    late = [
        Guard(entry.when) if entry.when else None
        for entry in known.authorities(matter, "afterwards")
        if known.party_of_post(entry.post) == party
    ]
    if not late:
        return [Part(needs=(approval,))]
    obligation = known.obligation(matter, party)
    read = sorted({name for guard in late if guard for name in guard.attributes})
    parts = []
    for values, reading in known.readings(party, read, total=True):
        if any(holds(guard, values) for guard in late):
            parts.append(reading + Part(take=(approval,), give=(approval,)))
            parts.append(reading + Part(inhibit=(approval,), clear=(obligation,), give=(obligation,)))
        else:
            parts.append(reading + Part(needs=(approval,)))
    return parts


def holds(guard: Guard | None, values: Values) -> bool:
    """Return whether a guard holds; one that reads a value not known does not hold."""
    if guard is None:
        return True
    if any(values.get(name) is None for name in guard.attributes):
        return False
    return guard.holds({name: str(values[name]) for name in guard.attributes})


@dataclass(frozen=True, slots=True)
class Choice:
    """The flows that may be taken under one assignment of the attributes that the guards read."""

    reading: Part
    must: tuple[str, ...]
    """Flows whose guard holds, and those without a guard."""
    guarded: bool
    """False where no flow has a guard: then nothing is known of what is taken."""
    default: str


def choices(
    known: Knowledge, party: str, flows: Sequence[str], whens: dict[str, str | None], default: str
) -> list[Choice]:
    """Return the choice under each assignment of the attributes that the guards of ``flows`` read."""
    guards = {flow: Guard(text) for flow in flows if flow != default and (text := whens.get(flow))}
    read = sorted({name for guard in guards.values() for name in guard.attributes})
    return [
        Choice(
            reading,
            tuple(
                flow
                for flow in flows
                if flow != default and (flow not in guards or holds(guards[flow], values))
            ),
            bool(guards),
            default,
        )
        for values, reading in known.readings(party, read)
    ]
