"""STANAG 4778: a label bound to what it labels, as a small file that goes beside it.

Layer: labels. The form is a detached binding of ADatP-4778 edition A: labels, then references to data. A
reference here is by content (RFC 6920, ``ni:///sha-256;...``), so a label that was put beside other bytes is
noticed. It is no signature: who can change both files can bind them anew. In a log or a released log, the
signed checkpoints of the log are what protects label and content together.

Limits: those of a label for each label; one binding a file; no signatures, which are refused by name.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from renkei.errors import InputError
from renkei.facts import Fact
from renkei.labels.form import ANY, Form, shown
from renkei.labels.lattice import Reason
from renkei.labels.stanag import ConfidentialityLabel, check_size, label_element, read_element
from renkei.process.xml import Element, parse_xml

NAMESPACE = "urn:nato:stanag:4778:bindinginformation:1:0"
_BY_CONTENT = "ni:///sha-256;"
_EVERY = (1, ANY)


@dataclass(frozen=True, slots=True)
class Binding:
    """Labels, and what all of them are bound to."""

    labels: tuple[ConfidentialityLabel, ...]
    """The originator's, and what it is called in other policies."""
    references: tuple[str, ...]


def reference_to(data: bytes) -> str:
    """Return the reference to ``data`` by its content.

    >>> reference_to(b"Hello World!")
    'ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk'
    """
    return reference_by(hashlib.sha256(data).digest())


def reference_by(digest: bytes) -> str:
    """Return the reference to what has the SHA-256 ``digest``."""
    return _BY_CONTENT + base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def why_not_bound(binding: Binding, data: bytes) -> Reason | None:
    """Return why ``binding`` is not that of ``data``; None if it is."""
    return why_not_among(binding.references, reference_to(data))


def why_not_among(references: Sequence[str], reference: str) -> Reason | None:
    """Return why a label bound to ``references`` is not that of what has ``reference``; None if it is."""
    if reference in references:
        return None
    by_content = tuple(found for found in references if found.startswith(_BY_CONTENT))
    return Reason("reference", Fact("RK688.content"), by_content)


def write_binding(labels: Sequence[ConfidentialityLabel], references: Sequence[str]) -> bytes:
    """Return the file that binds all of ``labels`` to all of ``references``.

    Raises:
        InputError: A label cannot be written, or there is nothing to bind or to bind to (``RK685``).
    """
    if not labels or not all(references) or not references:
        message = "a binding needs a label and a reference"
        raise InputError.from_problem("RK685", message, "Name what the label is bound to.", "binding")
    root = etree.Element(etree.QName(NAMESPACE, "BindingInformation"), nsmap={None: NAMESPACE})
    binding = _append(_append(root, "MetadataBindingContainer"), "MetadataBinding")
    for label in labels:
        _append(binding, "Metadata").append(label_element(label))
    for reference in references:
        try:
            _append(binding, "DataReference").set("URI", reference)
        except ValueError:
            message = f"no reference: {shown(reference)}"
            raise InputError.from_problem("RK685", message, "A reference is a URI.", "binding") from None
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _append(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, etree.QName(NAMESPACE, name))


def read_binding(xml: bytes, *, file: str = "binding.xml") -> Binding:
    """Return the binding that ``xml`` holds; errors call it ``file``.

    Raises:
        InputError: As ``read_label``.
    """
    check_size(xml, file)
    form = Form(file, "RK675")
    root = parse_xml(xml, Path(file))
    if (root.namespace, root.name) != (NAMESPACE, "BindingInformation"):
        form.add(root, f"{shown(root.name)} is no binding", f"It is BindingInformation in {NAMESPACE}.")
        form.finish()
    for name in ("MetadataBindingContainer", "MetadataBinding"):
        form.attributes(root, (), ("Id",))
        found = form.parts(root, {name: (1, 1)})[name]
        form.finish()
        root = found[0]
    form.attributes(root, (), ("Id",))
    parts = form.parts(root, {"Metadata": _EVERY, "DataReference": _EVERY}, ordered=True)
    labels = [label for element in parts["Metadata"] for label in _labels(form, element)]
    for element in parts["DataReference"]:
        form.attributes(element, ("URI",))
        form.parts(element, {})
    form.finish()
    return Binding(tuple(labels), tuple(element.get("URI") for element in parts["DataReference"]))


def _labels(form: Form, element: Element) -> list[ConfidentialityLabel]:
    form.attributes(element, ())
    if len(element.children) != 1 or element.text:
        form.add(element, "Metadata holds not just one label", "Each label has a Metadata of its own.")
    return [read_element(form, child) for child in element.children]
