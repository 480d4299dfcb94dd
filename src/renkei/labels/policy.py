"""A security policy as data: its classifications, its categories, the rules between them, and how they look.

Layer: labels (pure data). The terms are those of the XML SPIF, version 2.1: a *tag set* holds *tags*, each of
one type, and a tag holds *categories*; a *lacv* is the number by which a policy knows a classification or a
category. Reading a policy is in ``spif``, what it decides in ``decision``, what it prints in ``display``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from renkei.labels.stanag import KINDS

RESTRICTIVE, PERMISSIVE, INFORMATIVE = KINDS
TAG_TYPES = {
    "restrictive": RESTRICTIVE,
    "enumeratedRestrictive": RESTRICTIVE,
    "permissive": PERMISSIVE,
    "enumeratedPermissive": PERMISSIVE,
    "informative": INFORMATIVE,
}
"""Type of a tag -> the kind that STANAG 4774 calls it. A reader needs all restrictive categories of a label
and, of each permissive tag, at least one; informative ones decide nothing."""
URN = "urn:oid:"

CategoryKey = tuple[str, str, int]
"""Tag set, type of the tag, lacv: what makes a category of a policy."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is printed for something in some places."""

    places: frozenset[str]
    flags: frozenset[str]
    text: str | None
    """None for the name itself."""


@dataclass(frozen=True, slots=True)
class Marking:
    """How something is printed in one language."""

    prefix: str = ""
    suffix: str = ""
    separator: str = ""
    phrases: tuple[Phrase, ...] = ()

    def at(self, place: str) -> tuple[Phrase, ...]:
        """Return the phrases for one place, in the policy's order."""
        return tuple(phrase for phrase in self.phrases if place in phrase.places)


Markings = Mapping[str, Marking]
"""Language ('' for any) -> how something is printed."""


@dataclass(frozen=True, slots=True)
class Selection:
    """One category of a tag set, or any of a type in it."""

    tag_set: str
    tag_type: str
    lacv: int | None
    """None for any."""

    def holds(self, category: Category) -> bool:
        """Return whether ``category`` is meant."""
        tag = category.tag
        return (tag.set_name, tag.type) == (self.tag_set, self.tag_type) and self.lacv in {
            None,
            category.lacv,
        }


@dataclass(frozen=True, slots=True)
class Requirement:
    """Categories that have to come along."""

    operation: str
    """``onlyOne``, ``oneOrMore`` or ``all`` of the selections."""
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Equivalent:
    """What something is called in another policy."""

    policy_id: str
    lacv: int
    tag_set_id: str = ""
    tag_type: str = ""
    requirements: tuple[Requirement, ...] = ()
    """Categories of the other policy that come along."""
    discarded: bool = False
    """True where the other policy has no such thing and it is left out."""


@dataclass(frozen=True, slots=True)
class Classification:
    """A level of a policy."""

    lacv: int
    name: str
    hierarchy: int
    obsolete: bool = False
    required: tuple[Requirement, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    markings: Markings = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Tag:
    """A list of categories of one type."""

    set_id: str
    set_name: str
    name: str
    type: str
    """One of ``TAG_TYPES``."""
    least: int = 0
    most: int | None = None
    """Fewest and most of its categories that a label may have."""
    markings: Markings = field(default_factory=dict, compare=False)

    @property
    def kind(self) -> str:
        """Return the type as STANAG 4774 calls it."""
        return TAG_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Category:
    """A category of a policy."""

    tag: Tag
    lacv: int
    name: str
    ordinal: int
    """Place in the policy, which is the order of printing."""
    obsolete: bool = False
    required_class: str = ""
    excluded_classes: frozenset[str] = frozenset()
    required: tuple[Requirement, ...] = ()
    excluded: tuple[Selection, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    markings: Markings = field(default_factory=dict, compare=False)

    @property
    def key(self) -> CategoryKey:
        """Return what makes it this category, whichever reading of the policy it comes from."""
        return (self.tag.set_id, self.tag.type, self.lacv)


@dataclass(frozen=True, slots=True)
class Labelling:
    """A label in the terms of its policy."""

    policy_id: str
    classification: Classification
    categories: tuple[Category, ...]
    """Each once, in the policy's order."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """What a reader may read, in the terms of a policy."""

    policy_id: str
    classifications: tuple[Classification, ...]
    categories: tuple[Category, ...]


def in_order(categories: Iterable[Category]) -> tuple[Category, ...]:
    """Return each of the categories once, in the policy's order."""
    return tuple(sorted({c.key: c for c in categories}.values(), key=lambda category: category.ordinal))


@dataclass(frozen=True, slots=True)
class Policy:
    """A security policy; no two of its names differ in upper and lower case only."""

    id: str
    name: str
    classifications: Mapping[int, Classification]
    """By lacv."""
    tags: tuple[Tag, ...]
    categories: Mapping[CategoryKey, Category]
    """In the policy's order."""
    entry_requirements: Mapping[str, tuple[Requirement, ...]]
    """Other policy (its identifier) -> categories that come along whenever a label goes there."""
    markings: Markings
    _named: dict[tuple[str, str, str], Category] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the categories by name."""
        named = {
            (c.tag.set_name.casefold(), c.tag.kind, c.name.casefold()): c for c in self.categories.values()
        }
        object.__setattr__(self, "_named", named)

    def classification_named(self, name: str) -> Classification | None:
        """Return a classification by its name, in upper or lower case."""
        levels = self.classifications.values()
        return next((level for level in levels if level.name.casefold() == name.casefold()), None)

    def category_named(self, tag_set: str, kind: str, name: str) -> Category | None:
        """Return a category by the names that a STANAG 4774 label uses, in upper or lower case."""
        return self._named.get((tag_set.casefold(), kind, name.casefold()))
