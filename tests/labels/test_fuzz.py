"""Mutated vectors: whatever arrives is read, or is an error with code and place, never anything else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from renkei.errors import InputError
from renkei.labels.binding import read_binding, reference_to, write_binding
from renkei.labels.decision import translate, why_no_access, why_not_valid
from renkei.labels.display import clearance_marking_of, marking_of
from renkei.labels.exchange import from_stanag, terms_of
from renkei.labels.labelling import read_clearance, read_labelling, resolve
from renkei.labels.policy import Labelling, Policy
from renkei.labels.spif import parse_policy
from renkei.labels.stanag import ConfidentialityLabel, read_label

Read = TypeVar("Read")
FILE = "mutated.xml"
TEXTS = (
    "",
    " ",
    "1",
    "-1",
    "999999999999999999999",
    "NATO",
    "UNCLASSIFIED",
    "all",
    "\N{CJK UNIFIED IDEOGRAPH-65E5}",
)
TERMS = terms_of("jpn", classifications=["secret"], parties=["jpn"], policy="NATO")
fuzzed = settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def mutate_bytes(data: bytes, draw: st.DataObject) -> bytes:
    """Cut, double or overwrite a piece."""
    begin = draw.draw(st.integers(0, len(data)))
    end = min(len(data), begin + draw.draw(st.integers(0, 60)))
    piece = draw.draw(
        st.sampled_from([b"", data[begin:end] * 2, b"<", b"&#0;", b"<!DOCTYPE x>", b"\xff\xfe"])
    )
    return data[:begin] + piece + data[end:]


def mutate_tree(data: bytes, draw: st.DataObject) -> bytes:
    """Remove, double, move, rename or reword an element, so that it stays well-formed."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True))
    for _ in range(draw.draw(st.integers(1, 3))):
        elements = list(root.iter())
        places = st.integers(0, len(elements) - 1)
        one, other = elements[draw.draw(places)], elements[draw.draw(places)]
        action = draw.draw(
            st.sampled_from(["remove", "double", "move", "rename", "text", "attribute", "lose"])
        )
        if action == "text":
            one.text = draw.draw(st.sampled_from(TEXTS))
        elif action == "rename":
            one.tag = draw.draw(st.sampled_from([other.tag, "x", "{urn:x}y"]))
        elif action in {"attribute", "lose"} and one.attrib:
            name = draw.draw(st.sampled_from(sorted(one.attrib)))
            del one.attrib[name]
            if action == "attribute":
                one.set(draw.draw(st.sampled_from([name, "x"])), draw.draw(st.sampled_from(TEXTS)))
        elif one is not root and action == "remove":
            one.getparent().remove(one)
        elif one is not root and action == "double":
            one.getparent().append(copy.deepcopy(one))
        elif one is not root and action == "move" and other not in list(one.iter()):
            other.append(one)
    return bytes(etree.tostring(root))


def mutated(data: bytes, draw: st.DataObject) -> bytes:
    return draw.draw(st.sampled_from([mutate_bytes, mutate_tree]))(data, draw)


def read(reader: Callable[[], Read]) -> Read | None:
    """Return what is read, or None after an error that says where and why."""
    try:
        return reader()
    except InputError as error:
        problems = error.problems
    assert 0 < len(problems) <= 50
    for found in problems:
        assert found.code[:4] in {"RK20", "RK67", "RK68"}
        assert found.hint
        assert len(found.message) < 600
        assert found.file in {FILE, "label"}
        assert found.line > 0 or found.file == "label" or found.code in {"RK677", "RK201"}
    return None


@pytest.fixture(scope="session")
def policies(vectors: Path) -> list[Policy]:
    names = ("nato-4774-policy.xml", "tlp.xml", "tlp-plus.xml", "uk-demo.xml")
    return [parse_policy((vectors / name).read_bytes()) for name in names]


def use(label: Labelling, policies: list[Policy]) -> None:
    """Ask everything that can be asked of a label that was read."""
    policy = next(policy for policy in policies if policy.id == label.policy_id)
    why_not_valid(policy, label)
    assert isinstance(marking_of(policy, label, language="fr"), str)
    for target in policies:
        translate(policy, label, target)


@fuzzed
@given(st.data())
def test_labels(vectors: Path, policies: list[Policy], data: st.DataObject) -> None:
    paths = sorted(
        [*vectors.glob("*.nato"), *vectors.glob("nato-4774-17-*.xml"), *vectors.glob("tlpx-*.xml")]
    )
    changed = mutated(data.draw(st.sampled_from(paths)).read_bytes(), data)
    label = read(lambda: read_labelling(changed, policies, file=FILE))
    if label is not None:
        use(label, policies)
    named = read(lambda: read_label(changed, file=FILE))
    if named is not None:
        answer_named(named, policies)


def answer_named(named: ConfidentialityLabel, policies: list[Policy]) -> None:
    for ask in (lambda: resolve(named, policies), lambda: from_stanag(named, TERMS)):
        read(ask)


@fuzzed
@given(st.data())
def test_clearances(vectors: Path, policies: list[Policy], data: st.DataObject) -> None:
    changed = mutated((vectors / "uk-demo-secret-uk.xml").read_bytes(), data)
    clearance = read(lambda: read_clearance(changed, policies, file=FILE))
    if clearance is not None:
        policy = next(policy for policy in policies if policy.id == clearance.policy_id)
        assert clearance_marking_of(policy, clearance)
        for level in policy.classifications.values():
            why_no_access(policy, Labelling(policy.id, level, clearance.categories), clearance)


@fuzzed
@given(st.data())
def test_policies(vectors: Path, policies: list[Policy], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["tlp.xml", "tlp-plus.xml", "uk-demo.xml", "food-policy.xml"]))
    whole = (vectors / name).read_bytes().replace(b"Categiry", b"Category")
    changed = mutated(whole, data)
    policy = read(lambda: parse_policy(changed, file=FILE))
    if policy is not None:
        everything = tuple(policy.categories.values())
        for level in policy.classifications.values():
            use(Labelling(policy.id, level, everything), [policy, *policies])


@fuzzed
@given(st.data())
def test_bindings(data: st.DataObject) -> None:
    label = ConfidentialityLabel("P", "C", created=0)
    whole = write_binding([label], [reference_to(b"x")])
    changed = mutated(whole, data)
    read(lambda: read_binding(changed, file=FILE))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for reader in (
        lambda: read_label(data, file=FILE),
        lambda: read_labelling(data, [], file=FILE),
        lambda: read_clearance(data, [], file=FILE),
        lambda: read_binding(data, file=FILE),
        lambda: parse_policy(data, file=FILE),
    ):
        read(reader)
