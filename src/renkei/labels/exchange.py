"""Labels of a renkei model as STANAG 4774 labels, and back, without loss.

Layer: labels (pure). What a model calls its classifications and parties, others call differently; ``Terms``
says how, for the labels of one party. What cannot be said in these terms is refused, never left out: a label
that arrives with less than it was sent with protects less.

How it is written: the parties that may have it as PERMISSIVE values of one tag; a label for nobody else as
the owner's code under another tag, since a label without any would be readable by all; categories as
RESTRICTIVE values; an exercise as an INFORMATIVE one, which people see and which decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from renkei.clock import SECOND
from renkei.errors import InputError
from renkei.labels.form import shown
from renkei.labels.lattice import BETWEEN_CATEGORIES
from renkei.labels.policy import INFORMATIVE, PERMISSIVE, RESTRICTIVE
from renkei.labels.stanag import CategoryValues, ConfidentialityLabel, Originator
from renkei.model.schema import Label

EXERCISE = "EXERCISE"
REVIEW = 5 * 365 * 24 * 3600 * SECOND
"""Microseconds from making a label to its review; the standard leaves them to the policy."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a model's names are called in the labels of one party.

    Raises:
        InputError: Two things have one name, or the owner is not among the parties (``RK687``).
    """

    policy: str
    owner: str
    """Party whose labels these are."""
    classifications: Mapping[str, str]
    """Of the model -> of the policy."""
    parties: Mapping[str, str]
    """Of the model -> code in a label."""
    policy_uri: str = ""
    """``urn:oid:`` and the object identifier of the policy."""
    releasable_tag: str = "Releasable To"
    national_tag: str = "Only"
    category_tag: str = "Category"
    exercise_tag: str = "Exercise"
    always: tuple[CategoryValues, ...] = field(default=())
    """Categories that the policy asks of every label."""
    review: int = REVIEW

    def __post_init__(self) -> None:
        """Check that nothing is called what something else is called."""
        own = (self.releasable_tag, self.national_tag, self.category_tag, self.exercise_tag)
        tags = [*own, *(group.tag for group in self.always)]
        for what, names in (
            ("classification", self.classifications.values()),
            ("code", self.parties.values()),
            ("tag", tags),
        ):
            _check_distinct(what, names)
        if self.owner not in self.parties:
            raise _unusable(f"the owner {shown(self.owner)} is not among the parties")


def _check_distinct(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise _unusable(f"{what} {shown(name)} stands for two things")
        seen.add(name.casefold())


def _unusable(message: str) -> InputError:
    hint = "Each classification, party and tag needs a name of its own, in upper and lower case alike."
    return InputError.from_problem("RK687", message, hint, "terms")


def terms_of(
    owner: str,
    *,
    classifications: Iterable[str],
    parties: Iterable[str],
    policy: str = "",
    policy_uri: str = "",
) -> Terms:
    """Return terms in which names are the model's own in upper case, under a policy called after the owner.

    Raises:
        InputError: Two names differ in upper and lower case only (``RK687``).
    """
    return Terms(
        policy=policy or owner.upper(),
        owner=owner,
        classifications={name: name.upper() for name in classifications},
        parties={party: party.upper() for party in parties},
        policy_uri=policy_uri,
    )


@dataclass(frozen=True, slots=True)
class Received:
    """What a STANAG 4774 label says in a model's terms."""

    label: Label
    exercise: bool
    source: ConfidentialityLabel
    """The label itself, with its times and who made it."""


def to_stanag(
    label: Label, terms: Terms, *, created: int, exercise: bool = False, originator: Originator | None = None
) -> ConfidentialityLabel:
    """Return ``label`` as a STANAG 4774 label.

    Args:
        label: Label of something of the terms' owner.
        terms: What things are called there.
        created: When the label was made, microseconds since 1970 (UTC).
        exercise: True for everything that leaves an exercise.
        originator: Who made it, if that is to be told.

    Raises:
        InputError: Something in the label has no name in the terms, or is no plain text (``RK685``).
    """
    codes = tuple(_said("party", party, terms.parties) for party in label.releasable_to)
    groups = [CategoryValues(terms.releasable_tag, PERMISSIVE, codes)]
    if not codes:
        groups = [CategoryValues(terms.national_tag, PERMISSIVE, (terms.parties[terms.owner],))]
    if label.category is not None:
        groups.append(CategoryValues(terms.category_tag, RESTRICTIVE, _split(label.category)))
    if exercise:
        groups.append(CategoryValues(terms.exercise_tag, INFORMATIVE, (EXERCISE,)))
    return ConfidentialityLabel(
        policy=terms.policy,
        policy_uri=terms.policy_uri,
        classification=_said("classification", label.classification, terms.classifications),
        categories=(*terms.always, *groups),
        originator=originator,
        created=created,
        review=created + terms.review,
    )


