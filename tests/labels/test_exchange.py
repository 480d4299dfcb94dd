"""Labels of a model as STANAG 4774 labels and back: nothing lost, nothing gained, the rest refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.labels.decision import why_no_access, why_not_valid
from renkei.labels.display import marking_of
from renkei.labels.exchange import Terms, from_stanag, terms_of, to_stanag
from renkei.labels.labelling import resolve
from renkei.labels.lattice import why_not_release
from renkei.labels.policy import Clearance
from renkei.labels.spif import parse_policy
from renkei.labels.stanag import CategoryValues, ConfidentialityLabel, read_label, write_label
from renkei.model.schema import Label
from renkei.model.values import ID_PATTERN

CLASSES = ("unclassified", "confidential", "secret")
PARTIES = ("jpn", "usa", "aus")
TERMS = terms_of("jpn", classifications=CLASSES, parties=PARTIES, policy_uri="urn:oid:2.25.1")
ALL = ("jpn", "usa")

ids = st.from_regex(ID_PATTERN.rstrip("$") + r"\Z").filter(str.isascii)
names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)


def distinct(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(strategy, min_size=1, max_size=5, unique_by=lambda name: name.upper().casefold())


@settings(deadline=None, max_examples=200)
@given(distinct(ids), distinct(names), st.booleans(), st.integers(0, 2**52), st.data())
def test_label_comes_back_through_xml(
    parties: list[str], classes: list[str], exercise: bool, created: int, data: st.DataObject
) -> None:
    terms = terms_of(data.draw(st.sampled_from(parties)), classifications=classes, parties=parties)
    label = Label(
        classification=data.draw(st.sampled_from(classes)),
        releasable_to=tuple(data.draw(st.lists(st.sampled_from(parties), max_size=5))),
        category="+".join(data.draw(st.lists(names.filter(lambda name: "+" not in name), max_size=3)))
        or None,
    )
    sent = write_label(to_stanag(label, terms, created=created, exercise=exercise))
    received = from_stanag(read_label(sent), terms)
    assert (received.label, received.exercise, received.source.created) == (label, exercise, created)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(CLASSES), st.sets(st.sampled_from(PARTIES)), st.text(max_size=5))
def test_any_category_comes_back_or_is_refused(classification: str, parties: set[str], category: str) -> None:
    label = Label(classification=classification, releasable_to=tuple(parties), category=category)
    plain = all(
        part and part.isprintable() and part == " ".join(part.split()) for part in category.split("+")
    )
    if plain:
        sent = write_label(to_stanag(label, TERMS, created=0))
        assert from_stanag(read_label(sent), TERMS).label == label
    else:
        with pytest.raises(InputError, match="RK685"):
            to_stanag(label, TERMS, created=0)


@pytest.mark.parametrize(
    "label",
    [Label(classification="cosmic"), Label(classification="secret", releasable_to=("kor",))],
    ids=["classification", "party"],
)
def test_what_the_terms_do_not_name_is_refused(label: Label) -> None:
    with pytest.raises(InputError, match="RK685"):
        to_stanag(label, TERMS, created=0)


def test_label_for_nobody_else_names_its_owner() -> None:
    """Without a permissive value everybody cleared for the classification could read it elsewhere."""
    sent = to_stanag(Label(classification="secret"), TERMS, created=0)
    assert sent.categories == (CategoryValues("Only", "PERMISSIVE", ("JPN",)),)
    owner_only = to_stanag(Label(classification="secret", releasable_to=("jpn",)), TERMS, created=0)
    assert owner_only.categories != sent.categories
    silent = dataclasses.replace(sent, categories=())
    assert from_stanag(silent, TERMS).label == Label(classification="secret")


def test_label_says_when_it_is_reviewed() -> None:
    sent = to_stanag(Label(classification="secret"), TERMS, created=7)
    assert sent.review is not None
    assert sent.review - 7 == TERMS.review > 0


def changed(**changes: object) -> ConfidentialityLabel:
    label = Label(classification="secret", releasable_to=ALL, category="medical")
    return dataclasses.replace(to_stanag(label, TERMS, created=0), **changes)


def group(tag: str, kind: str, *values: str) -> tuple[CategoryValues, ...]:
    return (CategoryValues(tag, kind, values),)


@pytest.mark.parametrize(
    ("label", "code"),
    [
        (changed(policy="NATO"), "RK680"),
        (changed(policy_uri="urn:oid:2.25.2"), "RK680"),
        (changed(classification="COSMIC"), "RK686"),
        (changed(privacy_mark="CLOSE HOLD"), "RK686"),
        (changed(role="metadataConfidentialityLabel"), "RK686"),
        (changed(categories=group("Releasable To", "PERMISSIVE", "PRK")), "RK686"),
        (changed(categories=group("Releasable To", "RESTRICTIVE", "USA")), "RK686"),
        (changed(categories=group("Atomic", "RESTRICTIVE", "YES")), "RK686"),
        (changed(categories=group("Only", "PERMISSIVE", "USA")), "RK686"),
        (changed(categories=group("Only", "PERMISSIVE", "JPN", "USA")), "RK686"),
        (
            changed(
                categories=group("Only", "PERMISSIVE", "JPN") + group("Releasable To", "PERMISSIVE", "USA")
            ),
            "RK686",
        ),
        (changed(categories=group("Exercise", "INFORMATIVE", "NOT")), "RK686"),
        (changed(categories=group("Category", "RESTRICTIVE", "a+b")), "RK686"),
    ],
    ids=range(13),
)
def test_what_the_model_cannot_say_is_refused(label: ConfidentialityLabel, code: str) -> None:
    with pytest.raises(InputError) as caught:
        from_stanag(label, TERMS)
    (found,) = caught.value.problems
    assert found.code == code
    assert found.hint


def test_case_makes_no_difference() -> None:
    label = changed(
        policy="Jpn", classification="Secret", categories=group("Releasable To", "PERMISSIVE", "usa")
    )
    assert from_stanag(label, TERMS).label == Label(classification="secret", releasable_to=("usa",))


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": "kor"},
        {"parties": {"jpn": "JPN", "usa": "jpn"}},
        {"classifications": {"secret": "S", "top secret": "s"}},
        {"category_tag": "Only"},
        {"always": (CategoryValues("only", "PERMISSIVE", ("A",)),)},
    ],
    ids=str,
)
def test_ambiguous_terms_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError, match="RK687"):
        dataclasses.replace(TERMS, **changes)


def nato_terms() -> Terms:
    return Terms(
        policy="NATO",
        policy_uri="urn:oid:1.3.26.1.3.1",
        owner="jpn",
        classifications={name: name.upper() for name in ("unclassified", "restricted", "confidential")},
        parties={"jpn": "JPN", "che": "CHE", "ukr": "UKR", "nato": "NATO"},
        always=(CategoryValues("Context", "PERMISSIVE", ("NATO", "Releasable")),),
    )


def test_label_of_a_model_is_one_of_a_published_policy(vectors: Path) -> None:
    """The same label as vector 17-4, made from a model's; and that vector read as a model's."""
    policy = parse_policy((vectors / "nato-4774-policy.xml").read_bytes())
    parties = ("nato", "jpn", "che", "ukr")
    label = Label(classification="restricted", releasable_to=parties)
    sent = resolve(to_stanag(label, nato_terms(), created=0), [policy])
    published = (vectors / "nato-4774-17-4.nato").read_bytes()
    assert sent == resolve(read_label(published), [policy])
    assert why_not_valid(policy, sent) is None
    assert marking_of(policy, sent) == "NATO RESTRICTED Releasable to Japan, Switzerland, Ukraine"
    assert from_stanag(read_label(published), nato_terms()).label == label
    without = dataclasses.replace(read_label(published), categories=())
    with pytest.raises(InputError, match=r"RK686 .*Context"):
        from_stanag(without, nato_terms())
    with pytest.raises(InputError, match="RK686"):
        from_stanag(read_label((vectors / "nato-4774-17-6.nato").read_bytes()), nato_terms())


def test_policy_of_the_terms_decides_as_the_lattice_does() -> None:
    """A policy written for a model's terms lets a partner read exactly what the release rule lets out."""
    levels = "".join(
        f'<securityClassification name="{name.upper()}" lacv="{number}" hierarchy="{number}"/>'
        for number, name in enumerate(CLASSES)
    )
    codes = "".join(f'<tagCategory name="{name.upper()}" lacv="{n}"/>' for n, name in enumerate(PARTIES))
    tags = "".join(
        f'<securityCategoryTagSet name="{name}" id="2.25.1.{number}"><securityCategoryTag name="{name}" '
        f'tagType="permissive">{codes}</securityCategoryTag></securityCategoryTagSet>'
        for number, name in enumerate(("Releasable To", "Only"))
    )
    policy = parse_policy(
        '<SPIF><securityPolicyId name="JPN" id="2.25.1"/>'
        f"<securityClassifications>{levels}</securityClassifications>"
        f"<securityCategoryTagSets>{tags}</securityCategoryTagSets></SPIF>".encode()
    )
    for mask in range(2 ** len(PARTIES)):
        allowed = tuple(name for number, name in enumerate(PARTIES) if mask >> number & 1)
        for own in CLASSES:
            label = Label(classification=own, releasable_to=allowed)
            sent = resolve(to_stanag(label, TERMS, created=0), [policy])
            for number, ceiling in enumerate(CLASSES):
                for partner in ("usa", "aus"):
                    clearance = Clearance(
                        policy.id,
                        tuple(policy.classifications[lacv] for lacv in range(number + 1)),
                        tuple(c for c in policy.categories.values() if c.name == partner.upper()),
                    )
                    reason = why_not_release(label, to=partner, ceiling=ceiling, classifications=CLASSES)
                    assert (why_no_access(policy, sent, clearance) is None) == (reason is None)
