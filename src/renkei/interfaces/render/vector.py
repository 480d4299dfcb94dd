"""An SVG document made fit to stand inside an HTML page.

Layer: interfaces. Nothing in it leads outside, its ids meet no others, and its style reaches nothing else.
"""

from __future__ import annotations

import re

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
_USED = re.compile(r"#([\w.\-]+)")


def inline_svg(document: str, *, prefix: str, label: str) -> str:
    """Return the ``svg`` element of a document, cleaned.

    Args:
        document: SVG as a program wrote it, with XML declaration, metadata and the like.
        prefix: What every id is made different with.
        label: What the picture shows, for those who cannot see it.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(document.encode(), parser)
    for element in [*root.iter(f"{SVG}metadata", f"{SVG}style")]:
        element.getparent().remove(element)
    _rename_ids(root, re.sub(r"\W", "-", prefix))
    for element in root.iter():
        href = element.attrib.pop(f"{XLINK}href", None)
        if href is not None:
            element.set("href", href)
        element.tag = etree.QName(element).localname
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-label", label)
    # What the removed style sheet said, and for this picture only.
    root.set("style", "stroke-linejoin:round;stroke-linecap:butt")
    etree.cleanup_namespaces(root)
    text = etree.tostring(root, encoding="unicode")
    return re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)


def _rename_ids(root: etree._Element, prefix: str) -> None:
    ids = {element.get("id") for element in root.iter() if "id" in element.attrib}
    values = [value for element in root.iter() for key, value in element.attrib.items() if key != "id"]
    # A colour is written with a # as well, and is no id of the document.
    used = {name for value in values for name in _USED.findall(value)} & ids
    for element in root.iter():
        for key, value in element.attrib.items():
            if key != "id":
                element.set(key, _USED.sub(lambda found: _renamed(found, used, prefix), value))
            elif value in used:
                element.set(key, f"{prefix}-{value}")
            else:
                del element.attrib[key]


def _renamed(found: re.Match[str], used: set[str | None], prefix: str) -> str:
    return f"#{prefix}-{found[1]}" if found[1] in used else found[0]
