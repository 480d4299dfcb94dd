"""Labels as files beside what they label, between the model of a node and everybody else.

Layer: labels (pure). A label is written in the terms of the party whose label it is: the policy is called
after the party, and everything else by the model's own names in upper case (``exchange.terms_of``). A label
that comes in is read in the terms of whichever party of the model its policy is called after.

Invariants: nothing that was read protects less than the file says; what names no party of the model, or is
not for the party that reads it, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from renkei.errors import InputError
from renkei.facts import Fact, problem_of
from renkei.labels.binding import read_binding, why_not_among, write_binding
from renkei.labels.exchange import Terms, from_stanag, terms_of, to_stanag
from renkei.labels.form import shown
from renkei.labels.lattice import Reason, dominates, join, marking, markings
from renkei.labels.stanag import OF_METADATA, ConfidentialityLabel, check_size, read_label
from renkei.model.schema import Label, Model
from renkei.process.xml import parse_xml

ENDING = ".label.xml"
"""What the name of a label's file adds to that of the file beside which it lies."""
_BINDING = "BindingInformation"


@dataclass(frozen=True, slots=True)
class Names:
    """What labels may name: classifications from low to high, and parties."""

    classifications: tuple[str, ...]
    parties: tuple[str, ...]

    def with_label(self, label: Label) -> Names:
        """Return these names and those in ``label``, which may be of an earlier model."""
        return Names(
            tuple(dict.fromkeys((*self.classifications, label.classification))),
            tuple(dict.fromkeys((*self.parties, *label.releasable_to))),
        )


def names_of(model: Model) -> Names:
    """Return what labels of ``model`` may name; one classification, where it says of none."""
    return Names(model.classifications or ("unclassified",), tuple(model.parties))


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What a file says of the label of something."""

    label: Label
    owner: str
    """Party whose label it is."""
    exercise: bool
    references: tuple[str, ...]
    """What it is bound to; nothing where the file is a label alone."""
    source: ConfidentialityLabel
    """The label as it was written, with its times."""

    def to_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "label": self.label.model_dump(mode="json"),
            "marking": marking(self.label, owner=self.owner, exercise=self.exercise),
            "party": self.owner,
            "exercise": self.exercise,
            "policy": self.source.policy,
            "created": self.source.created,
            "review": self.source.review,
            "references": list(self.references),
        }


def write_sidecar(
    label: Label,
    names: Names,
    owner: str,
    references: Sequence[str],
    *,
    created: int,
    exercise: bool = False,
) -> bytes:
    """Return the file that binds ``label`` to ``references``; ``read_sidecar`` gives the same label back.

    Args:
        label: What it says.
        names: What the model calls things.
        owner: Party whose label it is.
        references: What is labelled, by content (``binding.reference_to``).
        created: When the label was made, microseconds since 1970 (UTC).
        exercise: True for everything that leaves an exercise.

    Raises:
        InputError: It cannot be said in a STANAG 4774 label (``RK685``, ``RK687``).
    """
    terms = _terms(names.with_label(label), owner)
    return write_binding([to_stanag(label, terms, created=created, exercise=exercise)], references)


def read_sidecar(xml: bytes, names: Names, party: str, *, file: str = "label.xml") -> Sidecar:
    """Return what a file says: a STANAG 4778 binding, or a STANAG 4774 label alone.

    Several labels of one thing are one label in several policies. Those of unknown policies are left aside
    where one is known; all that are understood hold together.

    Raises:
        InputError: No label (``RK20x``, ``RK675`` to ``RK677``), of no party of the model (``RK680``), says
            what the model has no name for (``RK686``), or is not for ``party`` (``RK672``).
    """
    labels, references = read_labels(xml, file=file)
    owners = {name.casefold(): name for name in names.parties}
    named = [label for label in labels if label.policy.casefold() in owners]
    if not named:
        policies = [shown(label.policy) for label in labels]
        what = Fact("RK680.none", given=policies, names=[name.upper() for name in names.parties])
        hint = "A label is read where its policy is called after a party of the model."
        raise InputError([problem_of(what, hint, file)])
    found = [_understood(label, names, owners[label.policy.casefold()], party, file) for label in named]
    whole = reduce(lambda a, b: join(a, b, classifications=names.classifications), (f.label for f in found))
    return Sidecar(whole, found[0].owner, any(f.exercise for f in found), references, named[0])


def read_labels(
    xml: bytes, *, file: str = "label.xml"
) -> tuple[tuple[ConfidentialityLabel, ...], tuple[str, ...]]:
    """Return the labels in a file, as they are written, and what they are bound to: nothing for one alone.

    Raises:
        InputError: No label (``RK20x``, ``RK675`` to ``RK677``).
    """
    check_size(xml, file)
    if parse_xml(xml, Path(file)).name != _BINDING:
        return (read_label(xml, file=file),), ()
    binding = read_binding(xml, file=file)
    of_data = tuple(label for label in binding.labels if label.role != OF_METADATA)
    return of_data or binding.labels, binding.references


def _understood(source: ConfidentialityLabel, names: Names, owner: str, party: str, file: str) -> Sidecar:
    received = from_stanag(source, _terms(names, owner))
    label = received.label
    if owner != party and party not in label.releasable_to:
        told = {"party": party, "who": owner, "parties": label.releasable_to}
        what = Fact("RK672.label", **told) if label.releasable_to else Fact("RK672.theirs", **told)
        hint = "Do not use it; tell its originator that it has come here."
        raise InputError([problem_of(what, hint, file)])
    return Sidecar(label, owner, received.exercise, (), source)


def _terms(names: Names, owner: str) -> Terms:
    return terms_of(owner, classifications=names.classifications, parties=names.parties)


def why_not_beside(sidecar: Sidecar, reference: str) -> Reason | None:
    """Return why the file does not belong to what has ``reference``; None if it may.

    A label alone is bound to nothing, and may be put beside anything.
    """
    return why_not_among(sidecar.references, reference) if sidecar.references else None


def why_weaker(label: Label, labels: Iterable[Label], *, classifications: Sequence[str]) -> Reason | None:
    """Return why ``label`` does not protect everything that has one of ``labels``; None if it does."""
    for other in labels:
        if not dominates(label, other, classifications=classifications):
            what = Fact("RK689.weaker", label=markings(label), other=markings(other))
            return Reason("label", what, (marking(other),))
    return None


def joined(labels: Iterable[Label], lowest: Label, *, classifications: Sequence[str]) -> Label:
    """Return the least label that protects everything that has one of ``labels``; ``lowest`` for none.

    >>> both = [Label(classification="secret", releasable_to=("jpn", "usa")), Label(classification="open")]
    >>> joined(both, Label(classification="open"), classifications=("open", "secret")).classification
    'secret'
    """
    each = list(labels)
    return reduce(lambda a, b: join(a, b, classifications=classifications), each) if each else lowest
