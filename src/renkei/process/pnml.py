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
from renkei.facts import LANGUAGES, Fact, problem_of, word
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
        fact = Fact("RK240.root", tag=root.name[:60])
        hint = f"It has to be pnml, of the namespace {NAMESPACE} or of none."
        raise InputError([problem_of(fact, hint, str(path), root.line)])
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

    def refuse(self, fact: Fact, element: Element, hint: str) -> None:
        """Note a problem."""
        self.problems.append(problem_of(fact, hint, self.file, element.line))

    def read_net(self, root: Element, stem: str) -> PetriNet | None:
        """Return the net, None where there is not exactly one."""
        nets = list(self._inside(root))
        if len(nets) != 1:
            fact = Fact("RK241.nets", count=len(nets))
            self.refuse(fact, nets[1] if nets else root, "Save each net in a file of its own.")
            return None
        net = nets[0]
        kind = net.get("type")
        if kind and not (kind.lower().endswith(_NET_TYPES) or "ptnet" in kind.lower() or kind == "P/T net"):
            fact = Fact("RK241.type", id=_id(net), value=cleaned(kind)[:100])
            self.refuse(fact, net, "Unfold a high-level net into places and transitions first.")
            return None
        finals = [final for element in self._nodes(net) for final in element.walk()]
        self._check_references()
        if not self.places and not self.transitions and not self.problems:
            self.refuse(Fact("RK240.empty", id=_id(net)), net, "Draw something, and export it again.")
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
                fact = Fact("RK242.element", drawn=child.name[:60], element=_called(element, _id(element)))
                hint = (
                    "Only place/transition nets are read: places with tokens, transitions, arcs with weights."
                )
                self.refuse(fact, child, hint)

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
            fact = Fact("RK215.none", element=_called(element))
            if own:
                fact = Fact("RK215.id", element=_called(element), id=cleaned(own)[:60])
            self.refuse(fact, element, "Give each place and transition a short id.")
            return False
        if own in self.first_line:
            fact = Fact("RK216.element", element=_called(element, own), line=self.first_line[own])
            self.refuse(fact, element, "Give each element an id of its own.")
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
        value = cleaned(text)[:40]
        fact = Fact("RK244.number", drawn=label.name, outer=of.name, id=_id(of), value=value)
        self.refuse(fact, label, f"Possible is a whole number from {least} to {MAX_NUMBER:,}.")
        return least

    def _check_references(self) -> None:
        for own, element in self.references.items():
            wanted = self.places if element.name == "referencePlace" else self.transitions
            if self._referenced(own) not in wanted:
                kind = "place" if element.name == "referencePlace" else "transition"
                named = cleaned(element.get("ref"))[:60]
                fact = Fact("RK243.reference", element=_called(element, own), id=named, drawn=kind)
                self.refuse(fact, element, "Let it refer to what it stands for.")

    def _arcs(self) -> tuple[PetriArc, ...]:
        arcs = []
        for element in self.arcs:
            weight = self._weight(element)
            ends = [self._resolved(element, element.get(end), end) for end in ("source", "target")]
            if not all(ends):
                continue
            if (ends[0] in self.places) == (ends[1] in self.places):
                fact = Fact("RK243.transitions", id=_id(element), source=ends[0], target=ends[1])
                if ends[0] in self.places:
                    fact = Fact("RK243.places", id=_id(element), source=ends[0], target=ends[1])
                self.refuse(fact, element, "An arc joins a place and a transition.")
            arcs.append(PetriArc(element.get("id"), ends[0], ends[1], weight, element.line))
        return tuple(arcs)

    def _weight(self, element: Element) -> int:
        weight = 1
        for label in self._inside(element):
            if label.name == "inscription":
                weight = self._number(label, element, least=1)
            elif (kind := _text(label) or label.get("value")) not in _ORDINARY:
                fact = Fact("RK242.arc", id=_id(element), value=cleaned(kind)[:40])
                self.refuse(fact, label, "Inhibitor, reset and read arcs are not of such nets.")
        return weight

    def _resolved(self, arc: Element, end: str, attribute: str) -> str:
        """Return the place or transition at the end of an arc, through references; '' where there is none."""
        node = self._referenced(end)
        if not node:
            fact = Fact("RK243.end", attribute=attribute, id=_id(arc), other=cleaned(end)[:60])
            self.refuse(fact, arc, "Join both ends of the arc and save again.")
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
                fact = Fact("RK242.final", count=_text(element)[:20], id=place[:60])
                hint = "A workflow net ends with one token in its one place that nothing leaves."
                self.refuse(fact, element, hint)


def _called(element: Element, own: str = "") -> dict[str, str]:
    """Return how an element is called in messages, in each language: type and id."""
    return {language: f"{word('drawn', element.name, language)} {own}".rstrip() for language in LANGUAGES}


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
