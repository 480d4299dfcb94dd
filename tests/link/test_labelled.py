"""Labels of bundles: one that protects every entry; nothing is taken that its label does not let in."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.errors import InputError
from renkei.labels.binding import reference_to
from renkei.labels.lattice import dominates
from renkei.labels.sidecar import Names, read_sidecar, write_sidecar
from renkei.labels.stanag import write_label
from renkei.link.labelled import check_label, label_bundle
from renkei.model.schema import Label
from tests.link.bundles import export_bundle
from tests.link.scenes import NOW, bodies_of, publisher

LEVELS = ("open", "confidential", "secret")
NAMES = Names(LEVELS, ("jpn", "usa", "aus"))
LOWEST = Label(classification="open", releasable_to=("jpn", "usa"))
RELEASED = st.builds(
    Label,
    classification=st.sampled_from(LEVELS),
    releasable_to=st.sampled_from([("usa",), ("jpn", "usa"), ("aus", "usa")]),
    category=st.sampled_from([None, "medical", "plans"]),
)
"""Labels with which something was released to the partner: all of them name it."""


def entry(number: int, label: Label | None, **more: Any) -> bytes:
    plain = label.model_dump(mode="json", exclude_defaults=True) if label else {}
    return json.dumps({"kind": "item", "number": number, "label": plain, **more}).encode()


def bundle_of(*labels: Label | None, **more: Any) -> bytes:
    bodies = [entry(number, label, **more) for number, label in enumerate(labels, 1)]
    return export_bundle(publisher(bodies), 0, created=NOW)


def checked(data: bytes, xml: bytes, publisher: str = "jpn", party: str = "usa") -> Label:
    return check_label(BytesIO(data), xml, NAMES, publisher=publisher, party=party).label


def refused(data: bytes, xml: bytes, publisher: str = "jpn", party: str = "usa") -> str:
    with pytest.raises(InputError) as caught:
        checked(data, xml, publisher, party)
    return caught.value.problems[0].code


@given(st.lists(RELEASED, min_size=1, max_size=6))
@settings(deadline=None, max_examples=80)
def test_label_of_a_bundle_protects_each_entry_and_no_more_than_all(labels: list[Label]) -> None:
    data = bundle_of(*labels)
    found = checked(data, label_bundle(BytesIO(data), NAMES))
    assert all(dominates(found, label, classifications=LEVELS) for label in labels)
    assert found.classification in {label.classification for label in labels}
    assert set(found.releasable_to) == set.intersection(*(set(label.releasable_to) for label in labels))


@given(st.lists(RELEASED, min_size=1, max_size=4), RELEASED)
@settings(deadline=None, max_examples=80)
def test_weaker_label_does_not_bring_a_bundle_in(labels: list[Label], said: Label) -> None:
    data = bundle_of(*labels)
    xml = write_sidecar(said, NAMES, "jpn", [reference_to(data)], created=NOW)
    if all(dominates(said, label, classifications=LEVELS) for label in labels):
        assert checked(data, xml) == said
    else:
        assert refused(data, xml) == "RK689"


def test_entries_without_a_label_are_of_the_lowest() -> None:
    for data in (bundle_of(None), export_bundle(publisher(bodies_of(3)), 0, created=NOW)):
        assert checked(data, label_bundle(BytesIO(data), NAMES)) == LOWEST


def test_exercise_is_said() -> None:
    data = bundle_of(LOWEST, exercise=True)
    assert read_sidecar(label_bundle(BytesIO(data), NAMES), NAMES, "usa").exercise
    assert not read_sidecar(label_bundle(BytesIO(bundle_of(LOWEST)), NAMES), NAMES, "usa").exercise


def test_label_is_that_of_this_bundle_from_this_party_for_this_party() -> None:
    data, other = bundle_of(LOWEST), bundle_of(LOWEST, LOWEST)
    bound = [reference_to(data)]
    secret = Label(classification="secret", releasable_to=("usa",))
    assert refused(data, label_bundle(BytesIO(other), NAMES)) == "RK688"
    assert refused(data, write_sidecar(secret, NAMES, "usa", bound, created=NOW)) == "RK680"
    for parties in ((), ("aus",)):
        barred = Label(classification="secret", releasable_to=parties)
        assert refused(data, write_sidecar(barred, NAMES, "jpn", bound, created=NOW)) == "RK672"
    assert refused(data, label_bundle(BytesIO(data), NAMES), "jpn", "aus") == "RK646"
    assert refused(data, label_bundle(BytesIO(data), NAMES), "aus", "usa") == "RK646"
    alone = write_label(read_sidecar(label_bundle(BytesIO(data), NAMES), NAMES, "usa").source)
    assert refused(data, alone) == "RK688"


@pytest.mark.parametrize(
    "body",
    [
        b'{"label":{"classification":"secret","releasable_to":["a b"]}}',
        b'{"label":{"classification":3}}',
        b'{"label":[]}',
        b"[[]]",
        b"{" * 900,
        b'{"label":{"classification":"secret","releasable_to":"usa"}}',
    ],
)
def test_entries_that_cannot_be_read_are_left_to_the_import(body: bytes) -> None:
    data = export_bundle(publisher([body]), 0, created=NOW)
    assert checked(data, label_bundle(BytesIO(data), NAMES)) == LOWEST


@pytest.mark.parametrize("data", [b"", b"renkei bundle 1\n", b"\0" * 50])
def test_what_is_no_bundle_has_no_label(data: bytes) -> None:
    with pytest.raises(InputError, match="RK645"):
        label_bundle(BytesIO(data), NAMES)
