"""What is known while a BPMN file is being read: what was found so far, and what is wrong with it.

Layer: process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from renkei.errors import Problem
from renkei.facts import Fact, problem_of, word
from renkei.process.elements import BPMN, INSTEAD, NODES, PASSIVE
from renkei.process.graph import Flow, Lane, MessageFlow, Node, Pool, Process
from renkei.process.xml import Element

WITH_ID = {*NODES, "process", "participant", "sequenceFlow", "messageFlow"}
"""Elements that cannot be spoken of without an id."""
_ID = re.compile(r"[^\W\d][\w.\-]{0,199}")
"""An XML name without a colon (BPMN's ids are of that kind), and not endless."""

_CALLED = {"en": (' "{}"', " (id {})"), "ja": ("「{}」", "（{}）")}
"""How the name and the id of an element are written behind its type, in each language."""


def cleaned(text: str) -> str:
    """Return a text of the file on one line, without characters that a terminal would obey."""
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(letter for letter in line if letter.isprintable())


def label(element: Element) -> dict[str, str]:
    """Return how an element is called in messages, in each language: type, name and id."""
    name = cleaned(element.get("name"))
    name = name if len(name) <= 60 else name[:57] + "..."
    own = cleaned(element.get("id"))[:200]
    return {
        language: word("drawn", element.name, language)
        + (named.format(name) if name else "")
        + (known.format(own) if element.get("id") else "")
        for language, (named, known) in _CALLED.items()
    }


@dataclass
class Reading:
    """One BPMN file while it is being read."""

    file: str
    root: Element
    problems: list[Problem] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Ids of what was refused, so that what hangs on it is not told as well."""
    elements: dict[str, Element] = field(default_factory=dict)
    """Elements of BPMN by id."""
    drawn: dict[str, Process] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    messages: dict[str, MessageFlow] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    lanes: dict[str, Lane] = field(default_factory=dict)
    lane_of: dict[str, str] = field(default_factory=dict)
    """Node id -> name of the innermost lane."""

    def label(self, element: str) -> dict[str, str]:
        """Return how the element with this id is called in messages."""
        return label(self.elements[element])

    def refuse(self, fact: Fact, line: int, hint: str) -> None:
        """Note a problem."""
        self.problems.append(problem_of(fact, hint, self.file, line))

    def refuse_element(self, element: Element, *, within: Element) -> None:
        """Note that ``element`` has no meaning here, and with it all that it contains."""
        fact = Fact("RK211.element", element=label(element))
        if within.get("id"):
            fact = Fact("RK211.inside", element=label(element), parent=label(within))
        hint = INSTEAD.get(element.name, "Draw it with the elements that renkei supports.")
        self.refuse(fact, element.line, hint)
        self._pass_over(element)
        if within.name in NODES:
            self.refused.add(within.get("id"))

    def inside(self, element: Element, known: AbstractSet[str]) -> Iterator[Element]:
        """Yield the children that are ``known``; read over the passive ones and refuse the rest."""
        for child in element.children:
            if child.namespace != BPMN:
                continue
            if child.name in known:
                yield child
            elif child.name not in PASSIVE:
                self.refuse_element(child, within=element)

    def _pass_over(self, element: Element) -> None:
        self.refused.update(inner.get("id") for inner in element.walk() if inner.get("id"))

    def refuse_attribute(
        self, element: Element, attribute: str, hint: str, *, within: Element | None = None
    ) -> None:
        """Note that the value of an attribute has no meaning here."""
        value = cleaned(element.get(attribute))[:60]
        fact = Fact("RK212.value", attribute=attribute, value=value, element=label(element))
        if within is not None:
            own, around = element.name, label(within)
            fact = Fact("RK212.inside", attribute=attribute, value=value, drawn=own, element=around)
        self.refuse(fact, element.line, hint)

    def local(self, reference: str) -> str:
        """Return the id that a reference means; references may carry a namespace prefix, ids may not."""
        text = reference.strip()
        return text if text in self.elements or ":" not in text else text.rpartition(":")[2]

    def is_known(self, element: Element) -> bool:
        """Return whether ``element`` is the one that its id means: it has one, and had it first."""
        return self.elements.get(element.get("id")) is element

    def keep_ids(self) -> None:
        """Keep the elements by id; refuse ids that are missing, no XML names, or used twice."""
        for element in _of_bpmn(self.root):
            own = element.get("id")
            if element.name in WITH_ID and not _ID.fullmatch(own):
                fact = Fact("RK215.none", element=label(element))
                if own:
                    fact = Fact("RK215.id", element=label(element), id=cleaned(own)[:60])
                hint = "An id begins with a letter or _ and goes on with letters, digits, _ - and . only."
                self.refuse(fact, element.line, hint)
                self._pass_over(element)
            first = self.elements.setdefault(own, element) if own else element
            if first is not element and {first.name, element.name} & WITH_ID:
                fact = Fact("RK216.same", element=label(element), drawn=first.name, line=first.line)
                self.refuse(fact, element.line, "Give each element an id of its own.")
                self._pass_over(element)


def _of_bpmn(root: Element) -> Iterator[Element]:
    """Yield the elements of BPMN that do not stand inside an extension."""
    ahead = [root]
    while ahead:
        element = ahead.pop()
        yield element
        if element.name != "extensionElements":
            ahead.extend(child for child in reversed(element.children) if child.namespace == BPMN)
