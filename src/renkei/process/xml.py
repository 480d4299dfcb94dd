"""XML files of strangers, read without harm: the only door through which XML comes in.

Layer: process. A file is read up to a stated size, once, into a plain tree with line numbers. A document
type declaration is refused as soon as it begins, so no entity is ever defined, expanded or fetched, and
nothing goes to the network. What cannot be read ends in ``InputError``; nothing else leaves this module.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from lxml import etree

from renkei.errors import InputError, Problem
from renkei.facts import Fact, catalogue, problem_of, reason_of, word

MAX_BYTES = 5 * 1024 * 1024
"""Largest file that is read; a large drawing has about 250 KiB."""
MAX_DEPTH = 200
"""Deepest nesting of elements."""
MAX_ELEMENTS = 100_000
"""Most elements of a file; a large drawing has about 4,000."""

_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")
_CLOSED_BY = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
"""What opens and closes text in which a ``<`` begins no tag."""
_ERRORS = {code: name for name, code in vars(etree.ErrorTypes).items() if "ERR_" in name}
"""Number of an error of libxml2 -> its name there."""
_DAMAGED = "The file is cut off, damaged, in another encoding than it declares, or no XML; export it again."


@dataclass(slots=True, eq=False)
class Element:
    """An XML element, its name apart from its namespace."""

    namespace: str
    name: str
    attributes: dict[str, str]
    """Values by name; attributes with a namespace are named ``{namespace}name``."""
    line: int = 0
    """Line on which the start tag begins; 0 where it is not known."""
    children: list[Element] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    """Pieces of the text that stands directly in the element."""

    @property
    def text(self) -> str:
        """Return the text that stands directly in the element, without the space around it."""
        return "".join(self.parts).strip()

    def get(self, attribute: str) -> str:
        """Return the value of ``attribute``, '' where it is not given."""
        return self.attributes.get(attribute, "")

    def named(self, name: str) -> Iterator[Element]:
        """Yield the children called ``name`` that have the namespace of this element."""
        return (child for child in self.children if child.name == name and child.namespace == self.namespace)

    def walk(self) -> Iterator[Element]:
        """Yield this element and all below it, in the order of the file."""
        ahead = [self]
        while ahead:
            element = ahead.pop()
            yield element
            ahead.extend(reversed(element.children))


def read_xml(path: Path) -> Element:
    """Return the root element of an XML file that nobody vouches for.

    Any encoding that the file declares and libxml2 knows will do.

    Limits: ``MAX_BYTES``, ``MAX_DEPTH`` and ``MAX_ELEMENTS``; no document type declaration.

    Raises:
        InputError: The file is missing, unreadable, too large, too deep or not well-formed (``RK20x``).
    """
    return parse_xml(_read_bytes(path), path)


def parse_xml(data: bytes, path: Path) -> Element:
    """Return the root element of XML that nobody vouches for; errors call it ``path``, which is not opened.

    Limits: as ``read_xml``.

    Raises:
        InputError: The data is too large, too deep or not well-formed (``RK201`` to ``RK204``).
    """
    _check_size(data, path)
    try:
        root: Element = etree.fromstring(data, _parser())
    except _RefusedError as error:
        raise InputError([_located(error, path, data)]) from None
    except etree.XMLSyntaxError as error:
        text, kind = error.msg or "no XML", _ERRORS.get(error.code, "")
        raise _not_well_formed(path, text, kind, error.lineno or 0) from None
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise _not_well_formed(path, str(error), "", 0) from None
    _add_lines(root, data)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        target=_TreeBuilder(),
        resolve_entities="internal",  # &amp; and the like; no other can be declared
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
    )


class _RefusedError(Exception):
    """A file is refused while it is being parsed, before the rest of it is looked at."""

    def __init__(self, fact: Fact, hint: str, *, element: int | None) -> None:
        super().__init__(fact.key)
        self.fact, self.hint, self.element = fact, hint, element


class _TreeBuilder:
    """Target of the parser: builds the tree, and stops at what is not allowed."""

    def __init__(self) -> None:
        self.open: list[Element] = []
        self.root: Element | None = None
        self.count = 0

    def doctype(self, name: str, public: str | None, system: str | None) -> None:  # noqa: ARG002 -- lxml's
        hint = "Entities and external definitions can harm the reader; delete the declaration."
        raise _RefusedError(Fact("RK203.doctype", name=name[:40]), hint, element=None)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            fact = Fact("RK204.elements", most=f"{MAX_ELEMENTS:,}")
            hint = "Split the drawing into several files."
            raise _RefusedError(fact, hint, element=self.count - 1)
        if len(self.open) >= MAX_DEPTH:
            hint = "No drawing tool writes this; the file is damaged or hostile."
            raise _RefusedError(Fact("RK204.depth", most=MAX_DEPTH), hint, element=self.count - 1)
        namespace, _, name = tag.rpartition("}")
        element = Element(namespace[1:], name, dict(attributes))
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, tag: str) -> None:  # noqa: ARG002 -- lxml's
        self.open.pop()

    def data(self, text: str) -> None:
        self.open[-1].parts.append(text)

    def close(self) -> Element | None:
        return self.root


def _read_bytes(path: Path) -> bytes:
    try:
        # What is no regular file may block for ever when it is opened, or never end.
        if not stat.S_ISREG(path.stat().st_mode):
            name = path.name[:80]
            special = Fact("RK200.special", name=name)
            raise _unreadable(path, Fact("RK200.folder", name=name) if path.is_dir() else special)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable(path, Fact("RK200.missing", name=path.name[:80])) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        fact = Fact("RK200.read", name=path.name[:80], reason=reason_of(reason))
        raise _unreadable(path, fact) from None
    return data


def _check_size(data: bytes, path: Path) -> None:
    if len(data) > MAX_BYTES:
        fact = Fact("RK201.size", most=MAX_BYTES // 1024**2)
        hint = "A process drawing is far smaller; pictures inside it can be taken out."
        raise InputError([problem_of(fact, hint, str(path))])
    if not data.strip():
        raise InputError([problem_of(Fact("RK202.empty"), _DAMAGED, str(path), 1)])


def _unreadable(path: Path, fact: Fact) -> InputError:
    shown = str(path).replace("\0", "?")
    return InputError([problem_of(fact, "Check the path and who may read the file.", shown)])


def _not_well_formed(path: Path, text: str, kind: str, line: int) -> InputError:
    """Return what libxml2 says, which speaks English only, and in Japanese what the kind of it means."""
    known = kind if kind in catalogue()["words"]["xml"] else "other"
    reason = {"en": text.partition(", line ")[0].strip()[:200], "ja": word("xml", known, "ja")}
    return InputError([problem_of(Fact("RK202.xml", reason=reason), _DAMAGED, str(path), line)])


def _located(error: _RefusedError, path: Path, data: bytes) -> Problem:
    if error.element is None:
        text = _decode(data)
        line = text.count("\n", 0, max(text.find("<!DOCTYPE"), 0)) + 1
    else:
        line = next(islice(_start_lines(data), error.element, None), 0)
    return problem_of(error.fact, error.hint, str(path), line)


def _add_lines(root: Element, data: bytes) -> None:
    """Number the elements; libxml2's own number is the line on which a start tag ends, not begins."""
    elements = list(root.walk())
    lines = list(islice(_start_lines(data), len(elements) + 1))
    if len(lines) == len(elements):
        for element, line in zip(elements, lines, strict=True):
            element.line = line


def _start_lines(data: bytes) -> Iterator[int]:
    """Yield the line of each start tag, in order, in one pass whatever the text holds."""
    text = _decode(data)
    line, counted, at = 1, 0, text.find("<")
    while at >= 0:
        closed_by = next((end for begin, end in _CLOSED_BY.items() if text.startswith(begin, at)), None)
        if closed_by is not None:
            at = text.find(closed_by, at)
        elif text[at + 1 : at + 2] not in {"/", "!"}:
            line += text.count("\n", counted, at)
            counted = at
            yield line
        at = text.find("<", at + 1) if at >= 0 else at


def _decode(data: bytes) -> str:
    """Return the text as far as it matters for line numbers; the parser has decided that it is valid."""
    declared = _ENCODING.match(data[:1000])
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    elif data[:2] in {b"<\0", b"\0<"}:
        encoding = "utf-16-le" if data[0] else "utf-16-be"
    try:
        text = data.decode(encoding, errors="replace")
    except LookupError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")
