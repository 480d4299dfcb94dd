"""STANAG 4774 confidentiality labels: read and written as XML.

Layer: labels. The form is that of ADatP-4774 edition A, appendix 1: a policy, a classification in it,
category values by tag, and when the label was made and is to be reviewed. What the values mean is told by a
policy (``renkei.labels.policy``); ``renkei.labels.exchange`` makes one of a label of a renkei model.

Limits: at most ``MAX_BYTES`` with at most ``MAX_VALUES`` category values; no SuccessionHandling and no
elements of other namespaces, both refused by name; moments to the microsecond.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lxml import etree

from renkei import clock
from renkei.errors import InputError
from renkei.labels.form import ANY, Form, shown
from renkei.process.xml import Element, parse_xml

NAMESPACE = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
ORIGINATOR = "originatorConfidentialityLabel"
ALTERNATIVE = "alternativeConfidentialityLabel"
OF_METADATA = "metadataConfidentialityLabel"
ROLES = (
    ORIGINATOR,
    ALTERNATIVE,
    OF_METADATA,
    "ConfidentialityLabel",
)
"""Roots: of whoever made the thing; the same in another policy; of the metadata itself; the old name."""
KINDS = ("RESTRICTIVE", "PERMISSIVE", "INFORMATIVE")
ORIGINATOR_KINDS = (
    "rfc822Name",
    "dNSName",
    "directoryName",
    "uniformResourceIdentifier",
    "iPAddress",
    "x400Address",
    "userPrincipalName",
    "jID",
)
MAX_BYTES = 256 * 1024
MAX_VALUES = 1000
WRITTEN = "label"
"""What errors call a label that is being written."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class CategoryValues:
    """The values that a label has of one tag."""

    tag: str
    kind: str
    """One of ``KINDS``."""
    values: tuple[str, ...]
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Originator:
    """Who made the label."""

    kind: str
    """One of ``ORIGINATOR_KINDS``."""
    name: str


@dataclass(frozen=True, slots=True)
class ConfidentialityLabel:
    """A STANAG 4774 label."""

    policy: str
    classification: str
    categories: tuple[CategoryValues, ...] = ()
    policy_uri: str = ""
    privacy_mark: str = ""
    originator: Originator | None = None
    created: int | None = None
    """Microseconds since 1970 (UTC); the standard asks for it, and some labels in use are without."""
    review: int | None = None
    role: str = ORIGINATOR
    id: str = ""

    def values(self, tag: str, kind: str) -> tuple[str, ...]:
        """Return all values of a tag, in their order."""
        found = (group.values for group in self.categories if (group.tag, group.kind) == (tag, kind))
        return tuple(value for values in found for value in values)


def read_label(xml: bytes, *, file: str = "label.xml") -> ConfidentialityLabel:
    """Return the label that ``xml`` holds; errors call it ``file``.

    Raises:
        InputError: Too large (``RK677``), no XML (``RK20x``), or not a label (``RK675``, ``RK676``).
    """
    check_size(xml, file)
    form = Form(file, "RK675")
    label = read_element(form, parse_xml(xml, Path(file)))
    form.finish()
    return label


def check_size(xml: bytes, file: str) -> None:
    """Refuse a label that is far larger than any.

    Raises:
        InputError: It is larger than ``MAX_BYTES`` (``RK677``).
    """
    if len(xml) > MAX_BYTES:
        message = f"the label is larger than {MAX_BYTES // 1024} KiB"
        raise InputError.from_problem("RK677", message, "A label has about 1 KiB.", file)


def read_element(form: Form, root: Element) -> ConfidentialityLabel:
    """Return the label that stands in the element ``root`` of ``form``; problems go to the form."""
    if root.namespace != NAMESPACE or root.name not in ROLES:
        form.add(root, f"{shown(root.name)} is no label", f"It is one of {', '.join(ROLES)} in {NAMESPACE}.")
        return ConfidentialityLabel("", "")
    form.attributes(root, (), ("Id", "ReviewDateTime"))
    parts = form.parts(
        root,
        {"ConfidentialityInformation": (1, 1), "OriginatorID": (0, 1), "CreationDateTime": (0, 1)},
        ordered=True,
    )
    created = [_moment(form, element, form.text(element)) for element in parts["CreationDateTime"]]
    review = root.get("ReviewDateTime")
    originators = [_originator(form, element) for element in parts["OriginatorID"]]
    found = [
        ConfidentialityLabel(
            *_information(form, element),
            originator=originators[0] if originators else None,
            created=created[0] if created else None,
            review=_moment(form, root, review) if review else None,
            role=root.name,
            id=root.get("Id"),
        )
        for element in parts["ConfidentialityInformation"]
    ]
    return found[0] if found else ConfidentialityLabel("", "")


def _information(form: Form, element: Element) -> tuple[str, str, tuple[CategoryValues, ...], str, str]:
    form.attributes(element, ())
    once = {"PolicyIdentifier": (1, 1), "Classification": (1, 1)}
    parts = form.parts(element, {**once, "PrivacyMark": (0, 1), "Category": (0, ANY)}, ordered=True)
    policies = [policy_of(form, policy) for policy in parts["PolicyIdentifier"]]
    tokens = [_token(form, part) for part in parts["Classification"]]
    marks = [_token(form, part) for part in parts["PrivacyMark"]]
    categories = tuple(read_category(form, part) for part in parts["Category"])
    if sum(len(category.values) for category in categories) > MAX_VALUES:
        form.add(element, f"more than {MAX_VALUES} category values", "A label has a handful.", "RK677")
    policy, uri = policies[0] if policies else ("", "")
    return policy, tokens[0] if tokens else "", categories, uri, marks[0] if marks else ""


