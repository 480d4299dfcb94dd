"""Labels and clearances as files, read into the terms of the policy that they name.

Layer: labels. Two forms are read: STANAG 4774 (by names), and the short form of the library *spiffing* (by
numbers), in which its published test vectors are written. A label that names an unknown policy, or something
that its policy does not have, is refused: nobody could say what it protects.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from renkei.errors import InputError
from renkei.labels.form import ANY, Form, shown
from renkei.labels.policy import (
    URN,
    Category,
    Classification,
    Clearance,
    Labelling,
    Policy,
    in_order,
)
from renkei.labels.stanag import (
    ALTERNATIVE,
    MAX_VALUES,
    NAMESPACE,
    CategoryValues,
    ConfidentialityLabel,
    check_size,
    policy_of,
    read_category,
    read_element,
)
from renkei.process.xml import Element, parse_xml

SHORT = "http://surevine.com/xmlns/spiffy"
CLEARANCE = "urn:nato:stanag:4774:confidentialityclearance:1:0"
_TYPES = ("restrictive", "permissive", "enumeratedPermissive", "enumeratedRestrictive", "informative")


def read_source(xml: bytes, policies: Sequence[Policy], *, file: str = "label.xml") -> ConfidentialityLabel:
    """Return the label that ``xml`` holds as STANAG 4774 says it, in the names of its policy.

    Raises:
        InputError: As ``read_labelling``.
    """
    label = read_labelling(xml, policies, file=file)
    return written(label, next(policy for policy in policies if policy.id == label.policy_id))


def read_labelling(xml: bytes, policies: Sequence[Policy], *, file: str = "label.xml") -> Labelling:
    """Return the label that ``xml`` holds, in the terms of the one of ``policies`` that it names.

    Raises:
        InputError: No label (``RK20x``, ``RK675`` to ``RK677``), unknown policy (``RK680``), or something
            that the policy does not have (``RK681``).
    """
    reader = _Reader(_root(xml, file), policies, file)
    if reader.root.namespace == SHORT:
        policy, levels, categories = reader.short("label", most=1)
    else:
        label = read_element(reader.form, reader.root)
        reader.form.finish()
        policy, levels, categories = reader.named(label)
    return Labelling(policy.id, levels[0], in_order(categories))


def resolve(label: ConfidentialityLabel, policies: Sequence[Policy], *, file: str = "label") -> Labelling:
    """Return a label that was read before in the terms of the one of ``policies`` that it names.

    Raises:
        InputError: Unknown policy (``RK680``), or something that the policy does not have (``RK681``).
    """
    reader = _Reader(Element("", "label", {}), policies, file)
    policy, levels, categories = reader.named(label)
    return Labelling(policy.id, levels[0], in_order(categories))


def written(
    label: Labelling, policy: Policy, *, created: int | None = None, review: int | None = None
) -> ConfidentialityLabel:
    """Return a label of ``policy`` as STANAG 4774 says it; ``resolve`` gives the same label back.

    Args:
        label: What it says.
        policy: That of the label.
        created: When it was made, microseconds since 1970 (UTC); a label without it can be told, not written.
        review: When it is to be looked at again.
    """
    by_tag = groupby(label.categories, key=lambda category: category.tag)
    return ConfidentialityLabel(
        policy=policy.name,
        policy_uri=URN + policy.id,
        classification=label.classification.name,
        categories=tuple(
            CategoryValues(tag.set_name, tag.kind, tuple(category.name for category in group))
            for tag, group in by_tag
        ),
        created=created,
        review=review,
        role=ALTERNATIVE,
    )


def read_clearance(xml: bytes, policies: Sequence[Policy], *, file: str = "clearance.xml") -> Clearance:
    """Return the clearance that ``xml`` holds, in the terms of the one of ``policies`` that it names.

    Raises:
        InputError: As ``read_labelling``.
    """
    reader = _Reader(_root(xml, file), policies, file)
    if reader.root.namespace == SHORT:
        policy, levels, categories = reader.short("clearance", most=ANY)
    else:
        policy, levels, categories = reader.stanag_clearance()
    return Clearance(policy.id, tuple(levels), in_order(categories))


def _root(xml: bytes, file: str) -> Element:
    check_size(xml, file)
    return parse_xml(xml, Path(file))


_Found = TypeVar("_Found")
_Terms = tuple[Policy, list[Classification], list[Category]]


class _Reader:
    """A label or a clearance being read."""

    def __init__(self, root: Element, policies: Sequence[Policy], file: str) -> None:
        self.form = Form(file, "RK675")
        self.policies = policies
        self.root = root

    def short(self, name: str, *, most: int) -> _Terms:
        """Read the form of numbers; the names that may stand beside them are remarks."""
        root = self.expect(SHORT, name)
        self.form.attributes(root, ())
        parts = self.form.parts(root, {"policy": (1, 1), "classification": (1, most), "tag": (0, MAX_VALUES)})
        for element in parts["policy"]:
            self.form.attributes(element, ("id",))
        for element in (*parts["policy"], *parts["classification"], *parts["tag"]):
            for child in element.children:
                self.form.add(child, f"element in {shown(element.name)}", "Only text may stand there.")
        self.form.finish()
        policy = self.policy_called(parts["policy"][0].get("id"), "")
        levels = [level for part in parts["classification"] for level in self.level_numbered(policy, part)]
        categories = [found for part in parts["tag"] for found in self.category_numbered(policy, part)]
        self.form.finish()
        return policy, levels, categories

    def expect(self, namespace: str, name: str) -> Element:
        """Return the root, which has this name; else end here."""
        if (self.root.namespace, self.root.name) != (namespace, name):
            self.form.add(self.root, f"{shown(self.root.name)} is no {name}", f"It is {name} in {namespace}.")
            self.form.finish()
        return self.root

    def policy_called(self, identity: str, name: str) -> Policy:
        """Return the policy with an identifier or, where that is not given, a name.

        Raises:
            InputError: There is none, or the two do not belong together (``RK680``).
        """
        for policy in self.policies:
            named = name.casefold() == policy.name.casefold()
            if identity == policy.id and (named or not name):
                return policy
            if not identity and named and name:
                return policy
        called = f"{name} ({identity})" if name and identity else name or identity
        known = ", ".join(f"{policy.name} ({policy.id})" for policy in self.policies) or "none"
        message = f"unknown policy {shown(called)}; known: {known}"
        hint = "Name and identifier have to be those of one policy; read the policy first."
        raise InputError.from_problem("RK680", message, hint, self.form.file, self.root.line)

    def level_numbered(self, policy: Policy, element: Element) -> list[Classification]:
        self.form.attributes(element, (), ("lacv",))
        found = policy.classifications.get(self.form.number(element, "lacv"))
        return self.needed(found, element, policy, f"classification {element.get('lacv')}")

    def category_numbered(self, policy: Policy, element: Element) -> list[Category]:
        self.form.attributes(element, ("id",), ("lacv", "type"))
        kind = self.form.one_of(element, "type", _TYPES)
        found = policy.categories.get((element.get("id"), kind, self.form.number(element, "lacv")))
        what = f"{kind} category {element.get('lacv')} in tag set {element.get('id')}"
        return self.needed(found, element, policy, what)

    def needed(self, found: _Found | None, element: Element, policy: Policy, what: str) -> list[_Found]:
        """Return what was found, as a list; nothing is a problem."""
        if found is not None:
            return [found]
        hint = "The label is of another version of the policy, or damaged."
        self.form.add(element, f"policy {policy.name} has no {shown(what)}", hint, "RK681")
        return []

    def named(self, label: ConfidentialityLabel) -> _Terms:
        """Find what a label names; its marks for people are not the policy's and would be lost."""
        policy = self.policy_called(_identifier(label.policy_uri), label.policy)
        if label.privacy_mark:
            self.needed(None, self.root, policy, f"privacy mark {label.privacy_mark}")
        return self.found(policy, [label.classification], label.categories)

    def stanag_clearance(self) -> _Terms:
        root = self.expect(CLEARANCE, "ConfidentialityClearance")
        self.form.attributes(root, ())
        order = {"PolicyIdentifier": (1, 1), "ClassificationList": (1, 1), "Category": (0, ANY)}
        parts = self.form.parts(root, order, ordered=True, namespaces=(NAMESPACE, CLEARANCE))
        self.form.finish()
        name, uri = policy_of(self.form, parts["PolicyIdentifier"][0])
        levels = self.form.parts(
            parts["ClassificationList"][0], {"Classification": (1, ANY)}, namespaces=(NAMESPACE,)
        )
        names = [self.form.text(level) for level in levels["Classification"]]
        groups = tuple(read_category(self.form, category) for category in parts["Category"])
        self.form.finish()
        return self.found(self.policy_called(_identifier(uri), name), names, groups)

    def found(self, policy: Policy, names: list[str], groups: tuple[CategoryValues, ...]) -> _Terms:
        """Return what names stand for in ``policy``.

        Raises:
            InputError: The policy does not have one of them (``RK681``).
        """
        levels = [
            level
            for name in names
            for level in self.needed(
                policy.classification_named(name), self.root, policy, f"classification {name}"
            )
        ]
        categories = [
            category
            for group in groups
            for value in group.values
            for category in self.needed(
                policy.category_named(group.tag, group.kind, value),
                *(self.root, policy, f"{group.kind} category {value} of {group.tag}"),
            )
        ]
        self.form.finish()
        return policy, levels, categories


def _identifier(uri: str) -> str:
    return uri[len(URN) :] if uri.casefold().startswith(URN) else uri
