"""What a label permits: a small, total order of labels, and the one rule by which something may leave.

Layer: labels (pure). A label says three things: a classification out of the model's list, the parties that it
is releasable to, and categories. Labels are ordered by how much they protect: a higher classification, fewer
parties and more categories protect more. Any two labels have a least one that protects as much as both
(``join``), which is the label of what is made of two things. No parties at all means national only, for
nobody else.

Invariants: every question has an answer for every label, also for one that the model does not know, and what
is not known is refused. A label that protects more is never permitted more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from renkei.facts import Fact, Names, catalogue, word
from renkei.model.schema import Label

BETWEEN_CATEGORIES = "+"
"""Joins the categories of something that has several: ``medical+operations``."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something may not be done with a label."""

    rule: str
    """Part of the label that stands against it, for example ``releasable_to``."""
    fact: Fact
    """What was asked, what stands against it, and what would be allowed."""
    allowed: tuple[str, ...] = ()
    """Values of that part that would be allowed."""

    @property
    def code(self) -> str:
        """Stable rule code (``RK67x``, ``RK68x``); ``renkei explain CODE`` tells more, in both languages."""
        return self.fact.code

    @property
    def message(self) -> str:
        """The fact in English, with ids for names."""
        return self.fact.message

    def to_dict(self, names: Names | None = None) -> dict[str, object]:
        """Return the reason as plain data, with what the model calls the ids in it."""
        return {
            "code": self.code,
            "rule": self.rule,
            "message": self.message,
            "facts": self.fact.both(names),
            "allowed": list(self.allowed),
        }


def categories_of(label: Label) -> frozenset[str]:
    """Return the categories of ``label``, which are one string in the model."""
    parts = (label.category or "").split(BETWEEN_CATEGORIES)
    return frozenset(part.strip() for part in parts if part.strip())


def reasons_against_release(
    label: Label,
    *,
    to: str,
    ceiling: str | None,
    classifications: Sequence[str],
    categories: Collection[str] | None = None,
) -> tuple[Reason, ...]:
    """Return everything that stands against sending what has ``label`` to the party ``to``.

    Args:
        label: What it is labelled, by its originator or by the post that releases it.
        to: Party that would receive it.
        ceiling: Highest classification that the channel may carry; None for a channel without a ceiling.
        classifications: The model's, from low to high.
        categories: Categories that may be sent to the party by this channel; None for all.
    """
    found = (
        _against_classification(label, ceiling, classifications),
        _against_party(label, to),
        _against_categories(label, to, categories),
    )
    return tuple(reason for reason in found if reason is not None)


def why_not_release(
    label: Label,
    *,
    to: str,
    ceiling: str | None,
    classifications: Sequence[str],
    categories: Collection[str] | None = None,
) -> Reason | None:
    """Return the first reason against sending what has ``label`` to the party ``to``; None if it may be sent.

    The arguments are those of ``reasons_against_release``.
    """
    reasons = reasons_against_release(
        label, to=to, ceiling=ceiling, classifications=classifications, categories=categories
    )
    return reasons[0] if reasons else None


def _against_classification(
    label: Label, ceiling: str | None, classifications: Sequence[str]
) -> Reason | None:
    known = tuple(classifications)
    if label.classification not in known:
        what = Fact("RK670.classification", classification=label.classification, classifications=known)
        return Reason("classification", what, known)
    if ceiling is not None and ceiling not in known:
        what = Fact("RK670.ceiling", ceiling=ceiling, classifications=known)
        return Reason("classification", what, known)
    if ceiling is None:
        return None
    carried = tuple(classifications[: classifications.index(ceiling) + 1])
    if label.classification in carried:
        return None
    above = {"classification": label.classification, "ceiling": ceiling, "classifications": carried}
    return Reason("ceiling", Fact("RK671.ceiling", **above), carried)


def _against_party(label: Label, to: str) -> Reason | None:
    if to in label.releasable_to:
        return None
    allowed = tuple(sorted(set(label.releasable_to)))
    if not allowed:
        return Reason("releasable_to", Fact("RK672.own", party=to))
    return Reason("releasable_to", Fact("RK672.party", party=to, parties=allowed), allowed)


def _against_categories(label: Label, to: str, categories: Collection[str] | None) -> Reason | None:
    if categories is None:
        return None
    barred = sorted(categories_of(label).difference(categories))
    if not barred:
        return None
    allowed = tuple(sorted(categories))
    return Reason("category", Fact("RK673.category", categories=barred, party=to, allowed=allowed), allowed)