def policy_of(form: Form, element: Element) -> tuple[str, str]:
    """Return the name and the URI in a ``PolicyIdentifier``; problems go to the form."""
    # ADatP-4774 names the attribute URI; some of its examples go round with URL.
    form.attributes(element, (), ("URI", "URL"))
    return _SPACE.sub(" ", form.text(element)), element.get("URI") or element.get("URL")


def _token(form: Form, element: Element) -> str:
    form.attributes(element, ())
    return _SPACE.sub(" ", form.text(element))


def read_category(form: Form, element: Element) -> CategoryValues:
    """Return the category that stands in ``element``; problems go to the form."""
    form.attributes(element, ("TagName",), ("Type", "URI"))
    kind = form.one_of(element, "Type", KINDS)
    values = form.parts(element, {"GenericValue": (0, ANY)})["GenericValue"]
    for value in values:
        form.attributes(value, ())
    texts = tuple(form.text(value) for value in values)
    return CategoryValues(element.get("TagName"), kind, texts, element.get("URI"))


def _originator(form: Form, element: Element) -> Originator:
    form.attributes(element, (), ("IDType",))
    return Originator(form.one_of(element, "IDType", ORIGINATOR_KINDS), form.text(element))


def _moment(form: Form, element: Element, text: str) -> int:
    written = _MOMENT.fullmatch(text.strip())
    try:
        if written:
            return clock.from_text(written[0])
    except ValueError:
        pass  # such as a 30 February: told below, as what has not the form is
    hint = "A moment is written 2024-01-01T07:10:00Z, with Z or an offset from UTC."
    form.add(element, f"no moment: {shown(text)}", hint, "RK676")
    return 0


def write_label(label: ConfidentialityLabel) -> bytes:
    """Return ``label`` as an XML document in UTF-8; ``read_label`` gives the same label back.

    Raises:
        InputError: A value cannot stand in a label, or one that is needed is not there (``RK685``).
    """
    root = label_element(label)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def label_element(label: ConfidentialityLabel) -> etree._Element:
    """Return ``label`` as an element, to be bound to something.

    Raises:
        InputError: As ``write_label``.
    """
    _check(label)
    root = etree.Element(etree.QName(NAMESPACE, label.role), nsmap={None: NAMESPACE})
    if label.id:
        root.set("Id", label.id)
    if label.review is not None:
        root.set("ReviewDateTime", _as_text(label.review))
    information = _append(root, "ConfidentialityInformation")
    policy = _append(information, "PolicyIdentifier", label.policy)
    if label.policy_uri:
        policy.set("URI", label.policy_uri)
    _append(information, "Classification", label.classification)
    if label.privacy_mark:
        _append(information, "PrivacyMark", label.privacy_mark)
    for group in label.categories:
        _append_category(information, group)
    if label.originator is not None:
        _append(root, "OriginatorID", label.originator.name).set("IDType", label.originator.kind)
    if label.created is not None:
        _append(root, "CreationDateTime", _as_text(label.created))
    return root


def _append_category(information: etree._Element, group: CategoryValues) -> None:
    category = _append(information, "Category")
    for name, value in (("Type", group.kind), ("TagName", group.tag), ("URI", group.uri)):
        if value:
            category.set(name, value)
    for value in group.values:
        _append(category, "GenericValue", value)


def _append(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, etree.QName(NAMESPACE, name))
    child.text = text
    return child


def _as_text(moment: int) -> str:
    try:
        told = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)
    except OverflowError:
        raise _not_expressible(f"no moment between the years 1 and 9999: {moment}") from None
    return told.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check(label: ConfidentialityLabel) -> None:
    """Refuse what would not come back as it is, or would make no label."""
    _among("role", label.role, ROLES)
    for token in (label.policy, label.classification, label.privacy_mark or "-"):
        _check_text(token)
        if _SPACE.sub(" ", token) != token:
            raise _not_expressible(f"spaces in a row, or a line break, in {shown(token)}")
    for group in label.categories:
        _among("type of a category", group.kind, KINDS)
        for text in (group.tag, group.uri or "-", *group.values):
            _check_text(text)
    if label.originator is not None:
        _among("type of the originator", label.originator.kind, ORIGINATOR_KINDS)
        _check_text(label.originator.name)
    _check_text(label.policy_uri or "-")
    if label.id and not _ID.fullmatch(label.id):
        raise _not_expressible(f"the Id is {shown(label.id)}, which is no name in XML")
    if sum(len(group.values) for group in label.categories) > MAX_VALUES:
        raise _not_expressible(f"more than {MAX_VALUES} category values")
    if label.created is None:
        raise _not_expressible("the label does not say when it was made, which the standard asks for")


def _among(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise _not_expressible(f"the {what} is {shown(value)}, and not one of {', '.join(allowed)}")


def _check_text(value: str) -> None:
    if not value or value != value.strip() or _NOT_IN_XML.search(value):
        raise _not_expressible(f"empty, with a space at an end, or no text: {shown(value)}")


def _not_expressible(message: str) -> InputError:
    hint = "A STANAG 4774 label holds policy, classification and category values as plain text."
    return InputError.from_problem("RK685", message, hint, WRITTEN)
