"""The release rule, over every label of small universes, and against sets built by definition."""

from __future__ import annotations

import doctest
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.labels import lattice
from renkei.labels.lattice import (
    categories_of,
    dominates,
    join,
    marking,
    narrowed,
    reasons_against_release,
    why_not_narrowed,
    why_not_release,
)
from renkei.model.schema import Label

CLASSES = ("unclassified", "confidential", "secret")
PARTIES = ("aus", "jpn", "usa")
CATEGORIES = ("medical", "operations")


def subsets(values: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [chosen for size in range(len(values) + 1) for chosen in combinations(values, size)]


LABELS = [
    Label(classification=name, releasable_to=parties, category="+".join(categories) or None)
    for name, parties, categories in product(CLASSES, subsets(PARTIES), subsets(CATEGORIES))
]
CHANNELS = list(product((None, *CLASSES), (None, *subsets(CATEGORIES))))


def permissions(label: Label) -> set[tuple[str, int]]:
    """Return the (party, channel) pairs that may carry ``label``, by definition, with nothing of the code.

    By party: a table of the parties named. By channel: the set of (classification, categories) pairs that go
    through it is written out, and the label's own pair is looked up in it.
    """
    own = (label.classification, frozenset(c for c in (label.category or "").split("+") if c))
    allowed = set()
    for number, (ceiling, admitted) in enumerate(CHANNELS):
        through = set()
        for name in CLASSES:
            for chosen in subsets(CATEGORIES):
                if admitted is None or all(category in admitted for category in chosen):
                    through.add((name, frozenset(chosen)))
            if name == ceiling:
                break
        allowed |= {(party, number) for party in PARTIES if party in label.releasable_to and own in through}
    return allowed


ALLOWED = {label: permissions(label) for label in LABELS}


def permitted(label: Label, party: str, channel: int) -> bool:
    ceiling, admitted = CHANNELS[channel]
    reason = why_not_release(label, to=party, ceiling=ceiling, classifications=CLASSES, categories=admitted)
    return reason is None


def test_rule_is_the_definition_for_every_label_party_and_channel() -> None:
    for label in LABELS:
        found = {
            (party, number)
            for party, number in product(PARTIES, range(len(CHANNELS)))
            if permitted(label, party, number)
        }
        assert found == ALLOWED[label]


def test_nobody_gets_what_does_not_name_them() -> None:
    for label, party, number in product(LABELS, (*PARTIES, "prk", "", "JPN"), range(len(CHANNELS))):
        assert party in label.releasable_to or not permitted(label, party, number)


def test_more_protection_never_turns_a_refusal_into_a_permission() -> None:
    for a, b in product(LABELS, LABELS):
        if dominates(a, b, classifications=CLASSES):
            assert ALLOWED[a] <= ALLOWED[b]


def test_lower_ceiling_never_permits_more() -> None:
    for label, party in product(LABELS, PARTIES):
        answers = [
            why_not_release(label, to=party, ceiling=ceiling, classifications=CLASSES) is None
            for ceiling in (*CLASSES, None)
        ]
        assert answers == sorted(answers)


def test_what_permits_less_everywhere_protects_more() -> None:
    """The order is no finer than it must be: labels that differ in it differ for somebody, somewhere."""
    for a, b in product(LABELS, LABELS):
        if a.releasable_to and b.releasable_to:
            assert dominates(a, b, classifications=CLASSES) == (ALLOWED[a] <= ALLOWED[b])


def test_order_is_partial() -> None:
    for a, b in product(LABELS, LABELS):
        assert dominates(a, a, classifications=CLASSES)
        if dominates(a, b, classifications=CLASSES) and dominates(b, a, classifications=CLASSES):
            assert a == b
    above = {a: {b for b in LABELS if dominates(a, b, classifications=CLASSES)} for a in LABELS}
    for a in LABELS:
        assert all(above[b] <= above[a] for b in above[a])


def test_join_is_the_least_upper_bound() -> None:
    for a, b in product(LABELS, LABELS):
        bound = join(a, b, classifications=CLASSES)
        assert bound in ALLOWED
        for label in LABELS:
            is_above = dominates(label, a, classifications=CLASSES) and dominates(
                label, b, classifications=CLASSES
            )
            assert is_above == dominates(label, bound, classifications=CLASSES)
        assert ALLOWED[bound] <= ALLOWED[a] & ALLOWED[b]


def test_release_narrows_class_and_parties_and_keeps_categories() -> None:
    for proposed, released in product(LABELS, LABELS):
        by_definition = (
            CLASSES.index(released.classification) <= CLASSES.index(proposed.classification)
            and all(party in proposed.releasable_to for party in released.releasable_to)
            and all(name in categories_of(released) for name in categories_of(proposed))
        )
        assert narrowed(proposed, released, classifications=CLASSES) == by_definition
        reason = why_not_narrowed(proposed, released, classifications=CLASSES)
        assert (reason is None) == by_definition
        assert reason is None or reason.code == "RK674"


def test_narrowing_twice_is_narrowing() -> None:
    below = {a: {b for b in LABELS if narrowed(a, b, classifications=CLASSES)} for a in LABELS}
    for a in LABELS:
        assert all(below[b] <= below[a] for b in below[a])


def test_reasons_name_what_would_be_allowed_and_it_is() -> None:
    for label, party, (ceiling, admitted) in product(LABELS, PARTIES, CHANNELS):
        for reason in reasons_against_release(
            label, to=party, ceiling=ceiling, classifications=CLASSES, categories=admitted
        ):
            if reason.rule == "ceiling":
                lowered = [label.model_copy(update={"classification": name}) for name in reason.allowed]
            elif reason.rule == "category":
                lowered = [label.model_copy(update={"category": "+".join(reason.allowed) or None})]
            else:
                assert reason.allowed == label.releasable_to
                continue
            for other in lowered:
                left = reasons_against_release(
                    other, to=party, ceiling=ceiling, classifications=CLASSES, categories=admitted
                )
                assert reason.rule not in {later.rule for later in left}


@pytest.mark.parametrize("ceiling", [None, "secret"])
def test_unknown_classification_is_refused(ceiling: str | None) -> None:
    label = Label(classification="cosmic", releasable_to=PARTIES)
    reason = why_not_release(label, to="jpn", ceiling=ceiling, classifications=CLASSES)
    assert reason is not None
    assert (reason.code, reason.allowed) == ("RK670", CLASSES)
    assert not narrowed(label, label, classifications=CLASSES)


def test_order_and_join_hold_for_classifications_that_nobody_knows() -> None:
    """The lattice is total: strange labels have their place in it, above all others, and go nowhere."""
    known = ("unclassified", "secret")
    labels = [
        Label(classification=name, releasable_to=parties, category=category)
        for name, parties, category in product(
            (*known, "cosmic", "atomal"), subsets(("jpn", "usa")), (None, "medical")
        )
    ]
    above = {a: {b for b in labels if dominates(b, a, classifications=known)} for a in labels}
    for a, b in product(labels, labels):
        bound = join(a, b, classifications=known)
        assert above[a] & above[b] == above[bound]
        assert bound.classification in known or why_not_release(
            bound, to="jpn", ceiling=None, classifications=known
        )
        if b in above[a] and b.classification in known:
            assert a.classification in known


def test_unknown_ceiling_and_model_without_classifications_refuse() -> None:
    label = Label(classification="secret", releasable_to=PARTIES)
    unknown = why_not_release(label, to="jpn", ceiling="cosmic", classifications=CLASSES)
    none = why_not_release(label, to="jpn", ceiling=None, classifications=())
    assert unknown is not None
    assert none is not None
    assert {unknown.code, none.code} == {"RK670"}


@pytest.mark.parametrize(
    ("category", "expected"),
    [(None, set()), ("", set()), (" + ", set()), ("a", {"a"}), ("b + a+", {"a", "b"}), ("A+a", {"A", "a"})],
)
def test_categories_are_the_parts_of_one_string(category: str | None, expected: set[str]) -> None:
    assert categories_of(Label(classification="secret", category=category)) == expected


names = st.text("abcdef", min_size=1, max_size=3)


@settings(deadline=None, max_examples=200)
@given(st.lists(names, unique=True, min_size=1, max_size=6), st.data())
def test_rule_is_the_definition_for_any_universe(classes: list[str], data: st.DataObject) -> None:
    own, ceiling = data.draw(st.sampled_from(classes)), data.draw(st.sampled_from(classes))
    parties, party = data.draw(st.lists(names, max_size=5)), data.draw(names)
    held, admitted = data.draw(st.sets(names)), data.draw(st.sets(names))
    label = Label(classification=own, releasable_to=tuple(parties), category="+".join(held) or None)
    reason = why_not_release(label, to=party, ceiling=ceiling, classifications=classes, categories=admitted)
    level = dict(zip(classes, range(len(classes)), strict=True))
    assert (reason is None) == (level[own] <= level[ceiling] and party in parties and held <= admitted)


def test_marking_in_both_languages() -> None:
    both = Label(classification="secret", releasable_to=("usa", "jpn"), category="medical")
    alone = Label(classification="top secret")
    assert marking(both) == "SECRET//MEDICAL//REL TO JPN, USA"
    assert marking(both, exercise=True) == "EXERCISE//SECRET//MEDICAL//REL TO JPN, USA"
    assert marking(both, language="ja", exercise=True) == "演習//極秘//MEDICAL//開示先 JPN, USA"
    assert marking(alone) == "TOP SECRET//NATIONAL ONLY"
    assert marking(alone, owner="jpn") == "TOP SECRET//JPN ONLY"
    assert marking(alone, language="ja") == "機密//自国限り"
    assert marking(both, language="de") == marking(both)
    assert marking(Label(classification="nato restricted"), language="ja") == "NATO RESTRICTED//自国限り"


def test_different_labels_are_marked_differently() -> None:
    for language in ("en", "ja"):
        assert len({marking(label, language=language) for label in LABELS}) == len(LABELS)


def test_examples() -> None:
    assert doctest.testmod(lattice).failed == 0