def _said(what: str, name: str, names: Mapping[str, str]) -> str:
    if name in names:
        return names[name]
    message = f"the {what} {shown(name)} has no name in the terms; named: {', '.join(names) or 'none'}"
    raise InputError.from_problem("RK685", message, "Add it to the terms of this policy.", "label")


def _split(category: str) -> tuple[str, ...]:
    parts = tuple(category.split(BETWEEN_CATEGORIES))
    if all(part and part == " ".join(part.split()) and part.isprintable() for part in parts):
        return parts
    message = f"category {shown(category)} does not come back as it is"
    hint = "A category is plain text without spaces at its ends or in a row; several are joined by +."
    raise InputError.from_problem("RK685", message, hint, "label")


def from_stanag(source: ConfidentialityLabel, terms: Terms) -> Received:
    """Return what ``source`` says in a model's terms.

    A label that says nothing of release is for nobody else.

    Raises:
        InputError: It is of another policy (``RK680``), or says what the terms have no name for (``RK686``).
    """
    _check_policy(source, terms)
    _check_groups(source, terms)
    parties = _heard("party", source.values(terms.releasable_tag, PERMISSIVE), terms.parties)
    only = source.values(terms.national_tag, PERMISSIVE)
    if only and (parties or not _same(only, (terms.parties[terms.owner],))):
        raise _not_understood(f"it is said to be for {', '.join(map(shown, only))} only")
    exercise = source.values(terms.exercise_tag, INFORMATIVE)
    if exercise and not _same(exercise, (EXERCISE,)):
        raise _not_understood(f"{terms.exercise_tag} is {', '.join(map(shown, exercise))}")
    categories = source.values(terms.category_tag, RESTRICTIVE)
    for category in categories:
        if BETWEEN_CATEGORIES in category:
            raise _not_understood(f"category {shown(category)} would be read as several")
    (classification,) = _heard("classification", (source.classification,), terms.classifications)
    label = Label(
        classification=classification,
        releasable_to=parties,
        category=BETWEEN_CATEGORIES.join(categories) or None,
    )
    return Received(label, bool(exercise), source)


def _check_policy(source: ConfidentialityLabel, terms: Terms) -> None:
    uris = {source.policy_uri, terms.policy_uri} - {""}
    if source.policy.casefold() != terms.policy.casefold() or len(uris) > 1:
        message = f"the label is of policy {shown(source.policy)} {source.policy_uri[:80]}".strip()
        hint = f"These terms are those of {terms.policy} {terms.policy_uri}".strip() + "."
        raise InputError.from_problem("RK680", message, hint, "label")
    if source.role == "metadataConfidentialityLabel":
        raise _not_understood("it is the label of metadata, and not of the thing itself")
    if source.privacy_mark:
        raise _not_understood(f"privacy mark {shown(source.privacy_mark)}")


def _check_groups(source: ConfidentialityLabel, terms: Terms) -> None:
    """Refuse a tag without a meaning here, and the lack of one that every label has."""
    known = {
        (terms.releasable_tag, PERMISSIVE),
        (terms.national_tag, PERMISSIVE),
        (terms.category_tag, RESTRICTIVE),
        (terms.exercise_tag, INFORMATIVE),
    }
    needed = {(group.tag, group.kind): group.values for group in terms.always}
    for group in source.categories:
        if (group.tag, group.kind) not in known | needed.keys():
            raise _not_understood(f"{group.kind} category {shown(group.tag)}")
    for (tag, kind), values in needed.items():
        if not _same(source.values(tag, kind), values):
            raise _not_understood(f"{shown(tag)} is not {', '.join(map(shown, values))}")


def _same(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Return whether two lists of values are the same; the standard compares them in any case."""
    return [value.casefold() for value in some] == [value.casefold() for value in others]


def _heard(what: str, said: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    meant = {code.casefold(): name for name, code in names.items()}
    for value in said:
        if value.casefold() not in meant:
            known = ", ".join(map(shown, names.values()))
            raise _not_understood(f"{what} {shown(value)}, which is none of {known}")
    return tuple(meant[value.casefold()] for value in said)


def _not_understood(what: str) -> InputError:
    hint = "Left out, it would no longer protect; add it to the terms, or ask for a label without it."
    return InputError.from_problem("RK686", f"the label says what has no name here: {what}", hint, "label")
