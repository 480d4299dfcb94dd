"""Security policies read from XML SPIF files (Security Policy Information File, schema 2.1).

Layer: labels. A policy decides who may see what, so a file is read whole or not at all: an element or
attribute without a meaning here, a reference to nothing and a rule that is given twice are refused, all at
once, each with its line. What is read is in ``policy``. Left alone are ``extensions``, ``updateInfo`` and
``privacyMarks``.

Limits: those of ``renkei.process.xml``; no periods of validity (``notBefore``, ``notAfter``).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from renkei.labels.form import ANY, Form, shown
from renkei.labels.phrases import LOOK, read_markings
from renkei.labels.policy import (
    Category,
    Classification,
    Equivalent,
    Policy,
    Requirement,
    Selection,
    Tag,
)
from renkei.process.xml import Element, parse_xml, read_xml

NAMESPACES = ("http://www.xmlspif.org/spif", "")
"""That of the schema; early files have none."""
_FILE = (
    *("schemaVersion", "version", "creationDate", "originatorDN", "keyIdentifier"),
    *("privilegeId", "rbacId", "userRefURI", "docRefURI"),
)
_COLORS = ("color", "fgcolor", "bgcolor")
_TAG_TYPES = ("permissive", "restrictive", "enumerated", "tagType7")
_ONCE, _MAYBE, _SOME = (1, 1), (0, 1), (0, ANY)


def read_policy(path: Path) -> Policy:
    """Return the policy in a file.

    Raises:
        InputError: Not readable (``RK20x``), no XML SPIF (``RK678``), contradicting itself (``RK679``).
    """
    return _read(read_xml(path), str(path))


def parse_policy(data: bytes, *, file: str = "policy.xml") -> Policy:
    """Return the policy that ``data`` holds; errors call it ``file``.

    Raises:
        InputError: As ``read_policy``.
    """
    return _read(parse_xml(data, Path(file)), file)


def _read(root: Element, file: str) -> Policy:
    form = Form(file, "RK678")
    if root.name != "SPIF" or root.namespace not in NAMESPACES:
        form.add(root, f"{shown(root.name)} is no policy", f"It is SPIF in {NAMESPACES[0]}.")
        form.finish()
    policy = _Reader(form).policy(root)
    form.finish()
    return policy


class _Reader:
    """Reads one policy, and remembers what its parts refer to until all of them are there."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.others: dict[str, str] = {}
        self.classifications: dict[str, Classification] = {}
        self.tags: list[Tag] = []
        self.ordinals = count()
        self.names: set[tuple[str, ...]] = set()
        self.references: list[tuple[Element, Selection]] = []

    def policy(self, root: Element) -> Policy:
        self.form.attributes(root, (), _FILE)
        parts = self.form.parts(
            root,
            {
                "defaultSecurityPolicyId": _MAYBE,
                "securityPolicyId": _ONCE,
                "updateInfo": _MAYBE,
                "securityClassifications": _ONCE,
                "securityCategoryTagSets": _MAYBE,
                "privacyMarks": _MAYBE,
                "equivalentPolicies": _MAYBE,
                "extensions": _MAYBE,
                **LOOK,
            },
        )
        identity = next(iter(parts["securityPolicyId"]), root)
        if identity is not root:
            self.form.attributes(identity, ("name", "id"))
            self.form.parts(identity, LOOK)
        entries = dict(pair for element in parts["equivalentPolicies"] for pair in self.equivalents(element))
        levels = [level for element in parts["securityClassifications"] for level in self.levels(element)]
        categories = [c for element in parts["securityCategoryTagSets"] for c in self.tag_sets(element)]
        self.check_references(categories)
        return Policy(
            id=identity.get("id"),
            name=identity.get("name"),
            classifications={level.lacv: level for level in levels},
            tags=tuple(self.tags),
            categories={category.key: category for category in categories},
            entry_requirements=entries,
            markings=read_markings(self.form, parts),
        )

    def equivalents(self, element: Element) -> Iterator[tuple[str, tuple[Requirement, ...]]]:
        """Yield the other policies, with what comes along whenever a label goes there."""
        self.form.attributes(element, ())
        for other in self.form.parts(element, {"equivalentPolicy": _SOME})["equivalentPolicy"]:
            self.form.attributes(other, ("name", "id"), ("docRefURI",))
            self.once(other, "equivalent policy", other.get("name"))
            self.once(other, "equivalent policy", other.get("id"))
            self.others[other.get("name")] = other.get("id")
            parts = self.form.parts(other, {"requiredCategory": _SOME, **LOOK})
            yield other.get("id"), self.requirements(parts["requiredCategory"], own=False)

    def levels(self, element: Element) -> Iterator[Classification]:
        self.form.attributes(element, ())
        parts = self.form.parts(element, {"securityClassification": (1, ANY), **LOOK})
        for level in parts["securityClassification"]:
            self.form.attributes(level, ("name",), ("lacv", "hierarchy", "obsolete", *_COLORS))
            inside = self.form.parts(
                level, {"equivalentClassification": _SOME, "requiredCategory": _SOME, **LOOK}
            )
            found = Classification(
                lacv=self.form.number(level, "lacv"),
                name=level.get("name"),
                hierarchy=self.form.number(level, "hierarchy"),
                obsolete=self.form.flag(level, "obsolete"),
                required=self.requirements(inside["requiredCategory"]),
                equivalents=tuple(
                    equivalent
                    for other in inside["equivalentClassification"]
                    for equivalent in self.equivalent_level(other)
                ),
                markings=read_markings(self.form, inside),
            )
            self.once(level, "classification lacv", str(found.lacv))
            self.once(level, "classification", found.name.casefold())
            self.classifications[found.name] = found
            yield found

    def equivalent_level(self, element: Element) -> Iterator[Equivalent]:
        self.form.attributes(element, ("policyRef",), ("lacv", "applied"))
        parts = self.form.parts(element, {"requiredCategory": _SOME})
        requirements = self.requirements(parts["requiredCategory"], own=False)
        policy_id = self.other(element)
        lacv = self.form.number(element, "lacv")
        if self.applies(element):
            yield Equivalent(policy_id, lacv, requirements=requirements)

    def applies(self, element: Element) -> bool:
        """Return whether an equivalent is for labels that go out, and not only for those that come in."""
        return self.form.one_of(element, "applied", ("encrypt", "decrypt", "both")) != "decrypt"

    def other(self, element: Element) -> str:
        """Return the identifier of the policy that ``element`` refers to."""
        name = element.get("policyRef")
        if name not in self.others:
            known = ", ".join(map(shown, self.others)) or "none"
            self.contradiction(
                element, f"policyRef {shown(name)} is no equivalent policy; there are: {known}"
            )
        return self.others.get(name, "")

    def tag_sets(self, element: Element) -> Iterator[Category]:
        self.form.attributes(element, ())
        parts = self.form.parts(element, {"securityCategoryTagSet": (1, ANY)})
        for tag_set in parts["securityCategoryTagSet"]:
            self.form.attributes(tag_set, ("name", "id"))
            name, identity = tag_set.get("name"), tag_set.get("id")
            self.once(tag_set, "tag set id", identity)
            self.once(tag_set, "tag set", name.casefold())
            # Names of tags order the printing, so two tags of a set must not share one.
            inside = self.form.parts(tag_set, {"securityCategoryTag": (1, ANY), **LOOK})
            for tag in inside["securityCategoryTag"]:
                yield from self.tag(tag, name, identity)

    def tag(self, element: Element, set_name: str, set_id: str) -> Iterator[Category]:
        limits = ("singleSelection", "minSelection", "maxSelection")
        self.form.attributes(element, ("name",), ("tagType", "enumType", "tag7Encoding", *limits))
        parts = self.form.parts(element, {"tagCategory": _SOME, **LOOK})
        most = self.form.number(element, "maxSelection") if element.get("maxSelection") else None
        tag = Tag(
            set_id=set_id,
            set_name=set_name,
            name=element.get("name"),
            type=self.tag_type(element),
            least=self.form.number(element, "minSelection") if element.get("minSelection") else 0,
            most=1 if self.form.flag(element, "singleSelection") else most,
            markings=read_markings(self.form, parts),
        )
        self.once(element, "tag", set_id, tag.name)
        self.tags.append(tag)
        for category in parts["tagCategory"]:
            yield self.category(category, tag)

    def tag_type(self, element: Element) -> str:
        """Return the type of a tag, or of what refers to one, with the enumerated ones told apart."""
        kind = self.form.one_of(element, "tagType", _TAG_TYPES)
        if kind == "enumerated":
            mode = self.form.one_of(element, "enumType", ("permissive", "restrictive"))
            return "enumeratedRestrictive" if mode == "restrictive" else "enumeratedPermissive"
        return kind if kind in {"permissive", "restrictive"} else "informative"

    def category(self, element: Element, tag: Tag) -> Category:
        optional = ("lacv", "requiredClass", "obsolete", "userInput", "dateFormat", *_COLORS)
        self.form.attributes(element, ("name",), optional)
        parts = self.form.parts(
            element,
            {
                "equivalentSecCategoryTag": _SOME,
                "excludedClass": _SOME,
                "requiredCategory": _SOME,
                "excludedCategory": _SOME,
                **LOOK,
            },
        )
        category = Category(
            tag=tag,
            lacv=self.form.number(element, "lacv"),
            name=element.get("name"),
            ordinal=next(self.ordinals),
            obsolete=self.form.flag(element, "obsolete"),
            required_class=self.level_named(element, element.get("requiredClass")),
            excluded_classes=self.excluded_classes(parts["excludedClass"]),
            required=self.requirements(parts["requiredCategory"]),
            excluded=tuple(self.selection(other) for other in parts["excludedCategory"]),
            equivalents=tuple(
                equivalent
                for other in parts["equivalentSecCategoryTag"]
                for equivalent in self.equivalent_category(other)
            ),
            markings=read_markings(self.form, parts),
        )
        self.once(element, "category lacv", tag.set_id, tag.type, str(category.lacv))
        self.once(element, "category", tag.set_id, tag.kind, category.name.casefold())
        return category

    def level_named(self, element: Element, name: str) -> str:
        if name and name not in self.classifications:
            known = ", ".join(map(shown, self.classifications))
            self.contradiction(element, f"{shown(name)} is no classification; there are: {known}")
        return name

    def excluded_classes(self, elements: list[Element]) -> frozenset[str]:
        excluded: set[str] = set()
        for element in elements:
            self.form.attributes(element, ())
            name = self.level_named(element, self.form.text(element))
            if name in excluded:
                self.contradiction(element, f"{shown(name)} is excluded twice from one category")
            excluded.add(name)
        return frozenset(excluded)

    def equivalent_category(self, element: Element) -> Iterator[Equivalent]:
        optional = ("tagType", "enumType", "lacv", "applied", "action")
        self.form.attributes(element, ("policyRef", "tagSetId"), optional)
        self.form.parts(element, {})
        policy_id, kind = self.other(element), self.tag_type(element)
        discarded = bool(element.get("action")) and self.form.one_of(element, "action", ("discard",)) != ""
        lacv = 0 if discarded else self.form.number(element, "lacv")
        if self.applies(element):
            yield Equivalent(policy_id, lacv, element.get("tagSetId"), kind, discarded=discarded)

    def requirements(self, elements: list[Element], *, own: bool = True) -> tuple[Requirement, ...]:
        """Return the requirements in ``elements``; those that are not ``own`` speak of another policy."""
        found = []
        for element in elements:
            self.form.attributes(element, (), ("operation",))
            operation = self.form.one_of(element, "operation", ("onlyOne", "oneOrMore", "all"))
            groups = self.form.parts(element, {"categoryGroup": (1, ANY)})["categoryGroup"]
            selections = tuple(self.selection(group, own=own) for group in groups)
            found.append(Requirement(operation, selections))
        return tuple(found)

    def selection(self, element: Element, *, own: bool = True) -> Selection:
        optional = ("tagType", "enumType", "tag7Encoding", "lacv", "all")
        self.form.attributes(element, ("tagSetRef",), optional)
        self.form.parts(element, {})
        numbered = bool(element.get("lacv"))
        if numbered and self.form.flag(element, "all"):
            self.contradiction(element, "all of a tag set and one lacv of it are named together")
        lacv = self.form.number(element, "lacv") if numbered else None
        selection = Selection(element.get("tagSetRef"), self.tag_type(element), lacv)
        if own:
            self.references.append((element, selection))
        return selection

    def check_references(self, categories: list[Category]) -> None:
        """Refuse what refers to a category that is not there: the rule would never apply."""
        known = {(c.tag.set_name, c.tag.type, number) for c in categories for number in (c.lacv, None)}
        for element, selection in self.references:
            if (selection.tag_set, selection.tag_type, selection.lacv) not in known:
                which = "any" if selection.lacv is None else str(selection.lacv)
                message = f"no {selection.tag_type} category {which} in tag set {shown(selection.tag_set)}"
                self.contradiction(element, message)

    def once(self, element: Element, what: str, *name: str) -> None:
        """Refuse a second thing of the same name."""
        if (what, *name) in self.names:
            self.contradiction(element, f"{what} {shown(name[-1])} is there twice")
        self.names.add((what, *name))

    def contradiction(self, element: Element, message: str) -> None:
        self.form.add(element, message, "A policy that contradicts itself decides nothing.", "RK679")
