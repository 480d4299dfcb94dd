"""STANAG 4774 labels and bindings: what is written comes back, what is hostile is refused with its place."""

from __future__ import annotations

import dataclasses
import doctest
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from renkei.errors import InputError
from renkei.labels import binding as binding_module
from renkei.labels import stanag
from renkei.labels.binding import Binding, read_binding, reference_to, why_not_bound, write_binding
from renkei.labels.stanag import (
    KINDS,
    MAX_BYTES,
    NAMESPACE,
    ORIGINATOR_KINDS,
    ROLES,
    CategoryValues,
    ConfidentialityLabel,
    Originator,
    read_label,
    write_label,
)

LOWEST, HIGHEST = -62_135_596_800_000_000, 253_402_300_799_999_999  # years 1 to 9999

words = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="￾￿"), min_size=1),
    min_size=1,
    max_size=3,
).map(" ".join)
moments = st.integers(LOWEST, HIGHEST)
groups = st.builds(
    CategoryValues,
    tag=words,
    kind=st.sampled_from(KINDS),
    values=st.lists(words, max_size=4).map(tuple),
    uri=st.sampled_from(["", "urn:oid:1.3.26.1.4.2"]),
)
labels = st.builds(
    ConfidentialityLabel,
    policy=words,
    classification=words,
    categories=st.lists(groups, max_size=4).map(tuple),
    policy_uri=st.sampled_from(["", "urn:oid:1.3.26.1.3.1"]),
    privacy_mark=st.just("") | words,
    originator=st.none() | st.builds(Originator, kind=st.sampled_from(ORIGINATOR_KINDS), name=words),
    created=moments,
    review=st.none() | moments,
    role=st.sampled_from(ROLES),
    id=st.sampled_from(["", "id-1"]),
)
LABEL = ConfidentialityLabel(
    "NATO", "SECRET", (CategoryValues("Releasable To", "PERMISSIVE", ("JPN", "USA")),), created=0
)


@settings(deadline=None, max_examples=150)
@given(labels)
def test_label_comes_back_as_it_was_written(label: ConfidentialityLabel) -> None:
    assert read_label(write_label(label)) == label


@settings(deadline=None, max_examples=100)
@given(labels, st.data())
def test_label_is_written_faithfully_or_refused(label: ConfidentialityLabel, data: st.DataObject) -> None:
    """Any text at all in any place: what is written is read back the same, and the rest is refused."""
    place = data.draw(st.sampled_from(["policy", "classification", "privacy_mark", "policy_uri", "id"]))
    changed = dataclasses.replace(label, **{place: data.draw(st.text(max_size=5))})
    try:
        written = write_label(changed)
    except InputError as error:
        refused = [found.code for found in error.problems]
    else:
        refused = ["RK685"]
        assert read_label(written) == changed
    assert refused == ["RK685"]


def test_label_has_the_form_of_the_standard() -> None:
    """Element by element, in the order that the standard prescribes, everything in its namespace."""
    label = dataclasses.replace(
        LABEL, privacy_mark="CLOSE HOLD", originator=Originator("jID", "a@b"), review=1_500_000, id="x"
    )
    root = etree.fromstring(write_label(label))
    names = [etree.QName(element) for element in root.iter()]
    assert {name.namespace for name in names} == {NAMESPACE}
    assert [name.localname for name in names] == [
        *("originatorConfidentialityLabel", "ConfidentialityInformation", "PolicyIdentifier"),
        *("Classification", "PrivacyMark", "Category", "GenericValue", "GenericValue"),
        *("OriginatorID", "CreationDateTime"),
    ]
    assert dict(root.attrib) == {"Id": "x", "ReviewDateTime": "1970-01-01T00:00:01.500000Z"}
    assert root.findtext("{*}CreationDateTime") == "1970-01-01T00:00:00.000000Z"
    assert dict(root.find(".//{*}Category").attrib) == {"Type": "PERMISSIVE", "TagName": "Releasable To"}


@pytest.mark.parametrize(
    "changes",
    [
        {"created": None},
        {"created": HIGHEST + 1},
        {"review": 10**30},
        {"policy": ""},
        {"classification": " SECRET"},
        {"classification": "TOP  SECRET"},
        {"classification": "SE\0CRET"},
        {"privacy_mark": "\ud800"},
        {"role": "label"},
        {"id": "a b"},
        {"categories": (CategoryValues("T", "permissive", ("A",)),)},
        {"categories": (CategoryValues("T", "PERMISSIVE", ("",)),)},
        {"categories": (CategoryValues("T", "PERMISSIVE", ("A",) * 1001),)},
        {"originator": Originator("name", "A")},
    ],
    ids=str,
)
def test_what_no_label_can_say_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        write_label(dataclasses.replace(LABEL, **changes))
    (found,) = caught.value.problems
    assert found.code == "RK685"
    assert found.hint


INFORMATION = "<PolicyIdentifier>P</PolicyIdentifier><Classification>C</Classification>"
WHOLE = f"<ConfidentialityInformation>{INFORMATION}</ConfidentialityInformation>"
CREATED = "<CreationDateTime>{}</CreationDateTime>"


def document(inside: str, attributes: str = "") -> bytes:
    root = "originatorConfidentialityLabel"
    return f'<{root} xmlns="{NAMESPACE}"{attributes}>\n{inside}\n</{root}>'.encode()


def closing(inside: str) -> bytes:
    """Return a label with something more at the end of what it says."""
    return document(WHOLE.replace("</Conf", f"{inside}</Conf"))


