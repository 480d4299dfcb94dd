"""Policies: every label and clearance of a small one against rules in plain words; broken files refused."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from renkei.errors import InputError
from renkei.labels.decision import translate, why_no_access, why_not_valid
from renkei.labels.display import clearance_marking_of, marking_of
from renkei.labels.labelling import read_clearance, read_labelling, resolve, written
from renkei.labels.lattice import Reason
from renkei.labels.policy import Clearance, Labelling, Policy, in_order
from renkei.labels.spif import parse_policy
from renkei.labels.stanag import CategoryValues, ConfidentialityLabel, read_label, write_label

TEXT = """<spif:SPIF xmlns:spif="http://www.xmlspif.org/spif" schemaVersion="2.1">
<spif:securityPolicyId name="EXAMPLE" id="2.25.1"/>
<spif:equivalentPolicies><spif:equivalentPolicy name="PLAIN" id="2.25.2">
  <spif:requiredCategory operation="all">
    <spif:categoryGroup tagSetRef="Origin" tagType="tagType7" lacv="1"/>
  </spif:requiredCategory>
</spif:equivalentPolicy></spif:equivalentPolicies>
<spif:securityClassifications>
  <spif:securityClassification name="LOW" lacv="1" hierarchy="1">
    <spif:equivalentClassification policyRef="PLAIN" lacv="7" applied="both"/>
  </spif:securityClassification>
  <spif:securityClassification name="HIGH" lacv="2" hierarchy="2">
    <spif:equivalentClassification policyRef="PLAIN" lacv="7" applied="decrypt"/>
    <spif:markingData phrase="TOP"><spif:code>replacePolicy</spif:code></spif:markingData>
    <spif:markingData xml:lang="fr" phrase="HAUT"><spif:code>pageTopBottom</spif:code></spif:markingData>
    <spif:requiredCategory operation="oneOrMore">
      <spif:categoryGroup tagSetRef="Handling" tagType="restrictive" lacv="1"/>
      <spif:categoryGroup tagSetRef="Handling" tagType="restrictive" lacv="2"/>
    </spif:requiredCategory>
  </spif:securityClassification>
</spif:securityClassifications>
<spif:securityCategoryTagSets>
  <spif:securityCategoryTagSet name="Handling" id="2.25.1.1">
    <spif:securityCategoryTag name="Handling" tagType="restrictive">
      <spif:tagCategory name="ALPHA" lacv="1"><spif:excludedClass>LOW</spif:excludedClass></spif:tagCategory>
      <spif:tagCategory name="BRAVO" lacv="2">
        <spif:excludedCategory tagSetRef="Release" tagType="enumerated" enumType="permissive" all="true"/>
      </spif:tagCategory>
    </spif:securityCategoryTag>
  </spif:securityCategoryTagSet>
  <spif:securityCategoryTagSet name="Release" id="2.25.1.2">
    <spif:securityCategoryTag name="Release" tagType="enumerated" enumType="permissive">
      <spif:tagCategory name="XAA" lacv="1">
        <spif:equivalentSecCategoryTag policyRef="PLAIN" tagSetId="2.25.2.1" tagType="permissive" lacv="1"
          applied="both"/>
      </spif:tagCategory>
      <spif:tagCategory name="XBB" lacv="2">
        <spif:requiredCategory operation="all">
          <spif:categoryGroup tagSetRef="Release" tagType="enumerated" enumType="permissive" lacv="1"/>
        </spif:requiredCategory>
      </spif:tagCategory>
      <spif:tagCategory name="XCC" lacv="3" requiredClass="LOW"/>
      <spif:markingQualifier>
        <spif:qualifier markingQualifier="REL TO " qualifierCode="prefix"/>
        <spif:qualifier markingQualifier=", " qualifierCode="separator"/>
        <spif:qualifier xml:lang="fr" markingQualifier="POUR " qualifierCode="prefix"/>
      </spif:markingQualifier>
    </spif:securityCategoryTag>
    <spif:securityCategoryTag name="Region" tagType="permissive">
      <spif:tagCategory name="NORTH" lacv="1">
        <spif:requiredCategory operation="onlyOne">
          <spif:categoryGroup tagSetRef="Handling" tagType="restrictive" lacv="1"/>
          <spif:categoryGroup tagSetRef="Handling" tagType="restrictive" lacv="2"/>
        </spif:requiredCategory>
      </spif:tagCategory>
      <spif:tagCategory name="SOUTH" lacv="2">
        <spif:markingData><spif:code>noNameDisplay</spif:code></spif:markingData>
      </spif:tagCategory>
    </spif:securityCategoryTag>
  </spif:securityCategoryTagSet>
  <spif:securityCategoryTagSet name="Note" id="2.25.1.3">
    <spif:securityCategoryTag name="Note" tagType="tagType7" singleSelection="true">
      <spif:tagCategory name="ONE" lacv="1">
        <spif:equivalentSecCategoryTag policyRef="PLAIN" tagSetId="2.25.2.1" tagType="tagType7" lacv=""
          applied="both" action="discard"/>
      </spif:tagCategory>
      <spif:tagCategory name="TWO" lacv="2" obsolete="true"/>
    </spif:securityCategoryTag>
  </spif:securityCategoryTagSet>
