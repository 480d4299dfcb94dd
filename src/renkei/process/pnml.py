"""PNML (ISO/IEC 15909-2) in: one file with one place/transition net to one ``PetriNet``.

Layer: process. Pages are flattened and reference nodes resolved. Graphics and what is specific to a tool
are read over; whatever else is not of a place/transition net is refused by name, so that nothing with a
meaning is ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from renkei.errors import InputError, Problem
from renkei.process.graph import PetriArc, PetriNet, PetriPlace, PetriTransition
from renkei.process.reading import cleaned
from renkei.process.xml import Element, read_xml

NAMESPACE = "http://www.pnml.org/version-2009/grammar/pnml"
MAX_NUMBER = 1_000_000
"""Most tokens of an initial marking, and greatest weight of an arc."""

_NET_TYPES = ("ptnet", "pnmlcoremodel")
_ORDINARY = {"", "normal"}
_PASSIVE = {"name", "graphics", "toolspecific"}
_LABELS = {
    "pnml": {"net"},
    "net": {"page", "place", "transition", "arc", "referencePlace", "referenceTransition", "finalmarkings"},
    "page": {"page", "place", "transition", "arc", "referencePlace", "referenceTransition"},
    "place": {"initialMarking"},
    "arc": {"inscription", "type", "arctype"},
}
"""What has a meaning inside what."""


def read_pnml(path: Path) -> PetriNet:
    """Return the place/transition net in a PNML file, with the PNML namespace or without any.

    Limits: one net a file; numbers up to ``MAX_NUMBER``; a final marking (an addition of some tools) only
    as one token in a place that nothing leaves, which is what a workflow net has anyway.

    Raises:
        InputError: The file cannot be read (``RK20x``) or holds no such net (``RK24x``); all at once.
    """
    root = read_xml(path)
    if root.name != "pnml" or root.namespace not in {NAMESPACE, ""}:
        message = f"no PNML file: its outermost element is {root.name[:60]}"
        hint = f"It has to be pnml, of the namespace {NAMESPACE} or of none."
        raise InputError.from_problem("RK240", message, hint, str(path), root.line)
    reading = _Reading(str(path), root.namespace)
    net = reading.read_net(root, path.stem)
    if reading.problems or net is None:
        raise InputError(reading.problems)
    return net


@dataclass
class _Reading:
    """One PNML file while it is being read."""

    file: str
    namespace: str
    problems: list[Problem] = field(default_factory=list)
    first_line: dict[str, int] = field(default_factory=dict)
    places: dict[str, PetriPlace] = field(default_factory=dict)
    transitions: dict[str, PetriTransition] = field(default_factory=dict)
    references: dict[str, Element] = field(default_factory=dict)
    meant: dict[str, str] = field(default_factory=dict)
    """Reference -> the place or transition that it stands for, '' where it stands for none."""
    arcs: list[Element] = field(default_factory=list)

    def refuse(self, code: str, element: Element, message: str, hint: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(code, message, hint, self.file, element.line))

    def read_net(self, root: Element, stem: str) -> PetriNet | None:
        """Return the net, None where there is not exactly one."""
        nets = list(self._inside(root))
        if len(nets) != 1:
            message = f"the file has {len(nets)} nets; exactly one is read"
            self.refuse("RK241", nets[1] if nets else root, message, "Save each net in a file of its own.")
            return None
        net = nets[0]
        kind = net.get("type")
        if kind and not (kind.lower().endswith(_NET_TYPES) or "ptnet" in kind.lower() or kind == "P/T net"):
            message = f"net {_id(net)} is of the type {cleaned(kind)[:100]}, not a place/transition net"
            hint = "Unfold a high-level net into places and transitions first."
            self.refuse("RK241", net, message, hint)
            return None
        finals = [final for element in self._nodes(net) for final in element.walk()]
        self._check_references()
        if not self.places and not self.transitions and not self.problems:
            message = f"net {_id(net)} has neither places nor transitions"
            self.refuse("RK240", net, message, "Draw something, and export it again.")
        arcs = self._arcs()
        self._check_final(finals, {arc.source for arc in arcs})
        return PetriNet(
            cleaned(net.get("id")) or stem, _name(net), self.file, self.places, self.transitions, arcs
        )

    def _inside(self, element: Element) -> Iterator[Element]:
        """Yield the children that have a meaning; refuse what is neither known nor passive."""
        known = _LABELS.get(element.name, set())
        for child in element.children:
            if child.namespace != self.namespace or child.name in _PASSIVE:
                continue
            if child.name in known:
                yield child
            else:
                where = f"{element.name} {_id(element)}".rstrip()
                message = f"{child.name[:60]} of {where} is not supported"
                hint = (
                    "Only place/transition nets are read: places with tokens, transitions, arcs with weights."
                )
                self.refuse("RK242", child, message, hint)

    def _nodes(self, page: Element) -> Iterator[Element]:
        """Keep all that stands on a page and on the pages within; yield the final markings."""
        for element in self._inside(page):
            if element.name == "page":
                yield from self._nodes(element)
            elif element.name == "finalmarkings":
                yield element
            elif self._is_new(element):
                self._keep(element)

    def _is_new(self, element: Element) -> bool:
        own = element.get("id")
        if element.name == "arc" and not own:
            return True
        if not own or not own.isprintable() or len(own) > 200:
            message = f"{element.name} has {'the id ' + repr(cleaned(own)[:60]) if own else 'no id'}"
            self.refuse("RK215", element, message, "Give each place and transition a short id.")
            return False
        if own in self.first_line:
            message = f"{element.name} {own} has the same id as the element in line {self.first_line[own]}"
            self.refuse("RK216", element, message, "Give each element an id of its own.")
            return False
        self.first_line[own] = element.line
        return True

    def _keep(self, element: Element) -> None:
        own = element.get("id")
        if element.name == "place":
            labels = [label for label in self._inside(element) if label.name == "initialMarking"]
            initial = self._number(labels[0], element, least=0) if labels else 0
            self.places[own] = PetriPlace(own, _name(element), initial, element.line)
        elif element.name == "transition":
            for _ in self._inside(element):
                pass  # a transition has no labels with a meaning; anything else is refused
            self.transitions[own] = PetriTransition(own, _name(element), element.line)
        elif element.name == "arc":
            self.arcs.append(element)
        else:
            self.references[own] = element

    def _number(self, label: Element, of: Element, *, least: int) -> int:
        text = _text(label) or str(least)
        digits = text.removeprefix("+")
        if digits.isascii() and digits.isdigit() and len(digits) <= 20 and least <= int(digits) <= MAX_NUMBER:
            return int(digits)
        message = f"{label.name} of {of.name} {_id(of)} is {cleaned(text)[:40]!r}"
        hint = f"Possible is a whole number from {least} to {MAX_NUMBER:,}."
        self.refuse("RK244", label, message, hint)
        return least

    def _check_references(self) -> None:
        for own, element in self.references.items():
            wanted = self.places if element.name == "referencePlace" else self.transitions
            if self._referenced(own) not in wanted:
                kind = "place" if element.name == "referencePlace" else "transition"
                named = cleaned(element.get("ref"))[:60] or "nothing"
                message = f"{element.name} {own} refers to {named}, which leads to no {kind}"
                self.refuse("RK243", element, message, "Let it refer to what it stands for.")

    def _arcs(self) -> tuple[PetriArc, ...]:
        arcs = []
        for element in self.arcs:
            weight = self._weight(element)
            ends = [self._resolved(element, element.get(end), end) for end in ("source", "target")]
            if not all(ends):
                continue
            if (ends[0] in self.places) == (ends[1] in self.places):
                kind = "places" if ends[0] in self.places else "transitions"
                message = f"arc {_id(element)} joins two {kind}, {ends[0]} and {ends[1]}"
                self.refuse("RK243", element, message, "An arc joins a place and a transition.")
            arcs.append(PetriArc(element.get("id"), ends[0], ends[1], weight, element.line))
        return tuple(arcs)

    def _weight(self, element: Element) -> int:
        weight = 1
        for label in self._inside(element):
            if label.name == "inscription":
                weight = self._number(label, element, least=1)
            elif (kind := _text(label) or label.get("value")) not in _ORDINARY:
                message = f"arc {_id(element)} is of the type {cleaned(kind)[:40]}, which is not supported"
                self.refuse("RK242", label, message, "Inhibitor, reset and read arcs are not of such nets.")
        return weight

    def _resolved(self, arc: Element, end: str, attribute: str) -> str:
        """Return the place or transition at the end of an arc, through references; '' where there is none."""
        node = self._referenced(end)
        if not node:
            named = cleaned(end)[:60] or "nothing"
            message = f"the {attribute} of arc {_id(arc)} is {named}, which leads to no place or transition"
            self.refuse("RK243", arc, message, "Join both ends of the arc and save again.")
        return node

    def _referenced(self, end: str) -> str:
        """Return what a chain of references leads to; every chain is followed once, however many use it."""
        chain = []
        while end in self.references and end not in self.meant:
            self.meant[end] = ""  # a chain that comes back to itself leads nowhere
            chain.append(end)
            end = self.references[end].get("ref")
        node = self.meant.get(end, end if end in self.places or end in self.transitions else "")
        self.meant.update(dict.fromkeys(chain, node))
        return node

    def _check_final(self, elements: list[Element], sources: set[str]) -> None:
        marked = {
            element.get("idref"): element
            for element in elements
            if element.name == "place" and _text(element) != "0"
        }
        for place, element in marked.items():
            if len(marked) > 1 or place not in self.places or place in sources or _text(element) != "1":
                message = f"the final marking holds {_text(element)[:20] or 'no'} tokens in {place[:60]}"
                hint = "A workflow net ends with one token in its one place that nothing leaves."
                self.refuse("RK242", element, message, hint)


def _id(element: Element) -> str:
    return cleaned(element.get("id"))[:200]


def _name(element: Element) -> str:
    names: Mapping[str, str] = {child.name: _text(child) for child in element.children}
    return cleaned(names.get("name", ""))


def _text(label: Element) -> str:
    """Return the text of a label: in ``text``, in ``value`` (older files), or directly inside."""
    for child in label.children:
        if child.name in {"text", "value"}:
            return child.text
    return label.text
