"""A label or a clearance as the line that people read, printed as its policy says.

Layer: labels (pure). A policy gives phrases by language and by place on the page. Where it is silent, names
are printed, in the order: policy, classification, categories by tag, with a space between.
"""

from __future__ import annotations

from itertools import groupby

from renkei.labels.policy import Category, Clearance, Labelling, Marking, Markings, Policy

BOTTOM = "pageBottom"
_BETWEEN = " "
_BETWEEN_CATEGORIES = "/"
_PLAIN = Marking()


def marking_of(policy: Policy, label: Labelling, *, language: str = "", place: str = BOTTOM) -> str:
    """Return the marking of ``label``.

    Args:
        policy: That of the label.
        label: What is marked.
        language: Tag such as ``en`` or ``fr-CA``; what is in none stands in where there is none.
        place: Where on the page, as the policy calls it, such as ``pageTop`` or ``documentStart``.
    """
    own = _in(policy.markings, language)
    shape = own or _PLAIN
    separator = shape.separator or _BETWEEN
    parts = [_policy_phrase(policy, label, language, place)]
    if not any(_has_flag(c.markings, "suppressClassName", language, place) for c in label.categories):
        ruling = _in(label.classification.markings, language) or own
        parts.append(_phrase(ruling, label.classification.name, place))
    parts += _categories(label.categories, language, place)
    return f"{shape.prefix}{separator.join(part for part in parts if part)}{shape.suffix}"


def clearance_marking_of(policy: Policy, clearance: Clearance, *, language: str = "") -> str:
    """Return ``clearance`` as a line: its classifications from low to high in braces, then its categories."""
    shape = _in(policy.markings, language) or _PLAIN
    held = sorted(clearance.classifications, key=lambda classification: classification.hierarchy)
    names = "|".join(classification.name for classification in held)
    parts = ["{" + names + "}", *_categories(clearance.categories, language, BOTTOM)]
    return f"{shape.prefix}{(shape.separator or _BETWEEN).join(parts)}{shape.suffix}"


def _policy_phrase(policy: Policy, label: Labelling, language: str, place: str) -> str:
    """Return what stands for the policy; itself, the classification or a category may replace its name."""
    categories = (category.markings for category in label.categories)
    for markings in (policy.markings, label.classification.markings, *categories):
        # What replaces the policy's name is often given once, for all languages.
        for marking in (_in(markings, language), markings.get("")):
            for phrase in (marking or _PLAIN).at(place):
                if "replacePolicy" in phrase.flags:
                    return policy.name if phrase.text is None else phrase.text
    return policy.name


def _categories(categories: tuple[Category, ...], language: str, place: str) -> list[str]:
    lines = []
    for tag, group in groupby(categories, key=lambda category: category.tag):
        own = _in(tag.markings, language)
        phrases = [_phrase(_in(c.markings, language) or own, c.name, place) for c in group]
        shape = own or _PLAIN
        line = (shape.separator or _BETWEEN_CATEGORIES).join(phrase for phrase in phrases if phrase)
        if line:
            lines.append(f"{shape.prefix}{line}{shape.suffix}")
    return lines


def _phrase(marking: Marking | None, name: str, place: str) -> str:
    for phrase in (marking or _PLAIN).at(place):
        if "noNameDisplay" in phrase.flags:
            return ""
        if phrase.text is not None and not phrase.flags & {"replacePolicy", "noMarkingDisplay"}:
            return phrase.text
    return name


def _has_flag(markings: Markings, flag: str, language: str, place: str) -> bool:
    return any(flag in phrase.flags for phrase in (_in(markings, language) or _PLAIN).at(place))


def _in(markings: Markings, language: str) -> Marking | None:
    """Return the marking in a language, in its main language (``fr`` for ``fr-CA``), or in any."""
    wanted = language.casefold().replace("_", "-")
    for tag in (wanted, wanted.partition("-")[0], ""):
        if tag in markings:
            return markings[tag]
    return None