</spif:securityCategoryTagSets>
<spif:markingQualifier>
  <spif:qualifier markingQualifier="[" qualifierCode="prefix"/>
  <spif:qualifier markingQualifier="]" qualifierCode="suffix"/>
</spif:markingQualifier>
</spif:SPIF>"""
PLAIN = """<SPIF><securityPolicyId name="PLAIN" id="2.25.2"/><securityClassifications>
<securityClassification name="ANY" lacv="7" hierarchy="0"/></securityClassifications>
<securityCategoryTagSets><securityCategoryTagSet name="Origin" id="2.25.2.1">
<securityCategoryTag name="To" tagType="permissive"><tagCategory name="A" lacv="1"/></securityCategoryTag>
<securityCategoryTag name="Came" tagType="tagType7">
<tagCategory name="FOREIGN" lacv="1"/></securityCategoryTag>
</securityCategoryTagSet></securityCategoryTagSets></SPIF>"""
POLICY = parse_policy(TEXT.encode())
OTHER = parse_policy(PLAIN.encode())
RESTRICTIVE, RELEASE, REGION, NOTE = (
    {"ALPHA", "BRAVO"},
    {"XAA", "XBB", "XCC"},
    {"NORTH", "SOUTH"},
    {"ONE", "TWO"},
)
DECIDING = RESTRICTIVE | RELEASE | REGION


def label(classification: str, names: set[str], policy: Policy = POLICY) -> Labelling:
    level = policy.classification_named(classification)
    assert level is not None
    return Labelling(policy.id, level, in_order(c for c in policy.categories.values() if c.name in names))


def clearance(classifications: set[str], names: set[str]) -> Clearance:
    found = label("LOW", names).categories
    levels = [level for level in POLICY.classifications.values() if level.name in classifications]
    return Clearance(POLICY.id, tuple(levels), found)


def subsets(values: set[str]) -> list[set[str]]:
    return [set(chosen) for size in range(len(values) + 1) for chosen in combinations(sorted(values), size)]


def is_valid(classification: str, names: set[str]) -> bool:
    """Return whether a label is valid by the rules of the policy, in plain words."""
    rules = [
        classification == "LOW" or bool(names & RESTRICTIVE),
        not ("ALPHA" in names and classification == "LOW"),
        not ("BRAVO" in names and names & RELEASE),
        "XBB" not in names or "XAA" in names,
        "XCC" not in names or classification == "LOW",
        "NORTH" not in names or len(names & RESTRICTIVE) == 1,
        len(names & NOTE) <= 1,
    ]
    return all(rules)


def may_read(classification: str, names: set[str], levels: set[str], held: set[str]) -> bool:
    """Return the access decision by definition: one set of tests, in plain words."""
    alternatives = [names & tag for tag in (RELEASE, REGION) if names & tag]
    return (
        classification in levels
        and names & RESTRICTIVE <= held
        and all(found & held for found in alternatives)
    )


def test_validity_is_the_rules_for_every_label() -> None:
    verdicts = set()
    for classification, names in product(("LOW", "HIGH"), subsets(DECIDING | NOTE)):
        reason = why_not_valid(POLICY, label(classification, names))
        assert (reason is None) == is_valid(classification, names)
        assert reason is None or reason.code == "RK682"
        verdicts.add(reason.rule if reason else "valid")
    rules = {"excludedClass", "requiredClass", "excludedCategory", "requiredCategory", "selection"}
    assert verdicts == rules | {"valid"}


def test_access_is_the_definition_for_every_label_and_clearance() -> None:
    labels = [(c, names, label(c, names)) for c, names in product(("LOW", "HIGH"), subsets(DECIDING))]
    for levels, held in product(({"LOW"}, {"HIGH"}, {"LOW", "HIGH"}), subsets(DECIDING)):
        reader = clearance(levels, held)
        for classification, names, found in labels:
            reason = why_no_access(POLICY, found, reader)
            assert (reason is None) == may_read(classification, names, levels, held)


def test_informative_categories_decide_nothing() -> None:
    for names in subsets(NOTE):
        assert why_no_access(POLICY, label("LOW", names), clearance({"LOW"}, set())) is None


def changed(before: str, after: str) -> Policy:
    assert before in TEXT
    return parse_policy(TEXT.replace(before, after).encode())


@pytest.mark.parametrize("kind", ["restrictive", "permissive"])
def test_enumerated_categories_decide_as_their_kind_does(kind: str) -> None:
    """Both of ALPHA and BRAVO are needed where they restrict, one of them where they permit."""
    policy = changed('tagType="restrictive"', f'tagType="enumerated" enumType="{kind}"')
    both = label("LOW", {"ALPHA", "BRAVO"}, policy)
    for held in subsets(RESTRICTIVE):
        reader = Clearance(policy.id, (both.classification,), label("LOW", held, policy).categories)
        enough = len(held) == 2 if kind == "restrictive" else bool(held)
        assert (why_no_access(policy, both, reader) is None) == enough


@pytest.mark.parametrize(
    ("limits", "valid"), [('minSelection="1"', [1, 2]), ('maxSelection="1"', [0, 1]), ("", [0, 1, 2])]
)
def test_number_of_categories_is_limited(limits: str, valid: list[int]) -> None:
    policy = changed('singleSelection="true"', limits)
    counts = {
        len(names) for names in subsets(NOTE) if why_not_valid(policy, label("LOW", names, policy)) is None
    }
    assert sorted(counts) == valid


def test_another_policy_decides_nothing() -> None:
    found, reader = label("ANY", set(), OTHER), clearance({"LOW"}, set())
    reasons = [
        why_not_valid(POLICY, found),
        why_no_access(POLICY, found, reader),
        why_no_access(OTHER, found, reader),
        translate(POLICY, found, OTHER),
    ]
    assert [reason.code for reason in reasons if isinstance(reason, Reason)] == ["RK680"] * 4


@pytest.mark.parametrize(
    ("classification", "names", "expected"),
    [
        ("LOW", set(), {"FOREIGN"}),
        ("LOW", {"XAA"}, {"A", "FOREIGN"}),
        ("LOW", {"XAA", "ONE"}, {"A", "FOREIGN"}),
        ("LOW", {"XBB"}, None),
        ("LOW", {"XAA", "TWO"}, None),
        ("HIGH", {"XAA"}, None),
    ],
)
def test_translation_keeps_every_category_or_refuses(
    classification: str, names: set[str], expected: set[str] | None
) -> None:
    found = translate(POLICY, label(classification, names), OTHER)
    if expected is None:
        assert isinstance(found, Reason)
        assert found.code == "RK684"
    else:
        assert isinstance(found, Labelling)
        assert (found.policy_id, found.classification.name) == ("2.25.2", "ANY")
        assert {category.name for category in found.categories} == expected


ALONG = '<spif:categoryGroup tagSetRef="Origin" tagType="tagType7" lacv="1"/>'
TWO = '<tagCategory name="FOREIGN" lacv="1"/><tagCategory name="ALIEN" lacv="2"/>'


@pytest.mark.parametrize(
    ("operation", "along", "expected"),
    [
        ("all", ALONG, {"FOREIGN"}),
        ("oneOrMore", ALONG, {"FOREIGN"}),
        ("all", ALONG + ALONG.replace('"1"', '"2"'), {"FOREIGN", "ALIEN"}),
        ("oneOrMore", ALONG + ALONG.replace('"1"', '"2"'), None),
        ("onlyOne", ALONG.replace('lacv="1"', 'all="true"'), None),
        ("all", ALONG.replace('"1"', '"3"'), None),
        ("all", ALONG.replace("Origin", "Elsewhere"), None),
    ],
)
def test_what_comes_along_is_clear_or_a_person_decides(
    operation: str, along: str, expected: set[str] | None
) -> None:
    text = TEXT.replace('operation="all"', f'operation="{operation}"', 1).replace(ALONG, along)
    other = parse_policy(PLAIN.replace('<tagCategory name="FOREIGN" lacv="1"/>', TWO).encode())
    policy = parse_policy(text.encode())
    found = translate(policy, label("LOW", set(), policy), other)
    if expected is None:
        assert isinstance(found, Reason)
        assert found.code == "RK684"
    else:
        assert isinstance(found, Labelling)
        assert {category.name for category in found.categories} == expected


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("<spif:code>noNameDisplay</spif:code>", "[EXAMPLE LOW]"),
        ("<spif:code>pageBottom</spif:code>", "[EXAMPLE LOW S]"),
        ("<spif:code>pageTop</spif:code>", "[EXAMPLE LOW SOUTH]"),
        ("<spif:code>pageBottom</spif:code><spif:code>noMarkingDisplay</spif:code>", "[EXAMPLE LOW SOUTH]"),
        ("<spif:code>noMarkingDisplay</spif:code>", "[EXAMPLE LOW SOUTH]"),
        ("<spif:code>suppressClassName</spif:code>", "[EXAMPLE S]"),
        ("<spif:code>replacePolicy</spif:code>", "[S LOW SOUTH]"),
        ("<spif:code>replacePolicy</spif:code><spif:code>noNameDisplay</spif:code>", "[S LOW]"),
    ],
)
def test_codes_of_a_phrase_say_what_is_printed(codes: str, expected: str) -> None:
    before = "<spif:markingData><spif:code>noNameDisplay</spif:code></spif:markingData>"
    policy = changed(before, f'<spif:markingData phrase="S">{codes}</spif:markingData>')
    assert marking_of(policy, label("LOW", {"SOUTH"}, policy)) == expected


@pytest.mark.parametrize(
    ("classification", "names", "language", "place", "expected"),
    [
        ("LOW", set(), "", "pageBottom", "[EXAMPLE LOW]"),
        ("LOW", {"XAA", "XBB", "ONE"}, "en", "pageBottom", "[EXAMPLE LOW REL TO XAA, XBB ONE]"),
        ("LOW", {"XAA", "XBB"}, "fr-CA", "pageBottom", "[EXAMPLE LOW POUR XAA, XBB]"),
        ("LOW", {"ALPHA", "BRAVO"}, "", "pageBottom", "[EXAMPLE LOW ALPHA/BRAVO]"),
        ("LOW", {"SOUTH"}, "", "pageBottom", "[EXAMPLE LOW]"),
        ("LOW", {"SOUTH"}, "", "pageTop", "[EXAMPLE LOW SOUTH]"),
        ("HIGH", {"ALPHA"}, "", "pageBottom", "[TOP HIGH ALPHA]"),
        ("HIGH", {"ALPHA"}, "", "documentStart", "[EXAMPLE HIGH ALPHA]"),
        ("HIGH", {"ALPHA"}, "FR_ca", "pageBottom", "[TOP HAUT ALPHA]"),
    ],
)
def test_marking_follows_language_and_place(
    classification: str, names: set[str], language: str, place: str, expected: str
) -> None:
    assert marking_of(POLICY, label(classification, names), language=language, place=place) == expected


def test_clearance_is_marked_from_low_to_high() -> None:
    reader = clearance({"HIGH", "LOW"}, {"XBB", "ALPHA"})
    assert clearance_marking_of(POLICY, reader) == "[{LOW|HIGH} ALPHA REL TO XBB]"


def test_files_and_names_give_the_same_terms() -> None:
    short = """<label xmlns="http://surevine.com/xmlns/spiffy"><policy id="2.25.1">any remark</policy>
    <classification lacv="2"/><tag type="enumeratedPermissive" id="2.25.1.2" lacv="1"/>
    <tag type="restrictive" id="2.25.1.1" lacv="1"/><tag type="restrictive" id="2.25.1.1" lacv="1"/>
    </label>"""
    named = ConfidentialityLabel(
        "example",
        "high",
        (
            CategoryValues("release", "PERMISSIVE", ("xaa",)),
            CategoryValues("HANDLING", "RESTRICTIVE", ("Alpha",)),
        ),
        policy_uri="urn:oid:2.25.1",
    )
    expected = label("HIGH", {"XAA", "ALPHA"})
    assert read_labelling(short.encode(), [OTHER, POLICY]) == expected
    assert resolve(named, [OTHER, POLICY]) == expected


SHORT = """<label xmlns="http://surevine.com/xmlns/spiffy"><policy id="2.25.1"/>
<classification lacv="1"/>
<tag type="restrictive" id="2.25.1.1" lacv="2"/></label>"""


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("<label", "<marking", "RK202", 3),
        ("surevine", "example", "RK675", 1),
        ('id="2.25.1"/>', 'id="2.25.9"/>', "RK680", 1),
        (' id="2.25.1"/>', "/>", "RK675", 1),
        ('"1"/>\n<tag', '"1"><b/></classification>\n<tag', "RK675", 2),
        ('"1"/>\n<tag', '"1"/><classification lacv="2"/>\n<tag', "RK675", 1),
        ('<classification lacv="1"/>', "", "RK675", 1),
        ('"1"/>\n<tag', '"3"/>\n<tag', "RK681", 2),
        ('"1"/>\n<tag', '"one"/>\n<tag', "RK675", 2),
        ("restrictive", "permissive", "RK681", 3),
        ("restrictive", "secret", "RK675", 3),
        ('"2.25.1.1"', '"2.25.1.9"', "RK681", 3),
        ('lacv="2"', 'lacv="9"', "RK681", 3),
        ('lacv="2"', 'level="2"', "RK675", 3),
    ],
)
def test_label_by_numbers_that_is_broken_is_refused_with_its_place(
    before: str, after: str, code: str, line: int
) -> None:
    assert read_labelling(SHORT.encode(), [POLICY]) == label("LOW", {"BRAVO"})
    assert before in SHORT
    with pytest.raises(InputError) as caught:
        read_labelling(SHORT.replace(before, after).encode(), [POLICY], file="sent.xml")
    places = {(found.code, found.line, found.file) for found in caught.value.problems}
    assert (code, line, "sent.xml") in places


SLAB = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
SCLR = "urn:nato:stanag:4774:confidentialityclearance:1:0"
CLEARED = f"""<c:ConfidentialityClearance xmlns:c="{SCLR}" xmlns="{SLAB}">
<PolicyIdentifier URI="urn:oid:2.25.1">EXAMPLE</PolicyIdentifier>
<c:ClassificationList><Classification>LOW</Classification><Classification>HIGH</Classification>
</c:ClassificationList>
<Category TagName="Release" Type="PERMISSIVE"><GenericValue>XAA</GenericValue></Category>
</c:ConfidentialityClearance>"""


def test_clearance_of_the_standard_is_read() -> None:
    assert read_clearance(CLEARED.encode(), [POLICY]) == clearance({"LOW", "HIGH"}, {"XAA"})


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("2.25.1", "2.25.9", "RK680"),
        (">EXAMPLE<", ">PLAIN<", "RK680"),
        (">HIGH<", ">HIGHEST<", "RK681"),
        (">XAA<", ">XYZ<", "RK681"),
        ("PERMISSIVE", "RESTRICTIVE", "RK681"),
        ("<Classification>LOW</Classification><Classification>HIGH</Classification>", "", "RK675"),
        ("c:ConfidentialityClearance", "c:Clearance", "RK675"),
    ],
)
def test_clearance_that_says_something_unknown_is_refused(before: str, after: str, code: str) -> None:
    assert before in CLEARED
    with pytest.raises(InputError) as caught:
        read_clearance(CLEARED.replace(before, after).encode(), [POLICY, OTHER], file="sent.xml")
    assert {(found.code, found.file) for found in caught.value.problems} == {(code, "sent.xml")}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"policy": "NATO"}, "RK680"),
        ({"policy": ""}, "RK680"),
        ({"policy_uri": "urn:oid:2.25.2"}, "RK680"),
        ({"policy_uri": "http://example.invalid"}, "RK680"),
        ({"classification": "COSMIC"}, "RK681"),
        ({"privacy_mark": "CLOSE HOLD"}, "RK681"),
        ({"categories": (CategoryValues("Handling", "PERMISSIVE", ("ALPHA",)),)}, "RK681"),
    ],
    ids=str,
)
def test_label_that_says_something_unknown_is_refused(changes: dict[str, object], code: str) -> None:
    said = {"policy": "EXAMPLE", "classification": "LOW"} | changes
    with pytest.raises(InputError) as caught:
        resolve(ConfidentialityLabel(**said), [POLICY, OTHER])
    assert {found.code for found in caught.value.problems} == {code}


BROKEN = {
    "another root": ("spif:SPIF", "spif:Policy", "RK678"),
    "no identifier": (' id="2.25.1"/>', "/>", "RK678"),
    "unknown attribute": ('schemaVersion="2.1"', 'notAfter="2030"', "RK678"),
    "unknown element": ("spif:excludedClass>", "spif:forbiddenClass>", "RK678"),
    "text between": ("<spif:securityClassifications>", "<spif:securityClassifications>x", "RK678"),
    "number": ('hierarchy="2"', 'hierarchy="two"', "RK678"),
    "negative number": ('hierarchy="2"', 'hierarchy="-2"', "RK678"),
    "digits of another script": ('hierarchy="2"', 'hierarchy="２"', "RK678"),
    "huge number": ('hierarchy="2"', f'hierarchy="{"9" * 5000}"', "RK678"),
    "flag": ('obsolete="true"', 'obsolete="yes"', "RK678"),
    "operation": ('operation="onlyOne"', 'operation="some"', "RK678"),
    "no operation": (' operation="onlyOne"', "", "RK678"),
    "tag type": ('tagType="tagType7" single', 'tagType="secret" single', "RK678"),
    "enumeration of nothing": (' enumType="permissive">', ">", "RK678"),
    "marking code": (">noNameDisplay<", ">nowhere<", "RK678"),
    "classification twice": ('name="HIGH"', 'name="low"', "RK679"),
    "lacv of a classification twice": ('name="HIGH" lacv="2"', 'name="HIGH" lacv="1"', "RK679"),
    "tag set twice": ('name="Note"', 'name="RELEASE"', "RK679"),
    "identifier of a tag set twice": ('id="2.25.1.3"', 'id="2.25.1.2"', "RK679"),
    "tag twice": ('name="Region"', 'name="Release"', "RK679"),
    "category twice": ('name="XCC"', 'name="xaa"', "RK679"),
    "lacv twice": ('name="XCC" lacv="3"', 'name="XCC" lacv="2"', "RK679"),
    "excluded class": (">LOW</spif:excludedClass>", ">NONE</spif:excludedClass>", "RK679"),
    "required class": ('requiredClass="LOW"', 'requiredClass="NONE"', "RK679"),
    "excluded category": ('tagSetRef="Release"', 'tagSetRef="Re"', "RK679"),
    "required category": ('tagSetRef="Handling"', 'tagSetRef="Notes"', "RK679"),
    "lacv of a required category": (
        'tagType="restrictive" lacv="2"/>',
        'tagType="restrictive" lacv="9"/>',
        "RK679",
    ),
    "all and one": ('all="true"', 'all="true" lacv="1"', "RK679"),
    "other policy": ('policyRef="PLAIN" lacv="7"', 'policyRef="NONE" lacv="7"', "RK679"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_policy_is_refused_with_its_place(name: str) -> None:
    before, after, code = BROKEN[name]
    begins = TEXT.rindex("<", 0, TEXT.index(before) + 1)
    line = TEXT.count("\n", 0, begins) + 1
    with pytest.raises(InputError) as caught:
        parse_policy(TEXT.replace(before, after).encode(), file="policy.xml")
    places = {(found.code, found.line, found.file) for found in caught.value.problems}
    assert (code, line, "policy.xml") in places
    assert all(found.hint and len(found.message) < 400 for found in caught.value.problems)


def test_label_that_is_written_in_its_policy_is_the_same_label_again() -> None:
    for classification in ("LOW", "HIGH"):
        for names in subsets(DECIDING | NOTE):
            if len(names) < 4:
                before = label(classification, names)
                source = written(before, POLICY, created=1)
                assert resolve(read_label(write_label(source)), [POLICY, OTHER]) == before
