"""The published vectors: every test that ``tests.xml`` names, with the result that it expects.

The vectors are those of the library spiffing (MIT). Some of its policies are damaged as XML, and only read
because its parser does not compare the names of end tags: here they are refused as they are, and read after
the one wrong letter, or the missing last line, is put right in memory. A label in BER is outside of what
renkei reads; what its test asserts (an unknown policy) is asserted with the same policy in XML.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from renkei.errors import InputError
from renkei.labels.decision import translate, why_no_access, why_not_valid
from renkei.labels.display import clearance_marking_of, marking_of
from renkei.labels.labelling import read_clearance, read_labelling
from renkei.labels.policy import Labelling, Policy
from renkei.labels.spif import parse_policy, read_policy

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
FOREIGN_BER = {"stupid-label.ber": "<label xmlns='{}'><policy id='1.1'/><classification lacv='1'/></label>"}
SHORT = "http://surevine.com/xmlns/spiffy"


def repaired(path: Path) -> bytes:
    data = path.read_bytes().replace(b"</securityCategiryTagSet>", b"</securityCategoryTagSet>")
    return data if b"SPIF>" in data[-20:] else data + b"</SPIF>"


def policy_in(path: Path) -> Policy:
    return parse_policy(repaired(path), file=path.name)


@dataclass
class Case:
    """One ``test`` element, and the policies that stand before it in its sequence."""

    vectors: Path
    policies: list[Policy]
    wanted: dict[str, str]

    def label(self) -> Labelling:
        name = self.wanted["label"]
        if name in FOREIGN_BER:
            return read_labelling(FOREIGN_BER[name].format(SHORT).encode(), self.policies)
        return read_labelling((self.vectors / name).read_bytes(), self.policies, file=name)

    def policy(self, identity: str) -> Policy:
        return next(policy for policy in self.policies if policy.id == identity)


def cases(vectors: Path) -> list[Case]:
    found = []
    for sequence in etree.parse(vectors / "tests.xml").getroot().iter("sequence"):
        policies: list[Policy] = []
        for step in sequence:
            if step.tag == "policy" and "exception" not in step.attrib:
                policies.append(policy_in(vectors / step.get("spif")))
            elif step.tag == "test":
                found.append(Case(vectors, list(policies), dict(step.attrib)))
    return found


def check(case: Case) -> set[str]:
    """Check everything that a test of the suite asserts, and return what that was."""
    wanted = dict(case.wanted)
    language = wanted.pop(LANGUAGE, "")
    if "exception" in wanted:
        with pytest.raises((InputError, FileNotFoundError)) as caught:
            case.label()
        if isinstance(caught.value, InputError):
            assert [found.code for found in caught.value.problems] == ["RK680"]
        return {"exception"}
    label = case.label()
    policy = case.policy(label.policy_id)
    if "valid" in wanted:
        assert (why_not_valid(policy, label) is None) == (wanted["valid"] == "true")
    if "label-marking" in wanted:
        assert marking_of(policy, label, language=language) == wanted["label-marking"]
    if "encrypt" in wanted:
        target = case.policy(wanted["encrypt"])
        translated = translate(policy, label, target)
        assert isinstance(translated, Labelling)
        policy, label = target, translated
        assert marking_of(policy, label, language=language) == wanted["encrypt-marking"]
    if "clearance" in wanted:
        name = wanted["clearance"]
        clearance = read_clearance((case.vectors / name).read_bytes(), case.policies, file=name)
        if "clearance-marking" in wanted:
            assert clearance_marking_of(policy, clearance, language=language) == wanted["clearance-marking"]
        assert (why_no_access(policy, label, clearance) is None) == (wanted["acdf-result"] == "1")
    return set(wanted)


def test_every_vector_gives_what_its_suite_expects(vectors: Path) -> None:
    found = cases(vectors)
    asserted = [check(case) for case in found]
    assert len(found) == 25
    known = {"label", "valid", "label-marking", "clearance", "clearance-marking", "acdf-result", "exception"}
    assert set().union(*asserted) == known | {"encrypt", "encrypt-marking"}


def test_missing_label_is_refused(vectors: Path) -> None:
    assert not (vectors / "this-file-does-not-exist.ber").exists()
    with pytest.raises(InputError, match="RK202"):
        read_labelling(b"", [])


def test_policy_with_a_classification_excluded_twice_is_refused(vectors: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_policy(vectors / "food-policy-borked.xml")
    assert ("RK679", 38) in {(found.code, found.line) for found in caught.value.problems}


@pytest.mark.parametrize(
    ("name", "line"), [("food-policy.xml", 81), ("food-policy-missi.xml", 85), ("bsi-commercial.xml", 54)]
)
def test_damaged_policies_are_refused_with_their_place(vectors: Path, name: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        read_policy(vectors / name)
    (found,) = caught.value.problems
    assert (found.code, found.line) == ("RK202", line)


def test_policy_whose_requirements_do_not_say_how_many_is_refused(vectors: Path) -> None:
    with pytest.raises(InputError) as caught:
        policy_in(vectors / "bsi-commercial.xml")
    assert [(found.code, found.line) for found in caught.value.problems] == [
        ("RK678", line) for line in (33, 38, 43, 48)
    ]
    said = repaired(vectors / "bsi-commercial.xml").replace(
        b"<requiredCategory>", b"<requiredCategory operation='oneOrMore'>"
    )
    assert len(parse_policy(said).categories) == 5


@pytest.mark.parametrize("name", ["nato-4774-17-5.xml", "nato-4774-17-5.nato"])
def test_excepted_label_is_read_and_found_invalid(vectors: Path, name: str) -> None:
    """Its suite says so: not valid by the policy, and the marking shows the EAPC that it should not."""
    policy = policy_in(vectors / "nato-4774-policy.xml")
    label = read_labelling((vectors / name).read_bytes(), [policy])
    reason = why_not_valid(policy, label)
    assert reason is not None
    assert (reason.code, reason.rule) == ("RK682", "excludedClass")
    assert marking_of(policy, label) == "NATO/EAPC CONFIDENTIAL Releasable to EAPC, ISAF"


def test_both_forms_of_a_label_are_one_label(vectors: Path) -> None:
    policies = [policy_in(vectors / "nato-4774-policy.xml")]
    for number in range(1, 7):
        forms = [
            read_labelling((vectors / f"nato-4774-17-{number}.{form}").read_bytes(), policies)
            for form in ("xml", "nato")
        ]
        assert forms[0] == forms[1]


def test_every_policy_but_the_damaged_is_read_as_it_is(vectors: Path) -> None:
    names = ("nato-4774-policy.xml", "tlp.xml", "tlp-plus.xml", "uk-demo.xml")
    counts = [len(read_policy(vectors / name).categories) for name in names]
    elements = [
        sum(1 for _ in etree.parse(vectors / name).getroot().iter("{*}tagCategory")) for name in names
    ]
    assert counts == elements
