"""What a policy decides: whether a label is valid, who may read, what it is called in another policy.

Layer: labels (pure). The rules are those of the XML SPIF, version 2.1, and its access control decision
function. Answers are values: a ``Reason`` that names the rule, or None.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from renkei.facts import Fact
from renkei.labels.lattice import Reason
from renkei.labels.policy import (
    PERMISSIVE,
    RESTRICTIVE,
    Category,
    Clearance,
    Equivalent,
    Labelling,
    Policy,
    Requirement,
    Selection,
    in_order,
)


def why_not_valid(policy: Policy, label: Labelling) -> Reason | None:
    """Return the first rule of ``policy`` that ``label`` breaks; None if it is valid.

    A label that uses an obsolete classification or category stays valid: it may be old.
    """
    if label.policy_id != policy.id:
        return _another_policy("label", label.policy_id, policy)
    found = (
        _against_requirements(label.classification.name, label.classification.required, label),
        *(_against_category(category, label) for category in label.categories),
        *(_against_count(policy, label)),
    )
    return next((reason for reason in found if reason is not None), None)


def _another_policy(what: str, policy_id: str, policy: Policy) -> Reason:
    told = Fact("RK680.policy", thing=what, given=policy_id, policy=policy.name, id=policy.id)
    return Reason("policy", told, (policy.id,))


def _against_category(category: Category, label: Labelling) -> Reason | None:
    name, classification = category.name, label.classification.name
    if classification in category.excluded_classes:
        told = Fact("RK682.excluded-class", category=name, classification=classification)
        return Reason("excludedClass", told)
    if category.required_class not in {"", classification}:
        names = {"category": name, "required": category.required_class, "classification": classification}
        return Reason("requiredClass", Fact("RK682.required-class", **names), (category.required_class,))
    for selection in category.excluded:
        if others := [other.name for other in label.categories if selection.holds(other)]:
            told = Fact("RK682.excluded-category", category=name, categories=others)
            return Reason("excludedCategory", told)
    return _against_requirements(name, category.required, label)


def _against_requirements(
    name: str, requirements: tuple[Requirement, ...], label: Labelling
) -> Reason | None:
    for requirement in requirements:
        if not _is_met(requirement, label):
            wanted = tuple(_words(selection) for selection in requirement.selections)
            given = {"name": name, "operation": requirement.operation, "wanted": "; ".join(wanted)}
            return Reason("requiredCategory", Fact("RK682.required-category", **given), wanted)
    return None


def _words(selection: Selection) -> str:
    which = "any" if selection.lacv is None else str(selection.lacv)
    return f"{selection.tag_set} ({selection.tag_type}) {which}"


def _is_met(requirement: Requirement, label: Labelling) -> bool:
    """Count the selections that the label meets, each once, however many categories it has of them."""
    met = sum(any(map(selection.holds, label.categories)) for selection in requirement.selections)
    if requirement.operation == "onlyOne":
        return met == 1
    return met == len(requirement.selections) if requirement.operation == "all" else met >= 1


def _against_count(policy: Policy, label: Labelling) -> Iterable[Reason]:
    for tag in policy.tags:
        count = sum(category.tag == tag for category in label.categories)
        if count < tag.least or (tag.most is not None and count > tag.most):
            told = Fact("RK682.selection", count=count, tag=tag.name, least=tag.least, most=tag.most)
            yield Reason("selection", told)


def why_no_access(policy: Policy, label: Labelling, clearance: Clearance) -> Reason | None:
    """Return why ``clearance`` does not let its holder read what has ``label``; None if it does.

    The holder needs the classification itself, every restrictive category, and of each tag with permissive
    categories at least one. A clearance for a higher classification does not imply a lower one.
    """
    for what, policy_id in (("label", label.policy_id), ("clearance", clearance.policy_id)):
        if policy_id != policy.id:
            return _another_policy(what, policy_id, policy)
    if label.classification.lacv not in {held.lacv for held in clearance.classifications}:
        held = tuple(classification.name for classification in clearance.classifications)
        told = Fact("RK683.classification", name=label.classification.name, names=held)
        return Reason("classification", told, held)
    keys = {category.key for category in clearance.categories}
    for category in label.categories:
        if category.tag.kind == RESTRICTIVE and category.key not in keys:
            return Reason(category.tag.name, Fact("RK683.category", category=category.name))
    permissive = (category for category in label.categories if category.tag.kind == PERMISSIVE)
    for tag, group in groupby(permissive, key=lambda category: category.tag):
        alternatives = list(group)
        if not keys.intersection(category.key for category in alternatives):
            names = tuple(category.name for category in alternatives)
            return Reason(tag.name, Fact("RK683.permissive", names=names), names)
    return None


def translate(policy: Policy, label: Labelling, target: Policy) -> Labelling | Reason:
    """Return what a label of ``policy`` is called in ``target``; the reason if it has no name there.

    A category without an equivalent stops it: left out, it would no longer protect.
    """
    if label.policy_id != policy.id:
        return _another_policy("label", label.policy_id, policy)
    found = _equivalents(label.classification.equivalents, target)
    if not found or found[0].lacv not in target.classifications:
        return _no_equivalent(label.classification.name, target)
    classification = target.classifications[found[0].lacv]
    requirements = [*found[0].requirements, *policy.entry_requirements.get(target.id, ())]
    categories: list[Category] = []
    for category in label.categories:
        named = _equivalents(category.equivalents, target)
        if not named:
            return _no_equivalent(category.name, target)
        for equivalent in named:
            if equivalent.discarded:
                continue
            key = (equivalent.tag_set_id, equivalent.tag_type, equivalent.lacv)
            if key not in target.categories:
                return _no_equivalent(category.name, target)
            categories.append(target.categories[key])
    for requirement in requirements:
        added = _added(requirement, target)
        if added is None:
            told = Fact("RK684.along", name=label.classification.name, policy=target.name)
            return Reason("equivalent", told)
        categories += added
    return Labelling(target.id, classification, in_order(categories))


def _equivalents(equivalents: tuple[Equivalent, ...], target: Policy) -> list[Equivalent]:
    return [equivalent for equivalent in equivalents if equivalent.policy_id == target.id]


def _no_equivalent(name: str, target: Policy) -> Reason:
    return Reason("equivalent", Fact("RK684.name", name=name, policy=target.name))


def _added(requirement: Requirement, target: Policy) -> list[Category] | None:
    """Return the categories that come along; None where the other policy lacks them or leaves a choice."""
    if requirement.operation != "all" and len(requirement.selections) != 1:
        return None
    added = []
    for selection in requirement.selections:
        meant = [category for category in target.categories.values() if selection.holds(category)]
        if len(meant) != 1:
            return None
        added += meant
    return added