def dominates(a: Label, b: Label, *, classifications: Sequence[str]) -> bool:
    """Return whether ``a`` protects at least as much as ``b``: who may have ``a`` may have ``b``.

    A classification that the model does not know is above all that it knows; such ones are in order of their
    names, so that there is always a higher of two.
    """
    return (
        _height(a.classification, classifications) >= _height(b.classification, classifications)
        and set(a.releasable_to) <= set(b.releasable_to)
        and categories_of(a) >= categories_of(b)
    )


def _height(classification: str, classifications: Sequence[str]) -> tuple[int, str]:
    if classification in classifications:
        return classifications.index(classification), ""
    return len(classifications), classification


def join(a: Label, b: Label, *, classifications: Sequence[str]) -> Label:
    """Return the label of something made of what has ``a`` and what has ``b``.

    It has the higher classification, the parties that may have both (in order of their ids) and the
    categories of both.
    """
    both = categories_of(a) | categories_of(b)
    return Label(
        classification=max(
            a.classification, b.classification, key=lambda name: _height(name, classifications)
        ),
        releasable_to=tuple(sorted(set(a.releasable_to) & set(b.releasable_to))),
        category=BETWEEN_CATEGORIES.join(sorted(both)) or None,
    )


def why_not_narrowed(proposed: Label, released: Label, *, classifications: Sequence[str]) -> Reason | None:
    """Return why a post may not release what was proposed with one label under the other; None if it may.

    Whoever releases may lower the classification, take parties away and add categories. More parties, fewer
    categories or a higher classification need a new proposal by the originator.
    """
    for name in (proposed.classification, released.classification):
        if name not in classifications:
            return _against_classification(Label(classification=name), None, classifications)
    lower = tuple(classifications[: classifications.index(proposed.classification) + 1])
    if released.classification not in lower:
        names = {"proposed": proposed.classification, "classification": released.classification}
        return Reason("classification", Fact("RK674.classification", **names), lower)
    if more := sorted(set(released.releasable_to) - set(proposed.releasable_to)):
        allowed = tuple(sorted(set(proposed.releasable_to)))
        return Reason("releasable_to", Fact("RK674.parties", others=more, parties=allowed), allowed)
    if lost := sorted(categories_of(proposed) - categories_of(released)):
        proposals = tuple(sorted(categories_of(proposed)))
        return Reason("category", Fact("RK674.category", categories=lost), proposals)
    return None


def narrowed(proposed: Label, released: Label, *, classifications: Sequence[str]) -> bool:
    """Return whether a post may release what was proposed with one label under the other."""
    return why_not_narrowed(proposed, released, classifications=classifications) is None


_WORDS = {
    "en": ("REL TO", "{} ONLY", "NATIONAL", "EXERCISE"),
    "ja": ("開示先", "{}限り", "自国", "演習"),
}
"""Of each language: before the parties, for nobody else, the party where none is named, of an exercise."""


def marking(label: Label, *, owner: str = "", language: str = "en", exercise: bool = False) -> str:
    """Return ``label`` as the line that people put above and below a page.

    >>> marking(Label(classification="secret", releasable_to=("usa", "jpn")))
    'SECRET//REL TO JPN, USA'
    >>> marking(Label(classification="secret"), owner="jpn", language="ja")
    '極秘//JPN限り'

    Args:
        label: What is marked.
        owner: Party whose it is, named where nobody else may have it.
        language: ``en`` or ``ja``; anything else is taken for ``en``.
        exercise: True on everything that leaves an exercise.
    """
    before, only, national, practice = _WORDS.get(language, _WORDS["en"])
    classification = label.classification.upper()
    if language == "ja" and label.classification in catalogue()["words"]["classification"]:
        # What models usually call their classifications; anything else is printed as it is.
        classification = word("classification", label.classification, language)
    parties = ", ".join(sorted({party.upper() for party in label.releasable_to}))
    whom = f"{before} {parties}" if parties else only.format(owner.upper() or national)
    parts = (
        practice if exercise else "",
        classification,
        *sorted(map(str.upper, categories_of(label))),
        whom,
    )
    return "//".join(part for part in parts if part)


def markings(label: Label) -> dict[str, str]:
    """Return the marking of ``label`` in each language."""
    return {language: marking(label, language=language) for language in _WORDS}