HOSTILE = {
    "empty": (b"", "RK202"),
    "document type": (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "RK203"),
    "deep": (b"<a>" * 300, "RK204"),
    "large": (b"<a>" + b" " * MAX_BYTES + b"</a>", "RK677"),
    "many values": (
        document(
            f"<ConfidentialityInformation>{INFORMATION}<Category TagName='T' Type='PERMISSIVE'>"
            f"{'<GenericValue>A</GenericValue>' * 1001}</Category></ConfidentialityInformation>"
        ),
        "RK677",
    ),
    "another root": (b"<label/>", "RK675"),
    "no namespace": (document(WHOLE).replace(NAMESPACE.encode(), b"urn:x"), "RK675"),
    "nothing in it": (document(""), "RK675"),
    "two of them": (document(WHOLE * 2), "RK675"),
    "no classification": (document(WHOLE.replace("<Classification>C</Classification>", "")), "RK675"),
    "two classifications": (
        document(WHOLE.replace("</Classification>", "</Classification><Classification>D</Classification>")),
        "RK675",
    ),
    "empty classification": (document(WHOLE.replace(">C<", "> <")), "RK675"),
    "element in text": (document(WHOLE.replace(">C<", ">C<b/><")), "RK675"),
    "text between": (document(WHOLE.replace("<Cl", "TOP<Cl")), "RK675"),
    "another order": (document(CREATED.format("2024-01-01T00:00:00Z") + WHOLE), "RK675"),
    "unknown element": (document(WHOLE + "<SuccessionHandling/>"), "RK675"),
    "foreign element": (closing("<x xmlns='urn:x'/>"), "RK675"),
    "unknown attribute": (document(WHOLE, " Weight='1'"), "RK675"),
    "category without a type": (closing("<Category TagName='T'/>"), "RK675"),
    "type in small letters": (
        document(WHOLE.replace("</Conf", "<Category TagName='T' Type='permissive'/></Conf")),
        "RK675",
    ),
    "number for a value": (
        document(
            WHOLE.replace(
                "</Conf",
                "<Category TagName='T' Type='PERMISSIVE'><IntegerValue>1</IntegerValue></Category></Conf",
            )
        ),
        "RK675",
    ),
    **{
        f"moment {text}": (document(WHOLE + CREATED.format(text)), "RK676")
        for text in (
            *("2024-02-30T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01", "20240101T000000Z", "now"),
            *(
                "2024-W01-1T00:00:00Z",
                "２０２４-01-01T00:00:00Z",
                "2024-01-01T24:30:00Z",
                "-2024-01-01T00:00:00Z",
            ),
        )
    },
    "review": (document(WHOLE, " ReviewDateTime='soon'"), "RK676"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_label_is_refused_with_its_place(name: str) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(InputError) as caught:
        read_label(data, file="sent.xml")
    assert code in {found.code for found in caught.value.problems}
    for found in caught.value.problems:
        assert found.file == "sent.xml"
        assert found.line or code == "RK677"
        assert found.hint
        assert len(found.message) < 400


def test_moments_of_labels_in_use_are_read() -> None:
    label = read_label(document(WHOLE + CREATED.format("2015-08-02T14:06:20.9873126+02:00")))
    assert label.created == 1_438_517_180_987_312


def test_problems_of_a_label_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_label(document(WHOLE.replace(">C<", "><").replace(">P<", "><") + CREATED.format("x")))
    assert [found.code for found in caught.value.problems] == ["RK675", "RK675", "RK676"]
    many = "<x/>" * 1000
    with pytest.raises(InputError) as caught:
        read_label(document(WHOLE + many))
    assert len(caught.value.problems) == 50


def test_labels_in_use_are_written_again(vectors: Path) -> None:
    for path in sorted(vectors.glob("*.nato")):
        label = dataclasses.replace(read_label(path.read_bytes()), created=0)
        assert read_label(write_label(label)) == label


@settings(deadline=None, max_examples=50)
@given(st.lists(labels, min_size=1, max_size=3), st.lists(st.binary(), min_size=1, max_size=3))
def test_binding_comes_back_and_knows_its_data(found: list[ConfidentialityLabel], data: list[bytes]) -> None:
    binding = Binding(tuple(found), tuple(reference_to(piece) for piece in data))
    assert read_binding(write_binding(binding.labels, binding.references)) == binding
    for piece in data:
        assert why_not_bound(binding, piece) is None
        reason = why_not_bound(binding, piece + b"!")
        assert piece + b"!" in data or (reason is not None and reason.code == "RK688")


@pytest.mark.parametrize(
    ("labels_", "references"), [([], ["a"]), ([LABEL], []), ([LABEL], [""]), ([LABEL], ["\0"])]
)
def test_binding_of_nothing_is_refused(labels_: list[ConfidentialityLabel], references: list[str]) -> None:
    with pytest.raises(InputError, match="RK685"):
        write_binding(labels_, references)


def test_damaged_binding_is_refused() -> None:
    whole = write_binding([LABEL], [reference_to(b"x")])
    one = whole[whole.index(b"<Metadata>") : whole.index(b"</Metadata>")]
    for damaged in (
        whole.replace(b"<DataReference", b"<Signature/><DataReference"),
        whole.replace(b"<MetadataBinding>", b"").replace(b"</MetadataBinding>", b""),
        whole.replace(b"<Metadata>", b"<Metadata/><Metadata>"),
        whole.replace(b"</Metadata>", one[len(b"<Metadata>") :] + b"</Metadata>"),
        whole.replace(b"URI=", b"URL="),
        whole.replace(b"BindingInformation", b"Bindings"),
        write_label(LABEL),
    ):
        assert damaged != whole
        with pytest.raises(InputError) as caught:
            read_binding(damaged)
        assert {found.code for found in caught.value.problems} == {"RK675"}


def test_examples() -> None:
    assert doctest.testmod(stanag).failed == 0
    assert doctest.testmod(binding_module).attempted == 1
    assert doctest.testmod(binding_module).failed == 0
