"""Labels as files, in the terms of a model: what is written comes back, and protects no less."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.labels.binding import read_binding, reference_by, reference_to, write_binding
from renkei.labels.exchange import Terms, terms_of, to_stanag
from renkei.labels.lattice import dominates
from renkei.labels.sidecar import (
    Names,
    joined,
    read_sidecar,
    why_not_beside,
    why_weaker,
    write_sidecar,
)
from renkei.labels.stanag import write_label
from renkei.model.schema import Label

LEVELS = ("open", "confidential", "secret")
PARTIES = ("jpn", "usa", "aus")
NAMES = Names(LEVELS, PARTIES)
NOW = 1_767_225_600_000_000
HERE = reference_to(b"the report")
LABELS = st.builds(
    Label,
    classification=st.sampled_from(LEVELS),
    releasable_to=st.lists(st.sampled_from(PARTIES), unique=True).map(tuple),
    category=st.sampled_from([None, "medical", "medical+operations", "作戦"]),
)


def refused(xml: bytes, party: str = "jpn", names: Names = NAMES) -> str:
    """Return the code with which a file is refused."""
    with pytest.raises(InputError) as caught:
        read_sidecar(xml, names, party)
    return caught.value.problems[0].code


@given(LABELS, st.sampled_from(PARTIES), st.sampled_from(PARTIES), st.booleans())
@settings(deadline=None, max_examples=150)
def test_label_comes_back_to_whom_it_is_for_and_to_nobody_else(
    label: Label, owner: str, reader: str, practice: bool
) -> None:
    xml = write_sidecar(label, NAMES, owner, [HERE], created=NOW, exercise=practice)
    if reader != owner and reader not in label.releasable_to:
        # Another party's label for that party alone says so under a name of its own.
        assert refused(xml, reader) == "RK672"
        return
    found = read_sidecar(xml, NAMES, reader)
    assert found.label == label
    assert (found.owner, found.exercise, found.references) == (owner, practice, (HERE,))
    assert found.source.created == NOW


@given(st.lists(LABELS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=100)
def test_joined_label_protects_each(labels: list[Label]) -> None:
    whole = joined(labels, Label(classification="open"), classifications=LEVELS)
    assert why_weaker(whole, labels, classifications=LEVELS) is None
    for label in labels:
        reason = why_weaker(label, [whole], classifications=LEVELS)
        assert (reason is None) == dominates(label, whole, classifications=LEVELS)
        assert reason is None or reason.code == "RK689"


def test_lowest_label_stands_for_none() -> None:
    lowest = Label(classification="open", releasable_to=("jpn", "usa"))
    assert joined([], lowest, classifications=LEVELS) == lowest


@given(LABELS, LABELS)
@settings(deadline=None, max_examples=100)
def test_labels_of_two_policies_hold_together_and_unknown_ones_are_left_aside(a: Label, b: Label) -> None:
    own = to_stanag(a, _terms("jpn"), created=NOW)
    other = to_stanag(b, _terms("usa"), created=NOW)
    strange = to_stanag(b, _terms("usa", policy="ELSEWHERE"), created=NOW)
    xml = write_binding([strange, own, other], [HERE])
    if "jpn" not in b.releasable_to:
        assert refused(xml) == "RK672"
        return
    found = read_sidecar(xml, NAMES, "jpn").label
    assert why_weaker(found, [a, b], classifications=LEVELS) is None
    assert refused(write_binding([strange], [HERE])) == "RK680"


def _terms(owner: str, policy: str = "") -> Terms:
    return terms_of(owner, classifications=LEVELS, parties=PARTIES, policy=policy)


def test_label_alone_is_read_and_belongs_to_anything() -> None:
    label = Label(classification="secret", releasable_to=("usa",))
    found = read_sidecar(write_label(to_stanag(label, _terms("jpn"), created=NOW)), NAMES, "jpn")
    assert (found.label, found.references) == (label, ())
    assert why_not_beside(found, HERE) is None


def test_bound_label_belongs_to_its_content_alone() -> None:
    xml = write_sidecar(Label(classification="open"), NAMES, "jpn", [HERE], created=NOW)
    found = read_sidecar(xml, NAMES, "jpn")
    assert why_not_beside(found, HERE) is None
    reason = why_not_beside(found, reference_by(bytes(32)))
    assert reason is not None
    assert (reason.code, reason.allowed) == ("RK688", (HERE,))


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (Names(("open",), PARTIES), "RK686"),
        (Names(LEVELS, ("jpn", "aus")), "RK686"),
        (Names(LEVELS, ("usa", "aus")), "RK680"),
    ],
)
def test_what_the_model_has_no_name_for_is_refused(names: Names, code: str) -> None:
    label = Label(classification="secret", releasable_to=("usa",))
    xml = write_sidecar(label, NAMES, "jpn", [HERE], created=NOW)
    assert refused(xml, "jpn" if "jpn" in names.parties else "usa", names) == code


def test_names_of_an_earlier_model_can_still_be_written() -> None:
    xml = write_sidecar(
        Label(classification="old", releasable_to=("gbr",)), NAMES, "jpn", [HERE], created=NOW
    )
    (source,) = read_binding(xml).labels
    assert (source.classification, source.categories[0].values) == ("OLD", ("GBR",))
    assert refused(xml) == "RK686"


def test_label_of_metadata_is_not_that_of_the_data() -> None:
    secret = to_stanag(Label(classification="secret"), _terms("jpn"), created=NOW)
    about = type(secret)(
        secret.policy, "OPEN", secret.categories, created=NOW, role="metadataConfidentialityLabel"
    )
    assert read_sidecar(write_binding([about, secret], [HERE]), NAMES, "jpn").label.classification == "secret"
    assert refused(write_binding([about], [HERE])) == "RK686"


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=100)
def test_anything_else_is_refused_with_a_code(xml: bytes) -> None:
    assert refused(xml).startswith("RK")


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b"<a>" * 5_000,
        b"<BindingInformation/>",
        b" " * (300 * 1024),
    ],
)
def test_hostile_files_are_refused(xml: bytes) -> None:
    assert refused(xml).startswith("RK")
